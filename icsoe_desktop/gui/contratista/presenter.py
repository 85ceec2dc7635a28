"""Información del contratista: what is kept and how far the first steps are."""

from __future__ import annotations

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import Presenter
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Succeeded
from icsoe_desktop.services.contratista.service import ContratistasService, InformacionContratista


class ContratistaPresenter(Presenter):
    known = Signal(object)  # InformacionContratista
    renewed = Signal(object)  # InformacionContratista: another than before, from elsewhere
    failed = Signal(object)  # Exception

    def __init__(self, service: ContratistasService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs)
        self._service = service
        self._sesion = sesion
        self.info: InformacionContratista | None = None

    def load(self) -> None:
        self.run(lambda _progress: self._service.informacion(self._sesion), self._on_loaded)

    def refresh(self) -> None:
        """Reads it again unasked: that the session may no more is told when it does something."""
        if self.info is not None:
            self.run(lambda _progress: self._service.informacion(self._sesion), self._on_refreshed)

    def _on_refreshed(self, outcome: Outcome[InformacionContratista]) -> None:
        match outcome:
            case Succeeded(info) if info != self.info:
                self.info = info
                self.renewed.emit(info)
            case Failed(error) if not isinstance(error, UserFacingError):
                self.failed.emit(error)

    def _on_loaded(self, outcome: Outcome[InformacionContratista]) -> None:
        match outcome:
            case Succeeded(info):
                self.info = info
                self.known.emit(info)
            case Failed(error):
                self.failed.emit(error)
