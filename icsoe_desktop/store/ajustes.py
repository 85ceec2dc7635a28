"""Settings, one row per name: JSON values, or a sealed secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import AjusteRow


def find_setting(db: Session, nombre: str) -> AjusteRow | None:
    return db.scalars(select(AjusteRow).where(AjusteRow.nombre == nombre)).one_or_none()


def setting(db: Session, store: Store, nombre: str) -> AjusteRow:
    """The row of a setting; creates an empty one if it is missing."""
    row = find_setting(db, nombre)
    if row is None:
        row = AjusteRow(id=store.new_id(), nombre=nombre, valor=None, sellado=None)
        db.add(row)
    return row


def kept_values(db: Session, nombre: str) -> dict[str, Any]:
    """The JSON values of a setting; empty if it was never saved."""
    row = find_setting(db, nombre)
    kept: dict[str, Any] = json.loads(row.valor) if row is not None and row.valor else {}
    return kept


def keep_values(db: Session, store: Store, nombre: str, values: Mapping[str, Any]) -> None:
    setting(db, store, nombre).valor = json.dumps(values, ensure_ascii=False)
