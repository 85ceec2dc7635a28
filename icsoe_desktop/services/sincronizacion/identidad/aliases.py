"""One thing that two desktops made twice becomes one record: its id changes, here and everywhere.

Source: dominio/sincronizacion.md, duplicates across desktops.
"""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.services.sincronizacion.valores.sealed_fields import reseal
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.trabajadores import raw_of
from icsoe_desktop.store.sincronizacion.shared_rows import FILAS
from icsoe_desktop.store.tables import AliasRow, CertificadoRow

# table and column of what names a record of the kind
_NAMED_BY: Final = {
    RecordKind.CONTRATISTA: (
        ("domicilios", "contratista_id"),
        ("acuses", "contratista_id"),
        ("relaciones", "contratista_id"),
    ),
    RecordKind.PERSONA: (("relaciones", "persona_id"), ("activaciones", "persona_id")),
    RecordKind.RELACION: (("activaciones", "relacion_id"),),
    RecordKind.REGISTRO_PATRONAL: (("certificados", "registro_patronal_id"),),
    RecordKind.CERTIFICADO: (),
}


def resolve(db: Session, registro: uuid.UUID) -> uuid.UUID:
    """What the record is called now."""
    seen = {registro}
    while (row := db.get(AliasRow, registro)) is not None and row.a not in seen:
        registro = row.a
        seen.add(registro)
    return registro


def remember(db: Session, de: uuid.UUID, a: uuid.UUID) -> None:
    if de == a:
        return
    row = db.get(AliasRow, de)
    if row is None:
        db.add(AliasRow(de=de, a=a))
    else:
        row.a = a
    db.flush()


def rename(db: Session, store: Store, clase: RecordKind, de: uuid.UUID, a: uuid.UUID) -> None:
    """Gives a row, and all that names it, another id; where that is there already, it takes them.

    The caller notes that it is no change.
    """
    there = db.get(FILAS[clase], a) is not None
    if clase is RecordKind.CERTIFICADO and not there:
        reseal(store.key, db.get_one(CertificadoRow, de), a)
        db.flush()
    raw = raw_of(db)
    # The ids of parents and children change one after the other.
    raw.execute("PRAGMA defer_foreign_keys = ON")
    table = FILAS[clase].__tablename__
    if not there:
        raw.execute(f"UPDATE {table} SET id = ? WHERE id = ?", (a.bytes, de.bytes))  # noqa: S608
    for child, column in _NAMED_BY[clase]:
        raw.execute(
            f"UPDATE {child} SET {column} = ? WHERE {column} = ?",  # noqa: S608
            (a.bytes, de.bytes),
        )
    if there:
        raw.execute(f"DELETE FROM {table} WHERE id = ?", (de.bytes,))  # noqa: S608
    raw.execute(
        "UPDATE OR REPLACE sincronizacion_conflictos SET registro = ? WHERE registro = ?",
        (a.bytes, de.bytes),
    )
    db.expire_all()
