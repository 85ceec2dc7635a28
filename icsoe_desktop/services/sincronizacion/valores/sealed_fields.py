"""Unseals the secret columns of a certificate for its record, and seals them again."""

from __future__ import annotations

import base64
import uuid
from typing import Any, Final

from icsoe_desktop.domain.sincronizacion.records import Content
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.sincronizacion.shared_rows import to_plain
from icsoe_desktop.store.tables.registros import CertificadoRow

TABLE: Final = CertificadoRow.__tablename__
COLUMNS: Final = {
    "usuario": "usuario_sellado",
    "certificado": "certificado_sellado",
    "llave": "llave_sellada",
    "contrasena": "contrasena_sellada",
}


def unsealed(key: DataKey, row: CertificadoRow) -> dict[str, Any]:
    """The files and passwords in plain values. They may leave only inside a sealed record."""
    found: dict[str, Any] = {}
    for name, column in COLUMNS.items():
        content = getattr(row, column)
        plain = None if content is None else key.unseal(content, TABLE, row.id, name)
        found[name] = to_plain(plain)
    return found


def sealed(
    key: DataKey, content: Content, record_id: uuid.UUID, here: CertificadoRow | None
) -> dict[str, bytes | None]:
    """The sealed columns of the row. A column absent from the content stays as it is in `here`.

    Raises ValueError for invalid base64, and if the content lacks a required field.
    """
    found: dict[str, bytes | None] = {}
    for name, column in COLUMNS.items():
        text = content.get(name)
        if text is None and not CertificadoRow.__table__.c[column].nullable:
            raise ValueError(f"{name} is missing")
        if name not in content and here is not None:
            continue
        plain = None if text is None else base64.b64decode(text, validate=True)
        found[column] = None if plain is None else key.seal(plain, TABLE, record_id, name)
    return found


def reseal(key: DataKey, row: CertificadoRow, new_id: uuid.UUID) -> None:
    """Seal the secrets again for the new id of the row. Call it before the id changes."""
    for name, column in COLUMNS.items():
        content = getattr(row, column)
        if content is not None:
            plain = key.unseal(content, TABLE, row.id, name)
            setattr(row, column, key.seal(plain, TABLE, new_id, name))
