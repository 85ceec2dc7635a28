"""The integration factor of a year of work.

Source: LFT 76, 80 and 87; docs/fuentes.md §8. Vacations: reform in force since
1-Jan-2023; before it six days, two more a year up to twelve, then two more every five years.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

AGUINALDO_DIAS: Final = 15
PRIMA_VACACIONAL: Final = Decimal("0.25")
REFORMA_VACACIONES: Final = date(2023, 1, 1)
DIAS_DEL_ANIO: Final = 365
_DECIMALS: Final = Decimal("0.0001")


def year_of_work(ingreso: date, fecha: date) -> int:
    """The year of work that runs on `fecha`, 1 from the first day on.

    A year ends the day before its anniversary; that of a 29 February, on 28 February.
    Raises ValueError for a date before `ingreso`.
    """
    if fecha < ingreso:
        raise ValueError("before the first day of work")
    completed = fecha.year - ingreso.year
    return completed + ((fecha.month, fecha.day) >= (ingreso.month, ingreso.day))


def start_of_year(ingreso: date, year: int) -> date:
    """The first day of a year of work: the anniversary that the year before ends with."""
    try:
        return ingreso.replace(year=ingreso.year + year - 1)
    except ValueError:
        return date(ingreso.year + year - 1, 3, 1)


def vacation_days(year: int, fecha: date = REFORMA_VACACIONES) -> int:
    """The minimum vacation days of a year of work, by the law of `fecha`. year: 1 or more."""
    if fecha >= REFORMA_VACACIONES:
        return 10 + 2 * year if year <= 5 else 22 + 2 * ((year - 6) // 5)
    return 4 + 2 * year if year <= 4 else 14 + 2 * ((year - 5) // 5)


def exact_factor(
    vacaciones: Decimal | int,
    dias_del_anio: int = DIAS_DEL_ANIO,
    *,
    aguinaldo: Decimal | int = AGUINALDO_DIAS,
    prima: Decimal = PRIMA_VACACIONAL,
) -> Decimal:
    """The factor without rounding (28 digits). vacaciones, aguinaldo: days a year. prima: 0.25.

    dias_del_anio: 365 or 366; payroll programs differ.
    """
    return 1 + (aguinaldo + vacaciones * prima) / Decimal(dias_del_anio)


def rounded_factor(factor: Decimal) -> Decimal:
    """With four decimals, as most payroll programs use it."""
    return factor.quantize(_DECIMALS, ROUND_HALF_UP)


def integration_factor(vacaciones: int, dias_del_anio: int = DIAS_DEL_ANIO) -> Decimal:
    """The factor of the minimum benefits, with four decimals. dias_del_anio: 365 or 366."""
    return rounded_factor(exact_factor(vacaciones, dias_del_anio))


def lowest_factor(fecha: date, dias_del_anio: int = DIAS_DEL_ANIO) -> Decimal:
    """The factor of the first year of work."""
    return integration_factor(vacation_days(1, fecha), dias_del_anio)
