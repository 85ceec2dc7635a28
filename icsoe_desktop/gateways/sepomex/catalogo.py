"""Reads the postal catalogue that people download: a ZIP with a TXT or an XML, or one of these.

The third form of SEPOMEX's page, CPdescarga.xls, is refused with a sentence that names the TXT.

The program ships no copy: the first line of the catalogue forbids it. Columns are found by name.
Other files are refused. A child process parses the file: see gateways/isolation.
"""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final

from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.hojas.comun import damaged, refuse, too_large
from icsoe_desktop.gateways.hojas.excel import CFB_SIGNATURE
from icsoe_desktop.gateways.hojas.lectura import match_columns
from icsoe_desktop.gateways.isolation.blocks import (
    CELL_END,
    ROW_END,
    Answer,
    Report,
    Seldom,
    blocks,
)
from icsoe_desktop.gateways.isolation.client import BROKEN, IsolatedReader
from icsoe_desktop.gateways.sepomex.renglones import (
    COLUMNAS,
    BadPostalRow,
    Cells,
    PostalRowReader,
    asentamiento_of,
    is_complete,
)
from icsoe_desktop.gateways.sepomex.xml_table import read_xml_records
from icsoe_desktop.gateways.sepomex.zip_file import (
    MAX_FILE_BYTES,
    PostalFile,
    in_excel,
    member_of,
    no_catalogue,
    open_archive,
    over_size,
    plain_file,
    unreadable,
)
from icsoe_desktop.jobs import Progress

TASK: Final = "sepomex.read"
Row = Cells | BadPostalRow

MAX_ROWS = 1_000_000
MAX_LINE = 10_000  # characters
HEADER_SEARCH_LINES = 20
REPORT_EVERY_ROWS = 2_000
_CHUNK = 2**20


@dataclass(frozen=True)
class OpenPostalCatalogue:
    """An open catalogue. fecha: date of the file, or of the one in the ZIP. rows: one pass only."""

    nombre: str
    fecha: date
    formato: str
    codificacion: str
    rows: Iterator[Asentamiento | BadPostalRow]


def digest(path: Path, progress: Progress) -> bytes:
    """The SHA-256 of the file. Raises InvalidInputError (campo «archivo») and Cancelled."""
    found = hashlib.sha256()
    try:
        total = _regular(path).stat().st_size
        if total > MAX_FILE_BYTES:
            raise over_size()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
                progress.report(min(file.tell(), total), total, f"Leyendo «{path.name}»")
    except OSError as error:
        raise unreadable() from error
    return found.digest()


@contextmanager
def open_postal_catalogue(path: Path, progress: Progress) -> Iterator[OpenPostalCatalogue]:
    """Open the catalogue, in a child process. The content decides the format.

    Raises InvalidInputError (campo «archivo»), here or while its rows are read, and Cancelled.
    """
    with closing(_answers(path, progress)) as answers:
        match next(answers, None):
            case ([str(fecha), str(formato), str(codificacion)], _):
                try:
                    day = date.fromisoformat(fecha)
                except ValueError:
                    raise InvalidInputError(BROKEN, "archivo") from None
                rows = _received_rows(answers)
                yield OpenPostalCatalogue(path.name, day, formato, codificacion, rows)
            case _:
                raise InvalidInputError(BROKEN, "archivo")


def _answers(path: Path, progress: Progress) -> Generator[Answer]:
    """First what the catalogue is, then blocks of rows."""
    try:
        with IsolatedReader() as reader:
            yield from reader.ask(TASK, {"path": str(path.absolute())}, progress=progress)
    except InvalidInputError:
        raise
    except UserFacingError as error:
        raise InvalidInputError(error.message, "archivo") from error


def _received_rows(answers: Iterator[Answer]) -> Iterator[Asentamiento | BadPostalRow]:
    count = 0
    for lines, blob in answers:
        try:
            texts = blob.decode().split(ROW_END)
            count += len(texts)
            if count > MAX_ROWS + 1:
                raise InvalidInputError(BROKEN, "archivo")
            for line, text in zip(lines, texts, strict=True):
                cells = text.split(CELL_END)
                # A row with a problem is a sentence and nothing else.
                if len(cells) == 1:
                    yield BadPostalRow(int(line), text)
                else:
                    yield asentamiento_of(cells)
        except (TypeError, ValueError):
            raise InvalidInputError(BROKEN, "archivo") from None


def read_task(arguments: dict[str, Any], _payload: bytes, report: Report) -> Iterator[Answer]:
    """In the child: an answer for what the catalogue is, and one for each block of rows."""
    with _opened(Path(arguments["path"]), Seldom(report)) as found:
        yield [found.fecha.isoformat(), found.formato, found.codificacion], b""
        yield from blocks(
            (row.linea, row.mensaje) if isinstance(row, BadPostalRow) else (0, CELL_END.join(row))
            for row in found.rows
        )


@contextmanager
def open_postal_catalogue_here(path: Path, progress: Progress) -> Iterator[OpenPostalCatalogue]:
    """The same, in this process: only for files that are trusted."""
    with _opened(path, progress) as found:
        yield OpenPostalCatalogue(
            path.name,
            found.fecha,
            found.formato,
            found.codificacion,
            (row if isinstance(row, BadPostalRow) else asentamiento_of(row) for row in found.rows),
        )


@dataclass(frozen=True)
class _Opened:
    fecha: date
    formato: str
    codificacion: str
    rows: Iterator[Row]


@contextmanager
def _opened(path: Path, progress: Progress) -> Iterator[_Opened]:
    try:
        with _regular(path).open("rb") as file:
            head = file.read(512)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise over_size()
        if head.startswith(b"PK"):
            with open_archive(path) as archive:
                member = member_of(path, archive)
                with ExitStack() as files:
                    yield _read(path.name, member, " en ZIP", files, progress)
            return
        with ExitStack() as files:
            yield _read(path.name, plain_file(path), "", files, progress)
    except OSError as error:
        raise unreadable() from error


def _regular(path: Path) -> Path:
    """Raises InvalidInputError for a folder, a device or a pipe, which might never end."""
    if not path.is_file():
        raise unreadable()
    return path


def _read(
    name: str, source: PostalFile, wrapping: str, files: ExitStack, progress: Progress
) -> _Opened:
    """files: holds what stays open while the rows are read."""
    with source.open() as file:
        head = file.read(512)
    if not head:
        raise refuse("El archivo está vacío.")
    if head.startswith(CFB_SIGNATURE):
        raise in_excel()
    if head.startswith(b"PK"):
        raise refuse("El ZIP tiene otro ZIP dentro. Descomprímalo antes de elegirlo.")
    watch = _Watch(name, source.size, progress)
    if _is_xml(head):
        kind = "XML"
        shown, records = read_xml_records(files.enter_context(source.open()), watch)
        rows = _from_records(records)
    else:
        kind = "TXT"
        encoding = _encoding(source, watch)
        shown = "UTF-8" if encoding == "utf-8-sig" else "ISO-8859-1"
        text = files.enter_context(io.TextIOWrapper(source.open(), encoding=encoding))
        rows = _from_text(text, watch)
    return _Opened(source.fecha, kind + wrapping, shown, _started(rows))


class _Watch:
    """Reports the share of the file that was read."""

    def __init__(self, name: str, total: int, progress: Progress) -> None:
        self._total = total
        self._progress = progress
        self._what = f"Leyendo «{name}»"

    def at(self, position: int) -> None:
        self._progress.report(min(position, self._total), self._total, self._what)


def _from_text(text: IO[str], watch: _Watch) -> Iterator[Row]:
    places: Mapping[str, int] = {}
    width = 0
    reader = PostalRowReader()
    read_bytes = 0
    for line_number, line in enumerate(_lines(text), start=1):
        read_bytes += len(line)
        cells = line.rstrip("\r\n").split("|")
        if not places:
            if len(cells) > 1:
                places, width = match_columns(cells, COLUMNAS), len(cells)
                if not is_complete(places):
                    places = {}
            if not places and line_number >= HEADER_SEARCH_LINES:
                raise no_catalogue()
            continue
        if line_number % REPORT_EVERY_ROWS == 0:
            watch.at(read_bytes)
        if cells == [""]:
            continue
        if len(cells) != width:
            has = counted(len(cells), "columna", "columnas")
            yield BadPostalRow(line_number, f"Tiene {has} y el encabezado {width}.")
            continue
        yield reader.read(line_number, {field: cells[at] for field, at in places.items()})
    if not places:
        raise no_catalogue()


def _lines(text: IO[str]) -> Iterator[str]:
    try:
        while line := text.readline(MAX_LINE):
            if len(line) >= MAX_LINE:
                raise no_catalogue()
            yield line
    except UnicodeError:
        raise damaged() from None


def _from_records(
    records: Iterator[tuple[int, dict[str, str]]],
) -> Iterator[Row]:
    names = {_plain(names[0]): field for field, names in COLUMNAS.items()}
    reader = PostalRowReader()
    found = False
    for line, record in records:
        fields = {names[key]: text for tag, text in record.items() if (key := _plain(tag)) in names}
        if "codigo_postal" not in fields:
            continue
        found = True
        yield reader.read(line, fields)
    if not found:
        raise no_catalogue()


def _started(
    rows: Iterator[Row],
) -> Iterator[Row]:
    """The same rows. Reads the first one now, so that another file is refused at once."""
    first = list(islice(rows, 1))
    if not first:
        raise refuse("El archivo no tiene renglones debajo de los nombres de las columnas.")
    return _bounded(chain(first, rows))


def _bounded(
    rows: Iterator[Row],
) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            raise too_large(f"tiene más de {MAX_ROWS:,} renglones")
        yield row


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


def _is_xml(head: bytes) -> bool:
    return head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<")


def _encoding(source: PostalFile, watch: _Watch) -> str:
    """UTF-8 if the whole file is valid UTF-8; otherwise ISO-8859-1, the catalogue's own."""
    utf8 = True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as file:
        while chunk := file.read(_CHUNK):
            watch.at(0)
            if b"\0" in chunk:
                raise no_catalogue()
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        utf8 = False
    return "utf-8-sig" if utf8 else "latin-1"
