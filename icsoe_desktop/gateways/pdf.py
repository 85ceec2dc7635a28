"""Pages of a PDF, and pictures, as pixels: drawn by a child process.

A page of 3 kB can ask PDFium for gigabytes and never end, so no page is opened in this process.
`count_task`, `render_task` and `picture_task` run in the child.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.isolation.client import BROKEN, IsolatedReader
from icsoe_desktop.jobs import Progress

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MAX_SIDE = 4000  # pixels of a picture, whatever size the page claims

WITH_PASSWORD = (
    "El PDF está protegido con contraseña y no se puede mostrar. El archivo no se cambió. Guarde "
    "una copia sin contraseña y elíjala."
)
UNREADABLE = (
    "El PDF está dañado y no se puede mostrar. El archivo no se cambió. Descárguelo de nuevo y "
    "vuelva a elegirlo."
)


PICTURE_UNREADABLE = (
    "La imagen está dañada o es demasiado grande y no se puede mostrar. El archivo no se cambió."
)
MAX_PICTURE_MB = 96


@dataclass(frozen=True)
class Imagen:
    """pixeles: `ancho` × `alto` pixels of four octets: blue, green, red, unused."""

    ancho: int
    alto: int
    pixeles: bytes = field(repr=False)


class DocumentPages:
    """The pages of one PDF, PNG or JPG, drawn by a child process of its own. Close it.

    Each method raises UserFacingError with a sentence and Cancelled.
    """

    def __init__(self, contenido: bytes, *, is_pdf: bool) -> None:
        self._contenido = contenido
        self._is_pdf = is_pdf
        self._reader = IsolatedReader()
        self._sent = False

    def count(self, progress: Progress) -> int:
        if not self._is_pdf:
            return 1
        [(count, _)] = self._ask("pdf.count", {}, progress)
        if not isinstance(count, int) or count < 1:
            raise UserFacingError(BROKEN)
        return count

    def picture(self, pagina: int, ancho: int, progress: Progress) -> Imagen:
        """A page about `ancho` pixels wide. pagina: from 0."""
        task = "pdf.render" if self._is_pdf else "picture.decode"
        [(sizes, pixeles)] = self._ask(task, {"pagina": pagina, "ancho": ancho}, progress)
        match sizes:
            case [int(width), int(height)] if len(pixeles) == width * height * 4 > 0:
                return Imagen(width, height, pixeles)
        raise UserFacingError(BROKEN)

    def stop(self) -> None:
        """Ends what another thread is waiting for."""
        self._reader.stop()

    def close(self) -> None:
        self._reader.close()

    def _ask(
        self, task: str, arguments: dict[str, Any], progress: Progress
    ) -> list[tuple[Any, bytes]]:
        # A child that was ended has forgotten the file.
        again = self._sent and self._reader.is_open
        self._sent = True
        answers = list(
            self._reader.ask(task, arguments, None if again else self._contenido, progress)
        )
        if len(answers) != 1:
            raise UserFacingError(BROKEN)
        return answers


Arguments = dict[str, Any]
Answers = Iterator[tuple[Any, bytes]]


def count_task(_arguments: Arguments, contenido: bytes, _report: object) -> Answers:
    yield count_pages(contenido), b""


def render_task(arguments: Arguments, contenido: bytes, _report: object) -> Answers:
    imagen = render_page(contenido, arguments["pagina"], arguments["ancho"])
    yield [imagen.ancho, imagen.alto], imagen.pixeles


def picture_task(arguments: Arguments, contenido: bytes, _report: object) -> Answers:
    imagen = decode_picture(contenido, arguments["ancho"])
    yield [imagen.ancho, imagen.alto], imagen.pixeles


def count_pages(contenido: bytes) -> int:
    """Raises UserFacingError."""
    with _opened(contenido) as document:
        return len(document)


def render_page(contenido: bytes, pagina: int, ancho: int) -> Imagen:
    """Render a page. pagina: from 0. ancho: pixels; less if the picture would be too high.

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


def decode_picture(contenido: bytes, ancho: int) -> Imagen:
    """A PNG or JPG about `ancho` pixels wide. Raises UserFacingError."""
    from PySide6.QtCore import QBuffer, QByteArray, Qt
    from PySide6.QtGui import QImage, QImageReader

    octets = QByteArray(contenido)
    device = QBuffer(octets)
    device.open(QBuffer.OpenModeFlag.ReadOnly)
    QImageReader.setAllocationLimit(MAX_PICTURE_MB)
    reader = QImageReader(device)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise UserFacingError(PICTURE_UNREADABLE)
    width = min(max(ancho, 1), MAX_SIDE)
    scaled = image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
    if scaled.height() > MAX_SIDE:
        scaled = image.scaledToHeight(MAX_SIDE, Qt.TransformationMode.SmoothTransformation)
    pixels = scaled.convertToFormat(QImage.Format.Format_RGB32)
    return Imagen(pixels.width(), pixels.height(), bytes(pixels.constBits()))


@contextmanager
def _opened(contenido: bytes) -> Iterator[PdfDocument]:
    # The import takes 0.25 s: only the child process does it.
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
