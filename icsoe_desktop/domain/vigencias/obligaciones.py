"""The dated obligations of the next twelve months.

Sources: LSS 34 and transitorio 27, RACERF 3; docs/fuentes.md §§5, 8. The day of the dues is moved
when it is not a working day or is a Friday; no notice is.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.movimientos.plazos import DIAS_HABILES, Calendario
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento

DIA_CUOTAS: Final = 17
_FRIDAY: Final = 4
_DAY: Final = timedelta(days=1)
EMPLOYER: Final = "Patrón"
ICSOE: Final = "ICSOE"
SISUB: Final = "SISUB"
RETURNS: Final = {
    ICSOE: "Presente la Informativa en el portal del IMSS y guarde aquí su acuse.",
    SISUB: "Preséntela en el portal del INFONAVIT: sólo cuenta el acuse de trámite aceptado.",
}
DUES: Final = "Pague las cuotas del mes anterior. "
BIMONTHLY_DUES: Final = (
    "Pague las cuotas del mes anterior y, del bimestre anterior, RCV (LSS, transitorio 27) e "
    "INFONAVIT. "
)
MOVED: Final = "Se recorre si es inhábil o viernes (RACERF 3)."


def dues_day(year: int, month: int, calendario: Calendario) -> date:
    """The last day to pay the dues of the month before (RACERF 3)."""
    day = date(year, month, DIA_CUOTAS)
    while day.weekday() == _FRIDAY or not calendario.is_working(day):
        day += _DAY
    return day


def of_the_employer(hoy: date, calendario: Calendario) -> tuple[Vencimiento, ...]:
    """Variables, minimum wage, UMA and dues that end within twelve months."""
    found = []
    for year, month in _months(hoy):
        first = date(year, month, 1)
        stamp = f"{year}-{month:02}"
        found.append(
            _one(
                f"cuotas-{stamp}",
                "Cuotas del IMSS, RCV e INFONAVIT" if month % 2 else "Cuotas del IMSS",
                dues_day(year, month, calendario),
                (BIMONTHLY_DUES if month % 2 else DUES) + MOVED,
            )
        )
        if month % 2:
            found.append(
                _one(
                    f"variables-{stamp}",
                    "Modificaciones por salario variable",
                    calendario.nth_working_day(first, DIAS_HABILES),
                    "Presente las del bimestre anterior: 5 primeros días hábiles (LSS 34-II).",
                )
            )
        if month == 1:
            found.append(
                _one(
                    f"salario-minimo-{year}",
                    "Modificaciones por salario mínimo",
                    calendario.nth_working_day(first + _DAY, DIAS_HABILES),
                    "Presente las de quien gana el mínimo, salvo las que el IMSS sube de oficio "
                    "(RACERF 55; LSS 34-I).",
                )
            )
        if month == 2:
            found.append(
                _one(
                    f"uma-{year}",
                    "Modificaciones por el tope de 25 UMA",
                    calendario.nth_working_day(first + _DAY, DIAS_HABILES),
                    "Presente las de quien cotiza en el tope (LSS 28 y 34-I).",
                )
            )
    end = hoy + timedelta(days=366)
    return tuple(one for one in found if hoy <= one.ultimo <= end)


class Obligacion(NamedTuple):
    """A return of a contratista.

    calendario: working days of who receives it. presentados: periods of which it is due no more.
    atrasados: those that were due and of which nothing here shows that they were presented, the
    oldest first.
    """

    calendario: Calendario
    presentados: Container[Periodo] = ()
    atrasados: tuple[Periodo, ...] = ()


def of_the_contratista(
    hoy: date, de_quien: str, obligaciones: Mapping[str, Obligacion]
) -> tuple[Vencimiento, ...]:
    """The returns to IMSS (ICSOE) and INFONAVIT (SISUB) that are overdue or end in twelve months.

    obligaciones: by their name in RETURNS.
    """
    found = []
    periods = [Periodo.of(hoy).previous]
    periods += (periods[0].next, periods[0].next.next, periods[0].next.next.next)
    end = hoy + timedelta(days=366)
    overdue = {late for one in obligaciones.values() for late in one.atrasados}
    for periodo in sorted({*periods, *overdue}):
        for name, (calendario, presentados, atrasados) in obligaciones.items():
            day = periodo.vence(calendario)
            late = periodo in atrasados
            if periodo not in presentados and (late or hoy <= day <= end):
                found.append(
                    Vencimiento(
                        f"{name.lower()}-{periodo.primero:%Y-%m}",
                        f"{name}, {periodo.nombre}",
                        de_quien,
                        day,
                        day,
                        RETURNS[name],
                        obligacion=True,
                        perdido="Vencida, aquí sin acuse" if late else "",
                    )
                )
    return tuple(found)


def _one(clave: str, que: str, day: date, que_hacer: str) -> Vencimiento:
    return Vencimiento(clave, que, EMPLOYER, day, day, que_hacer, obligacion=True)


def _months(hoy: date) -> list[tuple[int, int]]:
    start = hoy.year * 12 + hoy.month - 1
    return [((start + at) // 12, (start + at) % 12 + 1) for at in range(13)]
