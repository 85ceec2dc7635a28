"""Reads ASEG and MOVT by the table of positions of the layout document, and by nothing else.

Independent of the program on purpose: it was written before the program could write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

ASEG: Mapping[str, tuple[int, int]] = {
    "registro_patronal": (1, 11),
    "nss": (12, 22),
    "rfc": (23, 35),
    "curp": (36, 53),
    "nombre": (54, 103),
    "tipo_trabajador": (104, 104),
    "jornada": (105, 105),
    "alta": (106, 113),
    "sdi": (114, 120),
    "ubicacion": (121, 137),
    "credito": (138, 147),
    "inicio_descuento": (148, 155),
    "tipo_descuento": (156, 156),
    "valor": (157, 164),
}
MOVT: Mapping[str, tuple[int, int]] = {
    "registro_patronal": (1, 11),
    "nss": (12, 22),
    "tipo": (23, 24),
    "fecha": (25, 32),
    "folio": (33, 40),
    "dias": (41, 42),
    "sdi": (43, 49),
}
WIDTHS = {164: ASEG, 49: MOVT}


def records(content: bytes) -> list[dict[str, str]]:
    """The fields of each line, as they stand. Every line has to end with CR LF."""
    *lines, rest = content.decode("cp1252").split("\r\n")
    assert rest == ""
    assert not any(sign in line for line in lines for sign in "\r\n\t\x1a")
    return [
        {name: line[first - 1 : last] for name, (first, last) in WIDTHS[len(line)].items()}
        for line in lines
    ]


def day(text: str) -> date:
    return datetime.strptime(text, "%d%m%Y").date()  # noqa: DTZ007 - a day has no zone


def pesos(sdi: str) -> Decimal:
    """Five digits of pesos and two of centavos."""
    assert len(sdi) == 7
    assert sdi.isdecimal()
    return Decimal(f"{sdi[:5]}.{sdi[5:]}")


def name(text: str) -> tuple[str, str, str]:
    """Paterno, materno, nombres; who has one surname has it first. Ñ is written «/»."""
    paterno, materno, nombres = text.rstrip(" ").replace("/", "Ñ").split("$")
    return paterno, materno, nombres
