"""The lowest and highest SBC on a date, from dated tables of minimum wage and UMA.

Source: LSS 28 (floor: the minimum wage; cap: 25 UMA); dominio/idse.md §5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

VECES_UMA: Final = 25


@dataclass(frozen=True, slots=True)
class SalarioMinimo:
    """The daily minimum wages of a calendar year, in centavos."""

    anio: int
    general: int  # centavos
    frontera: int  # centavos


@dataclass(frozen=True, slots=True)
class Uma:
    """The daily UMA in centavos, from 1 February of `anio` to 31 January of the next year.

    Source: Ley para Determinar el Valor de la UMA, 5.
    """

    anio: int
    diaria: int  # centavos


@dataclass(frozen=True, slots=True)
class Limites:
    """The limits on a date, in centavos. None if the table has no value.

    faltan: names of the missing values, for the user.
    """

    piso: int | None  # centavos
    piso_frontera: int | None  # centavos
    tope: int | None  # centavos
    faltan: tuple[str, ...]

    def warnings(self, sbc: int) -> tuple[str, ...]:
        """Warnings about an SBC, as Spanish sentences.

        sbc: centavos.
        """
        found = []
        if self.piso is not None and sbc < self.piso:
            found.append(
                f"El SBC, {pesos(sbc)}, es menor que el salario mínimo de esa fecha, "
                f"{pesos(self.piso)}."
            )
        if self.tope is not None and sbc > self.tope:
            found.append(
                f"El SBC, {pesos(sbc)}, es mayor que el tope de esa fecha, {VECES_UMA} veces la "
                f"UMA: {pesos(self.tope)}."
            )
        found.extend(
            f"No se revisó el SBC contra {falta}: el programa no "
            f"{'la' if falta.startswith('la ') else 'lo'} tiene."
            for falta in self.faltan
        )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class TablaLimites:
    salarios: tuple[SalarioMinimo, ...]
    umas: tuple[Uma, ...]

    def on(self, fecha: date) -> Limites:
        """The limits on a date. A year missing from a table is reported in `faltan`."""
        salario = next((row for row in self.salarios if row.anio == fecha.year), None)
        uma_year = fecha.year if fecha.month > 1 else fecha.year - 1
        uma = next((row for row in self.umas if row.anio == uma_year), None)
        faltan = []
        if salario is None:
            faltan.append(f"el salario mínimo de {fecha.year}")
        if uma is None:
            faltan.append(f"la UMA de {uma_year}")
        return Limites(
            salario.general if salario else None,
            salario.frontera if salario else None,
            uma.diaria * VECES_UMA if uma else None,
            tuple(faltan),
        )


TABLA_LIMITES: Final = TablaLimites(
    (SalarioMinimo(2025, 278_80, 419_88), SalarioMinimo(2026, 315_04, 440_87)),
    (Uma(2025, 113_14), Uma(2026, 117_31)),
)


def pesos(centavos: int) -> str:
    """$2,932.75 for 293275."""
    return f"${centavos // 100:,}.{centavos % 100:02d}"


def parse_sbc(text: str) -> int | None:
    """Centavos. None if the text is not an amount of pesos."""
    plain = text.replace("$", "").replace("\xa0", "").replace(" ", "")
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?", plain):
        plain = plain.replace(",", "")
    match = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", plain)
    if match is None:
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
