"""A delay that grows with repeated failures. It is stored, so a restart does not end it."""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import IntentoRow

FREE_FAILURES = 3
FIRST_DELAY_S = 2
MAX_DELAY_S = 15 * 60
FORGOTTEN_AFTER = timedelta(hours=24)


class TooManyAttemptsError(UserFacingError):
    """It is too early for another attempt. `espera_s`: seconds to wait, for a countdown."""

    def __init__(self, espera_s: int) -> None:
        super().__init__(
            f"Demasiados intentos. Espere {_in_words(espera_s)} y vuelva a intentarlo. "
            "No se cambió nada."
        )
        self.espera_s = espera_s


class Intentos:
    """Counts consecutive failures by a keyed hash of the name.

    quien: any name, in any case. A prefix separates kinds of attempts.
    free_failures: number of failures without delay.
    """

    def __init__(self, store: Store, free_failures: int = FREE_FAILURES) -> None:
        self._store = store
        self._free_failures = free_failures

    def check(self, db: Session, quien: str) -> None:
        """Raises TooManyAttemptsError during the delay after the last failure."""
        row = db.get(IntentoRow, self._hashed(quien))
        if row is None:
            return
        delay_s = delay_after(row.fallos, self._free_failures)
        elapsed_s = (self._store.clock() - row.ultimo).total_seconds()
        # A failure in the future means that the clock was moved back. Waiting for that time could
        # take years.
        if 0 <= elapsed_s < delay_s:
            raise TooManyAttemptsError(math.ceil(delay_s - elapsed_s))

    def failed(self, db: Session, quien: str) -> None:
        """Count another failure in the caller's transaction, which must commit."""
        now = self._store.clock()
        db.execute(
            delete(IntentoRow).where(
                or_(
                    IntentoRow.ultimo < now - FORGOTTEN_AFTER,
                    IntentoRow.ultimo > now + FORGOTTEN_AFTER,
                )
            )
        )
        hashed = self._hashed(quien)
        row = db.get(IntentoRow, hashed)
        if row is None:
            db.add(IntentoRow(quien=hashed, fallos=1, ultimo=now))
        else:
            row.fallos += 1
            row.ultimo = now

    def failures(self, db: Session, quien: str) -> int:
        """Number of consecutive failures."""
        row = db.get(IntentoRow, self._hashed(quien))
        return 0 if row is None else row.fallos

    def succeeded(self, db: Session, quien: str) -> None:
        """Forget the failures of `quien` in the caller's transaction."""
        db.execute(delete(IntentoRow).where(IntentoRow.quien == self._hashed(quien)))

    def _hashed(self, quien: str) -> bytes:
        text = f"intentos|{quien.strip().casefold()}".encode()
        return hmac.digest(self._store.key.index_key(), text, hashlib.sha256)


def delay_after(failures: int, free_failures: int = FREE_FAILURES) -> int:
    """Seconds to wait after this many consecutive failures: 0, 0, 0, 2, 4, 8 … 900."""
    beyond = failures - free_failures
    if beyond <= 0:
        return 0
    # Bound the exponent: 2**10000 has thousands of digits.
    return int(min(MAX_DELAY_S, FIRST_DELAY_S * 2 ** min(beyond - 1, 16)))


def _in_words(seconds: int) -> str:
    if seconds == 1:
        return "1 segundo"
    if seconds < 120:
        return f"{seconds} segundos"
    return f"{math.ceil(seconds / 60)} minutos"
