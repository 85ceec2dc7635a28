"""Argon2id, one derivation at a time.

Two concurrent derivations in one process deadlock: each waits for threads of OpenSSL's pool that
the other one holds (seen with cryptography 46 on two cores). Derive every key with this module.
"""

from __future__ import annotations

import threading

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_TURN = threading.Lock()


def derive(
    secret: bytes, *, salt: bytes, length: int, iterations: int, lanes: int, memory_kib: int
) -> bytes:
    """A key of `length` bytes. Takes about 0.3 s with 64 MiB and three iterations."""
    with _TURN:
        return Argon2id(
            salt=salt, length=length, iterations=iterations, lanes=lanes, memory_cost=memory_kib
        ).derive(secret)


def derive_phc(
    secret: bytes, *, salt: bytes, length: int, iterations: int, lanes: int, memory_kib: int
) -> str:
    """A PHC text, which contains the parameters and the salt."""
    with _TURN:
        return Argon2id(
            salt=salt, length=length, iterations=iterations, lanes=lanes, memory_cost=memory_kib
        ).derive_phc_encoded(secret)


def verify_phc(secret: bytes, text: str) -> bool:
    """Whether the PHC text was made from `secret`. False for a malformed text."""
    with _TURN:
        try:
            Argon2id.verify_phc_encoded(secret, text)
        except (InvalidKey, ValueError):
            return False
    return True
