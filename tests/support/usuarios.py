"""A user to work as: enabled, and with no password to enter with."""

from __future__ import annotations

from uuid import UUID

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import UsuarioRow


def enabled_user(store: Store) -> Sesion:
    """The session of one who is in the store from now on."""
    usuario: UUID = store.new_id()
    now = store.clock()
    with store.write() as db:
        db.add(
            UsuarioRow(
                id=usuario,
                nombres="Alma",
                primer_apellido="Prieto",
                segundo_apellido="",
                correo="alma@ejemplo.mx",
                correo_buscado="alma@ejemplo.mx",
                contrasena_hash="",
                habilitado=True,
                aviso_version="1",
                creado=now,
                actualizado=now,
            )
        )
    return session_of(usuario)


def session_of(usuario: UUID) -> Sesion:
    """Of one who is in the store already: the same person in another process."""
    return Sesion(Rol.USUARIO_IDSE, usuario, "Alma Prieto")
