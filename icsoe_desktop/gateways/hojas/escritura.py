"""Writes large Excel workbooks as a stream: sheets of typed columns, in constant memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from icsoe_desktop.errors import NothingToDoError, UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.regular_file import replacing

# Excel's own limits.
MAX_ROWS = 1_048_576
MAX_CELL_CHARACTERS = 32_767
REPORT_EVERY_ROWS = 1_000
ROWS_AT_ONCE = 250  # divides REPORT_EVERY_ROWS

WRITING = "Escribiendo el archivo de Excel"

TOO_MANY_ROWS = (
    f"Son más de {MAX_ROWS - 1:,} renglones y no caben en una hoja de Excel. No se guardó ningún "
    "archivo. Acote lo que desea exportar."
)
NO_ROWS = "La lista está vacía: no hay nada que exportar. No se guardó ningún archivo."
NOT_WRITTEN = (
    "El archivo no se pudo guardar: no hay permiso o espacio en esa carpeta o en la temporal del "
    "equipo, su nombre es muy largo o está abierto en Excel. Lo que había sigue igual. Ciérrelo o "
    "elija otro nombre."
)

# Excel's 1900 was a leap year: programs disagree on the days before March.
_FIRST_DATE = date(1900, 3, 1)
_AMOUNTS = (int, float, Decimal)
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


class Tipo(Enum):
    """The type of a column's values. None gives an empty cell in every column."""

    TEXTO = "texto"
    ENTERO = "entero"  # a count: Excel shows more than eleven digits with an exponent
    IMPORTE = "importe"  # with thousands separators and two decimals
    FECHA = "fecha"  # date
    FECHA_HORA = "fecha y hora"  # naive datetime, shown without conversion


# With the format «@», text that looks like a formula stays text, also after an edit.
# Whole numbers have none: they look the same, and the library takes half the time for them.
_NUMBER_FORMATS = {
    Tipo.TEXTO: "@",
    Tipo.IMPORTE: "#,##0.00",
    Tipo.FECHA: "dd/mm/yyyy",
    Tipo.FECHA_HORA: "dd/mm/yyyy\\ hh:mm:ss",
}


@dataclass(frozen=True)
class ColumnaHoja:
    """ancho: in characters."""

    titulo: str
    tipo: Tipo = Tipo.TEXTO
    ancho: float = 16


@dataclass(frozen=True)
class HojaExcel:
    """columnas: with different titles. total: how many rows there are, if that is known."""

    nombre: str
    columnas: Sequence[ColumnaHoja]
    rows: Iterable[Sequence[object]] = field(repr=False)
    total: int | None = None


def write_workbook(
    path: Path,
    hoja: str,
    columnas: Sequence[ColumnaHoja],
    rows: Iterable[Sequence[object]],
    progress: Progress,
    *,
    total: int | None = None,
    empty: bool = False,
) -> int:
    """`write_sheets` for one sheet."""
    return write_sheets(path, [HojaExcel(hoja, columnas, rows, total)], progress, empty=empty)


def write_sheets(
    path: Path, hojas: Sequence[HojaExcel], progress: Progress, *, empty: bool = False
) -> int:
    """Write a workbook whose sheets have a fixed header with filters. Returns the number of rows.

    hojas: with different names. Their rows are taken in this order.
    Replaces the file at `path` only after the new one is complete, also if `rows` raises.
    empty: a workbook of headers alone is wanted, too.
    Raises UserFacingError, NothingToDoError if no sheet has a row, and Cancelled.
    """
    records = [_Records(hoja, progress) for hoja in hojas]
    try:
        with replacing(path) as temporary:
            _write(temporary, hojas, records)
            written = sum(each.written for each in records)
            if not written and not empty:
                raise NothingToDoError(NO_ROWS)
            progress.report(written, written)
    except OSError as error:
        if any(error is each.failure for each in records):
            raise
        raise UserFacingError(NOT_WRITTEN) from error
    return written


class _Records:
    """The rows in the form that the library reads. Counts them and reports progress."""

    def __init__(self, hoja: HojaExcel, progress: Progress) -> None:
        self._titles = [each.titulo for each in hoja.columnas]
        if len(set(self._titles)) != len(self._titles):
            raise ValueError("two columns have the same title")
        self._tipos = [each.tipo for each in hoja.columnas]
        self._rows = hoja.rows
        self._progress = progress
        self._total = hoja.total
        self.written = 0
        self.failure: BaseException | None = None

    def __iter__(self) -> Iterator[dict[str, object]]:
        try:
            yield from self._converted()
        except BaseException as error:
            self.failure = error
            raise
        if not self.written:
            # The library takes the header from the first row. An empty row writes no cell.
            yield dict.fromkeys(self._titles)

    def _converted(self) -> Iterator[dict[str, object]]:
        titles = repeat(self._titles)
        rows = iter(self._rows)
        while block := list(islice(rows, ROWS_AT_ONCE)):
            if self.written + len(block) >= MAX_ROWS:
                raise UserFacingError(TOO_MANY_ROWS)
            # By columns: most of them need no look at single cells.
            columns = [
                _column(tipo, values)
                for tipo, values in zip(self._tipos, zip(*block, strict=True), strict=True)
            ]
            # Without a line of Python per row. Each has as many values as there are titles.
            yield from map(dict, map(zip, titles, zip(*columns, strict=True)))
            self.written += len(block)
            if self.written % REPORT_EVERY_ROWS == 0:
                self._progress.report(self.written, self._total, WRITING)


def _write(path: Path, hojas: Sequence[HojaExcel], records: Sequence[_Records]) -> None:
    from rustpy_xlsxwriter import Format, write_worksheets  # slow import, for one file now and then

    header = Format().set_bold().set_text_wrap().set_align("vcenter")
    header.set_font_color("#FFFFFF").set_background_color("#1F4E5F")
    names = [hoja.nombre for hoja in hojas]
    try:
        write_worksheets(
            list(zip(names, records, strict=True)),
            path,
            freeze_panes={"general": {"row": 1, "col": 0}},
            autofilter=dict.fromkeys(names, True),
            header_format=dict.fromkeys(names, header),
            column_formats={
                hoja.nombre: {
                    each.titulo: Format().set_num_format(_NUMBER_FORMATS[each.tipo])
                    for each in hoja.columnas
                    if each.tipo in _NUMBER_FORMATS
                }
                for hoja in hojas
            },
            column_widths={hoja.nombre: [each.ancho for each in hoja.columnas] for hoja in hojas},
            # Without this Excel marks every NSS with a green corner.
            ignore_errors={
                hoja.nombre: [each.titulo for each in hoja.columnas if each.tipo is Tipo.TEXTO]
                for hoja in hojas
            },
        )
    except BaseException as error:
        failed = any(error is each.failure for each in records)
        if not failed and _is_of_the_disk(error):
            raise UserFacingError(NOT_WRITTEN) from error
        raise


def _is_of_the_disk(error: BaseException) -> bool:
    # With a full temporary folder the Rust library panics, and that is not an Exception.
    panic = type(error).__name__ == "PanicException"
    return panic or isinstance(error, OSError | RuntimeError)


def _column(tipo: Tipo, values: tuple[object, ...]) -> Sequence[object]:
    """The cells of a column. None stays None."""
    if _is_ready(tipo, values):
        return values
    cell = _CELLS[tipo]
    return [None if value is None else cell(value) for value in values]


def _is_ready(tipo: Tipo, values: tuple[Any, ...]) -> bool:
    """Whether every value is the cell that _CELLS would make of it, seen by the whole column."""
    kind = _READY_KIND.get(tipo)
    if list(map(type, values)).count(kind) != len(values):  # type: ignore[arg-type]
        return False
    if tipo is Tipo.TEXTO:
        text = "".join(values)
        return text.isprintable() and (
            len(text) <= MAX_CELL_CHARACTERS or max(map(len, values)) <= MAX_CELL_CHARACTERS
        )
    if tipo is Tipo.FECHA:
        return bool(min(values) >= _FIRST_DATE)
    return True


def _text_cell(value: object) -> str:
    """The text without characters that XML or Excel cannot store."""
    text = str(value)
    if not text.isprintable():
        text = _INVALID.sub("", _LINE_END.sub("\n", text))
    if len(text) > MAX_CELL_CHARACTERS:
        text = text[: MAX_CELL_CHARACTERS - 1] + "…"
    return text


def _integer_cell(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("a whole number expected")
    return value


def _amount_cell(value: object) -> float:
    if not isinstance(value, _AMOUNTS):
        raise TypeError("an amount expected")
    return float(value)


def _date_cell(value: object) -> date | str:
    # The usual case of a large file comes first.
    if type(value) is date and value >= _FIRST_DATE:
        return value
    if not isinstance(value, date):
        raise TypeError("a date expected")
    day = date(value.year, value.month, value.day)
    return f"{day:%d/%m/%Y}" if day < _FIRST_DATE else day


def _moment_cell(value: object) -> datetime | str:
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise TypeError("a datetime without time zone expected")
    if value.date() < _FIRST_DATE:
        return f"{value:%d/%m/%Y %H:%M:%S}"
    return value.replace(microsecond=0)


_CELLS: dict[Tipo, Callable[[object], object]] = {
    Tipo.TEXTO: _text_cell,
    Tipo.ENTERO: _integer_cell,
    Tipo.IMPORTE: _amount_cell,
    Tipo.FECHA: _date_cell,
    Tipo.FECHA_HORA: _moment_cell,
}
_READY_KIND: dict[Tipo, type] = {
    Tipo.TEXTO: str,
    Tipo.ENTERO: int,
    Tipo.IMPORTE: float,
    Tipo.FECHA: date,
}


@dataclass(frozen=True)
class ColumnaPlantilla:
    """A column that a person fills. nota: shown over its heading. lista: what its cells may say."""

    titulo: str
    nota: str
    lista: Sequence[str] = ()
    ancho: float = 16


TEMPLATE_ROWS = 5_000


def write_template(path: Path, hoja: str, columnas: Sequence[ColumnaPlantilla]) -> None:
    """Write a book of one sheet without rows: headings with notes, lists, and text cells.

    Raises UserFacingError.
    """
    # It costs as much as a window to import.
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    del book["Sheet"]
    sheet = book.create_sheet(hoja)
    sheet.freeze_panes = "A2"
    lists = book.create_sheet("Listas")
    for at, each in enumerate(columnas, 1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = each.ancho
        # As text: Excel takes no zeros away and turns no date.
        sheet.column_dimensions[letter].number_format = "@"
        cell = sheet.cell(1, at, each.titulo)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E5F")
        cell.comment = Comment(each.nota, "ICSOE Desktop", height=120, width=260)
        if each.lista:
            for row, text in enumerate((each.titulo, *each.lista), 1):
                lists.cell(row, at, text).number_format = "@"
            lists.column_dimensions[letter].width = each.ancho
            rule = DataValidation(
                "list", f"Listas!${letter}$2:${letter}${len(each.lista) + 1}", allow_blank=True
            )
            rule.add(f"{letter}2:{letter}{TEMPLATE_ROWS}")
            sheet.add_data_validation(rule)
    try:
        with replacing(path) as temporary:
            book.save(temporary)
    except OSError as error:
        raise UserFacingError(NOT_WRITTEN) from error
