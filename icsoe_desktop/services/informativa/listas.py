"""Reads sheets of workers: a contract's list, and the rows that the portal rejected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.trabajadores import (
    CAMPOS_RECHAZO,
    CAMPOS_TRABAJADOR,
    MAX_TRABAJADORES,
    TrabajadorContrato,
)
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import Progress

NO_COLUMN = (
    "Al archivo le falta {campos}. No se importó nada. Agregue la columna con su nombre en el "
    "primer renglón y vuelva a elegirlo."
)
NO_KEY = (
    "El archivo no tiene columna NSS ni CURP. No se marcó nada. Elija el Excel de renglones "
    "rechazados que entrega el portal."
)


def worker_sheet(path: Path, today: date, progress: Progress) -> tuple[TrabajadorContrato, ...]:
    """Rows of an Excel or CSV, with or without header.

    Raises InvalidInputError (campo «archivo») and Cancelled.
    """
    found: list[TrabajadorContrato] = []
    with open_sheet(
        path, CAMPOS_TRABAJADOR.headers(), progress, max_rows=MAX_TRABAJADORES
    ) as sheet:
        columns = dict(sheet.columns)
        if not columns and len(sheet.header.cells) >= 3:
            # The portal's layout has no header: the first row is a worker already.
            columns = {"nss": 0, "curp": 1, "sbc": 2}
            found.append(TrabajadorContrato.typed(*sheet.header.cells[:3]))
            if "curp" in found[0].problemas(today):
                raise InvalidInputError(NO_COLUMN.format(campos="NSS, CURP y SBC"), "archivo")
        missing = CAMPOS_TRABAJADOR.missing(columns)
        if missing:
            names = ", ".join(each.title(Place.SHEET) for each in missing)
            raise InvalidInputError(NO_COLUMN.format(campos=names), "archivo")
        for line in sheet.rows:
            cells = [line.cells[columns[name]] for name in ("nss", "curp", "sbc")]
            if any(cells):
                found.append(TrabajadorContrato.typed(*cells))
    return tuple(found)


def rejection_sheet(path: Path, progress: Progress) -> list[dict[str, str]]:
    """Rows of the portal's Excel, by field. Raises InvalidInputError (campo «archivo»)."""
    rejected: list[dict[str, str]] = []
    with open_sheet(path, CAMPOS_RECHAZO.headers(), progress, max_rows=MAX_TRABAJADORES) as sheet:
        if not {"nss", "curp"} & set(sheet.columns):
            raise InvalidInputError(NO_KEY, "archivo")
        for line in sheet.rows:
            rejected.append({name: line.cells[at] for name, at in sheet.columns.items()})
    return rejected
