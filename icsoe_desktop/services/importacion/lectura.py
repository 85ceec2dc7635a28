"""Tells the kind of a chosen file and reads it into a preview, which can be looked through."""

from __future__ import annotations

import codecs
import itertools
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO, TipoMovimiento
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.documentos import has_pdf
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.importacion.valores import (
    ClaseDuplicado,
    Duplicado,
    Gravedad,
    ProblemaImportacion,
    VistaPreviaMovimientos,
)
from icsoe_desktop.services.movimientos.dudas import other_among
from icsoe_desktop.store.importacion.preview import PreviewFile
from icsoe_desktop.store.movimientos.movement_rows import NOT_PRESENTED
from icsoe_desktop.store.movimientos.workers import folded
from icsoe_desktop.store.types import day_number, day_of

_BATCH: Final = 4_000
_CHUNK: Final = 1 << 18
# Each takes about two hundred bytes of memory.
_MAX_WORKERS: Final = 60_000
_HASH_PARTS: Final = 16
_MAX_REMEMBERED: Final = 20_000

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
                _GRAVEDAD[each.gravedad],
            ))
            # fmt: on
        if len(self._problems) >= _BATCH:
            self.flush()

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


def clase_of(path: Path) -> ClaseArchivoImportado:
    """Raises InvalidInputError (campo «archivo») for a file of another kind."""
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


ENCABEZADOS: Final = (
    "Archivo",
    "Línea",
    "Posición",
    "Campo",
    "Encontrado",
    "Esperado",
    "Gravedad",
)
_series = itertools.count(1)


@dataclass(frozen=True)
class OpenPreview:
    """A preview that can still be read and applied. One thread at a time."""

    preview_file: PreviewFile
    archivos: tuple[str, ...]
    columnas: dict[str, str]
    lock: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        with self.lock:
            self.preview_file.close()


def describe(
    opened: OpenPreview, receptor: Receptor, in_files: int, in_data: int, otras: int
) -> VistaPreviaMovimientos:
    both = opened.preview_file.count_duplicates_of_both()
    return VistaPreviaMovimientos(
        serie=next(_series),
        archivos=opened.archivos,
        leidos=receptor.leidos,
        buenos=receptor.buenos,
        con_errores=receptor.con_errores,
        errores=receptor.errores,
        advertencias=receptor.advertencias + otras,
        otras_personas=otras,
        duplicados_en_archivo=in_files - both,
        duplicados_en_datos=in_data,
        por_tipo={tipo: n for tipo in TipoMovimiento if (n := receptor.por_tipo.get(tipo.value))},
        por_registro=dict(sorted(receptor.por_registro.items())),
    )


def tell_others(preview_file: PreviewFile, ask: Callable[[], None]) -> int:
    """Warn of each movement whose NSS the data know as another person's. Returns how many."""
    told = [
        (worker, sentence)
        for known, read in preview_file.people(NOT_PRESENTED, ask)
        for asked in (other_among([one[1:] for one in known]),)
        for worker, *person in read
        if (sentence := asked(*person))
    ]
    return preview_file.tell_others(
        told, CAMPOS_MOVIMIENTO.label("nss"), Gravedad.ADVERTENCIA.value
    )


def problems(opened: OpenPreview, start: int, count: int) -> list[ProblemaImportacion]:
    with opened.lock:
        found = opened.preview_file.problems(start, count)
    return [
        ProblemaImportacion(
            opened.archivos[one.archivo],
            one.linea,
            one.posicion,
            one.campo,
            one.encontrado,
            one.esperado,
            Gravedad(one.gravedad),
        )
        for one in found
    ]


def duplicates(opened: OpenPreview, start: int, count: int) -> list[Duplicado]:
    with opened.lock:
        found = opened.preview_file.duplicates(start, count)
    return [
        Duplicado(
            opened.archivos[one.archivo],
            one.linea,
            ClaseDuplicado.EN_DATOS if one.primera is None else ClaseDuplicado.EN_ARCHIVO,
            one.registro_patronal,
            one.nss,
            full_name(one),
            TipoMovimiento(one.tipo),
            day_of(one.fecha),
            one.primera or 0,
        )
        for one in found
    ]
