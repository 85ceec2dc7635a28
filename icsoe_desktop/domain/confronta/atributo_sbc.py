"""Which attribute of a CFDI has the SBC, by RFC of the emisor.

Payroll programs differ, so the SBCs that the IMSS has decide; without them it is a guess.
Source: docs/fuentes.md (samples of CFDI de nómina).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

TOLERANCIA: Final = 1  # centavos


class Atributo(StrEnum):
    """The value is the option of the command line."""

    BASE = "base"
    INTEGRADO = "integrado"

    @property
    def nombre(self) -> str:
        """As the CFDI calls it."""
        return "SalarioBaseCotApor" if self is Atributo.BASE else "SalarioDiarioIntegrado"


class Muestra(NamedTuple):
    """One person's two attributes beside what the IMSS has; centavos.

    tope: the cap of the day, None if unknown. conocidos: SBCs with the IMSS in the receipt's days.
    """

    base: int | None
    integrado: int | None
    tope: int | None
    conocidos: Collection[int]


class Voto(NamedTuple):
    """The attribute of an RFC emisor: `aciertos` of `de` persons have the IMSS's SBC in it.

    adivinado: nothing proves it. elegido: somebody chose it.
    """

    rfc: str
    atributo: Atributo
    aciertos: int
    de: int
    adivinado: bool = False
    elegido: bool = False

    @property
    def frase(self) -> str:
        if self.elegido:
            return f"{self.atributo.nombre}, que usted eligió"
        if self.adivinado:
            return f"{self.atributo.nombre}, supuesto: nada lo comprueba"
        return f"{self.atributo.nombre}, {self.aciertos:,} de {self.de:,}"


def capped(value: int, tope: int | None) -> int:
    return value if tope is None else min(value, tope)


def equals(one: int, other: int) -> bool:
    return abs(one - other) <= TOLERANCIA


def vote(
    samples: Iterable[tuple[str, Muestra]], elegidos: Mapping[str, Atributo]
) -> dict[str, Voto]:
    """RFC emisor → its attribute. samples: (RFC emisor, one person). elegidos: by a person."""
    of_emisor: dict[str, list[Muestra]] = defaultdict(list)
    for rfc, sample in samples:
        of_emisor[rfc].append(sample)
    return {rfc: _vote(rfc, found, elegidos.get(rfc)) for rfc, found in of_emisor.items()}


def _vote(rfc: str, samples: list[Muestra], elegido: Atributo | None) -> Voto:
    known = [one for one in samples if one.conocidos and (one.base or one.integrado)]
    hits = {
        atributo: sum(_hits(value_of(one, atributo), one) for one in known) for atributo in Atributo
    }
    if elegido is not None:
        return Voto(rfc, elegido, hits[elegido], len(known), elegido=True)
    if any(hits.values()):
        best = max(Atributo, key=lambda one: hits[one])
        return Voto(rfc, best, hits[best], len(known))
    guesses = [_guess(one) for one in samples if one.base and one.integrado]
    integrado = guesses.count(Atributo.INTEGRADO)
    only = any(one.base for one in samples)
    best = Atributo.INTEGRADO if 2 * integrado > len(guesses) or not only else Atributo.BASE
    return Voto(rfc, best, 0, len(known), adivinado=True)


def value_of(sample: Muestra, atributo: Atributo) -> int | None:
    return sample.base if atributo is Atributo.BASE else sample.integrado


def _hits(value: int | None, sample: Muestra) -> bool:
    if value is None:
        return False
    value = capped(value, sample.tope)
    for each in sample.conocidos:  # noqa: SIM110  a generator takes twice as long
        if equals(value, each):
            return True
    return False


def _guess(sample: Muestra) -> Atributo:
    """The larger one; but one at the cap of its day is the SBC, and the larger one is not."""
    base, integrado = sample.base or 0, sample.integrado or 0
    if sample.tope is not None and max(base, integrado) > sample.tope:
        if equals(base, sample.tope):
            return Atributo.BASE
        if equals(integrado, sample.tope):
            return Atributo.INTEGRADO
    return Atributo.INTEGRADO if integrado > base else Atributo.BASE
