"""Links a mail account of Microsoft or Google, which then sends without a password here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.domain.correo_oauth import (
    ClienteOAuth,
    CodigoDispositivo,
    PermisoCorreo,
    ProveedorIdentidad,
    proveedor_of_servidor,
)
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize, check_right, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.correo.ajustes import (
    PASSWORD,
    SERVER,
    AjustesService,
    owner_of,
)
from icsoe_desktop.services.correo.credenciales import Vinculo, owned
from icsoe_desktop.store.ajustes import find_setting, setting
from icsoe_desktop.store.engine import Store

WAITING_BROWSER: Final = "Dé el permiso en su navegador. Aquí se espera hasta cinco minutos…"
WAITING_CODE: Final = "Escriba el código en esa página y dé el permiso. Aquí se espera…"
NOT_LINKED: Final = "Vincule la cuenta antes de guardar: todavía no da su permiso."
OTHER_SERVER: Final = (
    "Con una cuenta vinculada sólo se envía por los servidores de Microsoft o de Google: elija el "
    "proveedor de arriba, o entre con usuario y contraseña."
)
USER_MISSING: Final = "Escriba el usuario: la dirección de la cuenta que dará el permiso."
CLEAR: Final = "Con una cuenta vinculada la conexión va cifrada: elija STARTTLS o SSL/TLS."
FIXED_CLIENT: Final = (
    "Su administrador fijó la aplicación con que se vincula el correo: no se puede usar otra."
)


@dataclass(frozen=True)
class EstadoVinculo:
    """vinculo: of the kept account, if any. cliente: what the administrator gives.

    fijo: another application is not allowed. con_contrasena: the kept account has a password.
    """

    vinculo: Vinculo | None = None
    cliente: ClienteOAuth | None = None
    fijo: bool = False
    con_contrasena: bool = False


class VinculoCorreoService:
    """Each owner links its own account: the machine's, or a contratista's.

    central: an administrator's application, offered or fixed.
    """

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        ajustes: AjustesService,
        central: Central | None = None,
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._ajustes = ajustes
        self._central = central or Central()

    def estado(self, sesion: Sesion) -> EstadoVinculo:
        """Raises NotAllowedError."""
        with reading(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            vinculo = self._ajustes.credenciales.vinculo(db, owner_of(sesion))
            password = find_setting(db, owned(PASSWORD, owner_of(sesion)))
        return EstadoVinculo(
            vinculo,
            self._central.correo_cliente,
            self._central.correo_fijo,
            password is not None and password.sellado is not None,
        )

    def proveedor_of(self, servidor: str) -> ProveedorIdentidad | None:
        return proveedor_of_servidor(servidor, self._ajustes.identidad.puntos)

    def offers_code(self, proveedor: ProveedorIdentidad) -> bool:
        return bool(self._ajustes.identidad.puntos[proveedor].dispositivo)

    def link_by_browser(
        self,
        sesion: Sesion,
        servidor: ServidorCorreo,
        cliente: ClienteOAuth,
        open_browser: Callable[[str], bool],
        progress: Progress,
    ) -> Vinculo:
        """Get a grant in this desktop's browser, and keep its refresh token with the server.

        open_browser: called in this thread with an https address.
        Raises InvalidInputError, UserFacingError, NotAllowedError and Cancelled; nothing is kept.
        """
        self._check(sesion, servidor, cliente)
        progress.report(0, None, WAITING_BROWSER)
        permiso = self._ajustes.identidad.by_browser(
            cliente, servidor.usuario, open_browser, progress
        )
        return self._keep(sesion, servidor, cliente, permiso)

    def begin_code(
        self, sesion: Sesion, servidor: ServidorCorreo, cliente: ClienteOAuth
    ) -> CodigoDispositivo:
        """A code to type in any browser. Raises as `link_by_browser`."""
        self._check(sesion, servidor, cliente)
        return self._ajustes.identidad.begin_code(cliente)

    def link_by_code(
        self,
        sesion: Sesion,
        servidor: ServidorCorreo,
        cliente: ClienteOAuth,
        codigo: CodigoDispositivo,
        progress: Progress,
    ) -> Vinculo:
        """Wait for the code to be typed; keep the refresh token. Raises as `link_by_browser`."""
        self._check(sesion, servidor, cliente)
        progress.report(0, None, WAITING_CODE)
        permiso = self._ajustes.identidad.wait_for_code(cliente, codigo, progress)
        return self._keep(sesion, servidor, cliente, permiso)

    def save_servidor(self, sesion: Sesion, servidor: ServidorCorreo) -> None:
        """Keep the server of the linked account, for another sender or port.

        Raises InvalidInputError and NotAllowedError.
        """
        with writing(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            vinculo = self._ajustes.credenciales.vinculo(db, owner_of(sesion))
            if vinculo is None or not vinculo.of_account(servidor):
                raise InvalidInputError(NOT_LINKED, "cliente")
            self._check_servidor(servidor, vinculo.cliente)
            self._ajustes.keep_server(db, sesion, servidor)

    def unlink(self, sesion: Sesion) -> None:
        """Forget the grant. Mails wait until another way is saved. Raises NotAllowedError."""
        with writing(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            own = owner_of(sesion)
            self._ajustes.credenciales.forget(db, own)
            server = find_setting(db, owned(SERVER, own))
            if server is not None:
                # Without a grant or a password it could not enter.
                db.delete(server)
            self._bitacora.record(db, sesion, Accion.AJUSTES_CORREO, detalle="desvinculada")

    def _check(self, sesion: Sesion, servidor: ServidorCorreo, cliente: ClienteOAuth) -> None:
        check_right(self._store, sesion, Permiso.CONFIGURAR_CORREO)
        self._check_servidor(servidor, cliente)

    def _check_servidor(self, servidor: ServidorCorreo, cliente: ClienteOAuth) -> None:
        if not servidor.usuario:
            raise InvalidInputError(USER_MISSING, "usuario")
        if self.proveedor_of(servidor.servidor) is not cliente.proveedor:
            raise InvalidInputError(OTHER_SERVER, "servidor")
        if servidor.seguridad is Seguridad.NINGUNA and not servidor.is_local:
            raise InvalidInputError(CLEAR, "seguridad")
        self._ajustes.require_free(servidor)
        fixed = self._central.correo_cliente if self._central.correo_fijo else None
        if fixed is not None and not cliente.same_application(fixed):
            raise InvalidInputError(FIXED_CLIENT, "cliente")

    def _keep(
        self,
        sesion: Sesion,
        servidor: ServidorCorreo,
        cliente: ClienteOAuth,
        permiso: PermisoCorreo,
    ) -> Vinculo:
        vinculo = Vinculo(servidor.servidor, servidor.usuario, cliente, self._store.clock())
        with self._store.write() as db:
            # The right may have gone while the person was in the browser.
            authorize(db, sesion, Permiso.CONFIGURAR_CORREO)
            own = owner_of(sesion)
            setting(db, self._store, owned(PASSWORD, own)).sellado = None
            self._ajustes.credenciales.keep(db, own, vinculo, permiso)
            detalle = f"cuenta de {cliente.proveedor.value}"
            self._ajustes.keep_server(db, sesion, servidor, detalle)
        return vinculo
