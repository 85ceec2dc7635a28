"""Reads the rows of a CSV. Detects its encoding and delimiter."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from icsoe_desktop.gateways.hojas.comun import (
    REPORT_EVERY_ROWS,
    Rows,
    SheetFile,
    damaged,
    not_a_sheet,
    refuse,
    row_of,
    size_of,
    tidy,
    too_large,
)
from icsoe_desktop.jobs import Progress

DELIMITERS = ",;\t|"
MAX_LINE_CHARACTERS = 1_000_000
_CHUNK = 2**20
_SAMPLE_CHARACTERS = 2**16
_SAMPLE_LINES = 30
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Excel marks a number as text in a CSV this way: ="00123".
_MARKED_AS_TEXT = re.compile(r'="([^"]*)"', re.DOTALL)
_SEP_LINE = re.compile(r"sep=([,;\t|])\s*", re.IGNORECASE)


@contextmanager
def open_csv(file: SheetFile, progress: Progress) -> Iterator[Rows]:
    """The non-empty rows.

    Raises InvalidInputError, here or while reading, if the file is not a CSV.
    """
    total = size_of(file)
    progress.report(0, total, f"Leyendo «{file.name}»")
    encoding = _encoding(file)
    with file.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
        try:
            delimiter, skipped = _delimiter(text.read(_SAMPLE_CHARACTERS))
            text.seek(0)
        except UnicodeError as error:
            raise damaged() from error
        yield _rows(text, raw, delimiter, skipped, progress, total)


def _encoding(file: SheetFile) -> str:
    with file.open("rb") as raw:
        head = raw.read(3)
        raw.seek(0)
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        utf8, cp1252 = True, True
        decoder = codecs.getincrementaldecoder("utf-8")()
        while chunk := raw.read(_CHUNK):
            if _BINARY.search(chunk):
                raise not_a_sheet()
            cp1252 = cp1252 and not _NOT_CP1252.search(chunk)
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
        if utf8:
            try:
                decoder.decode(b"", final=True)
                return "utf-8-sig"
            except UnicodeDecodeError:
                pass
    if cp1252 and head != codecs.BOM_UTF8:
        return "cp1252"
    raise refuse(
        "El archivo tiene letras que no se pueden leer. Ábralo en Excel y guárdelo como «CSV "
        "UTF-8» o como «Libro de Excel (.xlsx)»."
    )


def _delimiter(sample: str) -> tuple[str, int]:
    """(delimiter, number of lines before the data that declare it)."""
    lines = sample.splitlines()
    said = _SEP_LINE.fullmatch(lines[0]) if lines else None
    if said:
        return said.group(1), 1
    lines = lines[:_SAMPLE_LINES]

    def rows_and_columns(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return 0, 0
        return max(((n, width) for width, n in widths.items() if width > 1), default=(0, 0))

    return max(DELIMITERS, key=rows_and_columns), 0


class _Lines:
    """Feeds lines to csv.reader and counts them; one row may need several lines."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self.taken = 0
        self.taken_for_row = 0
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE_CHARACTERS)
        if not line:
            self.ended = True
            raise StopIteration
        self.taken += 1
        self.taken_for_row += 1
        if len(line) >= MAX_LINE_CHARACTERS:
            raise too_large(f"la línea {self.taken:,} es demasiado larga")
        return line


def _rows(
    text: IO[str], raw: IO[bytes], delimiter: str, skipped: int, progress: Progress, total: int
) -> Rows:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    read = 0
    while True:
        first_line = lines.taken + 1
        lines.taken_for_row = 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _open_quote(first_line) from error
        except UnicodeError:
            raise damaged() from None
        if cells is None:
            return
        if lines.ended and lines.taken_for_row:
            # csv.reader would return the rest of the file as one cell.
            raise _open_quote(first_line)
        row = row_of(first_line, [_cell(text) for text in cells])
        if row is not None and first_line > skipped:
            yield row
        read += 1
        if read % REPORT_EVERY_ROWS == 0:
            progress.report(min(raw.tell(), total), total)


def _cell(text: str) -> str:
    marked = _MARKED_AS_TEXT.fullmatch(text)
    return tidy(marked.group(1) if marked else text)


def _open_quote(line: int) -> Exception:
    return refuse(
        f"En la línea {line:,} se abren unas comillas que no se cierran, o una celda es demasiado "
        "larga. Corríjala y vuelva a elegir el archivo."
    )
