"""Opens the store with only the services that the login window needs.

The login window waits for the imports of this module. bootstrap builds the other services later.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from icsoe_desktop.arranque.vistazo import Vistazo, system_keyring
from icsoe_desktop.domain.certificados.certificado import hora_local
from icsoe_desktop.errors import StoreDamagedError, StoreKeylessError, UserFacingError
from icsoe_desktop.gateways.atomic_write import file_troubles_in_spanish, sync_folder
from icsoe_desktop.gateways.bitacora.anchor import AnchorFile, anchor_path
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.boveda.os_keyring import Keyring
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.acceso.desbloqueo import Unlock
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.respaldo.restauracion import (
    RestauracionService,
    backup_folders,
    find_backups,
)
from icsoe_desktop.store.connection import PAGE_BYTES
from icsoe_desktop.store.copies import is_cut, is_empty
from icsoe_desktop.store.engine import Clock, Store, is_damage, open_engine, utc_now
from icsoe_desktop.store.migrate import migrate

STORE_MISSING = (
    "No se encontró el archivo de datos «icsoe.db» en la carpeta de datos. No se cambió nada. "
    "Devuelva el archivo a su carpeta o restaure un respaldo."
)
ENVELOPE_MISSING = (
    "No se encontró el archivo de llaves «llaves.json», sin el cual los datos no se pueden abrir. "
    "No se cambió nada. Devuelva el archivo a su carpeta o restaure un respaldo."
)

ALL_MISSING = (
    "No se encontraron sus datos en este equipo, pero sí respaldos de ellos. No se cambió nada. "
    "Restaure el respaldo más nuevo."
)
KEYLESS = (
    "El archivo de llaves «llaves.json» no tiene con qué abrir los datos de este equipo. No se "
    "cambió nada. Si aquí ya había datos, devuelva ese archivo a su carpeta o restaure un "
    "respaldo. "
    "Si el programa se cerró antes de registrar al primer usuario, puede empezar de nuevo: lo que "
    "hay ahora se conserva en otra carpeta."
)
STORE_DAMAGED = (
    "El archivo de datos «icsoe.db» está dañado o incompleto. No se cambió nada. Restaure el "
    "respaldo más nuevo."
)
RESTORE_WAITING = (
    "Hay una restauración de datos por terminar. No se cambió nada. Abra ICSOE Desktop para "
    "terminarla y vuelva a intentarlo."
)


@dataclass(frozen=True)
class UsuarioPorIngresar:
    """The user whose password opened the data, to be logged in with it."""

    id: uuid.UUID
    contrasena: str = field(repr=False)


@dataclass(frozen=True)
class DatosAbiertos:
    """An open store with its vault and the services of the login window.

    por_ingresar: set if the user of the password wants to be logged in too.
    """

    store: Store
    boveda: Boveda
    restauracion: RestauracionService
    bitacora: BitacoraService
    acceso: AccesoService
    por_ingresar: UsuarioPorIngresar | None = None


def build_restauracion(
    folder: DataFolder, keyring: Keyring | None = None, clock: Clock = utc_now
) -> RestauracionService:
    """The service that restores a backup. It needs no open store."""
    keyring = keyring or system_keyring(folder)
    return RestauracionService(folder.store, folder.envelope, keyring, clock)


def open_data(
    folder: DataFolder,
    unlock: Unlock | None = None,
    keyring: Keyring | None = None,
    clock: Clock = utc_now,
    *,
    start_over: bool = False,
    seen: Vistazo | None = None,
) -> DatosAbiertos:
    """Open the store and the services of the login window. Creates a missing store.

    start_over: the user chose, after StoreKeylessError, to begin with a new store. The old files
    move to a folder beside it.
    seen: from `look`; its connection becomes the store's first one.
    Raises StoreLockedError if a password or the recovery code is needed or wrong,
    StoreKeylessError, StoreDamagedError, and UserFacingError for the store of a newer program.
    """
    restauracion = build_restauracion(folder, keyring, clock)
    if restauracion.waiting:
        raise UserFacingError(RESTORE_WAITING)
    boveda = Boveda(folder.envelope, keyring or system_keyring(folder))
    if boveda.exists() and not boveda.has_ways_in() and (start_over or boveda.was_never_used()):
        _set_aside(folder, clock)
    if seen is not None:
        key, usuario_id = seen.key, None
    else:
        key, usuario_id = _open_vault(folder, boveda, unlock)
    engine = open_engine(folder.store, key, None if seen is None else seen.connection)
    try:
        if is_cut(engine) or (boveda.has_passwords() and is_empty(engine)):
            raise StoreDamagedError(STORE_DAMAGED)
        migrate(engine, folder.backups, clock)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, DatabaseError) and is_damage(error):
            raise StoreDamagedError(STORE_DAMAGED) from error
        raise
    store = Store(engine, key, clock)
    bitacora = BitacoraService(store, AnchorFile(anchor_path(folder.store), key.anchor_key()))
    entering = None
    if unlock is not None and unlock.ingresar and usuario_id is not None:
        entering = UsuarioPorIngresar(usuario_id, unlock.contrasena)
    return DatosAbiertos(
        store, boveda, restauracion, bitacora, AccesoService(store, boveda, bitacora), entering
    )


def _open_vault(
    folder: DataFolder, boveda: Boveda, unlock: Unlock | None
) -> tuple[DataKey, uuid.UUID | None]:
    """The data key, and the user whose password opened it."""
    if not boveda.exists():
        if folder.store.exists():
            raise StoreDamagedError(ENVELOPE_MISSING)
        if find_backups(*backup_folders(folder.backups)):
            raise StoreDamagedError(ALL_MISSING)
        return boveda.create(), None
    if not boveda.has_ways_in():
        # Two causes leave these files: a first start without keyring that ended before the first
        # user registered, and data whose envelope was replaced. They look the same.
        if _store_files(folder):
            raise StoreKeylessError(KEYLESS)
        return boveda.create(), None
    if boveda.has_passwords():
        if not folder.store.exists():
            raise StoreDamagedError(STORE_MISSING)
        # SQLite takes an empty file for a new store and writes into it.
        if folder.store.stat().st_size < PAGE_BYTES:
            raise StoreDamagedError(STORE_DAMAGED)
    if unlock is None:
        return boveda.open_with_keyring(), None
    if unlock.codigo:
        return boveda.open_with_recovery_code(unlock.codigo), None
    return boveda.open_with_password(unlock.contrasena)


def _store_files(folder: DataFolder) -> list[Path]:
    names = [folder.store.name + suffix for suffix in ("", "-wal", "-shm")]
    return [path for path in map(folder.store.with_name, names) if path.exists()]


def _set_aside(folder: DataFolder, clock: Clock) -> None:
    """Move store, journal and envelope to a new folder, the envelope last.

    After an interruption the envelope is still there: the next start asks the user again and the
    move continues.
    """
    kept = folder.root / f"sin-llave-{hora_local(clock()):%Y%m%dT%H%M%S%f}"
    with file_troubles_in_spanish():
        kept.mkdir(mode=0o700)
        anchor = anchor_path(folder.store)
        anchors = [anchor] if anchor.exists() else []
        for path in (*_store_files(folder), *anchors, folder.envelope):
            path.replace(kept / path.name)
        sync_folder(kept)
        sync_folder(folder.root)
