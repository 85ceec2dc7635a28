"""A page of a document as an image of Qt, made in the worker."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from icsoe_desktop.services.contratista.vista_documento import Imagen, page_picture

NOT_SHOWN = "La imagen está dañada y no se puede mostrar. El archivo no se cambió."


def draw_page(archivo: ArchivoElegido, pagina: int, width: int) -> QImage:
    """The page `width` pixels wide. A QImage, unlike a QPixmap, is not bound to the GUI thread.

    Raises UserFacingError.
    """
    picture = page_picture(archivo, pagina, width)
    if isinstance(picture, Imagen):
        row = picture.ancho * 4
        shown = QImage(
            picture.pixeles, picture.ancho, picture.alto, row, QImage.Format.Format_RGB32
        )
        # The copy owns its pixels; the first one only looks at ours.
        return shown.copy()
    image = QImage.fromData(picture)
    if image.isNull():
        raise UserFacingError(NOT_SHOWN)
    return image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
