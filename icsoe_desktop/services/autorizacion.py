"""The one check that every service makes before it does anything."""

from __future__ import annotations

from sqlalchemy.orm import Session

from icsoe_desktop.domain.sesion import Permiso, Sesion
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.store.tables import UsuarioRow

DISABLED = (
    "Su usuario fue deshabilitado. No se guardó nada de este paso. Pida a un usuario habilitado "
    "que lo habilite de nuevo."
)


def authorize(db: Session, sesion: Sesion, permiso: Permiso) -> None:
    """Raises NotAllowedError when the role lacks the right or the user is no longer enabled."""
    sesion.require(permiso)
    if sesion.usuario_id is not None:
        usuario = db.get(UsuarioRow, sesion.usuario_id)
        if usuario is None or not usuario.habilitado:
            raise NotAllowedError(DISABLED)
