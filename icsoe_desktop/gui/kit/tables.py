"""Small tables of frozen rows: sorting, copying with headers, remembered column widths."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QSignalBlocker,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QStyle,
    QTableView,
)

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.column_widths import CELL_PADDING_PX, HEADING_AIR_PX, ColumnWidths
from icsoe_desktop.gui.kit.fields import on_key
from icsoe_desktop.gui.kit.pills import STATE_ROLE, PillDelegate, pill_width
from icsoe_desktop.gui.kit.plain_text import plain_tip
from icsoe_desktop.gui.kit.table_view import MiddleDelegate, name_by_label, prepare

R = TypeVar("R")

NO_PARENT = QModelIndex()
# Longer texts, later rows, and what so many texts are longer than have no say in the widths.
MEASURED_ROWS, MEASURED_LETTERS, LONGEST = 200, 200, 32
COPIED_AT_ONCE = 500
_FLAGS = QItemSelectionModel.SelectionFlag


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column of rows R.

    sort: sort key, if the text does not sort right. copy: text for the clipboard, if it differs
    from the cell (identifiers without grouping). tabular: digits of equal width. state: the name of
    the state's icon; the cell is a pill. middle: cut in the middle where it does not fit, as a file
    name whose end tells it from the others. centered: of buttons, which stand in the middle.
    newest_first: a click on its heading sorts from the greatest to the least. width: at letters of
    100 %.
    """

    title: str
    text: Callable[[R], str]
    sort: Callable[[R], Any] | None = None
    copy: Callable[[R], str] | None = None
    icon: Callable[[R], QIcon] | None = None
    state: Callable[[R], str] | None = None
    tip: Callable[[R], str] | None = None
    tabular: bool = False
    right: bool = False
    middle: bool = False
    centered: bool = False
    newest_first: bool = False
    width: int = 0

    @property
    def may_be_cut(self) -> bool:
        """Whether a part of the text still says something: not of an identifier or a state."""
        return not (self.tabular or self.right or self.centered or self.state)

    @property
    def first_order(self) -> Qt.SortOrder:
        order = Qt.SortOrder
        return order.DescendingOrder if self.newest_first else order.AscendingOrder

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        """Of its cells and its heading."""
        side = Qt.AlignmentFlag.AlignRight if self.right else Qt.AlignmentFlag.AlignLeft
        if self.centered:
            side = Qt.AlignmentFlag.AlignHCenter
        return side | Qt.AlignmentFlag.AlignVCenter

    def copied(self, row: R) -> str:
        """The text for the clipboard, on one line and without tabs."""
        text = self.copy(row) if self.copy is not None else self.text(row)
        return text.replace("\t", " ").replace("\n", " ")

    def picture(self, row: R) -> QIcon | None:
        if self.state is not None:
            name = self.state(row)
            return assets.icon(name) if name else None
        return self.icon(row) if self.icon is not None else None


def count_column(
    title: str, count: Callable[[R], int], *, width: int, tabular: bool = False
) -> Column[R]:
    """A column of whole numbers, sorted as numbers."""
    return Column(
        title, lambda row: f"{count(row):,}", sort=count, tabular=tabular, right=True, width=width
    )


C = TypeVar("C", bound=Column[Any])


class ColumnsModel(QAbstractTableModel, Generic[C]):
    """The headings of a table, and what a cell shows of its row."""

    def __init__(self, columns: Sequence[C], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        # What is the same in each row: asked four times for each cell that is painted.
        font, place = Qt.ItemDataRole.FontRole, Qt.ItemDataRole.TextAlignmentRole
        tabular = tabular_font()
        self._styles: list[dict[int, Any]] = [
            {font: tabular if one.tabular else None, place: one.alignment} for one in self.columns
        ]

    def columnCount(self, parent: Any = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title
            case Qt.ItemDataRole.TextAlignmentRole:
                return column.alignment
            case Qt.ItemDataRole.InitialSortOrderRole:
                return column.first_order
        return None

    def shown(self, at: int, row: Any, role: int) -> Any:
        """What the cell of the column at this place shows of its row."""
        column = self.columns[at]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.DecorationRole:
                return column.picture(row)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(column.tip(row) if column.tip else column.text(row))
        if role == STATE_ROLE:
            return column.state(row) if column.state else None
        return self.styled(at, role)

    def styled(self, at: int, role: int) -> Any:
        return self._styles[at].get(role)


class RowsModel(ColumnsModel[Column[R]], Generic[R]):
    """Shows a tuple of frozen rows, sorted by one column."""

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._rows: tuple[R, ...] = ()
        self._sorting = (0, Qt.SortOrder.AscendingOrder)

    def set_rows(self, rows: Sequence[R]) -> None:
        self.beginResetModel()
        self._rows = self._sorted(rows)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        self._rows = self._sorted(before)
        now_at = {id(row): at for at, row in enumerate(self._rows)}
        old = self.persistentIndexList()
        new = [self.index(now_at[id(before[one.row()])], one.column()) for one in old]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _sorted(self, rows: Sequence[R]) -> tuple[R, ...]:
        at, order = self._sorting
        column = self.columns[at]
        key = column.sort or (lambda row: column.text(row).casefold())
        return tuple(sorted(rows, key=key, reverse=order is Qt.SortOrder.DescendingOrder))

    def row(self, index: int) -> R:
        return self._rows[index]

    def first_rows(self) -> tuple[R, ...]:
        return self._rows[:MEASURED_ROWS]

    def rowCount(self, parent: Any = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        return self.shown(index.column(), self._rows[index.row()], role)


def furnish(
    view: QTableView,
    model: ColumnsModel[Any],
    copy: Callable[[], None],
    *,
    stretched: bool,
    close: bool = False,
) -> None:
    """Make `view` show `model` as all tables look, with Ctrl+C. The rest as of `prepare`."""
    prepare(view, stretched=stretched, close=close)
    name_by_label(view)
    view.setModel(model)
    # With the shared selection model the header would check every selected row on each painting.
    view.horizontalHeader().setSelectionModel(QItemSelectionModel(model, view))
    paint_states(view, model.columns)
    on_key(view, QKeySequence.StandardKey.Copy, copy)


def selected_ranges(view: QTableView) -> list[tuple[int, int]]:
    """First and last row of each selected range, in order."""
    # selectedRows() would create an object for each of a million rows.
    chosen = view.selectionModel().selection()
    parts = [chosen.at(one) for one in range(chosen.count())]
    merged: list[tuple[int, int]] = []
    for first, last in sorted({(part.top(), part.bottom()) for part in parts}):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


class RowsTable(QObject, Generic[R]):
    """A sortable QTableView on RowsModel that copies rows with their headers."""

    def __init__(
        self,
        view: QTableView,
        columns: Sequence[Column[R]],
        preferences: Preferences | None = None,
        key: Callable[[R], Hashable] | None = None,
        model: RowsModel[R] | None = None,
        *,
        close: bool = False,
        keeps_last: bool = False,
    ) -> None:
        """key: identifies a row after it changed; without it a changed row counts
        as another row. model: one of its own, with these columns. close: as for `prepare`.
        keeps_last: as for `ColumnWidths`.
        """
        super().__init__(view)
        self.view = view
        self._key = key
        self.model: RowsModel[R] = model or RowsModel(columns, self)
        furnish(view, self.model, self.copy, stretched=True, close=close)
        view.sortByColumn(0, columns[0].first_order)
        self._widths = ColumnWidths(
            view, columns, preferences, fills=True, shrinks=True, keeps_last=keeps_last
        )
        view.horizontalHeader().sortIndicatorChanged.connect(self._widths.remember)

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show `rows`. The selection of rows that remain and the scroll position stay.

        Emits no selection signal, because the user selected nothing.
        """
        selection, scroll = self.view.selectionModel(), self.view.verticalScrollBar()
        current, top = selection.currentIndex(), self.view.rowAt(0)
        chosen = self._keys(self.selected_places())
        current_key = self._keys([current.row()] if current.isValid() else [])
        top_key = self._keys([top] if top > 0 and self._key is not None else [])
        column, in_sight = max(0, current.column()), scroll.value()
        left = len(sought := self._alike([*chosen, *current_key, *top_key]))
        with QSignalBlocker(selection):
            self.model.set_rows(rows)
            for at in range(self.model.rowCount()):
                if not left:
                    break
                key = self._key_of(self.model.row(at))
                if key not in sought:
                    continue
                left -= self._key is not None
                if key in chosen:
                    selection.select(self.model.index(at, 0), _FLAGS.Select | _FLAGS.Rows)
                if key in current_key:
                    selection.setCurrentIndex(self.model.index(at, column), _FLAGS.NoUpdate)
                if key in top_key:
                    in_sight = at
        scroll.setValue(in_sight)
        self.fit()

    def fit(self) -> None:
        """Fit the columns to the texts of the rows, which may have changed in place."""
        self._widths.learn(needs(self.view, self.model.columns, self.model.first_rows()))

    def _key_of(self, row: R) -> object:
        return row if self._key is None else self._key(row)

    def _keys(self, places: Sequence[int]) -> Collection[object]:
        keys = [self._key_of(self.model.row(at)) for at in places]
        return self._alike(keys[:1] if self._key is None else keys)

    def _alike(self, keys: list[object]) -> Collection[object]:
        # Only values of `key` are sure to be hashable.
        return keys if self._key is None else frozenset(keys)

    def selected(self) -> R | None:
        """The selected row; None if there is none."""
        places = self.selected_places()
        return self.model.row(places[0]) if places else None

    def selected_places(self) -> list[int]:
        ranges = selected_ranges(self.view)
        return [at for first, last in ranges for at in range(first, last + 1)]

    def selected_rows(self) -> tuple[R, ...]:
        return tuple(self.model.row(place) for place in self.selected_places())

    def select(self, *rows: R) -> None:
        """Select these rows and no other; the first of the list becomes the current one."""
        wanted = [self._key_of(row) for row in rows]
        every = range(self.model.rowCount())
        found = (at for at in every if self._key_of(self.model.row(at)) in wanted)
        places = list(islice(found, len(rows) if self._key else None))  # a key is there once
        # Not selectRow(): it adds to what is chosen while the user holds Ctrl.
        chosen, flags = self.view.selectionModel(), _FLAGS.ClearAndSelect
        if places:
            chosen.setCurrentIndex(self.model.index(places[0], 0), _FLAGS.NoUpdate)
        for at in places:
            chosen.select(self.model.index(at, 0), flags | _FLAGS.Rows)
            flags = _FLAGS.Select

    def copy(self) -> None:
        """Copy the selected rows with headers, tab-separated, as Excel pastes them.

        By parts: all of ten thousand rows would keep the window waiting.
        """
        rows, columns = self.selected_rows(), self.model.columns
        lines = ["\t".join(column.title for column in columns)]

        def go_on() -> None:
            part = rows[len(lines) - 1 :][:COPIED_AT_ONCE]
            lines.extend("\t".join(column.copied(row) for column in columns) for row in part)
            if len(lines) <= len(rows):
                QTimer.singleShot(0, self, go_on)
            else:
                QGuiApplication.clipboard().setText("\n".join(lines))

        go_on()


def needs(view: QTableView, columns: Sequence[Column[R]], rows: Sequence[R]) -> list[int | None]:
    """The width that the longest text of each column needs; None for one that is no text."""
    return [_need(view, at, column, rows) for at, column in enumerate(columns)]


def _need(view: QTableView, at: int, column: Column[R], rows: Sequence[R]) -> int | None:
    delegate = view.itemDelegateForColumn(at)
    if delegate is not None and not isinstance(delegate, PillDelegate | MiddleDelegate):
        return None
    letters = tabular_font() if column.tabular else view.font()
    texts = {(column.text(row)[:MEASURED_LETTERS], column.picture(row) is not None) for row in rows}
    if column.state is not None:
        return max((pill_width(letters, *each) for each in texts), default=0)
    metrics = QFontMetrics(letters)
    # Without the view the style would not know the size that the sheet gives the icons.
    icon = view.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize, None, view)
    icon += CELL_PADDING_PX
    longest = nlargest(LONGEST, texts, key=lambda each: (len(each[0]), each))
    wide = (metrics.horizontalAdvance(text) + icon * pictured for text, pictured in longest)
    return max(wide, default=0) + 2 * HEADING_AIR_PX + 1


def paint_states(view: QTableView, columns: Sequence[Column[Any]]) -> None:
    """Show the columns that have a state as pills, and cut others where they say."""
    pills, middle = PillDelegate(view), MiddleDelegate(view)
    for at, column in enumerate(columns):
        if column.state is not None:
            view.setItemDelegateForColumn(at, pills)
        elif column.middle:
            view.setItemDelegateForColumn(at, middle)


def tabular_font() -> QFont:
    """The letters of the place where it is used, with figures of equal width."""
    font = QFont()
    # Its signature also offers str, which PySide6 6.11 refuses.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
