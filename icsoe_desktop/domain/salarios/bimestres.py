"""The bimestres of the variable part of a salary: January and February, March and April…

Source: LSS 30-II and 34-II.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple


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
