"""«Ver archivo»: pages of a document as images."""

from __future__ import annotations

from icsoe_desktop.domain.icsoe.documento import TipoDocumento
from icsoe_desktop.gateways.pdf import DocumentPages, Imagen
from icsoe_desktop.services.contratista.acuses import ArchivoElegido

__all__ = ["DocumentPages", "Imagen", "open_document"]


def open_document(archivo: ArchivoElegido) -> DocumentPages:
    """The document's pages, read in a separate process. The caller closes it."""
    return DocumentPages(archivo.contenido, is_pdf=archivo.tipo is TipoDocumento.PDF)
