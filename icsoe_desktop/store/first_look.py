"""What the login window shows of a store, read without SQLAlchemy.

Importing SQLAlchemy and its mapped classes takes longer than the rest of a start.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlcipher3 import dbapi2

from icsoe_desktop.store.connection import RawConnection, only_row, pages_missing
from icsoe_desktop.store.migrations import HEAD


@dataclass(frozen=True)
class UsuariosConocidos:
    """unico: mail of the only enabled user, otherwise empty. alguno: whether there is any user.

    icsoe: whether there is any contratista.
    """

    unico: str
    alguno: bool
    icsoe: bool


def known_usuarios(connection: RawConnection) -> UsuariosConocidos | None:
    """None for a store of another schema, or one that may be damaged."""
    try:
        if pages_missing(connection):
            return None
        if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(HEAD,)]:
            return None
        enabled = connection.execute("SELECT correo FROM usuarios WHERE habilitado LIMIT 2")
        correos = [correo for (correo,) in enabled]
        (alguno,) = only_row(connection.execute("SELECT EXISTS (SELECT 1 FROM usuarios)"))
        (icsoe,) = only_row(connection.execute("SELECT EXISTS (SELECT 1 FROM contratistas)"))
    except dbapi2.DatabaseError:
        return None
    return UsuariosConocidos(correos[0] if len(correos) == 1 else "", bool(alguno), bool(icsoe))
