"""Values for the identifiers of people and employers, and for contact data.

`parse` accepts spaces and hyphens and raises InvalidInputError with a sentence for the field. The
constructor accepts only the canonical form, as stored. `advertencias` has warnings about unusual
but possible values. No repr shows the value, which keeps it out of logs.

Source: docs/fuentes.md §3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from icsoe_desktop.domain.identificadores.contacto import CodigoPostal, Correo, Telefono
from icsoe_desktop.domain.identificadores.curp import Curp, Sexo
from icsoe_desktop.domain.identificadores.valor import (
    Compacto,
    check_digit_rfc,
    digits_only,
    grouped,
    luhn,
)
from icsoe_desktop.domain.texto import counted

__all__ = [
    "RFC_GENERICOS",
    "CodigoPostal",
    "Correo",
    "Curp",
    "Nss",
    "RegistroPatronal",
    "Rfc",
    "Sexo",
    "Telefono",
    "check_digit_nss",
    "check_digit_registro_patronal",
]


def check_digit_nss(first_ten: str) -> str:
    """The eleventh digit of a Número de Seguridad Social.

    first_ten: ten ASCII digits.
    Raises ValueError for anything else.
    Source: Luhn over ten digits, IMSS.
    """
    if len(first_ten) != 10 or not digits_only(first_ten):
        raise ValueError("ten digits expected")
    return luhn(first_ten)


def check_digit_registro_patronal(first_ten: str) -> str:
    """The eleventh digit of a registro patronal.

    first_ten: a capital letter or a digit, then nine ASCII digits.
    Raises ValueError for anything else.
    Source: the letter counts as A=10 … Z=35, then Luhn; docs/fuentes.md §3.
    """
    if re.fullmatch(r"[A-Z0-9][0-9]{9}", first_ten) is None:
        raise ValueError("a letter or digit and nine digits expected")
    return luhn(str(int(first_ten[0], 36)) + first_ten[1:])


RFC_GENERICOS = {
    "XAXX010101000": "público en general",
    "XEXX010101000": "residentes en el extranjero",
}
# The SAT never assigns these four letters. Source: SAT, Procedimiento para obtener la clave del
# RFC, anexo IV.
# fmt: off
PALABRAS_SIN_RFC = frozenset({
    "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE", "COJA", "COJE",
    "COJI", "COJO", "CULO", "FETO", "GUEY", "JOTO", "KACA", "KACO", "KAGA", "KAGO", "KAKA",
    "KOGE", "KOJO", "KULO", "MAME", "MAMO", "MEAR", "MEAS", "MEON", "MION", "MOCO", "MULA",
    "PEDA", "PEDO", "PENE", "PUTA", "PUTO", "QULO", "RATA", "RUIN",
})
# fmt: on
_HOMOCLAVE = re.compile("[1-9A-V][1-9A-Z][0-9A]")


@dataclass(frozen=True, slots=True)
class Rfc(Compacto):
    """An RFC of 12 (persona moral) or 13 characters (persona física)."""

    campo = "rfc"

    def _validate(self) -> None:
        valor = self.valor
        if not valor:
            self._refuse("Escriba el RFC: 12 caracteres si es persona moral, 13 si es física.")
        if len(valor) == 10:
            self._refuse("Al RFC le falta la homoclave: son las tres últimas letras o números.")
        if len(valor) not in (12, 13):
            length = counted(len(valor), "carácter", "caracteres")
            self._refuse(
                f"El RFC tiene {length} y debe tener 12 (persona moral) o 13 (persona física)."
            )
        letters = len(valor) - 9
        if re.fullmatch("[A-ZÑ&]+", valor[:letters]) is None:
            self._refuse(f"Los primeros {letters} caracteres del RFC deben ser letras (o &).")
        if re.fullmatch("[0-9]{6}", valor[letters:-3]) is None:
            self._refuse(f"Después de las {letters} letras del RFC van 6 números: año, mes y día.")
        if re.fullmatch("[A-Z0-9]{3}", valor[-3:]) is None:
            self._refuse("La homoclave del RFC lleva sólo letras (sin Ñ) y números.")
        month_day = int(valor[letters + 2 : letters + 4]), int(valor[letters + 4 : -3])
        try:
            date(2000 + int(valor[letters : letters + 2]), *month_day)
        except ValueError:
            self._refuse(
                "La fecha del RFC no existe: son dos números de año, dos de mes y dos de día."
            )
        if letters == 4 and valor[:4] in PALABRAS_SIN_RFC:
            self._refuse("Las cuatro letras del RFC no son de las que asigna el SAT. Revíselas.")

    @property
    def es_persona_moral(self) -> bool:
        return len(self.valor) == 12

    @property
    def es_generico(self) -> bool:
        """True for the two RFCs that identify no particular person."""
        return self.valor in RFC_GENERICOS

    @property
    def advertencias(self) -> tuple[str, ...]:
        if self.es_generico:
            return (
                f"Es el RFC genérico para {RFC_GENERICOS[self.valor]}: "
                "no identifica a una persona ni a una empresa.",
            )
        first, last = self.valor[:-1], self.valor[-1]
        if not _HOMOCLAVE.fullmatch(self.valor[-3:]) or last != check_digit_rfc(first):
            return (
                "El dígito verificador del RFC no corresponde. Hay algunos RFC así, pero "
                "compárelo con la constancia de situación fiscal.",
            )
        return ()


@dataclass(frozen=True, slots=True)
class Nss(Compacto):
    """A Número de Seguridad Social of 11 digits."""

    campo = "nss"

    def _validate(self) -> None:
        valor = self.valor
        if not valor:
            self._refuse("Escriba el NSS: son 11 números.")
        if not digits_only(valor):
            self._refuse("El NSS lleva sólo números, 11 en total.")
        if len(valor) in (9, 10):
            lost = "el cero" if len(valor) == 10 else "los ceros"
            self._refuse(
                f"El NSS tiene {len(valor)} números y debe tener 11. Si viene de Excel, puede "
                f"haber perdido {lost} del principio; si no, falta el dígito verificador."
            )
        if len(valor) != 11:
            self._refuse(
                f"El NSS tiene {counted(len(valor), 'número', 'números')} y debe tener 11."
            )
        if valor == "0" * 11:
            self._refuse("El NSS no puede ser sólo ceros.")

    @property
    def advertencias(self) -> tuple[str, ...]:
        expected = check_digit_nss(self.valor[:10])
        if self.valor[10] == expected:
            return ()
        return (
            f"El dígito verificador del NSS no corresponde: se esperaba {expected}. Hay números "
            "antiguos así, pero compárelo con el documento del IMSS.",
        )


@dataclass(frozen=True, slots=True)
class RegistroPatronal(Compacto):
    """A registro patronal of 10 characters, or 11 with its check digit. The IMSS prints both.

    Two values name the same registro if their `base` is equal.
    """

    campo = "registro_patronal"

    def _validate(self) -> None:
        valor = self.valor
        if not valor:
            self._refuse("Escriba el registro patronal: son 10 u 11 caracteres.")
        if len(valor) not in (10, 11):
            length = counted(len(valor), "carácter", "caracteres")
            self._refuse(
                f"El registro patronal tiene {length} y debe tener 11, o 10 sin el dígito "
                "verificador."
            )
        if re.fullmatch("[A-Z0-9][0-9]+", valor) is None:
            self._refuse(
                "El registro patronal empieza con una letra o un número, "
                "y los demás caracteres son números."
            )

    @property
    def base(self) -> str:
        """The ten characters before the check digit."""
        return self.valor[:10]

    @property
    def completo(self) -> str:
        """The eleven characters. The check digit is computed if it was not given."""
        return (self.valor + check_digit_registro_patronal(self.base))[:11]

    @property
    def advertencias(self) -> tuple[str, ...]:
        expected = check_digit_registro_patronal(self.base)
        if self.valor[10:] in ("", expected):
            return ()
        return (
            f"El dígito verificador del registro patronal no corresponde: se esperaba {expected}. "
            "Compárelo con la tarjeta de identificación patronal; si así está impreso, continúe.",
        )

    @property
    def agrupado(self) -> str:
        return grouped(self.valor, 3, 5, 2)
