"""Settings of the mail server."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sqlalchemy import update
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo, Seguridad, ServidorCorreo
from icsoe_desktop.domain.identificadores.contacto import Correo
from icsoe_desktop.domain.politica import Central
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize_correo
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.ajustes import find_setting, keep_values, kept_values, setting
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import CorreoRow

SERVER, PASSWORD = "correo.servidor", "correo.contrasena"

PASSWORD_MISSING = "Escriba la contraseña de la cuenta de correo."
PASSWORD_AGAIN = (
    "Cambió el servidor o el usuario: escriba de nuevo la contraseña de la cuenta de correo. La "
    "anterior no se envía a otro servidor."
)
PASSWORD_ON_ONE_LINE = "La contraseña de la cuenta de correo va en un solo renglón."
FIXED = (
    "Su administrador fijó el servidor de correo de este equipo: sólo puede cambiar la contraseña "
    "de la cuenta."
)
TEST_NOT_SENT = "El correo de prueba no se envió; su configuración sigue como estaba."
TEST_SUBJECT = "Correo de prueba de ICSOE Desktop"
TEST_TEXT = """\
Este es un correo de prueba de ICSOE Desktop.

Si lo recibió, la configuración del correo funciona: guárdela para que el programa pueda enviar
códigos de recuperación y avisos.
"""


@dataclass(frozen=True)
class CuentaCorreo:
    """A server with the password of its account, for sending."""

    servidor: ServidorCorreo
    contrasena: str = field(repr=False)


class AjustesService:
    """Reads, saves and tests the mail server.

    central: an administrator's settings, used where the user saved none.
    """

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        correo: MailGateway,
        central: Central | None = None,
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._correo = correo
        self._central = central or Central()

    def servidor_correo(self, sesion: Sesion) -> ServidorCorreo | None:
        with self._store.read() as db:
            authorize_correo(db, sesion)
            return self._servidor(db)

    def save_servidor_correo(
        self, sesion: Sesion, servidor: ServidorCorreo, contrasena: str | None
    ) -> None:
        """Save the server and retry the waiting and stopped mails with it.

        contrasena: None keeps the stored one, which must belong to the same account.
        Raises InvalidInputError (campo «contrasena», or «servidor» if the administrator fixed
        another) and NotAllowedError.
        """
        with self._store.write() as db:
            authorize_correo(db, sesion)
            if self._central.correo_fijo and servidor != self._central.correo:
                raise InvalidInputError(FIXED, "servidor")
            secret = self._password_for(db, servidor, contrasena)
            keep_values(db, self._store, SERVER, asdict(servidor))
            row = setting(db, self._store, PASSWORD)
            row.sellado = None
            if secret:
                row.sellado = self._store.key.seal(secret.encode(), "ajustes", row.id, "sellado")
            self._bitacora.record(db, sesion, Accion.AJUSTES_CORREO)
            db.execute(
                update(CorreoRow)
                .where(CorreoRow.estado.in_([EstadoCorreo.PENDIENTE, EstadoCorreo.DETENIDO]))
                .values(
                    estado=EstadoCorreo.PENDIENTE, motivo="", proximo_intento=self._store.clock()
                )
            )

    def send_test(
        self,
        sesion: Sesion,
        servidor: ServidorCorreo,
        contrasena: str | None,
        para: str,
        progress: Progress,
    ) -> None:
        """Send a test mail with the typed settings. Saves nothing.

        contrasena: None uses the stored one, only for the same account.
        Raises MailNotSentError, InvalidInputError (campo «para» or «contrasena»), Cancelled.
        """
        try:
            address = Correo.parse(para).valor
        except InvalidInputError as error:
            raise InvalidInputError(error.message, "para") from error
        with self._store.read() as db:
            authorize_correo(db, sesion)
            secret = self._password_for(db, servidor, contrasena)
        mensaje = MensajeCorreo(para=address, asunto=TEST_SUBJECT, texto=TEST_TEXT)
        progress.report(0, 2, "Conectando con el servidor de correo…")
        try:
            with self._correo.connect(servidor, secret) as conexion:
                progress.report(1, 2, "Enviando el correo de prueba…")
                conexion.send(mensaje, self._store.new_id(), self._store.clock())
        except MailNotSentError as error:
            raise MailNotSentError(
                f"{error.message} {TEST_NOT_SENT}",
                permanent=error.permanent,
                whole_server=error.whole_server,
            ) from None
        progress.report(2, 2, "El servidor recibió el correo de prueba.")

    def is_correo_configured(self, db: Session) -> bool:
        return self._usable(db) is not None

    def cuenta_correo(self, db: Session) -> CuentaCorreo | None:
        """The account with its password, for sending. Not for windows: it checks no right."""
        servidor = self._usable(db)
        if servidor is None:
            return None
        kept = servidor.usuario and self._kept_password(db)
        return CuentaCorreo(servidor, kept)

    def _servidor(self, db: Session) -> ServidorCorreo | None:
        if self._central.correo_fijo:
            return self._central.correo
        return _servidor(db) or self._central.correo

    def _usable(self, db: Session) -> ServidorCorreo | None:
        """The server, or None if it needs a password that is not stored."""
        servidor, saved = self._servidor(db), _servidor(db)
        if servidor is None or not servidor.usuario:
            return servidor
        return servidor if saved is not None and saved.same_account(servidor) else None

    def _password_for(self, db: Session, servidor: ServidorCorreo, typed: str | None) -> str:
        if not servidor.usuario:
            return ""
        if typed is None:
            kept = _servidor(db)
            if kept is None or not kept.usuario:
                raise InvalidInputError(PASSWORD_MISSING, "contrasena")
            if not kept.same_account(servidor):
                raise InvalidInputError(PASSWORD_AGAIN, "contrasena")
            return self._kept_password(db)
        if not typed:
            raise InvalidInputError(PASSWORD_MISSING, "contrasena")
        if any(c in typed for c in "\r\n\0"):
            raise InvalidInputError(PASSWORD_ON_ONE_LINE, "contrasena")
        return typed

    def _kept_password(self, db: Session) -> str:
        row = find_setting(db, PASSWORD)
        if row is None or row.sellado is None:
            return ""
        return self._store.key.unseal(row.sellado, "ajustes", row.id, "sellado").decode()


def _servidor(db: Session) -> ServidorCorreo | None:
    kept = kept_values(db, SERVER)
    if not kept:
        return None
    return ServidorCorreo(**{**kept, "seguridad": Seguridad(kept["seguridad"])})
