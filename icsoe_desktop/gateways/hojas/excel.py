"""Reads the rows of an Excel workbook (.xlsx, .xlsm) with the texts that Excel shows."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any, cast
from xml.parsers import expat

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.hojas.calamine import NotPlain, open_plain
from icsoe_desktop.gateways.hojas.comun import (
    MAX_ROWS,
    REPORT_EVERY_ROWS,
    Rows,
    SheetFile,
    damaged,
    not_a_sheet,
    refuse,
    row_of,
    text_of,
    too_large,
    unescaped,
)
from icsoe_desktop.jobs import Cancelled, Progress

# openpyxl reads some parts whole (styles, the list of sheets) and streams the others. The memory
# for what stands in them is the child process's matter.
MAX_WHOLE_BYTES = 16 * 2**20
MAX_STREAMED_BYTES = 2**30
# Older expats parse an unfinished tag anew with every chunk.
MAX_UNFINISHED_BYTES = 2**20
# Of elements within elements; a workbook has about ten. At a million Python takes minutes to clean
# up.
MAX_DEPTH = 10_000
MAX_PARTS = 5_000
_CHUNK = 2**16


@contextmanager
def open_workbook(
    file: SheetFile, progress: Progress, *, careful: bool = False
) -> Iterator[Iterator[Rows]]:
    """The rows of each visible sheet. Reads each sheet lazily.

    careful: without calamine.
    Raises InvalidInputError, here or while reading, if the file is not a workbook.
    """
    progress.report(0, None, f"Leyendo «{file.name}»")
    with ExitStack() as stack:
        by_openpyxl = _Careful(file, stack, progress)
        try:
            if careful:
                raise NotPlain
            plain = stack.enter_context(open_plain(file, progress))
        except NotPlain:
            yield (_rows(sheet, progress) for sheet in by_openpyxl.sheets())
        else:
            yield (_plain_rows(read, by_openpyxl, at) for at, read in enumerate(plain))


def _plain_rows(read: Callable[[], Rows], careful: _Careful, at: int) -> Rows:
    last = 0
    try:
        for row in read():
            last = row.line
            yield row
    except NotPlain:
        yield from (row for row in careful.rows(at) if row.line > last)


class _Careful:
    """Reads the workbook with openpyxl: complete but slow. Opens it at the first use."""

    def __init__(self, file: SheetFile, stack: ExitStack, progress: Progress) -> None:
        self._file = file
        self._stack = stack
        self._progress = progress
        self._sheets: list[Any] | None = None

    def sheets(self) -> list[Any]:
        if self._sheets is None:
            file = self._stack.enter_context(self._file.open("rb"))
            self._stack.enter_context(warnings.catch_warnings())
            # No warning of openpyxl concerns the text of cells, and some contain it.
            warnings.filterwarnings("ignore", module="openpyxl")
            with _damage_told():
                book = _workbook(file)
            self._sheets = [sheet for sheet in book.worksheets if _visible(sheet)]
        return self._sheets

    def rows(self, at: int) -> Rows:
        sheets = self.sheets()
        if at >= len(sheets):
            raise damaged()
        return _rows(sheets[at], self._progress)


def _workbook(file: IO[bytes]) -> Any:
    from openpyxl.reader.excel import ExcelReader  # it costs as much as a window to import

    archive = _BoundedZip(file)
    names = {name.lower() for name in archive.namelist()}
    if len(names) > MAX_PARTS:
        raise not_a_sheet()
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise refuse("El archivo está comprimido con contraseña. Extráigalo antes de elegirlo.")
    if "[content_types].xml" not in names:
        if "mimetype" in names or "xl/workbook.bin" in names:
            raise not_a_sheet()
        raise refuse("Es un archivo comprimido (.zip). Descomprímalo antes de elegirlo.")
    if "xl/workbook.bin" in names:
        raise refuse(
            "Es un libro binario de Excel (.xlsb). Ábralo en Excel y guárdelo como «Libro de "
            "Excel (.xlsx)»."
        )
    if not any(name.startswith("xl/") for name in names):
        raise not_a_sheet()
    reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
    reader.archive = archive
    reader.read()
    return reader.wb


def _visible(sheet: Any) -> bool:
    return bool(sheet.sheet_state == "visible")


def _rows(sheet: Any, progress: Progress) -> Rows:
    total = sheet.max_row
    # Many programs write a wrong size, which would cut the rows.
    sheet.reset_dimensions()
    with _damage_told():
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            row = row_of(line, [_text(cell) for cell in cells])
            if line % REPORT_EVERY_ROWS == 0:
                known = total is not None and line <= total <= MAX_ROWS
                progress.report(line, total if known else None)
            if row is not None:
                yield row


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (UserFacingError, Cancelled, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - openpyxl fails in as many ways as a file can be damaged
        # Not `from error`: its text may contain the text of a cell.
        raise damaged() from None


def _text(cell: Any) -> str:
    value = cell.value
    return text_of(unescaped(value) if isinstance(value, str) else value, cell.number_format)


class _BoundedZip(zipfile.ZipFile):
    """A ZIP that checks the XML of each part, because openpyxl checks nothing."""

    def open(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        return cast("IO[bytes]", _BoundedPart(super().open(*args, **kwargs), whole=False))

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        with _BoundedPart(super().open(name, "r", pwd), whole=True) as part:
            return part.read()


class _BoundedPart(io.BufferedIOBase):
    """Counts and checks the bytes of a part before openpyxl gets them."""

    def __init__(self, source: IO[bytes], *, whole: bool) -> None:
        self._source = source
        self._most = MAX_WHOLE_BYTES if whole else MAX_STREAMED_BYTES
        self._bytes = self._depth = 0
        self._parser = expat.ParserCreate()
        # Entity expansion needs a DOCTYPE, and no workbook has one.
        self._parser.StartDoctypeDeclHandler = self._on_doctype

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size >= 0:
            return self._checked(self._source.read(size))
        chunks = []
        while chunk := self._checked(self._source.read(_CHUNK)):
            chunks.append(chunk)
        return b"".join(chunks)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._source.close()
        super().close()

    def _checked(self, chunk: bytes) -> bytes:
        self._bytes += len(chunk)
        if self._bytes > self._most:
            raise too_large("al descomprimirlo ocupa más de lo que ocupa un libro normal")
        # Near enough, at a tenth of the cost of a callback for every element.
        self._depth += chunk.count(b"<") - chunk.count(b"<!")
        self._depth -= 2 * chunk.count(b"</") + chunk.count(b"/>")
        if self._depth > MAX_DEPTH:
            raise damaged()
        self._parser.Parse(chunk, False)
        if self._bytes - self._parser.CurrentByteIndex > MAX_UNFINISHED_BYTES:
            raise damaged()
        return chunk

    def _on_doctype(self, *_args: object) -> None:
        raise damaged()
