"""Restaurar un respaldo: find a backup, open it with its password, restore it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress, Step

if TYPE_CHECKING:
    from icsoe_desktop.services.respaldo.restauracion import RespaldoEncontrado, VistaPreviaRespaldo

LOOKING = "Buscando el respaldo más nuevo que esté bien…"
NONE_FOUND = (
    "No se encontró ningún respaldo. Elija un archivo de otro disco, o la carpeta donde los guarda."
)
NONE_THERE = "En la carpeta «{}» no hay ningún respaldo que esté bien. Elija otra."
PASSWORD_MISSING = "Escriba la contraseña del respaldo."
REVIEWING = "Revisando el respaldo…"
WORKING = "Restaurando sus datos…"
STOPPED = "Se canceló. Sus datos y el respaldo no se tocaron."


@dataclass(frozen=True)
class RestoreWork:
    """The functions that run in the worker. find: the newest valid backup that this program knows
    of.
    """

    find: Callable[[Progress], RespaldoEncontrado | None]
    find_in: Callable[[Path, Progress], RespaldoEncontrado | None]
    preview: Callable[[Path, str, Progress], VistaPreviaRespaldo]
    restore: Callable[[VistaPreviaRespaldo, str, Progress], object]


@dataclass(frozen=True)
class RestaurarState:
    """archivo: sentence that names the backup. vista: its contents, once the password opened it.

    que: the running work; empty if none. role: of the message, as in `show_message`.
    """

    archivo: str = LOOKING
    ruta: Path | None = None
    vista: VistaPreviaRespaldo | None = None
    que: str = ""
    paso: Step | None = None
    mensaje: str = ""
    role: str = "error"

    @property
    def busy(self) -> bool:
        return bool(self.que)


class RestaurarPresenter(StatePresenter[RestaurarState]):
    refused = Signal()  # the password must be typed again
    restored = Signal()
    failed = Signal(object)  # Exception: a bug

    def __init__(self, work: RestoreWork, jobs: JobQueue) -> None:
        super().__init__(jobs, RestaurarState())
        self._work = work
        self._job: Job | None = None

    def look(self) -> None:
        self._start(LOOKING, self._work.find, lambda outcome: self._on_found(outcome, NONE_FOUND))

    def look_in(self, folder: Path) -> None:
        none = NONE_THERE.format(folder)
        self._start(
            LOOKING,
            lambda progress: self._work.find_in(folder, progress),
            lambda outcome: self._on_found(outcome, none),
        )

    def choose(self, ruta: Path) -> None:
        self.cancel()
        self._show(archivo=f"Respaldo: {ruta}", ruta=ruta, vista=None, mensaje="")

    def forget_preview(self) -> None:
        """Discard the preview, because the user is typing another password."""
        if self.state.vista is not None or self.state.mensaje:
            self._show(vista=None, mensaje="")

    def go_on(self, contrasena: str) -> None:
        """Show the contents of the backup; once they are shown, restore it."""
        ruta, vista = self.state.ruta, self.state.vista
        if ruta is None or self.state.busy:
            return
        if not contrasena:
            self._show(mensaje=PASSWORD_MISSING, role="error")
            self.refused.emit()
            return
        if vista is None:
            self._start(
                REVIEWING,
                lambda progress: self._work.preview(ruta, contrasena, progress),
                self._on_reviewed,
            )
        else:
            self._start(
                WORKING,
                lambda progress: self._work.restore(vista, contrasena, progress),
                self._on_restored,
            )

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _start(
        self, que: str, work: Callable[[Progress], object], on_done: Callable[..., None]
    ) -> None:
        if self.state.busy:
            return
        self._show(que=que, paso=None, mensaje="")
        self._job = self.run(work, on_done, self._on_step)

    def _on_step(self, step: Step) -> None:
        if self.state.busy:
            self._show(paso=step)

    def _on_found(self, outcome: Outcome[RespaldoEncontrado | None], none: str) -> None:
        self._end()
        # The user may have chosen another backup meanwhile.
        if self.state.ruta is not None and none is NONE_FOUND:
            return
        self.settle(
            outcome,
            lambda found: self._show_found(found, none),
            self._on_not_found,
            lambda: self._show(archivo=NONE_FOUND),
        )

    def _show_found(self, found: RespaldoEncontrado | None, none: str) -> None:
        if found is not None:
            day = f"{found.creado.astimezone(HORA_DE_MEXICO):%d/%m/%Y a las %H:%M}"
            words = f"Respaldo del {day}: «{found.ruta.name}»."
            self._show(archivo=words, ruta=found.ruta, vista=None)
            return
        self._show(archivo=none if self.state.ruta is None else self.state.archivo)
        if self.state.ruta is not None:
            self._show(mensaje=none, role="error")

    def _on_not_found(self, error: Exception) -> None:
        self._show(archivo=NONE_FOUND)
        self._fail(error)

    def _on_reviewed(self, outcome: Outcome[VistaPreviaRespaldo]) -> None:
        self._end()
        self.settle(outcome, lambda vista: self._show(vista=vista), stopped=self._on_stopped)

    def _on_restored(self, outcome: Outcome[object]) -> None:
        self._end()
        self.settle(
            outcome,
            lambda _restored: self.restored.emit(),
            self._on_not_restored,
            self._on_stopped,
        )

    def _on_not_restored(self, error: Exception) -> None:
        self._show(vista=None)
        self._fail(error)

    def _on_stopped(self) -> None:
        self._show(mensaje=STOPPED, role="hint")

    def _fail(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            self._show(mensaje=error.message, role="error")
            self.refused.emit()
        else:
            self.failed.emit(error)

    def _end(self) -> None:
        self._job = None
        self._show(que="", paso=None)
