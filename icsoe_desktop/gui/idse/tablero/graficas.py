"""The charts of the Tablero, from the notices of twelve months."""

from __future__ import annotations

from typing import Final

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gui.idse.tablero.palabras import MONTHS
from icsoe_desktop.gui.kit.chart import Chart, Series
from icsoe_desktop.services.tablero.historia import Cumplimiento, MesAvisos

BY_KIND: Final = "Avisos por mes y tipo"
IN_TIME: Final = "En plazo contra tarde"
NOTHING: Final = "Todavía no hay movimientos de los últimos doce meses."
NOTHING_IN_TIME: Final = "Todavía no hay avisos con día de recepción ni con el plazo terminado."
KIND_NOTE: Final = "Por la fecha del movimiento, sin los cancelados. Entrar abre los del mes."
IN_TIME_NOTE: Final = (
    "Los que recibió el IMSS y los que ya no alcanzan su plazo. Entrar abre los del mes."
)
_KINDS: Final = (
    (TipoMovimiento.ALTA, "Altas", "accent", False),
    (TipoMovimiento.MODIFICACION, "Modificaciones de salario", "info", False),
    (TipoMovimiento.BAJA, "Bajas", "neutral", True),
)
_TERMS: Final = (
    (Cumplimiento.EN_PLAZO, "accent", False),
    (Cumplimiento.EN_RIESGO, "warning", False),
    (Cumplimiento.TARDE, "error", True),
)


def by_kind(months: tuple[MesAvisos, ...]) -> Chart:
    series = tuple(
        Series(name, ink, tuple(one.tipos[tipo] for one in months), hatched)
        for tipo, name, ink, hatched in _KINDS
    )
    return Chart(BY_KIND, _labels(months), _names(months), series)


def in_time(months: tuple[MesAvisos, ...]) -> Chart:
    series = tuple(
        Series(plazo.value, ink, tuple(one.plazos[plazo] for one in months), hatched)
        for plazo, ink, hatched in _TERMS
    )
    return Chart(IN_TIME, _labels(months), _names(months), series)


def _labels(months: tuple[MesAvisos, ...]) -> tuple[str, ...]:
    return tuple(MONTHS[one.primero.month - 1][:3] for one in months)


def _names(months: tuple[MesAvisos, ...]) -> tuple[str, ...]:
    return tuple(month_name(one) for one in months)


def month_name(month: MesAvisos) -> str:
    return f"{MONTHS[month.primero.month - 1].capitalize()} {month.primero.year}"
