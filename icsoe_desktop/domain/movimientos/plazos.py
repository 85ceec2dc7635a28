"""Working days, the legal term of a notice, whether it was or can be in time, and what late costs.

Law sets election days (LFT 74-IX) each time. The user adds them, like the IMSS's own holidays.
Costs are always an estimate: LSS 304-A II and III, 304-B II and IV, 304-C (fines; likely), 77
(capital constitutivo of a work accident before the notice is received, on the first day too; sure)
and 88 (of an illness, only when the notice is late; sure), 37 and RACERF 57 (dues of a late baja;
sure). Sources: LFT 74; LSS 15-I, 34 and 37, RACERF 45 and 57; docs/fuentes.md §5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.movimiento import TipoSalario
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import Concepto, TablaValores, pesos

_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def lft_holidays(year: int) -> frozenset[date]:
    """The obligatory holidays of a year, without election days.

    Three holidays moved to Mondays in 2006 (DOF 17-Jan-2006). The federal government takes office
    on 1 October since 2024, and took it on 1 December until 2018.
    """
    monday = 0
    if year >= 2006:
        movable = {
            _nth_weekday(year, 2, monday, 1),
            _nth_weekday(year, 3, monday, 3),
            _nth_weekday(year, 11, monday, 3),
        }
    else:
        movable = {date(year, 2, 5), date(year, 3, 21), date(year, 11, 20)}
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 9, 16), date(year, 12, 25)}
    if year % 6 == 2024 % 6:
        fixed.add(date(year, 10, 1) if year >= 2024 else date(year, 12, 1))
    return frozenset(movable | fixed)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


@dataclass(frozen=True, slots=True)
class Calendario:
    """The user's changes to the calendar of the law.

    inhabiles: extra holidays. habiles: holidays of the law that count as working days.
    """

    inhabiles: frozenset[date] = field(default=frozenset())
    habiles: frozenset[date] = field(default=frozenset())

    def is_working(self, day: date) -> bool:
        if day in self.habiles:
            return True
        return day.weekday() < 5 and day not in self.inhabiles and day not in lft_holidays(day.year)

    def nth_working_day(self, start: date, nth: int) -> date:
        """The nth working day from `start` on. `start` counts if it is a working day.

        nth: 1 or more.
        """
        day = start
        while True:
            if self.is_working(day):
                nth -= 1
                if nth <= 0:
                    return day
            day += _DAY

    def previous_working_day(self, day: date) -> date:
        day -= _DAY
        while not self.is_working(day):
            day -= _DAY
        return day


# Raise it when a rule below changes: every stored term is then made again.
REGLAS: Final = 1
DIAS_HABILES: Final = 5
_OLDEST: Final = date(1000, 1, 1).toordinal()  # no stored day is older


class EstadoLegal(StrEnum):
    EN_PLAZO = "En plazo"
    SIN_CUBRIR = "Urge, ya trabaja"  # an alta in time of somebody whom nothing covers
    EN_RIESGO = "Urge, plazo dudoso"
    EXTEMPORANEO = "Tarde"


@dataclass(frozen=True, slots=True)
class Plazo:
    """The days on which a notice may be presented.

    desde: the first day.
    seguro: the last day that is in time under every reading of the law.
    limite: the last day that is in time under the most favourable reading.
    fundamento: Spanish explanation of the count.
    """

    desde: date
    seguro: date
    limite: date
    fundamento: str

    def __post_init__(self) -> None:
        if self.limite < self.seguro:
            raise ValueError("the kind reading cannot end before the strict one")

    def on(self, day: date) -> EstadoLegal:
        """The state of a notice presented on this day. For a pending notice, pass today."""
        if day <= self.seguro:
            return EstadoLegal.EN_PLAZO
        return EstadoLegal.EN_RIESGO if day <= self.limite else EstadoLegal.EXTEMPORANEO


def plazo_of(
    tipo: TipoMovimiento,
    fecha: date,
    calendario: Calendario,
    *,
    tipo_salario: TipoSalario | None = None,
) -> Plazo:
    """The term of a movement.

    tipo_salario: for a modificación. None counts as fijo, whose term ends earlier.
    """
    match tipo:
        case TipoMovimiento.ALTA:
            return _alta(fecha, calendario)
        case TipoMovimiento.BAJA:
            return _five_days_after(
                fecha, calendario, "5 días hábiles desde el día siguiente a la baja (RACERF 57)."
            )
        case TipoMovimiento.MODIFICACION:
            return _modificacion(fecha, calendario, tipo_salario or TipoSalario.FIJO)


@dataclass(frozen=True, slots=True)
class Cortes:
    """Where the dates of one type of notice part, on the day `hoy`.

    A later date never has an earlier term, so two days tell the state of every notice that the
    IMSS has not received. extemporaneo: until this date it is late. riesgo: until this one, in
    risk.
    """

    extemporaneo: date
    riesgo: date
    hoy: date


def cortes_of(
    tipo: TipoMovimiento, tipo_salario: TipoSalario | None, calendario: Calendario, hoy: date
) -> Cortes:
    def plazo(ordinal: int) -> Plazo:
        return plazo_of(tipo, date.fromordinal(ordinal), calendario, tipo_salario=tipo_salario)

    def last(ended: Callable[[Plazo], bool], first: int) -> int:
        """The newest date whose term `ended`. No term ends before its date."""
        low, high = first, hoy.toordinal()
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if ended(plazo(middle)) else (low, middle - 1)
        return low

    late = last(lambda one: one.limite < hoy, _OLDEST)
    risk = last(lambda one: one.seguro < hoy, late)
    return Cortes(date.fromordinal(late), date.fromordinal(risk), hoy)


def _alta(fecha: date, calendario: Calendario) -> Plazo:
    return Plazo(
        calendario.previous_working_day(fecha),
        calendario.nth_working_day(fecha, DIAS_HABILES),
        calendario.nth_working_day(fecha + _DAY, DIAS_HABILES),
        "5 días hábiles, contando el de inicio (LSS 15-I). Si la presenta el día hábil anterior al "
        "ingreso, queda cubierto desde el primer día (RACERF 45). Contados los cinco desde el día "
        "siguiente, el plazo es dudoso.",
    )


def _five_days_after(fecha: date, calendario: Calendario, fundamento: str) -> Plazo:
    limite = calendario.nth_working_day(fecha + _DAY, DIAS_HABILES)
    return Plazo(fecha, limite, limite, fundamento)


def _modificacion(fecha: date, calendario: Calendario, tipo_salario: TipoSalario) -> Plazo:
    fijo = _five_days_after(
        fecha, calendario, "5 días hábiles desde el día siguiente al cambio (LSS 34-I)."
    )
    if tipo_salario is TipoSalario.FIJO:
        return fijo
    desde, limite = _first_days_of_bimestre(fecha, calendario)
    if tipo_salario is TipoSalario.VARIABLE:
        return Plazo(
            desde,
            limite,
            limite,
            "Los primeros 5 días hábiles de enero, marzo, mayo, julio, septiembre o noviembre "
            "(LSS 34-II).",
        )
    return Plazo(
        min(fijo.desde, desde),
        min(fijo.limite, limite),
        max(fijo.limite, limite),
        "Salario mixto: si cambió la parte fija, 5 días hábiles desde el día siguiente; si cambió "
        "la variable, los primeros 5 días hábiles del bimestre (LSS 34-III). Entre una y otra "
        "fecha el plazo es dudoso.",
    )


def _first_days_of_bimestre(fecha: date, calendario: Calendario) -> tuple[date, date]:
    """First day and fifth working day of the first bimestre whose term ends on `fecha` or later."""
    year, month = fecha.year, fecha.month - (fecha.month + 1) % 2
    while True:
        first = date(year, month, 1)
        limite = calendario.nth_working_day(first, DIAS_HABILES)
        if limite >= fecha:
            return first, limite
        year, month = (year, month + 2) if month < 11 else (year + 1, 1)


def legal_state(
    plazo: Plazo,
    today: date,
    *,
    presentado: date | None = None,
    rechazado: bool = False,
    extemporaneo_imss: bool | None = None,
    inicio: date | None = None,
) -> EstadoLegal:
    """The legal state of a notice.

    presentado: the day the IMSS received it.
    rechazado: the notice never took effect, so its term still runs.
    extemporaneo_imss: the flag of the constancia. It overrides the computed state. None if the
    constancia has no such column.
    inicio: first day of work, for an alta. Until the IMSS has it, the worker is not covered.
    """
    if not rechazado:
        if extemporaneo_imss is not None:
            return EstadoLegal.EXTEMPORANEO if extemporaneo_imss else EstadoLegal.EN_PLAZO
        if presentado is not None:
            return plazo.on(presentado)
    found = plazo.on(today)
    if found is EstadoLegal.EN_PLAZO and inicio is not None and inicio <= today:
        return EstadoLegal.SIN_CUBRIR
    return found


UMAS_ALTA: Final = (20, 350)
UMAS_MODIFICACION: Final = (20, 125)
SPONTANEOUS: Final = (
    "No hay multa si se presenta antes de que el Instituto lo requiera (LSS 304-C)."
)
CAPITAL: Final = (
    "Un accidente de trabajo antes de que el Instituto reciba el aviso lleva capital constitutivo "
    "(LSS 77); una enfermedad también, porque el aviso es tardío (LSS 88). No se puede estimar."
)
CAPITAL_DE_LA_DIFERENCIA: Final = (
    "Se agregan las diferencias de cuotas con sus recargos y, si hay un accidente de trabajo antes "
    "del aviso, el capital constitutivo de la parte que faltaba (LSS 77)."
)


def uncovered(fecha: date) -> str:
    """The sentence about an alta in time whose worker already started on `fecha`."""
    return (
        f"Está en plazo, pero el trabajador no está cubierto desde el {fecha:%d/%m/%Y}: si sufre "
        "un accidente de trabajo antes de que el Instituto reciba el aviso, hay capital "
        "constitutivo aunque se presente dentro de los cinco días, también el primer día (LSS 77)."
    )


def estimate(tipo: TipoMovimiento, fecha: date, today: date, valores: TablaValores) -> str:
    """The sentence about a notice whose term ended and that the IMSS has not received.

    The UMA of `today` is used.
    """
    match tipo:
        case TipoMovimiento.ALTA:
            fine = estimate_fine(UMAS_ALTA, "LSS 304-A II y 304-B IV", today, valores)
            return f"{fine} {SPONTANEOUS} {CAPITAL}"
        case TipoMovimiento.MODIFICACION:
            fine = estimate_fine(UMAS_MODIFICACION, "LSS 304-A III y 304-B II", today, valores)
            return f"{fine} {SPONTANEOUS} {CAPITAL_DE_LA_DIFERENCIA}"
        case TipoMovimiento.BAJA:
            days = counted((today - fecha).days, "día", "días")
            return (
                f"Estimación: {days} de cuotas hasta hoy, que siguen corriendo hasta que el "
                "Instituto reciba la baja, salvo pensión o defunción (LSS 37). No hay multa."
            )


def estimate_fine(umas: tuple[int, int], article: str, today: date, valores: TablaValores) -> str:
    """An estimate in pesos, by the UMA of `today`. umas: least and most."""
    least, most = umas
    uma = valores.on(Concepto.UMA, today)
    if uma is None:
        return f"Estimación: multa de {least:,} a {most:,} UMA ({article}); falta la UMA de hoy."
    return (
        f"Estimación: multa de {pesos(least * uma.centavos)} a {pesos(most * uma.centavos)}, de "
        f"{least:,} a {most:,} UMA de {pesos(uma.centavos)}, la de hoy ({article})."
    )
