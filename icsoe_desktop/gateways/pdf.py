"""Pages of a PDF as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icsoe_desktop.errors import UserFacingError

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MAX_SIDE = 6000  # pixels of a picture, whatever size the page claims

WITH_PASSWORD = (
    "El PDF está protegido con contraseña y no se puede mostrar. El archivo no se cambió. Guarde "
    "una copia sin contraseña y elíjala."
)
UNREADABLE = (
    "El PDF está dañado y no se puede mostrar. El archivo no se cambió. Descárguelo de nuevo y "
    "vuelva a elegirlo."
)


@dataclass(frozen=True)
class Imagen:
    """pixeles: four octets each, blue, green, red and one unused, `ancho` × `alto` of them."""

    ancho: int
    alto: int
    pixeles: bytes = field(repr=False)


def count_pages(contenido: bytes) -> int:
    """Raises UserFacingError."""
    with _opened(contenido) as document:
        return len(document)


def render_page(contenido: bytes, pagina: int, ancho: int) -> Imagen:
    """The page, `ancho` pixels wide where that does not make it too high. pagina: from 0.

    Raises UserFacingError.
    """
    with _opened(contenido) as document:
        page = document[pagina]
        width, height = page.get_size()
        scale = min(ancho, MAX_SIDE) / max(width, 1)
        scale = min(scale, MAX_SIDE / max(height, 1))
        bitmap = page.render(scale=scale, prefer_bgrx=True)
        row = bitmap.width * 4
        data = bytes(bitmap.buffer)
        if bitmap.stride != row:
            lines = range(bitmap.height)
            data = b"".join(data[at * bitmap.stride : at * bitmap.stride + row] for at in lines)
        return Imagen(bitmap.width, bitmap.height, data)


@contextmanager
def _opened(contenido: bytes) -> Iterator[PdfDocument]:
    # It takes a quarter of a second to import: the worker waits, not the window.
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(contenido)
    except pypdfium2.PdfiumError as error:
        message = WITH_PASSWORD if "password" in str(error).lower() else UNREADABLE
        raise UserFacingError(message) from error
    try:
        if not len(document):
            raise UserFacingError(UNREADABLE)
        yield document
    except pypdfium2.PdfiumError as error:
        raise UserFacingError(UNREADABLE) from error
    finally:
        document.close()
