"""The cuatrimestre of an Informativa, its window and how much of it is left.

Source: LSS 15 A; Lineamientos of the IMSS for the Informativa. The window is days 1 to 17 of May,
September and January; a 17th that is no working day moves on (secondary sources agree).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

from icsoe_desktop.domain.movimientos.plazos import Calendario
from icsoe_desktop.domain.texto import counted

# The obligation began with the reform of 23 April 2021; its first period is may–ago 2021.
PRIMER_EJERCICIO: Final = 2021
ULTIMO_EJERCICIO: Final = 2099
_ULTIMO_DIA: Final = 17
_NOMBRES: Final = {1: "enero–abril", 2: "mayo–agosto", 3: "septiembre–diciembre"}
# Days of the window on which the contratista is reminded, besides the last one.
DIAS_DE_RECORDATORIO: Final = (1, 10, 15)


class Urgencia(StrEnum):
    """How a period stands that nobody has presented yet."""

    AUN_NO = "Por abrir"
    ABIERTO = "A tiempo"
    POR_VENCER = "Por vencer"
    VENCIDO = "Vencido"


@dataclass(frozen=True, slots=True, order=True)
class Periodo:
    """A cuatrimestre of a year. cuatrimestre: 1 to 3."""

    ejercicio: int
    cuatrimestre: int

    def __post_init__(self) -> None:
        if not PRIMER_EJERCICIO <= self.ejercicio <= ULTIMO_EJERCICIO:
            raise ValueError("no such ejercicio")
        if self.cuatrimestre not in _NOMBRES:
            raise ValueError("no such cuatrimestre")

    @classmethod
    def of(cls, day: date) -> Self:
        """The period that contains the day."""
        return cls(day.year, (day.month - 1) // 4 + 1)

    @property
    def primero(self) -> date:
        return date(self.ejercicio, self.cuatrimestre * 4 - 3, 1)

    @property
    def ultimo(self) -> date:
        return self.next.primero - timedelta(days=1)

    @property
    def next(self) -> Periodo:
        if self.cuatrimestre == 3:
            return Periodo(self.ejercicio + 1, 1)
        return Periodo(self.ejercicio, self.cuatrimestre + 1)

    @property
    def previous(self) -> Periodo:
        """Raises ValueError before the first year of the obligation."""
        if self.cuatrimestre == 1:
            return Periodo(self.ejercicio - 1, 3)
        return Periodo(self.ejercicio, self.cuatrimestre - 1)

    def earlier(self) -> Iterator[Periodo]:
        """The periods before, back to the first one of the obligation."""
        periodo = self
        with suppress(ValueError):
            while True:
                yield (periodo := periodo.previous)

    @property
    def nombre(self) -> str:
        return f"{_NOMBRES[self.cuatrimestre]} {self.ejercicio}"

    @property
    def abre(self) -> date:
        """The first day of the window."""
        return self.ultimo + timedelta(days=1)

    def vence(self, calendario: Calendario) -> date:
        """The last day of the window, until 23:59:59 in Mexico City."""
        return calendario.nth_working_day(self.abre.replace(day=_ULTIMO_DIA), 1)

    def contains(self, day: date) -> bool:
        return self.primero <= day <= self.ultimo

    def urgencia(self, today: date, calendario: Calendario) -> Urgencia:
        vence = self.vence(calendario)
        if today < self.abre:
            return Urgencia.AUN_NO
        if today > vence:
            return Urgencia.VENCIDO
        return Urgencia.POR_VENCER if (vence - today).days <= 3 else Urgencia.ABIERTO

    def plazo(self, today: date, calendario: Calendario) -> str:
        """What is left, in words: «vence el 18/01/2027, faltan 3 días»."""
        vence = self.vence(calendario)
        left = (vence - today).days
        if left < 0:
            return f"venció el {vence:%d/%m/%Y}, hace {counted(-left, 'día', 'días')}"
        if left == 0:
            return f"vence hoy, {vence:%d/%m/%Y}, a las 23:59 de la Ciudad de México"
        verb = "falta" if left == 1 else "faltan"
        return f"vence el {vence:%d/%m/%Y}, {verb} {counted(left, 'día', 'días')}"

    def recordatorios(self, calendario: Calendario) -> tuple[date, ...]:
        """The days on which to remind, in order: 1, 10, 15 and the last of the window."""
        days = {self.abre.replace(day=day) for day in DIAS_DE_RECORDATORIO}
        return tuple(sorted(days | {self.vence(calendario)}))


def also_late(atrasados: Sequence[Periodo]) -> str:
    """A sentence of the overdue periods after the first one, which is told before; may be empty."""
    others = [one.nombre for one in atrasados[1:]]
    if not others:
        return ""
    *most, last = others
    named = f"{', '.join(most)} y {last}" if most else last
    return f" También {'faltan' if most else 'falta'} {named}."


def por_presentar(today: date, calendario: Calendario) -> Periodo:
    """The period to work on: the one whose window is open, else the one that runs."""
    running = Periodo.of(today)
    try:
        former = running.previous
    except ValueError:
        return running
    return former if today <= former.vence(calendario) else running
