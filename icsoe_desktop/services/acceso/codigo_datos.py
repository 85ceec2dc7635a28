"""Remembers whether somebody confirmed that they keep the recovery code of the data.

The code is shown once. If the program ends while it is shown, nobody may have it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.engine import Store

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
