"""Contracts and returns of other desktops: checked on arrival, and their conflicts in words."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.contrato import MAX_CLAVE, MAX_TEXTO
from icsoe_desktop.domain.icsoe.informativa import MAX_NOTA, EstadoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.icsoe.trabajadores import unpack_rows
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.services.informativa.salida import presented
from icsoe_desktop.store.tables.informativa import ContratanteRow, ContratoRow, FolioRepseRow

MAX_CONTRATOS = 10_000
MAX_PASOS = 1_000


def check_contrato_row(db: Session, values: dict[str, Any]) -> None:
    """values: the columns; `cuantos` is counted again. Raises ValueError."""
    values["cuantos"] = len(unpack_rows(values["trabajadores"]))
    _check(all(isinstance(nss, str) for nss in _object(values["rechazos"]).values()))
    _check(len(values["objeto"]) <= MAX_TEXTO and len(values["numero"]) <= MAX_CLAVE)
    for day in values["modificaciones"].split(","):
        if day:
            date.fromisoformat(day)
    for row_class, name in ((ContratanteRow, "contratante_id"), (FolioRepseRow, "folio_id")):
        row: Any = db.get(row_class, values[name])
        # A contract shows its contratante, which must belong to the same contratista.
        _check(row is not None and row.contratista_id == values["contratista_id"])


def check_informativa_row(values: Mapping[str, Any]) -> None:
    """values: the columns. Raises ValueError."""
    Periodo(values["ejercicio"], values["cuatrimestre"])
    ids = values["contratos"].split(",") if values["contratos"] else []
    _check(len(ids) <= MAX_CONTRATOS and len(ids) == len(set(ids)))
    for one in ids:
        _check(uuid.UUID(one).hex == one)
    steps = json.loads(values["historial"])
    _check(isinstance(steps, list) and len(steps) <= MAX_PASOS)
    for step in steps:
        _check(isinstance(step, dict) and isinstance(step.get("quien"), str))
        _check(isinstance(step.get("nota", ""), str) and len(step.get("nota", "")) <= MAX_NOTA)
        EstadoInformativa(step["estado"])
        _check(datetime.fromisoformat(step["cuando"]).tzinfo is not None)
    if values["presentado"]:
        presented(values["presentado"])


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    _check(isinstance(found, dict))
    return dict(found)


def _check(good: bool) -> None:
    if not good:
        raise ValueError("not as a window would have saved it")


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
