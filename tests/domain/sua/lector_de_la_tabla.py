"""A reader of ASEG and MOVT by the layout tables alone, that knows nothing of the program.

It was written from `archivos.md` §2 and `archivos_adiciones.md` §2 by somebody who had not seen
the writer, so that a position wrong in the writer and in the program's own reader shows here.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

# First and last place of each column, as the tables count them: from 1, both included.
ASEG = {
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
MOVT = {
    "registro_patronal": (1, 11),
    "nss": (12, 22),
    "tipo": (23, 24),
    "fecha": (25, 32),
    "folio": (33, 40),
    "dias": (41, 42),
    "sdi": (43, 49),
}
LAYOUTS = {164: ASEG, 49: MOVT}
# The letters that stand for an Ñ: SUA's own, IDSE's, and another writer's.
ENIE = str.maketrans("/#¥", "ÑÑÑ")


def _check(layout: dict[str, tuple[int, int]], width: int) -> None:
    """Every place of the line belongs to one column, in order, and to no other."""
    places = [place for first, last in layout.values() for place in range(first, last + 1)]
    assert places == list(range(1, width + 1))


for _width, _layout in LAYOUTS.items():
    _check(_layout, _width)


def records(content: bytes) -> list[dict[str, str]]:
    """The columns of each line, untrimmed; every line is of one and the same layout."""
    *lines, rest = content.decode("cp1252").split("\r\n")
    assert lines, "no line"
    assert not rest, "the last line has no CRLF"
    width = len(lines[0])
    assert width in LAYOUTS, f"no layout has {width} places"
    for number, line in enumerate(lines, 1):
        assert len(line) == width, f"line {number} has {len(line)} places, not {width}"
        assert not re.search("[\x00-\x1f\x7f]", line), f"line {number} has a control character"
    layout = LAYOUTS[width]
    return [
        {column: line[first - 1 : last] for column, (first, last) in layout.items()}
        for line in lines
    ]


def name(text: str) -> tuple[str, str, str]:
    """Primer apellido, segundo apellido and nombres of `PATERNO$MATERNO$NOMBRES`, padded right."""
    primero, segundo, nombres = text.rstrip(" ").translate(ENIE).split("$")
    return primero, segundo, nombres


def day(text: str) -> date:
    """A day written DDMMAAAA."""
    assert re.fullmatch("[0-9]{8}", text), f"not a day: {text!r}"
    return date(int(text[4:]), int(text[2:4]), int(text[:2]))


def pesos(text: str) -> Decimal:
    """Five places of pesos and two of cents; all blanks, as one writer leaves a baja, are none."""
    assert re.fullmatch("[0-9]{7}| {7}", text), f"not an amount: {text!r}"
    return Decimal(text.strip() or 0) / 100
