"""Contact data as values: correo, teléfono, código postal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from icsoe_desktop.domain.identificadores.valor import Compacto, Identificador, digits_only, grouped
from icsoe_desktop.domain.texto import clean, counted

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

_LIKELY_SLIPS = {
    "gmail.con": "gmail.com",
    "gmail.co": "gmail.com",
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.com.mx": "gmail.com",
    "hotmail.con": "hotmail.com",
    "hotmail.co": "hotmail.com",
    "hotmai.com": "hotmail.com",
    "hotmial.com": "hotmail.com",
    "outlook.con": "outlook.com",
    "outlok.com": "outlook.com",
    "yahoo.con": "yahoo.com",
    "yaho.com": "yahoo.com",
}

# The only area codes of two digits. Source: Plan Técnico Fundamental de Numeración, IFT.
_TWO_DIGIT_AREAS = ("55", "56", "33", "81")


@dataclass(frozen=True, slots=True)
class Correo(Identificador):
    """An e-mail address in lower case. Two that differ only in capitals are one mailbox.

    Source: RFC 5321 §4.5.3.1 for the lengths, RFC 5322 dot-atom for the local part.
    """

    campo = "correo"

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(clean(text).lower())

    def _validate(self) -> None:
        valor = self.valor
        if not valor:
            self._refuse("Escriba el correo electrónico.")
        if " " in valor:
            self._refuse("El correo electrónico no lleva espacios.")
        if valor.count("@") != 1:
            self._refuse(
                "El correo electrónico lleva una arroba (@), por ejemplo nombre@empresa.mx."
            )
        if not valor.isascii():
            self._refuse("El correo electrónico no lleva acentos ni ñ.")
        local, domain = valor.split("@")
        if not local or len(local) > 64 or _LOCAL_PART.fullmatch(local) is None:
            self._refuse("Revise lo que va antes de la arroba del correo electrónico.")
        labels = domain.split(".")
        if (
            len(valor) > 254
            or len(labels) < 2
            or not all(_DOMAIN_LABEL.fullmatch(label) for label in labels)
            or re.fullmatch("[a-z]{2,}|xn--.+", labels[-1]) is None
        ):
            self._refuse(
                "Revise lo que va después de la arroba del correo electrónico, "
                "por ejemplo empresa.com.mx."
            )
        if valor != valor.lower():
            self._refuse("El correo electrónico se guarda en minúsculas.")

    @property
    def advertencias(self) -> tuple[str, ...]:
        meant = _LIKELY_SLIPS.get(self.valor.split("@")[1])
        return (f"¿Quiso escribir @{meant}? Revise el correo electrónico.",) if meant else ()


@dataclass(frozen=True, slots=True)
class Telefono(Identificador):
    """A Mexican telephone number of ten digits, fixed or mobile.

    Source: Plan Técnico Fundamental de Numeración, IFT: ten digits for every call since 3-Aug-2019.
    """

    campo = "telefono"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Accepts +52, 0052 and the old prefixes 01, 044, 045 and +52 1, and removes them."""
        typed = clean(text)
        if re.fullmatch(r"[0-9+() ./\-‐‑–—]*", typed) is None:
            cls._refuse("El teléfono lleva sólo números (10), sin extensión ni letras.")
        # Excel adds ".0" to a number. Its 0 is no digit of the telephone.
        if re.search(r"\.\d?$", typed):
            cls._refuse("El teléfono termina con un punto decimal. Escriba sólo sus 10 dígitos.")
        international = typed.startswith("+")
        digits = re.sub("[^0-9]", "", typed)
        if international and not digits.startswith("52"):
            cls._refuse("El teléfono debe ser de México: 10 dígitos, o +52 y 10 dígitos.")
        for prefix in ("00521", "0052", "044", "045", "01", "521", "52"):
            if digits.startswith(prefix) and len(digits) == len(prefix) + 10:
                digits = digits[len(prefix) :]
                break
        return cls(digits)

    def _validate(self) -> None:
        if not self.valor:
            self._refuse("Escriba el teléfono: son 10 dígitos.")
        if not digits_only(self.valor) or len(self.valor) != 10:
            length = counted(len(self.valor), "número", "números")
            self._refuse(f"El teléfono tiene {length} y debe tener 10 dígitos.")
        if self.valor[0] in "01":
            self._refuse(
                "El teléfono no puede empezar con 0 ni con 1. Escriba los 10 dígitos, sin prefijo."
            )

    @property
    def agrupado(self) -> str:
        if self.valor.startswith(_TWO_DIGIT_AREAS):
            return grouped(self.valor, 2, 4)
        return grouped(self.valor, 3, 3)


@dataclass(frozen=True, slots=True)
class CodigoPostal(Compacto):
    """A Mexican postal code as text: five digits, from 01000 on."""

    campo = "codigo_postal"

    def _validate(self) -> None:
        if not self.valor:
            self._refuse("Escriba el código postal: son 5 números.")
        if not digits_only(self.valor):
            self._refuse("El código postal lleva sólo números, 5 en total.")
        if len(self.valor) == 4:
            self._refuse(
                "El código postal tiene 4 números y debe tener 5. Si viene de Excel, puede haber "
                "perdido el cero del principio."
            )
        if len(self.valor) != 5:
            length = counted(len(self.valor), "número", "números")
            self._refuse(f"El código postal tiene {length} y debe tener 5.")
        if self.valor.startswith("00"):
            self._refuse("Ningún código postal de México empieza con 00.")
