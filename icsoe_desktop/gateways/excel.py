"""Writes large Excel workbooks as a stream: one sheet, typed columns, constant memory.

The XML is written here: measured against the libraries there are, it is the fastest, it can be
cancelled between two rows, and no text of anybody can become a formula (benchmarks/excel.py).
"""

from __future__ import annotations

import os
import re
import secrets
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.excel_partes import (
    CONTENT_TYPES,
    RELATIONS,
    STYLES,
    WORKBOOK_RELATIONS,
    core_properties,
    sheet_end,
    sheet_start,
    workbook,
)
from icsoe_desktop.jobs import Progress

# Excel's own limits.
MAX_ROWS = 1_048_576
MAX_CELL_CHARACTERS = 32_767
REPORT_EVERY_ROWS = 1_000
_BUFFER_BYTES = 2**18
# Level 1 halves the time of level 6 for a file that is a quarter larger.
_COMPRESSION = 1

TOO_MANY_ROWS = (
    f"Son más de {MAX_ROWS - 1:,} renglones y no caben en una hoja de Excel. No se guardó ningún "
    "archivo. Acote lo que desea exportar."
)
NOT_WRITTEN = (
    "El archivo no se pudo guardar: no hay permiso o espacio en esa carpeta, o está abierto en "
    "Excel. Lo que había sigue igual. Ciérrelo o elija otro nombre."
)

# Excel counts from the day before 1900; its 1900 was a leap year, so the count fits from March on.
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DATE = date(1900, 3, 1)
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel would read these as an escaped character.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Tipo(Enum):
    """What a column holds. None is an empty cell in all of them."""

    TEXTO = "texto"
    ENTERO = "entero"
    IMPORTE = "importe"  # with thousands separators and two decimals
    FECHA = "fecha"  # date
    FECHA_HORA = "fecha y hora"  # naive datetime, as it shall be shown


@dataclass(frozen=True)
class Columna:
    """ancho: in characters."""

    titulo: str
    tipo: Tipo = Tipo.TEXTO
    ancho: float = 16


def write_workbook(
    path: Path,
    hoja: str,
    columnas: Sequence[Columna],
    rows: Iterable[Sequence[object]],
    progress: Progress,
    *,
    total: int | None = None,
    creado: datetime | None = None,
) -> int:
    """How many rows were written, below a header that stays in sight and filters.

    The file at `path` changes only once the new one is whole; also when `rows` fails.
    Raises UserFacingError and Cancelled.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            with temporary.open("xb") as file:
                written = _write(file, hoja, columnas, rows, progress, total, creado)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as error:
            raise UserFacingError(NOT_WRITTEN) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return written


def _write(
    file: IO[bytes],
    hoja: str,
    columnas: Sequence[Columna],
    rows: Iterable[Sequence[object]],
    progress: Progress,
    total: int | None,
    creado: datetime | None,
) -> int:
    with zipfile.ZipFile(
        file, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=_COMPRESSION
    ) as archive:
        # A sheet that is not first on disk is read as well; its length is not known before.
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(sheet_start([each.ancho for each in columnas]).encode())
            part.write(_header(columnas).encode())
            written = _write_rows(part, columnas, rows, progress, total)
            part.write(sheet_end(column_name(len(columnas) - 1), written + 1).encode())
        last = f"${column_name(len(columnas) - 1)}${written + 1}"
        for name, text in (
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONS),
            ("xl/workbook.xml", workbook(quoteattr(hoja), escape(hoja.replace("'", "''")), last)),
            ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS),
            ("xl/styles.xml", STYLES),
            ("docProps/core.xml", core_properties(creado)),
        ):
            archive.writestr(name, text)
    progress.report(written, written)
    return written


def _header(columnas: Sequence[Columna]) -> str:
    cells = "".join(
        f'<c r="{column_name(at)}1" s="1" t="inlineStr"><is><t>{_text(each.titulo)}</t></is></c>'
        for at, each in enumerate(columnas)
    )
    return f'<row r="1">{cells}</row>'


def _write_rows(
    part: IO[bytes],
    columnas: Sequence[Columna],
    rows: Iterable[Sequence[object]],
    progress: Progress,
    total: int | None,
) -> int:
    writers = [(f'<c r="{column_name(at)}', _CELLS[each.tipo]) for at, each in enumerate(columnas)]
    buffer: list[str] = []
    held = 0
    line = 1
    for row in rows:
        line += 1
        if line > MAX_ROWS:
            raise UserFacingError(TOO_MANY_ROWS)
        cells = [
            f"{start}{line}{cell(value)}"
            for (start, cell), value in zip(writers, row, strict=True)
            if value is not None
        ]
        text = f'<row r="{line}">{"".join(cells)}</row>'
        buffer.append(text)
        held += len(text)
        if held > _BUFFER_BYTES:
            part.write("".join(buffer).encode())
            buffer.clear()
            held = 0
        if line % REPORT_EVERY_ROWS == 0:
            progress.report(line - 1, total, "Escribiendo el archivo de Excel")
    part.write("".join(buffer).encode())
    return line - 1


def _text(text: str) -> str:
    """As XML and Excel need it; what neither can hold is left out."""
    if len(text) > MAX_CELL_CHARACTERS:
        text = text[: MAX_CELL_CHARACTERS - 1] + "…"
    if not text.isprintable():
        text = _INVALID.sub("", text)
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    if "&" in text or "<" in text or ">" in text:
        text = escape(text)
    return text


def _text_cell(value: object) -> str:
    text = str(value)
    if not text:
        return '"/>'
    # Without the mark of a quote, editing such a cell in Excel would make a formula of it.
    style = ' s="6"' if text.startswith(_FORMULA_STARTS) else ""
    space = ' xml:space="preserve"' if text[0] in " \n" or text[-1] in " \n" else ""
    return f'"{style} t="inlineStr"><is><t{space}>{_text(text)}</t></is></c>'


def _integer_cell(value: object) -> str:
    if not isinstance(value, int):
        raise TypeError("a whole number expected")
    return f'" s="2"><v>{value}</v></c>'


def _amount_cell(value: object) -> str:
    # str of a Decimal or int; a float's repr is what Excel would keep of it too.
    return f'" s="3"><v>{value}</v></c>'


def _date_cell(value: object) -> str:
    if not isinstance(value, date):
        raise TypeError("a date expected")
    if value < _FIRST_DATE:
        return _text_cell(f"{value:%d/%m/%Y}")
    return f'" s="4"><v>{value.toordinal() - _EPOCH}</v></c>'


def _moment_cell(value: object) -> str:
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise TypeError("a datetime without time zone expected")
    if value.date() < _FIRST_DATE:
        return _text_cell(f"{value:%d/%m/%Y %H:%M:%S}")
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return f'" s="5"><v>{value.toordinal() - _EPOCH + seconds / 86_400!r}</v></c>'


_CELLS: dict[Tipo, Callable[[object], str]] = {
    Tipo.TEXTO: _text_cell,
    Tipo.ENTERO: _integer_cell,
    Tipo.IMPORTE: _amount_cell,
    Tipo.FECHA: _date_cell,
    Tipo.FECHA_HORA: _moment_cell,
}


def column_name(index: int) -> str:
    """0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
