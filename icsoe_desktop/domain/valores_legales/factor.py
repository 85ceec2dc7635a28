"""The integration factor with the minimum benefits of the law.

Source: LFT 76, 80 and 87; docs/fuentes.md §8. Vacations: reform in force since
1-Jan-2023; six days in the first year before it.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

AGUINALDO_DIAS: Final = 15
PRIMA_VACACIONAL: Final = Decimal("0.25")
REFORMA_VACACIONES: Final = date(2023, 1, 1)
DIAS_DEL_ANIO: Final = 365
_BEFORE_REFORM: Final = 6
_DECIMALS: Final = Decimal("0.0001")


def vacation_days(year: int) -> int:
    """The minimum vacation days of a year of work. year: 1 or more."""
    return 10 + 2 * year if year <= 5 else 22 + 2 * ((year - 6) // 5)


def integration_factor(vacaciones: int, dias_del_anio: int = DIAS_DEL_ANIO) -> Decimal:
    """The factor with four decimals.

    dias_del_anio: 365 or 366; payroll programs differ.
    """
    days = AGUINALDO_DIAS + vacaciones * PRIMA_VACACIONAL
    return (1 + days / dias_del_anio).quantize(_DECIMALS, ROUND_HALF_UP)


def lowest_factor(fecha: date, dias_del_anio: int = DIAS_DEL_ANIO) -> Decimal:
    """The factor of the first year of work."""
    days = vacation_days(1) if fecha >= REFORMA_VACACIONES else _BEFORE_REFORM
    return integration_factor(days, dias_del_anio)
