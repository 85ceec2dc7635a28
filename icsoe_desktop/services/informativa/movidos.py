"""What the program's own movements say about workers on the days of a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.jobs import Progress
from icsoe_desktop.store.tables import (
    ContratistaRow,
    MovimientoRow,
    RegistroPatronalRow,
    TrabajadorRow,
)
from icsoe_desktop.store.tables.movimientos import ESTADOS

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
