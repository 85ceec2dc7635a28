"""The search for a newer version: state and command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal

from icsoe_desktop.domain.actualizacion import Actualizacion
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Step
from icsoe_desktop.services.actualizaciones import ActualizacionesService

NEWEST = "Tiene la versión más reciente."
SEARCHING = "Buscando…"


@dataclass(frozen=True)
class ActualizacionState:
    """enabled: an administrator configured the update address. found: a newer version."""

    enabled: bool
    busy: bool = False
    found: Actualizacion | None = None
    message: str = ""


class ActualizacionPresenter(StatePresenter[ActualizacionState]):
    downloaded = Signal(object)  # Path of the installer

    def __init__(
        self,
        actualizaciones: ActualizacionesService,
        jobs: JobQueue,
        found: Actualizacion | None = None,
    ) -> None:
        """jobs: a separate queue, so that data does not wait for a slow network.

        found: a newer version, if already known.
        """
        super().__init__(
            jobs,
            ActualizacionState(
                actualizaciones.enabled, found=found, message=_offer(found) if found else ""
            ),
        )
        self._actualizaciones = actualizaciones

    def go_on(self) -> None:
        """Look for a newer version; if one was found before, download it."""
        if self.state.busy:
            return
        found = self.state.found
        self._show(busy=True, message=SEARCHING if found is None else "")
        if found is None:
            self.ask(
                lambda _progress: self._actualizaciones.find_newer(),
                lambda newer: self._show(found=newer, message=_offer(newer) if newer else NEWEST),
                busy=False,
                message="",
            )
        else:
            self.ask(
                lambda progress: self._actualizaciones.download(found, progress),
                self._on_downloaded,
                on_progress=self._on_step,
                busy=False,
                message="",
            )

    def stop(self) -> None:
        self._jobs.close(timeout_s=0)

    def _on_step(self, step: Step) -> None:
        if step.total:
            self._show(message=f"{step.what} {step.done * 100 // step.total} %")

    def _on_downloaded(self, path: Path) -> None:
        self._show(message=f"Se guardó en {path}")
        self.downloaded.emit(path)


def _offer(found: Actualizacion) -> str:
    return f"Hay una versión nueva: {found.version}. {found.notas}".strip()
