"""The installer's pictures, drawn from the program's SVG and colours during the build."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtSvg import QSvgRenderer

from icsoe_desktop.gui.base.tokens import LIGHT

# As NSIS shows them at 100 %: what it scales down gets black dots and lines.
SIDE_SIZE = (164, 314)
HEADER_SIZE = (150, 57)


def make_pictures(root: Path, folder: Path) -> None:
    """Write lado.bmp and cabeza.bmp. Raises ValueError if one cannot be drawn."""
    renderer = QSvgRenderer(str(root / "resources" / "icons" / "icsoe.svg"))
    if not renderer.isValid():
        raise ValueError("resources/icons/icsoe.svg")
    for name, image in (("lado.bmp", _side(renderer)), ("cabeza.bmp", _header(renderer))):
        # NSIS reads bitmaps without an alpha channel only.
        plain = image.convertToFormat(QImage.Format.Format_RGB888)
        if not plain.save(str(folder / name), "BMP"):  # type: ignore[call-overload]
            raise ValueError(name)


def _side(renderer: QSvgRenderer) -> QImage:
    width, height = SIDE_SIZE
    image = QImage(width, height, QImage.Format.Format_RGB32)
    ground = QLinearGradient(0, 0, 0, height)
    ground.setColorAt(0, QColor(LIGHT.accent))
    ground.setColorAt(1, QColor(LIGHT.accent_pressed))
    with QPainter(image) as painter:
        painter.fillRect(image.rect(), ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = width * 0.5
        card = QRectF((width - side) / 2, height * 0.16, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT.surface))
        painter.drawRoundedRect(card.adjusted(-10, -10, 10, 10), 12, 12)
        renderer.render(painter, card)
    return image


def _header(renderer: QSvgRenderer) -> QImage:
    width, height = HEADER_SIZE
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.surface))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = height * 0.7
        renderer.render(painter, QRectF(width - side - 8, (height - side) / 2, side, side))
    return image
