"""The data folder of the program, private to the user, and the files in it."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from icsoe_desktop.errors import UserFacingError

ENV_DATOS = "ICSOE_DATOS"
# A file with this name beside a built program makes it portable.
PORTABLE_MARK = "portatil.txt"


SAMPLE_NAME = "datos_de_ejemplo"


@dataclass(frozen=True)
class DataFolder:
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
        """The user's own mail templates. The folder may be missing."""
        return self.root / "plantillas"

    @property
    def preferences(self) -> Path:
        return self.root / "preferencias.ini"

    @property
    def updates(self) -> Path:
        """The installer of a newer version. The folder may be missing."""
        return self.root / "actualizaciones"

    @property
    def sample(self) -> DataFolder:
        """The folder of the sample data. It may be missing."""
        return DataFolder(self.root / SAMPLE_NAME)

    @property
    def parent(self) -> DataFolder:
        """The folder of the user's own data, seen from the sample's folder."""
        return DataFolder(self.root.parent)

    @property
    def sample_authority(self) -> Path:
        """The certificate of the sample's authority. Only a sample has this file."""
        return self.root / "autoridad_de_ejemplo.cer"

    @property
    def sample_files(self) -> Path:
        """Files to choose in the windows of the sample: certificates, lists to import."""
        return self.root / "archivos"

    @property
    def is_sample(self) -> bool:
        """What the folder's name says, before the store is open.

        The mark inside the store decides whom the program trusts: anybody can put a file here.
        """
        return self.root.name == SAMPLE_NAME and self.sample_authority.exists()

    @property
    def lock(self) -> Path:
        return self.root / "en_uso.lock"


def open_data_folder(chosen: str | None = None) -> DataFolder:
    """The folder of `--datos`, of ICSOE_DATOS, beside a portable program, or the default one.

    Creates it with mode 0700.

    Raises UserFacingError if the folder cannot be created or written.
    """
    # Files that are created later (store, journal, copies, logs) must also be private.
    os.umask(0o077)
    named = chosen or os.environ.get(ENV_DATOS)
    root = _expanded(named) if named else portable_folder() or _own_folder()
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


def portable_folder() -> Path | None:
    """`datos` beside a portable program; None for any other."""
    if not getattr(sys, "frozen", False):
        return None
    program = Path(sys.executable)
    return program.with_name("datos") if program.with_name(PORTABLE_MARK).exists() else None


def central_settings() -> Path:
    """The administrator's policy file for all users of this machine. It may be missing."""
    if sys.platform == "win32":
        import platformdirs

        return Path(platformdirs.site_data_dir("ICSOE Desktop", appauthor=False), "central.ini")
    return Path("/etc/icsoe-desktop/central.ini")


def _expanded(named: str) -> Path:
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError:  # «~name» of an unknown user
        return Path(named).absolute()


# The texts of the system may be in another language.
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
