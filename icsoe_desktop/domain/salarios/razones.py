"""Why salaries are modified: the day from which, the values needed and the workers proposed.

Sources: LSS 28 and 34, RACERF 55 (the IMSS raises by itself who earns the minimum wage with
minimum benefits); docs/fuentes.md §8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from icsoe_desktop.domain.movimientos.catalogos_imss import refuse_year
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.movimientos.limites_sbc import TABLA_LIMITES, TablaLimites
from icsoe_desktop.domain.movimientos.plazos import Calendario
from icsoe_desktop.domain.salarios.bimestres import bimestre_of
from icsoe_desktop.domain.salarios.calculo import Reglas, refuse_prima
from icsoe_desktop.domain.valores_legales.factor import AGUINALDO_DIAS, PRIMA_VACACIONAL
from icsoe_desktop.domain.valores_legales.valores import (
    DE_ZONA,
    Concepto,
    Zona,
    missing_text,
    zone_on,
)
from icsoe_desktop.errors import InvalidInputError

LARGEST_RAISE: Final = Decimal(1000)
MAX_DAYS: Final = 366


class Razon(StrEnum):
    MINIMO = "minimo"
    TOPE = "tope"
    ANIVERSARIO = "aniversario"
    VARIABLES = "variables"
    PORCENTAJE = "porcentaje"
    HOJA = "hoja"

    @property
    def nombre(self) -> str:
        return _NOMBRES[self]


_NOMBRES: Final = {
    Razon.MINIMO: "Salario mínimo",
    Razon.TOPE: "Tope de 25 UMA",
    Razon.ANIVERSARIO: "Aniversario",
    Razon.VARIABLES: "Variables del bimestre",
    Razon.PORCENTAJE: "Porcentaje",
    Razon.HOJA: "De una hoja",
}


def usual_reason(today: date) -> Razon:
    """What an office modifies in these days."""
    if today.month in (1, 12):
        return Razon.MINIMO
    if today.month == 2 and today.day <= 15:
        return Razon.TOPE
    return Razon.VARIABLES if today.month % 2 and today.day <= 10 else Razon.PORCENTAJE


def usual_days(razon: Razon, today: date) -> tuple[date, date]:
    """From which day, as proposed; the second is the last one of anniversaries."""
    match razon:
        case Razon.MINIMO:
            first = date(today.year + (today.month == 12), 1, 1)
        case Razon.TOPE:
            first = date(today.year + (today.month > 10), 2, 1)
        case Razon.VARIABLES:
            first = bimestre_of(today).primero
        case Razon.ANIVERSARIO:
            first = today.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case _:
            first = today
    return first, first


class OtroAviso(NamedTuple):
    """Another notice of a worker that is neither rejected nor cancelled."""

    tipo: str
    fecha: date
    estado: EstadoAviso


class Empleo(NamedTuple):
    """A worker in a registro patronal, as the last notice says.

    sbc: centavos; None for whom the program knows no salary, `nota` says why, or whence a salary
    is that no notice tells. alta: first day.
    presentado: the IMSS has not answered that notice. otros: what is open beside it. The codes and
    names are those of MovimientoLeido.
    """

    nss: str
    registro_patronal: str
    primer_apellido: str
    segundo_apellido: str
    nombres: str
    curp: str
    sbc: int | None
    alta: date | None = None
    tipo_trabajador: str = ""
    tipo_salario: str = "0"
    jornada: str = "0"
    umf: str = ""
    guia: str = ""
    clave_trabajador: str = ""
    presentado: bool = False
    otros: tuple[OtroAviso, ...] = ()
    nota: str = ""

    @property
    def clave(self) -> tuple[str, str]:
        return self.nss, self.registro_patronal[:10]


@dataclass(frozen=True)
class Plantilla:
    """The workers of an office on a day, and what their salaries are judged by.

    bajas: (NSS, ten characters of the registro patronal) → day on which they left.
    """

    empleos: tuple[Empleo, ...] = field(default=(), repr=False)
    bajas: Mapping[tuple[str, str], date] = field(default_factory=dict, repr=False)
    limites: TablaLimites = TABLA_LIMITES
    reglas: Reglas = field(default_factory=Reglas)
    calendario: Calendario = field(default_factory=Calendario)


@dataclass(frozen=True, slots=True)
class Criterio:
    """hasta: last day of the anniversaries. porcentaje: 5 is 5 %, for those that are chosen or
    for all (todos). prima: 0.25.

    Raises InvalidInputError with the attribute as campo.
    """

    razon: Razon
    fecha: date
    hasta: date
    porcentaje: Decimal = Decimal(0)
    aguinaldo: Decimal = Decimal(AGUINALDO_DIAS)
    prima: Decimal = PRIMA_VACACIONAL
    todos: bool = False

    def __post_init__(self) -> None:
        refuse_year(self.fecha, "fecha")
        refuse_year(self.hasta, "hasta")
        if self.razon is Razon.ANIVERSARIO and not (
            self.fecha <= self.hasta <= self.fecha + timedelta(days=MAX_DAYS)
        ):
            raise InvalidInputError("Los aniversarios son de un día a otro del mismo año.", "hasta")
        if not -100 < self.porcentaje <= LARGEST_RAISE:
            raise InvalidInputError("El porcentaje va de más de -100 a 1,000.", "porcentaje")
        if not 0 <= self.aguinaldo <= 365:
            raise InvalidInputError("Los días de aguinaldo van de 0 a 365.", "aguinaldo")
        refuse_prima(self.prima)

    @property
    def nombre(self) -> str:
        """How the import is called."""
        days = f"{self.fecha:%d/%m/%Y}"
        if self.razon is Razon.ANIVERSARIO and self.hasta != self.fecha:
            days += f" a {self.hasta:%d/%m/%Y}"
        return f"Modificación de salarios: {self.razon.nombre.lower()}, {days}"


def missing_values(criterio: Criterio, plantilla: Plantilla) -> tuple[str, ...]:
    """«Falta el salario mínimo de 2027»: without them the reason cannot be chosen."""
    limites = plantilla.limites
    if criterio.razon is Razon.MINIMO:
        zonas = {
            limites.zonas.get(one.registro_patronal[:10], Zona.GENERAL) for one in plantilla.empleos
        } or {Zona.GENERAL}
        day = criterio.fecha
        needed = {DE_ZONA[zone_on(zona, day)]: date(day.year, 1, 1) for zona in zonas}
    elif criterio.razon is Razon.TOPE:
        day = criterio.fecha
        needed = {Concepto.UMA: date(day.year - (day.month == 1), 2, 1)}
    else:
        return ()
    return tuple(
        missing_text(concepto, desde)
        for concepto, desde in sorted(needed.items())
        if limites.valores.on(concepto, criterio.fecha) is None
    )
