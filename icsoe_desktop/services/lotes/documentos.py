"""The constancia and the acuse attached to a lote."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.documentos import Documento, read_document
from icsoe_desktop.services.lotes.valores import ClaseDocumento
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import DocumentoLoteRow

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
    return db.scalars(
        select(DocumentoLoteRow).where(
            DocumentoLoteRow.lote_id == lote_id, DocumentoLoteRow.clase == clase.value
        )
    ).one_or_none()


def document_names(db: Session) -> Nombres:
    """For all lotes."""
    rows = db.execute(
        select(DocumentoLoteRow.lote_id, DocumentoLoteRow.clase, DocumentoLoteRow.nombre)
    )
    return {(lote_id, clase): nombre for lote_id, clase, nombre in rows}
