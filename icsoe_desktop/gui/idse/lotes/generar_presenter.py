"""Generar archivo: preview of the files, and writing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.base.presenter import StoppablePresenter
from icsoe_desktop.gui.idse.modulo.archivos import write_new
from icsoe_desktop.gui.idse.modulo.columns import is_pending
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, Step
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import Lote, OpcionesLote, PlanLote
from icsoe_desktop.services.movimientos.valores import MovimientoFila

PLAN_PAUSE_MS: Final = 300
PLANNING: Final = "Preparando los archivos"
FIRST_STEP: Final = Step(0, None, PLANNING)
USUAL: Final = OpcionesLote()
LEFT_OUT: Final = (
    "{quedan} fuera y en Pendiente: hay datos que impiden escribirlos. Corríjalos y genere otro "
    "archivo."
)
NOTHING_PENDING: Final = (
    "No hay movimientos pendientes. Sólo los que están en Pendiente y en ningún archivo pueden ir "
    "en uno nuevo."
)
# Of a choice beside which there is the one of everything pending.
NONE_HERE: Final = "No hay movimientos pendientes en «{este}». Elija «{todos}» en Movimientos."
NOT_PENDING: Final = "{quedan} fuera: ya están en un archivo o tienen respuesta."
WRITTEN_ONE: Final = (
    "Se guardó {archivo} con {movimientos}, en {carpeta}. Súbalo al portal con Acceso a IDSE y "
    "márquelo como enviado en Lotes."
)
WRITTEN: Final = (
    "Se guardaron {archivos} archivos con {movimientos}, en {carpeta}. Súbalos al portal con "
    "Acceso a IDSE y márquelos como enviados en Lotes."
)
KEPT_ONLY_HERE: Final = (
    "El lote quedó generado, pero su archivo no se pudo guardar en esa carpeta. Nada se perdió: "
    "guárdelo desde la pestaña Lotes con «Guardar archivo»."
)


@dataclass(frozen=True)
class Alcance:
    """A choice of the movements for the files. read: may return some that are not pending."""

    nombre: str
    read: Callable[[Progress], Sequence[MovimientoFila]]


@dataclass(frozen=True)
class GenerarState:
    """alcances: names of the choices; the first one has everything pending. alcance: the present
    one. otros: how many of its movements are not pending.
    """

    alcances: tuple[str, ...]
    alcance: int = 0
    opciones: OpcionesLote = USUAL
    plan: PlanLote | None = None
    otros: int = 0
    step: Step | None = FIRST_STEP
    writing: bool = False
    stopping: bool = False

    @property
    def can_generate(self) -> bool:
        plan = self.plan
        return plan is not None and self.step is None and not self.writing and bool(plan.archivos)

    @property
    def counts(self) -> str:
        plan = self.plan
        if plan is None or self.step is not None or not plan.archivos:
            return ""
        files = counted(len(plan.archivos), "archivo", "archivos")
        return f"{files} con {movements(plan.movimientos)}."

    @property
    def warning(self) -> str:
        """What is not in the files, and why."""
        plan = self.plan
        if plan is None or self.step is not None:
            return ""
        texts = []
        if plan.fuera:
            texts.append(LEFT_OUT.format(quedan=_stay(len(plan.fuera))))
        if self.otros:
            texts.append(NOT_PENDING.format(quedan=_stay(self.otros)))
        if not plan.archivos and self.alcance:
            todos, este = self.alcances[0], self.alcances[self.alcance]
            texts.append(NONE_HERE.format(este=este, todos=todos))
        elif not plan.archivos and not texts:
            texts.append(NOTHING_PENDING)
        return " ".join(texts)


class GenerarPresenter(StoppablePresenter[GenerarState]):
    written = Signal(str)  # a sentence
    generated = Signal(object)  # ids of the lotes: saved, even if writing the files failed
    refused = Signal(object)  # Exception: the lotes are saved, the files were not written

    def __init__(
        self,
        service: LotesService,
        jobs: JobQueue,
        reading: JobQueue,
        sesion: Sesion,
        alcances: Sequence[Alcance],
        *,
        alcance: int = 0,
        opciones: OpcionesLote = USUAL,
    ) -> None:
        """reading: a queue that may be dropped with the window. What is written goes to `jobs`."""
        self.alcances = tuple(alcances)
        names = tuple(each.nombre for each in self.alcances)
        super().__init__(jobs, GenerarState(names, alcance, opciones))
        self._service = service
        self._reading = reading
        self._sesion = sesion
        # The movements of the present choice, once read.
        self._ids: tuple[UUID, ...] | None = None
        self._asked = 0
        self._pause = delayed(self, PLAN_PAUSE_MS, self.plan)

    def choose(self, opciones: OpcionesLote) -> None:
        if opciones == self.state.opciones or self.state.writing:
            return
        self._show(opciones=opciones, step=FIRST_STEP)
        self._pause.start()

    def choose_alcance(self, at: int) -> None:
        if at == self.state.alcance or self.state.writing:
            return
        self._ids = None
        self._show(alcance=at, step=FIRST_STEP)
        self.plan()

    def plan(self) -> None:
        self._asked += 1
        asked, opciones, ids = self._asked, self.state.opciones, self._ids
        alcance, otros = self.alcances[self.state.alcance], self.state.otros
        self._pause.stop()
        if self._job is not None:
            self._job.cancel()
        self._show(step=FIRST_STEP)

        def work(progress: Progress) -> tuple[PlanLote, tuple[UUID, ...], int]:
            wanted, others = ids, otros
            if wanted is None:
                filas = alcance.read(progress)
                wanted = tuple(fila.id for fila in filas if is_pending(fila))
                others = len(filas) - len(wanted)
            plan = self._service.plan(self._sesion, wanted, opciones, progress)
            return plan, wanted, others

        self._job = self.run(
            work,
            lambda outcome: self._on_planned(outcome, asked),
            lambda step: self._on_step(step, asked),
            self._reading,
        )

    def renew(self) -> None:
        """Plan anew with the movements as they are now."""
        if not self.state.writing:
            self._ids = None
            self.plan()

    def cancel(self) -> None:
        """Stop planning. Does nothing while files are written: the lotes are already saved."""
        if self.state.writing:
            return
        self._asked += 1
        if self._job is not None:
            self._job.cancel()
        self.stopped.emit()

    def generate(self, folder: Path) -> None:
        """Generate the lotes and write each file in the folder, under a name that is free."""
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
                    content = service.content(sesion, lote.id)
                    paths.append(write_new(folder, lote.nombre_archivo, content))
            except UserFacingError as error:
                return lotes, paths, error
            return lotes, paths, None

        self.ask(work, self._on_written, self._on_not_written, self.stopped.emit)

    def _on_step(self, step: Step, asked: int) -> None:
        if asked == self._asked:
            self._show(step=step if step.what else step._replace(what=PLANNING))

    def _on_planned(
        self, outcome: Outcome[tuple[PlanLote, tuple[UUID, ...], int]], asked: int
    ) -> None:
        def show(planned: tuple[PlanLote, tuple[UUID, ...], int]) -> None:
            plan, self._ids, otros = planned
            self._show(plan=plan, otros=otros, step=None)

        if asked == self._asked:
            self._job = None
            self.settle(outcome, show, stopped=self.stopped.emit)

    def _on_written(self, written: tuple[tuple[Lote, ...], list[Path], Exception | None]) -> None:
        lotes, paths, error = written
        self.generated.emit(frozenset(lote.id for lote in lotes))
        if error is not None:
            self.refused.emit(UserFacingError(KEPT_ONLY_HERE))
            return
        count = sum(lote.movimientos for lote in lotes)
        text = WRITTEN_ONE if len(paths) == 1 else WRITTEN
        self.written.emit(
            text.format(
                archivo=paths[0].name,
                archivos=len(paths),
                movimientos=movements(count),
                carpeta=paths[0].parent,
            )
        )

    def _on_not_written(self, error: Exception) -> None:
        self._show(writing=False)
        self.failed.emit(error)


def _stay(count: int) -> str:
    return counted(count, "movimiento queda", "movimientos quedan")
