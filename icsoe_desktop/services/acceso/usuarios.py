"""The users of Conexión en línea con IDSE."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.avisos import AVISO_VERSION
from icsoe_desktop.domain.acceso.contrasena import POLITICA_USUARIO_IDSE, Politica
from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.identificadores.contacto import Correo
from icsoe_desktop.domain.identificadores.persona import (
    MAX_NAME_LENGTH,
    NOMBRE_CAMPOS,
    NombrePersona,
    name_parts,
)
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.services.acceso.autorizacion import authorize, reading, writing
from icsoe_desktop.services.acceso.contrasenas import (
    confirm,
    hash_password,
    make_code,
    unconfirmed_since,
    verify_password,
)
from icsoe_desktop.services.acceso.idse import sesion_of
from icsoe_desktop.services.acceso.intentos import Intentos
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row, still_there
from icsoe_desktop.store.tables.acceso import UsuarioRow

OBJETO = "usuario"

AUTHORIZATION_NEEDED = (
    "Ya hay usuarios en este equipo: un usuario habilitado debe autorizar el alta con su "
    "contraseña. No se guardó nada todavía."
)
LAST_ENABLED = (
    "Es el único usuario habilitado: si se deshabilita, nadie podría ingresar. No se cambió nada. "
    "Registre o habilite otro usuario antes."
)
WRONG_PASSWORD = "La contraseña no es correcta. El código de recuperación sigue siendo el mismo."
GONE = "El usuario ya no existe. No se cambió nada. Actualice la lista."
TAKEN = "Ya existe un usuario con este correo electrónico. Escriba otro o habilite el que existe."


@dataclass(frozen=True, kw_only=True)
class UsuarioNuevo(NombrePersona):
    """The form of a new user, as typed."""

    correo: str = field(repr=False)
    contrasena: str = field(repr=False)
    confirmacion: str = field(repr=False)
    acepta_aviso: bool


@dataclass(frozen=True, kw_only=True)
class Usuario(NombrePersona):
    id: uuid.UUID
    correo: str = field(repr=False)
    habilitado: bool

    @property
    def estado(self) -> str:
        return "Habilitado" if self.habilitado else "Deshabilitado"


@dataclass(frozen=True)
class AltaUsuario:
    """A registered user, a session for further work, and the code to print.

    codigo_recuperacion: set only if the vault had none. It is shown once and never stored.
    """

    usuario: Usuario
    sesion: Sesion
    codigo_recuperacion: str | None


def politica_of(*datos: str, largo: int = 0) -> Politica:
    """Password policy for a user. datos: the user's own data (mail, names), forbidden in it.

    largo: the administrator's least length.
    """
    return POLITICA_USUARIO_IDSE.at_least(largo).excluding(datos)


def check_nuevo(nuevo: UsuarioNuevo, largo: int = 0) -> dict[str, str]:
    """Errors of the form, field → sentence. Empty if it can be saved."""
    problems: dict[str, str] = {}
    if not clean(nuevo.nombres):
        problems["nombres"] = "Escriba el nombre."
    if not clean(nuevo.primer_apellido):
        problems["primer_apellido"] = "Escriba el primer apellido."
    for campo in NOMBRE_CAMPOS:
        if len(clean(getattr(nuevo, campo))) > MAX_NAME_LENGTH:
            problems[campo] = f"Escriba como máximo {MAX_NAME_LENGTH} caracteres."
    try:
        Correo.parse(nuevo.correo)
    except InvalidInputError as error:
        problems["correo"] = error.message
    if not nuevo.contrasena:
        problems["contrasena"] = "Escriba la contraseña."
    elif not politica_of(nuevo.correo, *name_parts(nuevo), largo=largo).accepts(nuevo.contrasena):
        problems["contrasena"] = "La contraseña no cumple todas las reglas."
    if nuevo.contrasena != nuevo.confirmacion:
        problems["confirmacion"] = "Las contraseñas no coinciden."
    if not nuevo.acepta_aviso:
        problems["acepta_aviso"] = "Lea y acepte el Aviso de privacidad y el Acuerdo de servicio."
    return problems


class UsuariosService:
    def __init__(
        self, store: Store, boveda: Boveda, bitacora: BitacoraService, largo_minimo: int = 0
    ) -> None:
        """largo_minimo: of new passwords, from the machine's policy; 0 without one."""
        self.largo_minimo = largo_minimo
        self._store = store
        self._boveda = boveda
        self._bitacora = bitacora
        self._note = bitacora.about(OBJETO)
        self._intentos = Intentos(store)

    def all(self, sesion: Sesion) -> tuple[Usuario, ...]:
        with reading(self._store, sesion, Permiso.ADMINISTRAR_USUARIOS) as db:
            rows = db.scalars(select(UsuarioRow).order_by(UsuarioRow.correo_buscado)).all()
            return tuple(_value(row) for row in rows)

    def register(self, sesion: Sesion | None, nuevo: UsuarioNuevo) -> AltaUsuario:
        """Save a new, enabled user. Takes about 0.6 s.

        sesion: of an enabled user. None is accepted only for the first user of the installation.
        Raises InvalidInputError (campo: a field of UsuarioNuevo) and NotAllowedError.
        """
        with self._store.read() as db:
            self._check_right(db, sesion)
        for campo, problem in check_nuevo(nuevo, self.largo_minimo).items():
            raise InvalidInputError(problem, campo)
        now = self._store.clock()
        correo = Correo.parse(nuevo.correo).valor
        row = UsuarioRow(
            id=self._store.new_id(),
            **{campo: clean(getattr(nuevo, campo)) for campo in NOMBRE_CAMPOS},
            correo=correo,
            correo_buscado=correo.casefold(),
            contrasena_hash=hash_password(nuevo.contrasena),
            habilitado=True,
            aviso_version=AVISO_VERSION,
            creado=now,
            actualizado=now,
        )
        # The vault first. A user whose password opens no data is worse than a password without a
        # user, which the next start drops.
        self._boveda.set_password(self._store.key, row.id, nuevo.contrasena)
        try:
            with self._store.write() as db:
                self._check_right(db, sesion)
                db.add(row)
                db.flush()
                quien = sesion or sesion_of(row)
                self._note(db, quien, Accion.ALTA_USUARIO, row.id)
                self._note(db, sesion_of(row), Accion.AVISO_ACEPTADO, row.id, AVISO_VERSION)
        except IntegrityError as error:
            self.tidy_vault()
            raise InvalidInputError(TAKEN, "correo") from error
        except UserFacingError:
            self.tidy_vault()
            raise
        code = None
        if not self._boveda.has_recovery_code():
            code = make_code(self._store, self._boveda)
        return AltaUsuario(_value(row), sesion or sesion_of(row), code)

    def disable(self, sesion: Sesion, usuario_id: uuid.UUID) -> Usuario:
        """Raises NotAllowedError, and UserFacingError for the last enabled user."""
        with writing(self._store, sesion, Permiso.ADMINISTRAR_USUARIOS) as db:
            row = still_there(db, UsuarioRow, usuario_id, GONE)
            enabled = db.scalar(
                select(func.count()).select_from(UsuarioRow).where(UsuarioRow.habilitado)
            )
            if row.habilitado and enabled == 1:
                raise UserFacingError(LAST_ENABLED)
            row.habilitado = False
            row.actualizado = self._store.clock()
            self._note(db, sesion, Accion.USUARIO_DESHABILITADO, row.id)
            usuario = _value(row)
        self.tidy_vault()
        return usuario

    def enable(self, sesion: Sesion, usuario_id: uuid.UUID) -> Usuario:
        """Enable a user. Their password opens the vault again after their next login."""
        with writing(self._store, sesion, Permiso.ADMINISTRAR_USUARIOS) as db:
            row = still_there(db, UsuarioRow, usuario_id, GONE)
            row.habilitado = True
            row.actualizado = self._store.clock()
            self._note(db, sesion, Accion.USUARIO_HABILITADO, row.id)
            return _value(row)

    def new_recovery_code(self, sesion: Sesion, contrasena: str) -> str:
        """A new recovery code to print. The previous code stops working. Takes about 0.3 s.

        contrasena: of the session's user. A person who finds an open session must not get the code.
        Raises InvalidInputError (campo «contrasena»), NotAllowedError, TooManyAttemptsError.
        """
        with reading(self._store, sesion, Permiso.CONFIGURAR) as db:
            row = db.get_one(UsuarioRow, sesion.usuario_id)
            quien, hashed = row.correo_buscado, row.contrasena_hash
            self._intentos.check(db, quien)
        right = verify_password(hashed, contrasena)
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            if right:
                self._intentos.succeeded(db, quien)
                self._bitacora.record(db, sesion, Accion.CODIGO_RECUPERACION_NUEVO)
            else:
                self._intentos.failed(db, quien)
                self._bitacora.record(
                    db, sesion, Accion.INGRESO_FALLIDO, detalle="código de recuperación nuevo"
                )
        if not right:
            raise InvalidInputError(WRONG_PASSWORD, "contrasena")
        return make_code(self._store, self._boveda)

    def unconfirmed_code(self, sesion: Sesion) -> datetime | None:
        """When the recovery code was shown, if nobody confirmed yet that they keep it."""
        with reading(self._store, sesion, Permiso.CONFIRMAR_CODIGO) as db:
            return unconfirmed_since(db)

    def confirm_code(self, sesion: Sesion) -> None:
        """Somebody keeps the recovery code: no login asks about it any more."""
        with writing(self._store, sesion, Permiso.CONFIRMAR_CODIGO) as db:
            if unconfirmed_since(db) is not None:
                confirm(db, self._store)
                self._bitacora.record(db, sesion, Accion.CODIGO_RECUPERACION_GUARDADO)

    def tidy_vault(self) -> None:
        """Drop from the vault all passwords that belong to no enabled user."""
        with self._store.read() as db:
            enabled = set(db.scalars(select(UsuarioRow.id).where(UsuarioRow.habilitado)))
        self._boveda.keep_passwords_of(enabled)

    def _check_right(self, db: Session, sesion: Sesion | None) -> None:
        if sesion is not None:
            authorize(db, sesion, Permiso.ADMINISTRAR_USUARIOS)
        elif db.scalar(select(UsuarioRow.id).limit(1)) is not None:
            raise NotAllowedError(AUTHORIZATION_NEEDED)


def _value(row: UsuarioRow) -> Usuario:
    return of_row(Usuario, row)
