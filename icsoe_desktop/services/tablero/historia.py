"""The notices of the last twelve months: by kind, and in time against late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.services.movimientos.filas import NUMERO_DE, Lector
from icsoe_desktop.services.movimientos.valores import FiltroMovimientos
from icsoe_desktop.store.movimientos.movement_counts import (
    OwedOfDay,
    ReceivedOfDay,
    ReceivedOfMonth,
)

MONTHS: Final = 12
_APROBADO = NUMERO_DE[EstadoAviso.APROBADO]
_ESTADOS_LEGALES: Final = tuple(EstadoLegal)
_LATE: Final = EstadoLegal.EXTEMPORANEO
_TIPOS: Final = {each.value: each for each in TipoMovimiento}


class Cumplimiento(StrEnum):
    """Whether a notice was in time. A notice still to be presented counts once it is late."""

    EN_PLAZO = "En plazo"
    EN_RIESGO = "En riesgo"
    TARDE = "Tarde"


_CUMPLIMIENTO: Final = {
    EstadoLegal.EN_PLAZO: Cumplimiento.EN_PLAZO,
    EstadoLegal.EN_RIESGO: Cumplimiento.EN_RIESGO,
    EstadoLegal.EXTEMPORANEO: Cumplimiento.TARDE,
}


@dataclass(frozen=True)
class MesAvisos:
    """The notices whose movement is of one month. primero: its first day.

    tipos: all but the cancelled ones and the rejected ones that were presented again.
    plazos: those that the IMSS received on a known day, and those whose term ended.
    """

    primero: date
    tipos: dict[TipoMovimiento, int] = field(
        default_factory=lambda: dict.fromkeys(TipoMovimiento, 0)
    )
    plazos: dict[Cumplimiento, int] = field(default_factory=lambda: dict.fromkeys(Cumplimiento, 0))

    @property
    def ultimo(self) -> date:
        return following(self.primero) - timedelta(days=1)

    @property
    def filtro(self) -> FiltroMovimientos:
        return FiltroMovimientos(desde=self.primero, hasta=self.ultimo)


def following(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def first_months(hoy: date) -> tuple[MesAvisos, ...]:
    """Twelve months without notices, up to the month of `hoy`."""
    count = hoy.year * 12 + hoy.month - MONTHS
    return tuple(MesAvisos(date(at // 12, at % 12 + 1, 1)) for at in range(count, count + MONTHS))


def add_owed(months: tuple[MesAvisos, ...], owed: Iterable[OwedOfDay], lector: Lector) -> None:
    """Add the daily counts of owed notices to their months."""
    by_month = _by_month(months)
    for tipo, salario, fecha, free, in_file, presented, rejected in owed:
        month = by_month[fecha // 100]
        to_present = free + in_file + rejected
        month.tipos[_TIPOS[tipo]] += to_present + presented
        if to_present and lector.legal_unpresented(tipo, fecha, salario) is _LATE:
            month.plazos[Cumplimiento.TARDE] += to_present


def add_received(months: tuple[MesAvisos, ...], received: Iterable[ReceivedOfMonth]) -> None:
    """Add the daily counts of received notices to their months."""
    by_month = _by_month(months)
    for at, tipo, estado, dictamen, count in received:
        month = by_month[at]
        if estado == _APROBADO:  # the others are owed
            month.tipos[_TIPOS[tipo]] += count
        if dictamen is not None and dictamen >= 0:
            month.plazos[_CUMPLIMIENTO[_ESTADOS_LEGALES[dictamen]]] += count


def with_terms(received: Iterable[ReceivedOfDay], lector: Lector) -> list[ReceivedOfMonth]:
    """The counts with their months, and with terms that are computed now."""
    found: list[ReceivedOfMonth] = []
    for tipo, salario, fecha, estado, late, day, count in received:
        dictamen = -1
        if day is not None or late is not None:
            legal = lector.legal(tipo, fecha, salario, day, estado, late)
            dictamen = _ESTADOS_LEGALES.index(legal)
        found.append((fecha // 100, tipo, estado, dictamen, count))
    return found


def _by_month(months: tuple[MesAvisos, ...]) -> dict[int, MesAvisos]:
    return {one.primero.year * 100 + one.primero.month: one for one in months}
