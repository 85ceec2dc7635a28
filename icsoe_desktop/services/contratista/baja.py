"""What belongs to a contratista, and goes with it when its data are deleted."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.store.tables import (
    ActivacionRow,
    AcuseInformativaRow,
    AcuseRow,
    AjusteRow,
    ConflictoRow,
    ContratanteRow,
    ContratoRow,
    CorreoRow,
    DomicilioRow,
    FolioRepseRow,
    InformativaRow,
    RelacionRow,
)

# Records of their own, referring rows before the rows that they refer to.
_RECORDS: tuple[Any, ...] = (
    RelacionRow,
    InformativaRow,
    ContratoRow,
    ContratanteRow,
    FolioRepseRow,
)


def owned_records(contratista_id: uuid.UUID) -> list[Select[uuid.UUID]]:
    """A query for each kind of record of the contratista: its ids."""
    return [select(row.id).where(row.contratista_id == contratista_id) for row in _RECORDS]


def forget_contratista(db: Session, contratista_id: uuid.UUID) -> None:
    """Delete all rows of a contratista but its own. The persons and the bitácora stay."""
    relaciones, informativas, *_ = owned = owned_records(contratista_id)
    names = [contratista_id.hex, *(one.hex for one in db.scalars(informativas))]
    for name in names:
        db.execute(delete(AjusteRow).where(AjusteRow.nombre.endswith(name, autoescape=True)))
    for ids in owned:
        db.execute(delete(ConflictoRow).where(ConflictoRow.registro.in_(ids)))
    db.execute(delete(ConflictoRow).where(ConflictoRow.registro == contratista_id))
    db.execute(delete(ActivacionRow).where(ActivacionRow.relacion_id.in_(relaciones)))
    db.execute(
        delete(AcuseInformativaRow).where(AcuseInformativaRow.informativa_id.in_(informativas))
    )
    for row in (*_RECORDS, DomicilioRow, AcuseRow):
        db.execute(delete(row).where(row.contratista_id == contratista_id))
    # A mail that is being sent belongs to its sender.
    db.execute(
        delete(CorreoRow).where(
            CorreoRow.contratista_id == contratista_id,
            CorreoRow.estado != EstadoCorreo.ENVIANDO,
        )
    )
    db.flush()
