"""Usuarios: the state and commands of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.acceso.usuarios import (
    AltaUsuario,
    Usuario,
    UsuarioNuevo,
    UsuariosService,
    check_nuevo,
)

SAVED = "El usuario se guardó exitosamente."
DISABLED = "El usuario se deshabilitó. Ya no puede ingresar."
ENABLED = "El usuario se habilitó. Ya puede ingresar con su contraseña."


@dataclass(frozen=True)
class UsuariosState:
    """authorized: the list may be shown. needs_authorization: an enabled user must first allow it.

    loaded: the list was read; it may be empty.
    """

    authorized: bool = False
    needs_authorization: bool = False
    loaded: bool = False
    busy: bool = False
    usuarios: tuple[Usuario, ...] = ()
    message: str = ""


class UsuariosPresenter(StatePresenter[UsuariosState]):
    authorization_refused = Signal(str)
    authorization_given = Signal()
    code_made = Signal(str)
    code_refused = Signal(str)

    def __init__(
        self,
        usuarios: UsuariosService,
        acceso: AccesoService,
        jobs: JobQueue,
        sesion: Sesion | None,
    ) -> None:
        super().__init__(jobs, UsuariosState())
        self._usuarios = usuarios
        self._acceso = acceso
        self._sesion = sesion

    @property
    def largo_minimo(self) -> int:
        return self._usuarios.largo_minimo

    @property
    def first(self) -> bool:
        """Whether whoever is registered now begins to use the program: nobody has entered."""
        return self._sesion is None

    def start(self) -> None:
        self._show(busy=True)
        if self._sesion is None:
            self.ask(lambda _progress: self._acceso.any_usuario(), self._on_any_known)
        else:
            self._load()

    def authorize(self, correo: str, contrasena: str) -> None:
        """Log an enabled user in, who allows a person without a session to register a user."""
        self._show(busy=True)
        self.ask(
            lambda _progress: self._acceso.enter(correo, contrasena),
            self._on_authorized,
            self._on_not_authorized,
        )

    def check(self, nuevo: UsuarioNuevo) -> dict[str, str]:
        return check_nuevo(nuevo, self.largo_minimo)

    def registering(self, nuevo: UsuarioNuevo) -> Callable[[Progress], AltaUsuario]:
        """What registers a user, for the job queue."""
        self._show(message="")
        sesion = self._sesion
        return lambda _progress: self._usuarios.register(sesion, nuevo)

    def note_registered(self, alta: AltaUsuario) -> None:
        # The first user's registration starts a session: they just set its password.
        self._sesion = alta.sesion
        self._show(message=SAVED)
        self._load()

    def require_sesion(self) -> Sesion:
        """The session that new codes are made in. Raises LookupError without one."""
        if self._sesion is None:
            raise LookupError("no session")
        return self._sesion

    def disable(self, usuario: Usuario) -> None:
        self._change(usuario, enable=False)

    def enable(self, usuario: Usuario) -> None:
        self._change(usuario, enable=True)

    def new_code(self, contrasena: str) -> None:
        """Make a new recovery code if the password belongs to the session's user."""
        sesion = self._sesion
        if sesion is None or self.state.busy:
            return
        self._show(busy=True, message="")
        self.ask(
            lambda _progress: self._usuarios.new_recovery_code(sesion, contrasena),
            self.code_made.emit,
            self._on_code_refused,
            busy=False,
        )

    def is_me(self, usuario: Usuario) -> bool:
        return self._sesion is not None and usuario.id == self._sesion.usuario_id

    def _change(self, usuario: Usuario, enable: bool) -> None:
        sesion = self._sesion
        if sesion is None or self.state.busy:
            return
        change = self._usuarios.enable if enable else self._usuarios.disable
        self._show(busy=True, message="")
        self.ask(lambda _progress: change(sesion, usuario.id), self._on_changed)

    def _load(self) -> None:
        sesion = self._sesion
        if sesion is not None:
            self.ask(lambda _progress: self._usuarios.all(sesion), self._on_loaded)

    def _on_any_known(self, any_usuario: bool) -> None:
        if self._sesion is not None:
            return  # the answer came after the first user's registration
        self._show(busy=False, needs_authorization=any_usuario, loaded=not any_usuario)

    def _on_authorized(self, sesion: Sesion) -> None:
        self._sesion = sesion
        self._show(needs_authorization=False)
        self.authorization_given.emit()
        self._load()

    def _on_not_authorized(self, error: Exception) -> None:
        match error:
            case InvalidInputError():
                self._show(busy=False)
                self.authorization_refused.emit(error.message)
            case _:
                self._fail(error)

    def _on_loaded(self, usuarios: tuple[Usuario, ...]) -> None:
        self._show(busy=False, authorized=True, loaded=True, usuarios=usuarios)

    def _on_changed(self, usuario: Usuario) -> None:
        self._show(message=ENABLED if usuario.habilitado else DISABLED)
        self._load()

    def _on_code_refused(self, error: Exception) -> None:
        match error:
            case UserFacingError():
                self.code_refused.emit(error.message)
            case _:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._show(busy=False)
        self.failed.emit(error)
