"""Conflicts: two values of one field, of which a person chooses one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.oficina.sincronizacion.tasks import Service, TaskPresenter, TaskState
from icsoe_desktop.jobs import JobQueue, Outcome, Succeeded
from icsoe_desktop.services.sincronizacion.answers import Conflicto, Eleccion

CHOSEN = {
    Eleccion.VIGENTE: "Se dejó lo vigente. Los demás equipos lo sabrán en la próxima "
    "sincronización.",
    Eleccion.PERDIDO: "Se puso el otro valor. Llegará a los demás equipos en la próxima "
    "sincronización.",
}


@dataclass(frozen=True)
class ConflictosState(TaskState):
    loaded: bool = False
    conflictos: tuple[Conflicto, ...] = ()


class ConflictosPresenter(TaskPresenter[ConflictosState]):
    resolved = Signal()

    def __init__(self, service: Service, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, ConflictosState())
        self._service = service
        self._sesion = sesion
        self._said: tuple[str, str] = ("", "hint")

    def load(self) -> None:
        if not self.state.busy:
            self.perform(lambda _progress: self._service().conflicts(self._sesion), self._on_loaded)

    def refresh(self) -> None:
        """Read the conflicts again, in the background."""
        if self.state.loaded and not self.state.busy:
            self.run(lambda _progress: self._service().conflicts(self._sesion), self._on_refreshed)

    def choose(self, conflicto: Conflicto, eleccion: Eleccion) -> None:
        if self.state.busy:
            return

        def then(_none: None) -> None:
            self._said = (CHOSEN[eleccion], "success")
            self.resolved.emit()
            self.load()

        self.perform(
            lambda _progress: self._service().resolve(self._sesion, conflicto, eleccion), then
        )

    def _fail(self, error: Exception) -> None:
        super()._fail(error)
        # The conflict may have changed, or was resolved on another desktop.
        self.refresh()

    def _on_refreshed(self, outcome: Outcome[tuple[Conflicto, ...]]) -> None:
        # While a choice is being saved, ignore the result: a new reading follows.
        if isinstance(outcome, Succeeded) and not self.state.busy:
            self._show(conflictos=outcome.value)

    def _on_loaded(self, conflictos: tuple[Conflicto, ...]) -> None:
        (message, role), self._said = self._said, ("", "hint")
        self._show(loaded=True, conflictos=conflictos, message=message, role=role)
