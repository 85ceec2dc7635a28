"""What stands for the machine: a clock that a test moves, keyrings, a user."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from icsoe_desktop.domain.acceso.avisos import AVISO_VERSION
from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import UsuarioRow


class Reloj:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class MemoryKeyring:
    """A keyring that keeps its entries for as long as the test."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def available(self) -> bool:
        return True

    def get(self, database_id: str) -> bytes | None:
        return self.entries.get(database_id)

    def set(self, database_id: str, key: bytes) -> bool:
        self.entries[database_id] = key
        return True


class NoLlavero:
    """A machine without a keyring."""

    def available(self) -> bool:
        return False

    def get(self, database_id: str) -> bytes | None:
        return None

    def set(self, database_id: str, key: bytes) -> bool:
        return False


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
                aviso_version=AVISO_VERSION,
                creado=now,
                actualizado=now,
            )
        )
    return session_of(usuario)


def session_of(usuario: UUID) -> Sesion:
    """Of one who is in the store already: the same person in another process."""
    return Sesion(Rol.USUARIO_IDSE, usuario, "Alma Prieto")
