"""A person's name against the letters of her CURP.

A name that does not fit is a warning: civil registries wrote names in every way there is, and
RENAPO's own instructivo has examples that its rules do not give.
Source: RENAPO, Instructivo normativo para la asignación de la CURP (DOF 18-Oct-2021);
dominio/icsoe.md §2.
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
    """One position, from 1, where the CURP does not have the letter that the name gives."""

    posicion: int
    encontrada: str
    esperada: str
    advertencia: str


def expected_letters(nombres: str, primer_apellido: str, segundo_apellido: str) -> tuple[str, str]:
    """Positions 1–4 and 14–16 of the CURP that this name should have.

    An apellido that the person does not have is empty.
    """
    nombre = _deciding_given_name(_words(nombres))
    primero = _deciding_word(_words(primer_apellido))
    segundo = _deciding_word(_words(segundo_apellido))
    initials = _initial(primero) + _internal_vowel(primero) + _initial(segundo) + _initial(nombre)
    if initials in PALABRAS_INCONVENIENTES:
        initials = initials[0] + "X" + initials[2:]
    return initials, "".join(_internal_consonant(word) for word in (primero, segundo, nombre))


def compare(curp: Curp, nombre: NombrePersona) -> tuple[Discrepancia, ...]:
    """Every position of the CURP whose letter is not the one that the name gives, in order."""
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
    return strip_accents(clean(name).upper(), keep_enye=True).split()


def _deciding_word(words: list[str]) -> str:
    """The first word that is no particle; a particle that stands alone is the name itself."""
    while len(words) > 1 and words[0] in _PARTICLES:
        words = words[1:]
    return words[0] if words else ""


def _deciding_given_name(words: list[str]) -> str:
    while len(words) > 1 and words[0] in _PARTICLES:
        words = words[1:]
    # Once only: María José is José, and José María is María.
    if len(words) > 1 and words[0] in _PASSED_OVER_GIVEN_NAMES:
        words = words[1:]
    return _deciding_word(words)


def _letter(character: str) -> str:
    """The character as a CURP writes it: Ñ and what is no letter, like / - . or ', is X."""
    return character if "A" <= character <= "Z" else "X"


def _initial(word: str) -> str:
    return _letter(word[0]) if word else "X"


def _internal_vowel(word: str) -> str:
    """Ends at the first sign that is no letter, which is then in the vowel's place: D/AMICO, X."""
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
