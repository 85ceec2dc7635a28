"""Restores an Ñ that a payroll program wrote as a slash: MU/OZ for MUÑOZ.

In Spanish an Ñ stands between two vowels. The CURP decides if it fits one reading only: D/AMICO
has an X as its vowel, MU/OZ has an X or an N as its consonant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from icsoe_desktop.domain.identificadores.curp import Curp, Discrepancia, compare
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS, NombrePersona

_SLASH: Final = re.compile(r"(?<=[aeiouáéíóúü])/(?=[aeiouáéíóúü])", re.IGNORECASE)
# Position of each name's consonant in the CURP.
_CONSONANT: Final = {"primer_apellido": 14, "segundo_apellido": 15, "nombres": 16}
NOTICE: Final = "Se leyó {leido}: la diagonal entre dos vocales es una Ñ mal escrita. Revíselo."


def restore_enie(texts: Mapping[str, str], curp: Curp | None) -> dict[str, str]:
    """The names that change, by field, with their Ñ.

    texts: the three fields of a name, and maybe others. curp: None if it is unknown or wrong.
    """
    names = {name: texts.get(name, "") for name in NOMBRE_CAMPOS}
    found: dict[str, str] = {}
    for campo, text in names.items():
        if "/" not in text:
            continue
        restored = _SLASH.sub(_enie_like, text)
        if restored == text:
            continue
        if curp is None or _fits(curp, NombrePersona(**names), campo, restored):
            found[campo] = restored
    return found


def enie_as_n(name: str) -> str:
    """The name with an N for each sign that files have in the place of an Ñ."""
    return _SLASH.sub("N", name).replace("#", "N").replace("¥", "N")


def notice(leido: str) -> str:
    return NOTICE.format(leido=leido)


def _enie_like(match: re.Match[str]) -> str:
    """Ñ in the case of the letter before it."""
    return "Ñ" if match.string[match.start() - 1].isupper() else "ñ"


def _fits(curp: Curp, nombre: NombrePersona, campo: str, restored: str) -> bool:
    """Whether the CURP does not contradict the Ñ."""
    with_enie = _contradictions(compare(curp, replace(nombre, **{campo: restored})))
    as_read = _contradictions(compare(curp, nombre))
    return with_enie <= as_read and (_CONSONANT[campo], "X") not in with_enie


def _contradictions(found: tuple[Discrepancia, ...]) -> set[tuple[int, str]]:
    """An Ñ written as N in the CURP is no contradiction."""
    return {
        (one.posicion, one.esperada)
        for one in found
        if (one.encontrada, one.esperada) != ("N", "X")
    }
