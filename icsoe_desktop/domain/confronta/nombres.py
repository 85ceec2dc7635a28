"""Tells persons by name, in whatever order and form a source writes it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from icsoe_desktop.domain.confronta.persona import Persona
from icsoe_desktop.domain.identificadores.enie import enie_as_n
from icsoe_desktop.domain.texto import fold

MAX_PARECIDOS: Final = 3
# As files for the IMSS write names: docs/fuentes.md §1.
_SIGNS: Final = str.maketrans({**dict.fromkeys("-/.,", " "), **dict.fromkeys("'’`´", "")})
_ENIE_FIRST: Final = re.compile(r"(?<![^\W\d_])/(?=[AEIOUaeiou])")


@lru_cache(20_000)
def name_key(nombre: str) -> tuple[str, ...]:
    """The words of a name in order of the alphabet: any order of its parts, any form of its Ñ."""
    if nombre.isascii() and nombre.replace(" ", "").isalnum():
        return tuple(sorted(nombre.lower().split()))  # fast path: most names of most files
    plain = _ENIE_FIRST.sub("N", enie_as_n(nombre.replace("$", " ")))
    return tuple(sorted(fold(plain.translate(_SIGNS)).split()))


def by_name(personas: Iterable[Persona]) -> dict[tuple[str, ...], list[Persona]]:
    found: dict[tuple[str, ...], list[Persona]] = defaultdict(list)
    for one in personas:
        if one.nombre:
            found[name_key(one.nombre)].append(one)
    return found


def alike(persona: Persona, named: Mapping[tuple[str, ...], list[Persona]]) -> tuple[Persona, ...]:
    if not persona.nombre:
        return ()
    return tuple(named.get(name_key(persona.nombre), ())[:MAX_PARECIDOS])
