"""Servidor de correo: the state and commands of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from PySide6.QtCore import Signal, SignalInstance

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import USUAL_PORTS, Seguridad, ServidorCorreo
from icsoe_desktop.domain.correo_oauth import ClienteOAuth, ProveedorIdentidad
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.correo.ajustes import PASSWORD_AGAIN, PASSWORD_MISSING, AjustesService
from icsoe_desktop.services.correo.vinculo import (
    CLEAR,
    FIXED_CLIENT,
    NOT_LINKED,
    OTHER_SERVER,
    USER_MISSING,
    EstadoVinculo,
    VinculoCorreoService,
)

SAVED = "La configuración se guardó. Los correos en espera se intentarán de nuevo."
NO_LINK = EstadoVinculo()
# The server, the link and the machine's server, as saved.
Kept = tuple[ServidorCorreo | None, EstadoVinculo, str]
LINKED = "La cuenta quedó vinculada y la configuración se guardó. Los correos saldrán solos."
UNLINKED = (
    "La cuenta se desvinculó: su permiso se borró de este equipo. Para quitarlo también en "
    "{proveedor}, hágalo en la página de su cuenta."
)
USUARIO_MISSING = (
    "Escriba el usuario de la cuenta. Si el servidor no lo pide, elija «Sin usuario ni contraseña»."
)
# Valid values, to check one field at a time with the others valid.
_GOOD_SERVER, _GOOD_PORT, _GOOD_MAIL = "localhost", "587", "a@empresa.mx"


class Entrada(StrEnum):
    CONTRASENA = "Con usuario y contraseña"
    VINCULADA = "Con la cuenta de Microsoft o de Google"
    NINGUNA = "Sin usuario ni contraseña"


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
    entrada: Entrada = Entrada.CONTRASENA
    cliente: str = ""
    inquilino: str = ""
    secreto: str = field(default="", repr=False)

    @classmethod
    def of(cls, kept: ServidorCorreo | None, estado: EstadoVinculo) -> DatosServidor:
        vinculo = estado.vinculo
        cliente = estado.cliente if vinculo is None else vinculo.cliente
        found = cls()
        if cliente is not None:
            found = replace(found, cliente=cliente.cliente, inquilino=cliente.inquilino)
            if not estado.con_contrasena:
                found = replace(found, entrada=Entrada.VINCULADA)
        if kept is None:
            return found
        if not kept.usuario:
            found = replace(found, entrada=Entrada.NINGUNA)
        return replace(found, **{**asdict(kept), "puerto": str(kept.puerto)})

    @property
    def linked(self) -> bool:
        return self.entrada is Entrada.VINCULADA

    def parse_cliente(
        self, proveedor: ProveedorIdentidad, known: tuple[ClienteOAuth | None, ...]
    ) -> ClienteOAuth:
        """The typed application. known: those whose secret stays if none is typed.

        Raises InvalidInputError.
        """
        typed = ClienteOAuth.parse(proveedor, self.cliente, self.inquilino, self.secreto)
        if typed.secreto:
            return typed
        same = (one for one in known if one is not None and one.same_application(typed))
        return replace(typed, secreto=next((one.secreto for one in same), ""))

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


def check_datos(
    datos: DatosServidor, kept: ServidorCorreo | None, has_password: bool = True
) -> dict[str, str]:
    """The problems of the form: field → sentence. Empty if it may be saved.

    has_password: the kept account has one. Of a linked account only the server is checked here.
    """
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
    if datos.linked:
        return problems
    if datos.entrada is Entrada.CONTRASENA and not datos.usuario.strip():
        problems["usuario"] = USUARIO_MISSING
    if not problems and datos.typed_password is None:
        if kept is None or not kept.usuario or not has_password:
            problems["contrasena"] = PASSWORD_MISSING
        elif not kept.same_account(datos.parse()):
            problems["contrasena"] = PASSWORD_AGAIN
    return problems


@dataclass(frozen=True)
class ServidorCorreoState:
    """kept: the saved values. loaded: whether they have been read.

    shared: the machine's server, by which the mails go until the contratista saves its own.
    estado: the link of the kept account and the administrator's application.
    """

    loaded: bool = False
    busy: bool = False
    kept: ServidorCorreo | None = None
    estado: EstadoVinculo = NO_LINK
    message: str = ""
    shared: str = ""


class ServidorCorreoPresenter(StatePresenter[ServidorCorreoState]):
    loaded = Signal(object)  # DatosServidor to show in the form
    saved = Signal(object)  # DatosServidor as saved

    def __init__(
        self,
        ajustes: AjustesService,
        vinculos: VinculoCorreoService,
        jobs: JobQueue,
        sesion: Sesion,
    ) -> None:
        super().__init__(jobs, ServidorCorreoState())
        self._ajustes = ajustes
        self._vinculos = vinculos
        self._sesion = sesion

    def start(self) -> None:
        self._show(busy=True)
        self.ask(lambda _progress: self._read(), self._on_loaded, busy=False)

    def proveedor_of(self, servidor: str) -> ProveedorIdentidad | None:
        return self._vinculos.proveedor_of(servidor)

    def check(self, datos: DatosServidor) -> dict[str, str]:
        """The problems that keep the form from being saved or tried."""
        problems = self.check_link(datos)
        vinculo = self.state.estado.vinculo
        if not datos.linked or problems:
            return problems
        fits = (
            vinculo is not None
            and vinculo.of_account(datos.parse())
            and vinculo.cliente.same_application(self.cliente_of(datos))
        )
        return {} if fits else {"cliente": NOT_LINKED}

    def check_link(self, datos: DatosServidor) -> dict[str, str]:
        """The problems that keep the account from being linked."""
        problems = check_datos(datos, self.state.kept, self.state.estado.con_contrasena)
        if not datos.linked:
            return problems
        if not datos.usuario.strip():
            problems.setdefault("usuario", USER_MISSING)
        if datos.seguridad is Seguridad.NINGUNA and "seguridad" in problems:
            problems["seguridad"] = CLEAR
        try:
            cliente = self.cliente_of(datos)
        except InvalidInputError as error:
            problems.setdefault(error.campo or "cliente", error.message)
            return problems
        fixed = self.state.estado.cliente if self.state.estado.fijo else None
        if fixed is not None and not cliente.same_application(fixed):
            problems["cliente"] = FIXED_CLIENT
        return problems

    def cliente_of(self, datos: DatosServidor) -> ClienteOAuth:
        """The typed application of the server's provider. Raises InvalidInputError."""
        proveedor, vinculo = self.proveedor_of(datos.servidor), self.state.estado.vinculo
        if proveedor is None:
            raise InvalidInputError(OTHER_SERVER, "servidor")
        known = vinculo.cliente if vinculo is not None else None
        return datos.parse_cliente(proveedor, (known, self.state.estado.cliente))

    def saving(self, datos: DatosServidor) -> Callable[[Progress], Kept]:
        """What saves a checked form, for the job queue."""
        self._show(message="")
        servidor, sesion = datos.parse(), self._sesion

        def work(_progress: Progress) -> Kept:
            if datos.linked:
                self._vinculos.save_servidor(sesion, servidor)
            else:
                self._ajustes.save_servidor_correo(sesion, servidor, datos.typed_password)
            return self._read()

        return work

    def note_saved(self, read: Kept) -> None:
        self._keep(read, SAVED)

    def note_linked(self) -> None:
        """Read again what linking kept."""
        self.ask(lambda _progress: self._read(), lambda read: self._keep(read, LINKED))

    def unlink(self) -> None:
        vinculo = self.state.estado.vinculo
        if self.state.busy or vinculo is None:
            return
        self._show(busy=True)

        def work(_progress: object) -> Kept:
            self._vinculos.unlink(self._sesion)
            return self._read()

        said = UNLINKED.format(proveedor=vinculo.cliente.proveedor.value)
        self.ask(work, lambda read: self._keep(read, said), busy=False)

    def _read(self) -> Kept:
        sesion = self._sesion
        return (
            self._ajustes.servidor_correo(sesion),
            self._vinculos.estado(sesion),
            self._ajustes.shared_server(sesion),
        )

    def _on_loaded(self, read: Kept) -> None:
        self._keep(read, "", self.loaded)

    def _keep(self, read: Kept, message: str, told: SignalInstance | None = None) -> None:
        kept, estado, shared = read
        self._show(loaded=True, kept=kept, estado=estado, shared=shared, message=message)
        (told or self.saved).emit(DatosServidor.of(kept, estado))
