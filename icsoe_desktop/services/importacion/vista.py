"""A preview of movements: reading the files into it, and what it shows of them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy import Engine

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import SheetFile, SheetInMemory, size_of
from icsoe_desktop.gateways.hojas.encabezado import column_letter
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.hojas import sheet_records
from icsoe_desktop.services.importacion.lectura import (
    UNREADABLE,
    ClaseArchivoImportado,
    Receptor,
    chunks_of,
    take,
)
from icsoe_desktop.services.importacion.renglones import campo_of, choices_of, understands
from icsoe_desktop.services.importacion.valores import (
    ClaseDuplicado,
    Duplicado,
    Formatos,
    Gravedad,
    GrupoProblemas,
    Indicaciones,
    ProblemaImportacion,
    VistaPreviaMovimientos,
)
from icsoe_desktop.services.movimientos.dudas import other_among
from icsoe_desktop.store.importacion.preview import PreviewFile
from icsoe_desktop.store.movimientos.movement_rows import NOT_PRESENTED
from icsoe_desktop.store.types import day_of

OTHERS: Final = 0  # number of the group of those with the NSS of another person
MAX_CORRECTED: Final = 50_000
TOO_MANY_CORRECTED: Final = (
    f"Aquí se corrigen hasta {MAX_CORRECTED:,} celdas y serían más. No se corrigió ninguna. Dé un "
    "valor para todo el archivo en «Columnas y valores», o corrija el archivo."
)


def read_files(
    files: Sequence[tuple[SheetFile, ClaseArchivoImportado]],
    receptor: Receptor,
    indicaciones: Indicaciones,
    formatos: Formatos,
    limites: TablaLimites,
    today: date,
    progress: Progress,
) -> set[str]:
    """Read all movements into `receptor`. Returns the names of the kept formats that were used.

    formatos: all that are kept. Raises InvalidInputError (campo «archivo») and Cancelled.
    """
    try:
        sizes = [size_of(file) for file, _ in files]
    except OSError as error:
        raise InvalidInputError(UNREADABLE, "archivo") from error
    formato = formatos if indicaciones.formato is None else indicaciones.formato
    used: set[str] = set()
    for number, (file, kind) in enumerate(files):
        before, total = sum(sizes[:number]), sum(sizes)
        what = f"Leyendo {file.name}"
        progress.report(before, total, what)
        if kind is ClaseArchivoImportado.HOJA or isinstance(file, SheetInMemory):
            celdas = indicaciones.celdas.get(number, {})
            rows = sheet_records(file, formato, limites, today, progress, celdas, used.add)
            take(receptor, number, rows)
            continue

        def at(done: int, before: int = before, total: int = total, what: str = what) -> None:
            progress.report(before + done, total, what)

        take(receptor, number, dispmag.read(chunks_of(file, at), limites))
    return used


_series = itertools.count(1)


@dataclass(frozen=True)
class OpenPreview:
    """A preview that can still be read and applied. One thread at a time.

    hojas: which of the files are sheets.
    """

    preview_file: PreviewFile
    archivos: tuple[str, ...]
    indicaciones: Indicaciones
    hojas: frozenset[int]
    lock: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        with self.lock:
            self.preview_file.close()

    def problems(
        self, start: int, count: int, grupo: int | None = None
    ) -> list[ProblemaImportacion]:
        """grupo: number of the group whose problems are wanted; None for all."""
        with self.lock:
            found = self.preview_file.problems(start, count, grupo)
        return [
            ProblemaImportacion(
                self.archivos[one.archivo],
                *one[1:6],
                Gravedad(one.gravedad),
                column_letter(one.posicion - 1)
                if one.archivo in self.hojas and one.posicion
                else "",
            )
            for one in found
        ]

    def corrections(
        self,
        said: Indicaciones,
        grupo: int,
        wanted: ProblemaImportacion,
        instead: str,
        *,
        equal: bool,
    ) -> Indicaciones:
        """What the user said, with the cell of a problem corrected.

        equal: and the others of the group in which the same was found. What a code of a list means
        is then kept with the format, if there is one.
        Raises InvalidInputError if these are too many.
        """
        campo = campo_of(wanted.campo)
        with self.lock:
            found = self.preview_file.equal_problems(grupo, wanted.encontrado, MAX_CORRECTED + 1)
        lines = [
            (archivo, linea)
            for archivo, linea in found
            if archivo in self.hojas
            and (equal or (self.archivos[archivo], linea) == (wanted.archivo, wanted.linea))
        ]
        if len(lines) + said.corregidas > MAX_CORRECTED:
            raise InvalidInputError(TOO_MANY_CORRECTED, "archivo")
        celdas: dict[int, dict[int, dict[str, tuple[str, str]]]] = {
            archivo: {linea: dict(row) for linea, row in rows.items()}
            for archivo, rows in said.celdas.items()
        }
        for archivo, linea in lines:
            row = celdas.setdefault(archivo, {}).setdefault(linea, {})
            # A cell that is corrected again is known by what the file has.
            cell = row[campo][0] if campo in row else wanted.encontrado
            row[campo] = (cell, instead)
        formato = said.formato
        if equal and formato is not None and choices_of(campo) and understands(campo, instead):
            of_file = (celdas[archivo][linea][campo][0] for archivo, linea in lines)
            codes = {cell: instead for cell in of_file if cell}
            known = {**formato.codigos, campo: {**formato.codigos.get(campo, {}), **codes}}
            formato = replace(formato, codigos=known)
        return replace(said, celdas=celdas, formato=formato)

    def count_equal(self, grupo: int, encontrado: str) -> int:
        """Stops at one more than may be corrected."""
        with self.lock:
            return len(self.preview_file.equal_problems(grupo, encontrado, MAX_CORRECTED + 1))

    def duplicates(self, start: int, count: int) -> list[Duplicado]:
        with self.lock:
            found = self.preview_file.duplicates(start, count)
        return [
            Duplicado(
                self.archivos[one.archivo],
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


def open_preview(
    engine: Engine,
    nombres: tuple[str, ...],
    indicaciones: Indicaciones,
    hojas: frozenset[int],
    read: Callable[[Receptor], Iterable[str]],
    progress: Progress,
) -> tuple[OpenPreview, VistaPreviaMovimientos]:
    """Read into a preview file, and look for duplicates and others' NSS.

    read: gives the records to the Receptor, and says which kept formats were used. What it raises
    leaves no preview file.
    """
    preview_file = PreviewFile(engine)
    try:
        receptor = Receptor(preview_file)
        with preview_file.filling():
            used = read(receptor)
        receptor.finish()

        def report_search() -> None:
            progress.report(1, 2, "Buscando duplicados")

        with preview_file.filling():
            within = receptor.may_repeat()
            preview_file.version = preview_file.data_version()
            in_files, in_data = preview_file.find_duplicates(
                NOT_PRESENTED, report_search, within=within
            )
            otras = tell_others(preview_file, report_search)
        found = OpenPreview(preview_file, nombres, indicaciones, hojas)
        vista = describe(found, receptor, in_files, in_data, otras, used)
        progress.report(2, 2)
    except BaseException:
        preview_file.close()
        raise
    return found, vista


def describe(
    opened: OpenPreview,
    receptor: Receptor,
    in_files: int,
    in_data: int,
    otras: int,
    formatos: Iterable[str],
) -> VistaPreviaMovimientos:
    both = opened.preview_file.count_duplicates_of_both()
    grupos = list(receptor.grupos(opened.archivos))
    if otras:
        (first,) = opened.problems(0, 1)
        said = (first.campo, first.encontrado, first.esperado, first.gravedad)
        grupos.insert(0, GrupoProblemas(OTHERS, first.archivo, *said, otras))
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
        grupos=tuple(grupos),
        formatos=tuple(sorted(filter(None, formatos))),
        hojas=frozenset(opened.archivos[at] for at in opened.hojas),
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
