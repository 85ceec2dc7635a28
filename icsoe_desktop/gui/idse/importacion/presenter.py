"""Importar movimientos: read files, show a preview, import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.presenter import StoppablePresenter
from icsoe_desktop.gui.idse.importacion.problemas import EXPORTED, EXPORTING
from icsoe_desktop.gui.idse.modulo.columns import MOVIMIENTO_CORTO
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.gui.kit.progress import with_what
from icsoe_desktop.jobs import JobQueue, Progress, Step
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import (
    Columnas,
    Decision,
    Duplicado,
    ProblemaImportacion,
    ResultadoImportacionMovimientos,
    VistaPreviaMovimientos,
)

READING = "Leyendo los archivos"
FIRST_STEP = Step(0, None, READING)
CAREFUL = Decision()
IMPORTING = "Importando"
NO_MOVEMENTS = "Los archivos no tienen ningún movimiento."
ONLY_BAD = "Ningún movimiento se puede importar. Corrija los archivos y vuelva a elegirlos."
ONLY_REPEATED = (
    "No hay movimientos nuevos: todos están repetidos. Para importarlos de todas formas, marque "
    "«Importar también los repetidos»."
)
WITH_ERRORS = (
    "Hay líneas con errores. Corríjalas en el archivo y vuelva a elegirlo, o importe sólo los "
    "movimientos sin errores."
)


class FaseImportacion(Enum):
    READING = auto()
    MATCHING = auto()
    SHOWING = auto()
    IMPORTING = auto()
    EXPORTING = auto()


@dataclass(frozen=True)
class ImportacionMovimientosState:
    archivos: tuple[str, ...]
    fase: FaseImportacion = FaseImportacion.READING
    step: Step = FIRST_STEP
    vista: VistaPreviaMovimientos | None = None
    decision: Decision = CAREFUL
    stopping: bool = False
    message: str = ""

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
    """pages: a queue that reads the rows of the lists."""

    columns_wanted = Signal(str, object)  # file name, Columnas
    imported = Signal(object)  # ResultadoImportacionMovimientos
    failed = Signal(object)  # Exception: nothing was read
    refused = Signal(object)  # Exception: the preview stays

    def __init__(
        self,
        service: ImportacionMovimientosService,
        jobs: JobQueue,
        pages: JobQueue,
        sesion: Sesion,
        paths: Sequence[Path],
    ) -> None:
        super().__init__(jobs, ImportacionMovimientosState(tuple(path.name for path in paths)))
        self._service = service
        self._pages = pages
        self._sesion = sesion
        self._paths = tuple(paths)

    def start(self) -> None:
        """Read the headers first, because the user may have to assign them."""
        self.begin(self._first_unmatched, self._on_columns, self._on_progress)

    def match(self, columnas: Mapping[str, str]) -> None:
        """Continue with the headers that the user assigned, field → header."""
        self._read(columnas)

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

    def problems(self, start: int, count: int) -> list[ProblemaImportacion]:
        """Runs in a worker."""
        vista = self.state.vista
        return self._service.problems(vista, start, count) if vista is not None else []

    def duplicates(self, start: int, count: int) -> list[Duplicado]:
        """Runs in a worker."""
        vista = self.state.vista
        return self._service.duplicates(vista, start, count) if vista is not None else []

    def discard(self) -> None:
        """Release the preview, once the lists need no more of its rows."""
        vista, service = self.state.vista, self._service
        if vista is not None:
            self._pages.add(lambda _progress: service.discard(vista), lambda _outcome: None)

    def _first_unmatched(self, progress: Progress) -> tuple[str, Columnas] | None:
        """The first sheet whose required columns cannot be recognised by name."""
        for at, path in enumerate(self._paths):
            progress.report(at, len(self._paths))
            columnas = self._service.columns(self._sesion, path, progress)
            if columnas is not None and not columnas.obligatorios <= columnas.propuestas.keys():
                return path.name, columnas
        return None

    def _read(self, columnas: Mapping[str, str] | None) -> None:
        self._show(fase=FaseImportacion.READING, step=Step(0, None, READING))
        self.begin(
            lambda progress: self._service.preview(self._sesion, self._paths, progress, columnas),
            self._on_read,
            self._on_progress,
        )

    def _on_columns(self, unmatched: tuple[str, Columnas] | None) -> None:
        if self.state.stopping:
            self.stopped.emit()
        elif unmatched is None:
            self._read(None)
        else:
            self._show(fase=FaseImportacion.MATCHING)
            self.columns_wanted.emit(*unmatched)

    def _on_progress(self, step: Step) -> None:
        self._show(step=with_what(step, self.state.step.what))

    def _on_read(self, vista: VistaPreviaMovimientos) -> None:
        self._show(fase=FaseImportacion.SHOWING, vista=vista)
        if self.state.stopping:
            self.stopped.emit()

    def _on_not_imported(self, error: Exception) -> None:
        self._show(fase=FaseImportacion.SHOWING)
        self.refused.emit(error)
