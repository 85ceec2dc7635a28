"""Login to ICSOE: a contratista with their e.firma, a capturista with CURP and password."""

from __future__ import annotations

import threading
import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.acceso.activacion import FallosCapturista
from icsoe_desktop.services.acceso.autorizacion import (
    NO_LONGER,
    authorize,
    has_users,
    reading,
    writing,
)
from icsoe_desktop.services.acceso.contrasenas import (
    hash_of_nobody,
    make_code,
    mark_unconfirmed,
    unconfirmed_since,
    verify_password,
)
from icsoe_desktop.services.acceso.efirma import EfirmaVerificada, IngresoEfirma
from icsoe_desktop.services.acceso.intentos import Intentos
from icsoe_desktop.services.acceso.valores import (
    ContratistaParaElegir,
    EfirmaElegida,
    EfirmaRegistrada,
    IngresoContratista,
    ProblemaIngreso,
    VerificacionIngreso,
)
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow

__all__ = [
    "AccesoIcsoeService",
    "ContratistaParaElegir",
    "EfirmaElegida",
    "EfirmaRegistrada",
    "IngresoContratista",
    "ProblemaIngreso",
    "VerificacionIngreso",
]

OBJETO = "contratista"

VALIDATE_FIRST = (
    "La validación de la e.firma ya no está vigente. No se ingresó. Elija Validar otra vez y "
    "después Ingresar."
)
NEVER_ENTERED = (
    "Este contratista todavía no ha ingresado en este equipo. No se cambió nada. Ingrese primero "
    "con su e.firma en «Inicio de sesión» y complete sus datos."
)
# One sentence for every reason: unknown, wrong, locked, no password yet.
NOT_ENTERED = (
    "La CURP o la contraseña no son correctas, o el usuario está bloqueado. No se ingresó. "
    "Verifique la información; si la olvidó, use «¿Olvidaste tu contraseña?». Después de diez "
    "intentos el usuario se bloquea y su contratista puede enviarle una liga nueva."
)
OTHER_EFIRMA = "Para desbloquear, use la e.firma del contratista que ingresó."
WRONG_PASSWORD = "La contraseña no es correcta. La sesión sigue bloqueada."


class Sesiones:
    """The open sessions. Each ends with exactly one «salida» in the bitácora. Thread-safe."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora
        self._open: dict[uuid.UUID | None, Sesion] = {}
        self._lock = threading.Lock()

    def begin(self, sesion: Sesion) -> None:
        """Open a session, or replace it when a capturista chooses a contratista."""
        with self._lock:
            self._open[sesion.usuario_id] = sesion

    def leave(self, sesion: Sesion) -> None:
        """Record «salida» once, although the lock, the menu and the window may all report it."""
        with self._lock:
            left = self._open.pop(sesion.usuario_id, None)
        if left is not None:
            with self._store.write() as db:
                self._bitacora.record(db, left, Accion.SALIDA)

    def close(self) -> None:
        """Close every open session at the end of the program."""
        for sesion in list(self._open.values()):
            self.leave(sesion)


class AccesoIcsoeService:
    """Grants sessions of ICSOE, and checks the same credentials after a lock."""

    def __init__(
        self,
        store: Store,
        boveda: Boveda,
        bitacora: BitacoraService,
        correos: CorreosCapturista,
        verificador: CertificateVerifier,
        pruebas: bool,
    ) -> None:
        """pruebas: accept certificates of the SAT's test authorities."""
        self._store = store
        self._boveda = boveda
        self._bitacora = bitacora
        self._note = bitacora.about(OBJETO)
        self._efirma = IngresoEfirma(store, bitacora, verificador, pruebas)
        self.registered, self.verify = self._efirma.registered, self._efirma.verify
        self.sesiones = Sesiones(store, bitacora)
        self._intentos = Intentos(store)
        self._fallos = FallosCapturista(store, bitacora, correos)

    def enter(
        self, verificacion: VerificacionIngreso, *, only_known: bool = False
    ) -> IngresoContratista:
        """«Ingresar»: a session for a successful verification, which is valid once and for minutes.

        only_known: refuse a new contratista. The command line cannot show the first steps.
        Raises InvalidInputError for any other verification, and UserFacingError.
        """
        verified = self._efirma.redeem(verificacion.token)
        if verified is None:
            raise InvalidInputError(VALIDATE_FIRST)
        with self._store.write() as db:
            row = only(db, ContratistaRow, rfc=verified.rfc)
            primera_vez = row is None
            if row is None and only_known:
                raise UserFacingError(NEVER_ENTERED)
            if row is None:
                row = self._new_contratista(db, verified)
            else:
                self._refresh(row, verified)
            sesion = Sesion(
                Rol.CONTRATISTA, row.id, row.nombre, row.id, encargado=not has_users(db)
            )
            if primera_vez:
                self._note(db, sesion, Accion.ALTA_CONTRATISTA, row.id)
            self._note(db, sesion, Accion.INGRESO, row.id, "e.firma")
        code = None
        if not only_known and self._needs_code():
            code = make_code(self._store, self._boveda)
        cada_vez = not self._boveda.has_keyring() and not self._boveda.has_passwords()
        return IngresoContratista(sesion, primera_vez, code, cada_vez)

    def owner_of(self, verificacion: VerificacionIngreso) -> str:
        """The RFC that a successful verification proves; it is good once.

        Raises InvalidInputError for any other verification.
        """
        verified = self._efirma.redeem(verificacion.token)
        if verified is None:
            raise InvalidInputError(VALIDATE_FIRST)
        return verified.rfc

    def renew_code(self, sesion: Sesion) -> None:
        """Make a new recovery code at the next entry with an e.firma, which proves who asks.

        The present code serves until then. Raises NotAllowedError.
        """
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            mark_unconfirmed(db, self._store)

    def _needs_code(self) -> bool:
        """The keyring must not be the only way to open the data.

        Without users nobody else is asked whether they keep a code that was shown once: make
        another.
        """
        if not self._boveda.has_recovery_code():
            return True
        with self._store.read() as db:
            return not self._boveda.has_passwords() and unconfirmed_since(db) is not None

    def enter_capturista(self, curp: str, contrasena: str) -> Sesion:
        """A session without a chosen contratista. Takes about 0.3 s for known and unknown CURPs.

        Raises InvalidInputError, always with the same sentence, and TooManyAttemptsError.
        """
        clave = compact(curp)
        with self._store.read() as db:
            self._fallos.check(db, clave)
            persona = only(db, PersonaRow, curp=clave)
            hashed = (persona and persona.contrasena_hash) or hash_of_nobody()
        right = verify_password(hashed, contrasena)
        with self._store.write() as db:
            persona = only(db, PersonaRow, curp=clave)
            good = right and persona is not None and persona.contrasena_hash == hashed
            if persona is not None and good and persona.bloqueada is None:
                self._fallos.succeeded(db, clave)
                sesion = Sesion(Rol.CAPTURISTA, persona.id, full_name(persona))
                self._bitacora.record(db, sesion, Accion.INGRESO, "persona", persona.id)
                return sesion
            self._bitacora.record(db, None, Accion.INGRESO_FALLIDO, detalle="capturista")
            self._fallos.failed(db, clave)
        raise InvalidInputError(NOT_ENTERED)

    def contratistas(self, sesion: Sesion) -> tuple[ContratistaParaElegir, ...]:
        """The contratistas for whom this capturista may work now, by name."""
        with self._store.read() as db:
            authorize(db, without_contratista(sesion), Permiso.ELEGIR_CONTRATISTA)
            rows = db.execute(
                select(ContratistaRow.id, ContratistaRow.rfc, ContratistaRow.nombre)
                .join(RelacionRow, RelacionRow.contratista_id == ContratistaRow.id)
                .where(
                    RelacionRow.persona_id == sesion.usuario_id,
                    RelacionRow.estatus == Estatus.ACTIVA,
                )
                .order_by(ContratistaRow.nombre)
            )
            return tuple(ContratistaParaElegir(*row) for row in rows)

    def choose(self, sesion: Sesion, contratista_id: uuid.UUID) -> Sesion:
        """A session in the name of that contratista. Raises NotAllowedError."""
        sesion.require(Permiso.ELEGIR_CONTRATISTA)
        with self._store.write() as db:
            chosen = without_contratista(sesion).acting_for(contratista_id)
            authorize(db, chosen, Permiso.ELEGIR_CONTRATISTA)
            self._note(db, chosen, Accion.CONTRATISTA_ELEGIDO, contratista_id)
        return chosen

    def lock(self, sesion: Sesion) -> None:
        """Record that the windows were locked, by the idle timer or by the user."""
        with self._store.write() as db:
            self._bitacora.record(db, sesion, Accion.BLOQUEO_PANTALLA)

    def unlock_with_efirma(self, sesion: Sesion, elegida: EfirmaElegida) -> VerificacionIngreso:
        """Verify the e.firma of a locked session. `exitosa` allows showing the windows again.

        The RFC must be the session's own. Raises NotAllowedError, TooManyAttemptsError.
        """
        if sesion.rol is not Rol.CONTRATISTA:
            raise NotAllowedError(NO_LONGER)
        with reading(self._store, sesion, Permiso.ADMINISTRAR_CONTRATISTA) as db:
            rfc = db.get_one(ContratistaRow, sesion.usuario_id).rfc
        found = self._efirma.verify(elegida)
        verified = self._efirma.redeem(found.token)
        if verified is None:
            return found
        if verified.rfc != rfc:
            return VerificacionIngreso((ProblemaIngreso(OTHER_EFIRMA, "rfc"),))
        with self._store.write() as db:
            self._bitacora.record(db, sesion, Accion.DESBLOQUEO_PANTALLA)
        return found

    def unlock_with_password(self, sesion: Sesion, contrasena: str) -> None:
        """Unlock the session of a capturista or an IDSE user. Consultation mode needs no password.

        Takes about 0.3 s.
        Raises InvalidInputError (campo «contrasena»), NotAllowedError, TooManyAttemptsError.
        """
        if sesion.rol is Rol.CONSULTA:
            return
        if sesion.rol is Rol.CONTRATISTA:
            raise NotAllowedError(OTHER_EFIRMA)
        fallos = self._fallos if sesion.rol is Rol.CAPTURISTA else self._intentos
        with self._store.read() as db:
            quien, hashed = _credentials(db, sesion)
            fallos.check(db, quien)
        right = verify_password(hashed or hash_of_nobody(), contrasena) and hashed is not None
        with self._store.write() as db:
            if right and _credentials(db, sesion) == (quien, hashed):
                fallos.succeeded(db, quien)
                self._bitacora.record(db, sesion, Accion.DESBLOQUEO_PANTALLA)
                return
            self._bitacora.record(db, sesion, Accion.INGRESO_FALLIDO, detalle="desbloqueo")
            fallos.failed(db, quien)
        raise InvalidInputError(WRONG_PASSWORD, "contrasena")

    def _new_contratista(self, db: Session, verified: EfirmaVerificada) -> ContratistaRow:
        now = self._store.clock()
        row = ContratistaRow(
            id=self._store.new_id(),
            numero=(db.scalar(select(func.max(ContratistaRow.numero))) or 0) + 1,
            rfc=verified.rfc,
            nombre=verified.nombre,
            es_persona_moral=len(verified.rfc) == 12,
            efirma_numero=verified.numero,
            efirma_hasta=verified.valido_hasta,
            siguiente_relacion=1,
            creado=now,
            actualizado=now,
        )
        db.add(row)
        db.flush()
        return row

    def _refresh(self, row: ContratistaRow, verified: EfirmaVerificada) -> None:
        """Take over the name from a renewed e.firma: the SAT may write it differently."""
        row.nombre = verified.nombre
        row.efirma_numero = verified.numero
        row.efirma_hasta = verified.valido_hasta


def without_contratista(sesion: Sesion) -> Sesion:
    """The session before the choice: a baja at one contratista does not block the others."""
    if sesion.rol is not Rol.CAPTURISTA:
        return sesion
    return Sesion(sesion.rol, sesion.usuario_id, sesion.nombre)


def _credentials(db: Session, sesion: Sesion) -> tuple[str, str | None]:
    """The name under which failures are counted, and the hash. None without a password."""
    if sesion.rol is Rol.USUARIO_IDSE:
        usuario = db.get(UsuarioRow, sesion.usuario_id)
        if usuario is None or not usuario.habilitado:
            raise NotAllowedError(NO_LONGER)
        return usuario.correo_buscado, usuario.contrasena_hash
    authorize(db, without_contratista(sesion), Permiso.ELEGIR_CONTRATISTA)
    persona = db.get_one(PersonaRow, sesion.usuario_id)
    return persona.curp, persona.contrasena_hash
