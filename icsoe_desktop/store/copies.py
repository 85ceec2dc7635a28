"""Makes copies of the store while it is open, and checks that a copy is good."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2

from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.jobs import NoProgress, Progress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.connection import (
    RawConnection,
    only_row,
    open_raw,
    pages_missing,
    raw_in,
)
from icsoe_desktop.store.engine import Clock, open_engine, said_in_spanish
from icsoe_desktop.store.interruption import interruptible
from icsoe_desktop.store.migrate import NEWER_STORE, STORE_BEFORE_RELEASE
from icsoe_desktop.store.migrations import HEAD, precedes_release
from icsoe_desktop.store.tables.sincronizacion import OficinaRow

PAGES_AT_ONCE = 512
OFFICE = OficinaRow.__tablename__  # one row in the store of a desktop that is in an office
COUNTED = (
    "usuarios",
    "registros_patronales",
    "certificados",
    "movimientos",
    "contratistas",
    "personas",
    OFFICE,
)

COPY_DAMAGED = (
    "La copia no pasó la revisión: está dañada o incompleta. Sus datos actuales no se tocaron. "
    "Use otro respaldo."
)
COPYING, CHECKING = "Copiando los datos", "Revisando la copia"


@dataclass(frozen=True)
class CopyContents:
    """What a copy contains: its schema revision, and the rows of each table that users know."""

    esquema: str
    conteos: tuple[tuple[str, int], ...]


def copy_store(engine: Engine, key: DataKey, target: Path, progress: Progress) -> None:
    """Write one consistent state of the open store to `target`, encrypted under the same key.

    target: must not exist. Raises Cancelled; the caller must then delete `target`.
    """
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(handle)

    def step(_status: int, remaining: int, total: int) -> None:
        progress.report(total - remaining, total, COPYING)

    with said_in_spanish(), engine.connect() as connection:
        source = raw_in(connection)
        copy = open_raw(target, key)
        try:
            source.backup(copy, pages=PAGES_AT_ONCE, progress=step)
            # In WAL mode the copy would need a journal file beside it. A backup must be one file.
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()


def check_store(path: Path, key: DataKey, progress: Progress | None = None) -> CopyContents:
    """Open, check and count the store at `path`. No other connection may use it.

    Raises StoreDamagedError, and UserFacingError for a store of a newer program, or of one before
    1.0.0.
    """
    if not path.exists():
        raise StoreDamagedError(COPY_DAMAGED)
    told = progress or NoProgress()
    connection = open_raw(path, key)
    try:
        with interruptible(connection, lambda: told.report(0, None, CHECKING)):
            return _checked(connection)
    except dbapi2.DatabaseError as error:
        raise StoreDamagedError(COPY_DAMAGED) from error
    finally:
        connection.close()


def bring_up_to_date(path: Path, key: DataKey, clock: Clock) -> None:
    """Migrate the copy at `path` and check that it has every table and column of this program.

    A copy can pass its checks and still be no store of ours: nobody should find that out after it
    took the place of the data. Raises StoreDamagedError, and UserFacingError for a full disk.
    """
    # Imported here: the first window needs neither.
    from icsoe_desktop.store.migrate import columns_of_tables, migrate
    from icsoe_desktop.store.tables import load_all
    from icsoe_desktop.store.tables.base import Row

    load_all()
    before = path.with_name("antes-de-poner-al-dia")
    engine = open_engine(path, key)
    try:
        with said_in_spanish():
            migrate(engine, before, clock)
            with engine.connect() as connection:
                found = columns_of_tables(connection)
        for name, table in Row.metadata.tables.items():
            if not {column.name for column in table.columns} <= found.get(name, set()):
                raise StoreDamagedError(COPY_DAMAGED)
    except (DatabaseError, dbapi2.DatabaseError, KeyError) as error:
        raise StoreDamagedError(COPY_DAMAGED) from error
    finally:
        engine.dispose()
        shutil.rmtree(before, ignore_errors=True)
    raw = open_raw(path, key)
    try:
        # One file: nothing else moves to its place.
        raw.execute("PRAGMA journal_mode = DELETE").fetchone()
    finally:
        raw.close()


def note_restored(path: Path, key: DataKey) -> None:
    """Let the copy of a desktop in an office tell its user that it comes from a backup."""
    # Nothing of synchronisation is loaded where it is off.
    from icsoe_desktop.domain.sincronizacion.records import RESTORED, pack, unpack

    raw = open_raw(path, key)
    try:
        row = raw.execute("SELECT contenido FROM sincronizacion_actas WHERE numero = 0").fetchone()
        known = [] if row is None else unpack(row[0])
        raw.execute(
            "INSERT OR REPLACE INTO sincronizacion_actas (numero, contenido) VALUES (0, ?)",
            (pack([*known, RESTORED]),),
        )
    finally:
        raw.close()


def _checked(connection: RawConnection) -> CopyContents:
    esquema = str(only_row(connection.execute("SELECT version_num FROM alembic_version"))[0])
    if precedes_release(esquema):
        raise UserFacingError(STORE_BEFORE_RELEASE)
    # Revisions ascend as text, so this program can tell that an unknown one is later.
    if esquema > HEAD:
        raise UserFacingError(NEWER_STORE)
    if only_row(connection.execute("PRAGMA quick_check(1)"))[0] != "ok":
        raise StoreDamagedError(COPY_DAMAGED)
    present = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    return CopyContents(
        esquema,
        tuple(
            (table, only_row(connection.execute(f"SELECT count(*) FROM {table}"))[0])  # noqa: S608
            for table in COUNTED
            if table in present
        ),
    )


def size_of(engine: Engine) -> int:
    """Octets of the store, with what is still in its write-ahead log."""
    with said_in_spanish(), engine.connect() as connection:
        raw = raw_in(connection)
        (pages,) = only_row(raw.execute("PRAGMA page_count"))
        (size,) = only_row(raw.execute("PRAGMA page_size"))
        return int(pages) * int(size)


def is_empty(engine: Engine) -> bool:
    """Whether the open store has no table: a new one, or the shell of a lost one."""
    with engine.connect() as connection:
        sql = "SELECT count(*) FROM sqlite_master"
        return not only_row(raw_in(connection).execute(sql))[0]


def is_cut(engine: Engine) -> bool:
    """Whether the open store's file is shorter than its header declares."""
    with engine.connect() as connection:
        raw = raw_in(connection)
        if pages_missing(raw):
            # Pages that are still in the write-ahead log are not missing: move them to
            # the file first.
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return pages_missing(raw)
    return False
