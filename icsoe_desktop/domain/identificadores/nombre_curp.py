"""Compares a person's name with the letters of their CURP.

A difference is only a warning. Civil registries write names in many ways, and RENAPO's own
instructivo has examples that contradict its rules.
Source: RENAPO, Instructivo normativo para la asignación de la CURP (DOF 18-Oct-2021);
docs/fuentes.md §3.
"""

from __future__ import annotations

from dataclasses import dataclass

from icsoe_desktop.domain.identificadores.catalogos_renapo import PALABRAS_INCONVENIENTES
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.texto import clean, strip_accents

# fmt: off
_PARTICLES = frozenset({
    "DA", "DAS", "DE", "DEL", "DER", "DI", "DIE", "DD", "Y", "EL", "LA", "LOS", "LAS",
    "LE", "LES", "MAC", "MC", "VAN", "VON",
})
# fmt: on
_PASSED_OVER_GIVEN_NAMES = frozenset({"MARIA", "MA.", "MA", "M.", "M", "JOSE", "J.", "J"})
_VOWELS = "AEIOU"

_POSITIONS = (1, 2, 3, 4, 14, 15, 16)
_MEANINGS = (
    "la primera letra del primer apellido",
    "la primera vocal interna del primer apellido",
    "la primera letra del segundo apellido",
    "la primera letra del nombre",
    "la primera consonante interna del primer apellido",
    "la primera consonante interna del segundo apellido",
    "la primera consonante interna del nombre",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancia:
    """A position of the CURP, from 1, whose letter differs from the one expected by the name."""

    posicion: int
    encontrada: str
    esperada: str
    advertencia: str


def expected_letters(nombres: str, primer_apellido: str, segundo_apellido: str) -> tuple[str, str]:
    """The letters that the name gives to positions 1–4 and to 14–16 of the CURP.

    A missing apellido is empty.
    """
    nombre = _deciding_given_name(_words(nombres))
    primero = _deciding_word(_words(primer_apellido))
    segundo = _deciding_word(_words(segundo_apellido))
    initials = _initial(primero) + _internal_vowel(primero) + _initial(segundo) + _initial(nombre)
    if initials in PALABRAS_INCONVENIENTES:
        initials = initials[0] + "X" + initials[2:]
    return initials, "".join(_internal_consonant(word) for word in (primero, segundo, nombre))


def compare(curp: Curp, nombre: NombrePersona) -> tuple[Discrepancia, ...]:
    """Every position of the CURP whose letter differs from the expected one, in order."""
    expected = "".join(
        expected_letters(nombre.nombres, nombre.primer_apellido, nombre.segundo_apellido)
    )
    return tuple(
        Discrepancia(
            posicion=position,
            encontrada=curp.valor[position - 1],
            esperada=letter,
            advertencia=(
                f"Posición {position} de la CURP: dice {curp.valor[position - 1]} y según el "
                f"nombre capturado se esperaba {letter} ({meaning})."
            ),
        )
        for position, letter, meaning in zip(_POSITIONS, expected, _MEANINGS, strict=True)
        if curp.valor[position - 1] != letter
    )


def _words(name: str) -> list[str]:
    if name.isascii() and name.isprintable():
        return name.upper().split()  # fast path: nearly every name of a file for the IMSS
    return strip_accents(clean(name).upper(), keep_enye=True).split()


def _from_deciding_word(words: list[str]) -> list[str]:
    """From the first word that is not a particle; of particles only, the last one."""
    while len(words) > 1 and words[0] in _PARTICLES:
        words = words[1:]
    return words


def _deciding_word(words: list[str]) -> str:
    return next(iter(_from_deciding_word(words)), "")


def _deciding_given_name(words: list[str]) -> str:
    words = _from_deciding_word(words)
    # Skip only one: María José gives José, and José María gives María.
    if len(words) > 1 and words[0] in _PASSED_OVER_GIVEN_NAMES:
        words = words[1:]
    return _deciding_word(words)


def _letter(character: str) -> str:
    """The letter for a CURP: X for Ñ and for any sign, such as / - . or '."""
    return character if "A" <= character <= "Z" else "X"


def _initial(word: str) -> str:
    return _letter(word[0]) if word else "X"


def _internal_vowel(word: str) -> str:
    """The first vowel after the initial. X if a sign that is no letter comes first: D/AMICO."""
    for character in word[1:]:
        if character in _VOWELS:
            return character
        if not character.isalpha():
            return "X"
    return "X"


def _internal_consonant(word: str) -> str:
    for character in word[1:]:
        if character not in _VOWELS:
            return _letter(character)
    return "X"
