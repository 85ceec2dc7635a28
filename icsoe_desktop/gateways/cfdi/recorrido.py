"""In the child: walks files, folders and ZIPs, reads the CFDI in them and tells what else is there.

Every file, folder, ZIP and member of one is a unit, numbered in each path in an order that does
not change: a child that is lost is followed by one that goes on after the last unit that was told.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from icsoe_desktop.domain.sua.lectura import recognise
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.cfdi.nodos import EMPTY, MAX_BYTES, TOO_BIG, read_nodes
from icsoe_desktop.gateways.hojas.comun import CFB_SIGNATURE
from icsoe_desktop.gateways.isolation.answers import (
    CELL_END,
    TOO_MUCH,
    Answer,
    Report,
    Seldom,
    blocks,
)
from icsoe_desktop.gateways.zip_files import ZipBounds, ZipMember, is_workbook, open_zip
from icsoe_desktop.regular_file import open_regular

MAX_DEPTH: Final = 10
MAX_ENTRIES: Final = 200_000
ZIP_BOUNDS: Final = ZipBounds(MAX_ENTRIES, 64 * 2**20, MAX_BYTES, 4096 * 2**20)
READING: Final = "Leyendo los archivos"
# After one that was lost, so many units are told one by one.
CAREFUL_UNITS: Final = 512
# No XML and no path has it: between the nodes of a CFDI.
NODE_END: Final = "\x1d"
_HEAD: Final = 2**16
_SIGNS: Final = (CELL_END, "\x1e", NODE_END)
_DELIMITERS: Final = (b",", b";", b"\t", b"|")
_LISTS: Final = re.compile(rb'name="Movimientos E[BM]A\b')
_JUNCTION: Final = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT

GONE: Final = "Ya no está ahí. Elíjalo de nuevo."
UNREADABLE: Final = (
    "No se puede leer. Si está abierto en otro programa, ciérrelo; revise también que la unidad "
    "siga conectada."
)
A_LINK: Final = "Es un enlace a otra parte y no se siguió. Elija el archivo o la carpeta misma."
NOT_A_FILE: Final = "No es un archivo: no se leyó."
TOO_DEEP: Final = (
    f"Está dentro de {MAX_DEPTH} niveles de carpetas y no se abrió. Elija la carpeta misma."
)
TOO_MANY_ENTRIES: Final = (
    f"La carpeta tiene más de {MAX_ENTRIES:,} archivos y no se abrió. Repártalos en varias."
)
A_PDF: Final = "Es un PDF. Elija el XML del mismo recibo."
UNKNOWN: Final = (
    "No se reconoce: no es un CFDI, ni una emisión, ni Excel o CSV, ni un archivo de SUA. No se "
    "comparó."
)
INSIDE: Final = "Es un archivo comprimido dentro de otro. Descomprímalo antes de elegirlo."
OTHER_INSIDE: Final = (
    "Dentro de un archivo comprimido sólo se leen recibos (CFDI). Descomprímalo y elija el archivo."
)
BAD_NAME: Final = "Su nombre tiene caracteres que no se ven. Cámbielo y vuelva a elegirlo."

# Kinds of a unit's text, and of what other readers read.
RECEIPT, OUT, REMARK, OTHER, BEGUN = "RFNOB"
BOOK, SHEET = "xls", "hoja"

Unit = tuple[int, str]


def read_task(arguments: dict[str, Any], _payload: bytes, report: Report) -> Iterator[Answer]:
    """In the child: blocks of units. arguments: `paths`; of the first one, `after` and `lost`."""
    careful = bool(arguments["careful"])
    walk = _Recorrido(arguments["after"], set(arguments["lost"]), careful, Seldom(report))
    units = walk.units(arguments["paths"])
    for at, text in islice(units, CAREFUL_UNITS if careful else 0):
        yield [at], text.encode("utf-8", "surrogatepass")
    walk.careful = False
    yield from blocks(units)


class _Recorrido:
    def __init__(self, after: int, lost: set[int], careful: bool, progress: Seldom) -> None:
        self.careful = careful
        self._after, self._lost = after, lost
        self._progress = progress
        self._at = self._path = self._told = 0

    def units(self, paths: list[str]) -> Iterator[Unit]:
        for self._path, path in enumerate(paths):
            self._at = 0
            if self._path:
                self._after, self._lost = 0, set()
            # The user's own choice: a link is followed here, and nowhere else.
            name = Path(path).name
            try:
                mode = os.stat(path).st_mode  # noqa: PTH116 - a Path costs more, for each file
            except (OSError, ValueError) as error:
                gone = isinstance(error, FileNotFoundError)
                yield from self._refused(name, GONE if gone else UNREADABLE)
                continue
            if stat.S_ISDIR(mode):
                yield from self._folder(path, name, 0)
            elif stat.S_ISREG(mode):
                yield from self._file(path, name)
            else:
                yield from self._refused(name, NOT_A_FILE)

    def _is_next(self) -> bool:
        """Counts a unit; whether it may be opened."""
        self._at += 1
        self._told += 1
        self._progress.report(self._told, None, READING)
        return self._at not in self._lost

    def _begun(self, shown: str) -> Iterator[Unit]:
        if self.careful and self._at > self._after:
            yield self._unit(BEGUN, shown)

    def _unit(self, kind: str, shown: str, *cells: str) -> Unit:
        for sign in _SIGNS:
            shown = shown.replace(sign, " ")
        return self._at, CELL_END.join((kind, str(self._path), shown, *cells))

    def _refused(self, shown: str, motivo: str) -> Iterator[Unit]:
        if self._is_next() and self._at > self._after:
            yield self._unit(OUT, shown, motivo)

    def _folder(self, path: str, shown: str, depth: int) -> Iterator[Unit]:
        if depth >= MAX_DEPTH:
            yield from self._refused(shown, TOO_DEEP)
            return
        if not self._is_next():
            return
        yield from self._begun(shown)
        try:
            entries = self._entries(path)
        except OSError:
            yield from self._refused(shown, UNREADABLE)
            return
        if len(entries) > MAX_ENTRIES:
            yield from self._refused(shown, TOO_MANY_ENTRIES)
            return
        for name, kind in entries:
            inner, inner_shown = os.path.join(path, name), f"{shown}/{name}"  # noqa: PTH118
            if kind == "archivo":
                yield from self._file(inner, inner_shown)
            elif kind == "carpeta":
                yield from self._folder(inner, inner_shown, depth + 1)
            else:
                yield from self._refused(inner_shown, A_LINK if kind == "enlace" else NOT_A_FILE)

    def _entries(self, path: str) -> list[tuple[str, str]]:
        found = []
        with os.scandir(path) as entries:
            for entry in islice(entries, MAX_ENTRIES + 1):
                self._progress.report(self._told, None, READING)
                found.append((entry.name, _kind(entry)))
        return sorted(found)

    def _file(self, path: str, shown: str) -> Iterator[Unit]:
        if not self._is_next():
            return
        done = self._at <= self._after
        yield from self._begun(shown)
        try:
            with open_regular(path) as file:
                head = file.read(_HEAD)
                if head.startswith(b"PK\x03\x04") and not is_workbook(head):
                    yield from self._zip(file, shown)
                elif not done:
                    yield self._of_file(file, head, shown)
        except OSError:
            if not done:
                yield self._unit(OUT, shown, UNREADABLE)

    def _of_file(self, file: IO[bytes], head: bytes, shown: str) -> Unit:
        if _is_xml(head):
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                return self._unit(OUT, shown, TOO_BIG)
            rest = file.read(MAX_BYTES + 1 - len(head)) if len(head) == _HEAD else b""
            return self._receipt(head + rest, shown)
        kind, motivo = _other(head)
        if not kind:
            return self._unit(OUT, shown, motivo)
        if kind == SHEET and head.startswith(b"PK") and _is_emission(file):
            kind = BOOK
        if any(sign in shown for sign in _SIGNS):
            return self._unit(OUT, shown, BAD_NAME)
        return self._unit(OTHER, shown, kind)

    def _receipt(self, data: bytes, shown: str) -> Unit:
        try:
            rows, remark = read_nodes(data)
        except InvalidInputError as error:
            return self._unit(OUT, shown, error.message)
        except MemoryError:
            return self._unit(OUT, shown, TOO_MUCH)
        nodes = NODE_END.join(CELL_END.join(row) for row in rows)
        return self._unit(REMARK if remark else RECEIPT, shown, remark + NODE_END + nodes)

    def _zip(self, file: IO[bytes], shown: str) -> Iterator[Unit]:
        at = self._at
        try:
            with open_zip(file, ZIP_BOUNDS) as members:
                for member in members:
                    if self._is_next():
                        inner = f"{shown}/{member.nombre}"
                        yield from self._begun(inner)
                        if self._at > self._after:
                            yield self._member(member, inner)
        except (InvalidInputError, MemoryError) as error:
            motivo = error.message if isinstance(error, InvalidInputError) else TOO_MUCH
            if at > self._after:
                yield self._unit(OUT, shown, motivo)

    def _member(self, member: ZipMember, shown: str) -> Unit:
        if member.size > MAX_BYTES:
            return self._unit(OUT, shown, TOO_BIG)
        try:
            with member.open() as source:
                data = source.read()
        except InvalidInputError as error:
            return self._unit(OUT, shown, error.message)
        if _is_xml(data):
            return self._receipt(data, shown)
        if data.startswith(b"PK\x03\x04") and not is_workbook(data):
            return self._unit(OUT, shown, INSIDE)
        kind, motivo = _other(data[:_HEAD])
        return self._unit(OUT, shown, OTHER_INSIDE if kind else motivo)


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_symlink():
            return "enlace"
        if entry.is_dir(follow_symlinks=False):
            # Windows tells a junction as a folder; anywhere else there is no such tag.
            tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
            return "enlace" if tag == _JUNCTION else "carpeta"
        return "archivo" if entry.is_file(follow_symlinks=False) else ""
    except OSError:
        return ""


def _is_xml(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[2:4].strip(b"\0") == b"<"
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<"


def _is_emission(file: IO[bytes]) -> bool:
    """Whether a workbook in Excel's newer format has the sheets of an emission."""
    try:
        with open_zip(file) as members:
            for member in members:
                if member.nombre.lower() == "xl/workbook.xml":
                    with member.open() as source:
                        return _LISTS.search(source.read(_HEAD)) is not None
    except (InvalidInputError, MemoryError):
        pass
    return False


def _other(head: bytes) -> tuple[str, str]:
    """(what other readers read, or empty; the reason why not)."""
    if not head:
        return "", EMPTY
    if head.startswith(CFB_SIGNATURE):
        return BOOK, ""
    if head.startswith(b"PK"):
        return SHEET, ""
    if b"%PDF-" in head[:1024]:
        return "", A_PDF
    layout = recognise(head)
    if layout is not None:
        return layout.clase.name, ""
    is_utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not is_utf_16 and (b"\0" in head or not any(each in head for each in _DELIMITERS)):
        return "", UNKNOWN
    return SHEET, ""
