"""A person's name as the IMSS's files carry it: capitals A to Z and spaces, and Ñ its own way.

IDSE's type A takes letters and spaces. No source says what it does with other signs, so none is
written: an apostrophe goes, a hyphen, a slash, a dot or a comma becomes a space.
Source: dominio/idse.md §1.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from icsoe_desktop.domain.texto import clean, strip_accents

_PLAIN_PUNCTUATION = str.maketrans("‘’ʼ´`‐‑‒–—―−", "'''''-------")
_NO_ACCENT_TO_STRIP: Final = {
    "Ø": "O",
    "Æ": "AE",
    "Œ": "OE",
    "Ð": "D",
    "Đ": "D",
    "Ħ": "H",
    "Ł": "L",
    "Þ": "TH",
    "ẞ": "SS",
}
_TO_SPACE = "-/.,"

MOTIVO_ENIE: Final = "La Ñ se escribe {}."
MOTIVO_ACENTOS: Final = "Se quitan acentos, diéresis y cedillas."
MOTIVO_LETRAS: Final = "Se cambian letras que no están en el alfabeto de la A a la Z."
MOTIVO_SIGNOS: Final = "Se quitan los signos: el archivo sólo lleva letras y espacios."


def normal_name(text: str) -> str:
    """A name as it is kept: capitals, single spaces, plain apostrophes and hyphens."""
    return clean(clean(text).translate(_PLAIN_PUNCTUATION).upper())


@dataclass(frozen=True, slots=True)
class Transliteracion:
    """texto: what is written. motivos: why it is not the name itself.

    imposibles: the characters that have no letter to stand for them, as they are.
    """

    texto: str
    motivos: tuple[str, ...]
    imposibles: str


def transliterate(name: str, enie: str) -> Transliteracion:
    """A name in the letters A to Z.

    name: as `normal_name` gives it.
    enie: what stands for Ñ.
    """
    written: list[str] = []
    motivos: dict[str, None] = {}
    imposibles: list[str] = []
    for character in name:
        if "A" <= character <= "Z" or character == " ":
            written.append(character)
        elif character == "Ñ":
            written.append(enie)
            if enie != "Ñ":
                motivos[MOTIVO_ENIE.format(enie)] = None
        elif character == "'":
            motivos[MOTIVO_SIGNOS] = None
        elif character in _TO_SPACE:
            written.append(" ")
            motivos[MOTIVO_SIGNOS] = None
        elif character in _NO_ACCENT_TO_STRIP:
            written.append(_NO_ACCENT_TO_STRIP[character])
            motivos[MOTIVO_LETRAS] = None
        else:
            plain = strip_accents(character, keep_enye=False).upper()
            mark = unicodedata.combining(character) != 0
            if mark or (character.isalpha() and plain.isascii() and plain.isalpha()):
                written.append(plain)
                motivos[MOTIVO_ACENTOS] = None
            else:
                imposibles.append(character)
    return Transliteracion(
        " ".join("".join(written).split()), tuple(motivos), "".join(dict.fromkeys(imposibles))
    )
