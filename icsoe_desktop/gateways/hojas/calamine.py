"""Reads plain workbooks with calamine, after checking that they are within the limits.

calamine has no limits of its own. The checked parts of a workbook are unpacked into a temporary
file, and calamine reads only that. NotPlain marks contents that calamine would show differently
from Excel, or that would need too much memory.
"""

from __future__ import annotations

import mmap
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from unicodedata import is_normalized
from xml.etree import ElementTree
from xml.parsers import expat

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.hojas.comun import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    REPORT_EVERY_ROWS,
    Rows,
    SheetRow,
    row_of,
)
from icsoe_desktop.gateways.hojas.texto import pads, text_of
from icsoe_desktop.jobs import Cancelled, Progress

__all__ = ["NotPlain", "open_plain"]

# Bytes of all parts, and number of «<» in one part: calamine needs 48 bytes for a cell of four.
MAX_BYTES = 160 * 2**20
MAX_TAGS = 24_000_000
MAX_STRINGS_BYTES, MAX_STRINGS_TAGS = 64 * 2**20, 8_000_000
MAX_OTHER_BYTES, MAX_OTHER_TAGS = 16 * 2**20, 600_000
# calamine needs 32 bytes for every cell from A1 to the last one, also for empty ones.
MAX_PLACES = 8_000_000
_CHUNK = 2**18
_EDGE = 2**16
_REPORT_EVERY_BYTES = 2**20

_BOOK: Final = "xl/workbook.xml"
_STYLES: Final = "xl/styles.xml"
_STRINGS: Final = "xl/sharedstrings.xml"
_SHEETS: Final = "xl/worksheets/"
_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|xl/workbook\.xml"
    r"|xl/styles\.xml|xl/sharedstrings\.xml|xl/worksheets/[^/]+\.xml"
)
# Refuses other encodings, whose tags the checks would not see, and a DOCTYPE.
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*"
    rb"(?:<\?xml(?:(?!encoding)[^<>?])*(?:encoding=[\"'](?i:utf-8)[\"'][^<>?]*)?\?>)?"
    rb"\s*<[A-Za-z]"
)
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,7})([0-9]{1,12})"')
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]{1,3}[0-9]{1,7}:)?([A-Z]{1,3})([0-9]{1,7})"')
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
_WHOLE_SHEET = re.compile(rb"</(?:\w+:)?worksheet\s*>\s*\Z")
# calamine trims these, which joins the words of a text with several formats.
_TRIMMED_RUN = re.compile(rb"<t>(?:\s|[^<]*\s</t>)")


class NotPlain(Exception):
    """calamine does not show the workbook, or one of its cells, like Excel."""


@contextmanager
def open_plain(path: Path, progress: Progress) -> Iterator[list[Callable[[], Rows]]]:
    """One function for each visible sheet; it returns the rows.

    Raises NotPlain, here or while reading: another reader must then read the file. Raises
    Cancelled.
    """
    with tempfile.NamedTemporaryFile(prefix="icsoe-", suffix=".xlsx") as file:
        with _not_plain():
            _look_at(file, _unpack(path, file, progress))
        with _not_plain():
            from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

            # By its path: calamine keeps all bytes of an open file in memory.
            book = CalamineWorkbook.from_path(file.name)
        try:
            places = [
                at
                for at, sheet in enumerate(book.sheets_metadata)
                if sheet.typ == SheetTypeEnum.WorkSheet
                and sheet.visible == SheetVisibleEnum.Visible
            ]
            if not places:
                raise NotPlain
            yield [_reader(book, at, progress) for at in places]
        finally:
            book.close()


def _reader(book: Any, at: int, progress: Progress) -> Callable[[], Rows]:
    return lambda: _rows(book, at, progress)


def _rows(book: Any, at: int, progress: Progress) -> Rows:
    with _not_plain():
        sheet = book.get_sheet_by_index(at)
        if sheet.start is None:
            return
        # calamine starts with the first row of the sheet, but with the first column in use.
        before = ("",) * sheet.start[1]
        total = sheet.end[0] + 1
        narrow = sheet.end[1] < MAX_COLUMNS
        rows = sheet.iter_rows()
    line = 0
    while True:
        with _not_plain():
            batch = list(islice(rows, REPORT_EVERY_ROWS))
            cells_of, short = _texts_of(batch) if batch else ([], True)
        if not batch:
            return
        for cells in cells_of:
            line += 1
            if short and narrow and cells[-1]:
                yield SheetRow(line, before + cells)
            elif (row := row_of(line, [*before, *cells])) is not None:
                yield row
        progress.report(line, total)


@contextmanager
def _not_plain() -> Iterator[None]:
    try:
        yield
    except (NotPlain, UserFacingError, Cancelled, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - the other reader says what is wrong with the file
        raise NotPlain from None
    except BaseException as error:
        # A Rust panic is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise NotPlain from None


@dataclass
class _Found:
    """Facts that unpacking found in the parts."""

    last_row: int = 1
    last_column: bytes = b"A"
    rich: bool = False
    styles: bytes = b""

    def reach(self, edge: bytes) -> None:
        for column, row in (*_DIMENSION.findall(edge), *_REFERENCE.findall(edge)):
            self.last_row = max(self.last_row, int(row))
            self.last_column = max(self.last_column, column, key=lambda name: (len(name), name))


def _unpack(path: Path, file: IO[bytes], progress: Progress) -> _Found:
    found = _Found()
    left = MAX_BYTES
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(file, "w") as copy:
        parts = [info for info in archive.infolist() if _PARTS.fullmatch(info.filename.lower())]
        names = {info.filename.lower() for info in parts}
        if len(names) < len(parts) or "[content_types].xml" not in names or _BOOK not in names:
            raise NotPlain
        if any(info.flag_bits & 1 for info in parts):
            raise NotPlain
        for info in parts:
            name = info.filename.lower()
            with archive.open(info) as source, copy.open(info.filename, "w") as target:
                left -= _unpack_part(name, source, target, left, found, progress)
    file.flush()
    return found


def _unpack_part(
    name: str, source: IO[bytes], target: IO[bytes], left: int, found: _Found, progress: Progress
) -> int:
    """Unpack one part. Returns its size in bytes."""
    is_sheet = name.startswith(_SHEETS)
    most, most_tags = MAX_OTHER_BYTES, MAX_OTHER_TAGS
    if is_sheet:
        most, most_tags = MAX_BYTES, MAX_TAGS
    elif name == _STRINGS:
        most, most_tags = MAX_STRINGS_BYTES, MAX_STRINGS_TAGS
    most = min(most, left)
    size = tags = 0
    has_data = False
    edge = b""
    # Damage in these parts changes the meaning of cells. calamine checks the sheets itself.
    parser = expat.ParserCreate()
    while chunk := source.read(_CHUNK):
        if not size:
            if not _PROLOG.match(chunk):
                raise NotPlain
            if is_sheet:
                found.reach(chunk[:_EDGE])
        size += len(chunk)
        tags += chunk.count(b"<")
        if size > most or tags > most_tags:
            raise NotPlain
        if name == _STYLES:
            found.styles += chunk
        elif is_sheet or name == _STRINGS:
            found.rich = found.rich or b"<r>" in chunk
            has_data = has_data or b"<sheetData" in chunk
        edge = (edge + chunk)[-_EDGE:]
        target.write(chunk)
        if not is_sheet:
            parser.Parse(chunk, False)
        if size % _REPORT_EVERY_BYTES < len(chunk):
            progress.report(0, None)
    if not size or (is_sheet and not has_data):
        raise NotPlain
    if is_sheet:
        if not _WHOLE_SHEET.search(edge):
            raise NotPlain
        found.reach(edge)
    else:
        parser.Parse(b"", True)
    return size


def _look_at(file: IO[bytes], found: _Found) -> None:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if _other_cell(found).search(data) or _PREFIXED_CELL.search(data):
            raise NotPlain
        if found.rich and _TRIMMED_RUN.search(data):
            raise NotPlain


def _other_cell(found: _Found) -> re.Pattern[bytes]:
    """A pattern for cells that calamine must not read: beyond the last cell, errors, ISO 8601
    dates, zero-padded or unusual formats.

    Raises NotPlain if the area up to the last cell is too large.
    """
    columns, width = _columns_up_to(found.last_column)
    rows, height = _rows_up_to(found.last_row)
    if width * height > MAX_PLACES:
        raise NotPlain
    padded = b"|".join(b"%d" % at for at in _padded_styles(found.styles))
    style = rb"(?!(?:%s)\")[0-9]{1,5}" % padded if padded else b"[0-9]{1,5}"
    usual = rb'r="(?:%s)(?:%s)"(?: s="%s")?(?: t="(?:s|str|inlineStr|n|b)")?/?>'
    return re.compile(rb"<c[\s/>](?!" + usual % (columns, rows, style) + rb")")


def _columns_up_to(last: bytes) -> tuple[bytes, int]:
    """(pattern of columns up to `last` or a few more, number of columns it matches)."""
    first = last[:1]
    count = first[0] - ord("A") + 1
    if len(last) == 1:
        return b"[A-%s]" % first, count
    if len(last) == 2:
        return b"[A-Z]|[A-%s][A-Z]" % first, 26 + 26 * count
    raise NotPlain


def _rows_up_to(last: int) -> tuple[bytes, int]:
    """(pattern of rows up to `last` or more, number of rows): for 5,001 it matches 5,999."""
    digits = str(last)
    first, more = int(digits[0]), len(digits) - 1
    pattern = b"[1-%d][0-9]{%d}" % (first, more)
    if more:
        pattern += b"|[1-9][0-9]{0,%d}" % (more - 1)
    return pattern, (first + 1) * 10**more - 1


def _padded_styles(styles: bytes) -> list[int]:
    if not styles:
        return []
    root = ElementTree.fromstring(styles)  # noqa: S314 - it is small, and has no DOCTYPE
    formats = {
        one.get("numFmtId")
        for one in root.iterfind("{*}numFmts/{*}numFmt")
        if pads(one.get("formatCode", ""))
    }
    return [
        at
        for at, one in enumerate(root.iterfind("{*}cellXfs/{*}xf"))
        if one.get("numFmtId") in formats
    ]


# Works on columns of some rows at once: single cells are slow.
def _texts_of(rows: Sequence[Sequence[object]]) -> tuple[list[tuple[str, ...]], bool]:
    """(rows as text, all of one width; whether no text exceeds Excel's limit).

    Raises NotPlain.
    """
    short = True
    columns = []
    for column in zip(*rows, strict=True):
        texts, length = _column(column)
        columns.append(texts)
        short = short and length <= MAX_CELL_CHARACTERS
    return list(zip(*columns, strict=True)), short


def _column(column: tuple[object, ...]) -> tuple[Sequence[str], int]:
    """(texts of the column, upper bound of their lengths)."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return _texts(column)  # type: ignore[arg-type]
    if kinds == {float}:
        return _numbers(column), 0
    if kinds == {date}:
        days = {day: str(day) for day in set(column)}  # few, of many rows
        return [days[day] for day in column], 0
    texts = [_text(value) for value in column]
    return texts, max(map(len, texts))


def _texts(column: tuple[str, ...]) -> tuple[Sequence[str], int]:
    joined = "|".join(column)
    tidy_already = (
        joined.isprintable()
        and is_normalized("NFC", joined)
        and not ("  " in joined or " |" in joined or "| " in joined)
        and not (joined.startswith(" ") or joined.endswith(" "))
    )
    return column if tidy_already else [text_of(value) for value in column], len(joined)


def _numbers(column: tuple[object, ...]) -> Sequence[str]:
    text = ("%.15g " * len(column)) % column
    # Excel shows exponents, infinities and -0 differently.
    if "e" in text or "n" in text or "-0 " in text:
        return [_text(value) for value in column]
    return text.split(" ")[:-1]


def _text(value: object) -> str:
    # calamine made a float: digits of longer numbers are lost.
    if isinstance(value, float) and not abs(value) < 1e15:
        raise NotPlain
    return text_of(value)
