"""What an import has read, beside the store: an encrypted file that dies with the import.

It is attached to one connection, so that a million rows are compared and brought in by SQLite
itself. Nothing of it touches the store before `movimientos_masivos`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from icsoe_desktop.store.engine import said_in_spanish
from icsoe_desktop.store.interrupcion import interruptible

_PREFIX: Final = "importacion-"
_SUFFIX: Final = ".tmp"
_ABANDONED_S: Final = 24 * 3600

_TABLES: Final = """
CREATE TABLE previo.trabajadores(
    id INTEGER PRIMARY KEY, nss TEXT, curp TEXT, primer_apellido TEXT, segundo_apellido TEXT,
    nombres TEXT, orden_primer TEXT, orden_segundo TEXT, orden_nombres TEXT);
CREATE TABLE previo.movimientos(
    n INTEGER PRIMARY KEY, archivo INTEGER, linea INTEGER, id BLOB, trabajador INTEGER, nss TEXT,
    tipo TEXT, registro_patronal TEXT, fecha INTEGER, sbc INTEGER, tipo_trabajador TEXT,
    tipo_salario TEXT, jornada TEXT, causa_baja TEXT, umf TEXT, guia TEXT, clave_trabajador TEXT);
CREATE TABLE previo.problemas(
    n INTEGER PRIMARY KEY, archivo INTEGER, linea INTEGER, posicion INTEGER, campo TEXT,
    encontrado TEXT, esperado TEXT, gravedad TEXT);
CREATE TABLE previo.repetidos(n INTEGER PRIMARY KEY, primero INTEGER);
CREATE TEMP TABLE en_datos(n INTEGER PRIMARY KEY);
"""
_MOVIMIENTO: Final = (
    "INSERT INTO previo.movimientos VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_TRABAJADOR: Final = "INSERT INTO previo.trabajadores VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PROBLEMA: Final = "INSERT INTO previo.problemas VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)"

_BASE: Final = "substr(registro_patronal, 1, 10)"
_IDENTICAL: Final = (
    f"CREATE INDEX previo.iguales ON movimientos(nss, fecha, tipo, {_BASE})",
    "INSERT INTO previo.repetidos SELECT p.n, g.primero FROM ("  # noqa: S608
    f" SELECT nss, fecha, tipo, {_BASE} AS base, min(n) AS primero FROM previo.movimientos"
    f" GROUP BY nss, fecha, tipo, {_BASE} HAVING count(*) > 1"
    ") g CROSS JOIN previo.movimientos p ON p.nss = g.nss AND p.fecha = g.fecha AND p.tipo = g.tipo"
    " AND substr(p.registro_patronal, 1, 10) = g.base WHERE p.n <> g.primero",
)
_IN_STORE: Final = (
    "INSERT OR IGNORE INTO temp.en_datos SELECT p.n FROM previo.movimientos p INDEXED BY iguales "
    "CROSS JOIN main.trabajadores t ON t.nss = p.nss "
    "CROSS JOIN main.movimientos m ON m.trabajador = t.fila AND m.fecha = p.fecha "
    "AND m.tipo = p.tipo "
    "WHERE substr(m.registro_patronal, 1, 10) = substr(p.registro_patronal, 1, 10) "
    "AND m.estado NOT IN (?, ?)"
)

Ask = Callable[[], None]


class Previo:
    """Belongs to one import at a time; whichever thread works on it, only one does."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.execution_options(sqlite_begin="IMMEDIATE").connect()
        self.raw = cast(Any, self._connection.connection.driver_connection)
        store = Path(self.raw.execute("PRAGMA database_list").fetchone()[2])
        _sweep(store.parent)
        self.path = store.parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        self._closed = False
        try:
            key = f"x'{secrets.token_hex(32)}'"
            self.raw.execute("ATTACH DATABASE ? AS previo KEY ?", (str(self.path), key))
            # It need not outlive anything, not even this program.
            self.raw.execute("PRAGMA previo.journal_mode = OFF")
            self.raw.execute("PRAGMA previo.synchronous = OFF")
            for statement in _TABLES.split(";"):
                if statement.strip():
                    self.raw.execute(statement)
            self.version = self.data_version()
        except BaseException:
            self.close()
            raise

    def data_version(self) -> int:
        """Another number once somebody else wrote to the store."""
        found: int = self.raw.execute("PRAGMA data_version").fetchone()[0]
        return found

    @contextmanager
    def filling(self) -> Iterator[None]:
        """A transaction over this file alone. A full disk is said in Spanish."""
        with said_in_spanish():
            self.raw.execute("BEGIN")
            yield
            self.raw.execute("COMMIT")

    @contextmanager
    def applying(self) -> Iterator[Session]:
        """A session that writes to the store, with this file at hand; all of it or nothing."""
        with (
            said_in_spanish(),
            Session(self._connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def add_workers(self, rows: Iterable[Sequence[Any]]) -> None:
        self.raw.executemany(_TRABAJADOR, rows)

    def add_movements(self, rows: Iterable[Sequence[Any]]) -> None:
        self.raw.executemany(_MOVIMIENTO, rows)

    def add_problems(self, rows: Iterable[Sequence[Any]]) -> None:
        self.raw.executemany(_PROBLEMA, rows)

    def find_repeated(self, ask: Ask) -> int:
        """How many movements repeat an earlier one of the files."""
        with interruptible(self.raw, ask):
            for statement in _IDENTICAL:
                self.raw.execute(statement)
        return self.count("SELECT count(*) FROM previo.repetidos")

    def find_in_store(self, not_presented: tuple[int, int], ask: Ask) -> int:
        """How many are in the store already. not_presented: the states that do not count."""
        self.raw.execute("DELETE FROM temp.en_datos")
        if self.count("SELECT EXISTS (SELECT 1 FROM main.movimientos)"):
            with interruptible(self.raw, ask):
                self.raw.execute(_IN_STORE, not_presented)
        self.version = self.data_version()
        return self.count("SELECT count(*) FROM temp.en_datos")

    def count(self, sql: str, values: Sequence[Any] = ()) -> int:
        found: int = self.raw.execute(sql, values).fetchone()[0] or 0
        return found

    def close(self) -> None:
        """Twice does no harm."""
        if self._closed:
            return
        self._closed = True
        try:
            if self.raw.in_transaction:
                self.raw.execute("ROLLBACK")
            for statement in (
                "DROP TABLE IF EXISTS temp.en_datos",
                "DROP TABLE IF EXISTS temp.mapa",
                "DETACH DATABASE previo",
            ):
                self.raw.execute(statement)
        finally:
            # The connection goes rather than back to the pool: what was attached goes with it.
            self._connection.invalidate()
            self._connection.close()
            self.path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes what a program that was killed left. Nobody has its key."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        try:
            if time.time() - path.stat().st_mtime > _ABANDONED_S:
                path.unlink()
        except OSError:  # in use, or gone already
            continue
