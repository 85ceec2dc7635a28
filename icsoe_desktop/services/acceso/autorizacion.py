"""Authorization: every service checks the session here before it acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.contratista import Avance, PasoContratista
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import (
    AcuseRow,
    ContratistaRow,
    PersonaRow,
    RelacionRow,
)

DISABLED = (
    "Su usuario fue deshabilitado. No se guardó nada de este paso. Pida a un usuario habilitado "
    "que lo habilite de nuevo."
)
NO_LONGER = (
    "Su usuario ya no puede trabajar para este contratista. No se guardó nada de este paso. "
    "Hable con el contratista, o elija otro."
)
CLOSED = (
    "Su usuario fue bloqueado o ya no existe. No se guardó nada de este paso. Pida una liga nueva "
    "a su contratista o use «¿Olvidaste tu contraseña?»."
)
GONE = (
    "Los datos de este contratista ya no están. No se guardó nada de este paso. Ingrese de nuevo."
)
OF_THE_USERS = (
    "Este equipo ya tiene usuarios de Conexión en línea con IDSE: ellos lo respaldan y configuran. "
    "No se cambió nada. Pídalo a uno de ellos."
)
STEP_MISSING = (
    "Falta un paso antes de esto: {paso}. No se cambió nada. Complételo y vuelva a intentarlo."
)


def authorize(db: Session, sesion: Sesion, permiso: Permiso) -> None:
    """Check that the session has the right now.

    A capturista's relation is read each time, so that a baja takes effect at once.
    Raises NotAllowedError if the rol lacks the right, or if the user was disabled or is gone.
    """
    sesion.require(permiso)
    match sesion.rol:
        case Rol.USUARIO_IDSE:
            usuario = db.get(UsuarioRow, sesion.usuario_id)
            if usuario is None or not usuario.habilitado:
                raise NotAllowedError(DISABLED)
        case Rol.CONTRATISTA:
            if db.get(ContratistaRow, sesion.usuario_id) is None:
                raise NotAllowedError(GONE)
            if permiso is Permiso.CONFIGURAR and has_users(db):
                raise NotAllowedError(OF_THE_USERS)
        case Rol.CAPTURISTA:
            _authorize_capturista(db, sesion)
        case Rol.CONSULTA:
            if sesion.encargado and has_users(db):
                raise NotAllowedError(OF_THE_USERS)


@contextmanager
def reading(store: Store, sesion: Sesion, permiso: Permiso) -> Iterator[Session]:
    """`Store.read` for a session that has the right. Raises NotAllowedError."""
    with store.read() as db:
        authorize(db, sesion, permiso)
        yield db


@contextmanager
def writing(store: Store, sesion: Sesion, permiso: Permiso) -> Iterator[Session]:
    """`Store.write` for a session that has the right. Raises NotAllowedError."""
    with store.write() as db:
        authorize(db, sesion, permiso)
        yield db


def own_or(sesion: Sesion, permiso: Permiso) -> Permiso:
    """The right of a contratista over what is its own; `permiso` for everybody else."""
    return Permiso.ADMINISTRAR_CONTRATISTA if sesion.rol is Rol.CONTRATISTA else permiso


def check_right(store: Store, sesion: Sesion, permiso: Permiso) -> None:
    """Raises NotAllowedError if the session does not have the right now."""
    with store.read() as db:
        authorize(db, sesion, permiso)


def has_users(db: Session) -> bool:
    """Whether an enabled IDSE user could configure the installation."""
    return db.scalar(select(UsuarioRow.id).where(UsuarioRow.habilitado).limit(1)) is not None


def contratista_of(db: Session, sesion: Sesion, permiso: Permiso) -> ContratistaRow:
    """The contratista in whose name the session acts. Raises NotAllowedError."""
    authorize(db, sesion, permiso)
    row = db.get(ContratistaRow, sesion.require_contratista())
    if row is None:
        raise NotAllowedError(GONE)
    return row


def require_step(db: Session, row: ContratistaRow, paso: PasoContratista) -> None:
    """Raises NotAllowedError if an earlier step is not done yet."""
    avance = avance_of(db, row)
    if not avance.reached(paso):
        raise NotAllowedError(STEP_MISSING.format(paso=avance.paso))


def avance_of(db: Session, row: ContratistaRow) -> Avance:
    return Avance(
        es_persona_moral=row.es_persona_moral,
        terminos_aceptados=row.terminos_version == TERMINOS_VERSION,
        tiene_datos_generales=row.correo is not None,
        tiene_domicilio=row.domicilio_social is not None,
        tiene_acuse=bool(db.scalar(select(exists().where(AcuseRow.contratista_id == row.id)))),
        completado=row.completado is not None,
    )


def _authorize_capturista(db: Session, sesion: Sesion) -> None:
    persona = db.get(PersonaRow, sesion.usuario_id)
    if persona is None or persona.contrasena_hash is None or persona.bloqueada is not None:
        raise NotAllowedError(CLOSED)
    if sesion.contratista_id is None:
        return
    estatus = db.scalar(
        select(RelacionRow.estatus).where(
            RelacionRow.persona_id == persona.id,
            RelacionRow.contratista_id == sesion.contratista_id,
        )
    )
    if estatus != Estatus.ACTIVA:
        raise NotAllowedError(NO_LONGER)
