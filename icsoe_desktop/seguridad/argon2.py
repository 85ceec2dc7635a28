"""Argon2id, one derivation at a time.

Two at once, in two threads of one process, never end: each waits for threads of OpenSSL's pool that
the other holds (seen with cryptography 46 on two cores). Whoever derives a key does it here.
"""

from __future__ import annotations

import threading

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_TURN = threading.Lock()


def derive(
    secret: bytes, *, salt: bytes, length: int, iterations: int, lanes: int, memory_kib: int
) -> bytes:
    """`length` bytes. Takes about 0.3 s with 64 MiB and three iterations."""
    with _TURN:
        return Argon2id(
            salt=salt, length=length, iterations=iterations, lanes=lanes, memory_cost=memory_kib
        ).derive(secret)


def derive_phc(
    secret: bytes, *, salt: bytes, length: int, iterations: int, lanes: int, memory_kib: int
) -> str:
    """The PHC text, which holds its parameters and its salt."""
    with _TURN:
        return Argon2id(
            salt=salt, length=length, iterations=iterations, lanes=lanes, memory_cost=memory_kib
        ).derive_phc_encoded(secret)


def verify_phc(secret: bytes, text: str) -> bool:
    """Whether `text` is of `secret`; False too for a text that is no PHC."""
    with _TURN:
        try:
            Argon2id.verify_phc_encoded(secret, text)
        except (InvalidKey, ValueError):
            return False
    return True
