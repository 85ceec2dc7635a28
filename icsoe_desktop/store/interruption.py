"""Cancellation of long SQL: SQLite calls back while a statement runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2

from icsoe_desktop.store.connection import RawConnection

# SQLite virtual machine steps between two calls of `ask`: about 10 ms. Each call takes the GIL.
STEPS_BETWEEN = 200_000


@contextmanager
def interruptible(raw: RawConnection, ask: Callable[[], None]) -> Iterator[None]:
    """Call `ask` repeatedly while statements of the block run.

    If `ask` raises, the running statement ends and the block raises the same exception.
    """
    raised: list[BaseException] = []

    def asked() -> int:
        try:
            ask()
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)
            return 1
        return 0

    raw.set_progress_handler(asked, STEPS_BETWEEN)
    try:
        yield
    except (dbapi2.DatabaseError, DatabaseError) as error:
        if raised:
            raise raised[0] from error
        raise
    finally:
        raw.set_progress_handler(None, 0)
    if raised:
        raise raised[0]
