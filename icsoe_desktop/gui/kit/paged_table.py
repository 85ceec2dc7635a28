"""A table view on a PagedModel: sorting by header, copying, remembered column widths."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QObject,
    QPoint,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QTableView

from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.column_widths import ColumnWidths
from icsoe_desktop.gui.kit.paged import BLOCK_ROWS, Order, PagedColumn, PagedModel, Snapshot
from icsoe_desktop.gui.kit.tables import furnish, needs, selected_ranges
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, settle

R = TypeVar("R")

# Rows that copy without a noticeable wait. Larger amounts are for an export.
MAX_COPIED = 50_000
# No user selects more rows one by one. A larger selection is not moved to a renewed list.
MAX_KEPT = 1_000
TOO_MANY = (
    "No se copió nada: eligió {count:,} renglones y se copian hasta {limit:,}. Elija menos, o use "
    "Exportar Excel para todos."
)


class PagedTable(QObject, Generic[R]):
    """Makes `view` show `model` with the look and behaviour of all tables."""

    order_wanted = Signal(object)  # Order
    selection_changed = Signal()
    copied = Signal(int)  # number of rows copied to the clipboard
    refused = Signal(str)  # the reason why nothing was copied
    failed = Signal(object)  # Exception

    def __init__(
        self,
        view: QTableView,
        columns: Sequence[PagedColumn[R]],
        jobs: JobQueue,
        preferences: Preferences | None = None,
        order: Order | None = None,
        key: Callable[[R], Hashable] | None = None,
        close: bool = False,
        stretched: bool = False,
        keeps_last: bool = False,
    ) -> None:
        """order: initial order, unless another is remembered; None takes the first sortable column.

        key: identifies a row in a renewed list, for `renew`. close, stretched: as for `prepare`.
        keeps_last: as for `ColumnWidths`.
        """
        super().__init__(view)
        self.view = view
        self.model: PagedModel[R] = PagedModel(columns, jobs, self)
        self._order: Order | None = None
        self._key = key
        self._kept: tuple[int, Hashable] | None = None
        self._pointed: Hashable | None = None
        furnish(view, self.model, self.copy, stretched=stretched, close=close)
        header = view.horizontalHeader()
        sortable = [at for at, column in enumerate(columns) if column.order is not None]
        header.setSortIndicatorShown(bool(sortable))
        header.setSectionsClickable(bool(sortable))
        if order is not None:
            header.setSortIndicator(*self._shown_as(order))
        elif sortable:
            header.setSortIndicator(sortable[0], Qt.SortOrder.AscendingOrder)
        self._widths = ColumnWidths(
            view, columns, preferences, fills=stretched, shrinks=False, keeps_last=keeps_last
        )
        self._order = self._order_of(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self._shown_indicator = (header.sortIndicatorSection(), header.sortIndicatorOrder())
        header.sortIndicatorChanged.connect(self._on_indicator)
        self.model.failed.connect(self.failed)
        view.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        view.selectionModel().currentChanged.connect(lambda *_: self.selection_changed.emit())
        self.model.arrived.connect(self._check_kept)
        self.model.arrived.connect(self._select_pointed)
        self.model.arrived.connect(self._fit_to)
        self.model.arrived.connect(lambda *_: self.selection_changed.emit())
        self.model.modelReset.connect(self._on_reset)

    @property
    def order(self) -> Order | None:
        """The order that the header shows."""
        return self._order

    def show_order(self, order: Order) -> None:
        """Move the arrow to an order that the caller asks the source for."""
        self._order, self._shown_indicator = order, self._shown_as(order)
        self._point()

    def _shown_as(self, order: Order) -> tuple[int, Qt.SortOrder]:
        at = next(at for at, one in enumerate(self.model.columns) if one.order == order.key)
        way = Qt.SortOrder
        return at, way.DescendingOrder if order.descending else way.AscendingOrder

    def _point(self) -> None:
        """Draw the arrow where the rows are sorted, without asking for that order."""
        header = self.view.horizontalHeader()
        with QSignalBlocker(header):
            header.setSortIndicator(*self._shown_indicator)
        header.viewport().update()

    def current_row(self) -> int | None:
        """Position of the selected row; None if none or several are selected."""
        ranges = self.ranges()
        if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
            return ranges[0][0]
        return None

    def selected(self) -> R | None:
        """The selected row; None if none or several are selected, or while it is not loaded."""
        at = self.current_row()
        return None if at is None else self.model.row(at)

    def select(self, at: int) -> None:
        """Select a row and scroll to it."""
        if not 0 <= at < self.model.rowCount():
            return
        index = self.model.index(at, max(0, self.view.currentIndex().column()))
        self.view.selectionModel().setCurrentIndex(
            index,
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )
        self._kept = self._pointed = None
        self.view.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def point_to(self, key: Hashable) -> None:
        """Select the row with this key once it is read: it is new, or has another place."""
        self._pointed = key

    def renew(
        self, snapshot: Snapshot[R], place: Callable[[int], int | None] | None = None
    ) -> None:
        """Show a newer reading of the same list; selection and scroll position stay.

        place: new position of a former row, None if it is gone. Without it, positions are taken as
        unchanged; the selection is then cleared if another row is now at the selected position.
        """
        at, row, count = self.current_row(), self.selected(), snapshot.count
        if place is not None:
            self._show_moved(snapshot, self.ranges(), place)
            at = None if at is None else place(at)
        elif count == self.model.rowCount():
            self.model.refresh(snapshot)
        else:
            chosen = [] if at is None else [(at, at)]
            self._show_moved(snapshot, chosen, lambda one: one if one < count else None)
        self._kept = None
        if at is not None and row is not None and self._key is not None:
            self._kept = (at, self._key(row))

    def copy(self) -> None:
        """Copy the selected rows with headers, tab-separated, as Excel pastes them."""
        ranges = self.ranges()
        count = sum(last - first + 1 for first, last in ranges)
        if not count:
            return
        if count > MAX_COPIED:
            self.refused.emit(TOO_MANY.format(count=count, limit=MAX_COPIED))
            return
        snapshot, columns = self.model.snapshot, self.model.columns
        self.model.jobs.add(
            lambda progress: _as_text(snapshot, columns, ranges, progress),
            while_alive(self, self._on_copied),
        )

    def _on_copied(self, outcome: Outcome[tuple[str, int]]) -> None:
        def copy(copied: tuple[str, int]) -> None:
            text, count = copied
            QGuiApplication.clipboard().setText(text)
            self.copied.emit(count)

        settle(outcome, copy, self.failed.emit)

    def ranges(self) -> list[tuple[int, int]]:
        """First and last row of each selected range, in order."""
        return selected_ranges(self.view)

    def _show_moved(
        self,
        snapshot: Snapshot[R],
        chosen: Sequence[tuple[int, int]],
        place: Callable[[int], int | None],
    ) -> None:
        """chosen: the ranges to select, in former positions."""
        view, selection = self.view, self.view.selectionModel()
        top, current = max(0, view.rowAt(0)), view.currentIndex()
        in_sight = place(top) if top else 0
        rows: list[int] = []
        if sum(last - first + 1 for first, last in chosen) <= MAX_KEPT:
            former = (one for first, last in chosen for one in range(first, last + 1))
            rows = [now for now in map(place, former) if now is not None]
        now_at = place(current.row()) if current.isValid() else None
        scrolled = view.verticalScrollBar().value()
        self.model.show(snapshot, place)
        wanted = QItemSelection()
        for now in rows:
            wanted.append(QItemSelectionRange(self.model.index(now, 0)))
        flags = QItemSelectionModel.SelectionFlag
        selection.select(wanted, flags.ClearAndSelect | flags.Rows)
        if now_at is not None:
            index = self.model.index(now_at, max(0, current.column()))
            selection.setCurrentIndex(index, flags.NoUpdate)
        view.verticalScrollBar().setValue(scrolled if in_sight is None else in_sight)

    def _on_reset(self) -> None:
        # Otherwise Qt lays the rows out while it paints them, and paints them all again.
        self.view.indexAt(QPoint())
        self._kept = None
        self.selection_changed.emit()

    def _check_kept(self, first: int, last: int) -> None:
        """Clear the selection if another row is now at the selected position."""
        if self._kept is None or self._key is None or not first <= self._kept[0] <= last:
            return
        (at, key), self._kept = self._kept, None
        row = self.model.row(at)
        if (row is None or self._key(row) != key) and self.current_row() == at:
            self.view.clearSelection()

    def _select_pointed(self, first: int, last: int) -> None:
        if self._pointed is None or self._key is None:
            return
        for at in range(first, last + 1):
            row = self.model.row(at)
            if row is not None and self._key(row) == self._pointed:
                self.select(at)
                return

    def _order_of(self, section: int, order: Qt.SortOrder) -> Order | None:
        if not 0 <= section < len(self.model.columns):
            return None
        key = self.model.columns[section].order
        return None if key is None else Order(key, order is Qt.SortOrder.DescendingOrder)

    def _on_indicator(self, section: int, order: Qt.SortOrder) -> None:
        wanted = self._order_of(section, order)
        if wanted is None:
            self._point()  # the column cannot be sorted by
            return
        self._shown_indicator = (section, order)
        self._widths.remember()
        if wanted != self._order:
            self._order = wanted
            self.order_wanted.emit(wanted)

    def _fit_to(self, first: int, last: int) -> None:
        """Fit the columns to rows that were just loaded, unless the room is taken anyway."""
        if self._widths.has_room:
            loaded = (self.model.row(at) for at in range(first, last + 1))
            rows = [row for row in loaded if row is not None]
            self._widths.learn(needs(self.view, self.model.columns, rows))


def _as_text(
    snapshot: Snapshot[R],
    columns: Sequence[PagedColumn[R]],
    ranges: Sequence[tuple[int, int]],
    progress: Progress,
) -> tuple[str, int]:
    lines = ["\t".join(column.title for column in columns)]
    total = sum(last - first + 1 for first, last in ranges)
    for first, last in ranges:
        for start in range(first, last + 1, BLOCK_ROWS):
            for row in snapshot.rows(start, min(BLOCK_ROWS, last + 1 - start)):
                if row is not None:
                    lines.append("\t".join(column.copied(row) for column in columns))
            progress.report(len(lines) - 1, total)
    return "\n".join(lines), len(lines) - 1
