"""The rows that an import has read, in an encrypted temporary file beside the store.

The file is attached to one connection, so that SQLite itself compares and imports a million
rows. The store does not change until `bulk` copies the rows into it. Closing the import deletes
the file.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from icsoe_desktop.store.connection import only_row, raw_in
from icsoe_desktop.store.engine import said_in_spanish
from icsoe_desktop.store.interruption import interruptible

_PREFIX: Final = "importacion-"
_SUFFIX: Final = ".tmp"
_ABANDONED_S: Final = 24 * 3600

_TABLES: Final = """
CREATE TABLE preview.trabajadores(
    id INTEGER PRIMARY KEY, nss TEXT, curp TEXT, primer_apellido TEXT, segundo_apellido TEXT,
    nombres TEXT, orden_primer TEXT, orden_segundo TEXT, orden_nombres TEXT);
CREATE TABLE preview.movimientos(
    n INTEGER PRIMARY KEY, archivo INTEGER, linea INTEGER, trabajador INTEGER, nss TEXT,
    tipo TEXT, base TEXT, digito TEXT, fecha INTEGER, sbc INTEGER, tipo_trabajador TEXT,
    tipo_salario TEXT, jornada TEXT, causa_baja TEXT, umf TEXT, guia TEXT, clave_trabajador TEXT,
    rfc TEXT);
CREATE TABLE preview.problemas(
    n INTEGER PRIMARY KEY, archivo INTEGER, linea INTEGER, posicion INTEGER, campo TEXT,
    encontrado TEXT, esperado TEXT, gravedad TEXT, grupo INTEGER);
CREATE TABLE preview.otros(id INTEGER PRIMARY KEY, esperado TEXT);
CREATE TABLE preview.repetidos(n INTEGER PRIMARY KEY, primero INTEGER);
CREATE TEMP TABLE en_datos(n INTEGER PRIMARY KEY);
"""
_MOVIMIENTO: Final = (
    "INSERT INTO preview.movimientos "
    "VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_TRABAJADOR: Final = "INSERT INTO preview.trabajadores VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PROBLEMA: Final = "INSERT INTO preview.problemas VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"

# A sort holds all its rows in memory. Many rows are sorted in parts, by the last digit of the NSS.
_PARTS_FROM: Final = 250_000
_PARTS: Final = tuple(f"substr(nss, 11) IN ('{low}', '{low + 1}')" for low in range(0, 10, 2))
_INDEX: Final = "CREATE INDEX preview.iguales ON movimientos(nss, fecha, tipo, base) WHERE {}"
_REPEATED: Final = (
    "INSERT INTO preview.repetidos SELECT p.n, g.primero FROM ("
    " SELECT nss, fecha, tipo, base, min(n) AS primero FROM preview.movimientos INDEXED BY iguales"
    " WHERE {0} GROUP BY nss, fecha, tipo, base HAVING count(*) > 1"
    ") g CROSS JOIN (SELECT * FROM preview.movimientos INDEXED BY iguales WHERE {0}) p"
    " ON p.nss = g.nss AND p.fecha = g.fecha AND p.tipo = g.tipo AND p.base = g.base"
    " WHERE p.n <> g.primero"
)
_IN_STORE: Final = (
    "INSERT OR IGNORE INTO temp.en_datos SELECT p.n "
    "FROM (SELECT * FROM preview.movimientos INDEXED BY iguales WHERE {}) p "
    "CROSS JOIN main.trabajadores t ON t.nss = p.nss "
    "CROSS JOIN main.movimientos m ON m.trabajador = t.fila AND m.fecha = p.fecha "
    "AND m.tipo = p.tipo "
    "WHERE substr(m.registro_patronal, 1, 10) = p.base AND m.estado NOT IN (?, ?)"
)

# What the store knows of the NSS (id 0), before the workers of the files that it does not know so,
# and those that have an NSS with another one of the files.
_PEOPLE: Final = (
    "WITH q AS MATERIALIZED (SELECT * FROM preview.trabajadores p WHERE {0} "
    "AND (nss IN (SELECT nss FROM preview.trabajadores WHERE {0} GROUP BY nss HAVING count(*) > 1) "
    "OR EXISTS (SELECT 1 FROM main.trabajadores t WHERE t.nss = p.nss) "
    "AND NOT EXISTS (SELECT 1 FROM main.trabajadores t CROSS JOIN main.movimientos m "
    "ON m.trabajador = t.fila WHERE t.nss = p.nss AND t.curp = p.curp "
    "AND t.primer_apellido = p.primer_apellido AND t.segundo_apellido = p.segundo_apellido "
    "AND t.nombres = p.nombres AND m.estado NOT IN (?, ?)))) "
    "SELECT t.nss, 0 AS id, max(m.fecha) AS fecha, max(m.fila) AS fila, t.curp, "
    "t.primer_apellido, t.segundo_apellido, t.nombres "
    "FROM main.trabajadores t CROSS JOIN main.movimientos m ON m.trabajador = t.fila "
    "WHERE t.nss IN (SELECT nss FROM q) AND m.estado NOT IN (?, ?) GROUP BY t.fila "
    "UNION ALL SELECT nss, id, 0, 0, curp, primer_apellido, segundo_apellido, nombres FROM q "
    "ORDER BY nss, id, fecha DESC, fila DESC"
)
_OTHERS: Final = "FROM preview.movimientos m JOIN preview.otros o ON o.id = m.trabajador"
_TELL_OTHERS: Final = (
    "INSERT INTO preview.problemas SELECT row_number() OVER (ORDER BY m.n) - ?, m.archivo, "
    f"m.linea, 0, ?, m.nss, o.esperado, ?, 0 {_OTHERS}"
)

_PROBLEMS: Final = (
    "SELECT archivo, linea, posicion, campo, encontrado, esperado, gravedad "
    "FROM preview.problemas WHERE n > ? ORDER BY n LIMIT ?"
)
_OF_GROUP: Final = (
    "SELECT archivo, linea, posicion, campo, encontrado, esperado, gravedad "
    "FROM preview.problemas INDEXED BY por_grupo WHERE grupo = ? ORDER BY n LIMIT ? OFFSET ?"
)
_EQUAL: Final = (
    "SELECT archivo, linea FROM preview.problemas INDEXED BY por_grupo "
    "WHERE grupo = ? AND encontrado = ? ORDER BY n LIMIT ?"
)
_DUPLICATES: Final = """
SELECT p.archivo, p.linea, p.base || p.digito, p.nss, t.nombres, t.primer_apellido,
    t.segundo_apellido, p.tipo, p.fecha, f.linea
FROM (
    SELECT n, primero FROM preview.repetidos WHERE n NOT IN (SELECT n FROM temp.en_datos)
    UNION ALL SELECT n, NULL FROM temp.en_datos
    ORDER BY n LIMIT ? OFFSET ?
) d
JOIN preview.movimientos p ON p.n = d.n
JOIN preview.trabajadores t ON t.id = p.trabajador
LEFT JOIN preview.movimientos f ON f.n = d.primero
ORDER BY p.n
"""

Ask = Callable[[], None]


class ProblemRow(NamedTuple):
    """A problem of a line. archivo: index of its file. posicion: counted from 1; 0 if there is
    none.
    """

    archivo: int
    linea: int
    posicion: int
    campo: str
    encontrado: str
    esperado: str
    gravedad: str


class PersonRow(NamedTuple):
    """A person under an NSS. worker: of the files; 0 for one of the store."""

    worker: int
    curp: str
    primer_apellido: str
    segundo_apellido: str
    nombres: str


class DuplicateRow(NamedTuple):
    """A movement that repeats another. fecha: a number of `day_number`.

    primera: the line that it repeats; None if it repeats a movement of the store.
    """

    archivo: int
    linea: int
    registro_patronal: str
    nss: str
    nombres: str
    primer_apellido: str
    segundo_apellido: str
    tipo: str
    fecha: int
    primera: int | None


class PreviewFile:
    """The temporary file of one import. Any thread may use it, but only one at a time."""

    def __init__(self, engine: Engine) -> None:
        """Raises UserFacingError for a full disk."""
        self._connection = engine.execution_options(sqlite_begin="IMMEDIATE").connect()
        self.raw = raw_in(self._connection)
        store = Path(only_row(self.raw.execute("PRAGMA database_list"))[2])
        _sweep(store.parent)
        self.path = store.parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        self._closed = self._grouped = False
        self._first = 0  # problems with a number up to 0, which come before the others
        self.version = -1  # data_version of the store at the last search for duplicates
        try:
            with said_in_spanish():
                self._attach()
        except BaseException:
            self.close()
            raise

    def _attach(self) -> None:
        key = f"x'{secrets.token_hex(32)}'"
        self.raw.execute("ATTACH DATABASE ? AS preview KEY ?", (str(self.path), key))
        # The file does not have to survive a crash, so it needs no journal.
        self.raw.execute("PRAGMA preview.journal_mode = OFF")
        self.raw.execute("PRAGMA preview.synchronous = OFF")
        # The file is written and read sequentially: a small cache is enough.
        self.raw.execute("PRAGMA preview.cache_size = -2000")
        for statement in _TABLES.split(";"):
            if statement.strip():
                self.raw.execute(statement)

    def data_version(self) -> int:
        """`PRAGMA data_version`: changes when another connection commits to the store."""
        found: int = only_row(self.raw.execute("PRAGMA data_version"))[0]
        return found

    @contextmanager
    def filling(self) -> Iterator[None]:
        """A transaction over this file alone. Raises UserFacingError for a full disk."""
        with said_in_spanish():
            self.raw.execute("BEGIN")
            yield
            self.raw.execute("COMMIT")

    @contextmanager
    def applying(self) -> Iterator[Session]:
        """A session that writes to the store and can read this file. Commits, or rolls back on
        exceptions.
        """
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

    def find_duplicates(
        self, not_presented: tuple[int, int], ask: Ask, *, within: bool
    ) -> tuple[int, int]:
        """Count the movements that repeat an earlier line of the files, and those already
        in the store.

        not_presented: states of stored movements that do not count as duplicates.
        within: False skips the search inside the files, if it was done before or can find nothing.
        What `ask` raises ends the search.
        """
        self.raw.execute("DELETE FROM temp.en_datos")
        in_store = self._count("SELECT EXISTS (SELECT 1 FROM main.movimientos)")
        if within or in_store:
            rows = self._count("SELECT max(n) FROM preview.movimientos")
            for part in _PARTS if rows > _PARTS_FROM else ("nss IS NOT NULL",):
                with interruptible(self.raw, ask):
                    self.raw.execute(_INDEX.format(part))
                    if within:
                        self.raw.execute(_REPEATED.format(part))
                    if in_store:
                        self.raw.execute(_IN_STORE.format(part), not_presented)
                    self.raw.execute("DROP INDEX preview.iguales")
        return (
            self._count("SELECT count(*) FROM preview.repetidos"),
            self._count("SELECT count(*) FROM temp.en_datos"),
        )

    def people(
        self, not_presented: tuple[int, int], ask: Ask
    ) -> Iterator[tuple[list[PersonRow], list[PersonRow]]]:
        """Per NSS: those that the store knows, newest first, or the first of the files if it knows
        none; and those of the files that it does not know with that name and CURP.

        not_presented: states whose movements make nobody known. What `ask` raises ends the search.
        """
        rows = self._count("SELECT count(*) FROM preview.trabajadores")
        for part in _PARTS if rows > _PARTS_FROM else ("nss IS NOT NULL",):
            with interruptible(self.raw, ask):
                found = self.raw.execute(_PEOPLE.format(part), not_presented * 2)
                for _, group in groupby(found, itemgetter(0)):
                    people = [PersonRow(row[1], *row[4:]) for row in group]
                    known = [one for one in people if not one.worker] or people[:1]
                    yield known, people[len(known) :]

    def tell_others(self, told: Iterable[tuple[int, str]], campo: str, gravedad: str) -> int:
        """Add, before all other problems, one for each movement of these workers.

        told: worker and sentence. Returns the number of problems.
        """
        self.raw.executemany("INSERT INTO preview.otros VALUES (?, ?)", told)
        self._first = self._count(f"SELECT count(*) {_OTHERS}")
        self.raw.execute(_TELL_OTHERS, (self._first, campo, gravedad))
        return self._first

    def problems(self, start: int, count: int, grupo: int | None = None) -> list[ProblemRow]:
        """Up to `count` rows from position `start` (0 is the first): those of `tell_others`, then
        the others, both by file and line. grupo: only those of this group.
        """
        if grupo is not None:
            self._index_groups()
            return [ProblemRow(*row) for row in self.raw.execute(_OF_GROUP, (grupo, count, start))]
        found = self.raw.execute(_PROBLEMS, (start - self._first, count))
        return [ProblemRow(*row) for row in found]

    def equal_problems(self, grupo: int, encontrado: str, limit: int) -> list[tuple[int, int]]:
        """File and line of those problems of a group in which this was found."""
        self._index_groups()
        return list(self.raw.execute(_EQUAL, (grupo, encontrado, limit)))

    def _index_groups(self) -> None:
        if not self._grouped:
            self.raw.execute("CREATE INDEX preview.por_grupo ON problemas(grupo, n)")
            self._grouped = True

    def duplicates(self, start: int, count: int) -> list[DuplicateRow]:
        """Up to `count` rows from position `start` (0 is the first), ordered by file and line."""
        return [DuplicateRow(*row) for row in self.raw.execute(_DUPLICATES, (count, start))]

    def count_duplicates_of_both(self) -> int:
        """Count the movements that repeat an earlier line and are in the store as well."""
        return self._count(
            "SELECT count(*) FROM preview.repetidos WHERE n IN (SELECT n FROM temp.en_datos)"
        )

    def count_not_duplicated(self) -> int:
        return self._count(
            "SELECT count(*) FROM preview.movimientos WHERE n NOT IN (SELECT n FROM temp.en_datos) "
            "AND n NOT IN (SELECT n FROM preview.repetidos)"
        )

    def _count(self, sql: str) -> int:
        found: int = only_row(self.raw.execute(sql))[0] or 0
        return found

    def close(self) -> None:
        """Delete the file. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        # Not back to the pool: the file would stay attached. To detach it writes, and a full disk
        # would be told by that error in place of the first one.
        self._connection.invalidate()
        self._connection.close()
        self.path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Delete the files that a killed program left. Nobody has their key."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        try:
            if time.time() - path.stat().st_mtime > _ABANDONED_S:
                path.unlink()
        except OSError:  # in use, or already deleted
            continue
