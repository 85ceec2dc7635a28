"""A contratista's registers of contratantes and folios of the REPSE."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.contrato import Contratante, FolioRepse
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.services.informativa.filas import contratante_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import ContratanteRow, ContratistaRow, FolioRepseRow


def contratantes_of(db: Session, contratista: ContratistaRow) -> tuple[Contratante, ...]:
    """By name."""
    rows = db.scalars(
        select(ContratanteRow)
        .where(ContratanteRow.contratista_id == contratista.id)
        .order_by(ContratanteRow.nombre, ContratanteRow.id)
    )
    return tuple(map(contratante_of, rows))


def folios_of(db: Session, contratista: ContratistaRow) -> tuple[FolioRepse, ...]:
    rows = db.scalars(
        select(FolioRepseRow)
        .where(FolioRepseRow.contratista_id == contratista.id)
        .order_by(FolioRepseRow.folio, FolioRepseRow.id)
    )
    return tuple(FolioRepse(folio=row.folio, texto=row.texto) for row in rows)


def keep_contratante(
    db: Session, store: Store, contratista: ContratistaRow, contratante: Contratante
) -> uuid.UUID:
    """Id of the contratante with this RFC; saves its values."""
    row = db.scalars(
        select(ContratanteRow)
        .where(
            ContratanteRow.contratista_id == contratista.id,
            ContratanteRow.rfc == contratante.rfc,
        )
        .order_by(ContratanteRow.id)
    ).first()
    now = store.clock()
    if row is None:
        row = ContratanteRow(id=store.new_id(), contratista_id=contratista.id, creado=now)
    for name in Contratante.__dataclass_fields__:
        setattr(row, name, getattr(contratante, name))
    row.actualizado = now
    db.add(row)
    db.flush()
    return row.id


def keep_folio(
    db: Session, store: Store, contratista: ContratistaRow, folio: FolioRepse
) -> uuid.UUID:
    """Id of this folio and service; adds it. One folio may have several services."""
    row = db.scalars(
        select(FolioRepseRow)
        .where(
            FolioRepseRow.contratista_id == contratista.id,
            FolioRepseRow.folio == folio.folio,
            FolioRepseRow.texto == folio.texto,
        )
        .order_by(FolioRepseRow.id)
    ).first()
    if row is None:
        now = store.clock()
        row = FolioRepseRow(
            id=store.new_id(),
            contratista_id=contratista.id,
            folio=clean(folio.folio),
            texto=clean(folio.texto),
            creado=now,
            actualizado=now,
        )
        db.add(row)
        db.flush()
    return row.id
