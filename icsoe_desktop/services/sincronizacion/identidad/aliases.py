"""Gives a duplicate record the id of the record that stays.

Source: docs/decisions/0014-sincronizacion.md, Merging.
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.sincronizacion.valores.sealed_fields import reseal
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED, move_to_id
from icsoe_desktop.store.tables.registros import CertificadoRow
from icsoe_desktop.store.tables.sincronizacion import AliasRow


def resolve(db: Session, record_id: uuid.UUID) -> uuid.UUID:
    """The current id of the record: follows its aliases."""
    seen = {record_id}
    while (row := db.get(AliasRow, record_id)) is not None and row.a not in seen:
        record_id = row.a
        seen.add(record_id)
    return record_id


def remember(db: Session, old_id: uuid.UUID, new_id: uuid.UUID) -> None:
    if old_id == new_id:
        return
    row = db.get(AliasRow, old_id)
    if row is None:
        db.add(AliasRow(de=old_id, a=new_id))
    else:
        row.a = new_id
    db.flush()


def rename(
    db: Session, store: Store, kind: RecordKind, old_id: uuid.UUID, new_id: uuid.UUID
) -> None:
    """Change the id of a row and of all references to it.

    If a row with `new_id` exists, it takes the references and the old row is deleted.
    The caller must have set `applying`, so that the outbox ignores the change.
    """
    there = db.get(SHARED[kind].row, new_id) is not None
    if kind is RecordKind.CERTIFICADO and not there:
        reseal(store.key, db.get_one(CertificadoRow, old_id), new_id)
        db.flush()
    move_to_id(raw_of(db), kind, old_id, new_id, taken=there)
    db.expire_all()
