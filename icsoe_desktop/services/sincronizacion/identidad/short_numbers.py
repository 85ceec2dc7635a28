"""The short numbers that people see: if two records have the same one, the older keeps it."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.capturista import DatosCapturista
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.capturistas.relaciones import searchable
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.sincronizacion.shared_rows import SHARED
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow


def settle_number(
    db: Session, kind: RecordKind, record_id: uuid.UUID, values: dict[str, Any]
) -> None:
    """Resolve a number that is taken: give a free one to the newer of the two records.

    values: the columns of the record to write; changed in place. UUIDv7 ids give the age.
    """
    among = KINDS[kind].numbered
    if among is None:
        return
    others: Any = among(values)
    row_class = SHARED[kind].row
    number: Any = row_class.numero  # type: ignore[attr-defined]
    taken = db.scalars(
        others.where(number == values["numero"], row_class.id != record_id)  # type: ignore[attr-defined]
    ).one_or_none()
    top = db.scalar(others.with_only_columns(func.max(number)).order_by(None)) or values["numero"]
    if taken is not None:
        free = max(top, values["numero"]) + 1
        if taken.id < record_id:
            values["numero"] = free
        else:
            _renumber(db, kind, taken, free)
        top = free
    if kind is RecordKind.RELACION:
        owner = db.get_one(ContratistaRow, values["contratista_id"])
        owner.siguiente_relacion = max(owner.siguiente_relacion, top + 1, values["numero"] + 1)


def _renumber(db: Session, kind: RecordKind, row: Row, numero: int) -> None:
    row.numero = numero  # type: ignore[attr-defined]
    if isinstance(row, RelacionRow):
        row.buscado = searchable(numero, _datos(row), row.creado)
    db.flush()
    outbox.enqueue(raw_of(db), kind, [row.id])  # type: ignore[attr-defined]


def _datos(row: RelacionRow) -> DatosCapturista:
    return DatosCapturista.of(row)
