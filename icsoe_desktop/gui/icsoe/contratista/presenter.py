"""Información del contratista: the saved data and the progress of the first steps."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.contratista.service import ContratistasService, InformacionContratista


@dataclass(frozen=True)
class ContratistaState:
    info: InformacionContratista | None = None


class ContratistaPresenter(StatePresenter[ContratistaState]):
    known = Signal(object)  # InformacionContratista
    renewed = Signal(object)  # InformacionContratista that was changed elsewhere

    def __init__(self, service: ContratistasService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, ContratistaState())
        self._service = service
        self._sesion = sesion

    @property
    def info(self) -> InformacionContratista | None:
        return self.state.info

    def load(self) -> None:
        self.ask(lambda _progress: self._service.informacion(self._sesion), self._on_loaded)

    def refresh(self) -> None:
        """Read the data again in the background. A lost right is not reported here,
        only on a command.
        """
        if self.info is not None:
            self.ask(
                lambda _progress: self._service.informacion(self._sesion),
                self._on_refreshed,
                self._fail_if_bug,
            )

    def _on_refreshed(self, info: InformacionContratista) -> None:
        if info != self.info:
            self._show(info=info)
            self.renewed.emit(info)

    def _on_loaded(self, info: InformacionContratista) -> None:
        self._show(info=info)
        self.known.emit(info)
