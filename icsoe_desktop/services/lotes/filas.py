"""From the store's row of a lote to what people see of it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from icsoe_desktop.domain.movimientos.movimiento import EstadoLote, TipoMovimiento
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.lotes.documentos import Nombres
from icsoe_desktop.services.lotes.valores import ClaseDocumento, Lote
from icsoe_desktop.store.tables import LoteRow

GONE = "El lote ya no existe. No se cambió nada. Actualice la lista."


def row_of(db: Session, lote_id: uuid.UUID) -> LoteRow:
    """Raises UserFacingError when it is gone."""
    row = db.get(LoteRow, lote_id)
    if row is None:
        raise UserFacingError(GONE)
    return row


def value_of(row: LoteRow, documents: Nombres) -> Lote:
    return Lote(
        id=row.id,
        registro_patronal=row.registro_patronal,
        tipo=TipoMovimiento(row.tipo) if row.tipo else None,
        nombre_archivo=row.nombre_archivo,
        sha256=row.sha256.hex(),
        bytes=len(row.contenido),
        movimientos=row.movimientos,
        estado=EstadoLote(row.estado),
        creado=row.creado,
        enviado=row.enviado,
        recibido=row.recibido,
        respondido=row.respondido,
        cancelado=row.cancelado,
        numero=row.numero,
        folio=row.folio,
        constancia=documents.get((row.id, ClaseDocumento.CONSTANCIA.value), ""),
        acuse=documents.get((row.id, ClaseDocumento.ACUSE.value), ""),
    )
