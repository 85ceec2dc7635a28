"""Reads a user's table in Excel or CSV: a header, and rows of text.

Files over the limits, damaged files and other files are refused with a sentence. Memory stays
bounded, also for files with false sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import (
    MAX_FILE_BYTES,
    Rows,
    SheetRow,
    empty,
    not_a_sheet,
    refuse,
    too_large,
)
from icsoe_desktop.gateways.hojas.excel import CFB_SIGNATURE, open_workbook, refuse_compound_file
from icsoe_desktop.gateways.hojas.texto_csv import open_csv
from icsoe_desktop.jobs import NoProgress, Progress

__all__ = ["Aliases", "Sheet", "SheetRow", "match_columns", "open_sheet"]

Aliases = Mapping[str, Sequence[str]]

# Reports have titles above the table: search the header in this many rows.
HEADER_SEARCH_ROWS = 20
MAX_SHEETS_SEARCHED = 20
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_FORMATS = (b"%pdf", b"{\\rtf", b"<html", b"<!doctype", b"<?xml", b"<table", b"-----begin")


@dataclass(frozen=True)
class Sheet:
    """An open sheet.

    columns: field → index, for the wanted columns that exist.
    rows: the non-empty rows after the header, each at least as wide as the header.
    """

    file_name: str
    header: SheetRow
    columns: Mapping[str, int]
    rows: Rows


@contextmanager
def open_sheet(
    path: Path, wanted: Aliases | None = None, progress: Progress | None = None
) -> Iterator[Sheet]:
    """Open the table in a .xlsx or CSV file. The content decides the format.

    wanted: the columns to search. The row with most of them is the header; if there is none,
    the first row of the first visible sheet is.
    Raises InvalidInputError (campo "archivo"), here or while its rows are read, and Cancelled.
    """
    progress = progress or NoProgress()
    wanted = wanted or {}
    with ExitStack() as stack:
        best: tuple[int, int, list[SheetRow], Rows] | None = None
        for rows in islice(_tables(path, progress, stack), MAX_SHEETS_SEARCHED):
            first = list(islice(rows, HEADER_SEARCH_ROWS))
            scores = [len(_places(row.cells, wanted)) for row in first]
            score = max(scores, default=-1)
            if best is None or score > best[0]:
                best = score, scores.index(score) if scores else 0, first, rows
        if best is None or best[0] < 0:
            raise empty()
        _, at, first, rest = best
        header = first[at]
        width = len(header.cells)
        rows = _padded(chain(first[at + 1 :], rest), width)
        yield Sheet(path.name, header, match_columns(header.cells, wanted), rows)


def match_columns(header: Sequence[str], wanted: Aliases) -> dict[str, int]:
    """field → index of the column whose name is the field's, or one of its aliases.

    Ignores accents, case, spaces and punctuation. Of several columns, prefers the one named
    like the field, then the earliest alias. Leaves out missing fields.
    Raises InvalidInputError if two columns have the same name.
    """
    found: dict[str, int] = {}
    for field, places in _places(header, wanted).items():
        if len(places) > 1:
            first, second = places[:2]
            raise refuse(
                f"Las columnas {_letter(first)} y {_letter(second)} se llaman igual, "
                f"«{header[first]}». Deje sólo una y vuelva a elegir el archivo."
            )
        found[field] = places[0]
    return found


def _places(header: Sequence[str], wanted: Aliases) -> dict[str, list[int]]:
    by_name: dict[str, list[int]] = {}
    for index, cell in enumerate(header):
        by_name.setdefault(_plain(cell), []).append(index)
    places: dict[str, list[int]] = {}
    for field, aliases in wanted.items():
        names = (_plain(name) for name in (field, *aliases))
        name = next((name for name in names if name in by_name), None)
        if name is not None:
            places[field] = by_name[name]
    return places


def _plain(name: str) -> str:
    return "".join(character for character in fold(name) if character.isalnum())


def _letter(index: int) -> str:
    """The column's name in Excel: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _padded(rows: Rows, width: int) -> Rows:
    try:
        for row in rows:
            missing = width - len(row.cells)
            yield SheetRow(row.line, row.cells + ("",) * missing) if missing > 0 else row
    except OSError as error:
        raise _unreadable() from error


def _tables(path: Path, progress: Progress, stack: ExitStack) -> Iterator[Rows]:
    try:
        if not path.is_file():
            raise refuse("El archivo ya no está ahí. Elíjalo de nuevo.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise too_large(f"pesa más de {MAX_FILE_BYTES // 2**20} MB")
        if size == 0:
            raise empty()
        with path.open("rb") as file:
            head = file.read(512)
        if head.startswith(CFB_SIGNATURE):
            raise refuse_compound_file(path)
        if head.startswith(_ZIP_SIGNATURES):
            return stack.enter_context(open_workbook(path, progress))
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_OTHER_FORMATS):
            raise not_a_sheet()
        return iter([stack.enter_context(open_csv(path, progress))])
    except OSError as error:
        raise _unreadable() from error


def _unreadable() -> InvalidInputError:
    return refuse(
        "El archivo no se puede leer. Si está abierto en otro programa, ciérrelo; revise también "
        "que la unidad siga conectada y vuelva a elegirlo."
    )
