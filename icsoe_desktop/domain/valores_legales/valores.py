"""Minimum wage and UMA by date, each with its source and its certainty.

Source: docs/fuentes.md §8. 2017: DOF 19-Dec-2016. December 2017: DOF 24-Nov-2017, which raises
80.04 by 5.00 and by 3.9 %.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from icsoe_desktop.errors import InvalidInputError

FIRST_DAY: Final = date(2000, 1, 1)
LAST_YEAR: Final = 2100
MAX_CENTAVOS: Final = 9_999_99
# Nobody has decreed such a jump. A typing error of one digit is larger.
_MAX_RATIO: Final = 2.0


class Zona(StrEnum):
    """The wage zone of a registro patronal."""

    GENERAL = "general"
    FRONTERA = "frontera"

    @property
    def nombre(self) -> str:
        return _ZONAS[self]


_ZONAS: Final = {
    Zona.GENERAL: "Resto del país",
    Zona.FRONTERA: "Zona libre de la frontera norte",
}


class Concepto(StrEnum):
    GENERAL = "salario_minimo"
    FRONTERA = "salario_minimo_frontera"
    UMA = "uma"

    @property
    def nombre(self) -> str:
        return _NOMBRES[self]

    @property
    def en_frase(self) -> str:
        return _EN_FRASE[self]

    @property
    def es_uma(self) -> bool:
        return self is Concepto.UMA


_NOMBRES: Final = {
    Concepto.GENERAL: "Salario mínimo general",
    Concepto.FRONTERA: "Salario mínimo, frontera norte",
    Concepto.UMA: "UMA",
}
_EN_FRASE: Final = {
    Concepto.GENERAL: "el salario mínimo",
    Concepto.FRONTERA: "el salario mínimo de la frontera norte",
    Concepto.UMA: "la UMA",
}
FRONTERA_SINCE: Final = date(2019, 1, 1)  # one wage for the whole country before


def zone_on(zona: Zona, fecha: date) -> Zona:
    """The zone whose minimum wage holds on a day."""
    return zona if fecha >= FRONTERA_SINCE else Zona.GENERAL


DE_ZONA: Final = {Zona.GENERAL: Concepto.GENERAL, Zona.FRONTERA: Concepto.FRONTERA}


class Certeza(StrEnum):
    SEGURA = "Segura"
    PROBABLE = "Probable"
    UNA_FUENTE = "Una fuente"
    CAPTURADA = "Capturada"
    CENTRAL = "Política central"

    @property
    def significado(self) -> str:
        return _SIGNIFICADOS[self]


_SIGNIFICADOS: Final = {
    Certeza.SEGURA: "Tres fuentes o más coinciden.",
    Certeza.PROBABLE: "Dos fuentes coinciden.",
    Certeza.UNA_FUENTE: "Una sola fuente detallada.",
    Certeza.CAPTURADA: "La capturó o importó alguien de esta oficina.",
    Certeza.CENTRAL: "La fijó quien administra este equipo.",
}


@dataclass(frozen=True, slots=True)
class ValorLegal:
    """A daily amount in force from a day on.

    Raises InvalidInputError (campo «desde», «importe» or «fuente»).
    """

    concepto: Concepto
    desde: date
    centavos: int
    fuente: str
    certeza: Certeza

    def __post_init__(self) -> None:
        if not FIRST_DAY <= self.desde <= date(LAST_YEAR, 12, 31):
            raise InvalidInputError(f"La fecha va de {FIRST_DAY.year} a {LAST_YEAR}.", "desde")
        if self.concepto.es_uma and (self.desde.month, self.desde.day) != (2, 1):
            raise InvalidInputError(
                "La UMA cambia cada 1 de febrero (Ley para Determinar el Valor de la UMA, "
                "artículo 5). Escriba 01/02 y el año.",
                "desde",
            )
        if not 0 < self.centavos <= MAX_CENTAVOS:
            raise InvalidInputError(
                "Escriba el importe diario en pesos y centavos, por ejemplo 315.04.", "importe"
            )
        if not self.fuente:
            raise InvalidInputError(
                "Escriba de dónde sale el valor, por ejemplo «DOF 09/12/2026».", "fuente"
            )

    @property
    def hasta(self) -> date:
        """The last day for which the value can be used without a newer one.

        The minimum wage is set for each year (LFT 570), the UMA for February to January.
        """
        if self.concepto.es_uma:
            return date(self.desde.year + 1, 1, 31)
        return date(self.desde.year, 12, 31)


def refuse_jump(valor: ValorLegal, others: Iterable[ValorLegal]) -> None:
    """Raise InvalidInputError (campo «importe») if it is no plausible successor of the one before.

    others: the known values, without the one that `valor` replaces.
    """
    before = max(
        (one for one in others if one.concepto is valor.concepto and one.desde < valor.desde),
        key=lambda one: one.desde,
        default=None,
    )
    if before is None or before.centavos <= valor.centavos <= before.centavos * _MAX_RATIO:
        return
    than = "menor que" if valor.centavos < before.centavos else "más del doble de"
    raise InvalidInputError(
        f"{pesos(valor.centavos)} es {than} {pesos(before.centavos)}, en vigor desde el "
        f"{before.desde:%d/%m/%Y}. Revise el importe y la fecha.",
        "importe",
    )


def pesos(centavos: int) -> str:
    """$2,932.75 for 293275."""
    return f"${centavos // 100:,}.{centavos % 100:02d}"


def plain_pesos(centavos: int | None) -> str:
    """2932.75 for 293275, as a program reads it; empty for None."""
    return "" if centavos is None else f"{centavos // 100}.{centavos % 100:02d}"


def _shipped() -> tuple[ValorLegal, ...]:
    segura, probable = Certeza.SEGURA, Certeza.PROBABLE
    umas = {
        2017: (75_49, segura), 2018: (80_60, segura), 2019: (84_49, probable),
        2020: (86_88, probable), 2021: (89_62, probable), 2022: (96_22, probable),
        2023: (103_74, segura), 2024: (108_57, probable), 2025: (113_14, segura),
        2026: (117_31, segura),
    }  # fmt: skip
    salarios = {
        2019: (102_68, 176_72, probable), 2020: (123_22, 185_56, probable),
        2021: (141_70, 213_39, segura), 2022: (172_87, 260_34, segura),
        2023: (207_44, 312_41, probable), 2024: (248_93, 374_89, probable),
        2025: (278_80, 419_88, segura), 2026: (315_04, 440_87, segura),
    }  # fmt: skip
    found = [
        ValorLegal(Concepto.UMA, date(year, 2, 1), centavos, "INEGI", certeza)
        for year, (centavos, certeza) in umas.items()
    ]
    for first, centavos, published in (
        (date(2017, 1, 1), 80_04, "19/12/2016"),
        (date(2017, 12, 1), 88_36, "24/11/2017"),
        (date(2018, 1, 1), 88_36, "21/12/2017"),
    ):
        dof = f"CONASAMI, DOF {published}"
        found.append(ValorLegal(Concepto.GENERAL, first, centavos, dof, probable))
    for year, (general, frontera, certeza) in salarios.items():
        first = date(year, 1, 1)
        found.append(ValorLegal(Concepto.GENERAL, first, general, "CONASAMI", certeza))
        found.append(ValorLegal(Concepto.FRONTERA, first, frontera, "CONASAMI", certeza))
    return tuple(found)


DE_FABRICA: Final = _shipped()


@dataclass(frozen=True, slots=True)
class TablaValores:
    """Values of every concept. The last of two with the same concept and day counts."""

    valores: tuple[ValorLegal, ...] = DE_FABRICA

    def on(self, concepto: Concepto, fecha: date) -> ValorLegal | None:
        """The value in force on a day. None if the program has none for it."""
        found = None
        for one in self.valores:
            if (
                one.concepto is concepto
                and one.desde <= fecha <= one.hasta
                and (found is None or one.desde >= found.desde)
            ):
                found = one
        return found

    def missing(self, today: date) -> tuple[tuple[Concepto, date], ...]:
        """What somebody has to add, each with the first day on which it is needed.

        The minimum wage of a year is decided in the first days of December; the UMA is published
        by 10 January.
        """
        years = [today.year, today.year + 1] if today.month == 12 else [today.year]
        needed = [
            (concepto, date(year, 1, 1))
            for concepto in (Concepto.GENERAL, Concepto.FRONTERA)
            for year in years
        ]
        if (today.month, today.day) >= (1, 11):
            needed.append((Concepto.UMA, date(today.year, 2, 1)))
        return tuple(one for one in needed if self.on(*one) is None)


def missing_text(concepto: Concepto, desde: date) -> str:
    """«Falta el salario mínimo de 2027»."""
    return f"Falta {concepto.en_frase} de {desde.year}"
