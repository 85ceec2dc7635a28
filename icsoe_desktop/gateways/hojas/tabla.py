"""Reads a table in the child process, or a trusted one in this: its header and its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import (
    CFB_SIGNATURE,
    MAX_FILE_BYTES,
    Rows,
    Sheet,
    SheetFile,
    SheetInMemory,
    SheetRow,
    empty,
    not_a_sheet,
    refuse,
    refuse_compound_file,
    size_of,
    too_large,
)
from icsoe_desktop.gateways.hojas.encabezado import MAX_HEADER, Aliases, match_columns, places_of
from icsoe_desktop.gateways.hojas.excel import open_workbook
from icsoe_desktop.gateways.hojas.texto_csv import open_csv
from icsoe_desktop.gateways.isolation.answers import CELL_END, Answer, Report, Seldom, blocks
from icsoe_desktop.jobs import NoProgress, Progress

# Reports have titles above the table: search the header in this many rows.
HEADER_SEARCH_ROWS = 20
MAX_SHEETS_SEARCHED = 20
# 1,735.00 without quotes is two cells: its row is longer than the header, and the amount is 1.
_SPLIT: Final = re.compile(r"^\$? ?\d{1,3}\n\d{3}\.\d\d?$", re.MULTILINE)
SPLIT_AMOUNT: Final = (
    "El renglón {line} tiene más columnas que títulos. Si un importe lleva coma de millares, como "
    "1,735.00, quítela; si es una nota, póngale título. Después elija otra vez el archivo."
)
# Of one row: a text used a million times takes one place in the file.
MAX_ROW_CHARACTERS: Final = 1_000_000
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_FORMATS = (b"%pdf", b"{\\rtf", b"<html", b"<!doctype", b"<?xml", b"<table", b"-----begin")


def read_task(arguments: dict[str, Any], payload: bytes, report: Report) -> Iterator[Answer]:
    """In the child: an answer for the header, and one for each block of rows."""
    progress = Seldom(report)
    path, wanted = arguments["path"], arguments["wanted"]
    file = SheetInMemory(arguments["name"], payload) if path is None else Path(path)
    careful, repeated = arguments["careful"], arguments["repeated"]
    with open_sheet_here(file, wanted, progress, careful=careful, repeated=repeated) as sheet:
        yield [sheet.header.line, sheet.header.cells, dict(sheet.columns)], b""
        yield from blocks(_joined(sheet.rows))


def _joined(rows: Rows) -> Iterator[tuple[int, str]]:
    for row in rows:
        text = CELL_END.join(row.cells)
        if len(text) > MAX_ROW_CHARACTERS:
            raise refuse(
                f"El renglón {row.line:,} tiene más de {MAX_ROW_CHARACTERS:,} caracteres. "
                "Corríjalo y vuelva a elegir el archivo."
            )
        yield row.line, text


@contextmanager
def open_sheet_here(
    file: SheetFile,
    wanted: Aliases | None = None,
    progress: Progress | None = None,
    *,
    careful: bool = False,
    repeated: bool = False,
) -> Iterator[Sheet]:
    """The same as open_sheet, in this process: only for files that are trusted, and in the child.

    careful: with openpyxl alone.
    """
    progress = progress or NoProgress()
    wanted = wanted or {}
    with ExitStack() as stack:
        best: tuple[int, int, list[SheetRow], Rows] | None = None
        tables, is_csv = _tables(file, progress, stack, careful=careful)
        for rows in islice(tables, MAX_SHEETS_SEARCHED):
            first = list(islice(rows, HEADER_SEARCH_ROWS))
            scores = [len(places_of(row.cells, wanted)) for row in first]
            score = max(scores, default=-1)
            if best is None or score > best[0]:
                at = scores.index(score) if score > 0 else _below_titles(first, wanted)
                best = score, at, first, rows
        if best is None or best[0] < 0:
            raise empty()
        _, at, first, rest = best
        header = first[at]
        width = len(header.cells)
        rows = _padded(chain(first[at + 1 :], rest), width, is_csv=is_csv)
        columns = match_columns(header.cells, wanted, repeated=repeated)
        yield Sheet(header, columns, rows)


def _below_titles(rows: Sequence[SheetRow], wanted: Aliases) -> int:
    """The first row with more than a title, if none has a known name."""

    def names(row: SheetRow) -> int:
        return sum(0 < len(cell) <= MAX_HEADER for cell in row.cells)

    return next((at for at, row in enumerate(rows) if names(row) > 1), 0) if wanted else 0


def _padded(rows: Rows, width: int, *, is_csv: bool) -> Rows:
    try:
        for row in rows:
            missing = width - len(row.cells)
            if missing < 0 and is_csv and _SPLIT.search("\n".join(row.cells)):
                raise refuse(SPLIT_AMOUNT.format(line=row.line))
            yield SheetRow(row.line, row.cells + ("",) * missing) if missing > 0 else row
    except OSError as error:
        raise _unreadable() from error


def _tables(
    file: SheetFile, progress: Progress, stack: ExitStack, *, careful: bool
) -> tuple[Iterator[Rows], bool]:
    try:
        if isinstance(file, Path) and not file.is_file():
            raise refuse("El archivo ya no está ahí. Elíjalo de nuevo.")
        size = size_of(file)
        if size > MAX_FILE_BYTES:
            raise too_large(f"pesa más de {MAX_FILE_BYTES // 2**20} MB")
        if size == 0:
            raise empty()
        with file.open("rb") as source:
            head = source.read(512)
            if head.startswith(CFB_SIGNATURE):
                raise refuse_compound_file(head + source.read())
        if head.startswith(_ZIP_SIGNATURES):
            return stack.enter_context(open_workbook(file, progress, careful=careful)), False
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_OTHER_FORMATS):
            raise not_a_sheet()
        return iter([stack.enter_context(open_csv(file, progress))]), True
    except OSError as error:
        raise _unreadable() from error


def _unreadable() -> InvalidInputError:
    return refuse(
        "El archivo no se puede leer. Si está abierto en otro programa, ciérrelo; revise también "
        "que la unidad siga conectada y vuelva a elegirlo."
    )
