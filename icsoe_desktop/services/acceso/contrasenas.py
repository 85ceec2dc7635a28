"""Password hashes (Argon2id). Passwords themselves are never stored."""

from __future__ import annotations

import secrets
import unicodedata

from icsoe_desktop.seguridad import argon2

HASH_BYTES = 32
SALT_BYTES = 16
_SALT_OF_NOBODY = "aWNzb2UtbmFkaWUtMDAwMA"
_DIGEST_OF_NOBODY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def hash_password(password: str) -> str:
    """The PHC string of Argon2id with a new salt. Takes about 0.3 s."""
    return argon2.derive_phc(
        _bytes(password),
        salt=secrets.token_bytes(SALT_BYTES),
        length=HASH_BYTES,
    )


def verify_password(hashed: str, password: str) -> bool:
    """True if `password` has this hash. Takes as long as hash_password in both cases."""
    return argon2.verify_phc(_bytes(password), hashed)


def hash_of_nobody() -> str:
    """A hash that no password matches. Checking it takes as long as checking a real one."""
    cost = argon2.COST
    parameters = f"m={cost.memory_kib},t={cost.iterations},p={cost.lanes}"
    return f"$argon2id$v=19${parameters}${_SALT_OF_NOBODY}${_DIGEST_OF_NOBODY}"


def _bytes(password: str) -> bytes:
    # macOS and Windows may compose the same letters differently.
    return unicodedata.normalize("NFC", password).encode()
