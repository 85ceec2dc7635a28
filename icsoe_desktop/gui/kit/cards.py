"""Cards of a page: titles, figures that open their list, charts; and the area that scrolls them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.chart import EMPTY, RING, BarsView, Chart
from icsoe_desktop.gui.kit.fields import scroll_to
from icsoe_desktop.gui.kit.mark import ICON, Mark
from icsoe_desktop.gui.kit.plain_text import plain_label, plain_tip
from icsoe_desktop.gui.kit.row_buttons import RowButtons
from icsoe_desktop.gui.kit.tables import Column, RowsTable, count_column

SEE_TABLE: Final = "Ver tabla"
SAVE_PICTURE: Final = "Guardar imagen"
LINK_END: Final = 5  # px, of the style sheet: padding and border
BAR: Final = 12  # px, as in the style sheet


class TitledCard(QFrame):
    """head: the line of the title, for links at its right. box: below it."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(20, 16, 20, 16)
        self.box.setSpacing(12)
        self.title = plain_label(title, self)
        self.title.setProperty("role", "subtitle")
        self.head = QHBoxLayout()
        self.head.setSpacing(12)
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        # The words of a link, not the room for its ring, end where the card's content ends.
        self.head.addSpacing(-LINK_END)
        self.box.addLayout(self.head)

    def add_link(self, text: str, key: str, tip: str, then: Callable[[], object]) -> ActionButton:
        """A link at the right of the title. key: its shortcut, which the tip names."""
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(plain_tip(f"{tip} ({key})"))
        action.triggered.connect(lambda _checked=False: then())
        button = ActionButton(text, "", self, "link").follow(action)
        button.setAccessibleDescription(f"{self.title.text()}. {tip}")
        self.end_head_with(button)
        return button

    def end_head_with(self, link: QPushButton) -> None:
        self.head.insertWidget(self.head.count() - 1, link)


class FigureCard(QFrame):
    """A number, its name as a link to what it counts, and a hint."""

    def __init__(
        self, text: str, icon: str, hint: str, key: str, then: Callable[[], object], parent: QWidget
    ) -> None:
        """key: shortcut of the link."""
        super().__init__(parent)
        self.setProperty("role", "card")
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 10, 16, 10)
        box.setSpacing(12)
        picture = plain_label("", self)
        self._icon, self._mark = icon, Mark(picture, icon, "hint", ICON)
        self.number = plain_label("…", self)
        self.number.setProperty("role", "figure")
        self.button = ActionButton(text, "", self, "link")
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: then())
        self.button.follow(action)
        words = QVBoxLayout()
        words.setSpacing(0)
        line = QHBoxLayout()
        line.addWidget(self.button)
        line.addStretch(1)
        words.addLayout(line)
        said = hint_label(hint, self)
        # As far in as the words of the link above it.
        said.setContentsMargins(2, 0, 0, 0)
        words.addWidget(said)
        for part in (picture, self.number):
            box.addWidget(part)
        box.addLayout(words, 1)

    def show_count(self, count: int | None, spoken: str, tone: str) -> None:
        """count: None while it is being counted. tone: of the icon, unless the count is zero."""
        self.number.setText("…" if count is None else f"{count:,}")
        self.button.setAccessibleDescription(spoken)
        self._mark.show(self._icon, tone if count else "hint")


@dataclass(frozen=True)
class _Bar:
    at: int
    name: str
    values: tuple[int, ...]


class ChartCard(TitledCard):
    """A chart, the table behind it, and its picture for a file."""

    opened = Signal(int)  # a bar or its row
    picture_wanted = Signal()

    def __init__(
        self,
        title: str,
        nothing: str,
        note: str,
        keys: tuple[str, str],
        parent: QWidget,
    ) -> None:
        """nothing: shown without figures. note: what is counted. keys: of table and picture."""
        super().__init__(title, parent)
        # The chart keeps a ring of RING px around it, for the focus; what it draws must stand under
        # the title all the same.
        around = self.box.contentsMargins()
        self.box.setContentsMargins(
            around.left() - RING, around.top(), around.right() - RING, around.bottom()
        )
        self.head.setContentsMargins(RING, 0, RING, 0)
        self._chart, self._note = EMPTY, note
        self.table_button = self.add_link(
            SEE_TABLE, keys[0], "Muestra las mismas cifras en una tabla", self._turn
        )
        self.picture_button = self.add_link(
            SAVE_PICTURE, keys[1], "Guarda la gráfica en un archivo PNG", self.picture_wanted.emit
        )
        self.bars = BarsView(nothing, self)
        self.view = QTableView(self)
        self.view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.view.setAccessibleName(title)
        self._row_keys = RowButtons(self.view, {})
        self._row_keys.opened.connect(lambda: self._open_row(self.view.currentIndex().row()))
        self.view.doubleClicked.connect(lambda index: self._open_row(index.row()))
        self.table: RowsTable[_Bar] | None = None
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.bars)
        self._table_page = QWidget(self)
        beside = QHBoxLayout(self._table_page)
        beside.setContentsMargins(RING, 0, RING, 0)
        beside.addWidget(self.view)
        self.stack.addWidget(self._table_page)
        self.said = hint_label(note, self)
        self.said.setContentsMargins(RING, 0, RING, 0)
        self.box.addWidget(self.stack, 1)
        self.box.addWidget(self.said)
        self.bars.current_changed.connect(self._tell)
        self.bars.opened.connect(self.opened)

    @property
    def shows_table(self) -> bool:
        return self.stack.currentWidget() is self._table_page

    def show_chart(self, chart: Chart) -> None:
        self._chart = chart
        self.bars.show_chart(chart)
        if self.table is None:
            columns = [
                Column[_Bar](
                    "Mes",
                    lambda bar: bar.name,
                    sort=lambda bar: bar.at,
                    newest_first=True,
                    width=116,
                )
            ]
            for at, one in enumerate(chart.series):
                value = partial(_value, at)
                columns.append(count_column(one.name, value, tabular=True, width=50))
            columns.append(count_column("Total", _total, tabular=True, width=50))
            self.table = RowsTable(self.view, columns, key=lambda bar: bar.at)
        values = zip(*(one.values for one in chart.series), strict=True)
        self.table.set_rows(
            tuple(
                _Bar(at, name, counts)
                for at, (name, counts) in enumerate(zip(chart.names, values, strict=True))
            )
        )

    def _turn(self) -> None:
        self.stack.setCurrentWidget(self.bars if self.shows_table else self._table_page)
        text = "Ver gráfica" if self.shows_table else SEE_TABLE
        self.table_button.rename(text)
        (self.view if self.shows_table else self.bars).setFocus()
        scroll_to(self.stack)
        self._tell(-1)
        if self.shows_table and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.view.model().index(0, 0))

    def _open_row(self, row: int) -> None:
        if self.table is not None and 0 <= row < self.table.model.rowCount():
            self.opened.emit(self.table.model.row(row).at)

    def _tell(self, at: int) -> None:
        self.said.setText(self._chart.sentence(at) if at >= 0 else self._note)


def _value(at: int, bar: _Bar) -> int:
    return bar.values[at]


def _total(bar: _Bar) -> int:
    return sum(bar.values)


def hint_label(text: str, parent: QWidget) -> QLabel:
    """A caption that breaks its lines where its column ends."""
    label = plain_label(text, parent)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return label


class PageScroll(QScrollArea):
    """The scrolled part of a page, whose cards are as broad with its bar as without it.

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
