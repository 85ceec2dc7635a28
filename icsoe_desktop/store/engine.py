"""The encrypted SQLite file: its engine and its transactions."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.connection import BUSY, DISK_FULL, RawConnection, open_store

_AFTER_COMMIT = "after_commit"  # key in Session.info: what to call

PAGE_DAMAGED = (
    "Una parte del archivo de datos «icsoe.db» está dañada y no se puede leer. No se cambió nada. "
    "Cierre el programa, revise el disco y restaure el respaldo más nuevo."
)
READ_ONLY = (
    "La carpeta de datos es de sólo lectura. Sus datos anteriores están completos. Revise los "
    "permisos de la carpeta y vuelva a guardar."
)

_RANDOM_A_MAX = 0xFFF

Clock = Callable[[], datetime]

# What the driver says of a fault that no statement has → what the user reads.
_OF_THE_MACHINE: Final = {"full": DISK_FULL, "readonly": READ_ONLY, "locked": BUSY}


class IdSource:
    """Makes UUIDv7 ids that increase while the program runs, even if the clock stops or goes back.

    clock_ms: milliseconds since 1970, UTC.
    Source: RFC 9562, 5.7 and 6.2 (method 1, a counter in rand_a).
    """

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def new(self) -> uuid.UUID:
        with self._lock:
            now = self._clock_ms()
            if now > self._last_ms:
                self._last_ms = now
                # Start in the lower half: the upper half is reserved for more ids in
                # the same millisecond.
                self._counter = secrets.randbelow(_RANDOM_A_MAX // 2)
            else:
                self._counter += 1
                if self._counter > _RANDOM_A_MAX:
                    self._last_ms += 1
                    self._counter = 0
            head = (self._last_ms & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | self._counter << 64
        return uuid.UUID(int=head | 0b10 << 62 | secrets.randbits(62))


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_engine(path: Path, key: DataKey, opened: RawConnection | None = None) -> Engine:
    """An engine on the encrypted file; creates the file if it is missing.

    opened: its first connection, from `open_store`.
    Raises StoreDamagedError if the key does not open the file.
    """
    first = [] if opened is None else [opened]

    def connect() -> DBAPIConnection:
        connection = first.pop() if first else open_store(path, key)
        # RawConnection also has the methods that SQLAlchemy needs from a DBAPI connection.
        return cast(DBAPIConnection, connection)

    engine = create_engine(
        "sqlite://", module=dbapi2, creator=connect, poolclass=QueuePool, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    with engine.connect():
        pass
    return engine


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


class Store:
    """The open store: transactions, new ids, sealing of fields, clock."""

    def __init__(self, engine: Engine, key: DataKey, clock: Clock = utc_now) -> None:
        self.engine = engine
        self.key = key
        self.clock = clock
        self._ids = IdSource(lambda: int(clock().timestamp() * 1000))
        self._writing = engine.execution_options(sqlite_begin="IMMEDIATE")

    def new_id(self, after: uuid.UUID | None = None) -> uuid.UUID:
        """after: an id that it has to follow, also if the clock went back since."""
        new = self._ids.new()
        if after is None or new > after:
            return new
        return uuid.UUID(int=min(after.int + 1 + secrets.randbits(62), 2**128 - 1))

    def today(self) -> date:
        """The day in central Mexico."""
        return fecha_local(self.clock())

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that reads one consistent state. It must not leave its thread.

        Raises StoreDamagedError for a damaged page, and the same errors as `write`.
        """
        with said_in_spanish(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back on any exception.

        Raises UserFacingError for a full disk, a read-only folder or a store in use, and
        StoreDamagedError for a damaged page.
        """
        with said_in_spanish():
            with Session(self._writing, expire_on_commit=False) as session, session.begin():
                yield session
            for call in session.info.get(_AFTER_COMMIT, ()):
                call()

    def after_commit(self, session: Session, call: Callable[[], None]) -> None:
        """Call `call` once the transaction of `write` is on the disk; not after a rollback."""
        session.info.setdefault(_AFTER_COMMIT, []).append(call)

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def said_in_spanish() -> Iterator[None]:
    try:
        yield
    except (DatabaseError, dbapi2.DatabaseError) as error:
        for part, sentence in _OF_THE_MACHINE.items():
            if part in _text_of(error):
                raise UserFacingError(sentence) from error
        if is_damage(error):
            raise StoreDamagedError(PAGE_DAMAGED) from error
        raise


def is_of_the_machine(error: Exception) -> bool:
    """Whether the disk or the file is at fault: the statement may be good."""
    if not isinstance(error, DatabaseError | dbapi2.DatabaseError):
        return isinstance(error, OSError | MemoryError | UserFacingError | StoreDamagedError)
    return is_damage(error) or any(part in _text_of(error) for part in _OF_THE_MACHINE)


def is_broken_constraint(error: Exception) -> bool:
    return isinstance(error, IntegrityError | dbapi2.IntegrityError)


def _text_of(error: Exception) -> str:
    return str(error.orig if isinstance(error, DatabaseError) else error)


def is_damage(error: Exception) -> bool:
    """Whether the driver reports a damaged file, as opposed to a lock or a full disk."""
    text = str(error)
    return any(part in text for part in ("malformed", "not a database", "disk I/O error"))
