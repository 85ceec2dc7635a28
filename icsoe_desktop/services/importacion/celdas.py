"""How cells of real sheets are read: dates, amounts, numbers that Excel shortened, rows of totals.

Nothing is guessed: what could mean two things is refused with a sentence, and every reading that
changes what the cell shows is told once for its column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from icsoe_desktop.domain.dispmag import Observacion, ProblemaDispmag
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.texto import counted, fold

# No date or amount is longer.
_MAX_CHARACTERS: Final = 60
_MESES: Final = {
    name: month
    for month, names in enumerate(
        (
            "enero ene january jan", "febrero feb february", "marzo mar march",
            "abril abr april apr", "mayo may", "junio jun june", "julio jul july",
            "agosto ago august aug", "septiembre setiembre septe sept sep set september",
            "octubre oct october", "noviembre nov november", "diciembre dic december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_NAMED: Final = re.compile(
    r"(?:[a-z]+,? )?([0-9]{1,2})(?: de |[ /.-]{1,2})([a-z]+)\.?(?: del? |[ /.,-]{1,2})"
    r"([0-9]{4}|[0-9]{2})"
)
_NUMBERS: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_OF_EXCEL: Final = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})")
# Days from 1954 to 2118, as Excel counts them, with or without the time of the day.
_SERIAL: Final = re.compile(r"([2-7][0-9]{4})(?:\.[0-9]+)?")
_EXCEL_DAY_0: Final = date(1899, 12, 30)

DOUBTFUL_YEAR: Final = (
    "No se sabe cuál de los números es el año. Escriba la fecha con el año de cuatro números: "
    "dd/mm/aaaa."
)
MONTH_FIRST: Final = (
    "Parece tener el mes antes del día. Revise toda la columna y escriba las fechas como "
    "dd/mm/aaaa."
)
DOUBTFUL_ORDER: Final = (
    "En la columna hay fechas con el mes antes del día, y ésta podría leerse de las dos maneras. "
    "Diga cómo van las de toda la columna."
)
CHECK_DATES: Final = (
    "En la columna hay fechas con el mes antes del día, y {} que Excel ya tenía como fecha: pudo "
    "cambiar en ellas el día por el mes. Compárelas con su original, empezando por ésta."
)
DOUBTS: Final = frozenset({DOUBTFUL_YEAR, MONTH_FIRST, DOUBTFUL_ORDER})
DOUBTFUL_AMOUNT: Final = (
    "No se sabe si el signo separa miles o centavos, y el resto de la columna no lo aclara. "
    "Escriba el importe con dos decimales, por ejemplo 1234.00."
)
# What a rule for the whole column answers.
DOUBTFUL: Final = DOUBTS | {DOUBTFUL_AMOUNT}
READ_AS: Final = "Se leyó así: "
CORRECTED: Final = "Corregido aquí: "
NSS_FILLED: Final = (
    "Se leyó {}: Excel le quita los ceros del principio, y el dígito verificador lo confirma. "
    "Compárelo con el documento del Instituto."
)


class ReglaColumna(StrEnum):
    """How a user says that a column is read, where its cells could mean two things."""

    DIA_PRIMERO = "dma"
    MES_PRIMERO = "mda"
    ANIO_PRIMERO = "amd"
    PUNTO = "."
    COMA = ","


def parse_fecha(text: str) -> date | None:
    """A date as dd/mm/aaaa (Mexico), aaaa-mm-dd or DDMMAAAA (IMSS). None for other text."""
    plain = re.split("[ T]", text.strip())[0]
    for pattern, order in (
        (r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", (3, 2, 1)),
        (r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", (1, 2, 3)),
        (r"(\d{2})(\d{2})(\d{4})", (3, 2, 1)),
    ):
        match = re.fullmatch(pattern, plain, re.ASCII)
        if match is not None:
            year, month, day = (int(match[group]) for group in order)
            return _day(year, month, day)
    return None


def read_fecha(text: str, today: date, regla: str = "") -> tuple[date | None, str]:
    """A date as offices write it, and what to say: the reading's name, or why there is none.

    Besides those of `parse_fecha`: 17-11-26, 20/nov/2026, 20 de noviembre de 2026 and Excel's
    number of days. The name is empty for the dates of `parse_fecha`, the reason for other text.
    A year of two digits is refused if the first number could be it, nearer to `today`, unless a
    rule says where it is. regla: a ReglaColumna of dates, or empty.
    """
    if len(text) > _MAX_CHARACTERS:
        return None, ""
    key = fold(text).strip()
    if regla == ReglaColumna.MES_PRIMERO and (match := _NUMBERS.fullmatch(key.split(" ")[0])):
        year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
        found = _day(int(year), int(match[1]), int(match[3]))
        return found, regla if found else ""
    plain = parse_fecha(text)
    if plain is not None:
        return plain, ""
    if match := _SERIAL.fullmatch(key):
        return _EXCEL_DAY_0 + timedelta(int(match[1])), "serial"
    if match := _NAMED.fullmatch(key):
        first, month, last, name = match[1], _MESES.get(match[2], 0), match[3], "month"
    elif (match := _NUMBERS.fullmatch(key.split(" ")[0])) and date_order(text) != "m":
        first, month, last, name = match[1], int(match[3]), match[4], f"short{match[2]}"
    else:
        return None, MONTH_FIRST if match else ""
    if len(last) == 4:
        named = _day(int(last), month, int(first))
        return named, name if named else ""
    found, other = (
        _day(2000 + int(year), month, int(day)) for year, day in ((last, first), (first, last))
    )
    if regla == ReglaColumna.ANIO_PRIMERO:
        return other, regla if other else ""
    nearer = other is not None and (found is None or abs(other - today) < abs(found - today))
    if nearer and regla != ReglaColumna.DIA_PRIMERO:
        return None, DOUBTFUL_YEAR
    return found, f"{name} aa" if found else ""


def date_order(text: str) -> str:
    """What a date in numbers with its year at the end tells: «d», «m», «dm» if it could be both.

    «» for other text, and for a day that is its month.
    """
    match = _NUMBERS.fullmatch(text.strip().split(" ")[0]) if len(text) <= _MAX_CHARACTERS else None
    first, second = (int(match[1]), int(match[3])) if match else (0, 0)
    if not (1 <= min(first, second) <= 12 and max(first, second) <= 31) or first == second:
        return ""
    return "d" if first > 12 else "m" if second > 12 else "dm"


def may_be_turned(text: str) -> bool:
    """Whether a date of Excel is one of those whose day and month Excel may have changed."""
    match = _OF_EXCEL.match(text)
    return match is not None and int(match[1]) != int(match[2]) and int(match[2]) <= 12


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_EITHER: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_OF_MARK: Final = {
    mark: re.compile(
        rf"[0-9]{{1,3}}(?:{other}[0-9]{{3}})+{mark}[0-9]+|[0-9]{{1,3}}(?:{other}[0-9]{{3}}){{2,}}"
        rf"|[0-9]+{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})|(?:0+|[0-9]{{4,}}){mark}[0-9]{{3}}"
    )
    for mark, other in ((r"\.", ","), (",", r"\."))
}
MARKS: Final = frozenset(".,")


def ways_of(text: str) -> dict[ReglaColumna, str]:
    """How a doubtful cell reads under each rule that fits it: 03/04/2026, 1234.50."""
    if decimal_mark(text) == ".,":
        return {one: plain_amount(text, one) for one in (ReglaColumna.PUNTO, ReglaColumna.COMA)}
    ways: dict[ReglaColumna, str] = {}
    for one in (ReglaColumna.DIA_PRIMERO, ReglaColumna.MES_PRIMERO, ReglaColumna.ANIO_PRIMERO):
        # A rule leaves nothing to be decided by the day.
        found, name = read_fecha(text, date.min, one)
        if found is not None and (one is not ReglaColumna.ANIO_PRIMERO or name == one):
            ways[one] = f"{found:%d/%m/%Y}"
    return ways


def decimal_mark(text: str) -> str:
    """The decimal mark of an amount: «.», «,», «.,» if it could be either, «» for other text."""
    plain = _bare(text)
    if len(plain) > _MAX_CHARACTERS:
        return ""
    if _EITHER.fullmatch(plain):
        return ".,"
    return next((mark[-1] for mark, one in _OF_MARK.items() if one.fullmatch(plain)), "")


def column_mark(values: Iterable[str]) -> str:
    """The only decimal mark that the amounts of a column show; empty without one, or with both."""
    found: set[str] = set()
    for value in values:
        mark = decimal_mark(value)
        if len(mark) == 1:
            found.add(mark)
        if found == MARKS:
            return ""
    return next(iter(found), "")


def plain_amount(text: str, mark: str) -> str:
    """An amount without thousands and with a decimal point. mark: its decimal mark."""
    bare = _bare(text)
    return bare.replace(",", "") if mark == "." else bare.replace(".", "").replace(",", ".")


def _bare(text: str) -> str:
    return text.replace("$", "").replace("\xa0", "").replace(" ", "")


def rounded(amount: str) -> str:
    """An amount of `plain_amount` to the centavo: Excel has the rest of a product in its cell."""
    if not re.fullmatch(r"[0-9]{1,9}\.[0-9]{3,}", amount):
        return amount
    return str(Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP))


def digits_of_nss(text: str) -> str:
    """The digits of an NSS that a program wrote as 12345678903.0 or '12345678903; else the text."""
    match = re.fullmatch(r"'?([0-9]{9,11})(?:[.,]0{1,2})?", text.strip())
    return match[1] if match else text


def filled_nss(text: str) -> str:
    """The NSS whose one or two leading zeros are missing, if its check digit proves it; or «»."""
    plain = text.strip()
    if not re.fullmatch("[0-9]{9,10}", plain) or not int(plain):
        return ""
    full = plain.zfill(11)
    return full if check_digit_nss(full[:10]) == full[10] else ""


_TOTAL: Final = re.compile(r"(?:gran |sub ?)?total(?:es)?\b.*|sumas?:?|suma total\b.*")
# Of the first cell of a row: beside it any text may stand. Not «Total Play».
_TOTAL_LEADS: Final = re.compile(r"(?:gran |sub ?)?total(?:es)?(?: general(?:es)?| del? .*)?:?")
_FIGURE: Final = re.compile(r"[$0-9.,:%() -]*(?:movimientos|trabajadores|registros|filas|mxn)?")


def is_total(cells: Sequence[str], nss: str) -> bool:
    """Whether a row only totals the others. nss: its cell, which has none.

    It begins with «Total», and has no NSS; or has nothing but «Total» and figures.
    """
    digits = sum(map(str.isdigit, nss))
    if digits == 11 or any(len(cell) > _MAX_CHARACTERS for cell in cells):
        return False
    plain = [fold(cell).strip() for cell in cells if cell.strip()]
    if plain and not digits and _TOTAL_LEADS.fullmatch(plain[0]):
        return True
    others = [cell for cell in plain if not _TOTAL.fullmatch(cell)]
    return len(others) < len(plain) and all(map(_FIGURE.fullmatch, others))


def note_of(cells: Sequence[str], campos: Mapping[str, str]) -> str | None:
    """The text of a row that has nothing else, as «Elaboró: Nóminas» under a table; or None.

    campos: its cells by field. A name alone is somebody whose data are missing.
    """
    written = [cell for cell in cells if cell.strip()]
    if len(written) != 1 or any(map(str.isdigit, written[0])):
        return None
    if any(campos.get(campo) for campo in ("nss", "nombres", "primer_apellido")):
        return None
    return written[0][:_MAX_CHARACTERS]


@dataclass
class Lecturas:
    """The readings of a sheet that change what a cell shows, counted for their columns."""

    _first: dict[tuple[str, str], ProblemaDispmag] = field(default_factory=dict)
    _rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    _turned: tuple[int, ProblemaDispmag] | None = None
    month_first: bool = False

    def add(self, name: str, line: int, place: int, campo: str, cell: str, said: str) -> None:
        """name: of the reading. said: what it made of `cell`; kept for the first line only."""
        key = (name, campo)
        self._rows[key] += 1
        if key not in self._first:
            self._first[key] = ProblemaDispmag(line, place, campo, cell, said, "advertencia")

    def date_of_excel(self, line: int, place: int, campo: str, cell: str) -> None:
        """Count a date whose day and month Excel may have changed."""
        if self._turned is None:
            self._turned = 0, ProblemaDispmag(line, place, campo, cell, "", "advertencia")
        self._turned = self._turned[0] + 1, self._turned[1]

    def told(self) -> Iterator[Observacion]:
        """A warning for each reading, with its first cell and in how many rows it was made."""
        for key, one in self._first.items():
            rows = counted(self._rows[key], "fila", "filas")
            found = one.encontrado or "(vacío)"
            lead = CORRECTED if "\0" in key[0] else READ_AS
            said = f"{lead}{found} → {one.esperado}, {rows}."
            yield Observacion(one.linea, (replace(one, esperado=said),))
        if self.month_first and self._turned is not None:
            count, one = self._turned
            said = CHECK_DATES.format(counted(count, "fecha", "fechas"))
            yield Observacion(one.linea, (replace(one, esperado=said),))
