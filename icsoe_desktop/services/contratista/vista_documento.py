"""«Ver archivo»: the pages of a PDF as pictures; other documents are pictures already."""

from __future__ import annotations

from icsoe_desktop.domain.icsoe.documento import TipoDocumento
from icsoe_desktop.gateways.pdf import Imagen, count_pages, render_page
from icsoe_desktop.services.contratista.acuses import ArchivoElegido

__all__ = ["Imagen", "page_picture", "pages_of"]


def pages_of(archivo: ArchivoElegido) -> int:
    """Raises UserFacingError for a PDF that cannot be shown."""
    return count_pages(archivo.contenido) if archivo.tipo is TipoDocumento.PDF else 1


def page_picture(archivo: ArchivoElegido, pagina: int, ancho: int) -> Imagen | bytes:
    """A page about `ancho` pixels wide; of a PNG or JPG its own content. pagina: from 0.

    Raises UserFacingError.
    """
    if archivo.tipo is TipoDocumento.PDF:
        return render_page(archivo.contenido, pagina, ancho)
    return archivo.contenido
