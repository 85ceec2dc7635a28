"""The CURP as a value.

Sources: RENAPO, Instructivo normativo para la asignación de la CURP (DOF 18-Oct-2021);
sex X since 2023; docs/fuentes.md §3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, Self

from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.identificadores.valor import (
    Identificador,
    check_digit_curp,
    compact,
)
from icsoe_desktop.domain.texto import clean, counted, strip_accents
from icsoe_desktop.errors import InvalidInputError

# Positions 12 and 13. Source: RENAPO, 33 codes. NE is born abroad.
ENTIDADES = {
    "AS": "Aguascalientes",
    "BC": "Baja California",
    "BS": "Baja California Sur",
    "CC": "Campeche",
    "CH": "Chihuahua",
    "CL": "Coahuila",
    "CM": "Colima",
    "CS": "Chiapas",
    "DF": "Ciudad de México",
    "DG": "Durango",
    "GR": "Guerrero",
    "GT": "Guanajuato",
    "HG": "Hidalgo",
    "JC": "Jalisco",
    "MC": "Estado de México",
    "MN": "Michoacán",
    "MS": "Morelos",
    "NE": "Nacido en el extranjero",
    "NL": "Nuevo León",
    "NT": "Nayarit",
    "OC": "Oaxaca",
    "PL": "Puebla",
    "QR": "Quintana Roo",
    "QT": "Querétaro",
    "SL": "Sinaloa",
    "SP": "San Luis Potosí",
    "SR": "Sonora",
    "TC": "Tabasco",
    "TL": "Tlaxcala",
    "TS": "Tamaulipas",
    "VZ": "Veracruz",
    "YN": "Yucatán",
    "ZS": "Zacatecas",
}

# If the first four letters form one of these words, RENAPO writes X for the second letter. Source:
# Instructivo normativo para la asignación de la CURP, anexo 2.
# fmt: off
PALABRAS_INCONVENIENTES = frozenset({
    "BACA", "BAKA", "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE",
    "COGI", "COJA", "COJE", "COJI", "COJO", "COLA", "CULO", "FALO", "FETO", "GETA", "GUEI",
    "GUEY", "JETA", "JOTO", "KACA", "KACO", "KAGA", "KAGO", "KAKA", "KAKO", "KOGE", "KOGI",
    "KOJA", "KOJE", "KOJI", "KOJO", "KOLA", "KULO", "LILO", "LOCA", "LOCO", "LOKA", "LOKO",
    "MAME", "MAMO", "MEAR", "MEAS", "MEON", "MIAR", "MION", "MOCO", "MOKO", "MULA", "MULO",
    "NACA", "NACO", "PEDA", "PEDO", "PENE", "PIPI", "PITO", "POPO", "PUTA", "PUTO", "QULO",
    "RATA", "ROBA", "ROBE", "ROBO", "RUIN", "SENO", "TETA", "VACA", "VAGA", "VAGO", "VAKA",
    "VUEI", "VUEY", "WUEI", "WUEY",
})
# fmt: on


EDAD_MINIMA: Final = 15  # LFT 22 Bis
MENOR: Final = (
    "Según la CURP, la persona tiene {edad}. La ley no permite trabajar antes de los 15 (LFT 22 "
    "Bis): compárela con el documento."
)


class Sexo(Enum):
    """Position 11 of the CURP."""

    HOMBRE = "H"
    MUJER = "M"
    NO_BINARIO = "X"

    @property
    def nombre(self) -> str:
        return {"H": "Hombre", "M": "Mujer", "X": "No binario"}[self.value]


@dataclass(frozen=True, slots=True)
class Curp(Identificador):
    """A CURP with valid structure, date, state and check digit."""

    campo = "curp"

    @classmethod
    def parse(cls, text: str, today: date) -> Self:
        curp = cls(compact(text))
        if curp.fecha_nacimiento > today:
            cls._refuse(
                "La fecha de nacimiento de la CURP todavía no llega. Revise las posiciones 5 a 10, "
                "y la 17, que es un número para quien nació hasta 1999 y una letra desde 2000."
            )
        return curp

    def _validate(self) -> None:
        valor = self.valor
        if not valor:
            self._refuse("Escriba la CURP: son 18 letras y números.")
        if len(valor) != 18:
            length = counted(len(valor), "carácter", "caracteres")
            self._refuse(f"La CURP tiene {length} y debe tener 18.")
        if CURP_SIGNS.fullmatch(valor) is None:
            self._refuse_signs()
        if valor[11:13] not in ENTIDADES:
            self._refuse(
                "Las posiciones 12 y 13 de la CURP no son la clave de un estado (por ejemplo, "
                "DF es Ciudad de México y NE es nacido en el extranjero)."
            )
        try:
            birth_date_of(valor)
        except ValueError:
            self._refuse(
                "Las posiciones 5 a 10 de la CURP no son una fecha que exista (año, mes y día)."
            )
        if check_digit_curp(valor[:17]) != valor[17]:
            self._refuse(
                "El dígito verificador de la CURP (posición 18) no corresponde con lo demás: "
                "algún carácter está mal escrito. Compárela con el documento."
            )

    def _refuse_signs(self) -> None:
        for start, end, pattern, expected in _CURP_PARTS:
            for position in range(start, end + 1):
                if re.fullmatch(pattern, self.valor[position - 1]) is None:
                    self._refuse(f"En la posición {position} de la CURP debe ir {expected}.")

    @property
    def sexo(self) -> Sexo:
        return Sexo(self.valor[10])

    @property
    def fecha_nacimiento(self) -> date:
        return birth_date_of(self.valor)

    def edad(self, today: date) -> int:
        """Whole years on the day; negative before the birth."""
        born = self.fecha_nacimiento
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    @property
    def clave_entidad(self) -> str:
        return self.valor[11:13]

    @property
    def entidad(self) -> str:
        """The name of the state of birth."""
        return ENTIDADES[self.clave_entidad]

    @property
    def advertencias(self) -> tuple[str, ...]:
        found = []
        if self.valor[:4] in PALABRAS_INCONVENIENTES:
            found.append(
                "RENAPO pone X como segunda letra cuando las cuatro primeras forman una palabra "
                "inconveniente, y esta CURP no la lleva. Compárela con el documento."
            )
        if self.fecha_nacimiento.year < 1930:
            found.append(
                f"Según la CURP, la persona nació en {self.fecha_nacimiento.year}. Si nació desde "
                "2000, la posición 17 debe ser una letra."
            )
        if self.valor[16] > "J":
            found.append(
                "La posición 17 de la CURP suele ir de la A a la J. Compárela con el documento."
            )
        return tuple(found)


_CURP_PARTS = (
    (1, 4, "[A-Z]", "una letra"),
    (5, 10, "[0-9]", "un número, el de la fecha de nacimiento"),
    (11, 11, "[HMX]", "el sexo: H (hombre), M (mujer) o X (no binario)"),
    (12, 16, "[A-Z]", "una letra"),
    (17, 17, "[A-Z0-9]", "un número (nacidos hasta 1999) o una letra (desde 2000)"),
    (18, 18, "[0-9]", "un número, el dígito verificador"),
)

CURP_SIGNS: Final = re.compile("[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[A-Z0-9][0-9]")


def birth_date_of(curp: str) -> date:
    """The birth date in positions 5 to 10 of a CURP. Position 17 gives the century.

    Raises ValueError for a date that does not exist.
    """
    century = 1900 if curp[16].isdigit() else 2000
    return date(century + int(curp[4:6]), int(curp[6:8]), int(curp[8:10]))


def readable_curp(text: str, today: date) -> Curp | None:
    """The CURP of a cell; None for an empty or a wrong one."""
    try:
        return Curp.parse(text, today) if text.strip() else None
    except InvalidInputError:
        return None


def too_young(curp: Curp, today: date) -> str:
    """The warning about somebody whom the law does not let work yet; else empty."""
    edad = curp.edad(today)
    return MENOR.format(edad=counted(edad, "año", "años")) if edad < EDAD_MINIMA else ""


def oddities(curp: Curp, today: date) -> tuple[str, ...]:
    """Every warning about a CURP, also about the age."""
    young = too_young(curp, today)
    return (*curp.advertencias, young) if young else curp.advertencias


# fmt: off
PARTICLES = frozenset({
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
    while len(words) > 1 and words[0] in PARTICLES:
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
