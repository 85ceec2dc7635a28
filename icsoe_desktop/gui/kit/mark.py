"""Icons in labels and combo boxes, in an ink of the scheme in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.plain_text import plain_label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QComboBox  # slow import: docs/decisions/0012

ICON: Final = 18
EMPTY_ICON: Final = 40
BANNER_MARK: Final = "marca"
ICONS: Final = {
    "success": "correcto",
    "error": "error",
    "warning": "advertencia",
    "info": "ayuda",
}


class Mark(QObject):
    """Shows an icon in one ink in a label, and draws it again when the scheme changes."""

    def __init__(self, label: QLabel, icon: str, ink: str = "hint", size: int = EMPTY_ICON) -> None:
        """size: in px at letters of 100 %."""
        super().__init__(label)
        self._label, self._size = label, size
        label.installEventFilter(self)
        self.show(icon, ink)

    def show(self, icon: str, ink: str) -> None:
        self._icon, self._ink = icon, ink
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw()
        return False

    def _draw(self) -> None:
        size = assets.scaled(self._size)
        self._label.setPixmap(assets.tinted(self._icon, self._ink).pixmap(size, size))


class ItemMarks(QObject):
    """Shows icons before the items of a combo box, and draws them again when the scheme changes."""

    def __init__(self, combo: QComboBox, marks: Mapping[int, tuple[str, str]]) -> None:
        """marks: icon and ink of each item that has one, by its place."""
        super().__init__(combo)
        self._combo, self._marks = combo, marks
        combo.installEventFilter(self)
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        return False

    def _draw(self) -> None:
        for at, (icon, ink) in self._marks.items():
            self._combo.setItemIcon(at, assets.tinted(icon, ink))


class _BannerMark(Mark):
    """In a label that no layout makes as large as its picture."""

    def _draw(self) -> None:
        super()._draw()
        self._label.adjustSize()


def mark_banner(label: QLabel, role: str) -> None:
    """Put the icon of its state at the left of a label that the style sheet shows as a banner."""
    picture = label.findChild(QLabel, BANNER_MARK)
    mark = picture.findChild(Mark) if picture is not None else None
    if picture is None or mark is None:
        picture = plain_label(parent=label)
        picture.setObjectName(BANNER_MARK)
        # As a Banner: its frame, its margin; and without Qt's distance of words from a frame.
        picture.move(13, 9)
        label.setIndent(0)
        mark = _BannerMark(picture, ICONS["info"], "info", ICON)
    picture.setVisible(role in ICONS)
    if role in ICONS:
        mark.show(ICONS[role], role)
