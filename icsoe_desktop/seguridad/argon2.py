"""Argon2id, one derivation at a time, and what it costs.

Two concurrent derivations in one process deadlock: each waits for threads of OpenSSL's pool that
the other one holds (seen with cryptography 46 on two cores). Derive every key with this module.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from icsoe_desktop.errors import UserFacingError


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters of one derivation."""

    memory_kib: int
    iterations: int
    lanes: int

    @property
    def is_affordable(self) -> bool:
        """Whether Argon2 takes it and it is within MOST."""
        return (
            1 <= self.iterations <= MOST.iterations
            and 1 <= self.lanes <= MOST.lanes
            and 8 * self.lanes <= self.memory_kib <= MOST.memory_kib
        )


# Every new secret costs this: about 0.3 s. Only the tests' fixture replaces it
# (tests/support/cost.py); tests/seguridad/test_argon2.py shows that nothing here can.
COST: Final = Cost(memory_kib=64 * 1024, iterations=3, lanes=4)

# The most that a file or another desktop may ask for: about 0.8 s. It leaves room for a COST of
# later versions.
MOST: Final = Cost(memory_kib=128 * 1024, iterations=4, lanes=8)
NO_MEMORY: Final = (
    "No hay memoria suficiente para comprobar la contraseña. No se cambió nada. Cierre otros "
    "programas y vuelva a intentarlo."
)

_PHC: Final = re.compile(
    r"\$argon2id\$v=19\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})"
    r"\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}"
)
_TURN = threading.Lock()


def derive(secret: bytes, *, salt: bytes, length: int, cost: Cost | None = None) -> bytes:
    """A key of `length` bytes at `cost`, or at COST. Raises UserFacingError without memory."""
    with _TURN, _memory_told():
        return _argon2id(salt, length, cost).derive(secret)


def derive_phc(secret: bytes, *, salt: bytes, length: int, cost: Cost | None = None) -> str:
    """A PHC text, which contains the parameters and the salt."""
    with _TURN:
        return _argon2id(salt, length, cost).derive_phc_encoded(secret)


def verify_phc(secret: bytes, text: str) -> bool:
    """Whether the PHC text was made from `secret`.

    False for a malformed text, and for one whose parameters are not affordable: it came from
    another desktop, and every password of this program waits for the derivation to end.
    Raises UserFacingError without memory.
    """
    if not is_affordable_phc(text):
        return False
    with _TURN, _memory_told():
        try:
            Argon2id.verify_phc_encoded(secret, text)
        except (InvalidKey, ValueError):
            return False
    return True


def is_affordable_phc(text: str) -> bool:
    """Whether `text` is a PHC text of Argon2id whose parameters are affordable."""
    found = _PHC.fullmatch(text)
    return found is not None and Cost(*map(int, found.groups())).is_affordable


@contextmanager
def _memory_told() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise UserFacingError(NO_MEMORY) from error


def _argon2id(salt: bytes, length: int, cost: Cost | None) -> Argon2id:
    one = cost or COST
    return Argon2id(
        salt=salt,
        length=length,
        iterations=one.iterations,
        lanes=one.lanes,
        memory_cost=one.memory_kib,
    )
