"""Sesión bloqueada: asks for the same credentials again."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.gui.idse.acceso.presenter import MISSING_CONTRASENA
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.acceso.icsoe import (
    AccesoIcsoeService,
    EfirmaElegida,
    EfirmaRegistrada,
    VerificacionIngreso,
)
from icsoe_desktop.services.contratista.service import ContratistasService

CHECKING = "Verificando…"


@dataclass(frozen=True)
class BloqueoState(TaskState):
    """rfc: of the contratista whose e.firma unlocks."""

    by_efirma: bool = False
    rfc: str = ""
    registradas: tuple[EfirmaRegistrada, ...] = ()


class BloqueoPresenter(TaskPresenter[BloqueoState]):
    unlocked = Signal()
    refused = Signal()

    def __init__(
        self,
        acceso: AccesoIcsoeService,
        contratistas: ContratistasService,
        jobs: JobQueue,
        sesion: Sesion,
    ) -> None:
        super().__init__(jobs, BloqueoState(by_efirma=sesion.rol is Rol.CONTRATISTA))
        self._acceso = acceso
        self._contratistas = contratistas
        self._sesion = sesion

    def begin(self) -> None:
        """Log the lock, and read which registered e.firmas can be chosen."""
        acceso, sesion = self._acceso, self._sesion
        self.ask(lambda _progress: acceso.lock(sesion), lambda _none: None)
        if self.state.by_efirma:

            def look() -> tuple[str, tuple[EfirmaRegistrada, ...]]:
                rfc = self._contratistas.perfil(sesion).rfc
                return rfc, acceso.registered(rfc)

            self.ask(lambda _progress: look(), self._on_known)

    def edit(self) -> None:
        if self.state.problems or (self.state.message and not self.state.busy):
            self.clear()

    def unlock_with_password(self, contrasena: str) -> None:
        if self.state.busy:
            return
        if not contrasena and self._sesion.rol is not Rol.CONSULTA:
            self._show(problems=(("contrasena", MISSING_CONTRASENA),), message="")
            self.refused.emit()
            return
        self.perform(
            lambda _progress: self._acceso.unlock_with_password(self._sesion, contrasena),
            lambda _none: self.unlocked.emit(),
            waiting=CHECKING,
        )

    def unlock_with_efirma(self, elegida: EfirmaElegida, caps_lock: bool) -> None:
        if not self.state.busy:
            self.perform(
                lambda _progress: self._acceso.unlock_with_efirma(self._sesion, elegida),
                lambda found: self._on_efirma(found, caps_lock),
                waiting=CHECKING,
            )

    def _on_known(self, known: tuple[str, tuple[EfirmaRegistrada, ...]]) -> None:
        rfc, registradas = known
        self._show(rfc=rfc, registradas=registradas)

    def _on_efirma(self, found: VerificacionIngreso, caps_lock: bool) -> None:
        if found.exitosa:
            self.unlocked.emit()
        else:
            self._show(problems=found.by_field(caps_lock))
            self.refused.emit()

    def _fail(self, error: Exception) -> None:
        super()._fail(error)
        if isinstance(error, UserFacingError):
            self.refused.emit()
