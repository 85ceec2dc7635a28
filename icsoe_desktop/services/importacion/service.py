"""Imports movements from 168-position files, Excel and CSV: preview, then all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.dispmag import Leido
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import SheetFile
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.importacion.hechas import new_row, newest_first, row_to_undo
from icsoe_desktop.services.importacion.hojas import (
    MOVIMIENTOS,
    columns_of,
    keep_format,
    kept_formats,
)
from icsoe_desktop.services.importacion.informe import PROBLEM_COLUMNS, write_problems
from icsoe_desktop.services.importacion.lectura import (
    ClaseArchivoImportado,
    Receptor,
    clase_of,
    take,
)
from icsoe_desktop.services.importacion.valores import (
    Columnas,
    Decision,
    Duplicado,
    FilasPropias,
    Formato,
    GrupoProblemas,
    Importacion,
    Indicaciones,
    ProblemaImportacion,
    ResultadoImportacionMovimientos,
    VistaPreviaMovimientos,
)
from icsoe_desktop.services.importacion.vista import (
    OpenPreview,
    open_preview,
    read_files,
)
from icsoe_desktop.services.movimientos.filas import Lector
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.valores_legales.limites import limites_of
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.bulk import bring_in, take_out
from icsoe_desktop.store.movimientos.movement_rows import NOT_PRESENTED

OBJETO = "importación"
COLUMNAS = "movimientos.columnas"
NOTHING_SAID = Indicaciones()
BLOCK = 2_000

A_CONSTANCIA = (
    "Uno de los archivos es una constancia en PDF, que no se importa junto con otros. No se "
    "importó nada. Elíjala por separado."
)
NOTHING_CHOSEN = "Elija al menos un archivo."
WITH_ERRORS = (
    "Hay renglones con errores. No se importó nada. Corríjalos en el archivo, o elija importar "
    "sólo los correctos."
)
STALE = (
    "Los movimientos cambiaron desde que se leyó el archivo, y ahora hay otros duplicados. No se "
    "importó nada. Vuelva a elegir el archivo."
)
DISCARDED = "La vista previa ya se cerró. No se importó nada. Vuelva a elegir el archivo."


class ImportacionMovimientosService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._open: dict[int, OpenPreview] = {}

    def clase(self, path: Path) -> ClaseArchivoImportado:
        """Kind of the file by its content. Raises InvalidInputError (campo «archivo»)."""
        return clase_of(path)

    def columns(self, sesion: Sesion, path: SheetFile, progress: Progress) -> Columnas | None:
        """The columns of a sheet, for matching by hand. None for a 168-position file."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            formatos = kept_formats(db, COLUMNAS)
        if clase_of(path) is not ClaseArchivoImportado.HOJA:
            return None
        return columns_of(path, MOVIMIENTOS, formatos, progress)

    def formatos(self, sesion: Sesion) -> dict[str, Formato]:
        """What users said of the columns of sheets, by the names that they gave."""
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            return kept_formats(db, COLUMNAS)

    def preview(
        self,
        sesion: Sesion,
        files: Sequence[SheetFile],
        progress: Progress,
        indicaciones: Indicaciones = NOTHING_SAID,
    ) -> VistaPreviaMovimientos:
        """Read the files. Changes nothing. Discard the preview after use, also after `apply`.

        files: paths, or a table of the clipboard as a `SheetInMemory`.
        indicaciones: of the sheets; `apply` keeps its format, if it has a name.
        Raises InvalidInputError (campo «archivo») for a file of another kind, and Cancelled.
        """
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            formatos = kept_formats(db, COLUMNAS)
            limites = limites_of(db)
        if not files:
            raise InvalidInputError(NOTHING_CHOSEN, "archivo")
        kinds = [clase_of(file) for file in files]
        if ClaseArchivoImportado.CONSTANCIA in kinds:
            raise InvalidInputError(A_CONSTANCIA, "archivo")
        today = self._store.today()
        pairs = list(zip(files, kinds, strict=True))

        def read(receptor: Receptor) -> set[str]:
            return read_files(pairs, receptor, indicaciones, formatos, limites, today, progress)

        hojas = (at for at, kind in enumerate(kinds) if kind is ClaseArchivoImportado.HOJA)
        nombres = tuple(file.name for file in files)
        return self._keep(nombres, indicaciones, frozenset(hojas), read, progress)

    def preview_rows(
        self, sesion: Sesion, filas: FilasPropias, progress: Progress
    ) -> VistaPreviaMovimientos:
        """`preview` for movements that no file holds. Raises Cancelled."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            limites = limites_of(db)

        def told(found: Iterable[Leido]) -> Iterator[Leido]:
            for number, one in enumerate(found):
                if number % BLOCK == 0:
                    progress.report(number, filas.cuantas, "Revisando los avisos")
                yield one

        def read(receptor: Receptor) -> tuple[str, ...]:
            take(receptor, 0, told(filas.judged(limites)))
            return ()

        return self._keep((filas.nombre,), NOTHING_SAID, frozenset(), read, progress)

    def _keep(
        self,
        nombres: tuple[str, ...],
        indicaciones: Indicaciones,
        hojas: frozenset[int],
        read: Callable[[Receptor], Iterable[str]],
        progress: Progress,
    ) -> VistaPreviaMovimientos:
        """Open a preview, until it is discarded."""
        found, vista = open_preview(
            self._store.engine, nombres, indicaciones, hojas, read, progress
        )
        self._open[vista.serie] = found
        return vista

    def corrected(
        self,
        preview: VistaPreviaMovimientos,
        grupo: GrupoProblemas,
        problema: ProblemaImportacion,
        texto: str,
        *,
        iguales: bool,
    ) -> Indicaciones:
        """What to preview the files again with, so that the cell of a problem says `texto`.

        iguales: and the others of its group in which the same was found.
        Raises InvalidInputError if these are too many.
        """
        opened = self._of(preview)
        said = opened.indicaciones
        if said.formato is None and not preview.formatos:
            said = replace(said, formato=Formato())
        elif said.formato is None and len(opened.hojas) == 1:
            (nombre,) = preview.formatos
            with self._store.read() as db:
                kept = kept_formats(db, COLUMNAS)
            said = replace(said, formato=kept.get(nombre), nombre=nombre)
        return opened.corrections(said, grupo.id, problema, texto, equal=iguales)

    def equal(self, preview: VistaPreviaMovimientos, grupo: GrupoProblemas, encontrado: str) -> int:
        """How many problems of a group have this in their cell."""
        return self._of(preview).count_equal(grupo.id, encontrado)

    def problems(
        self,
        preview: VistaPreviaMovimientos,
        start: int,
        count: int,
        grupo: GrupoProblemas | None = None,
    ) -> list[ProblemaImportacion]:
        """In the order of files and lines; of one group, or all."""
        return self._of(preview).problems(start, count, grupo.id if grupo else None)

    def duplicates(
        self, preview: VistaPreviaMovimientos, start: int, count: int
    ) -> list[Duplicado]:
        return self._of(preview).duplicates(start, count)

    def export_problems(
        self, preview: VistaPreviaMovimientos, path: Path, progress: Progress
    ) -> None:
        """Write all problems as CSV for Excel."""

        def rows() -> Iterator[tuple[object, ...]]:
            for start in range(0, preview.problemas, BLOCK):
                progress.report(start, preview.problemas, "Guardando la lista de problemas")
                for one in self.problems(preview, start, BLOCK):
                    yield *one[:6], one.gravedad.value, one.columna

        write_problems(path, [each.titulo for each in PROBLEM_COLUMNS], rows())

    def discard(self, preview: VistaPreviaMovimientos) -> None:
        found = self._open.pop(preview.serie, None)
        if found is not None:
            found.close()

    def apply(
        self,
        sesion: Sesion,
        preview: VistaPreviaMovimientos,
        decision: Decision,
        progress: Progress,
    ) -> ResultadoImportacionMovimientos:
        """Import in one transaction. Raises InvalidInputError (campo «archivo») and Cancelled."""
        found = self._of(preview)
        preview_file = found.preview_file
        sesion.require(Permiso.ESCRIBIR_MOVIMIENTOS)
        if preview.con_errores and not decision.solo_buenos:
            raise InvalidInputError(WITH_ERRORS, "archivo")

        def report_search() -> None:
            progress.report(0, None, "Buscando duplicados")

        with found.lock, preview_file.applying() as db:
            authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
            if preview_file.data_version() != preview_file.version:
                _, in_data = preview_file.find_duplicates(
                    NOT_PRESENTED, report_search, within=False
                )
                if decision.importar_duplicados and in_data != preview.duplicados_en_datos:
                    raise InvalidInputError(STALE, "archivo")
            expected = preview.buenos
            if not decision.importar_duplicados:
                expected = preview_file.count_not_duplicated()
            if not expected:
                return ResultadoImportacionMovimientos(None, 0, preview.buenos, preview.con_errores)
            row = new_row(db, self._store, sesion, preview.archivos)
            row.importados, row.primera, row.ultima = bring_in(
                preview_file.raw,
                row.numero,
                int(row.cuando.timestamp() * 1000),
                duplicates=decision.importar_duplicados,
                expected=expected,
                rule=Lector(calendario_of(db), self._store.today()).term,
                report=progress.report,
            )
            said = found.indicaciones
            keep_format(db, self._store, COLUMNAS, said)
            detalle = (
                f"{counted(row.importados, 'movimiento', 'movimientos')} de "
                f"{counted(len(preview.archivos), 'archivo', 'archivos')}"
            )
            if said.corregidas:
                corregidas = counted(said.corregidas, "celda corregida", "celdas corregidas")
                detalle += f", {corregidas} en la vista previa"
            self._note(db, sesion, Accion.IMPORTACION_MOVIMIENTOS, row.id, detalle)
            db.flush()
            # Last chance to cancel: the transaction commits after it.
            progress.report(1, 1)
            return ResultadoImportacionMovimientos(
                row.id, row.importados, preview.buenos - row.importados, preview.con_errores
            )

    def all(self, sesion: Sesion) -> tuple[Importacion, ...]:
        """Newest first."""
        with reading(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            return newest_first(db)

    def undo(self, sesion: Sesion, importacion_id: uuid.UUID, progress: Progress) -> int:
        """Delete the movements of an import. Returns their number.

        Edited movements are deleted too.
        Raises UserFacingError with the reason if some are in a lote or were answered, and
        Cancelled.
        """
        with writing(self._store, sesion, Permiso.ESCRIBIR_MOVIMIENTOS) as db:
            row = row_to_undo(db, importacion_id)
            where = (row.numero, row.primera, row.ultima)
            count = take_out(raw_of(db), where, row.importados, progress.report)
            row.deshecha = self._store.clock()
            self._note(
                db,
                sesion,
                Accion.IMPORTACION_DESHECHA,
                row.id,
                counted(count, "movimiento", "movimientos"),
            )
            db.flush()
            progress.report(1, 1)
            return count

    def close(self) -> None:
        """Close the previews that were not discarded."""
        for serie in list(self._open):
            found = self._open.pop(serie, None)
            if found is not None:
                found.close()

    def _of(self, preview: VistaPreviaMovimientos) -> OpenPreview:
        found = self._open.get(preview.serie)
        if found is None:
            raise InvalidInputError(DISCARDED, "archivo")
        return found
