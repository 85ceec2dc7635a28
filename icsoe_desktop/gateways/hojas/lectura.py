"""Reads a user's table in Excel or CSV: a header, and rows of text.

A child process parses the file (see tabla), and this one gets blocks of rows: see
gateways/isolation. Files over the limits, damaged files and other files are refused with a
sentence.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.hojas.comun import (
    MAX_ROWS,
    Rows,
    Sheet,
    SheetFile,
    SheetInMemory,
    SheetRow,
    too_large,
)
from icsoe_desktop.gateways.hojas.encabezado import Aliases
from icsoe_desktop.gateways.isolation.answers import CELL_END, ROW_END, Answer
from icsoe_desktop.gateways.isolation.client import BROKEN, ChildLostError, IsolatedReader
from icsoe_desktop.jobs import NoProgress, Progress

TASK: Final = "hojas.read"
# calamine loads a sheet in one call, which reports nothing: seconds on a slow machine.
SILENCE_S: Final = 60.0
# What all rows of a sheet may hold: a text used a million times takes one place in the file.
MAX_ROWS_BYTES: Final = 400_000_000


@contextmanager
def open_sheet(
    file: SheetFile,
    wanted: Aliases | None = None,
    progress: Progress | None = None,
    *,
    max_rows: int = MAX_ROWS,
    repeated: bool = False,
) -> Iterator[Sheet]:
    """Open the table in a .xlsx or CSV file, in a child process. The content decides the format.

    wanted: the columns to search. The row with most of them is the header; if there is none,
    the first row of the first visible sheet is that has more than a title.
    max_rows: below the header, for a caller that keeps them all in memory.
    repeated: leave out a field that two columns are named after, instead of refusing the file.
    Raises InvalidInputError (campo "archivo"), here or while its rows are read, and Cancelled.
    """
    answers = _answers(file, wanted or {}, progress or NoProgress(), repeated)
    with closing(answers):
        header, columns = _received_header(next(answers, None))
        yield Sheet(header, columns, _received_rows(answers, max_rows))


def _answers(
    file: SheetFile, wanted: Aliases, progress: Progress, repeated: bool
) -> Generator[Answer]:
    """First the header, then blocks of rows.

    Where calamine kills the child, a second one begins anew with openpyxl, which needs less memory.
    """
    arguments: dict[str, Any] = {
        "path": str(file.absolute()) if isinstance(file, Path) else None,
        "name": file.name,
        "wanted": {field: list(names) for field, names in wanted.items()},
        "repeated": repeated,
    }
    content = file.data if isinstance(file, SheetInMemory) else b""
    begun = False
    for careful in (False, True):
        try:
            with IsolatedReader(silence_s=SILENCE_S) as reader:
                answers = reader.ask(
                    TASK, arguments | {"careful": careful}, content, progress=progress
                )
                for at, answer in enumerate(answers):
                    if at or not begun:
                        yield answer
                    begun = True
            return
        except InvalidInputError:
            raise
        except UserFacingError as error:
            if careful or not isinstance(error, ChildLostError):
                raise InvalidInputError(error.message, "archivo") from error


def _received_header(answer: Answer | None) -> tuple[SheetRow, dict[str, int]]:
    match answer:
        case ([int(line), list(cells), dict(columns)], _) if all(
            isinstance(cell, str) for cell in cells
        ) and all(isinstance(at, int) and 0 <= at < len(cells) for at in columns.values()):
            return SheetRow(line, tuple(cells)), columns
    raise InvalidInputError(BROKEN, "archivo")


def _received_rows(answers: Iterator[Answer], max_rows: int) -> Rows:
    last = size = count = 0
    for lines, blob in answers:
        try:
            texts = blob.decode().split(ROW_END)
        except UnicodeError:
            raise InvalidInputError(BROKEN, "archivo") from None
        if not isinstance(lines, list) or len(lines) != len(texts):
            raise InvalidInputError(BROKEN, "archivo")
        size += len(blob)
        if size > MAX_ROWS_BYTES:
            raise too_large("sus celdas tienen más texto que las de un libro normal")
        for line, text in zip(lines, texts, strict=True):
            if not isinstance(line, int) or line > MAX_ROWS:
                raise InvalidInputError(BROKEN, "archivo")
            # A second child tells again what the first one told.
            if line > last:
                count += 1
                if count > max_rows:
                    raise too_large(f"tiene más de {max_rows:,} renglones")
                yield SheetRow(line, tuple(text.split(CELL_END)))
                last = line
