"""Imports movements from 168-position files, Excel and CSV: preview, then all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.dispmag import Leido
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.importacion.hechas import new_row, newest_first, row_to_undo
from icsoe_desktop.services.importacion.hojas import columns_of, sheet_records
from icsoe_desktop.services.importacion.informe import write_problems
from icsoe_desktop.services.importacion.lectura import (
    ENCABEZADOS,
    UNREADABLE,
    ClaseArchivoImportado,
    OpenPreview,
    Receptor,
    chunks_of,
    clase_of,
    describe,
    duplicates,
    problems,
    take,
    tell_others,
)
from icsoe_desktop.services.importacion.valores import (
    Columnas,
    Decision,
    Duplicado,
    FilasPropias,
    Importacion,
    ProblemaImportacion,
    ResultadoImportacionMovimientos,
    VistaPreviaMovimientos,
)
from icsoe_desktop.services.movimientos.filas import Lector
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.valores_legales.limites import limites_of
from icsoe_desktop.store.ajustes import keep_values, kept_values
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.importacion.preview import PreviewFile
from icsoe_desktop.store.movimientos.bulk import bring_in, take_out
from icsoe_desktop.store.movimientos.movement_rows import NOT_PRESENTED

OBJETO = "importación"
COLUMNAS = "movimientos.columnas"
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
        self._bitacora = bitacora
        self._open: dict[int, OpenPreview] = {}

    def clase(self, path: Path) -> ClaseArchivoImportado:
        """Kind of the file by its content. Raises InvalidInputError (campo «archivo»)."""
        return clase_of(path)

    def columns(self, sesion: Sesion, path: Path, progress: Progress) -> Columnas | None:
        """The columns of a sheet, for matching by hand. None for a 168-position file."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
            remembered = _remembered(db)
        if clase_of(path) is not ClaseArchivoImportado.HOJA:
            return None
        return columns_of(path, remembered, progress)

    def preview(
        self,
        sesion: Sesion,
        paths: Sequence[Path],
        progress: Progress,
        columnas: Mapping[str, str] | None = None,
    ) -> VistaPreviaMovimientos:
        """Read the files. Changes nothing. Discard the preview after use, also after `apply`.

        columnas: field → header, if the user matched them by hand. `apply` remembers it.
        Raises InvalidInputError (campo «archivo») for a file of another kind, and Cancelled.
        """
        with self._store.read() as db:
            authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
            matched = dict(columnas) if columnas is not None else _remembered(db)
        if not paths:
            raise InvalidInputError(NOTHING_CHOSEN, "archivo")
        kinds = [clase_of(path) for path in paths]
        if ClaseArchivoImportado.CONSTANCIA in kinds:
            raise InvalidInputError(A_CONSTANCIA, "archivo")
        files = list(zip(paths, kinds, strict=True))

        def read(receptor: Receptor, limites: TablaLimites) -> None:
            self._read(files, receptor, matched, limites, progress)

        nombres = tuple(path.name for path in paths)
        return self._preview(sesion, nombres, dict(columnas or {}), read, progress)

    def preview_rows(
        self, sesion: Sesion, filas: FilasPropias, progress: Progress
    ) -> VistaPreviaMovimientos:
        """`preview` for movements that no file holds. Raises Cancelled."""

        def told(found: Iterable[Leido]) -> Iterator[Leido]:
            for number, one in enumerate(found):
                if number % BLOCK == 0:
                    progress.report(number, filas.cuantas, "Revisando los avisos")
                yield one

        return self._preview(
            sesion,
            (filas.nombre,),
            {},
            lambda receptor, limites: take(receptor, 0, told(filas.judged(limites))),
            progress,
        )

    def _preview(
        self,
        sesion: Sesion,
        nombres: tuple[str, ...],
        columnas: dict[str, str],
        read: Callable[[Receptor, TablaLimites], None],
        progress: Progress,
    ) -> VistaPreviaMovimientos:
        """read: gives the records to the Receptor."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
            limites = limites_of(db)
        preview_file = PreviewFile(self._store.engine)
        try:
            receptor = Receptor(preview_file)
            with preview_file.filling():
                read(receptor, limites)
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
            found = OpenPreview(preview_file, nombres, columnas)
            vista = describe(found, receptor, in_files, in_data, otras)
            progress.report(2, 2)
        except BaseException:
            preview_file.close()
            raise
        self._open[vista.serie] = found
        return vista

    def problems(
        self, preview: VistaPreviaMovimientos, start: int, count: int
    ) -> list[ProblemaImportacion]:
        """In the order of files and lines."""
        return problems(self._of(preview), start, count)

    def duplicates(
        self, preview: VistaPreviaMovimientos, start: int, count: int
    ) -> list[Duplicado]:
        return duplicates(self._of(preview), start, count)

    def export_problems(
        self, preview: VistaPreviaMovimientos, path: Path, progress: Progress
    ) -> None:
        """Write all problems as CSV for Excel."""

        def rows() -> Iterator[tuple[object, ...]]:
            for start in range(0, preview.problemas, BLOCK):
                progress.report(start, preview.problemas, "Guardando la lista de problemas")
                for one in self.problems(preview, start, BLOCK):
                    yield *one[:-1], one.gravedad.value

        write_problems(path, ENCABEZADOS, rows())

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
                rule=Lector(calendario_of(db), fecha_local(self._store.clock())).term,
                report=progress.report,
            )
            if found.columnas:
                remembered = {**_remembered(db), **found.columnas}
                keep_values(db, self._store, COLUMNAS, remembered)
            detalle = (
                f"{counted(row.importados, 'movimiento', 'movimientos')} de "
                f"{counted(len(preview.archivos), 'archivo', 'archivos')}"
            )
            self._bitacora.record(
                db, sesion, Accion.IMPORTACION_MOVIMIENTOS, OBJETO, row.id, detalle
            )
            db.flush()
            # Last chance to cancel: the transaction commits after it.
            progress.report(1, 1)
            return ResultadoImportacionMovimientos(
                row.id, row.importados, preview.buenos - row.importados, preview.con_errores
            )

    def all(self, sesion: Sesion) -> tuple[Importacion, ...]:
        """Newest first."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
            return newest_first(db)

    def undo(self, sesion: Sesion, importacion_id: uuid.UUID, progress: Progress) -> int:
        """Delete the movements of an import. Returns their number.

        Edited movements are deleted too.
        Raises UserFacingError with the reason if some are in a lote or were answered, and
        Cancelled.
        """
        with self._store.write() as db:
            authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
            row = row_to_undo(db, importacion_id)
            where = (row.numero, row.primera, row.ultima)
            count = take_out(raw_of(db), where, row.importados, progress.report)
            row.deshecha = self._store.clock()
            self._bitacora.record(
                db,
                sesion,
                Accion.IMPORTACION_DESHECHA,
                OBJETO,
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

    def _read(
        self,
        files: Sequence[tuple[Path, ClaseArchivoImportado]],
        receptor: Receptor,
        matched: Mapping[str, str],
        limites: TablaLimites,
        progress: Progress,
    ) -> None:
        try:
            sizes = [path.stat().st_size for path, _ in files]
        except OSError as error:
            raise InvalidInputError(UNREADABLE, "archivo") from error
        today = fecha_local(self._store.clock())
        for number, (path, kind) in enumerate(files):
            before, total = sum(sizes[:number]), sum(sizes)
            what = f"Leyendo {path.name}"
            progress.report(before, total, what)
            if kind is ClaseArchivoImportado.HOJA:
                rows = sheet_records(path, matched, limites, today, progress)
                take(receptor, number, rows)
                continue

            def at(done: int, before: int = before, total: int = total, what: str = what) -> None:
                progress.report(before + done, total, what)

            take(receptor, number, dispmag.read(chunks_of(path, at), limites))

    def _of(self, preview: VistaPreviaMovimientos) -> OpenPreview:
        found = self._open.get(preview.serie)
        if found is None:
            raise InvalidInputError(DISCARDED, "archivo")
        return found


def _remembered(db: Session) -> dict[str, str]:
    return {str(campo): str(name) for campo, name in kept_values(db, COLUMNAS).items()}
