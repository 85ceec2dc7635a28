"""Tells the kind of a chosen file and reads it into a preview, which can be looked through."""

from __future__ import annotations

import codecs
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Any, Final

from icsoe_desktop.domain.dispmag import (
    LONGITUD,
    Leido,
    LineaRechazada,
    MovimientoLeido,
    Observacion,
    ProblemaDispmag,
)
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.documentos import has_pdf
from icsoe_desktop.gateways.hojas.comun import (
    CFB_SIGNATURE,
    SheetFile,
    SheetInMemory,
    refuse_compound_file,
)
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.importacion.celdas import CORRECTED, READ_AS
from icsoe_desktop.services.importacion.valores import (
    Gravedad,
    GrupoProblemas,
)
from icsoe_desktop.store.importacion.preview import PreviewFile
from icsoe_desktop.store.movimientos.workers import folded
from icsoe_desktop.store.types import day_number

_BATCH: Final = 4_000
_CHUNK: Final = 1 << 18
# Each takes about two hundred bytes of memory.
_MAX_WORKERS: Final = 60_000
_HASH_PARTS: Final = 16
_MAX_REMEMBERED: Final = 20_000
_MAX_GROUPS: Final = 2_000
# What differs between two problems of one kind: figures, names, what is quoted.
_VALUE: Final = r"(?:«[^»]*»|[$]?[0-9][0-9.,:/]*|[A-ZÁÉÍÓÚÜÑ][\w./]*)"
_VALUES: Final = re.compile(rf"{_VALUE}(?:\s+{_VALUE})*")
_READINGS: Final = (READ_AS, CORRECTED)
OTHER_PROBLEMS: Final = "Otros problemas, de muchas clases."

UNREADABLE: Final = (
    "El archivo no se puede leer. No se importó nada. Si está abierto en otro programa, ciérrelo; "
    "revise también que la unidad siga conectada y vuelva a elegirlo."
)
_GRAVEDAD: Final = {"error": Gravedad.ERROR.value, "advertencia": Gravedad.ADVERTENCIA.value}


class Receptor:
    """Collects records and problems in batches and writes them to the preview file."""

    def __init__(self, preview_file: PreviewFile) -> None:
        self._preview_file = preview_file
        self.por_tipo: dict[str, int] = {}
        self.por_registro: dict[str, int] = {}
        self._workers: dict[str, int] = {}
        self._last_worker = 0
        self._orden: dict[str, str] = {}
        self._days: dict[date, int] = {}
        # Hashes of movements, for duplicates. A million take eight megabytes.
        self._hashes = [array("q") for _ in range(_HASH_PARTS)]
        self._new_workers: list[tuple[Any, ...]] = []
        self._movements: list[tuple[Any, ...]] = []
        self._problems: list[tuple[Any, ...]] = []
        self.leidos = 0
        self.buenos = 0
        self.con_errores = 0
        self.errores = 0
        self.advertencias = 0
        # Problems that say the same: what they say → number of the group, from 1.
        self._grupos: dict[tuple[str, str, str], int] = {}
        self._known: dict[tuple[str, str, str], int] = {}
        self._firsts: list[tuple[int, ProblemaDispmag]] = []
        self._rows: list[int] = []

    def good(self, archivo: int, registro: MovimientoLeido) -> None:
        # fmt: off
        (
            linea, tipo, registro_patronal, nss, primer, segundo, nombres, fecha, sbc,
            tipo_trabajador, tipo_salario, jornada, causa, umf, guia, clave, curp, problemas,
            rfc,
        ) = registro
        # fmt: on
        key = f"{nss}{curp}\n{primer}\n{segundo}\n{nombres}"
        worker = self._workers.get(key)
        if worker is None:
            worker = self._new_worker(key, nss, curp, primer, segundo, nombres)
        day = self._days.get(fecha)
        if day is None:
            day = self._days[fecha] = day_number(fecha)
        # fmt: off
        self._movements.append((
            archivo, linea, worker, nss, tipo, registro_patronal[:10], registro_patronal[10:],
            day, sbc, tipo_trabajador, tipo_salario, jornada, causa, umf, guia, clave, rfc,
        ))
        # fmt: on
        if problemas:
            self.problems(archivo, problemas)
        if len(self._movements) >= _BATCH:
            self.flush()

    def bad(self, archivo: int, problemas: tuple[ProblemaDispmag, ...]) -> None:
        self.leidos += 1
        self.con_errores += 1
        self.problems(archivo, problemas)

    def problems(self, archivo: int, problemas: tuple[ProblemaDispmag, ...]) -> None:
        for each in problemas:
            if each.gravedad == "error":
                self.errores += 1
            else:
                self.advertencias += 1
            # fmt: off
            self._problems.append((
                archivo, each.linea, each.posicion, each.campo, each.encontrado, each.esperado,
                _GRAVEDAD[each.gravedad], self._grupo(archivo, each),
            ))
            # fmt: on
        if len(self._problems) >= _BATCH:
            self.flush()

    def _grupo(self, archivo: int, each: ProblemaDispmag) -> int:
        """The number of the group of a problem. Counts it."""
        said = (each.campo, each.gravedad, each.esperado)
        at = self._known.get(said)
        if at is None:
            if len(self._known) >= _MAX_REMEMBERED:
                self._known.clear()
            if not each.esperado.startswith(_READINGS):
                said = (*said[:2], _VALUES.sub("#", each.esperado))
            if said not in self._grupos and len(self._grupos) >= _MAX_GROUPS:
                said = ("", each.gravedad, "")
            at = self._grupos.get(said)
            if at is None:
                self._firsts.append((archivo, each))
                self._rows.append(0)
                at = self._grupos[said] = len(self._rows)
            self._known[(each.campo, each.gravedad, each.esperado)] = at
        self._rows[at - 1] += 1
        return at

    def grupos(self, archivos: Sequence[str]) -> Iterator[GrupoProblemas]:
        """Errors first, readings last, and of each the ones with most rows."""

        def order(at: int) -> tuple[bool, bool, int]:
            each = self._firsts[at][1]
            reading = each.esperado.startswith(_READINGS)
            return each.gravedad != "error", reading, -self._rows[at]

        said = list(self._grupos)
        for at in sorted(range(len(self._rows)), key=order):
            archivo, each = self._firsts[at]
            campo, _, shape = said[at]
            esperado = each.esperado if shape else OTHER_PROBLEMS
            yield GrupoProblemas(
                at + 1,
                archivos[archivo],
                campo,
                each.encontrado,
                esperado,
                Gravedad(_GRAVEDAD[each.gravedad]),
                self._rows[at],
                esperado.startswith(_READINGS),
            )

    def flush(self) -> None:
        self._preview_file.add_workers(self._new_workers)
        self._preview_file.add_movements(self._movements)
        hashes = self._hashes
        for row in self._movements:
            nss, tipo, base, digito, day = row[3:8]
            registro = base + digito
            number = hash((nss, tipo, base, day))
            hashes[number % _HASH_PARTS].append(number)
            self.por_tipo[tipo] = self.por_tipo.get(tipo, 0) + 1
            self.por_registro[registro] = self.por_registro.get(registro, 0) + 1
        self._preview_file.add_problems(self._problems)
        self.leidos += len(self._movements)
        self.buenos += len(self._movements)
        self._new_workers, self._movements, self._problems = [], [], []
        if len(self._days) > _MAX_REMEMBERED:
            self._days.clear()

    def finish(self) -> None:
        """Write the rest and free the caches."""
        self.flush()
        self._workers.clear()
        self._orden.clear()
        self._days.clear()

    def may_repeat(self) -> bool:
        """False if no two movements of the files are equal. Can be called only once."""
        parts, self._hashes = self._hashes, []
        return any(len(set(part)) < len(part) for part in parts)

    def _new_worker(
        self, key: str, nss: str, curp: str, primer: str, segundo: str, nombres: str
    ) -> int:
        if len(self._workers) >= _MAX_WORKERS:
            # A worker who comes again gets a second row here. The import merges both in the store.
            self._workers.clear()
        self._last_worker += 1
        self._workers[key] = self._last_worker
        # fmt: off
        self._new_workers.append((
            self._last_worker, nss, curp, primer, segundo, nombres,
            self._folded(primer), self._folded(segundo), self._folded(nombres),
        ))
        # fmt: on
        return self._last_worker

    def _folded(self, name: str) -> str:
        found = self._orden.get(name)
        if found is None:
            if len(self._orden) >= _MAX_REMEMBERED:
                self._orden.clear()
            found = self._orden[name] = folded(name)
        return found


def take(receptor: Receptor, archivo: int, found: Iterable[Leido]) -> None:
    """Give everything that a reader found in a file to `receptor`."""
    good, bad = receptor.good, receptor.bad
    for item in found:
        if type(item) is MovimientoLeido:
            good(archivo, item)
        elif type(item) is LineaRechazada:
            bad(archivo, item.problemas)
        elif type(item) is Observacion:
            receptor.problems(archivo, item.problemas)
    receptor.flush()


def chunks_of(path: Path, at: Callable[[int], None]) -> Iterator[bytes]:
    """The bytes of a file. at: called with the number of bytes read.

    Raises InvalidInputError (campo «archivo») if the file cannot be read.
    """
    try:
        with open_regular(path) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
                at(file.tell())
    except OSError as error:
        raise InvalidInputError(UNREADABLE, "archivo") from error


_HEAD: Final = 8192
_SHEETS: Final = {".csv", ".xlsx", ".xlsm"}
_DELIMITERS: Final = ",;\t|"

IS_EMPTY: Final = "El archivo está vacío. No se importó nada. Elija otro."
NO_FILE: Final = "El archivo ya no está ahí. No se importó nada. Elíjalo de nuevo."
NOT_A_PDF: Final = (
    "El archivo se llama como un PDF, pero no es un PDF. No se importó nada. Descárguelo de nuevo "
    "del portal del IMSS."
)
OTHER_KIND: Final = (
    "El archivo no es de movimientos: no es un archivo de 168 posiciones, ni Excel, ni CSV. No se "
    "importó nada. Elija otro."
)
_OTHERS: Final = (b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"MZ", b"\x7fELF")


class ClaseArchivoImportado(StrEnum):
    MOVIMIENTOS = "Archivo de 168 posiciones"
    HOJA = "Excel o CSV"
    CONSTANCIA = "Constancia (PDF)"


def clase_of(path: SheetFile) -> ClaseArchivoImportado:
    """Raises InvalidInputError (campo «archivo») for a file of another kind."""
    if isinstance(path, SheetInMemory):
        return ClaseArchivoImportado.HOJA
    try:
        if not path.is_file():
            raise InvalidInputError(NO_FILE, "archivo")
        with open_regular(path) as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InvalidInputError(UNREADABLE, "archivo") from error
    if head.startswith(b"PK") and has_pdf(path):
        return ClaseArchivoImportado.CONSTANCIA
    return clase_of_head(head, path.name)


def clase_of_head(head: bytes, nombre: str) -> ClaseArchivoImportado:
    """The kind of a file that begins with `head`, at least 8 kB of it. Raises as `clase_of`."""
    if not head:
        raise InvalidInputError(IS_EMPTY, "archivo")
    if b"%PDF-" in head[:1024]:
        return ClaseArchivoImportado.CONSTANCIA
    if head.startswith(b"PK"):
        return ClaseArchivoImportado.HOJA
    suffix = PurePath(nombre).suffix.lower()
    if suffix == ".pdf":
        raise InvalidInputError(NOT_A_PDF, "archivo")
    if head.startswith(CFB_SIGNATURE):
        raise refuse_compound_file(head)
    is_utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if head.startswith(_OTHERS) or (b"\0" in head and not is_utf_16):
        raise InvalidInputError(OTHER_KIND, "archivo")
    line = next(iter(head.lstrip(b"\xef\xbb\xbf\r\n").splitlines()), b"")
    if len(line) == LONGITUD and line.endswith(b"9"):
        return ClaseArchivoImportado.MOVIMIENTOS
    if suffix in _SHEETS or _is_header(line):
        return ClaseArchivoImportado.HOJA
    return ClaseArchivoImportado.MOVIMIENTOS


def _is_header(line: bytes) -> bool:
    text = line.decode("utf-8", "replace")
    # Before folding, which turns a tab into a space.
    return any(sign in text for sign in _DELIMITERS) and "nss" in fold(text)
