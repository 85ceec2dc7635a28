"""Reads plain workbooks with calamine, after looking at all they consist of.

NotPlain marks contents that calamine would show differently from Excel, or that need too much
memory. Runs in the child process that reads sheets (see tabla): calamine has no limits.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import islice
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
    SheetFile,
    SheetInMemory,
    SheetRow,
    pads,
    row_of,
    text_of,
)
from icsoe_desktop.jobs import Cancelled, Progress

__all__ = ["NotPlain", "not_plain", "open_plain"]

# Bytes of all parts together: bounds the time to look at them.
MAX_BYTES = 160 * 2**20
# calamine needs 32 bytes for every place from A1 to the last cell, also for empty ones.
MAX_PLACES = 8_000_000
# Each of them costs time at every cell; a workbook with more has cells of them.
MAX_PADDED_STYLES = 32
_CHUNK = 2**18
_EDGE = 2**16
_END_OF_PART = 2**14
_LONGEST_TAG = 2**20
_REPORT_EVERY_BYTES = 2**20

_BOOK: Final = "xl/workbook.xml"
_STYLES: Final = "xl/styles.xml"
_STRINGS: Final = "xl/sharedstrings.xml"
_SHEETS: Final = "xl/worksheets/"
_RELATIONSHIPS: Final = "xl/_rels/workbook.xml.rels"
_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|xl/workbook\.xml"
    r"|xl/styles\.xml|xl/sharedstrings\.xml|xl/worksheets/[^/]+\.xml"
)
# Possessive throughout: a part may be nothing but spaces.
# Refuses other encodings, whose tags the checks would not see, and a DOCTYPE.
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?+\s*+"
    rb"(?:<\?xml(?:(?!encoding)[^<>?])*+(?:encoding=[\"'](?i:utf-8)[\"'][^<>?]*+)?+\?>)?+"
    rb"\s*+<[A-Za-z]"
)
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,7})([0-9]{1,12})"')
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
_WHOLE_SHEET = re.compile(rb"</(?:\w{1,40}+:)?+worksheet\s*+>\s*+\Z")
# calamine trims these, which joins the words of a text with several formats.
_TRIMMED_RUN = re.compile(rb"<t>(?:\s|[^<]*+(?<=\s)</t>)")


class NotPlain(Exception):
    """calamine does not show the workbook, or one of its cells, like Excel."""


@contextmanager
def open_plain(file: SheetFile, progress: Progress) -> Iterator[list[Callable[[], Rows]]]:
    """One function for each visible sheet; it returns the rows.

    Raises NotPlain, here or while reading: another reader must then read the file. Raises
    Cancelled.
    """
    with not_plain():
        _look_at(file, progress)
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

        if isinstance(file, SheetInMemory):
            book = CalamineWorkbook.from_filelike(file.open())
        else:
            # By its path: calamine keeps all bytes of an open file in memory.
            book = CalamineWorkbook.from_path(str(file))
    try:
        places = [
            at
            for at, sheet in enumerate(book.sheets_metadata)
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not places:
            raise NotPlain
        yield [partial(_rows, book, at, progress) for at in places]
    finally:
        book.close()


def _rows(book: Any, at: int, progress: Progress) -> Rows:
    with not_plain():
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
        with not_plain():
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
def not_plain() -> Iterator[None]:
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


def _look_at(file: SheetFile, progress: Progress) -> None:
    """Looks at every part that calamine uses. Raises NotPlain."""
    with file.open("rb") as source_file, zipfile.ZipFile(source_file) as archive:
        parts = [info for info in archive.infolist() if _PARTS.fullmatch(info.filename.lower())]
        names = {info.filename.lower() for info in parts}
        if len(names) < len(parts) or "[content_types].xml" not in names or _BOOK not in names:
            raise NotPlain
        if any(info.flag_bits & 1 for info in parts):
            raise NotPlain
        # The styles first: they say which cells show zeros that calamine drops.
        parts.sort(key=lambda info: info.filename.lower() != _STYLES)
        padded: list[int] = []
        left = MAX_BYTES
        for info in parts:
            name = info.filename.lower()
            with archive.open(info) as source:
                if name.startswith(_SHEETS):
                    left -= _look_at_sheet(source, padded, left, progress)
                    continue
                kept = io.BytesIO() if name in (_STYLES, _RELATIONSHIPS) else None
                left -= _look_at_other(source, kept, left, progress, texts=name == _STRINGS)
            if kept is not None and name == _STYLES:
                padded = _padded_styles(kept.getvalue())
            elif kept is not None:
                _look_at_targets(kept.getvalue(), names)


def _look_at_targets(relationships: bytes, names: set[str]) -> None:
    """Raises NotPlain for a sheet in a part that nobody looked at."""
    root = ElementTree.fromstring(relationships)  # noqa: S314 - checked by expat, no DOCTYPE
    for one in root.iterfind("{*}Relationship"):
        if not one.get("Type", "").endswith("/worksheet"):
            continue
        target = one.get("Target", "").lower().removeprefix("/xl/").removeprefix("xl/")
        if f"xl/{target}" not in names:
            raise NotPlain


def _look_at_other(
    source: IO[bytes], kept: IO[bytes] | None, left: int, progress: Progress, *, texts: bool
) -> int:
    """The size of a part that says what cells mean. It has to be well-formed."""
    tags = _Tags(None)
    size = 0
    # calamine takes XML that is not well-formed, and then shows other cells.
    parser = expat.ParserCreate()
    for chunk in _chunks(source, left, progress):
        size += len(chunk)
        parser.Parse(chunk, False)
        if kept is not None:
            kept.write(chunk)
        if texts:
            tags.feed(chunk)
    parser.Parse(b"", True)
    tags.end()
    return size


def _look_at_sheet(source: IO[bytes], padded: list[int], left: int, progress: Progress) -> int:
    """The size of the sheet. calamine itself says whether it is well-formed."""
    tags = _Tags(padded)
    size = 0
    has_data = False
    edge = b""
    for chunk in _chunks(source, left, progress):
        size += len(chunk)
        has_data = has_data or b"<sheetData" in chunk
        edge = (edge + chunk)[-_EDGE:]
        tags.feed(chunk)
    tags.end()
    if not has_data or not _WHOLE_SHEET.search(edge):
        raise NotPlain
    return size


def _chunks(source: IO[bytes], left: int, progress: Progress) -> Iterator[bytes]:
    size = 0
    while chunk := source.read(_CHUNK):
        if not size and not _PROLOG.match(chunk):
            raise NotPlain
        size += len(chunk)
        if size > left:
            raise NotPlain
        yield chunk
        if size % _REPORT_EVERY_BYTES < len(chunk):
            progress.report(0, None)
    if not size:
        raise NotPlain


class _Tags:
    """Looks at the tags of a part as it is read. Raises NotPlain."""

    def __init__(self, padded: list[int] | None) -> None:
        """padded: numbers of the formats with leading zeros; None for a part without cells."""
        self._has_cells = padded is not None
        self._style = _style_pattern(padded or [])
        self._other_cell: re.Pattern[bytes] | None = None
        self._last_row, self._last_column = 1, b"A"
        self._rich = False
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        data = self._rest + chunk
        # The last tag may be cut; the text before it belongs to the tag before.
        end = max(data.rfind(b"<"), 0)
        self._rest = data[max(data.rfind(b"<", 0, end), 0) :]
        if len(self._rest) > _LONGEST_TAG:
            raise NotPlain
        self._look(data[:end])

    def end(self) -> None:
        self._look(self._rest)

    def _look(self, data: bytes) -> None:
        self._rich = self._rich or b"<r>" in data
        if self._rich and _TRIMMED_RUN.search(data):
            raise NotPlain
        if not self._has_cells:
            return
        if _PREFIXED_CELL.search(data):
            raise NotPlain
        # A cell may only lie beyond the last one so far. The end of the part mostly tells how far,
        # at a tenth of what all of it costs.
        for end in (0, _END_OF_PART, len(data)):
            if end:
                self._reach(data[-end:])
            if self._other_cell is not None and not self._other_cell.search(data):
                return
        raise NotPlain

    def _reach(self, data: bytes) -> None:
        references = _REFERENCE.findall(data)
        self._last_row = max([self._last_row, *(int(row) for _, row in references)])
        columns = {self._last_column, *(column for column, _ in references)}
        self._last_column = max(columns, key=lambda name: (len(name), name))
        self._other_cell = _other_cell(self._last_column, self._last_row, self._style)


def _other_cell(last_column: bytes, last_row: int, style: bytes) -> re.Pattern[bytes]:
    """A pattern for cells that calamine must not read: beyond the last cell, errors, ISO 8601
    dates, zero-padded or unusual formats.

    Raises NotPlain if the area up to the last cell is too large.
    """
    columns, width = _columns_up_to(last_column)
    # Up to the next power of ten, so that few patterns are compiled as the rows go by.
    rows, height = _rows_up_to(10 ** len(str(last_row)) - 1)
    if width * height > MAX_PLACES:
        rows, height = _rows_up_to(last_row)
    if width * height > MAX_PLACES:
        raise NotPlain
    usual = rb'r="(?:%s)(?:%s)"(?: s="%s")?(?: t="(?:s|str|inlineStr|n|b)")?/?>'
    return re.compile(rb"<c[\s/>](?!" + usual % (columns, rows, style) + rb")")


def _style_pattern(padded: list[int]) -> bytes:
    """Raises NotPlain for more formats than a pattern can look for at every cell."""
    if len(padded) > MAX_PADDED_STYLES:
        raise NotPlain
    numbers = b"|".join(b"%d" % at for at in padded)
    return rb"(?!(?:%s)\")[0-9]{1,5}" % numbers if padded else b"[0-9]{1,5}"


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
    root = ElementTree.fromstring(styles)  # noqa: S314 - checked by expat, no DOCTYPE
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
