"""Typed access to the sqlcipher3 driver, which has no type hints.

Used for statements that SQLAlchemy would only slow down, and for features that only the driver has.
Only the store writes SQL. A service gets the connection from `raw_of` and passes it to the store.
Does not import SQLAlchemy, whose import the login window does not wait for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from sqlcipher3 import dbapi2

from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.seguridad.data_key import DataKey

if TYPE_CHECKING:
    from sqlalchemy import Connection, PoolProxiedConnection
    from sqlalchemy.orm import Session

BUSY_TIMEOUT_MS = 10_000
PAGE_BYTES = 4096  # SQLCipher's; no store that was ever written is shorter

WRONG_KEY = (
    "Los datos no se pudieron abrir: la llave no corresponde al archivo «icsoe.db», o el archivo "
    "está dañado. No se cambió nada. Restaure el archivo junto con su «llaves.json» desde un "
    "respaldo."
)
DISK_FULL = (
    "No hay espacio en el disco para guardar. Sus datos anteriores están completos. Libere "
    "espacio y vuelva a guardar."
)
BUSY = (
    "Otro programa está usando los datos. No se guardó nada y lo anterior está completo. Espere "
    "un momento y vuelva a intentarlo."
)

SqlValue = str | bytes | int | float | None
# Only the statement determines the types of a row's values. The store function that
# runs it names them.
SqlRow = tuple[Any, ...]


class RawCursor(Protocol):
    """The result of one statement."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> SqlRow | None: ...
    def fetchall(self) -> list[SqlRow]: ...
    def __iter__(self) -> Iterator[SqlRow]: ...
    def __next__(self) -> SqlRow: ...


class RawConnection(Protocol):
    """The part of `sqlcipher3.dbapi2.Connection` that the store uses."""

    isolation_level: str | None

    def execute(self, sql: str, values: Sequence[SqlValue] = ..., /) -> RawCursor: ...
    def executemany(self, sql: str, rows: Iterable[Sequence[SqlValue]], /) -> RawCursor: ...
    def create_function(
        self, name: str, arguments: int, function: Callable[..., SqlValue], *, deterministic: bool
    ) -> None: ...
    def set_progress_handler(self, handler: Callable[[], int] | None, steps: int, /) -> None: ...
    def backup(
        self, target: Self, *, pages: int, progress: Callable[[int, int, int], None]
    ) -> None: ...
    def close(self) -> None: ...


def open_raw(path: Path, key: DataKey, busy_timeout_s: float = 5.0) -> RawConnection:
    """A new connection to the encrypted file at `path`; creates the file if it is missing.

    A wrong key raises nothing here. The first read of the file raises.
    """
    connection: RawConnection = dbapi2.connect(
        str(path), timeout=busy_timeout_s, check_same_thread=False
    )
    # Only the engine opens transactions: switch off the driver's own.
    connection.isolation_level = None
    # SQLCipher would write its errors to standard error. Our own log is the only place for them.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # Set the key before any statement that reads the file.
    connection.execute(f"PRAGMA key = \"x'{key.file_key_hex()}'\"")
    # By default SQLite writes sorts and temporary tables to disk unencrypted.
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def open_store(path: Path, key: DataKey) -> RawConnection:
    """A connection to the store, with the settings that every one of the program has.

    Raises StoreDamagedError if the key does not open the file.
    """
    connection = open_raw(path, key, busy_timeout_s=BUSY_TIMEOUT_MS / 1000)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
        connection.execute("PRAGMA journal_mode = WAL")
    except dbapi2.DatabaseError as error:
        connection.close()
        if "locked" in str(error):
            raise UserFacingError(BUSY) from error
        # The log's index needs 32 kB; without them the driver says "full" or "disk I/O error".
        if "full" in str(error) or shutil.disk_usage(path.parent).free < 16 * PAGE_BYTES:
            raise UserFacingError(DISK_FULL) from error
        raise StoreDamagedError(WRONG_KEY) from error
    connection.execute("PRAGMA synchronous = FULL")
    # SQLite keeps foreign_keys per connection and starts with it off.
    connection.execute("PRAGMA foreign_keys = ON")
    # Without this, INSERT OR REPLACE deletes rows past the triggers that guard the audit log.
    connection.execute("PRAGMA recursive_triggers = ON")
    return connection


def raw_of(db: Session) -> RawConnection:
    """The driver's connection of a session. Its transaction has begun."""
    return raw_in(db.connection())


def raw_in(connection: Connection | PoolProxiedConnection) -> RawConnection:
    """The driver's connection under an open SQLAlchemy connection."""
    from sqlalchemy import Connection

    pooled = connection.connection if isinstance(connection, Connection) else connection
    return cast(RawConnection, pooled.driver_connection)


def raw_unless_closed(connection: PoolProxiedConnection) -> RawConnection | None:
    """The driver's connection; None if the pool has taken it back."""
    return cast(RawConnection | None, connection.driver_connection)


def only_row(cursor: RawCursor) -> SqlRow:
    """The single row of a statement that always returns one, such as a count, a maximum or
    RETURNING.
    """
    row = cursor.fetchone()
    if row is None:
        raise LookupError("a statement that always gives a row gave none")
    return row


def pages_missing(raw: RawConnection) -> bool:
    """Whether the file is shorter than its header declares. The journal may have the rest."""
    (pages,) = only_row(raw.execute("PRAGMA page_count"))
    (size,) = only_row(raw.execute("PRAGMA page_size"))
    path = str(only_row(raw.execute("PRAGMA database_list"))[2])
    return Path(path).stat().st_size < int(pages) * int(size)
