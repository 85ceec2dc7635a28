"""Check digits of NSS, registro patronal, CURP and RFC."""

from __future__ import annotations

from operator import mul
from typing import Final

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
