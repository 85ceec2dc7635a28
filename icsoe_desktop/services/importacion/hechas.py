"""Applied imports: the list of them, and which may be undone.

One of registros patronales has no movements; what it changed stands in a setting.
"""

from __future__ import annotations

import json
import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.estado_aviso import Situacion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.importacion.valores import Importacion
from icsoe_desktop.services.movimientos.filas import ESTADO_DE
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row, still_there
from icsoe_desktop.store.movimientos.bulk import in_use
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.movimientos import ImportacionRow

NO_SUCH = "La importación ya no existe. No se cambió nada. Actualice la lista."
REGISTROS = "registros.importaciones"
UNDONE_ALREADY = "Esa importación ya se había deshecho. No se cambió nada."


def new_row(db: Session, store: Store, sesion: Sesion, archivos: tuple[str, ...]) -> ImportacionRow:
    """A flushed row, before its movements are imported."""
    last = db.scalar(select(func.max(ImportacionRow.numero))) or 0
    row = ImportacionRow(
        id=store.new_id(),
        numero=last + 1,
        cuando=store.clock(),
        usuario_id=sesion.usuario_id,
        archivos=json.dumps(archivos, ensure_ascii=False),
        importados=0,
        primera=0,
        ultima=0,
        deshecha=None,
    )
    db.add(row)
    db.flush()
    return row


def newest_first(db: Session) -> tuple[Importacion, ...]:
    query = (
        select(ImportacionRow, UsuarioRow.correo)
        .outerjoin(UsuarioRow, UsuarioRow.id == ImportacionRow.usuario_id)
        .order_by(ImportacionRow.numero.desc())
    )
    of_registros = kept_values(db, REGISTROS)
    return tuple(
        of_row(
            Importacion,
            row,
            quien=quien or "",
            archivos=tuple(json.loads(row.archivos)),
            de_registros=row.id.hex in of_registros,
        )
        for row, quien in db.execute(query)
    )


# Id of a registro patronal → what an import changed: field → before and after; None for a new one.
CambiosRegistros = dict[str, dict[str, list[str]] | None]


def keep_changes(db: Session, store: Store, row: ImportacionRow, cambios: CambiosRegistros) -> None:
    keep_values(db, store, REGISTROS, {**kept_values(db, REGISTROS), row.id.hex: cambios})


def changes_to_undo(
    db: Session, importacion_id: uuid.UUID
) -> tuple[ImportacionRow, CambiosRegistros]:
    """Raises UserFacingError if the import is gone, was undone, or is one of movements."""
    row = _undone_no_more(db, importacion_id)
    cambios = kept_values(db, REGISTROS).get(row.id.hex)
    if cambios is None:
        raise UserFacingError(NO_SUCH)
    return row, cambios


def row_to_undo(db: Session, importacion_id: uuid.UUID) -> ImportacionRow:
    """Raises UserFacingError if the import is gone, was undone, or its movements are in use."""
    row = _undone_no_more(db, importacion_id)
    if row.id.hex in kept_values(db, REGISTROS):
        raise UserFacingError(NO_SUCH)
    _refuse_if_used(db, row)
    return row


def _undone_no_more(db: Session, importacion_id: uuid.UUID) -> ImportacionRow:
    row = still_there(db, ImportacionRow, importacion_id, NO_SUCH)
    if row.deshecha is not None:
        raise UserFacingError(UNDONE_ALREADY)
    return row


def _refuse_if_used(db: Session, row: ImportacionRow) -> None:
    """Raises UserFacingError if a movement of the import changed its state or is in a lote."""
    used = in_use(raw_of(db), (row.numero, row.primera, row.ultima))
    if not used:
        return
    lotes = {lote for _, lote, _ in used if lote is not None}
    names = {
        lote_id.bytes: nombre
        for lote_id, nombre in db.execute(select(LoteRow.id, LoteRow.nombre_archivo))
        if lote_id.bytes in lotes
    }
    parts = [
        f"{count:,} en el lote «{names[lote]}» "
        f"({Situacion.of(ESTADO_DE[estado], in_lote=True).value.lower()})"
        if lote is not None
        else f"{count:,} con estado {ESTADO_DE[estado].value.lower()}"
        for estado, lote, count in used
    ]
    raise UserFacingError(
        "La importación no se puede deshacer, porque de sus movimientos hay "
        f"{'; '.join(parts)}. No se cambió nada. Cancele antes los lotes que no se han presentado."
    )
