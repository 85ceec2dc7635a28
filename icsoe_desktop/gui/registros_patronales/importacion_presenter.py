"""Importar registros patronales: reading a sheet, showing what it would do, doing it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import Signal

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.gui.presenter import StoppablePresenter
from icsoe_desktop.gui.registros_patronales.presenter import counted
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Step, Stopped, Succeeded
from icsoe_desktop.services.importacion_registros import ResultadoImportacion, VistaPrevia
from icsoe_desktop.services.registros_patronales import RegistrosPatronalesService

READING = "Leyendo el archivo…"
IMPORTING = "Importando…"
STOPPING = "Cancelando; no se guardará nada…"
NOTHING_TO_DO = "No hay nada que importar: el catálogo ya tiene estos datos."
ONLY_BAD = "Ningún renglón se puede importar. Corrija el archivo y vuelva a elegirlo."
WITH_PROBLEMS = (
    "Hay renglones con problemas. Corríjalos en el archivo y vuelva a elegirlo, o importe sólo "
    "los correctos."
)
FIRST_STEP = Step(0, None, READING)


class Fase(Enum):
    READING = auto()
    SHOWING = auto()
    IMPORTING = auto()


@dataclass(frozen=True)
class ImportacionState:
    archivo: str
    fase: Fase = Fase.READING
    step: Step = FIRST_STEP
    vista: VistaPrevia | None = None
    only_good: bool = False
    stopping: bool = False

    @property
    def pending(self) -> int:
        """How many rows would change something."""
        if self.vista is None:
            return 0
        return len(self.vista.nuevos) + len(self.vista.cambiados)

    @property
    def with_problems(self) -> bool:
        return self.vista is not None and bool(self.vista.con_problemas)

    @property
    def can_choose_only_good(self) -> bool:
        return self.fase is Fase.SHOWING and self.with_problems and self.pending > 0

    @property
    def can_import(self) -> bool:
        good_enough = self.only_good or not self.with_problems
        return self.fase is Fase.SHOWING and self.pending > 0 and good_enough

    @property
    def counts(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        parts = (
            counted(len(vista.nuevos), "nuevo", "nuevos"),
            counted(len(vista.cambiados), "que cambia", "que cambian"),
            counted(len(vista.iguales), "sin cambios", "sin cambios"),
            counted(len(vista.con_problemas), "con problemas", "con problemas"),
        )
        total = counted(len(vista.renglones), "renglón", "renglones")
        return f"{total}: {', '.join(part for part in parts if part)}."

    @property
    def advice(self) -> str:
        """What stands in the way of importing."""
        if self.fase is not Fase.SHOWING or self.can_import:
            return ""
        if self.pending:
            return WITH_PROBLEMS
        return ONLY_BAD if self.with_problems else NOTHING_TO_DO


class ImportacionPresenter(StoppablePresenter[ImportacionState]):
    imported = Signal(object)  # ResultadoImportacion
    failed = Signal(object)  # Exception

    def __init__(
        self, service: RegistrosPatronalesService, jobs: JobQueue, sesion: Sesion, path: Path
    ) -> None:
        super().__init__(jobs, ImportacionState(path.name))
        self._service = service
        self._sesion = sesion
        self._path = path

    def start(self) -> None:
        self.begin(
            lambda progress: self._service.preview_import(self._sesion, self._path, progress),
            self._on_read,
            self._on_progress,
        )

    def choose_only_good(self, only_good: bool) -> None:
        self._show(only_good=only_good)

    def apply(self) -> None:
        vista, only_good = self.state.vista, self.state.only_good
        if vista is None or not self.state.can_import:
            return
        self._show(fase=Fase.IMPORTING, step=Step(0, self.state.pending, IMPORTING))
        self.begin(
            lambda progress: self._service.apply_import(
                self._sesion, vista, progress, only_good=only_good
            ),
            self._on_imported,
            self._on_progress,
        )

    def _on_progress(self, step: Step) -> None:
        # Many steps name only their numbers.
        what = f"{step.what}…" if step.what else self.state.step.what
        self._show(step=replace(step, what=what))

    def _on_read(self, outcome: Outcome[VistaPrevia]) -> None:
        match outcome:
            case Succeeded(_) if self.state.stopping:
                self.stopped.emit()
            case Succeeded(vista):
                self._show(fase=Fase.SHOWING, vista=vista)
            case Stopped():
                self.stopped.emit()
            case Failed(error):
                self.failed.emit(error)

    def _on_imported(self, outcome: Outcome[ResultadoImportacion]) -> None:
        match outcome:
            case Succeeded(resultado):
                self.imported.emit(resultado)
            case Stopped():
                self.stopped.emit()
            case Failed(error):
                self.failed.emit(error)
