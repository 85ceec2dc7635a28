"""Settings of the mail server."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from sqlalchemy import and_, update
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo, Seguridad, ServidorCorreo
from icsoe_desktop.domain.identificadores.contacto import Correo
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.identidad import IdentityGateway
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.correo.credenciales import CredencialesCorreo, CuentaCorreo, owned
from icsoe_desktop.store.ajustes import find_setting, keep_values, kept_values, setting
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import CorreoRow

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


class AjustesService:
    """Reads, saves and tests the mail servers.

    An IDSE user sets the one of the machine. A contratista sets its own, by which only its mails
    go: who owns an account can read what leaves by it. Without its own, a contratista's mails go
    by that of the machine.

    central: an administrator's settings, used where the user saved none.
    """

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        correo: MailGateway,
        central: Central | None = None,
        identidad: IdentityGateway | None = None,
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._correo = correo
        self._central = central or Central()
        self.identidad = identidad or IdentityGateway()
        self.credenciales = CredencialesCorreo(store, self.identidad)

    def servidor_correo(self, sesion: Sesion) -> ServidorCorreo | None:
        with reading(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            return self._servidor(db, owner_of(sesion))

    def shared_server(self, sesion: Sesion) -> str:
        """The machine's server, by which a contratista without its own sends; else empty."""
        with reading(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            own = owner_of(sesion)
            if own is None or self._usable(db, own) is not None:
                return ""
            machine = self._usable(db, None)
        return machine.servidor if machine else ""

    def save_servidor_correo(
        self, sesion: Sesion, servidor: ServidorCorreo, contrasena: str | None
    ) -> None:
        """Save the session's server and retry the waiting and stopped mails with it.

        contrasena: None keeps the stored one, which must belong to the same account.
        Raises InvalidInputError (campo «contrasena», or «servidor» if the administrator fixed
        another) and NotAllowedError.
        """
        with writing(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            self.require_free(servidor)
            own = owner_of(sesion)
            secret = self._password_for(db, servidor, contrasena, own)
            row = setting(db, self._store, owned(PASSWORD, own))
            row.sellado = None
            if secret:
                row.sellado = self._store.key.seal(secret.encode(), "ajustes", row.id, "sellado")
            # With a password the account needs no grant any more.
            self.credenciales.forget(db, own)
            self.keep_server(db, sesion, servidor)

    def keep_server(
        self, db: Session, sesion: Sesion, servidor: ServidorCorreo, detalle: str = ""
    ) -> None:
        """Store the session's server and let its mails try it, in the caller's transaction."""
        own = owner_of(sesion)
        keep_values(db, self._store, owned(SERVER, own), asdict(servidor))
        self._bitacora.record(db, sesion, Accion.AJUSTES_CORREO, detalle=detalle)
        _retry_all(db, self._store, own)

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
        With a linked account `servidor` comes from the link, and `contrasena` is None.
        Raises MailNotSentError, InvalidInputError (campo «para» or «contrasena»), Cancelled.
        """
        try:
            address = Correo.parse(para).valor
        except InvalidInputError as error:
            raise InvalidInputError(error.message, "para") from error
        with reading(self._store, sesion, Permiso.CONFIGURAR_CORREO) as db:
            own = owner_of(sesion)
            cuenta = self._linked(db, servidor, own) if contrasena is None else None
            if cuenta is None:
                secret = self._password_for(db, servidor, contrasena, own)
                cuenta = CuentaCorreo(servidor, secret)
        mensaje = MensajeCorreo(para=address, asunto=TEST_SUBJECT, texto=TEST_TEXT)
        progress.report(0, 2, "Conectando con el servidor de correo…")
        try:
            with self.credenciales.connected(self._correo, cuenta) as conexion:
                progress.report(1, 2, "Enviando el correo de prueba…")
                conexion.send(mensaje, self._store.new_id(), self._store.clock())
        except MailNotSentError as error:
            raise MailNotSentError(
                f"{error.message} {TEST_NOT_SENT}",
                permanent=error.permanent,
                whole_server=error.whole_server,
            ) from None
        progress.report(2, 2, "El servidor recibió el correo de prueba.")

    def is_correo_configured(self, db: Session, contratista_id: uuid.UUID | None = None) -> bool:
        return self._account(db, contratista_id) is not None

    def sender(self, db: Session, contratista_id: uuid.UUID | None) -> uuid.UUID | None:
        """Whose account sends the mails of a contratista. None for the machine's."""
        return contratista_id if self._usable(db, contratista_id) is not None else None

    def cuenta_correo(
        self, db: Session, contratista_id: uuid.UUID | None = None
    ) -> CuentaCorreo | None:
        """The account that sends a contratista's mails (None: the machine's), with its password.

        Not for windows: it checks no right.
        """
        found = self._account(db, contratista_id)
        if found is None:
            return None
        servidor, own = found
        linked = self._linked(db, servidor, own)
        if linked is not None:
            return linked
        kept = self._kept_password(db, own) if servidor.usuario else ""
        return CuentaCorreo(servidor, kept)

    def require_free(self, servidor: ServidorCorreo) -> None:
        """Raises InvalidInputError if the administrator fixed another server."""
        if self._central.correo_fijo and servidor != self._central.correo:
            raise InvalidInputError(FIXED, "servidor")

    def _linked(
        self, db: Session, servidor: ServidorCorreo, own: uuid.UUID | None
    ) -> CuentaCorreo | None:
        vinculo = self.credenciales.vinculo(db, own)
        if vinculo is None or not vinculo.of_account(servidor):
            return None
        # The hosts may have changed with a version: a token never goes to another one.
        puntos = self.identidad.puntos[vinculo.cliente.proveedor]
        if servidor.servidor not in puntos.servidores:
            return None
        return CuentaCorreo(servidor, "", vinculo, self.credenciales.renovacion(db, own), own)

    def _account(
        self, db: Session, contratista_id: uuid.UUID | None
    ) -> tuple[ServidorCorreo, uuid.UUID | None] | None:
        """A contratista's own server; without one, the machine's. With its owner."""
        for own in dict.fromkeys((contratista_id, None)):
            servidor = self._usable(db, own)
            if servidor is not None:
                return servidor, own
        return None

    def _servidor(self, db: Session, own: uuid.UUID | None) -> ServidorCorreo | None:
        if self._central.correo_fijo:
            return self._central.correo
        return _servidor(db, own) or self._central.correo

    def _usable(self, db: Session, own: uuid.UUID | None) -> ServidorCorreo | None:
        """The server of that owner, or None if it needs a password that is not stored.

        A contratista's own is only what it saved.
        """
        servidor, saved = self._servidor(db, own), _servidor(db, own)
        if own is not None and saved is None:
            return None
        if servidor is None or not servidor.usuario:
            return servidor
        return servidor if saved is not None and saved.same_account(servidor) else None

    def _password_for(
        self,
        db: Session,
        servidor: ServidorCorreo,
        typed: str | None,
        own: uuid.UUID | None,
    ) -> str:
        if not servidor.usuario:
            return ""
        if typed is None:
            kept = _servidor(db, own)
            if kept is None or not kept.usuario:
                raise InvalidInputError(PASSWORD_MISSING, "contrasena")
            if not kept.same_account(servidor):
                raise InvalidInputError(PASSWORD_AGAIN, "contrasena")
            password = self._kept_password(db, own)
            if not password:
                # The account was linked, so none was kept.
                raise InvalidInputError(PASSWORD_MISSING, "contrasena")
            return password
        if not typed:
            raise InvalidInputError(PASSWORD_MISSING, "contrasena")
        if any(c in typed for c in "\r\n\0"):
            raise InvalidInputError(PASSWORD_ON_ONE_LINE, "contrasena")
        return typed

    def _kept_password(self, db: Session, own: uuid.UUID | None) -> str:
        row = find_setting(db, owned(PASSWORD, own))
        if row is None or row.sellado is None:
            return ""
        return self._store.key.unseal(row.sellado, "ajustes", row.id, "sellado").decode()


def owner_of(sesion: Sesion) -> uuid.UUID | None:
    """Whose mail server the session sets: the contratista's own, or the machine's (None)."""
    return sesion.usuario_id if sesion.rol is Rol.CONTRATISTA else None


def _retry_all(db: Session, store: Store, own: uuid.UUID | None) -> None:
    """Make the owner's waiting and stopped mails due now, in the caller's transaction.

    own: None for all mails, as each of them may go by the machine's server.
    """
    waiting = CorreoRow.estado.in_([EstadoCorreo.PENDIENTE, EstadoCorreo.DETENIDO])
    db.execute(
        update(CorreoRow)
        .where(waiting if own is None else and_(waiting, CorreoRow.contratista_id == own))
        .values(estado=EstadoCorreo.PENDIENTE, motivo="", proximo_intento=store.clock())
    )


def _servidor(db: Session, own: uuid.UUID | None) -> ServidorCorreo | None:
    kept = kept_values(db, owned(SERVER, own))
    if not kept:
        return None
    return ServidorCorreo(**{**kept, "seguridad": Seguridad(kept["seguridad"])})
