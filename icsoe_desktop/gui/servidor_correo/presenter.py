"""Servidor de correo: the state and commands of the window."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import USUAL_PORTS, Seguridad, ServidorCorreo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.correo.ajustes import PASSWORD_AGAIN, PASSWORD_MISSING, AjustesService

SAVED = "La configuración se guardó. Los correos en espera se intentarán de nuevo."
USUARIO_MISSING = (
    "Escriba el usuario de la cuenta, o borre la contraseña si el servidor no la pide."
)
# Valid values, to check one field at a time with the others valid.
_GOOD_SERVER, _GOOD_PORT, _GOOD_MAIL = "localhost", "587", "a@empresa.mx"


@dataclass(frozen=True)
class DatosServidor:
    """The values of the form, as typed."""

    servidor: str = ""
    puerto: str = str(USUAL_PORTS[Seguridad.STARTTLS])
    seguridad: Seguridad = Seguridad.STARTTLS
    usuario: str = ""
    contrasena: str = field(default="", repr=False)
    remitente: str = ""
    nombre_remitente: str = ""

    @classmethod
    def of(cls, kept: ServidorCorreo | None) -> DatosServidor:
        if kept is None:
            return cls()
        return cls(
            kept.servidor,
            str(kept.puerto),
            kept.seguridad,
            kept.usuario,
            "",
            kept.remitente,
            kept.nombre_remitente,
        )

    def parse(self) -> ServidorCorreo:
        """The typed server. Raises InvalidInputError."""
        return ServidorCorreo.parse(
            self.servidor,
            self.puerto,
            self.seguridad,
            self.usuario,
            self.remitente,
            self.nombre_remitente,
        )

    @property
    def typed_password(self) -> str | None:
        """The typed password; None to keep the saved one."""
        return self.contrasena or (None if self.usuario.strip() else "")


def check_datos(datos: DatosServidor, kept: ServidorCorreo | None) -> dict[str, str]:
    """The problems of the form: field → sentence. Empty if it may be saved."""
    problems: dict[str, str] = {}
    alone = (
        (datos.servidor, _GOOD_PORT, Seguridad.STARTTLS, "", _GOOD_MAIL, ""),
        (_GOOD_SERVER, datos.puerto, Seguridad.STARTTLS, "", _GOOD_MAIL, ""),
        (datos.servidor, _GOOD_PORT, datos.seguridad, "", _GOOD_MAIL, ""),
        (_GOOD_SERVER, _GOOD_PORT, Seguridad.STARTTLS, datos.usuario, _GOOD_MAIL, ""),
        (_GOOD_SERVER, _GOOD_PORT, Seguridad.STARTTLS, "", datos.remitente, ""),
        (_GOOD_SERVER, _GOOD_PORT, Seguridad.STARTTLS, "", _GOOD_MAIL, datos.nombre_remitente),
    )
    for values in alone:
        try:
            ServidorCorreo.parse(*values)
        except InvalidInputError as error:
            problems[error.campo or ""] = error.message
    if datos.contrasena and not datos.usuario.strip():
        problems["usuario"] = USUARIO_MISSING
    if not problems and datos.typed_password is None:
        if kept is None or not kept.usuario:
            problems["contrasena"] = PASSWORD_MISSING
        elif not kept.same_account(datos.parse()):
            problems["contrasena"] = PASSWORD_AGAIN
    return problems


@dataclass(frozen=True)
class ServidorCorreoState:
    """kept: the saved values. loaded: whether they have been read.

    shared: the machine's server, by which the mails go until the contratista saves its own.
    """

    loaded: bool = False
    busy: bool = False
    kept: ServidorCorreo | None = None
    problems: tuple[tuple[str, str], ...] = ()
    message: str = ""
    shared: str = ""

    @property
    def has_kept_password(self) -> bool:
        return self.kept is not None and bool(self.kept.usuario)


class ServidorCorreoPresenter(StatePresenter[ServidorCorreoState]):
    loaded = Signal(object)  # DatosServidor to show in the form
    saved = Signal(object)  # DatosServidor as saved

    def __init__(self, ajustes: AjustesService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, ServidorCorreoState())
        self._ajustes = ajustes
        self._sesion = sesion

    def start(self) -> None:
        self._show(busy=True)
        self.ask(
            lambda _progress: (
                self._ajustes.servidor_correo(self._sesion),
                self._ajustes.shared_server(self._sesion),
            ),
            self._on_loaded,
            busy=False,
        )

    def check(self, datos: DatosServidor) -> dict[str, str]:
        return check_datos(datos, self.state.kept)

    def find_problems(self, datos: DatosServidor) -> bool:
        """Show the problems of the form; return whether there are any."""
        problems = self.check(datos)
        self._show(problems=tuple(problems.items()), message="")
        return bool(problems)

    def save(self, datos: DatosServidor) -> None:
        if self.state.busy or not self.state.loaded or self.find_problems(datos):
            return
        self._show(busy=True)
        servidor, sesion = datos.parse(), self._sesion

        def work(_progress: object) -> ServidorCorreo:
            self._ajustes.save_servidor_correo(sesion, servidor, datos.typed_password)
            return servidor

        self.ask(work, self._on_saved, self._refuse, busy=False)

    def _on_loaded(self, read: tuple[ServidorCorreo | None, str]) -> None:
        kept, shared = read
        self._show(loaded=True, kept=kept, shared=shared)
        self.loaded.emit(DatosServidor.of(kept))

    def _on_saved(self, kept: ServidorCorreo) -> None:
        self._show(kept=kept, message=SAVED, shared="")
        self.saved.emit(DatosServidor.of(kept))
