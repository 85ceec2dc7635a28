"""Reads the postal catalogue that people download: CPdescarga.txt, or the ZIP with it.

The other forms of SEPOMEX's page, Excel and XML, are refused with a sentence that names the TXT.

The program ships no copy: the first line of the catalogue forbids it. Columns are found by name.
Other files are refused.
"""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO

from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import CFB_SIGNATURE, damaged, refuse, too_large
from icsoe_desktop.gateways.hojas.encabezado import match_columns
from icsoe_desktop.gateways.sepomex.renglones import (
    COLUMNAS,
    BadPostalRow,
    PostalRowReader,
    is_complete,
)
from icsoe_desktop.gateways.zip_files import ZipMember, open_zip
from icsoe_desktop.jobs import Progress

Row = Asentamiento | BadPostalRow

MAX_FILE_BYTES = 256 * 2**20
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
    rows: Iterator[Row]


def digest(path: Path, progress: Progress) -> bytes:
    """The SHA-256 of the file. Raises InvalidInputError (campo «archivo») and Cancelled."""
    found = hashlib.sha256()
    try:
        total = _regular(path).stat().st_size
        if total > MAX_FILE_BYTES:
            raise _over_size()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
                progress.report(min(file.tell(), total), total, f"Leyendo «{path.name}»")
    except OSError as error:
        raise _unreadable() from error
    return found.digest()


@contextmanager
def open_postal_catalogue(path: Path, progress: Progress) -> Iterator[OpenPostalCatalogue]:
    """Open the catalogue. The content decides the format.

    Raises InvalidInputError (campo «archivo»), here or while its rows are read, and Cancelled.
    """
    try:
        with ExitStack() as stack:
            file = stack.enter_context(_regular(path).open("rb"))
            zipped = file.read(2) == b"PK"
            if path.stat().st_size > MAX_FILE_BYTES:
                raise _over_size()
            source = _PostalFile(path.stat().st_size, _day_of(path), lambda: path.open("rb"))
            if zipped:
                source = _member_of(stack.enter_context(open_zip(file)), source.fecha)
            total, what = source.size, f"Leyendo «{path.name}»"

            def watch(position: int) -> None:
                progress.report(min(position, total), total, what)

            encoding = _encoding(source, watch)
            with io.TextIOWrapper(source.open(), encoding=encoding) as text:
                yield OpenPostalCatalogue(
                    path.name,
                    source.fecha,
                    "TXT en ZIP" if zipped else "TXT",
                    "UTF-8" if encoding == "utf-8-sig" else "ISO-8859-1",
                    _started(_from_text(text, watch)),
                )
    except OSError as error:
        raise _unreadable() from error


def _regular(path: Path) -> Path:
    """Raises InvalidInputError for a folder, a device or a pipe, which might never end."""
    if not path.is_file():
        raise _unreadable()
    return path


@dataclass(frozen=True)
class _PostalFile:
    """A file that can be opened again and again. size: as far as known."""

    size: int
    fecha: date
    open: Callable[[], IO[bytes]]


def _day_of(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _member_of(members: Iterator[ZipMember], fecha: date) -> _PostalFile:
    """The largest TXT in the ZIP, with the date of the member, or `fecha`."""
    found = list(members)
    texts = [one for one in found if one.nombre.lower().endswith(".txt")]
    if not texts:
        other = (".xml", ".xls", ".xlsx")
        # Excel's own .xlsx is a ZIP with a [Content_Types].xml.
        other_form = any(one.nombre.lower().endswith(other) for one in found)
        raise _other_form() if other_form else _no_catalogue()
    chosen = max(texts, key=lambda one: one.size)
    return _PostalFile(chosen.size, chosen.fecha or fecha, chosen.open)


def _from_text(text: IO[str], watch: Callable[[int], None]) -> Iterator[Row]:
    places: Mapping[str, int] = {}
    width = 0
    reader = PostalRowReader()
    read_bytes = 0
    for line_number, line in enumerate(_lines(text), start=1):
        read_bytes += len(line)
        cells = line.rstrip("\r\n").split("|")
        if line_number > MAX_ROWS:
            raise too_large(f"tiene más de {MAX_ROWS:,} renglones")
        if not places:
            if len(cells) > 1:
                places, width = match_columns(cells, COLUMNAS), len(cells)
                if not is_complete(places):
                    places = {}
            if not places and line_number >= HEADER_SEARCH_LINES:
                raise _no_catalogue()
            continue
        if line_number % REPORT_EVERY_ROWS == 0:
            watch(read_bytes)
        if cells == [""]:
            continue
        if len(cells) != width:
            has = counted(len(cells), "columna", "columnas")
            yield BadPostalRow(line_number, f"Tiene {has} y el encabezado {width}.")
            continue
        yield reader.read(line_number, {field: cells[at] for field, at in places.items()})
    if not places:
        raise _no_catalogue()


def _lines(text: IO[str]) -> Iterator[str]:
    try:
        while line := text.readline(MAX_LINE):
            if len(line) >= MAX_LINE:
                raise _no_catalogue()
            yield line
    except UnicodeError:
        raise damaged() from None


def _started(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows. Reads the first one now, so that another file is refused at once."""
    first = list(islice(rows, 1))
    if not first:
        raise refuse("El archivo no tiene renglones debajo de los nombres de las columnas.")
    return chain(first, rows)


def _encoding(source: _PostalFile, watch: Callable[[int], None]) -> str:
    """UTF-8 if the whole file is valid UTF-8; otherwise ISO-8859-1, the catalogue's own."""
    utf8 = True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as file:
        head = file.read(512)
        _check_head(head)
        for chunk in chain([head], iter(lambda: file.read(_CHUNK), b"")):
            watch(0)
            if b"\0" in chunk:
                raise _no_catalogue()
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


def _check_head(head: bytes) -> None:
    if not head:
        raise refuse("El archivo está vacío.")
    if head.startswith(CFB_SIGNATURE) or head.removeprefix(codecs.BOM_UTF8).startswith(b"<?xml"):
        raise _other_form()
    if head.startswith(b"PK"):
        raise refuse("El ZIP tiene otro ZIP dentro. Descomprímalo antes de elegirlo.")


def _no_catalogue() -> InvalidInputError:
    return refuse(
        "El archivo no es el catálogo de códigos postales de SEPOMEX: no tiene las columnas "
        "d_codigo, d_asenta, D_mnpio y d_estado. Descárguelo otra vez y elíjalo."
    )


def _other_form() -> InvalidInputError:
    return refuse(
        "Es el catálogo en Excel o XML, que el programa no lee. En la página de descarga de "
        "SEPOMEX elija «TXT», descárguelo y elija ese archivo."
    )


def _over_size() -> InvalidInputError:
    return too_large(f"ocupa más de {MAX_FILE_BYTES // 2**20} MB")


def _unreadable() -> InvalidInputError:
    return refuse("El archivo no se puede leer. Revise que exista y vuelva a elegirlo.")
