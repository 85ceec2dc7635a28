"""Writes one backup from a copy of the store, and verifies it by reading it back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.atomic_write import NOT_FOUND, file_troubles_in_spanish
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.respaldo.archivo import check_backup, read_header, write_backup
from icsoe_desktop.gateways.respaldo.cabecera import (
    DAMAGED,
    BackupError,
    BackupHeader,
    WrappedKey,
    seal_contenido,
)
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.respaldo.restauracion import RespaldoEncontrado, find_backups
from icsoe_desktop.store.copies import check_store, copy_store, size_of
from icsoe_desktop.store.engine import Store

AUTOMATIC = "programado-"
SHORTEST_PASSWORD = 10

FREE_AFTER = 512 * 1024 * 1024  # octets that a scheduled backup leaves for other work
NO_ROOM = (
    "Queda poco espacio en el disco, y el respaldo automático no se hizo para no llenarlo. Sus "
    "datos y los respaldos anteriores están completos. Libere espacio o elija otra carpeta."
)
PASSWORD_SHORT = f"La contraseña del respaldo debe tener al menos {SHORTEST_PASSWORD} caracteres."


@dataclass(frozen=True)
class RespaldoHecho:
    """A written backup."""

    ruta: Path
    octetos: int
    conteos: tuple[tuple[str, int], ...]


class EscrituraRespaldo:
    """backups: folder for copies inside the data folder."""

    def __init__(self, store: Store, boveda: Boveda, backups: Path) -> None:
        self._store = store
        self._boveda = boveda
        self._backups = backups

    def wrap(self, contrasena: str) -> WrappedKey:
        """The data key wrapped with a password.

        Raises InvalidInputError (campo «contrasena»).
        """
        if len(contrasena) < SHORTEST_PASSWORD:
            raise InvalidInputError(PASSWORD_SHORT, "contrasena")
        return WrappedKey.wrap(self._store.key, contrasena, self._boveda.for_backup()[0])

    def write(self, ruta: Path, llave: WrappedKey, progress: Progress) -> RespaldoHecho:
        """Raises UserFacingError for disk errors, BackupError, Cancelled."""
        if not ruta.parent.is_dir():
            raise UserFacingError(NOT_FOUND)
        base, envelope = self._boveda.for_backup()
        with file_troubles_in_spanish():
            self._backups.mkdir(exist_ok=True, mode=0o700)
        copy = self._backups / f".copia-{self._store.new_id().hex}.tmp"
        try:
            copy_store(self._store.engine, self._store.key, copy, progress)
            contenido = check_store(copy, self._store.key, progress)
            sealed = seal_contenido(self._store.key, base, dict(contenido.conteos))
            cabecera = BackupHeader(
                base,
                self._store.clock(),
                contenido.esquema,
                llave,
                envelope,
                sealed,
                copy.stat().st_size,
            )
            write_backup(ruta, cabecera, self._store.key, copy, progress)
        finally:
            copy.unlink(missing_ok=True)
        # Verify the file on disk. It contains the checked database completely.
        if check_backup(ruta, self._store.key, progress) != cabecera:
            raise BackupError(DAMAGED)
        return RespaldoHecho(ruta, ruta.stat().st_size, contenido.conteos)

    def require_space(self, folder: Path) -> None:
        """Raises UserFacingError if a scheduled backup could leave the disk without room to work.

        A backup needs its own size twice: for the copy that is checked, and for the file.
        """
        size = size_of(self._store.engine)
        with file_troubles_in_spanish():
            self._backups.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not folder.is_dir():
                raise UserFacingError(NOT_FOUND)
            for place, needed in ((self._backups, 2 * size), (folder, size)):
                if shutil.disk_usage(place).free < needed + FREE_AFTER:
                    raise UserFacingError(NO_ROOM)

    def retire(self, folder: Path, keep: int) -> tuple[str, ...]:
        """Delete the automatic backups of this database except the `keep` newest.

        Those of a clock that was ahead count as the oldest: they cannot push out a new one.
        One that holds much more than each of those kept stays too. Returns the deleted names.
        """
        now = self._store.clock()
        ours = sorted(self._automatic(folder), key=lambda one: one.creado > now)
        most = max((self._held(one) for one in ours[:keep]), default=0)
        old = [one for one in ours[keep:] if not _is_much_more(self._held(one), most)]
        with file_troubles_in_spanish():
            for one in old:
                one.ruta.unlink(missing_ok=True)
        return tuple(one.ruta.name for one in old)

    def much_fuller(self, done: RespaldoHecho) -> str:
        """Name of the newest automatic backup that holds much more than `done`, or empty."""
        held = sum(count for _name, count in done.conteos)
        fuller = (
            one.ruta.name
            for one in self._automatic(done.ruta.parent)
            if one.ruta != done.ruta and _is_much_more(self._held(one), held)
        )
        return next(fuller, "")

    def _automatic(self, folder: Path) -> list[RespaldoEncontrado]:
        base = self._boveda.for_backup()[0]
        found = find_backups(folder)
        return [one for one in found if one.base == base and one.ruta.name.startswith(AUTOMATIC)]

    def _held(self, one: RespaldoEncontrado) -> int:
        """How many rows it holds. 0 if its header was changed, so that it protects nothing."""
        try:
            return sum(read_header(one.ruta).unseal_contenido(self._store.key).values())
        except UserFacingError:
            return 0


def _is_much_more(rows: int, than: int) -> bool:
    return 2 * rows > 3 * than
