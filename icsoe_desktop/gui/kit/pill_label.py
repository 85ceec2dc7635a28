"""A pill in a page, as tables show them: icon and word on the ground of its tone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.fields import set_property
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.pills import ICON, PADDING
from icsoe_desktop.gui.kit.plain_text import plain_label


class PillLabel(QObject):
    """label: hidden while there is nothing to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = plain_label("", parent)
        # Set before its text, or its size would be that of a plain label.
        self.label.setProperty("pill", "neutral")
        # Qt would add the width of half an x to the padding of the style sheet.
        self.label.setIndent(0)
        self._picture = plain_label("", self.label)
        self._mark = Mark(self._picture, "pendiente", "neutral", ICON)
        self.label.installEventFilter(self)
        self.label.hide()

    def show(self, text: str, icon: str, tone: str) -> None:
        """tone: one of the style sheet's; an empty text hides the pill."""
        self.label.setText(text)
        set_property(self.label, "pill", tone)
        self._mark.show(icon, tone)
        self.label.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self.label:
            side = assets.scaled(ICON)
            top = (self.label.height() - side) // 2
            self._picture.setGeometry(PADDING, top, side, side)
        return False
