"""A message of three lines at most, whatever its length, so that the form stays in sight."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.plain_text import plain_tip

MORE: Final = "Ver por qué"
GAP_PX: Final = 6
MOST_LINES: Final = 3
MOST_SHOWN: Final = 500  # more than the lines ever show: the width of each letter is measured
MOST_TOLD: Final = 4_000


class FewLinesLabel(QLabel):
    """Shows its text, or what fits of it and «Ver por qué», which opens all of it.

    It takes no focus: the form reaches it by Mayús+F1.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lines: list[str] = []
        self.is_cut = False

    def show_all(self) -> None:
        """Open the whole text."""
        if self.text():
            inform(self.window(), self.text()[:MOST_TOLD])

    def setText(self, text: str) -> None:
        super().setText(text)
        self._follow()

    def sizeHint(self) -> QSize:
        return QSize(0, max(1, len(self._lines)) * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._follow()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.is_cut:
            self.show_all()
        else:
            super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        room, height = self.contentsRect(), self.fontMetrics().height()
        line = QRect(room.x(), room.y(), room.width(), height)
        for text in self._lines:
            self._write(painter, line, text)
            line.translate(0, height)
        if self.is_cut:
            font = painter.font()
            font.setUnderline(True)
            painter.setFont(font)
            line.translate(self.fontMetrics().horizontalAdvance(self._lines[-1]) + GAP_PX, -height)
            self._write(painter, line, MORE)

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

    def _follow(self) -> None:
        metrics, width = self.fontMetrics(), self.contentsRect().width()
        lines: list[str] = []
        for word in self.text()[:MOST_SHOWN].split():
            more = f"{lines[-1]} {word}" if lines else word
            if lines and metrics.horizontalAdvance(more) <= width:
                lines[-1] = more
            else:
                lines.append(word)
        self.is_cut = (
            len(self.text()) > MOST_SHOWN
            or len(lines) > MOST_LINES
            or any(metrics.horizontalAdvance(line) > width for line in lines)
        )
        if self.is_cut:
            last = max(0, min(len(lines), MOST_LINES) - 1)
            lines[last:] = [" ".join(lines[last:])]
            room = max(0, width - metrics.horizontalAdvance(MORE) - GAP_PX)
            lines = [
                metrics.elidedText(line, Qt.TextElideMode.ElideRight, room if at == last else width)
                for at, line in enumerate(lines)
            ]
        if len(lines) != len(self._lines):
            self.updateGeometry()
        self._lines = lines
        self.update()
        self.setToolTip(plain_tip(self.text()[:MOST_TOLD]) if self.is_cut else "")
        shape = Qt.CursorShape.PointingHandCursor if self.is_cut else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
