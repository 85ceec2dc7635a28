"""Row type, limits and error sentences that the readers of sheets share."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, NamedTuple

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

MAX_FILE_BYTES = 64 * 2**20
# Excel's own limits for rows and for the characters of a cell.
MAX_ROWS = 1_048_576
MAX_CELL_CHARACTERS = 32_767
MAX_COLUMNS = 512
REPORT_EVERY_ROWS = 100

CFB_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

NOTHING_CHANGED = "No se importó nada."


class SheetRow(NamedTuple):
    """A non-empty row. line: its number in Excel, or its first line in a CSV."""

    line: int
    cells: tuple[str, ...]


Rows = Iterator[SheetRow]


class Sheet(NamedTuple):
    """An open sheet.

    columns: field → index, for the wanted columns that exist.
    rows: the non-empty rows after the header, each at least as wide as the header.
    """

    header: SheetRow
    columns: Mapping[str, int]
    rows: Rows


class SheetInMemory:
    """A file that has no path of its own: a member of a ZIP, or standard input."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data

    def open(self, mode: str = "rb") -> IO[bytes]:
        return io.BytesIO(self.data)


SheetFile = Path | SheetInMemory


def size_of(file: SheetFile) -> int:
    return len(file.data) if isinstance(file, SheetInMemory) else file.stat().st_size


def refuse(message: str) -> InvalidInputError:
    return InvalidInputError(f"{message} {NOTHING_CHANGED}", "archivo")


def not_a_sheet() -> InvalidInputError:
    return refuse(
        "El archivo no es un libro de Excel (.xlsx) ni un CSV. Ábralo en Excel y guárdelo como "
        "«Libro de Excel (.xlsx)»."
    )


def empty() -> InvalidInputError:
    return refuse("El archivo está vacío: no tiene ninguna celda con datos.")


def damaged() -> InvalidInputError:
    return refuse(
        "El archivo está incompleto o dañado. Vuelva a copiarlo desde su origen, o ábralo en "
        "Excel y guárdelo de nuevo."
    )


def too_large(what: str) -> InvalidInputError:
    return refuse(f"El archivo es demasiado grande: {what}. Divídalo en varios archivos.")


def refuse_compound_file(content: bytes) -> InvalidInputError:
    """The error for a file in Microsoft's old container format."""
    if _ENCRYPTED_STREAM in content:
        return refuse(
            "El libro de Excel está protegido con contraseña. Ábralo en Excel, quite la "
            "contraseña en Archivo > Información > Proteger libro, y guárdelo de nuevo."
        )
    return refuse(
        "Es un libro de Excel 97-2003 (.xls) u otro formato antiguo. Si es la emisión del IMSS, "
        "elíjala en Confrontar; si no, ábralo en Excel y guárdelo como «Libro de Excel (.xlsx)»."
    )


def row_of(line: int, cells: list[str]) -> SheetRow | None:
    """The row without trailing empty cells; None for an empty row.

    Raises InvalidInputError if the row exceeds the limits.
    """
    if line > MAX_ROWS:
        raise too_large(f"tiene más de {MAX_ROWS:,} renglones")
    while cells and not cells[-1]:
        cells.pop()
    if not cells:
        return None
    if len(cells) > MAX_COLUMNS:
        raise too_large(f"el renglón {line:,} tiene más de {MAX_COLUMNS} columnas")
    if max(map(len, cells)) > MAX_CELL_CHARACTERS:
        raise refuse(
            f"El renglón {line:,} tiene una celda de más de {MAX_CELL_CHARACTERS:,} caracteres. "
            "Corríjala y vuelva a elegir el archivo."
        )
    return SheetRow(line, tuple(cells))


def tidy(text: str) -> str:
    """The text without invisible characters, line breaks or doubled spaces."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return clean(text)


# ST_Xstring of ECMA-376: characters that XML cannot store are written as _x000D_, and so is «_».
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Decode ST_Xstring escapes. calamine decodes them itself, openpyxl does not."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def text_of(value: object, number_format: str | None = None) -> str:
    """number_format: of the cell. Without one a number gets no leading zeros."""
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return tidy(str(value))


def pads(number_format: str) -> bool:
    """Whether the format adds leading zeros: it consists of zeros only."""
    return re.fullmatch("00+", number_format) is not None


def _number(value: int | float, number_format: str | None) -> str:
    """The number with at most 15 digits, the format's leading zeros and no exponent."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return "#NUM!"
        text = f"{Decimal(f'{value:.15g}'):f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        text = str(value)
    if text == "-0":
        return "0"
    if number_format and pads(number_format) and text.isdigit():
        return text.zfill(len(number_format))
    return text
