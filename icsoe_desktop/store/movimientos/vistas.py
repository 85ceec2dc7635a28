"""Lists of movements in an order, kept in temporary tables and read by position.

A temporary table lives in one connection, so each open view has its own; a lock lets any thread
read from it.
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
from icsoe_desktop.store.movimientos import busqueda
from icsoe_desktop.store.movimientos.consultas import (
    FILA_JOINS,
    FILA_SQL,
    POR_TRABAJADOR,
    SIN_INDICE,
    Seleccion,
    filas,
)

# Walking the workers in an order reads the index of movements here and there.
_WIDE_CACHE = "PRAGMA cache_size = -49152"
_USUAL_CACHE = "PRAGMA cache_size = -8000"

_BLOCK = (
    f"SELECT {FILA_SQL} FROM temp.vista v LEFT JOIN movimientos m ON m.fila = v.fila {FILA_JOINS} "  # noqa: S608
    "WHERE v.posicion BETWEEN ? AND ? ORDER BY v.posicion"
)
_FIRST = f"FROM movimientos m {FILA_JOINS} WHERE m.fila IN "

# Each is found without reading more than a few pages. Movements are added at the end; whatever
# else is done to them here leaves a line of the bitácora in the same transaction; what other
# desktops did moves how far they were read, though up to a minute of the server later.
_MARKS = """
    SELECT (SELECT max(fila) FROM movimientos), (SELECT max(fila) FROM trabajadores),
        (SELECT group_concat(cursor) FROM sincronizacion_cursores
         WHERE coleccion IN ('lotes', 'estados'))
"""
_LAST_LINE = "SELECT ifnull(max(rowid), 0) FROM bitacora"
_NEW_LINES = "SELECT DISTINCT accion FROM bitacora WHERE rowid > ?"

EstadoLegalSql = Callable[[str, int, str, int | None, int, int | None], str]
Cruda = SqlRow


@dataclass(frozen=True, slots=True)
class Pedido:
    """What is wanted. texto: None without a search. legal: called for orders and filters by it."""

    seleccion: Seleccion
    orden: str
    descendente: bool
    texto: str
    legal: EstadoLegalSql


@dataclass
class _Abierta:
    """version: of the whole file, when it was looked at last. marks, line: when it was opened."""

    connection: PoolProxiedConnection
    lock: threading.Lock
    version: int
    marks: Cruda
    line: int
    count: int


class Vistas:
    def __init__(self, engine: Engine, quiet: Collection[str] = ()) -> None:
        """quiet: the actions of lines of the bitácora that tell of no change to movements."""
        self._engine = engine
        self._quiet = frozenset(quiet)
        self._open: dict[int, _Abierta] = {}
        self._series = itertools.count(1)
        # What is found in the garbage may be released at any moment, also inside the lock.
        self._lock = threading.RLock()

    def first(self, pedido: Pedido, limit: int) -> list[Cruda]:
        """The first rows, without making the whole list."""
        with self._connection() as raw:
            sql, values = _statement(raw, pedido, limit)
            numbers = [row[0] for row in raw.execute(sql, values)]
            return rows_of(raw, numbers)

    def open(self, pedido: Pedido, ask: Callable[[], None]) -> tuple[int, int]:
        """The view's number and how many rows it has. What `ask` raises ends the work."""
        connection = self._engine.raw_connection()
        raw = raw_in(connection)
        try:
            with interruptible(raw, ask):
                # Before the rows: what is written between is then found to be new, never the other
                # way round.
                version, marks = _version(raw), only_row(raw.execute(_MARKS))
                line = only_row(raw.execute(_LAST_LINE))[0]
                raw.execute(
                    "CREATE TEMP TABLE vista(posicion INTEGER PRIMARY KEY, fila INTEGER NOT NULL)"
                )
                if pedido.orden in POR_TRABAJADOR:
                    raw.execute(_WIDE_CACHE)
                sql, values = _statement(raw, pedido, None)
                raw.execute(f"INSERT INTO temp.vista(fila) {sql}", values)
                found = only_row(raw.execute("SELECT max(posicion) FROM temp.vista"))[0]
        except BaseException:
            _give_back(connection)
            raise
        finally:
            if pedido.orden in POR_TRABAJADOR:
                _usual_cache(connection)
            if pedido.orden in POR_TRABAJADOR or pedido.orden in SIN_INDICE:
                _trim_heap()
        count: int = found or 0
        with self._lock:
            serie = next(self._series)
            lock = threading.Lock()
            self._open[serie] = _Abierta(connection, lock, version, marks, line, count)
        return serie, count

    def rows(self, serie: int, start: int, count: int) -> list[Cruda]:
        """From position `start`, counted from 0; those that are gone are all None.

        Nothing once the view was released.
        """
        abierta = self._open.get(serie)
        if abierta is None:
            return []
        with abierta.lock:
            raw = raw_unless_closed(abierta.connection)
            if raw is None:
                return []
            found: list[Cruda] = raw.execute(_BLOCK, (start + 1, start + count)).fetchall()
            return found

    def is_stale(self, serie: int) -> bool:
        """Whether rows may be others by now; of another desktop's work it hears a round later."""
        abierta = self._open.get(serie)
        if abierta is None:
            return True
        with abierta.lock:
            raw = raw_unless_closed(abierta.connection)
            if raw is None:
                return True
            version = _version(raw)
            if version == abierta.version:
                return False
            if only_row(raw.execute(_MARKS)) != abierta.marks:
                return True
            told = {row[0] for row in raw.execute(_NEW_LINES, (abierta.line,))}
            if told - self._quiet:
                return True
            abierta.version = version
            return False

    def release(self, serie: int) -> None:
        with self._lock:
            abierta = self._open.pop(serie, None)
        if abierta is not None:
            with abierta.lock:
                _give_back(abierta.connection)

    def close(self) -> None:
        for serie in list(self._open):
            self.release(serie)

    @contextmanager
    def _connection(self) -> Iterator[RawConnection]:
        connection = self._engine.raw_connection()
        try:
            yield raw_in(connection)
        finally:
            connection.close()


def rows_of(raw: RawConnection, numbers: list[int]) -> list[Cruda]:
    """The rows with these numbers, in their order."""
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    by_number = {
        row[0]: row[1:]
        for row in raw.execute(f"SELECT m.fila, {FILA_SQL} {_FIRST} ({marks})", numbers)
    }
    return [by_number[number] for number in numbers if number in by_number]


def _statement(raw: RawConnection, pedido: Pedido, limit: int | None) -> tuple[str, list[Any]]:
    raw.create_function("estado_legal", 6, pedido.legal, deterministic=True)
    seleccion = pedido.seleccion
    wanted = busqueda.parse(pedido.texto)
    if wanted is not None:
        total = only_row(raw.execute("SELECT max(fila) FROM trabajadores"))[0] or 0
        found = busqueda.find_workers(raw, wanted)
        seleccion = replace(seleccion, hallados=found, trabajadores=total)
    return filas(seleccion, pedido.orden, descendente=pedido.descendente, limit=limit)


def _version(raw: RawConnection) -> int:
    # Grows with every commit of another connection; a view's own never commits to the store.
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
    """Return to the system the memory that SQLite freed.

    After a sort of a million rows glibc keeps 60 MB, in pieces between what is still used. Other
    systems return it by themselves.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in every library of C
        if trim is not None:
            trim(0)
