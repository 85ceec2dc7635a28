"""Exportar a SUA: the preview of the files, and writing them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.base.presenter import StoppablePresenter
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, Step
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.sua.service import NOTHING, READING, SuaService
from icsoe_desktop.services.sua.valores import OpcionesSua, PlanSua

PLAN_PAUSE_MS: Final = 300
FIRST_STEP: Final = Step(0, None, READING)
COUNTS: Final = "{archivos} con {movimientos}."
LEFT_OUT: Final = "{fuera}: la lista dice por qué."
ORDER: Final = " En SUA importe primero ASEG y después MOVT."
SAVED: Final = "{verbo} {archivos} con {movimientos}, en {carpeta}.{orden}"


@dataclass(frozen=True)
class SuaState:
    """registros: to choose from. plan: None until it is read, or while the period is wrong.

    saved: a sentence, once the files of this plan are written.
    """

    registros: tuple[str, ...] = ()
    plan: PlanSua | None = None
    step: Step | None = None
    writing: bool = False
    stopping: bool = False
    problems: tuple[tuple[str, str], ...] = ()
    saved: str = ""

    @property
    def can_save(self) -> bool:
        plan, idle = self.plan, self.step is None and not self.writing
        return plan is not None and idle and bool(plan.archivos)

    @property
    def counts(self) -> str:
        return said(self.plan) if self.plan is not None and self.can_save else ""

    @property
    def warning(self) -> str:
        """What is not in the files."""
        plan = self.plan
        if plan is None or self.step is not None:
            return ""
        if not plan.archivos:
            return NOTHING
        in_movt = sum(one.en_movt for one in plan.fuera)
        parts = [
            counted(count, one, many)
            for count, one, many in (
                (len(plan.fuera) - in_movt, "aviso queda fuera", "avisos quedan fuera"),
                (in_movt, "alta va en MOVT y no en ASEG", "altas van en MOVT y no en ASEG"),
            )
            if count
        ]
        return LEFT_OUT.format(fuera=" y ".join(parts)) if parts else ""


class SuaPresenter(StoppablePresenter[SuaState]):
    def __init__(
        self, service: SuaService, movimientos: MovimientosService, jobs: JobQueue, sesion: Sesion
    ) -> None:
        super().__init__(jobs, SuaState())
        self._service = service
        self._movimientos = movimientos
        self._sesion = sesion
        self._opciones: OpcionesSua | None = None
        self._asked = 0
        self._pause = delayed(self, PLAN_PAUSE_MS, self.plan)

    def start(self) -> None:
        movimientos, sesion = self._movimientos, self._sesion
        self.ask(
            lambda _progress: movimientos.registros_patronales(sesion),
            lambda registros: self._show(registros=registros),
        )

    def choose(self, opciones: OpcionesSua | None) -> None:
        """opciones: None while the period is no period."""
        if opciones == self._opciones or self.state.writing:
            return
        self._opciones = opciones
        self._asked += 1
        self._stop()
        self._pause.start()
        step = FIRST_STEP if opciones is not None else None
        self._show(plan=None, step=step, problems=(), saved="")

    def plan(self) -> None:
        self._pause.stop()
        asked, opciones = self._asked, self._opciones
        self._stop()
        if opciones is None:
            return
        self._job = self.run(
            lambda progress: self._service.plan(self._sesion, opciones, progress),
            lambda outcome: self._on_planned(outcome, asked),
            lambda step: self._on_step(step, asked),
        )

    def cancel(self) -> None:
        """Stop reading, and close. Does nothing while files are written, which is short."""
        if self.state.writing:
            return
        self._asked += 1
        self._pause.stop()
        self._stop()
        self.stopped.emit()

    def save(self, folder: Path) -> None:
        plan = self.state.plan
        if plan is None or not self.state.can_save:
            return
        self._show(writing=True, saved="")
        self.ask(
            lambda progress: self._write(plan, folder, progress),
            lambda text: self._show(saved=text),
            writing=False,
        )

    def _write(self, plan: PlanSua, folder: Path, progress: Progress) -> str:
        paths = self._service.write(self._sesion, plan, folder, progress)
        kinds = {archivo.disposicion.clase for archivo in plan.archivos}
        return SAVED.format(
            verbo="Se guardó" if len(paths) == 1 else "Se guardaron",
            archivos=counted(len(paths), "archivo", "archivos"),
            movimientos=movements(plan.movimientos),
            carpeta=folder,
            orden=ORDER if len(kinds) > 1 else "",
        )

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_step(self, step: Step, asked: int) -> None:
        if asked == self._asked:
            self._show(step=step)

    def _on_planned(self, outcome: Outcome[PlanSua], asked: int) -> None:
        if asked != self._asked:
            return
        self._job = None
        self.settle(outcome, lambda plan: self._show(plan=plan), self._on_refused, step=None)

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            self._refuse(error)
        else:
            self._fail(error)


def said(plan: PlanSua) -> str:
    files = counted(len(plan.archivos), "archivo", "archivos")
    return COUNTS.format(archivos=files, movimientos=movements(plan.movimientos))
