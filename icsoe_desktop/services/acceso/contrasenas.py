"""Passwords of people: only ever hashed (Argon2id)."""

from __future__ import annotations

import secrets
import unicodedata

from icsoe_desktop.seguridad import argon2

MEMORY_KIB = 64 * 1024
ITERATIONS = 3
LANES = 4
HASH_BYTES = 32
SALT_BYTES = 16


def hash_password(password: str) -> str:
    """The PHC text of Argon2id (64 MiB, t=3, p=4) with a fresh salt. Takes about 0.3 s."""
    return argon2.derive_phc(
        _bytes(password),
        salt=secrets.token_bytes(SALT_BYTES),
        length=HASH_BYTES,
        iterations=ITERATIONS,
        lanes=LANES,
        memory_kib=MEMORY_KIB,
    )


def verify_password(hashed: str, password: str) -> bool:
    """Whether `password` is the one. Takes as long as hash_password, right or wrong."""
    return argon2.verify_phc(_bytes(password), hashed)


def _bytes(password: str) -> bytes:
    # The same letters typed on macOS and Windows may be composed differently.
    return unicodedata.normalize("NFC", password).encode()
