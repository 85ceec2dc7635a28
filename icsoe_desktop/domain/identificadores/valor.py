"""Base classes of identifiers and contact data, and the check digits that some have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from operator import mul
from typing import ClassVar, Final, NoReturn, Self

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

# Keep dots: Excel writes 1234567890.0, which would become an NSS without its dot.
_SEPARATORS = re.compile(r"[\s\-_‐‑‒–—−]+")


def compact(text: str) -> str:
    """The text in capitals, without spaces and hyphens."""
    return _SEPARATORS.sub("", clean(text)).upper()


def digits_only(text: str) -> bool:
    return text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True)
class Identificador:
    """A checked text. campo: the form field that an error names."""

    campo: ClassVar[str]
    valor: str = field(repr=False)

    def __post_init__(self) -> None:
        self._validate()

    def _validate(self) -> None:
        raise NotImplementedError

    @property
    def advertencias(self) -> tuple[str, ...]:
        """Warnings about unusual but accepted values, as Spanish sentences."""
        return ()

    @property
    def agrupado(self) -> str:
        """The value in groups, for display. Copy `valor` instead."""
        return self.valor

    @classmethod
    def _refuse(cls, message: str) -> NoReturn:
        raise InvalidInputError(message, cls.campo)


@dataclass(frozen=True, slots=True)
class Compacto(Identificador):
    """An identifier that is stored without the spaces and hyphens that people type."""

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(compact(text))


def grouped(text: str, *sizes: int) -> str:
    parts = []
    for size in sizes:
        parts.append(text[:size])
        text = text[size:]
    return " ".join(part for part in (*parts, text) if part)


_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
# A CURP has no Ñ, but the Ñ counts in the order of values.
_CURP_VALUES: Final = {
    sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ")
}
_RFC_VALUES: Final = {
    sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ")
}


def luhn(digits: str) -> str:
    """The Luhn check digit of `digits` (ASCII). Source: ISO/IEC 7812-1, annex B."""
    doubled = sum(map(_DOUBLED.__getitem__, map(int, digits[::-2])))
    return str(-(doubled + sum(map(int, digits[-2::-2]))) % 10)


def check_digit_curp(first: str) -> str:
    """The last digit of a CURP.

    first: the 17 characters before it, capital letters and digits.
    Source: RENAPO, Instructivo normativo para la asignación de la CURP.
    """
    total = sum(map(mul, map(_CURP_VALUES.__getitem__, first), range(18, 1, -1)))
    return str(-total % 10)


def check_digit_rfc(first: str) -> str:
    """The last character of an RFC, a digit or A.

    first: the 11 or 12 characters before it.
    Source: SAT, Procedimiento para obtener la clave del RFC, anexo III.
    """
    total = sum(_RFC_VALUES[sign] * (13 - at) for at, sign in enumerate(first.rjust(12)))
    return "0123456789A"[-total % 11]
