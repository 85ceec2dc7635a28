"""Where the workers of a contract come from: sheets, and what the movements say of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.contrato import sbc_day
from icsoe_desktop.domain.icsoe.periodo import por_presentar
from icsoe_desktop.domain.icsoe.trabajadores import (
    CAMPOS_RECHAZO,
    CAMPOS_TRABAJADOR,
    MAX_TRABAJADORES,
    TrabajadorContrato,
)
from icsoe_desktop.domain.movimientos.limites_sbc import Limites, TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.informativa.filas import informativa_of, periodo_of
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.valores_legales.limites import limites_of
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.movimientos import ESTADOS, MovimientoRow, TrabajadorRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow

REPORT_EVERY = 2_000
# A rejected or cancelled notice never took effect.
_VALID_STATES = tuple(
    at for at, estado in enumerate(ESTADOS) if estado not in ("Cancelado", "Rechazado")
)


@dataclass(slots=True)
class Historia:
    """A worker between two days. sbc: centavos, the last one until the second day."""

    curp: str = field(default="", repr=False)
    sbc: int | None = None
    activo: bool = False
    _inside: bool | None = field(default=None, repr=False)

    def take(self, tipo: str, fecha: date, sbc: int | None, desde: date) -> None:
        """The next movement, in the order of days.

        A worker whose first known movement is a modificación or a baja was active before it.
        """
        if tipo == TipoMovimiento.BAJA:
            # The day of the baja still counts.
            if (self._inside or self._inside is None) and fecha >= desde:
                self.activo = True
            self._inside = False
            return
        # Up to now the worker was inside since before `desde`, or enters within the days.
        self._inside = True
        if fecha >= desde:
            self.activo = True
        if sbc is not None:
            self.sbc = sbc

    def close(self) -> None:
        """After the last movement: who is still inside was active."""
        if self._inside:
            self.activo = True


def registros_of(db: Session, contratista: ContratistaRow) -> tuple[str, ...]:
    """Registros patronales with the contratista's RFC: a capturista sees no other company's."""
    return tuple(
        db.scalars(
            select(RegistroPatronalRow.registro_patronal)
            .where(RegistroPatronalRow.rfc == contratista.rfc)
            .order_by(RegistroPatronalRow.registro_patronal)
        )
    )


def zone_of(limites: TablaLimites, registros: Sequence[str]) -> str:
    """The registro patronal whose zone counts: nobody says in which one a worker is, so the higher
    wage of the border only if all are there. Empty for the general zone.
    """
    border = all(limites.zonas.get(each[:10]) is Zona.FRONTERA for each in registros)
    return registros[0] if registros and border else ""


def limits_of(
    db: Session,
    contratista: ContratistaRow,
    fin: date | None,
    informativa_id: uuid.UUID | None,
    today: date,
) -> Limites:
    """The limits of the SBC of a contract's workers in the period of a return, else in the one that
    is due. fin: the contract's last day.
    """
    periodo = por_presentar(today, calendario_of(db))
    if informativa_id is not None:
        periodo = periodo_of(informativa_of(db, contratista, informativa_id))
    limites = limites_of(db)
    registro = zone_of(limites, registros_of(db, contratista))
    return limites.on(sbc_day(fin, periodo, today), registro)


def active_workers(
    db: Session, registros: Sequence[str], desde: date, hasta: date, progress: Progress
) -> dict[str, Historia]:
    """NSS → what the movements say, in the order of NSS. Raises Cancelled.

    Movements of several registros patronales count as one history.
    """
    found: dict[str, Historia] = {}
    if not registros:
        return found
    query = (
        select(
            TrabajadorRow.nss,
            TrabajadorRow.curp,
            MovimientoRow.tipo,
            MovimientoRow.fecha,
            MovimientoRow.sbc,
        )
        .join(TrabajadorRow, TrabajadorRow.fila == MovimientoRow.trabajador)
        .where(
            MovimientoRow.registro_patronal.in_(registros),
            MovimientoRow.fecha <= hasta,
            MovimientoRow.estado.in_(_VALID_STATES),
        )
        .order_by(TrabajadorRow.nss, MovimientoRow.fecha, MovimientoRow.fila)
    )
    for at, (nss, curp, tipo, fecha, sbc) in enumerate(
        db.execute(query.execution_options(yield_per=REPORT_EVERY))
    ):
        if at % REPORT_EVERY == 0:
            progress.report(at, None, "Leyendo movimientos")
        each = found.setdefault(nss, Historia())
        each.curp = curp or each.curp
        each.take(tipo, fecha, sbc, desde)
    for each in found.values():
        each.close()
    return found


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
