"""Argon2id, one derivation at a time, and what it costs.

Two concurrent derivations in one process deadlock: each waits for threads of OpenSSL's pool that
the other one holds (seen with cryptography 46 on two cores). Derive every key with this module.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters of one derivation."""

    memory_kib: int
    iterations: int
    lanes: int


# Every new secret costs this: about 0.3 s. Only the tests' fixture replaces it
# (tests/support/cost.py); tests/seguridad/test_cost.py shows that nothing here can.
COST: Final = Cost(memory_kib=64 * 1024, iterations=3, lanes=4)

_TURN = threading.Lock()


def derive(secret: bytes, *, salt: bytes, length: int, cost: Cost | None = None) -> bytes:
    """A key of `length` bytes at `cost`, or at COST."""
    with _TURN:
        return _argon2id(salt, length, cost).derive(secret)


def derive_phc(secret: bytes, *, salt: bytes, length: int, cost: Cost | None = None) -> str:
    """A PHC text, which contains the parameters and the salt."""
    with _TURN:
        return _argon2id(salt, length, cost).derive_phc_encoded(secret)


def verify_phc(secret: bytes, text: str) -> bool:
    """Whether the PHC text was made from `secret`. False for a malformed text."""
    with _TURN:
        try:
            Argon2id.verify_phc_encoded(secret, text)
        except (InvalidKey, ValueError):
            return False
    return True


def _argon2id(salt: bytes, length: int, cost: Cost | None) -> Argon2id:
    one = cost or COST
    return Argon2id(
        salt=salt,
        length=length,
        iterations=one.iterations,
        lanes=one.lanes,
        memory_cost=one.memory_kib,
    )
