"""Generar archivo: preview of the files, and writing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID

from PySide6.QtCore import QTimer, Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.gui.modulo.archivos import free_name, write_whole
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Step
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import Lote, OpcionesLote, PlanLote

PLAN_PAUSE_MS: Final = 300
PLANNING: Final = "Preparando los archivos"
FIRST_STEP: Final = Step(0, None, PLANNING)
USUAL: Final = OpcionesLote()
BLOCKED: Final = (
    "Hay datos que impiden escribir el archivo. Corrija esos movimientos, o quítelos de la "
    "selección, y vuelva a generar."
)
WRITTEN: Final = (
    "{verbo} {archivos} con {movimientos}. Súbalo al portal con Acceso a IDSE y márquelo como "
    "enviado en Lotes."
)
KEPT_ONLY_HERE: Final = (
    "El lote quedó generado, pero su archivo no se pudo guardar en esa carpeta. Nada se perdió: "
    "guárdelo desde la pestaña Lotes con «Guardar archivo»."
)


@dataclass(frozen=True)
class GenerarState:
    opciones: OpcionesLote = USUAL
    plan: PlanLote | None = None
    step: Step | None = FIRST_STEP
    writing: bool = False
    stopping: bool = False

    @property
    def can_generate(self) -> bool:
        plan = self.plan
        return (
            plan is not None
            and self.step is None
            and not self.writing
            and not plan.impedido
            and bool(plan.archivos)
        )

    @property
    def counts(self) -> str:
        plan = self.plan
        if plan is None or self.step is not None or not plan.archivos:
            return ""
        files = counted(len(plan.archivos), "archivo", "archivos")
        return f"{files} con {movements(plan.movimientos)}."


class GenerarPresenter(StatePresenter[GenerarState]):
    written = Signal(str)  # a sentence
    generated = Signal()  # the lotes are saved, even if writing the files failed
    stopped = Signal()
    failed = Signal(object)  # Exception: nothing was generated
    refused = Signal(object)  # Exception: the lotes are saved, the files were not written

    def __init__(
        self, service: LotesService, jobs: JobQueue, sesion: Sesion, ids: Sequence[UUID]
    ) -> None:
        super().__init__(jobs, GenerarState())
        self._service = service
        self._sesion = sesion
        self._ids = tuple(ids)
        self._job: Job | None = None
        self._asked = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PLAN_PAUSE_MS)
        self._pause.timeout.connect(self.plan)

    def choose(self, opciones: OpcionesLote) -> None:
        if opciones == self.state.opciones or self.state.writing:
            return
        self._show(opciones=opciones, step=Step(0, None, PLANNING))
        self._pause.start()

    def plan(self) -> None:
        self._asked += 1
        asked, opciones = self._asked, self.state.opciones
        if self._job is not None:
            self._job.cancel()
        self._show(step=Step(0, len(self._ids), PLANNING))
        self._job = self.run(
            lambda progress: self._service.plan(self._sesion, self._ids, opciones, progress),
            lambda outcome: self._on_planned(outcome, asked),
            lambda step: self._on_step(step, asked),
        )

    def cancel(self) -> None:
        """Stop planning. Does nothing while files are written: the lotes are already saved."""
        if self.state.writing:
            return
        self._asked += 1
        if self._job is not None:
            self._job.cancel()
        self.stopped.emit()

    def generate(self, target: Path) -> None:
        """Generate the lotes and write their files.

        target: the file to write, or the folder for several files.
        """
        plan = self.state.plan
        if plan is None or not self.state.can_generate:
            return
        self._show(writing=True)
        service, sesion = self._service, self._sesion

        def work(_progress: object) -> tuple[tuple[Lote, ...], list[Path], Exception | None]:
            lotes = service.generate(sesion, plan)
            paths: list[Path] = []
            try:
                for lote in lotes:
                    single = len(lotes) == 1
                    path = target if single else free_name(target, lote.nombre_archivo)
                    write_whole(path, service.content(sesion, lote.id))
                    paths.append(path)
            except UserFacingError as error:
                return lotes, paths, error
            return lotes, paths, None

        self.ask(work, self._on_written, self._on_not_written, self.stopped.emit)

    def _on_step(self, step: Step, asked: int) -> None:
        if asked == self._asked:
            self._show(step=step if step.what else replace(step, what=PLANNING))

    def _on_planned(self, outcome: Outcome[PlanLote], asked: int) -> None:
        if asked == self._asked:
            self._job = None
            self.settle(
                outcome,
                lambda plan: self._show(plan=plan, step=None),
                stopped=self.stopped.emit,
            )

    def _on_written(self, written: tuple[tuple[Lote, ...], list[Path], Exception | None]) -> None:
        lotes, paths, error = written
        self.generated.emit()
        if error is not None:
            self.refused.emit(UserFacingError(KEPT_ONLY_HERE))
            return
        count = sum(lote.movimientos for lote in lotes)
        names = paths[0].name if len(paths) == 1 else f"{len(paths)} archivos"
        verbo = "Se guardó" if len(paths) == 1 else "Se guardaron"
        self.written.emit(WRITTEN.format(verbo=verbo, archivos=names, movimientos=movements(count)))

    def _on_not_written(self, error: Exception) -> None:
        self._show(writing=False)
        self.failed.emit(error)
