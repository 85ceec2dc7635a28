"""A first look at the data, so that the user can type before the services are imported.

Imports no SQLAlchemy: docs/decisions/0012. apertura goes on with what is open.
"""

from __future__ import annotations

from dataclasses import dataclass

from icsoe_desktop.errors import StoreLockedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring, Keyring, SystemKeyring
from icsoe_desktop.gateways.respaldo.swap import StoreSwap
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.connection import PAGE_BYTES, RawConnection, open_store
from icsoe_desktop.store.first_look import UsuariosConocidos, known_usuarios


@dataclass(frozen=True)
class Vistazo:
    """An open store of the current schema. Whoever takes it closes `connection`."""

    key: DataKey
    connection: RawConnection
    usuarios: UsuariosConocidos


def look(folder: DataFolder, keyring: Keyring | None = None) -> Vistazo | None:
    """None for whatever apertura has to do or to say: it then starts from the beginning.

    Changes nothing. Raises StoreLockedError if the keyring has no key for the data.
    """
    keyring = keyring or system_keyring(folder)
    swap = StoreSwap(folder.root, folder.store.name, folder.envelope.name)
    boveda = Boveda(folder.envelope, keyring)
    try:
        if swap.waiting or not boveda.exists() or not boveda.has_ways_in():
            return None
        # SQLite takes an empty file for a new store and writes into it.
        if not folder.store.exists() or folder.store.stat().st_size < PAGE_BYTES:
            return None
        key = boveda.open_with_keyring()
        connection = open_store(folder.store, key)
    except StoreLockedError:
        raise
    except UserFacingError:
        return None
    usuarios = known_usuarios(connection)
    if usuarios is None:
        connection.close()
        return None
    return Vistazo(key, connection, usuarios)


def system_keyring(folder: DataFolder) -> Keyring:
    return FileKeyring(folder.root, writes=False) if folder.is_sample else SystemKeyring()
