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

from icsoe_desktop.domain.identificadores.catalogos_renapo import ENTIDADES, PALABRAS_INCONVENIENTES
from icsoe_desktop.domain.identificadores.digitos_verificadores import check_digit_curp
from icsoe_desktop.domain.identificadores.valor import Identificador, compact, grouped
from icsoe_desktop.domain.texto import counted

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

    @property
    def agrupado(self) -> str:
        return grouped(self.valor, 4, 6, 6)


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


def too_young(curp: Curp, today: date) -> str:
    """The warning about somebody whom the law does not let work yet; else empty."""
    edad = curp.edad(today)
    return MENOR.format(edad=counted(edad, "año", "años")) if edad < EDAD_MINIMA else ""
