"""Reads the postal catalogue that people download: a ZIP with a TXT or an XML, or one of these.

The third form of SEPOMEX's page, CPdescarga.xls, is refused with a sentence that names the TXT.

The program ships no copy: the first line of the catalogue forbids it. Columns are found by name.
Other files are refused.
"""

from __future__ import annotations

import codecs
import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO

from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gateways.hojas.comun import damaged, refuse, too_large
from icsoe_desktop.gateways.hojas.excel import CFB_SIGNATURE
from icsoe_desktop.gateways.hojas.lectura import match_columns
from icsoe_desktop.gateways.sepomex.renglones import (
    COLUMNAS,
    BadPostalRow,
    PostalRowReader,
    is_complete,
)
from icsoe_desktop.gateways.sepomex.xml_table import read_xml_records
from icsoe_desktop.gateways.sepomex.zip_file import (
    MAX_FILE_BYTES,
    extract,
    in_excel,
    no_catalogue,
    over_size,
    unreadable,
)
from icsoe_desktop.jobs import Progress

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
        total = path.stat().st_size
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
    """Open the catalogue. The content decides the format.

    Raises InvalidInputError (campo «archivo»), here or while its rows are read, and Cancelled.
    """
    try:
        with path.open("rb") as file:
            head = file.read(512)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise over_size()
        if head.startswith(b"PK"):
            with tempfile.TemporaryDirectory(prefix="icsoe-") as folder:
                member, day = extract(path, Path(folder), progress)
                with member.open("rb") as file:
                    head = file.read(512)
                with _open_plain(member, head, progress) as found:
                    yield OpenPostalCatalogue(
                        path.name,
                        day,
                        f"{found.formato} en ZIP",
                        found.codificacion,
                        found.rows,
                    )
            return
        with _open_plain(path, head, progress) as found:
            yield found
    except OSError as error:
        raise unreadable() from error


@contextmanager
def _open_plain(path: Path, head: bytes, progress: Progress) -> Iterator[OpenPostalCatalogue]:
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    if not head:
        raise refuse("El archivo está vacío.")
    if head.startswith(CFB_SIGNATURE):
        raise in_excel()
    if head.startswith(b"PK"):
        raise refuse("El ZIP tiene otro ZIP dentro. Descomprímalo antes de elegirlo.")
    if _is_xml(head):
        with path.open("rb") as file:
            encoding, records = read_xml_records(file, _Watch(path, progress))
            yield OpenPostalCatalogue(
                path.name, day, "XML", encoding, _started(_from_records(records))
            )
    else:
        encoding = _encoding(path)
        with path.open(encoding=encoding) as text:
            rows = _from_text(text, _Watch(path, progress))
            shown = "UTF-8" if encoding == "utf-8-sig" else "ISO-8859-1"
            yield OpenPostalCatalogue(path.name, day, "TXT", shown, _started(rows))


class _Watch:
    """Reports the share of the file that was read."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self._total = path.stat().st_size
        self._progress = progress
        self._what = f"Leyendo «{path.name}»"

    def at(self, position: int) -> None:
        self._progress.report(min(position, self._total), self._total, self._what)


def _from_text(text: IO[str], watch: _Watch) -> Iterator[Asentamiento | BadPostalRow]:
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
) -> Iterator[Asentamiento | BadPostalRow]:
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
    rows: Iterator[Asentamiento | BadPostalRow],
) -> Iterator[Asentamiento | BadPostalRow]:
    """The same rows. Reads the first one now, so that another file is refused at once."""
    first = list(islice(rows, 1))
    if not first:
        raise refuse("El archivo no tiene renglones debajo de los nombres de las columnas.")
    return _bounded(chain(first, rows))


def _bounded(
    rows: Iterator[Asentamiento | BadPostalRow],
) -> Iterator[Asentamiento | BadPostalRow]:
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            raise too_large(f"tiene más de {MAX_ROWS:,} renglones")
        yield row


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


def _is_xml(head: bytes) -> bool:
    return head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<")


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is valid UTF-8; otherwise ISO-8859-1, the catalogue's own."""
    utf8 = True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
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
