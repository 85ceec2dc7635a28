"""Acceso: the state and the commands of the login window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Outcome

MISSING_CONTRASENA: Final = "Escriba su contraseña."


def missing(usuario: str, contrasena: str, missing_usuario: str) -> tuple[tuple[str, str], ...]:
    """The problems of empty fields, «usuario» and «contrasena» → sentence.

    missing_usuario: the sentence for an empty usuario, which differs between windows.
    """
    problems = []
    if not usuario.strip():
        problems.append(("usuario", missing_usuario))
    if not contrasena:
        problems.append(("contrasena", MISSING_CONTRASENA))
    return tuple(problems)


if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.acceso.idse import AccesoService

OPENING = "Abriendo sus datos…"
CHECKING = "Verificando…"
FIRST_START = "En este equipo todavía no hay usuarios. Elija cómo empezar."
MISSING_USUARIO = "Escriba su usuario, que es su correo electrónico."


@dataclass(frozen=True)
class AccesoState:
    """ready: the user can type and press any button. whole: every service can be used.

    usuario: the mail to fill in, if exactly one user is enabled.
    """

    ready: bool = False
    whole: bool = False
    busy: bool = False
    consulta: bool = False
    usuario: str = ""
    any_usuario: bool = True
    message: str = OPENING
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def fields_enabled(self) -> bool:
        return self.ready and not self.busy and not self.consulta

    @property
    def begins(self) -> bool:
        """Whether to offer the ways to begin: no user exists."""
        return self.ready and not self.any_usuario and not self.consulta

    @property
    def others_enabled(self) -> bool:
        return self.ready and not self.busy

    @property
    def accept_text(self) -> str:
        return "&Aceptar" if self.consulta else "Con&tinuar"


class AccesoPresenter(StatePresenter[AccesoState]):
    usuario_known = Signal(str)  # the mail to fill in
    wanted = Signal()  # somebody asked for something: load what was left for later
    entered = Signal(object)  # Sesion
    consulta_entered = Signal(object)  # Sesion
    refused = Signal(str)  # sentence about a failed login

    def __init__(self, jobs: JobQueue) -> None:
        super().__init__(jobs, AccesoState())
        self._acceso: AccesoService | None = None
        # What somebody asked for before the services were there.
        self._waiting: Callable[[], None] | None = None

    def expect(self, usuario: str, any_usuario: bool) -> None:
        """Enable typing, because the data will open. Who enters at once waits for the services."""
        self._on_known((usuario, any_usuario))

    def connect_service(self, acceso: AccesoService) -> None:
        """Enable login, because the data is open."""
        self._acceso = acceso
        if not self.state.ready:
            self.refresh()

    def offer_everything(self) -> None:
        """Do what somebody asked for meanwhile, because every service is ready."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            self._show(whole=True)
            return
        self._show(whole=True, busy=False, message=self.resting)
        waiting()

    def when_whole(self, then: Callable[[], None]) -> None:
        """Call `then` once every service can be used. The last one that was asked for counts."""
        if self.state.whole:
            then()
            return
        self._wait(then, OPENING)
        self.wanted.emit()

    def _wait(self, then: Callable[[], None], message: str) -> None:
        self._waiting = then
        self._show(busy=True, message=message, problems=())

    def close_again(self) -> None:
        """Back to the state before `expect`, because the data did not open."""
        self._waiting = None
        self._show(ready=False, busy=False, message=OPENING)

    def refresh(self) -> None:
        """Read which users exist; at the start, and after a registration."""
        acceso = self._acceso
        if acceso is None:
            return
        self.ask(lambda _progress: (acceso.default_usuario(), acceso.any_usuario()), self._on_known)

    def choose_consulta(self, consulta: bool) -> None:
        message = self.resting if self.state.ready else OPENING
        self._show(consulta=consulta, problems=(), message=message)

    @property
    def resting(self) -> str:
        """The message while no command runs and none failed."""
        return "" if self.state.any_usuario else FIRST_START

    def enter(self, usuario: str, contrasena: str) -> None:
        if not self.state.ready or self.state.busy:
            return
        if not self.state.consulta and not self._typed(usuario, contrasena):
            return
        self.wanted.emit()
        acceso = self._acceso
        if acceso is None:
            self._wait(lambda: self.enter(usuario, contrasena), CHECKING)
        elif self.state.consulta:
            self._show(busy=True, message="")
            self.ask(
                lambda _progress: acceso.enter_consulta(),
                self.consulta_entered.emit,
                busy=False,
                message="",
            )
        else:
            self._show(busy=True, message=CHECKING, problems=())
            self.run(lambda _progress: acceso.enter(usuario, contrasena), self._on_entered)
            self._contrasena = contrasena

    def _typed(self, usuario: str, contrasena: str) -> bool:
        """Whether it can be checked; otherwise says why not."""
        if not self.state.any_usuario:
            # Without any user every password would be wrong, and the user could not correct it.
            self._show(message=FIRST_START, problems=())
            return False
        problems = missing(usuario, contrasena, MISSING_USUARIO)
        if problems:
            self._show(problems=problems, message="")
        return not problems

    def _on_known(self, known: tuple[str, bool]) -> None:
        usuario, any_usuario = known
        message = "" if any_usuario else FIRST_START
        self._show(ready=True, usuario=usuario, any_usuario=any_usuario, message=message)
        self.usuario_known.emit(usuario)

    def _on_entered(self, outcome: Outcome[Sesion]) -> None:
        contrasena, self._contrasena = self._contrasena, ""

        def enter(sesion: Sesion) -> None:
            acceso = self._acceso
            if acceso is not None:
                self.ask(
                    lambda _progress: acceso.mend_vault(sesion, contrasena), lambda _none: None
                )
            self.entered.emit(sesion)

        self.settle(outcome, enter, self._on_not_entered, busy=False, message="")

    def _on_not_entered(self, error: Exception) -> None:
        match error:
            case UserFacingError():
                self.refused.emit(error.message)
            case _:
                self._fail(error)
