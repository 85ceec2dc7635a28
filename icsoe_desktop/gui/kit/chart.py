"""Stacked bars by month, drawn in the tokens' colours, with an accessible description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from icsoe_desktop.gui.base import assets, tokens

CAPTION: Final = tokens.LETTERS["caption_pt"] / tokens.BODY_PT
SUBTITLE: Final = tokens.LETTERS["subtitle_pt"] / tokens.BODY_PT
SWATCH, GAP, AIR = 10, 6, 16
RING: Final = 4  # px around what is drawn, for the ring of the focus
WIDEST_BAR: Final = 36.0
LINES: Final = 4  # of the grid, at most
BARS_HEIGHT: Final = 130
FIGURE_ROOM: Final = 200.0  # more than the longest figure of the axis
IMAGE_SIZE, IMAGE_SCALE, IMAGE_MARGIN = QSize(720, 360), 2, 24
_Align = Qt.AlignmentFlag


@dataclass(frozen=True)
class Series:
    """ink: a colour of the tokens. hatched: also told apart without colours."""

    name: str
    ink: str
    values: tuple[int, ...]
    hatched: bool = False


@dataclass(frozen=True)
class Chart:
    """labels: under the bars. names: of the same bars, in full."""

    title: str
    labels: tuple[str, ...]
    names: tuple[str, ...]
    series: tuple[Series, ...]

    def sentence(self, at: int) -> str:
        """The figures of one bar."""
        counts = ", ".join(f"{one.name}: {one.values[at]:,}" for one in self.series)
        return f"{self.names[at]}. {counts}."

    def total(self, at: int) -> int:
        return sum(one.values[at] for one in self.series)

    @property
    def description(self) -> str:
        filled = [self.sentence(at) for at in range(len(self.labels)) if self.total(at)]
        return " ".join(filled)

    @property
    def largest(self) -> int:
        return max((self.total(at) for at in range(len(self.labels))), default=0)


EMPTY: Final = Chart("", (), (), ())


class BarsView(QWidget):
    """Arrows and the pointer choose a bar; Enter and a double click open it."""

    current_changed = Signal(int)  # -1: none
    opened = Signal(int)

    def __init__(self, nothing: str, parent: QWidget | None = None) -> None:
        """nothing: sentence shown without figures."""
        super().__init__(parent)
        self._chart, self._nothing, self._current = EMPTY, nothing, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def current(self) -> int:
        return self._current

    def show_chart(self, chart: Chart) -> None:
        self._chart = chart
        self._current = min(self._current, len(chart.labels) - 1)
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription(chart.description or self._nothing)
        self.update()

    def picture(self) -> QImage:
        """The chart under its title, for a file."""
        image = QImage(IMAGE_SIZE * IMAGE_SCALE, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(IMAGE_SCALE)
        colors = assets.colors()
        image.fill(QColor(colors.surface))
        painter = QPainter(image)
        painter.setFont(assets.sized(self.font(), SUBTITLE, QFont.Weight.DemiBold))
        painter.setPen(QColor(colors.text))
        room = QRectF(0, 0, IMAGE_SIZE.width(), IMAGE_SIZE.height())
        room.adjust(IMAGE_MARGIN, IMAGE_MARGIN, -IMAGE_MARGIN, -IMAGE_MARGIN)
        painter.drawText(room, _Align.AlignLeft | _Align.AlignTop, self._chart.title)
        room.setTop(room.top() + painter.fontMetrics().height() + AIR)
        self._paint(painter, room, -1)
        painter.end()
        return image

    def sizeHint(self) -> QSize:
        return QSize(420, BARS_HEIGHT + 3 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(260, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, QRectF(self.rect()).adjusted(RING, RING, -RING, -RING), self._current)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(assets.colors().focus), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._chart.labels) - 1
        match event.key():
            case Qt.Key.Key_Right:
                self._choose(min(self._current + 1, last))
            case Qt.Key.Key_Left:
                self._choose(max(self._current - 1, 0) if self._current >= 0 else last)
            case Qt.Key.Key_Home:
                self._choose(min(0, last))
            case Qt.Key.Key_End:
                self._choose(last)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._current >= 0:
                self.opened.emit(self._current)
            case _:
                super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(self._bar_at(event.position().x()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self._bar_at(event.position().x())
        if at >= 0:
            self.opened.emit(at)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._choose(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current < 0:
            self._choose(len(self._chart.labels) - 1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._choose(-1)

    def _choose(self, at: int) -> None:
        if at != self._current:
            self._current = at
            self.current_changed.emit(at)
            self.update()

    def _bar_at(self, x: float) -> int:
        left, step = self._columns(QRectF(self.rect()).adjusted(RING, RING, -RING, -RING))
        at = int((x - left) // step) if step else -1
        return at if 0 <= at < len(self._chart.labels) else -1

    def _columns(self, room: QRectF) -> tuple[float, float]:
        """Left edge of the bars, and the width of each with its air."""
        metrics = self.fontMetrics()
        left = room.left() + metrics.horizontalAdvance(f"{_top(self._chart.largest):,}") + 8
        count = len(self._chart.labels)
        return left, (room.right() - left) / count if count else 0.0

    def _paint(self, painter: QPainter, room: QRectF, current: int) -> None:
        chart, colors = self._chart, assets.colors()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(assets.sized(self.font(), CAPTION))
        painter.setPen(QColor(colors.hint))
        if not chart.largest:
            painter.drawText(room, _Align.AlignCenter | Qt.TextFlag.TextWordWrap, self._nothing)
            return
        letters = float(painter.fontMetrics().height())
        self._paint_legend(painter, room, letters)
        top, bottom = room.top() + letters + 14, room.bottom() - letters - 6
        left, step = self._columns(room)
        most = _top(chart.largest)
        self._paint_grid(painter, QRectF(left, top, room.right() - left, bottom - top), most)
        if current >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.subtle))
            painter.drawRoundedRect(
                QRectF(left + current * step, top - 4, step, room.bottom() - top + 4), 4, 4
            )
        bar = min(step * 0.62, WIDEST_BAR)
        every = _spacing(chart.labels, painter, step)
        for at, label in enumerate(chart.labels):
            middle = left + (at + 0.5) * step
            self._paint_bar(painter, QRectF(middle - bar / 2, top, bar, bottom - top), at, most)
            if (len(chart.labels) - 1 - at) % every == 0:
                painter.setPen(QColor(colors.text if at == current else colors.hint))
                where = QRectF(middle - step * every / 2, bottom + 5, step * every, letters)
                painter.drawText(where, _Align.AlignHCenter | _Align.AlignTop, label)

    def _paint_legend(self, painter: QPainter, room: QRectF, letters: float) -> None:
        x = room.left()
        for one in self._chart.series:
            swatch = QRectF(x, room.top() + (letters - SWATCH) / 2, SWATCH, SWATCH)
            _fill(painter, swatch, one)
            painter.setPen(QColor(assets.colors().hint))
            wide = painter.fontMetrics().horizontalAdvance(one.name) + 2.0
            where = QRectF(swatch.right() + GAP, room.top(), wide, letters)
            painter.drawText(where, _Align.AlignLeft | _Align.AlignVCenter, one.name)
            x = where.right() + AIR

    def _paint_grid(self, painter: QPainter, bars: QRectF, most: int) -> None:
        colors = assets.colors()
        lines = next(n for n in (LINES, 3, 2, 1) if most % n == 0)
        for at in range(lines + 1):
            y = bars.bottom() - bars.height() * at / lines
            painter.setPen(QPen(QColor(colors.border if at else colors.field_strong), 1))
            painter.drawLine(QPointF(bars.left(), y), QPointF(bars.right(), y))
            painter.setPen(QColor(colors.hint))
            letters = float(painter.fontMetrics().height())
            where = QRectF(bars.left() - FIGURE_ROOM - 8, y - letters / 2, FIGURE_ROOM, letters)
            painter.drawText(
                where, _Align.AlignRight | _Align.AlignVCenter, f"{most * at // lines:,}"
            )

    def _paint_bar(self, painter: QPainter, room: QRectF, at: int, most: int) -> None:
        y = room.bottom()
        for one in self._chart.series:
            if one.values[at]:
                # What there is can be seen, also one among thousands.
                high = max(room.height() * one.values[at] / most, 2.0)
                _fill(painter, QRectF(room.left(), y - high, room.width(), high - 1), one)
                y -= high


def _fill(painter: QPainter, place: QRectF, series: Series) -> None:
    ink = QColor(getattr(assets.colors(), series.ink))
    painter.setPen(QPen(ink, 1) if series.hatched else Qt.PenStyle.NoPen)
    if series.hatched:
        soft = QColor(ink)
        soft.setAlphaF(0.18)
        painter.setBrush(soft)
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setBrush(QBrush(ink, Qt.BrushStyle.BDiagPattern))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.setBrush(ink)
        painter.drawRect(place)


def _top(largest: int) -> int:
    """The end of the axis: a round number that the largest bar does not pass."""
    if largest <= 4:
        return max(largest, 1)
    unit: int = 10 ** (len(str(largest)) - 1)
    for factor in (1, 1.5, 2, 3, 4, 5, 6, 8, 10):
        most = int(unit * factor)
        if most >= largest and (most % 4 == 0 or most % 3 == 0 or most % 2 == 0):
            return most
    return unit * 10


def _spacing(labels: Sequence[str], painter: QPainter, step: float) -> int:
    """How many bars share one label, so that labels do not run into each other."""
    widest = max(painter.fontMetrics().horizontalAdvance(one) for one in labels) + 6
    return max(1, -int(-widest // step)) if step else 1
