"""Restores a backup. It needs no open store, so that it works with a damaged one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icsoe_desktop.errors import StoreDamagedError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.boveda.os_keyring import Keyring
from icsoe_desktop.gateways.respaldo.archivo import (
    SUFFIX,
    BackupFolders,
    check_backup,
    extract_database,
    read_header,
)
from icsoe_desktop.gateways.respaldo.cabecera import BEFORE_RELEASE, NEWER, BackupError
from icsoe_desktop.gateways.respaldo.swap import StoreSwap
from icsoe_desktop.jobs import NoProgress, Progress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.copies import OFFICE, bring_up_to_date, check_store, note_restored
from icsoe_desktop.store.engine import Clock, utc_now
from icsoe_desktop.store.migrations import HEAD, precedes_release

CHANGED = (
    "El respaldo cambió desde que se revisó. Sus datos actuales no se tocaron. Elíjalo de nuevo."
)


@dataclass(frozen=True)
class RespaldoEncontrado:
    """A file of a backup folder, as its header describes it. Not verified."""

    ruta: Path
    creado: datetime
    octetos: int
    base: str


@dataclass(frozen=True)
class VistaPreviaRespaldo:
    """The contents of a backup, opened with its password and verified completely."""

    ruta: Path
    creado: datetime
    octetos: int
    conteos: tuple[tuple[str, int], ...]

    @property
    def en_oficina(self) -> bool:
        """Whether the desktop shared its data."""
        return bool(dict(self.conteos).get(OFFICE))


def find_backups(*folders: Path) -> tuple[RespaldoEncontrado, ...]:
    """The files with a valid header and length, newest first."""
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
    """Folders that may have backups of this installation. own: that in the data folder."""
    return BackupFolders(own).all()


def newest_good(
    found: tuple[RespaldoEncontrado, ...],
    progress: Progress | None = None,
    clock: Clock = utc_now,
) -> RespaldoEncontrado | None:
    """The newest undamaged backup; those of a clock that was ahead come last.

    Reads whole files until one is good. Raises Cancelled.
    """
    now = clock()
    for one in sorted(found, key=lambda one: one.creado > now):
        try:
            check_backup(one.ruta, None, progress or NoProgress())
        except UserFacingError:
            continue
        return one
    return None


class RestauracionService:
    """store, envelope: paths of the current store and its envelope, which may be missing."""

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
        """True if there are data that some user's password opens.

        Otherwise (no users, or a damaged envelope) no password can be asked for.
        """
        boveda = Boveda(self._envelope, self._keyring)
        try:
            return self._store.exists() and boveda.exists() and boveda.has_passwords()
        except StoreDamagedError:
            return False

    def prove_owner(self, contrasena: str) -> None:
        """Raises StoreLockedError if no user of the current data has this password."""
        Boveda(self._envelope, self._keyring).open_with_password(contrasena)

    def finish(self) -> bool:
        """Install what `restore` prepared. True if there was something to install.

        The caller holds the lock of the data folder and has no file open in it.
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
        """Prepare the restored store beside the current one. `finish` or the next start swaps them.

        Returns the folder that will keep the current store. Raises the errors of `preview`, and
        StoreDamagedError if the database of the backup fails its checks. After an error nothing is
        changed.
        """
        progress = progress or NoProgress()
        key, vista = _preview(ruta, contrasena, progress)
        if expected is not None and (vista.creado, vista.conteos) != (
            expected.creado,
            expected.conteos,
        ):
            raise BackupError(CHANGED)
        stage = self._intercambio.stage()
        try:
            cabecera = extract_database(ruta, key, stage / self._store.name, progress)
            contenido = check_store(stage / self._store.name, key, progress)
            if not set(vista.conteos) <= set(contenido.conteos):
                raise BackupError(CHANGED)
            bring_up_to_date(stage / self._store.name, key, self._clock)
            if vista.en_oficina:
                note_restored(stage / self._store.name, key)
            Boveda(stage / self._envelope.name, self._keyring).restore(cabecera.envelope, key)
            return self._intercambio.commit(stage, self._clock())
        except BaseException:
            self._intercambio.discard(stage)
            raise


def _files_in(folder: Path) -> list[Path]:
    try:
        return list(folder.glob(f"*{SUFFIX}"))
    except OSError:  # the disk was removed, or a network share does not answer
        return []


def _preview(
    ruta: Path, contrasena: str, progress: Progress
) -> tuple[DataKey, VistaPreviaRespaldo]:
    cabecera = read_header(ruta)
    if precedes_release(cabecera.esquema):
        raise BackupError(BEFORE_RELEASE)
    if cabecera.esquema > HEAD:
        raise BackupError(NEWER)
    # Check damage first: the user of a damaged file must not search for another password.
    check_backup(ruta, None, progress)
    key = cabecera.open_key(contrasena)
    check_backup(ruta, key, progress)
    counts = cabecera.unseal_contenido(key)
    conteos = tuple((str(name), int(count)) for name, count in counts.items())
    return key, VistaPreviaRespaldo(ruta, cabecera.creado, ruta.stat().st_size, conteos)
