"""Checks contracts and returns that another desktop sent, before they reach the windows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.contrato import MAX_CLAVE, MAX_TEXTO
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.icsoe.trabajadores import unpack_rows
from icsoe_desktop.services.informativa.salida import presented
from icsoe_desktop.store.tables import ContratanteRow, FolioRepseRow

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
