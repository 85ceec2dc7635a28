"""The variable part of a salary, and its bimestres: January and February, March and April…

Source: LSS 30-II and 34-II.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from icsoe_desktop.errors import InvalidInputError

MAX_PESOS: Final = Decimal(10_000_000)
NO_VARIABLE_YET: Final = (
    "En su primer bimestre no hay un bimestre anterior: la parte variable se estima con lo que se "
    "espera que perciba (LSS 30-II)."
)


class Bimestre(NamedTuple):
    """First and last day."""

    primero: date
    ultimo: date

    @property
    def dias(self) -> int:
        return (self.ultimo - self.primero).days + 1

    @property
    def nombre(self) -> str:
        return f"{self.primero:%d/%m/%Y} a {self.ultimo:%d/%m/%Y}"

    def days(self) -> list[date]:
        return [self.primero + timedelta(number) for number in range(self.dias)]

    def before(self) -> Bimestre:
        return bimestre_of(self.primero - timedelta(1))


def bimestre_of(fecha: date) -> Bimestre:
    """The bimestre in which a day lies."""
    first = fecha.month - (fecha.month - 1) % 2
    after = date(fecha.year + first // 11, (first + 2) % 12, 1)
    return Bimestre(date(fecha.year, first, 1), after - timedelta(1))


@dataclass(frozen=True, slots=True)
class Variable:
    """What was paid in the bimestre before, in pesos, and the days in which it was earned.

    pagado: commissions, piece-work and the like. despensa, puntualidad, asistencia: only what
    exceeds their exempt part counts. dias_devengados: those of the bimestre less absences and
    incapacities.
    """

    pagado: Decimal = Decimal(0)
    despensa: Decimal = Decimal(0)
    puntualidad: Decimal = Decimal(0)
    asistencia: Decimal = Decimal(0)
    dias_devengados: int = 0

    @property
    def total(self) -> Decimal:
        return self.pagado + self.despensa + self.puntualidad + self.asistencia


def refuse_variable(variable: Variable, bimestre: Bimestre, ingreso: date) -> None:
    """Raise InvalidInputError for amounts or days that `bimestre`, the one before, cannot have."""
    for campo in ("pagado", "despensa", "puntualidad", "asistencia"):
        if not 0 <= getattr(variable, campo) < MAX_PESOS:
            raise InvalidInputError("Escriba un importe de 0 a 10,000,000.00 pesos.", campo)
    if not variable.total:
        return
    most = (bimestre.ultimo - max(bimestre.primero, ingreso)).days + 1
    if most <= 0:
        raise InvalidInputError(
            f"La parte variable es de lo pagado del {bimestre.nombre}, y empezó a trabajar "
            f"después. {NO_VARIABLE_YET}",
            "pagado",
        )
    if not 1 <= variable.dias_devengados <= most:
        raise InvalidInputError(
            "Los días en que se devengó la parte variable van de 1 a "
            f"{most}: son del {bimestre.nombre}, menos ausencias e incapacidades.",
            "dias_devengados",
        )
