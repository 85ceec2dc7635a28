"""How this program was installed, by what the Windows installers wrote, and how it is upgraded."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from icsoe_desktop.domain.actualizacion import Instalacion, Version
from icsoe_desktop.errors import UserFacingError

# resources/installer/icsoe.nsi and msi.py write these.
MACHINE_KEY = r"Software\ICSOE Desktop"
USER_KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\ICSOE Desktop"

NOT_STARTED = (
    "El instalador se descargó en «{archivo}», pero Windows no lo abrió. Su programa sigue como "
    "estaba. Ábralo usted, o avise a su administrador."
)


@dataclass(frozen=True)
class Installed:
    """An installation on this machine. by: the installer of a whole machine, exe or msi."""

    folder: str
    version: str
    by: str = ""

    def holds(self, program: str) -> bool:
        return PureWindowsPath(program).parent == PureWindowsPath(self.folder)

    def is_older_than(self, other: Installed) -> bool:
        """False also for a version that cannot be read."""
        try:
            return Version.parse(other.version).is_newer_than(Version.parse(self.version))
        except ValueError:
            return False


def of_machine() -> Installed | None:
    return _read("HKEY_LOCAL_MACHINE", MACHINE_KEY, "Version")


def of_user() -> Installed | None:
    """The copy of this user alone."""
    return _read("HKEY_CURRENT_USER", USER_KEY, "DisplayVersion")


def instalacion_of(program: str, machine: Installed | None, copy: Installed | None) -> Instalacion:
    """program: path of the running program."""
    if machine is not None and machine.holds(program):
        return Instalacion.PAQUETE if machine.by == "msi" else Instalacion.EQUIPO
    if copy is not None and copy.holds(program):
        return Instalacion.USUARIO
    return Instalacion.PAQUETE


def this_instalacion() -> Instalacion:
    return instalacion_of(sys.executable, of_machine(), of_user())


def start_installer(installer: Path, options: Sequence[str]) -> None:
    """Open it as a double click does: Windows asks for an administrator if it needs one.

    Raises UserFacingError.
    """
    if sys.platform == "win32":
        try:
            os.startfile(installer, arguments=" ".join(options))  # noqa: S606
        except OSError as error:
            raise UserFacingError(NOT_STARTED.format(archivo=installer)) from error


def _read(root: str, key: str, version_name: str) -> Installed | None:
    if sys.platform != "win32":
        return None
    import winreg

    try:
        with winreg.OpenKey(getattr(winreg, root), key) as opened:
            folder = winreg.QueryValueEx(opened, "InstallLocation")[0]
            version = winreg.QueryValueEx(opened, version_name)[0]
            by = winreg.QueryValueEx(opened, "Instalador")[0] if key == MACHINE_KEY else ""
    except OSError:
        return None
    if not (isinstance(folder, str) and folder and isinstance(version, str)):
        return None
    return Installed(folder, version, str(by))
