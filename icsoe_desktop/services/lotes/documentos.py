"""The documents attached to a lote, and the list of lotes as an Excel workbook."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.documentos import Documento, read_document
from icsoe_desktop.gateways.hojas import escritura as excel
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.lotes.valores import ClaseDocumento, Lote
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.lotes import DocumentoLoteRow

MAX_BYTES = 10 * 1024 * 1024

UNREADABLE = "No se pudo leer el archivo. No se adjuntó nada. Revise que exista."
EMPTY = "El archivo está vacío. No se adjuntó nada."
TOO_LARGE = "El archivo pasa de 10 MB. No se adjuntó nada. Elija el que entregó el IMSS."

# (lote, class of document) → file name
Nombres = dict[tuple[uuid.UUID, str], str]


def read_attachment(path: Path) -> Documento:
    """Raises InvalidInputError (campo «archivo»)."""
    try:
        document = read_document(path, MAX_BYTES, TOO_LARGE)
    except OSError as error:
        raise InvalidInputError(UNREADABLE, "archivo") from error
    if not document.contenido:
        raise InvalidInputError(EMPTY, "archivo")
    return document


def keep_document(
    db: Session,
    store: Store,
    lote_id: uuid.UUID,
    clase: ClaseDocumento,
    nombre: str,
    content: bytes,
) -> None:
    """Store a document instead of an earlier one of its class."""
    former = find_document(db, lote_id, clase)
    if former is not None:
        db.delete(former)
        db.flush()
    db.add(
        DocumentoLoteRow(
            id=store.new_id(),
            lote_id=lote_id,
            clase=clase.value,
            nombre=nombre,
            contenido=content,
            sha256=hashlib.sha256(content).digest(),
            creado=store.clock(),
        )
    )
    db.flush()


def find_document(
    db: Session, lote_id: uuid.UUID, clase: ClaseDocumento
) -> DocumentoLoteRow | None:
    return only(db, DocumentoLoteRow, lote_id=lote_id, clase=clase.value)


def document_names(db: Session) -> Nombres:
    """For all lotes."""
    rows = db.execute(
        select(DocumentoLoteRow.lote_id, DocumentoLoteRow.clase, DocumentoLoteRow.nombre)
    )
    return {(lote_id, clase): nombre for lote_id, clase, nombre in rows}


HOJA: Final = "Lotes"


def _local(moment: datetime) -> datetime:
    """The local time, as the list shows it. Excel knows no zones."""
    return moment.astimezone(HORA_DE_MEXICO).replace(tzinfo=None)


_COLUMNAS: Final[tuple[tuple[excel.ColumnaHoja, Callable[[Lote], object]], ...]] = (
    (
        excel.ColumnaHoja("Generado", excel.Tipo.FECHA_HORA, ancho=20),
        lambda lote: _local(lote.creado),
    ),
    (excel.ColumnaHoja("Estado", ancho=12), lambda lote: lote.situacion),
    (excel.ColumnaHoja("Archivo", ancho=48), lambda lote: lote.nombre_archivo),
    (
        excel.ColumnaHoja(CAMPOS_MOVIMIENTO.label("registro_patronal"), ancho=16),
        lambda lote: lote.registro_patronal or None,
    ),
    (
        excel.ColumnaHoja("Movimiento", ancho=24),
        lambda lote: lote.tipo.nombre if lote.tipo else None,
    ),
    (excel.ColumnaHoja("Movimientos", excel.Tipo.ENTERO, ancho=13), lambda lote: lote.movimientos),
    (excel.ColumnaHoja("Lote", ancho=12), lambda lote: lote.numero or None),
    (excel.ColumnaHoja("Folio", ancho=22), lambda lote: lote.folio or None),
    (excel.ColumnaHoja("Enviado", excel.Tipo.FECHA, ancho=12), lambda lote: lote.enviado),
    (excel.ColumnaHoja("Recibido", excel.Tipo.FECHA, ancho=12), lambda lote: lote.recibido),
    (excel.ColumnaHoja("Respondido", excel.Tipo.FECHA, ancho=12), lambda lote: lote.respondido),
    (excel.ColumnaHoja("Cancelado", excel.Tipo.FECHA, ancho=12), lambda lote: lote.cancelado),
    (excel.ColumnaHoja("Constancia", ancho=30), lambda lote: lote.constancia or None),
    (excel.ColumnaHoja("Acuse", ancho=30), lambda lote: lote.acuse or None),
    (excel.ColumnaHoja("SHA-256", ancho=66), lambda lote: lote.sha256),
)


def write_excel(lotes: Sequence[Lote], path: Path, progress: Progress) -> int:
    """Returns the number of rows. Raises UserFacingError and Cancelled."""
    header = [columna for columna, _ in _COLUMNAS]
    rows = ([cell(lote) for _, cell in _COLUMNAS] for lote in lotes)
    return excel.write_workbook(path, HOJA, header, rows, progress, total=len(lotes))
