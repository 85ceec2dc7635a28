"""Importar movimientos: read files, show a preview, import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.base.presenter import StoppablePresenter
from icsoe_desktop.gui.idse.importacion.problemas import EXPORTED, EXPORTING
from icsoe_desktop.gui.idse.modulo.columns import MOVIMIENTO_CORTO
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.gui.kit.progress import with_what
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, Step, settle
from icsoe_desktop.services.importacion.renglones import campo_of
from icsoe_desktop.services.importacion.service import NOTHING_SAID, ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import (
    Columnas,
    Decision,
    Duplicado,
    FilasPropias,
    Formato,
    Fuente,
    GrupoProblemas,
    Indicaciones,
    ProblemaImportacion,
    ResultadoImportacionMovimientos,
    VistaPreviaMovimientos,
)

T = TypeVar("T")

READING = "Leyendo los archivos"
FIRST_STEP = Step(0, None, READING)
CAREFUL = Decision()
IMPORTING = "Importando"
NO_MOVEMENTS = "Los archivos no tienen ningún movimiento."
ONLY_BAD = (
    "Ningún movimiento se puede importar todavía. Corrija los problemas aquí o en el archivo."
)
ONLY_REPEATED = (
    "No hay movimientos nuevos: todos están repetidos. Para importarlos de todas formas, marque "
    "«Importar también los repetidos»."
)
WITH_ERRORS = (
    "Hay líneas con errores. Corríjalas aquí o en el archivo, o importe sólo los movimientos sin "
    "errores."
)
CORRECTING = "Leyendo otra vez con lo que corrigió"


class FaseImportacion(Enum):
    READING = auto()
    MATCHING = auto()
    SHOWING = auto()
    IMPORTING = auto()
    EXPORTING = auto()


@dataclass(frozen=True)
class ImportacionMovimientosState:
    """indicaciones: what the preview was read with. earlier: the same before each correction."""

    archivos: tuple[str, ...]
    fase: FaseImportacion = FaseImportacion.READING
    step: Step = FIRST_STEP
    vista: VistaPreviaMovimientos | None = None
    decision: Decision = CAREFUL
    stopping: bool = False
    message: str = ""
    indicaciones: Indicaciones = NOTHING_SAID
    earlier: tuple[Indicaciones, ...] = ()

    @property
    def working(self) -> bool:
        return self.fase in (
            FaseImportacion.READING,
            FaseImportacion.IMPORTING,
            FaseImportacion.EXPORTING,
        )

    @property
    def pending(self) -> int:
        """The number of movements that would be imported."""
        vista = self.vista
        if vista is None:
            return 0
        return vista.buenos - (0 if self.decision.importar_duplicados else vista.duplicados)

    @property
    def can_import(self) -> bool:
        vista = self.vista
        good_enough = vista is not None and (not vista.con_errores or self.decision.solo_buenos)
        return self.fase is FaseImportacion.SHOWING and good_enough and self.pending > 0

    @property
    def counts(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        parts = [f"{movements(vista.leidos)} en {_files(len(vista.archivos))}:"]
        said = []
        if vista.otras_personas:
            said.append(f"{vista.otras_personas:,} con el NSS de otra persona")
        said.append(counted(vista.buenos, "sin errores", "sin errores"))
        if vista.con_errores:
            said.append(counted(vista.con_errores, "línea con errores", "líneas con errores"))
        if vista.duplicados_en_datos:
            there = counted(vista.duplicados_en_datos, "que ya está", "que ya están")
            said.append(f"{there} en los datos")
        if vista.duplicados_en_archivo:
            twice = counted(vista.duplicados_en_archivo, "repetido", "repetidos")
            said.append(f"{twice} dentro de los archivos")
        if vista.advertencias:
            said.append(counted(vista.advertencias, "advertencia", "advertencias"))
        return f"{' '.join(parts)} {', '.join(said)}."

    @property
    def breakdown(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        by_type = [f"{MOVIMIENTO_CORTO[tipo]}: {n:,}" for tipo, n in vista.por_tipo.items() if n]
        if len(vista.por_registro) > 1:
            by_type.append(f"{len(vista.por_registro):,} registros patronales")
        by_type += [f"columnas de «{nombre}»" for nombre in vista.formatos]
        return " · ".join(by_type)

    @property
    def advice(self) -> str:
        """A sentence on what prevents the import."""
        vista = self.vista
        if vista is None or self.fase is not FaseImportacion.SHOWING or self.can_import:
            return ""
        if not vista.leidos and not vista.problemas:
            return NO_MOVEMENTS
        if not vista.buenos:
            return ONLY_BAD
        return WITH_ERRORS if vista.con_errores and self.pending else ONLY_REPEATED


def _files(count: int) -> str:
    return counted(count, "archivo", "archivos")


def summary(resultado: ResultadoImportacionMovimientos) -> str:
    """The result of an import in one to three sentences."""
    count = resultado.importados
    parts = [f"{'Se importó' if count == 1 else 'Se importaron'} {movements(count)}."]
    if resultado.duplicados_omitidos:
        parts.append(
            counted(
                resultado.duplicados_omitidos,
                "repetido no se importó.",
                "repetidos no se importaron.",
            )
        )
    if resultado.con_errores:
        parts.append(
            counted(
                resultado.con_errores,
                "línea con errores no se importó.",
                "líneas con errores no se importaron.",
            )
        )
    return " ".join(parts)


class ImportacionMovimientosPresenter(StoppablePresenter[ImportacionMovimientosState]):
    """pages: a queue that reads the rows of the lists. source: files, or rows of none."""

    columns_wanted = Signal(str, object)  # file name, Columnas
    equal_found = Signal(object, int)  # a problem, how many of its group have the same in the cell
    imported = Signal(object)  # ResultadoImportacionMovimientos
    failed = Signal(object)  # Exception: nothing was read
    refused = Signal(object)  # Exception: the preview stays

    def __init__(
        self,
        service: ImportacionMovimientosService,
        jobs: JobQueue,
        pages: JobQueue,
        sesion: Sesion,
        source: Sequence[Fuente] | FilasPropias,
    ) -> None:
        filas = source if isinstance(source, FilasPropias) else None
        paths = () if isinstance(source, FilasPropias) else tuple(source)
        names = tuple(path.name for path in paths) if filas is None else (filas.nombre,)
        super().__init__(jobs, ImportacionMovimientosState(names))
        self._service = service
        self._pages = pages
        self._sesion = sesion
        self._filas, self._paths = filas, paths

    @property
    def of_files(self) -> bool:
        """Whether the rows are lines of files."""
        return self._filas is None

    def start(self) -> None:
        """Read the headers first, because the user may have to assign them."""
        if self._filas is not None:
            self._read(NOTHING_SAID)
            return
        self.begin(self._first_unmatched, self._on_columns, self._on_progress)

    def match(self, formato: Formato, nombre: str) -> None:
        """Read with what the user said of the columns. nombre: to keep it under, or empty."""
        said = self.state.indicaciones
        self._read(replace(said, formato=formato, nombre=nombre))

    def ask_columns(self) -> None:
        """Let the user say again what the columns of the first sheet are."""
        if self.state.fase is FaseImportacion.SHOWING:
            self._show(fase=FaseImportacion.READING, step=Step(0, None, READING), message="")
            self._again(self._first_sheet, self._on_columns)

    def correct(
        self, grupo: GrupoProblemas, problema: ProblemaImportacion, texto: str, *, iguales: bool
    ) -> None:
        """Read again with the cell of a problem corrected, and those that say the same."""
        vista, service = self.state.vista, self._service
        if vista is not None:
            self._read_again(
                lambda: service.corrected(vista, grupo, problema, texto, iguales=iguales)
            )

    def read_column_as(self, grupo: GrupoProblemas, regla: str) -> None:
        """Read again with a doubtful column read by a rule."""
        vista, said = self.state.vista, self.state.indicaciones

        def work() -> Indicaciones:
            nombre = said.nombre or next(iter(vista.formatos if vista else ()), "")
            kept = self._service.formatos(self._sesion).get(nombre, Formato())
            formato = kept if said.formato is None else said.formato
            reglas = {**formato.reglas, campo_of(grupo.campo): regla}
            return replace(said, formato=replace(formato, reglas=reglas), nombre=nombre)

        self._read_again(work)

    def undo(self) -> None:
        """Read again without the last correction."""
        *earlier, last = self.state.earlier
        self._read(last, tuple(earlier))

    def count_equal(self, grupo: GrupoProblemas, problema: ProblemaImportacion) -> None:
        """Tell with `equal_found`."""
        vista, service = self.state.vista, self._service
        if vista is None:
            return

        def on_done(outcome: Outcome[int]) -> None:
            settle(outcome, lambda count: self.equal_found.emit(problema, count), self._fail)

        self._pages.add(
            lambda _progress: service.equal(vista, grupo, problema.encontrado),
            while_alive(self, on_done),
        )

    def decide(self, decision: Decision) -> None:
        self._show(decision=decision, message="")

    def import_now(self) -> None:
        vista, decision = self.state.vista, self.state.decision
        if vista is None or not self.state.can_import:
            return
        self._show(fase=FaseImportacion.IMPORTING, step=Step(0, None, IMPORTING), message="")
        self.begin(
            lambda progress: self._service.apply(self._sesion, vista, decision, progress),
            self.imported.emit,
            self._on_progress,
            self._on_not_imported,
        )

    def export_problems(self, path: Path) -> None:
        vista = self.state.vista
        if vista is None or self.state.working:
            return
        self._show(fase=FaseImportacion.EXPORTING, step=EXPORTING, message="")
        self.begin(
            lambda progress: self._service.export_problems(vista, path, progress),
            lambda _none: self._show(message=EXPORTED),
            self._on_progress,
            self.refused.emit,
            # Stopping the export of a list does not close the preview.
            stopped=lambda: None,
            fase=FaseImportacion.SHOWING,
            stopping=False,
        )

    def problems(
        self, vista: VistaPreviaMovimientos, grupo: GrupoProblemas, start: int, count: int
    ) -> list[ProblemaImportacion]:
        """Runs in a worker."""
        return self._service.problems(vista, start, count, grupo)

    def duplicates(self, vista: VistaPreviaMovimientos, start: int, count: int) -> list[Duplicado]:
        """Runs in a worker."""
        return self._service.duplicates(vista, start, count)

    def discard(self, vista: VistaPreviaMovimientos | None = None) -> None:
        """Release the preview, or an earlier one, once the lists need no more of its rows."""
        vista, service = vista or self.state.vista, self._service
        if vista is not None:
            self._pages.add(lambda _progress: service.discard(vista), lambda _outcome: None)

    def _first_unmatched(self, progress: Progress) -> tuple[str, Columnas] | None:
        """The first sheet whose required columns cannot be recognised by name."""
        for at, path in enumerate(self._paths):
            progress.report(at, len(self._paths))
            columnas = self._service.columns(self._sesion, path, progress)
            if columnas is not None and not columnas.completas:
                return path.name, columnas
        return None

    def _first_sheet(self, progress: Progress) -> tuple[str, Columnas] | None:
        said = self.state.indicaciones
        for path in self._paths:
            columnas = self._service.columns(self._sesion, path, progress)
            if columnas is not None and said.formato is not None:
                found = {**columnas.propuesto.columnas, **said.formato.columnas}
                formato = replace(said.formato, columnas=found)
                columnas = replace(columnas, propuesto=formato, nombre=said.nombre)
            if columnas is not None:
                return path.name, columnas
        return None

    def _read(self, said: Indicaciones, earlier: tuple[Indicaciones, ...] | None = None) -> None:
        """earlier: what an undo leaves; None for a correction, which can be undone."""
        self._read_again(lambda: said, earlier)

    def _read_again(
        self, say: Callable[[], Indicaciones], earlier: tuple[Indicaciones, ...] | None = None
    ) -> None:
        """say: runs in the worker."""
        before, vista, filas = self.state.indicaciones, self.state.vista, self._filas
        what = READING if vista is None else CORRECTING
        self._show(fase=FaseImportacion.READING, step=Step(0, None, what), message="")

        def work(progress: Progress) -> tuple[Indicaciones, VistaPreviaMovimientos]:
            said = say()
            if filas is not None:
                return said, self._service.preview_rows(self._sesion, filas, progress)
            return said, self._service.preview(self._sesion, self._paths, progress, said)

        def done(read: tuple[Indicaciones, VistaPreviaMovimientos]) -> None:
            left = self.state.earlier
            if earlier is not None:
                left = earlier
            elif vista is not None:
                left = (*left, before)
            self._show(
                fase=FaseImportacion.SHOWING, indicaciones=read[0], vista=read[1], earlier=left
            )
            if vista is not None:
                self.discard(vista)
            if self.state.stopping:
                self.stopped.emit()

        self._again(work, done)

    def _again(self, work: Callable[[Progress], T], then: Callable[[T], object]) -> None:
        """`begin`; a failure or a stop leaves the preview that is there already."""
        if self.state.vista is None:
            self.begin(work, then, self._on_progress)
            return

        def back() -> None:
            self._show(fase=FaseImportacion.SHOWING, stopping=False)

        self.begin(work, then, self._on_progress, self._on_not_imported, back)

    def _on_columns(self, unmatched: tuple[str, Columnas] | None) -> None:
        if self.state.stopping:
            self.stopped.emit()
        elif unmatched is not None:
            there = self.state.vista is not None
            self._show(fase=FaseImportacion.SHOWING if there else FaseImportacion.MATCHING)
            self.columns_wanted.emit(*unmatched)
        elif self.state.vista is None:
            self._read(NOTHING_SAID)
        else:
            self._show(fase=FaseImportacion.SHOWING)

    def _on_progress(self, step: Step) -> None:
        self._show(step=with_what(step, self.state.step.what))

    def _on_not_imported(self, error: Exception) -> None:
        self._show(fase=FaseImportacion.SHOWING)
        self.refused.emit(error)
