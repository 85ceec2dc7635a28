"""The Windows icon, drawn from the program's SVG during the build."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import cast

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
# Larger images are stored as PNG, as Windows does since Vista. Older tools read only bitmaps.
LARGEST_BITMAP = 64


def make_icon(root: Path, target: Path) -> Path:
    """Write the icon of resources/icons/icsoe.svg to `target` and return it.

    Raises ValueError if the SVG cannot be drawn.
    """
    renderer = QSvgRenderer(str(root / "resources" / "icons" / "icsoe.svg"))
    if not renderer.isValid():
        raise ValueError("resources/icons/icsoe.svg")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(pack([draw(renderer, size) for size in SIZES]))
    return target


def draw(renderer: QSvgRenderer, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    return image


def pack(images: list[QImage]) -> bytes:
    """An .ico file. Source: Microsoft, «Icons in Win32» (ICONDIR, ICONDIRENTRY)."""
    bodies = [
        _bitmap(image) if image.width() <= LARGEST_BITMAP else _png(image) for image in images
    ]
    head = struct.pack("<HHH", 0, 1, len(images))
    offset = len(head) + 16 * len(images)
    entries = b""
    for image, body in zip(images, bodies, strict=True):
        side = image.width() % 256  # 256 is written as 0
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(body), offset)
        offset += len(body)
    return head + entries + b"".join(bodies)


def _bitmap(image: QImage) -> bytes:
    side = image.width()
    # The height is doubled for the mask, which the alpha channel makes redundant.
    head = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, 32, 0, 0, 0, 0, 0, 0)
    pixels = cast("memoryview", image.constBits()).tobytes()
    rows = b"".join(pixels[y * side * 4 : (y + 1) * side * 4] for y in reversed(range(side)))
    mask = bytes((side + 31) // 32 * 4 * side)
    return head + rows + mask


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())
