"""The search for a newer version: state and command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from icsoe_desktop.domain.actualizacion import Actualizacion
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Step
from icsoe_desktop.services.actualizaciones import ActualizacionesService

NEWEST = "Tiene la versión más reciente."
SEARCHING = "Buscando…"
STARTED = "Se abrió el instalador, que pedirá cerrar este programa. Se guardó en {archivo}"
BY_OTHERS = "La instala quien administra este equipo, como instaló la que usa."


@dataclass(frozen=True)
class ActualizacionState:
    """enabled: an administrator configured the update address. found: a newer version.

    can_install: whether the program can start its installer.
    """

    enabled: bool
    can_install: bool
    busy: bool = False
    found: Actualizacion | None = None
    message: str = ""


class ActualizacionPresenter(StatePresenter[ActualizacionState]):
    def __init__(
        self,
        actualizaciones: ActualizacionesService,
        jobs: JobQueue,
        found: Actualizacion | None = None,
    ) -> None:
        """jobs: a separate queue, so that data does not wait for a slow network.

        found: a newer version, if already known.
        """
        self._actualizaciones = actualizaciones
        super().__init__(
            jobs,
            ActualizacionState(
                actualizaciones.enabled,
                actualizaciones.can_install,
                found=found,
                message=self._offer(found) if found else "",
            ),
        )

    def go_on(self) -> None:
        """Look for a newer version; if one was found that can be installed from here, do it."""
        if self.state.busy:
            return
        found = self.state.found if self.state.can_install else None
        self._show(busy=True, message=SEARCHING if found is None else "")
        if found is None:
            self.ask(
                lambda _progress: self._actualizaciones.find_newer(),
                lambda newer: self._show(
                    found=newer, message=self._offer(newer) if newer else NEWEST
                ),
                busy=False,
                message="",
            )
        else:
            self.ask(
                lambda progress: self._actualizaciones.install(found, progress),
                self._on_started,
                on_progress=self._on_step,
                busy=False,
                message="",
            )

    def stop(self) -> None:
        self._jobs.close(timeout_s=0)

    def _on_step(self, step: Step) -> None:
        if step.total:
            self._show(message=f"{step.what} {step.done * 100 // step.total} %")

    def _on_started(self, installer: Path) -> None:
        self._show(message=STARTED.format(archivo=installer))

    def _offer(self, found: Actualizacion) -> str:
        whose = "" if self._actualizaciones.can_install else BY_OTHERS
        words = (f"Hay una versión nueva: {found.version}.", whose, found.notas)
        return " ".join(word for word in words if word)
