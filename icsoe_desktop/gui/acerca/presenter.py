"""Looking for a newer version: what the window shows, and what its button does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal

from icsoe_desktop.domain.actualizacion import Actualizacion
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Step, Stopped, Succeeded
from icsoe_desktop.services.actualizaciones import ActualizacionesService

NEWEST = "Tiene la versión más reciente."
SEARCHING = "Buscando…"


@dataclass(frozen=True)
class ActualizacionState:
    """enabled: whether an administrator said whom to ask. found: a newer version."""

    enabled: bool
    busy: bool = False
    found: Actualizacion | None = None
    message: str = ""


class ActualizacionPresenter(StatePresenter[ActualizacionState]):
    downloaded = Signal(object)  # Path of the installer
    failed = Signal(object)  # Exception

    def __init__(
        self,
        actualizaciones: ActualizacionesService,
        jobs: JobQueue,
        found: Actualizacion | None = None,
    ) -> None:
        """jobs: not the one of the data, which must not wait for a slow network.

        found: a newer version that is known already.
        """
        super().__init__(
            jobs,
            ActualizacionState(
                actualizaciones.enabled, found=found, message=_offer(found) if found else ""
            ),
        )
        self._actualizaciones = actualizaciones

    def go_on(self) -> None:
        """Looks for a newer version; when one was found, downloads it."""
        if self.state.busy:
            return
        found = self.state.found
        self._show(busy=True, message=SEARCHING if found is None else "")
        if found is None:
            self.run(lambda _progress: self._actualizaciones.find_newer(), self._on_searched)
        else:
            self.run(
                lambda progress: self._actualizaciones.download(found, progress),
                self._on_downloaded,
                self._on_step,
            )

    def stop(self) -> None:
        self._jobs.close(timeout_s=0)

    def _on_searched(self, outcome: Outcome[Actualizacion | None]) -> None:
        match outcome:
            case Succeeded(None):
                self._show(busy=False, message=NEWEST)
            case Succeeded(Actualizacion() as found):
                self._show(busy=False, found=found, message=_offer(found))
            case Stopped():
                self._show(busy=False, message="")
            case Failed(error):
                self._fail(error)

    def _on_step(self, step: Step) -> None:
        if step.total:
            self._show(message=f"{step.what} {step.done * 100 // step.total} %")

    def _on_downloaded(self, outcome: Outcome[Path]) -> None:
        match outcome:
            case Succeeded(path):
                self._show(busy=False, message=f"Se guardó en {path}")
                self.downloaded.emit(path)
            case Stopped():
                self._show(busy=False, message="")
            case Failed(error):
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._show(busy=False, message="")
        self.failed.emit(error)


def _offer(found: Actualizacion) -> str:
    return f"Hay una versión nueva: {found.version}. {found.notas}".strip()
