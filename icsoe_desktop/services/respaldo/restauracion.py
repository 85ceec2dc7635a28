"""Bringing a backup back; needs no open store, so that it also works when the store is damaged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.boveda.os_keyring import Keyring
from icsoe_desktop.gateways.respaldo.archivo import (
    SUFFIX,
    check_backup,
    extract_database,
    read_header,
)
from icsoe_desktop.gateways.respaldo.cabecera import NEWER, BackupError
from icsoe_desktop.gateways.respaldo.carpetas import BackupFolders
from icsoe_desktop.gateways.respaldo.swap import StoreSwap
from icsoe_desktop.jobs import NoProgress, Progress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.copies import check_store
from icsoe_desktop.store.engine import Clock
from icsoe_desktop.store.migrations import HEAD

CHANGED = (
    "El respaldo cambió desde que se revisó. Sus datos actuales no se tocaron. Elíjalo de nuevo."
)


@dataclass(frozen=True)
class RespaldoEncontrado:
    """A file in a folder of backups, by its own words; nothing is proven yet."""

    ruta: Path
    creado: datetime
    octetos: int
    base: str


@dataclass(frozen=True)
class VistaPreviaRespaldo:
    """What a backup holds, read with its password and checked whole."""

    ruta: Path
    creado: datetime
    octetos: int
    conteos: tuple[tuple[str, int], ...]


def find_backups(*folders: Path) -> tuple[RespaldoEncontrado, ...]:
    """Those whose header and length are good, newest first."""
    found = {}
    for path in (path for folder in folders for path in _files_in(folder)):
        try:
            cabecera = read_header(path)
            octetos = path.stat().st_size
        except (UserFacingError, OSError):
            continue
        found[path] = RespaldoEncontrado(path, cabecera.creado, octetos, cabecera.base)
    return tuple(sorted(found.values(), key=lambda one: one.creado, reverse=True))


def backup_folders(own: Path) -> tuple[Path, ...]:
    """Where backups of this installation lie. own: the data folder's own folder for them."""
    return BackupFolders(own).all()


def newest_good(
    found: tuple[RespaldoEncontrado, ...], progress: Progress | None = None
) -> RespaldoEncontrado | None:
    """The newest that has no damage; reads whole files until one is good. Raises Cancelled."""
    for one in found:
        try:
            check_backup(one.ruta, None, progress or NoProgress())
        except UserFacingError:
            continue
        return one
    return None


class RestauracionService:
    """store, envelope: where the present ones lie, or should."""

    def __init__(self, store: Path, envelope: Path, keyring: Keyring, clock: Clock) -> None:
        self._store = store
        self._envelope = envelope
        self._keyring = keyring
        self._clock = clock
        self._intercambio = StoreSwap(store.parent, store.name, envelope.name)

    @property
    def waiting(self) -> bool:
        return self._intercambio.waiting

    def has_owner(self) -> bool:
        """Whether there are data that some user's password opens.

        Data without users, or with a damaged envelope, have nobody to ask.
        """
        boveda = Boveda(self._envelope, self._keyring)
        try:
            return self._store.exists() and boveda.exists() and boveda.has_passwords()
        except StoreDamagedError:
            return False

    def prove_owner(self, contrasena: str) -> None:
        """Raises StoreLockedError when no user of the present data has this password."""
        Boveda(self._envelope, self._keyring).open_with_password(contrasena)

    def finish(self) -> bool:
        """Puts what `restore` prepared in place; whether there was something.

        Only for who holds the folder's lock and has nothing open in it.
        """
        return self._intercambio.finish()

    def preview(
        self, ruta: Path, contrasena: str, progress: Progress | None = None
    ) -> VistaPreviaRespaldo:
        """Raises BackupPasswordError, BackupError, UserFacingError, Cancelled."""
        return _preview(ruta, contrasena, progress or NoProgress())[1]

    def restore(
        self,
        ruta: Path,
        contrasena: str,
        progress: Progress | None = None,
        expected: VistaPreviaRespaldo | None = None,
    ) -> Path:
        """Prepares the whole store beside the present one; `finish`, or the next start, swaps.

        Returns the folder that will keep the present store. Raises what `preview` raises, and
        StoreDamagedError when the database in the file does not pass its checks; then nothing
        changed.
        """
        told = progress or NoProgress()
        key, vista = _preview(ruta, contrasena, told)
        if expected is not None and (vista.creado, vista.conteos) != (
            expected.creado,
            expected.conteos,
        ):
            raise BackupError(CHANGED)
        stage = self._intercambio.stage()
        try:
            cabecera = extract_database(ruta, key, stage / self._store.name, told)
            contenido = check_store(stage / self._store.name, key, told)
            if contenido.conteos != vista.conteos:
                raise BackupError(CHANGED)
            Boveda(stage / self._envelope.name, self._keyring).restore(cabecera.sobre, key)
            return self._intercambio.commit(stage, self._clock())
        except BaseException:
            self._intercambio.discard(stage)
            raise


def _files_in(folder: Path) -> list[Path]:
    try:
        return list(folder.glob(f"*{SUFFIX}"))
    except OSError:  # a disk that was taken out, a share that does not answer
        return []


def _preview(
    ruta: Path, contrasena: str, progress: Progress
) -> tuple[DataKey, VistaPreviaRespaldo]:
    cabecera = read_header(ruta)
    if cabecera.esquema > HEAD:
        raise BackupError(NEWER)
    # Damage first: whoever has a damaged file should not look for another password.
    check_backup(ruta, None, progress)
    key = cabecera.open_key(contrasena)
    check_backup(ruta, key, progress)
    counts = cabecera.unseal_contenido(key)
    conteos = tuple((str(name), int(count)) for name, count in counts.items())
    return key, VistaPreviaRespaldo(ruta, cabecera.creado, ruta.stat().st_size, conteos)
