"""Reviews files that payroll programs write, without data folder, session or store.

Source of the layouts: domain.dispmag, domain.sua, and the sheets that the import takes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path, PurePath
from typing import IO, Final, cast

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.dispmag import LineaRechazada, MovimientoLeido, ProblemaDispmag
from icsoe_desktop.domain.movimientos.constancia import ProblemaConstancia
from icsoe_desktop.domain.movimientos.limites_sbc import TABLA_LIMITES
from icsoe_desktop.domain.sua.formato import ClaseSua
from icsoe_desktop.domain.sua.lectura import recognise
from icsoe_desktop.domain.sua.lectura import review as review_sua
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.constancia_pdf.lectura import read_constancia
from icsoe_desktop.gateways.constancia_pdf.palabras import MAX_BYTES as MAX_PDF_BYTES
from icsoe_desktop.gateways.constancia_pdf.palabras import TOO_LARGE as PDF_TOO_LARGE
from icsoe_desktop.gateways.hojas.comun import MAX_FILE_BYTES as MAX_SHEET_BYTES
from icsoe_desktop.gateways.hojas.comun import SheetFile, SheetInMemory, too_large
from icsoe_desktop.gateways.hojas.encabezado import column_letter
from icsoe_desktop.gateways.zip_files import TOO_LARGE as ZIP_TOO_LARGE
from icsoe_desktop.gateways.zip_files import is_workbook, open_zip
from icsoe_desktop.jobs import Progress
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.importacion.hojas import sheet_records
from icsoe_desktop.services.importacion.lectura import (
    NO_FILE,
    UNREADABLE,
    ClaseArchivoImportado,
    clase_of_head,
)
from icsoe_desktop.services.importacion.valores import (
    NO_FORMATOS,
    Formato,
    Formatos,
    Gravedad,
    ProblemaImportacion,
)

STANDARD_INPUT: Final = "-"
INPUT_NAME: Final = "(entrada estándar)"
_HEAD: Final = 64 * 2**10
_CHUNK: Final = 1 << 18
_MAX_INPUT_BYTES: Final = 256 * 2**20
_NOTHING_DONE: Final = (" No se importó nada.", " No se importó nada y el archivo no se cambió.")

NO_LINES: Final = "El archivo no tiene ningún renglón con datos. Elija otro."
REJECTED: Final = "El IMSS lo rechazó: corríjalo y vuelva a presentarlo."
INSIDE: Final = "Es un archivo comprimido dentro de otro. Descomprímalo antes de revisarlo."
A_FOLDER: Final = "Es una carpeta, no un archivo. Indique los archivos que trae."


class ClaseRevisada(StrEnum):
    """Kinds of files that the review knows; the value is the token in JSON."""

    IDSE = "idse"
    HOJA = "hoja"
    CONSTANCIA = "constancia"
    ASEG = "sua_aseg"
    MOVT = "sua_movt"
    AFIL = "sua_afil"
    INCAP = "sua_incap"
    CRED = "sua_cred"


@dataclass
class ArchivoRevisado:
    """What was found in one file; complete once all its problems were taken.

    leidos: lines or rows with content. con_errores: how many of them have an error.
    motivo: why the file could not be read to its end, or empty.
    """

    archivo: str
    clase: ClaseRevisada | None = None
    leidos: int = 0
    con_errores: int = 0
    advertencias: int = 0
    motivo: str = ""
    problems: Iterator[ProblemaImportacion] = field(
        default_factory=lambda: iter(()), repr=False, compare=False
    )

    @property
    def is_good(self) -> bool:
        """Whether nothing prevents its use. It may have warnings."""
        return not self.motivo and not self.con_errores


def review(
    files: Iterable[str | Path],
    today: date,
    progress: Progress,
    standard_input: IO[bytes],
    formatos: Formato | Formatos = NO_FORMATOS,
) -> Iterator[ArchivoRevisado]:
    """Every file, one for each member of a ZIP. Take the `problems` of one before the next.

    files: paths, or «-» for standard_input. today: for the dates of sheets. formatos: what a user
    said of the columns of sheets; of several, by name, the one that fits is taken.
    Raises Cancelled; a file that cannot be read has a `motivo` instead.
    """
    for file in files:
        if str(file) == STANDARD_INPUT:
            yield from review_one(INPUT_NAME, standard_input, today, progress, formatos)
        else:
            yield from review_one(str(file), Path(file), today, progress, formatos)


class _Input:
    """Standard input: its head can be read before the rest."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._head = _read_up_to(source, _HEAD)

    def head(self) -> bytes:
        return self._head

    def chunks(self) -> Iterator[bytes]:
        yield self._head
        while chunk := self._source.read(_CHUNK):
            yield chunk

    def whole(self, most: int) -> bytes:
        return self._head + _read_up_to(self._source, max(most + 1 - len(self._head), 0))


def review_one(
    name: str,
    source: Path | IO[bytes],
    today: date,
    progress: Progress,
    formatos: Formato | Formatos = NO_FORMATOS,
) -> Iterator[ArchivoRevisado]:
    """`review` for one file. name: how the results call it."""
    found = ArchivoRevisado(name)
    path = source if isinstance(source, Path) else None
    try:
        with ExitStack() as stack:
            file = stack.enter_context(_opened(path)) if path else cast("IO[bytes]", source)
            stream = _Input(file)
            if _is_zip(stream.head(), name):
                yield from _members(
                    name, file if path else _kept(stream), today, progress, formatos
                )
            else:
                found.problems = _problems(found, stream, path, today, progress, formatos)
                yield found
    except UserFacingError as error:
        found.motivo = _plain(error.message)
        yield found
    except OSError:
        found.motivo = _plain(UNREADABLE)
        yield found


def _opened(path: Path) -> IO[bytes]:
    if path.is_dir():
        raise InvalidInputError(A_FOLDER, "archivo")
    if not path.exists():
        raise InvalidInputError(NO_FILE, "archivo")
    return open_regular(path)


def _kept(stream: _Input) -> IO[bytes]:
    """All of the input, in memory: a ZIP is read from its end."""
    data = stream.whole(_MAX_INPUT_BYTES)
    if len(data) > _MAX_INPUT_BYTES:
        raise InvalidInputError(ZIP_TOO_LARGE, "archivo")
    return io.BytesIO(data)


def _members(
    name: str, file: IO[bytes], today: date, progress: Progress, formatos: Formato | Formatos
) -> Iterator[ArchivoRevisado]:
    with open_zip(file) as members:
        for member in members:
            found = ArchivoRevisado(f"{name}/{member.nombre}")
            try:
                with member.open() as source:
                    stream = _Input(source)
                    if _is_zip(stream.head(), member.nombre):
                        raise InvalidInputError(INSIDE, "archivo")
                    found.problems = _problems(found, stream, None, today, progress, formatos)
                    yield found
            except UserFacingError as error:
                found.motivo = _plain(error.message)
                yield found


def _problems(
    found: ArchivoRevisado,
    stream: _Input,
    path: Path | None,
    today: date,
    progress: Progress,
    formatos: Formato | Formatos,
) -> Iterator[ProblemaImportacion]:
    """The problems of one file; fills in `found`."""
    try:
        head = stream.head()
        layout = recognise(head)
        if layout is not None:
            found.clase = _OF_SUA[layout.clase]
            lines = review_sua(_told(stream.chunks(), found, progress), layout)
            for line in lines:
                found.leidos += 1
                found.con_errores += line.has_error
                yield from _counted(found, line.problemas)
        else:
            clase = clase_of_head(head, PurePath(found.archivo).name)
            found.clase = _OF_IMPORT[clase]
            if clase is ClaseArchivoImportado.CONSTANCIA:
                yield from _of_constancia(found, stream, progress)
                return
            if clase is ClaseArchivoImportado.HOJA:
                file = path or _in_memory(found, stream)
                yield from _of_records(
                    found, sheet_records(file, formatos, TABLA_LIMITES, today, progress)
                )
            else:
                records = dispmag.read(_told(stream.chunks(), found, progress))
                yield from _of_records(found, records)
        if not found.leidos:
            raise InvalidInputError(NO_LINES, "archivo")
    except UserFacingError as error:
        found.motivo = _plain(error.message)
    except OSError:
        found.motivo = _plain(UNREADABLE)


def _of_records(
    found: ArchivoRevisado, records: Iterable[dispmag.Leido]
) -> Iterator[ProblemaImportacion]:
    for item in records:
        if type(item) is MovimientoLeido:
            found.leidos += 1
        elif type(item) is LineaRechazada:
            found.leidos += 1
            found.con_errores += 1
        if item.problemas:
            yield from _counted(found, item.problemas)


def _counted(
    found: ArchivoRevisado, problemas: Iterable[ProblemaDispmag]
) -> Iterator[ProblemaImportacion]:
    sheet = found.clase is ClaseRevisada.HOJA
    for each in problemas:
        is_error = each.gravedad == "error"
        found.advertencias += not is_error
        yield ProblemaImportacion(
            found.archivo,
            each.linea,
            each.posicion,
            each.campo,
            each.encontrado,
            each.esperado,
            Gravedad.ERROR if is_error else Gravedad.ADVERTENCIA,
            column_letter(each.posicion - 1) if sheet and each.posicion else "",
        )


def _of_constancia(
    found: ArchivoRevisado, stream: _Input, progress: Progress
) -> Iterator[ProblemaImportacion]:
    content = stream.whole(MAX_PDF_BYTES)
    if len(content) > MAX_PDF_BYTES:
        raise InvalidInputError(PDF_TOO_LARGE, "archivo")
    constancia, problemas = read_constancia(content, progress)
    found.leidos = len(constancia.renglones)
    bad = {each.renglon for each in problemas if each.grave}
    found.con_errores = len(bad)
    for each in problemas:
        found.advertencias += not each.grave
        yield _of_constancia_problem(found.archivo, each)
    for row in constancia.renglones:
        if row.rechazado:
            found.advertencias += 1
            yield ProblemaImportacion(
                found.archivo,
                row.renglon,
                0,
                "Respuesta",
                row.causa_rechazo,
                REJECTED,
                Gravedad.ADVERTENCIA,
            )


def _of_constancia_problem(archivo: str, each: ProblemaConstancia) -> ProblemaImportacion:
    gravedad = Gravedad.ERROR if each.grave else Gravedad.ADVERTENCIA
    esperado = f"Se esperaba {each.esperado}."
    return ProblemaImportacion(
        archivo, each.renglon, 0, each.campo, each.encontrado, esperado, gravedad
    )


def _in_memory(found: ArchivoRevisado, stream: _Input) -> SheetFile:
    data = stream.whole(MAX_SHEET_BYTES)
    if len(data) > MAX_SHEET_BYTES:
        raise too_large(f"pesa más de {MAX_SHEET_BYTES // 2**20} MB")
    return SheetInMemory(PurePath(found.archivo).name, data)


def _told(chunks: Iterator[bytes], found: ArchivoRevisado, progress: Progress) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        progress.report(done, None, f"Revisando {found.archivo}")
        yield chunk
        done += len(chunk)


def _is_zip(head: bytes, name: str) -> bool:
    """A ZIP that is no workbook: a workbook is a sheet."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    return not (is_workbook(head) or name.lower().endswith((".xlsx", ".xlsm")))


def _read_up_to(source: IO[bytes], most: int) -> bytes:
    parts = []
    while most > 0 and (chunk := source.read(min(most, _CHUNK))):
        parts.append(chunk)
        most -= len(chunk)
    return b"".join(parts)


def _plain(sentence: str) -> str:
    """An import's sentence without its clauses about importing."""
    for phrase in _NOTHING_DONE:
        sentence = sentence.replace(phrase, "")
    return sentence


_OF_IMPORT: Final = {
    ClaseArchivoImportado.MOVIMIENTOS: ClaseRevisada.IDSE,
    ClaseArchivoImportado.HOJA: ClaseRevisada.HOJA,
    ClaseArchivoImportado.CONSTANCIA: ClaseRevisada.CONSTANCIA,
}
_OF_SUA: Final = {
    ClaseSua.ASEG: ClaseRevisada.ASEG,
    ClaseSua.MOVT: ClaseRevisada.MOVT,
    ClaseSua.AFIL: ClaseRevisada.AFIL,
    ClaseSua.INCAP: ClaseRevisada.INCAP,
    ClaseSua.CRED: ClaseRevisada.CRED,
}
