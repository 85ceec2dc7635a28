"""Where the program keeps its files: one folder, private to the user."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from icsoe_desktop.errors import UserFacingError

ENV_DATOS = "ICSOE_DATOS"


@dataclass(frozen=True)
class DataFolder:
    """The data folder and the names in it."""

    root: Path

    @property
    def store(self) -> Path:
        return self.root / "icsoe.db"

    @property
    def envelope(self) -> Path:
        return self.root / "llaves.json"

    @property
    def backups(self) -> Path:
        return self.root / "respaldos"

    @property
    def logs(self) -> Path:
        return self.root / "registros"

    @property
    def templates(self) -> Path:
        """Where people put their own texts of mails; it need not exist."""
        return self.root / "plantillas"

    @property
    def preferences(self) -> Path:
        return self.root / "preferencias.ini"

    @property
    def updates(self) -> Path:
        """Where the installer of a newer version is kept; it need not exist."""
        return self.root / "actualizaciones"

    @property
    def sample(self) -> DataFolder:
        """The sample data: a folder of its own, which need not exist."""
        return DataFolder(self.root / "datos_de_ejemplo")

    @property
    def parent(self) -> DataFolder:
        """Of the sample: the folder of the user's own data."""
        return DataFolder(self.root.parent)

    @property
    def sample_authority(self) -> Path:
        """The certificate of the sample's own authority; it also says that this is a sample."""
        return self.root / "autoridad_de_ejemplo.cer"

    @property
    def sample_files(self) -> Path:
        """What people may choose in the windows of the sample: certificates, lists to import."""
        return self.root / "archivos"

    @property
    def is_sample(self) -> bool:
        return self.sample_authority.exists()

    @property
    def lock(self) -> Path:
        return self.root / "en_uso.lock"


def open_data_folder(chosen: str | None = None) -> DataFolder:
    """The folder of `--datos`, of ICSOE_DATOS, or the user's own; made when missing, mode 0700.

    Raises UserFacingError when it cannot be made or written.
    """
    # Everything made later (the store, its journal, copies, logs) must be the user's alone.
    os.umask(0o077)
    named = chosen or os.environ.get(ENV_DATOS)
    root = _expanded(named) if named else _own_folder()
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not named:
            root.chmod(0o700)
        probe = root / f".prueba-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise UserFacingError(
            f"No se puede escribir en la carpeta de datos «{root}»{_reason(error)}. "
            "No se cambió nada. Revise los permisos de la carpeta o elija otra con --datos."
        ) from error
    return DataFolder(root)


def central_settings() -> Path:
    """The administrator's file for every user of this machine; it need not exist."""
    if sys.platform == "win32":
        import platformdirs

        return Path(platformdirs.site_data_dir("ICSOE Desktop", appauthor=False), "central.ini")
    return Path("/etc/icsoe-desktop/central.ini")


def _expanded(named: str) -> Path:
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError:  # ~ of somebody who is not there
        return Path(named).absolute()


# The system's own words are in English, or in the language of another user.
_REASONS = {
    errno.EACCES: "no hay permiso",
    errno.EPERM: "no hay permiso",
    errno.EROFS: "la unidad es de sólo lectura",
    errno.ENOSPC: "el disco está lleno",
    errno.ENOTDIR: "parte de la ruta es un archivo",
    errno.EEXIST: "es un archivo",
    errno.ENAMETOOLONG: "el nombre es demasiado largo",
}


def _reason(error: OSError) -> str:
    reason = _REASONS.get(error.errno) if error.errno is not None else None
    return f": {reason}" if reason else ""


def _own_folder() -> Path:
    import platformdirs  # a named folder does not need it

    return Path(platformdirs.user_data_dir("ICSOE Desktop", appauthor=False, roaming=False))
