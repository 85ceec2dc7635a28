"""How hard a password is to guess: an estimate, shown beside the rules and never instead of them.

zxcvbn, the usual one, knows no Spanish and would be one more dependency; this counts what a
guesser would try, in bits, and is meant to be too low rather than too high.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from icsoe_desktop.domain.acceso.contrasena import has_keyboard_pattern, has_sequence
from icsoe_desktop.domain.texto import fold

# What people put in passwords, folded. A guesser tries all of them first.
_COMMON = frozenset(
    re.findall(
        "[a-z]+",
        """
        abril acceso admin administrador agosto amarillo america amigo amor angel azul blanco
        capturista casa chivas clave conmigo contrasena contratista corazon cruz diciembre dios
        domingo dragon empresa enero estrella familia febrero feliz football futbol gato
        guadalajara guadalupe hola icsoe idse iloveyou imss infonavit invierno jesus jueves julio
        junio letmein login luna lunes madre maria martes marzo master mayo mexico miercoles
        monkey monterrey negro noche nomina nominas noviembre octubre oficina otono padre pass
        password pato patron perro primavera princesa prueba pumas qwerty rojo sabado sat secreto
        seguro septiembre shadow sol sunshine tigre usuario verano verde viernes welcome
        """,
    )
)
_COMMON_BITS = 7.0
# A word of the language: a guesser's list has about 65,000.
_WORD_BITS = 16.0
_YEAR_BITS = 6.6
# 1234, qwerty: among the first that are tried.
_RUN_BITS = 4.0
_LONGEST_RUN = 8
_DIGIT_BITS = 3.3
_LETTER_BITS = 4.7
_SIGN_BITS = 5.0
_CAPITAL_BITS = 1.0
_SHORTEST_WORD = 4
_LONGEST_CONSONANTS = 3

_FROM_BITS = ((70.0, 4), (52.0, 3), (36.0, 2))


class Nivel(IntEnum):
    NINGUNO = 0
    DEBIL = 1
    ACEPTABLE = 2
    BUENA = 3
    MUY_BUENA = 4

    @property
    def texto(self) -> str:
        return ("", "Débil", "Aceptable", "Buena", "Muy buena")[self]


@dataclass(frozen=True, slots=True)
class Fortaleza:
    nivel: Nivel
    bits: float


def estimate(text: str, datos: Iterable[str] = ()) -> Fortaleza:
    """datos: what the guesser knows of the person; it counts for nothing."""
    if not text:
        return Fortaleza(Nivel.NINGUNO, 0.0)
    known = _COMMON | {fold(word) for dato in datos for word in re.split(r"[\s@.]+", dato)}
    seen: set[str] = set()
    bits = 0.0
    for part in re.findall(r"[^\W\d_]+|[0-9]+|[\W_]|.", text):
        # Said twice is hardly more than said once.
        bits += _CAPITAL_BITS if part.lower() in seen else _bits_of(part, known)
        seen.add(part.lower())
    nivel = next((Nivel(level) for limit, level in _FROM_BITS if bits >= limit), Nivel.DEBIL)
    return Fortaleza(nivel, bits)


def _bits_of(part: str, known: Iterable[str]) -> float:
    if len(part) <= _LONGEST_RUN and (has_sequence(part) or has_keyboard_pattern(part)):
        return _RUN_BITS
    if part[0] in "0123456789":
        if re.fullmatch("(19|20)[0-9]{2}", part):
            return _YEAR_BITS
        return _DIGIT_BITS * _distinct(part)
    if not part[0].isalpha():
        return _SIGN_BITS
    folded = fold(part)
    capitals = _CAPITAL_BITS * min(2, sum(letter.isupper() for letter in part))
    if folded in known:
        return _COMMON_BITS + capitals
    bits = _LETTER_BITS * _distinct(folded)
    if _reads_as_a_word(folded):
        bits = min(bits, _WORD_BITS)
    return bits + capitals


def _distinct(part: str) -> int:
    """How many characters there are, those repeated in a row counted once."""
    return sum(one != before for one, before in zip(part, " " + part[:-1], strict=True))


def _reads_as_a_word(folded: str) -> bool:
    consonants = re.findall("[^aeiou]+", folded)
    longest = max((len(run) for run in consonants), default=0)
    has_vowels = re.search("[aeiou]", folded) is not None
    return len(folded) >= _SHORTEST_WORD and has_vowels and longest <= _LONGEST_CONSONANTS
