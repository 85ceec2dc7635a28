"""The lowest and highest SBC of a registro patronal on a date.

Source: LSS 28 (floor: the minimum wage; cap: 25 UMA); LFT 76, 80 and 87 (integrated floor);
docs/fuentes.md §8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from icsoe_desktop.domain.valores_legales.factor import DIAS_DEL_ANIO, lowest_factor
from icsoe_desktop.domain.valores_legales.valores import (
    DE_ZONA,
    Concepto,
    TablaValores,
    Zona,
    pesos,
    zone_on,
)

VECES_UMA: Final = 25
_PLACES: Final = {
    Zona.GENERAL: "",
    Zona.FRONTERA: " en la zona libre de la frontera norte",
}


@dataclass(frozen=True, slots=True)
class Limites:
    """The limits of a zone on a date, in centavos. None if the table has no value.

    piso_integrado: the minimum wage with the minimum benefits.
    factor: its integration factor.
    faltan: names of the missing values, for the user.
    """

    zona: Zona
    piso: int | None
    piso_integrado: int | None
    tope: int | None
    factor: Decimal
    faltan: tuple[str, ...]

    def out_of_limits(self, sbc: int, *, reducida: bool = False) -> tuple[str, ...]:
        """Spanish sentences about an SBC outside the limits.

        sbc: centavos. reducida: with a reduced week or day, which may earn less than the
        integrated floor.
        """
        found = []
        if self.piso is not None and sbc < self.piso:
            found.append(
                f"El SBC, {pesos(sbc)}, es menor que el salario mínimo de esa fecha"
                f"{_PLACES[self.zona]}, {pesos(self.piso)} (LSS 28)."
            )
        elif self.piso_integrado is not None and sbc < self.piso_integrado and not reducida:
            found.append(self._below_integrated(sbc, self.piso_integrado))
        if self.tope is not None and sbc > self.tope:
            found.append(
                f"El SBC, {pesos(sbc)}, es mayor que el tope de esa fecha, {VECES_UMA} veces la "
                f"UMA: {pesos(self.tope)} (LSS 28)."
            )
        return tuple(found)

    def _below_integrated(self, sbc: int, piso: int) -> str:
        with_benefits = (
            f"que el salario mínimo de esa fecha{_PLACES[self.zona]} con las prestaciones mínimas, "
            f"{pesos(piso)}"
        )
        if sbc == piso - 1:
            # Published floors differ by it: 292.54 and 292.55 of 2025.
            return (
                f"El SBC, {pesos(sbc)}, es un centavo menor {with_benefits}. No es un error: según "
                "cómo se redondee el factor se publican las dos cifras."
            )
        return (
            f"El SBC, {pesos(sbc)}, es menor {with_benefits}: {pesos(self.piso or 0)} por "
            f"{self.factor} (LFT 76, 80 y 87). Así sólo va con semana o jornada reducida."
        )

    def bounded(self, sbc: int) -> int:
        """Between the minimum wage and the cap, as far as they are known. Centavos."""
        if self.tope is not None:
            sbc = min(sbc, self.tope)
        return sbc if self.piso is None else max(sbc, self.piso)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Sentences about limits that could not be checked."""
        return tuple(
            f"No se revisó el SBC contra {falta}: el programa no "
            f"{'la' if falta.startswith('la ') else 'lo'} tiene. Agregue el valor en Valores."
            for falta in self.faltan
        )

    def warnings(self, sbc: int, *, reducida: bool = False) -> tuple[str, ...]:
        """Warnings about an SBC, also about limits that could not be checked.

        sbc: centavos.
        """
        return (*self.out_of_limits(sbc, reducida=reducida), *self.unchecked)


@dataclass(frozen=True, slots=True)
class TablaLimites:
    """The values, and the zone of each registro patronal.

    zonas: first ten characters → zone. One that is not there is in the general zone.
    dias_del_anio: by which the integration factor divides.
    """

    valores: TablaValores = field(default_factory=TablaValores)
    zonas: Mapping[str, Zona] = field(default_factory=dict)
    dias_del_anio: int = DIAS_DEL_ANIO

    def on(self, fecha: date, registro_patronal: str = "") -> Limites:
        """The limits on a date. A value that the table lacks is reported in `faltan`.

        registro_patronal: ten or eleven characters.
        """
        zona = zone_on(self.zonas.get(registro_patronal[:10], Zona.GENERAL), fecha)
        salario = self.valores.on(DE_ZONA[zona], fecha)
        uma = self.valores.on(Concepto.UMA, fecha)
        factor = lowest_factor(fecha, self.dias_del_anio)
        faltan = []
        if salario is None:
            faltan.append(f"{DE_ZONA[zona].en_frase} de {fecha.year}")
        if uma is None:
            faltan.append(f"la UMA de {fecha.year if fecha.month > 1 else fecha.year - 1}")
        return Limites(
            zona,
            salario.centavos if salario else None,
            _times(salario.centavos, factor) if salario else None,
            uma.centavos * VECES_UMA if uma else None,
            factor,
            tuple(faltan),
        )


def _times(centavos: int, factor: Decimal) -> int:
    return int((centavos * factor).quantize(Decimal(1), ROUND_HALF_UP))


TABLA_LIMITES: Final = TablaLimites()


def parse_sbc(text: str) -> int | None:
    """Centavos. None if the text is not an amount of pesos."""
    plain = text.replace("$", "").replace("\xa0", "").replace(" ", "")
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?", plain):
        plain = plain.replace(",", "")
    match = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", plain)
    if match is None:
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
