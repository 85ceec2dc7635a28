"""Two versions of a contract or return, in words that a person can choose between."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.trabajadores import unpack_rows
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.store.tables import ContratanteRow, ContratoRow, FolioRepseRow

MAX_NAMED = 5


def in_words(db: Session, campo: str, values: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    """The values of a field, readable. campo: first field of its group. other: the other version.

    Fields of other records, and values that cannot be read, stay as they are.
    """
    try:
        match campo, values:
            case "trabajadores", [str(text), *_]:
                return [_workers(text, other)]
            case "contratante_id", [str(key)]:
                return [_name(db.get(ContratanteRow, uuid.UUID(key)), "nombre")]
            case "folio_id", [str(key)]:
                return [_name(db.get(FolioRepseRow, uuid.UUID(key)), "folio")]
            case "contratos", [str(text)]:
                return [_contracts(db, text)]
    except ValueError:
        return ["(no se puede leer)"]
    return list(values)


def _workers(text: str, other: Sequence[Any]) -> str:
    """«40 trabajadores; sólo aquí: 12345678901». One list differs from another by few rows."""
    rows = unpack_rows(text)
    theirs = set(unpack_rows(other[0])) if other and isinstance(other[0], str) else set()
    only = [row for row in rows if row not in theirs]
    found = counted(len(rows), "trabajador", "trabajadores")
    if not only:
        return found
    named = ", ".join(f"{row.nss} {row.sbc}" for row in only[:MAX_NAMED])
    more = f" y {len(only) - MAX_NAMED:,} más" if len(only) > MAX_NAMED else ""
    return f"{found}; sólo aquí: {named}{more}"


def _contracts(db: Session, text: str) -> str:
    names = []
    for one in text.split(","):
        row = db.get(ContratoRow, uuid.UUID(one)) if one else None
        if row is not None:
            names.append(row.numero or row.objeto)
    found = counted(len(names), "contrato", "contratos")
    more = f" y {len(names) - MAX_NAMED:,} más" if len(names) > MAX_NAMED else ""
    return f"{found}: {', '.join(names[:MAX_NAMED])}{more}" if names else found


def _name(row: Any, column: str) -> str:
    return "" if row is None else str(getattr(row, column))
