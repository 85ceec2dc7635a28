"""Inicio de sesión of ICSOE: the state and the commands of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.idse.acceso.credentials import missing
from icsoe_desktop.jobs import JobQueue

if TYPE_CHECKING:
    from icsoe_desktop.services.acceso.icsoe import AccesoIcsoeService

CHECKING = "Verificando…"
MISSING_USUARIO = "Escriba su usuario, que es su CURP."


@dataclass(frozen=True)
class IcsoeAccesoState:
    """problems: field → sentence, for «usuario» and «contrasena»."""

    busy: bool = False
    message: str = ""
    problems: tuple[tuple[str, str], ...] = ()


class IcsoeAccesoPresenter(StatePresenter[IcsoeAccesoState]):
    capturista_entered = Signal(object)  # Sesion without a contratista
    refused = Signal(str)  # sentence about a failed login

    def __init__(self, acceso: AccesoIcsoeService, jobs: JobQueue) -> None:
        super().__init__(jobs, IcsoeAccesoState())
        self._acceso = acceso

    def enter(self, curp: str, contrasena: str) -> None:
        if self.state.busy:
            return
        problems = missing(curp, contrasena, MISSING_USUARIO)
        if problems:
            self._show(problems=problems, message="")
            return
        self._show(busy=True, message=CHECKING, problems=())
        self.ask(
            lambda _progress: self._acceso.enter_capturista(curp, contrasena),
            self.capturista_entered.emit,
            self._on_not_entered,
            busy=False,
            message="",
        )

    def edit(self) -> None:
        """Remove the messages about the former text, because the user is typing."""
        if self.state.problems or (self.state.message and not self.state.busy):
            self._show(problems=(), message="")

    def _on_not_entered(self, error: Exception) -> None:
        match error:
            case UserFacingError():
                self._show(message=error.message)
                self.refused.emit(error.message)
            case _:
                self._fail(error)
