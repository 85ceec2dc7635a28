"""A person's name for the IMSS's files: capitals A to Z, spaces, and a replacement of Ñ.

Type A of IDSE has letters and spaces. No source defines other signs, so none is written:
apostrophes are dropped; hyphens, slashes, dots and commas become spaces.
Source: docs/fuentes.md §1.
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
    """The stored form of a name: capitals, single spaces, plain apostrophes and hyphens."""
    return clean(clean(text).translate(_PLAIN_PUNCTUATION).upper())


@dataclass(frozen=True, slots=True)
class Transliteracion:
    """A name written with A to Z.

    motivos: reasons for differences from the original, as Spanish sentences.
    imposibles: original characters without any replacement.
    """

    texto: str
    motivos: tuple[str, ...]
    imposibles: str


def transliterate(name: str, enie: str) -> Transliteracion:
    """A name in the letters A to Z.

    name: as `normal_name` returns it.
    enie: replacement of Ñ.
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
