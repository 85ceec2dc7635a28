"""Catálogo postal: preview of a file, and replacing the present catalogue by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Step
from icsoe_desktop.services.contratista.domicilios import (
    CatalogoPostal,
    CodigosPostalesService,
    VistaPreviaCatalogo,
)

NO_CATALOGUE = (
    "Aún no hay catálogo postal en este equipo. Con él, al escribir un código postal aparecen sus "
    "colonias; sin él se escriben a mano."
)
STOPPING = "Cancelando; el catálogo anterior queda como estaba…"
READING, IMPORTING = "Leyendo el archivo…", "Importando…"
CANCELLED = "Se canceló. No se cambió nada."
ALREADY = "Este catálogo es el que ya está en uso; no hace falta importarlo otra vez."

NO_STEP = Step(0, None, "")


class FaseCatalogoPostal(Enum):
    RESTING = auto()
    READING = auto()
    SHOWING = auto()
    IMPORTING = auto()


@dataclass(frozen=True)
class CatalogoPostalState:
    """vigente: the catalogue in use. vista: preview of the chosen file."""

    fase: FaseCatalogoPostal = FaseCatalogoPostal.RESTING
    loaded: bool = False
    vigente: CatalogoPostal | None = None
    vista: VistaPreviaCatalogo | None = None
    step: Step = NO_STEP
    stopping: bool = False
    message: str = ""

    @property
    def working(self) -> bool:
        return self.fase in (FaseCatalogoPostal.READING, FaseCatalogoPostal.IMPORTING)

    @property
    def can_import(self) -> bool:
        return (
            self.fase is FaseCatalogoPostal.SHOWING
            and self.vista is not None
            and not self.vista.ya_importado
        )

    @property
    def vigente_text(self) -> str:
        one = self.vigente
        if not self.loaded:
            return ""
        if one is None:
            return NO_CATALOGUE
        return (
            f"En uso: {one.nombre}, del {format_fecha(one.fecha)}, {_rows(one.renglones)}; "
            f"importado el {format_fecha(one.importado.astimezone(HORA_DE_MEXICO).date())}."
        )

    @property
    def resumen_text(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        count = vista.con_problemas
        bad = (
            f"; {count:,} con problemas, que se {'omite' if count == 1 else 'omiten'}"
            if count
            else ""
        )
        return (
            f"{_rows(vista.renglones)}{bad}. Fecha del archivo: {format_fecha(vista.fecha)}. "
            f"Formato {vista.formato}, codificación {vista.codificacion}."
        )


class CatalogoPostalPresenter(StatePresenter[CatalogoPostalState]):
    def __init__(self, service: CodigosPostalesService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, CatalogoPostalState())
        self._service = service
        self._sesion = sesion
        self._job: Job | None = None

    def load(self) -> None:
        self.ask(
            lambda _progress: self._service.current(self._sesion),
            lambda vigente: self._show(vigente=vigente, loaded=True),
        )

    def choose(self, path: Path) -> None:
        """Show a preview of the file; saves nothing yet."""
        if self.state.working:
            return
        self._show(
            fase=FaseCatalogoPostal.READING, vista=None, step=Step(0, None, READING), message=""
        )
        self._job = self.run(
            lambda progress: self._service.preview_import(self._sesion, path, progress),
            self._on_read,
            self._on_progress,
        )

    def import_it(self) -> None:
        vista = self.state.vista
        if vista is None or not self.state.can_import:
            return
        self._show(
            fase=FaseCatalogoPostal.IMPORTING, step=Step(0, vista.renglones, IMPORTING), message=""
        )
        self._job = self.run(
            lambda progress: self._service.apply_import(self._sesion, vista, progress),
            self._on_imported,
            self._on_progress,
        )

    def cancel(self) -> bool:
        """Stop the running work; return whether there was any."""
        if self._job is None:
            return False
        self._job.cancel()
        self._show(stopping=True)
        return True

    def _on_progress(self, step: Step) -> None:
        what = f"{step.what.rstrip('…')}…" if step.what else self.state.step.what
        self._show(step=replace(step, what=what))

    def _on_read(self, outcome: Outcome[VistaPreviaCatalogo]) -> None:
        def show(vista: VistaPreviaCatalogo) -> None:
            if self.state.stopping:
                self._rest(CANCELLED)
            else:
                message = ALREADY if vista.ya_importado else ""
                self._show(fase=FaseCatalogoPostal.SHOWING, vista=vista, message=message)

        self._job = None
        self.settle(outcome, show, self._on_failed, lambda: self._rest(CANCELLED))

    def _on_imported(self, outcome: Outcome[CatalogoPostal]) -> None:
        def tell(vigente: CatalogoPostal) -> None:
            self._show(vigente=vigente)
            self._rest(f"Se importó el catálogo postal: {_rows(vigente.renglones)}.")

        self._job = None
        self.settle(outcome, tell, self._on_failed, lambda: self._rest(CANCELLED))

    def _on_failed(self, error: Exception) -> None:
        self._rest("")
        self.failed.emit(error)

    def _rest(self, message: str) -> None:
        self._show(fase=FaseCatalogoPostal.RESTING, vista=None, stopping=False, message=message)


def _rows(count: int) -> str:
    return counted(count, "renglón", "renglones")
