"""Tables of any length: only the visible blocks of rows are read, off the GUI thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.kit.pills import STATE_ROLE
from icsoe_desktop.gui.kit.tables import NO_PARENT, Column, ColumnsModel
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Stopped, Succeeded

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

# Two screens or three. Blocks of 256 rows lengthened a jump to a distant row by a third.
BLOCK_ROWS = 100
KEPT_BLOCKS = 48
# While scrolling fast, only the most recently requested blocks are still visible.
WAITING_BLOCKS = 4
MOVED_BLOCKS = 8
LOADING = "…"
GONE = "—"


class Snapshot(Protocol[R_co]):
    """Rows in a fixed order. `rows` runs in a worker thread, never in the GUI thread."""

    @property
    def count(self) -> int: ...

    def rows(self, start: int, count: int) -> Sequence[R_co | None]:
        """`count` rows from `start`; None for each that was deleted, or fewer where the last are
        gone.
        """


@dataclass(frozen=True)
class Order:
    """key: the `order` of the chosen column."""

    key: Hashable
    descending: bool = False


@dataclass(frozen=True)
class PagedColumn(Column[R]):
    """order: key that the source sorts by; None if it cannot."""

    order: Hashable | None = None


class HeldRows(Generic[R_co]):
    """A snapshot in memory: its rows are there from the first painting on."""

    def __init__(self, rows: Sequence[R_co] = ()) -> None:
        self._rows = tuple(rows)

    @property
    def count(self) -> int:
        return len(self._rows)

    def rows(self, start: int, count: int) -> Sequence[R_co]:
        return self._rows[start : start + count]


class PagedModel(ColumnsModel[PagedColumn[R]], Generic[R]):
    """Shows a Snapshot. A row that is not loaded yet shows LOADING until its block arrives.

    jobs: a queue for reading only, so that rows do not wait behind long work.
    """

    arrived = Signal(int, int)  # first and last row that were just loaded
    failed = Signal(object)  # Exception

    def __init__(
        self, columns: Sequence[PagedColumn[R]], jobs: JobQueue, parent: QObject | None = None
    ) -> None:
        super().__init__(columns, parent)
        self._jobs = jobs
        self._snapshot: Snapshot[R] = HeldRows()
        self._count = 0
        self._blocks: OrderedDict[int, Sequence[R | None]] = OrderedDict()
        self._stale: dict[int, Sequence[R | None]] = {}
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._fetching = False
        self._stopped = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._fetch_next)

    def show(self, snapshot: Snapshot[R], place: Callable[[int], int | None] | None = None) -> None:
        """Show the rows of a snapshot and clear the selection.

        place: new position of a former row, which is shown there until it is read again.
        """
        self.beginResetModel()
        self._stale = {} if place is None else self._moved(place)
        self._take(snapshot)
        self.endResetModel()
        if self._blocks:
            self.arrived.emit(0, self._count - 1)

    def refresh(self, snapshot: Snapshot[R]) -> None:
        """Replace the snapshot by a newer one without flicker; selection and scroll position stay.

        snapshot: as many rows as before, in the same positions. Raises ValueError otherwise.
        """
        if snapshot.count != self._count:
            raise ValueError("a refreshed snapshot has the rows that it had")
        self._stale = {**self._stale, **self._blocks}
        self._take(snapshot)
        if self._count:
            last = self.index(self._count - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def stop(self) -> None:
        """Stop reading rows. Call it before the queue closes."""
        self._stopped = True

    @property
    def snapshot(self) -> Snapshot[R]:
        return self._snapshot

    @property
    def jobs(self) -> JobQueue:
        return self._jobs

    def row(self, at: int) -> R | None:
        """The row at a position. None while it is not loaded, and loading begins."""
        block, place = divmod(at, BLOCK_ROWS)
        rows = self._blocks.get(block)
        if rows is None:
            self._want(block)
            rows = self._stale.get(block, ())
        return rows[place] if place < len(rows) else None

    def is_here(self, at: int) -> bool:
        block, place = divmod(at, BLOCK_ROWS)
        if block in self._blocks:
            return True
        stale = self._stale.get(block, ())
        return place < len(stale) and stale[place] is not None

    def rowCount(self, parent: Any = NO_PARENT) -> int:
        return 0 if parent.isValid() else self._count

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role not in _ROLES_OF_ROWS:
            return self.styled(index.column(), role)
        row = self.row(index.row())
        if row is not None:
            return self.shown(index.column(), row, role)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return GONE if self.is_here(index.row()) else LOADING

    def _moved(self, place: Callable[[int], int | None]) -> dict[int, Sequence[R | None]]:
        """The most recently loaded rows, which are visible, by their new positions."""
        moved: dict[int, list[R | None]] = {}
        for block, rows in [*self._stale.items(), *self._blocks.items()][-MOVED_BLOCKS:]:
            for at, row in enumerate(rows, block * BLOCK_ROWS):
                now = place(at)
                if now is not None:
                    target = moved.setdefault(now // BLOCK_ROWS, [None] * BLOCK_ROWS)
                    target[now % BLOCK_ROWS] = row
        return dict(moved)

    def _take(self, snapshot: Snapshot[R]) -> None:
        self._snapshot = snapshot
        self._count = snapshot.count
        self._blocks.clear()
        self._wanted.clear()
        if isinstance(snapshot, HeldRows):
            for first in range(0, self._count, BLOCK_ROWS):
                self._blocks[first // BLOCK_ROWS] = snapshot.rows(first, BLOCK_ROWS)

    def _want(self, block: int) -> None:
        self._wanted[block] = None
        self._wanted.move_to_end(block)
        if not self._fetching and not self._soon.isActive():
            # Wait until painting ends: it may request more rows.
            self._soon.start(0)

    def _fetch_next(self) -> None:
        while len(self._wanted) > WAITING_BLOCKS:
            self._wanted.popitem(last=False)
        if self._stopped or self._fetching or not self._wanted:
            return
        block, _ = self._wanted.popitem()
        snapshot = self._snapshot
        start = block * BLOCK_ROWS
        count = min(BLOCK_ROWS, self._count - start)
        self._fetching = True
        on_done: Callable[[Outcome[Sequence[R | None]]], None] = while_alive(
            self, lambda outcome: self._on_fetched(snapshot, block, outcome)
        )
        self._jobs.add(lambda _progress: snapshot.rows(start, count), on_done)

    def _on_fetched(
        self, snapshot: Snapshot[R], block: int, outcome: Outcome[Sequence[R | None]]
    ) -> None:
        self._fetching = False
        if snapshot is self._snapshot:
            match outcome:
                case Succeeded(rows):
                    self._keep(block, rows)
                case Failed(error):
                    # Store an empty block: otherwise each painting would request it again.
                    self._keep(block, ())
                    self.failed.emit(error)
                case Stopped():
                    pass
        self._fetch_next()

    def _keep(self, block: int, rows: Sequence[R | None]) -> None:
        self._blocks[block] = rows
        shown = self._stale.pop(block, ())
        self._wanted.pop(block, None)
        while len(self._blocks) > KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        first = block * BLOCK_ROWS
        last = min(first + BLOCK_ROWS, self._count) - 1
        # What is shown already is not painted again. None was shown as a row that is on its way.
        if not shown or None in rows or list(shown) != list(rows):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self.arrived.emit(first, last)


_ROLES_OF_ROWS = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ToolTipRole,
        STATE_ROLE,
    }
)
