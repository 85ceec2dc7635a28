"""Converts shared rows to record contents and writes contents to rows. Movements: see packets.

It does not use the server. Contents that cannot be written yet raise; the caller holds them.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.capturista import DatosCapturista
from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind
from icsoe_desktop.services.capturistas.relaciones import searchable
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.recibir.lost_values import conflicts_of, put_conflicts
from icsoe_desktop.services.sincronizacion.valores.kinds import (
    KINDS,
    REFERENCES,
    SharedKind,
    WrittenRow,
)
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.sincronizacion.shared_rows import (
    SHARED,
    columns_of,
    read_column,
    values_of,
)
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow
from icsoe_desktop.store.tables.sincronizacion import SalidaRow

_NOT_THERE: Final = "Falta un registro del que depende: {}. Llegará con otra sincronización."
DAMAGED: Final = (
    "El registro no se puede leer con esta versión del programa, o está dañado. No se cambió nada. "
    "Actualice ICSOE Desktop y vuelva a intentarlo."
)


class MissingReferenceError(Exception):
    """A referenced record is missing here. The message is a finished sentence."""

    def __init__(self, kind: RecordKind) -> None:
        super().__init__(_NOT_THERE.format(kind.value))


class RecordClashError(Exception):
    """Another local record has the same RFC, CURP, registro patronal or certificate.

    other: the id of that record.
    """

    def __init__(self, other: uuid.UUID) -> None:
        super().__init__("clash")
        self.other = other


class RecordRows:
    def __init__(self, store: Store) -> None:
        self._store = store

    def local(self, db: Session, kind: RecordKind, record_id: uuid.UUID) -> dict[str, Any] | None:
        """The content of the local record; None if it does not exist."""
        found = values_of(db, kind, record_id)
        if found is None:
            return None
        shared = KINDS[kind]
        if shared.merged:
            found[CONFLICTOS] = conflicts_of(db, kind, record_id)
        if shared.besides is not None:
            found |= shared.besides(self._store, db, record_id)
        return found

    def apply(
        self, db: Session, kind: RecordKind, record_id: uuid.UUID, content: Content | None
    ) -> bool:
        """Write the content to the rows. Returns whether anything changed.

        content: None deletes the record.
        The caller must have set `applying`, so that the outbox ignores the writes.
        Raises MissingReferenceError, RecordClashError, ValueError for values that do not fit.
        """
        row_class, shared = SHARED[kind].row, KINDS[kind]
        row = db.get(row_class, record_id)
        if content is None:
            if row is not None:
                return _remove(db, kind, row)
            put_conflicts(db, kind, record_id, {})
            return False
        if row is not None and self.local(db, kind, record_id) == dict(content):
            return False
        values = {column.name: read_column(column, content, row) for column in columns_of(kind)}
        _resolve(db, shared, values)
        _refuse_clash(db, shared, record_id, values)
        _settle_number(db, kind, record_id, values)
        if shared.derive is not None:
            shared.derive(values, WrittenRow(self._store, record_id, content, row))
        if row is None:
            row = row_class(id=record_id, **values)
            db.add(row)
        else:
            for name, value in values.items():
                setattr(row, name, value)
        db.flush()
        if shared.merged:
            put_conflicts(db, kind, record_id, content.get(CONFLICTOS) or {})
        db.flush()
        return True


def _resolve(db: Session, shared: SharedKind, values: dict[str, Any]) -> None:
    """Replace the ids of other records with their current ids here."""
    for name, other in REFERENCES.items():
        if name in values:
            values[name] = resolve(db, values[name])
            if db.get(SHARED[other].row, values[name]) is None:
                raise MissingReferenceError(other)
    if shared.settle is not None:
        shared.settle(db, values)


def _refuse_clash(
    db: Session, shared: SharedKind, record_id: uuid.UUID, values: dict[str, Any]
) -> None:
    if shared.same is None:
        return
    other = db.scalars(shared.same(values)).first()
    if other is not None and other != record_id:
        raise RecordClashError(other)


def _waits(db: Session, ids: Select[uuid.UUID]) -> bool:
    """Whether one of these records changed here and was not sent: an edit beats a deletion."""
    return bool(db.scalar(select(exists().where(SalidaRow.registro.in_(ids)))))


def _remove(db: Session, kind: RecordKind, row: Any) -> bool:
    shared = KINDS[kind]
    if not shared.deletable:
        return False
    for column, other in shared.kept_by:
        if db.scalars(select(column).where(column == row.id)).first() is not None:
            raise MissingReferenceError(other)
    if shared.owned is not None and shared.forget is not None:
        if any(_waits(db, ids) for ids in shared.owned(row.id)):
            raise MissingReferenceError(kind)
        shared.forget(db, row.id)
    for column in shared.goes_with:
        db.execute(delete(column.class_).where(column == row.id))
    put_conflicts(db, kind, row.id, {})
    db.delete(row)
    db.flush()
    return True


# -- the short numbers that people see: if two records have the same one, the older keeps it


def _settle_number(
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
        row.buscado = searchable(numero, DatosCapturista.of(row), row.creado)
    db.flush()
    outbox.enqueue(raw_of(db), kind, [row.id])  # type: ignore[attr-defined]
