"""A message that takes one line, whatever its length, so that the form does not move."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.plain_text import plain_tip

MORE: Final = "Ver por qué"
GAP_PX: Final = 6
MOST_SHOWN: Final = 500
MOST_TOLD: Final = 4_000


class OneLineLabel(QLabel):
    """Shows what fits of its text, then «Ver por qué», which opens all of it.

    Keeps its line while it is hidden. It takes no focus: the form reaches it by Mayús+F1.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)

    @property
    def is_cut(self) -> bool:
        if len(self.text()) > MOST_SHOWN:
            return True
        return self.fontMetrics().horizontalAdvance(self._line()) > self.contentsRect().width()

    def show_all(self) -> None:
        """Open the whole text."""
        if self.text():
            inform(self.window(), self.text()[:MOST_TOLD])

    def setText(self, text: str) -> None:
        super().setText(text)
        self._follow()

    def sizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self._follow()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.is_cut:
            self.show_all()
        else:
            super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        room, metrics = self.contentsRect(), self.fontMetrics()
        if not self.is_cut:
            self._write(painter, room, self._line())
            return
        more = metrics.horizontalAdvance(MORE)
        width = max(0, room.width() - more - GAP_PX)
        shown = metrics.elidedText(self._line(), Qt.TextElideMode.ElideRight, width)
        self._write(painter, QRect(room.x(), room.y(), width, room.height()), shown)
        font = painter.font()
        font.setUnderline(True)
        painter.setFont(font)
        left = room.x() + min(width, metrics.horizontalAdvance(shown)) + GAP_PX
        self._write(painter, QRect(left, room.y(), more, room.height()), MORE)

    def _write(self, painter: QPainter, room: QRect, text: str) -> None:
        self.style().drawItemText(
            painter,
            room,
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            self.palette(),
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )

    def _line(self) -> str:
        # More than a line ever shows: the width of each letter is measured.
        return " ".join(self.text()[:MOST_SHOWN].split())

    def _follow(self) -> None:
        cut = self.is_cut
        self.setToolTip(plain_tip(self.text()[:MOST_TOLD]) if cut else "")
        shape = Qt.CursorShape.PointingHandCursor if cut else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
