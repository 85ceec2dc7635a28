"""Login to Conexión en línea con IDSE."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, SESION_PRIMERA, Rol, Sesion
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.errors import InvalidInputError, NotAllowedError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.services.acceso.contrasenas import hash_of_nobody, verify_password
from icsoe_desktop.services.acceso.intentos import Intentos
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ContratistaRow

NOT_ENTERED = (
    "El usuario o la contraseña no son correctos o no corresponden entre sí. No se cambió nada. "
    "Verifique la información y vuelva a intentarlo, o use «¿Olvidó su contraseña?»."
)

SOMEBODY = (
    "En este equipo ya hay un contratista o un usuario: él se une a la oficina, en Sincronización, "
    "en su menú Herramientas. No se cambió nada. Ingrese primero."
)


class AccesoService:
    def __init__(self, store: Store, boveda: Boveda, bitacora: BitacoraService) -> None:
        self._store = store
        self._boveda = boveda
        self._bitacora = bitacora
        self._intentos = Intentos(store)

    def any_usuario(self) -> bool:
        with self._store.read() as db:
            return bool(db.scalar(select(select(UsuarioRow.id).exists())))

    def any_contratista(self) -> bool:
        """Whether there are data of ICSOE, so that its entry may be the first window."""
        with self._store.read() as db:
            return bool(db.scalar(select(select(ContratistaRow.id).exists())))

    def enter_first(self) -> Sesion:
        """A session that joins an office. Raises NotAllowedError where anybody is registered."""
        if self.any_usuario() or self.any_contratista():
            raise NotAllowedError(SOMEBODY)
        return SESION_PRIMERA

    def default_usuario(self) -> str:
        """Mail to fill in: the only enabled user's; empty if there are several."""
        with self._store.read() as db:
            correos = db.scalars(
                select(UsuarioRow.correo).where(UsuarioRow.habilitado).limit(2)
            ).all()
        return correos[0] if len(correos) == 1 else ""

    def enter_consulta(self) -> Sesion:
        with self._store.write() as db:
            self._bitacora.record(db, SESION_CONSULTA, Accion.INGRESO_CONSULTA)
        return SESION_CONSULTA

    def enter(self, correo: str, contrasena: str) -> Sesion:
        """The session of an enabled user.

        Takes about 0.3 s for known and unknown mails, so that the time does not reveal them.
        Raises TooManyAttemptsError during the delay after repeated failures, and InvalidInputError,
        always with the same sentence, for any other reason.
        """
        quien = correo.strip().casefold()
        with self._store.read() as db:
            self._intentos.check(db, quien)
            usuario = enabled(db, quien)
            hashed = usuario.contrasena_hash if usuario else hash_of_nobody()
            right = verify_password(hashed, contrasena) and usuario is not None
        with self._store.write() as db:
            usuario = enabled(db, quien)
            if not right or usuario is None or usuario.contrasena_hash != hashed:
                self._intentos.failed(db, quien)
                self._bitacora.record(db, None, Accion.INGRESO_FALLIDO)
                sesion = None
            else:
                self._intentos.succeeded(db, quien)
                sesion = sesion_of(usuario)
                self._bitacora.record(db, sesion, Accion.INGRESO)
        if sesion is None:
            raise InvalidInputError(NOT_ENTERED)
        return sesion

    def enter_by_id(self, usuario_id: uuid.UUID, contrasena: str) -> Sesion:
        """Like `enter`, for the user whose password opened the data."""
        with self._store.read() as db:
            usuario = db.get(UsuarioRow, usuario_id)
            correo = usuario.correo_buscado if usuario is not None else ""
        return self.enter(correo, contrasena)

    def mend_vault(self, sesion: Sesion, contrasena: str) -> None:
        """Make the vault accept this password after a login, in case a crash left it inconsistent.

        Takes about 0.3 s, or 0.6 s if a repair is needed.
        """
        with self._store.read() as db:
            usuario = db.get(UsuarioRow, sesion.usuario_id) if sesion.usuario_id else None
        if usuario is None or not usuario.habilitado:
            return
        if not self._boveda.password_opens(usuario.id, contrasena):
            self._boveda.set_password(self._store.key, usuario.id, contrasena)


def sesion_of(usuario: UsuarioRow) -> Sesion:
    nombre = full_name(usuario)
    return Sesion(Rol.USUARIO_IDSE, usuario.id, nombre)


def enabled(db: Session, buscado: str) -> UsuarioRow | None:
    """The enabled user with this mail, as `correo_buscado` has it."""
    return only(db, UsuarioRow, correo_buscado=buscado, habilitado=True)
