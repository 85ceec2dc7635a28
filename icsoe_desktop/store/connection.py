"""Typed access to the sqlcipher3 driver, which has no type hints.

Used for statements that SQLAlchemy would only slow down, and for features that only the driver has.
Only the store writes SQL. A service gets the connection from `raw_of` and passes it to the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, Self, cast

from sqlalchemy import Connection, PoolProxiedConnection
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from icsoe_desktop.seguridad.data_key import DataKey

SqlValue = str | bytes | int | float | None
# Only the statement determines the types of a row's values. The store function that
# runs it names them.
SqlRow = tuple[Any, ...]


class RawCursor(Protocol):
    """The result of one statement."""

    @property
    def rowcount(self) -> int: ...
    @property
    def lastrowid(self) -> int | None: ...
    def fetchone(self) -> SqlRow | None: ...
    def fetchall(self) -> list[SqlRow]: ...
    def __iter__(self) -> Iterator[SqlRow]: ...
    def __next__(self) -> SqlRow: ...


class RawConnection(Protocol):
    """The part of `sqlcipher3.dbapi2.Connection` that the store uses."""

    isolation_level: str | None

    @property
    def in_transaction(self) -> bool: ...
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


def raw_of(db: Session) -> RawConnection:
    """The driver's connection of a session. Its transaction has begun."""
    return raw_in(db.connection())


def raw_in(connection: Connection | PoolProxiedConnection) -> RawConnection:
    """The driver's connection under an open SQLAlchemy connection."""
    pooled = connection.connection if isinstance(connection, Connection) else connection
    return cast(RawConnection, pooled.driver_connection)


def raw_unless_closed(connection: PoolProxiedConnection) -> RawConnection | None:
    """The driver's connection; None if the pool has taken it back."""
    return cast(RawConnection | None, connection.driver_connection)


def only_row(cursor: RawCursor) -> SqlRow:
    """The single row of a statement that always returns one, such as a count, a
    maximum or RETURNING.
    """
    row = cursor.fetchone()
    if row is None:
        raise LookupError("a statement that always gives a row gave none")
    return row
