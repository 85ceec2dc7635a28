"""The scrolled part of a page, whose bar stands in the margin at the right of its cards."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget

BAR: Final = 12  # px, as in the style sheet


class PageScroll(QScrollArea):
    """Keeps the cards as broad with its bar as without it.

    It needs `BAR` more room at the right than what stands above it.
    """

    def __init__(self, inside: QWidget, layout: QLayout, parent: QWidget) -> None:
        """layout: of `inside`."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        # Tab goes to what is in it, and scrolls there.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._layout = layout
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._make_room(0, 0)
        self.setWidget(inside)

    def _make_room(self, _least: int, most: int) -> None:
        self._layout.setContentsMargins(0, 0, 0 if most else BAR, 0)
