"""The time line of the next twelve months: one mark for each day on which something ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.vigencias.vencimiento import EstadoVencimiento, Vencimiento
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.formats import MONTHS
from icsoe_desktop.gui.kit.plain_text import plain_tip

AHEAD: Final = 13  # twelve whole months begin within this one
MARK: Final = 5.0
NOTHING: Final = "Línea de tiempo: nada vence en los próximos doce meses."


class LineaDeTiempo(QWidget):
    """Draws months on an axis, and above it the marks; several on one day stand on each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hoy = date(2000, 1, 1)
        self._found: tuple[Vencimiento, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Línea de tiempo de los próximos doce meses")

    def show_all(self, found: Sequence[Vencimiento], hoy: date) -> None:
        self._hoy = hoy
        end = _month(hoy, AHEAD)
        self._found = tuple(one for one in found if hoy <= one.ultimo < end and not one.perdido)
        self.setAccessibleDescription(self.description())
        self.update()

    def description(self) -> str:
        """What the picture shows, month by month, for those who cannot see it."""
        lines = []
        for at in range(AHEAD):
            first, after = _month(self._hoy, at), _month(self._hoy, at + 1)
            days = [
                f"{one.que}, día {one.ultimo.day}"
                for one in self._found
                if first <= one.ultimo < after
            ]
            if days:
                lines.append(f"{MONTHS[first.month - 1][:3]} {first.year}: {'; '.join(days)}.")
        return " ".join(lines) or NOTHING

    def names_at(self, x: float) -> str:
        """What ends at the marks there, a line each; empty between marks."""
        near = [one for one in self._found if abs(self._x(one.ultimo) - x) <= 2 * MARK]
        return "\n".join(f"{format_fecha(one.ultimo)}: {one.que}, {one.de_quien}" for one in near)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.names_at(event.pos().x())), self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(600, self.fontMetrics().height() * 2 + 70)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = assets.colors()
        inks = {
            EstadoVencimiento.VENCIDO: QColor(colors.error),
            EstadoVencimiento.POR_VENCER: QColor(colors.warning),
            EstadoVencimiento.VIGENTE: QColor(colors.accent),
        }
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        letters = self.fontMetrics().height()
        axis = self.height() - letters - 10.0
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(QPointF(0, axis), QPointF(self.width(), axis))
        for at in range(AHEAD):
            first = _month(self._hoy, at)
            x, after = self._x(first), self._x(_month(self._hoy, at + 1))
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawLine(QPointF(x, axis), QPointF(x, axis + 5))
            painter.setPen(QColor(colors.hint))
            text = MONTHS[first.month - 1][:3]
            if at == 0 or first.month == 1:
                text = f"{text} {first.year}"
            where = QRectF(x, axis + 6, max(after - x, 1) + 30, letters)
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft, text)
        painter.setPen(QPen(QColor(colors.text), 1, Qt.PenStyle.DashLine))
        now = self._x(self._hoy)
        painter.drawLine(QPointF(now, 4), QPointF(now, axis))
        heights: dict[int, int] = {}
        painter.setPen(Qt.PenStyle.NoPen)
        for one in sorted(self._found, key=lambda one: one.ultimo):
            x = self._x(one.ultimo)
            slot = int(x // (MARK * 2))
            heights[slot] = heights.get(slot, 0) + 1
            y = axis - heights[slot] * (MARK * 2 + 2)
            painter.setBrush(inks[one.estado(self._hoy)])
            painter.drawEllipse(QPointF(x, max(y, MARK)), MARK, MARK)
        painter.end()

    def _x(self, day: date) -> float:
        start, end = _month(self._hoy, 0), _month(self._hoy, AHEAD)
        share = (day - start).days / (end - start).days
        return MARK + share * (self.width() - 2 * MARK)


def _month(hoy: date, ahead: int) -> date:
    """The first day of the month that is `ahead` months after `hoy`."""
    count = hoy.year * 12 + hoy.month - 1 + ahead
    return date(count // 12, count % 12 + 1, 1)
