"""Password hashes (Argon2id), never passwords; the recovery code of the data."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime

from sqlalchemy.orm import Session

from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.seguridad import argon2
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store

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


NAME = "codigo_recuperacion"
_SHOWN = "mostrado"


def make_code(store: Store, boveda: Boveda) -> str:
    """A new recovery code, to be shown once and then confirmed. The former one ends."""
    # Before the code: whatever happens after it is made, the next login asks about it.
    with store.write() as db:
        mark_unconfirmed(db, store)
    return boveda.new_recovery_code(store.key)


def mark_unconfirmed(db: Session, store: Store) -> None:
    """Nobody is known to keep the code: the next entry asks, or makes another."""
    keep_values(db, store, NAME, {_SHOWN: store.clock().isoformat()})


def unconfirmed_since(db: Session) -> datetime | None:
    """When the present code was shown; None if somebody confirmed that they keep it."""
    shown = kept_values(db, NAME).get(_SHOWN)
    return None if shown is None else datetime.fromisoformat(shown)


def confirm(db: Session, store: Store) -> None:
    keep_values(db, store, NAME, {})
