"""Ordered lists of movements, kept in temporary tables and read by position.

A temporary table belongs to one connection, so each open list has its own connection. A lock lets
any thread read from it.
"""

from __future__ import annotations

import ctypes
import itertools
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection

from icsoe_desktop.store.connection import (
    RawConnection,
    SqlRow,
    only_row,
    raw_in,
    raw_unless_closed,
)
from icsoe_desktop.store.interruption import interruptible
from icsoe_desktop.store.movimientos.list_sql import (
    ROW_COLUMNS,
    ROW_JOINS,
    MovementSelection,
    is_by_worker,
    is_walked,
    list_statement,
)
from icsoe_desktop.store.movimientos.stored_terms import Cuts, all_known
from icsoe_desktop.store.movimientos.workers import find_workers, parse

# Walking the workers in order reads the index of movements at random places.
_WIDE_CACHE = "PRAGMA cache_size = -49152"
_USUAL_CACHE = "PRAGMA cache_size = -8000"

_BLOCK = (
    f"SELECT {ROW_COLUMNS} FROM temp.vista v "  # noqa: S608
    f"LEFT JOIN movimientos m ON m.fila = v.fila {ROW_JOINS} "
    "WHERE v.posicion BETWEEN ? AND ? ORDER BY v.posicion"
)
_FIRST = f"FROM movimientos m {ROW_JOINS} WHERE m.fila IN "

# Marks that change with the movements; each is read from a few pages. New
# movements raise max(fila).
# Any other local change adds a line to the bitácora in the same transaction. Changes of other
# desktops move the sync cursors, up to a minute of server time later.
_MARKS = """
    SELECT (SELECT max(fila) FROM movimientos), (SELECT max(fila) FROM trabajadores),
        (SELECT group_concat(cursor) FROM sincronizacion_cursores
         WHERE coleccion IN ('lotes', 'estados'))
"""
_LAST_LINE = "SELECT ifnull(max(numero), 0) FROM bitacora"
_NEW_LINES = "SELECT DISTINCT accion FROM bitacora WHERE numero > ?"

EstadoLegalSql = Callable[[str, int, str, int | None, int, int | None], int]
LimiteLegalSql = Callable[[str, int, str], int]
# The values of ROW_COLUMNS, in their order.
MovementValues = SqlRow


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which movements, in which order.

    text: words to find workers by; empty for all. estado_legal, limite_legal: the SQL functions
    that give the place of a movement in EstadoLegal and the last day of its term, to filter and
    sort by, until every term is stored. cuts: what tells the state from the stored terms; None if
    they are of another calendar.
    """

    selection: MovementSelection
    order: str
    descending: bool
    text: str
    estado_legal: EstadoLegalSql
    limite_legal: LimiteLegalSql
    cuts: Cuts | None = None


@dataclass
class _OpenList:
    """version: data_version of the file at the last check. marks, line: as they were at opening."""

    connection: PoolProxiedConnection
    lock: threading.Lock
    version: int
    marks: SqlRow
    line: int
    count: int


class OrderedLists:
    def __init__(self, engine: Engine, quiet: Collection[str] = ()) -> None:
        """quiet: actions of bitácora lines that do not mean a change to movements."""
        self._engine = engine
        self._quiet = frozenset(quiet)
        self._open: dict[int, _OpenList] = {}
        self._numbers = itertools.count(1)
        # Reentrant: garbage collection may call `release` at any moment, also while this
        # thread holds it.
        self._lock = threading.RLock()

    def first(self, request: ListRequest, limit: int) -> list[MovementValues]:
        """The first rows, without building the whole list."""
        with self._connection() as raw:
            sql, values = _statement(raw, request, limit)
            numbers = [row[0] for row in raw.execute(sql, values)]
            return rows_of(raw, numbers)

    def open(self, request: ListRequest, ask: Callable[[], None]) -> tuple[int, int]:
        """Build a list; return its number and how many rows it has. What `ask` raises
        ends the work.
        """
        connection = self._engine.raw_connection()
        raw = raw_in(connection)
        try:
            with interruptible(raw, ask):
                # Read the marks before the rows: a change in between then shows as stale, and
                # is never missed.
                version, marks = _version(raw), only_row(raw.execute(_MARKS))
                line = only_row(raw.execute(_LAST_LINE))[0]
                raw.execute(
                    "CREATE TEMP TABLE vista(posicion INTEGER PRIMARY KEY, fila INTEGER NOT NULL)"
                )
                if is_by_worker(request.order):
                    raw.execute(_WIDE_CACHE)
                sql, values = _statement(raw, request, None)
                raw.execute(f"INSERT INTO temp.vista(fila) {sql}", values)
                found = only_row(raw.execute("SELECT max(posicion) FROM temp.vista"))[0]
        except BaseException:
            _give_back(connection)
            raise
        finally:
            if is_by_worker(request.order):
                _usual_cache(connection)
            if not is_walked(request.order):
                _trim_heap()
        count: int = found or 0
        with self._lock:
            number = next(self._numbers)
            lock = threading.Lock()
            self._open[number] = _OpenList(connection, lock, version, marks, line, count)
        return number, count

    def rows(self, number: int, start: int, count: int) -> list[MovementValues]:
        """Up to `count` rows from position `start` (0 is the first). A deleted row has None
        in every column.

        Empty once the list was released.
        """
        opened = self._open.get(number)
        if opened is None:
            return []
        with opened.lock:
            raw = raw_unless_closed(opened.connection)
            if raw is None:
                return []
            found: list[MovementValues] = raw.execute(_BLOCK, (start + 1, start + count)).fetchall()
            return found

    def is_stale(self, number: int) -> bool:
        """Whether the rows may have changed. Another desktop's change shows one
        sync round later.
        """
        opened = self._open.get(number)
        if opened is None:
            return True
        with opened.lock:
            raw = raw_unless_closed(opened.connection)
            if raw is None:
                return True
            version = _version(raw)
            if version == opened.version:
                return False
            if only_row(raw.execute(_MARKS)) != opened.marks:
                return True
            told = {row[0] for row in raw.execute(_NEW_LINES, (opened.line,))}
            if told - self._quiet:
                return True
            opened.version = version
            return False

    def release(self, number: int) -> None:
        with self._lock:
            opened = self._open.pop(number, None)
        if opened is not None:
            with opened.lock:
                _give_back(opened.connection)

    def close(self) -> None:
        for number in list(self._open):
            self.release(number)

    @contextmanager
    def _connection(self) -> Iterator[RawConnection]:
        connection = self._engine.raw_connection()
        try:
            yield raw_in(connection)
        finally:
            connection.close()


def rows_of(raw: RawConnection, numbers: list[int]) -> list[MovementValues]:
    """The rows with these filas, in the given order, without the deleted ones."""
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    by_number = {
        row[0]: row[1:]
        for row in raw.execute(f"SELECT m.fila, {ROW_COLUMNS} {_FIRST} ({marks})", numbers)
    }
    return [by_number[number] for number in numbers if number in by_number]


def _statement(
    raw: RawConnection, request: ListRequest, limit: int | None
) -> tuple[str, list[Any]]:
    raw.create_function("estado_legal", 6, request.estado_legal, deterministic=True)
    raw.create_function("limite_legal", 3, request.limite_legal, deterministic=True)
    selection = request.selection
    wanted = parse(request.text)
    if wanted is not None:
        total = only_row(raw.execute("SELECT max(fila) FROM trabajadores"))[0] or 0
        workers = find_workers(raw, wanted)
        selection = replace(selection, found_workers=workers, all_workers=total)
    cuts = request.cuts if request.cuts is not None and all_known(raw) else None
    return list_statement(
        selection, request.order, descending=request.descending, limit=limit, cuts=cuts
    )


def _version(raw: RawConnection) -> int:
    # Changes with every commit of another connection. A list's own connection never commits.
    found: int = only_row(raw.execute("PRAGMA data_version"))[0]
    return found


def _usual_cache(connection: PoolProxiedConnection) -> None:
    raw = raw_unless_closed(connection)
    if raw is not None:
        raw.execute(_USUAL_CACHE)
        raw.execute("PRAGMA shrink_memory")


def _give_back(connection: PoolProxiedConnection) -> None:
    raw = raw_unless_closed(connection)
    if raw is not None:
        raw.execute("DROP TABLE IF EXISTS temp.vista")
        raw.execute("DROP TABLE IF EXISTS temp.hallados")
    connection.close()


def _trim_heap() -> None:
    """Return the memory that SQLite freed to the operating system.

    After a sort of a million rows glibc keeps 60 MB, in pieces between what is still used. Other
    systems return it by themselves.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # missing in some C libraries
        if trim is not None:
            trim(0)
