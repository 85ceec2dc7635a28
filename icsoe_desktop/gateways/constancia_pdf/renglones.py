"""Reads the rows of a constancia's tables from lines of words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.constancia import ProblemaConstancia, RenglonConstancia
from icsoe_desktop.domain.movimientos.movimiento import (
    TipoMovimiento,
)
from icsoe_desktop.domain.texto import clean, fold
from icsoe_desktop.gateways.constancia_pdf.columns import (
    TEXTUAL,
    PdfColumn,
    cells_of,
    columns_of,
    is_heading,
    named,
    said,
)
from icsoe_desktop.gateways.constancia_pdf.palabras import PageWords, PdfWord

# In letter heights: a line further away does not continue the row above.
_SAME_ROW: Final = 2.0
_HALF_LINE: Final = 0.8
_EVEN: Final = 0.1
_MOST_LINES: Final = 8  # of one row

_Cut = tuple[float, tuple[int, ...]]


@dataclass
class PdfRow:
    """The lines of one row. y: the position of its NSS."""

    pagina: int
    y: float
    cells: list[list[PdfWord]]

    def add(self, cells: list[list[PdfWord]]) -> None:
        self.cells = [[*mine, *more] for mine, more in zip(self.cells, cells, strict=True)]


@dataclass(frozen=True)
class WrappedLine:
    """A line that contains only words of names or reasons: part of a row."""

    pagina: int
    y: float
    letra: float
    cells: list[list[PdfWord]]


def join_parts(all_rows: Sequence[PdfRow], all_parts: Sequence[WrappedLine]) -> None:
    """Add the wrapped lines to their rows.

    Names either begin in the line of the NSS and continue below it, or are centred around it.
    """
    for pagina in {part.pagina for part in all_parts}:
        rows = [row for row in all_rows if row.pagina == pagina]
        parts = [part for part in all_parts if part.pagina == pagina]
        if not rows:
            continue
        centred = any(
            0 < row.y - part.y < part.letra * _HALF_LINE for part in parts for row in rows
        ) or any(0 < rows[0].y - part.y < part.letra * _SAME_ROW for part in parts)
        if centred or _is_balanced(rows, parts):
            _join_around(rows, parts)
        else:
            _join_under(rows, parts)


def _is_balanced(rows: list[PdfRow], parts: list[WrappedLine]) -> bool:
    """Whether names of one and of three lines are centred: none begins between two lines.

    A line then lies nearer to the row below it than to what is above it, which no line that
    continues a name does, and as many lines are above each row as below it.
    """
    starts = {row.y for row in rows}
    ys = sorted({*starts, *(part.y for part in parts)})
    slack = _EVEN * parts[0].letra
    nearer = any(
        part not in starts and below in starts and part - above > below - part + slack
        for above, part, below in zip(ys, ys[1:], ys[2:], strict=False)
    )
    return nearer and _around(rows, parts)[1] <= slack * len(rows)


def _join_under(rows: list[PdfRow], parts: list[WrappedLine]) -> None:
    ends = {id(row): row.y for row in rows}
    for part in parts:
        above = [row for row in rows if row.y < part.y]
        if above and part.y - ends[id(above[-1])] < part.letra * _SAME_ROW:
            ends[id(above[-1])] = part.y
            above[-1].add(part.cells)


_Line = tuple[float, int | None, list[list[PdfWord]]]


def _around(
    rows: list[PdfRow], parts: list[WrappedLine]
) -> tuple[list[_Line], float, tuple[int, ...]]:
    """(lines in order, unevenness, cuts) with equally many lines above and below each row.

    The unevenness is infinite if no such distribution exists.
    """
    own: list[_Line] = [(row.y, at, row.cells) for at, row in enumerate(rows)]
    lines: list[_Line] = sorted(
        [*own, *((part.y, None, part.cells) for part in parts)], key=lambda line: line[0]
    )
    empty: _Cut = (math.inf, ())
    # best[i]: the least unevenness with the first i lines given to the rows so far, and the cuts.
    best: list[_Cut] = [(0.0, ())] + [empty] * len(lines)
    for at, row in enumerate(rows):
        after: list[_Cut] = [empty] * (len(lines) + 1)
        for start, (cost, cuts) in enumerate(best):
            for end in range(start + 1, min(start + _MOST_LINES, len(lines)) + 1):
                run = lines[start:end]
                owners = {owner for _, owner, _ in run if owner is not None}
                if cost == math.inf or owners - {at}:
                    break
                uneven = abs((run[0][0] + run[-1][0]) / 2 - row.y)
                if owners and cost + uneven < after[end][0]:
                    after[end] = (cost + uneven, (*cuts, end))
        best = after
    return (lines, *best[len(lines)])


def _join_around(rows: list[PdfRow], parts: list[WrappedLine]) -> None:
    lines, cost, cuts = _around(rows, parts)
    if cost == math.inf:
        return
    for row, start, end in zip(rows, (0, *cuts), cuts, strict=False):
        stacked = [cells for _, _, cells in lines[start:end]]
        row.cells = [
            [word for cells in stacked for word in cells[c]] for c in range(len(row.cells))
        ]


_MAX_HEADING_LINES: Final = 4
# In heights of a letter: lines further apart do not belong together.
_SAME_HEADING: Final = 1.9
_FOOTER: Final = re.compile(r"^(pagina|hoja|total|subtotal|folio|huella|cadena|sello|fecha|lote)\b")
_REJECTED: Final = re.compile(r"rechaz")
_OPERATED: Final = re.compile(r"operad|acepta|aproba|procesad")
_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_DATE_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_MONEY: Final = re.compile(r"\$?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?", re.ASCII)
_YES: Final = frozenset({"s", "si", "x", "e", "ext", "ext.", "1", "*"})
_NO: Final = frozenset({"", "n", "no", "0", "-"})

MOVEMENT: Final = "8, 7 o 2"
ELEVEN: Final = "11 números"
A_DATE: Final = "una fecha dd/mm/aaaa"
AN_AMOUNT: Final = "un importe en pesos y centavos"


@dataclass
class _Table:
    columns: tuple[PdfColumn, ...]
    rejected: bool
    rows: list[PdfRow] = field(default_factory=list)
    loose: list[WrappedLine] = field(default_factory=list)


def read_rows(
    pages: Sequence[PageWords],
) -> tuple[list[RenglonConstancia], list[ProblemaConstancia]]:
    """(rows, problems), in the order of the document."""
    rows: list[RenglonConstancia] = []
    problems: list[ProblemaConstancia] = []
    for table in _tables(pages):
        join_parts(table.rows, table.loose)
        texts = [[said(cell) for cell in row.cells] for row in table.rows]
        columns = named(table.columns, texts)
        for row, text in zip(table.rows, texts, strict=True):
            cells: dict[str, str] = {}
            for columna, cell in zip(columns, text, strict=True):
                cells[columna.campo] = clean(f"{cells.get(columna.campo, '')} {cell}")
            value, wrong = _value(cells, row.pagina, len(rows) + 1, table.rejected)
            rows.append(value)
            problems += wrong
    return rows, problems


def _tables(pages: Sequence[PageWords]) -> list[_Table]:
    tables: list[_Table] = []
    rejected = False
    for page in pages:
        at, table = 0, None
        while at < len(page.renglones):
            line = page.renglones[at]
            heading, size = _heading_at(page, at)
            if heading is not None:
                table = _same_or_new(tables, heading, rejected)
                at += size
                continue
            at += 1
            # A table may go on over the page without its heading.
            goes_on = table or (tables[-1] if tables else None)
            if goes_on is not None and _take(goes_on, page, line, opened=table is not None):
                table = goes_on
                continue
            text = fold(said(line))
            if _REJECTED.search(text) and not _OPERATED.search(text):
                rejected, table = True, None
            elif _OPERATED.search(text) and not _REJECTED.search(text):
                rejected, table = False, None
    return tables


def _same_or_new(tables: list[_Table], heading: tuple[PdfColumn, ...], rejected: bool) -> _Table:
    """The table of the heading: a repeated heading continues the table of the page before."""
    campos = [columna.campo for columna in heading]
    if tables and tables[-1].rejected == rejected:
        last = tables[-1]
        moved = any(
            abs(one.izquierda - other.izquierda) > 2
            for one, other in zip(last.columns, heading, strict=False)
        )
        if campos == [columna.campo for columna in last.columns] and not moved:
            return last
    tables.append(_Table(heading, rejected))
    return tables[-1]


def _heading_at(page: PageWords, at: int) -> tuple[tuple[PdfColumn, ...] | None, int]:
    """(columns of the heading that begins at the line, number of its lines)."""
    lines = [page.renglones[at]]
    if not is_heading(lines[0]):
        return None, 0
    for line in page.renglones[at + 1 : at + _MAX_HEADING_LINES]:
        near = line[0].medio - lines[-1][0].medio < page.letra * _SAME_HEADING
        if not near or not is_heading(line):
            break
        lines.append(line)
    found = columns_of(lines, page.letra)
    later = columns_of(lines[1:], page.letra)
    if found is not None and later is not None and len(later) > len(found):
        return None, 0  # the first line is a title over them
    return found, len(lines)


def _take(table: _Table, page: PageWords, line: tuple[PdfWord, ...], *, opened: bool) -> bool:
    """Add the line to the table. False if it is neither a row nor a part of one."""
    cells = cells_of(line, table.columns, page.letra)
    texts = {
        columna.campo: said(cell)
        for columna, cell in zip(table.columns, cells, strict=True)
        if cell
    }
    y = line[0].medio
    digits = re.sub(r"\D", "", texts.get("nss", ""))
    signs = (
        len(digits) >= 6,
        _DATE.search(texts.get("fecha", "")) is not None,
        any(char.isalpha() for char in texts.get("nombre", "")),
    )
    if len(digits) == 11 or sum(signs) >= 2:
        table.rows.append(PdfRow(page.numero, y, cells))
        return True
    textual = bool(texts) and texts.keys() <= TEXTUAL
    if opened and textual and not _FOOTER.search(fold(said(line))):
        table.loose.append(WrappedLine(page.numero, y, page.letra, cells))
        return True
    return False


def _value(
    cells: dict[str, str], pagina: int, renglon: int, rejected: bool
) -> tuple[RenglonConstancia, list[ProblemaConstancia]]:
    problems: list[ProblemaConstancia] = []

    def wrong(campo: str, found: str, wanted: str, *, grave: bool = True) -> None:
        problems.append(ProblemaConstancia(pagina, renglon, campo, found, wanted, grave))

    nss = re.sub(r"[\s-]", "", cells.get("nss", ""))
    if re.fullmatch(r"\d{11}", nss, re.ASCII) is None:
        wrong(CAMPOS_MOVIMIENTO.label("nss"), nss, ELEVEN)
        nss = ""
    tipo = None
    if "tipo" in cells:
        tipo = _tipo_of(cells["tipo"])
        if tipo is None:
            wrong(CAMPOS_MOVIMIENTO.label("tipo"), cells["tipo"], MOVEMENT)
    fecha = None
    if "fecha" in cells:
        fecha = read_day(cells["fecha"])
        if fecha is None:
            wrong("Fecha", cells["fecha"], A_DATE)
    sbc = _centavos(cells.get("sbc", ""))
    if sbc is None and cells.get("sbc"):
        wrong("Salario base", cells["sbc"], AN_AMOUNT, grave=False)
    late = None
    if "extemporaneo" in cells:
        mark = fold(cells["extemporaneo"])
        if mark not in _YES | _NO:
            wrong("Ext.", cells["extemporaneo"], "una marca o nada", grave=False)
        late = mark in _YES
    codigo, causa = cells.get("codigo_rechazo", ""), cells.get("causa_rechazo", "")
    return (
        RenglonConstancia(
            pagina=pagina,
            renglon=renglon,
            tipo=tipo,
            nss=nss,
            nombre=cells.get("nombre", ""),
            sbc=sbc,
            extemporaneo=late,
            umf=cells.get("umf", ""),
            tipo_salario=cells.get("tipo_salario", ""),
            fecha=fecha,
            tipo_trabajador=cells.get("tipo_trabajador", ""),
            causa_baja=cells.get("causa_baja", ""),
            rechazado=rejected or bool(codigo.strip("0- ") or causa.strip("- ")),
            codigo_rechazo=codigo,
            causa_rechazo=causa,
        ),
        problems,
    )


def _tipo_of(text: str) -> TipoMovimiento | None:
    """The kind from «8», «08» or its name."""
    folded = fold(text).zfill(2)
    for tipo, words in (
        (TipoMovimiento.ALTA, ("alta", "reingreso")),
        (TipoMovimiento.MODIFICACION, ("mod",)),
        (TipoMovimiento.BAJA, ("baja",)),
    ):
        if folded == tipo.value or folded.startswith(words):
            return tipo
    return None


def read_day(text: str) -> date | None:
    """The first date in the text, dd/mm/aaaa or aaaa-mm-dd."""
    found = _DATE_ISO.search(text)
    parts = found.groups() if found else None
    if parts is None:
        found = _DATE.search(text)
        parts = found.groups()[::-1] if found else None
    if parts is None:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def _centavos(text: str) -> int | None:
    match = _MONEY.fullmatch(re.sub(r"\s", "", text))
    if match is None or len(match[1]) > 12:
        return None
    return int(match[1].replace(",", "")) * 100 + int((match[2] or "0").ljust(2, "0"))
