"""Operating system libraries that the program and its tests need."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shlex
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

from resources.entorno.procesos import SetupError, say

# Library name → package of Debian and Ubuntu. The check uses the linker's name, which is the same
# in every distribution.
OFFSCREEN = {
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",  # also for Qt's form compiler
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOWS = {
    **OFFSCREEN,
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# Program on the PATH → package, per command.
PROGRAMS: dict[str, dict[str, str]] = {
    "iniciar": {},
    "probar": {},
    "empaquetar linux": {
        "objdump": "binutils",
        "debootstrap": "debootstrap",
        "dpkg-deb": "dpkg",
    },
    "empaquetar windows": {
        "makensis": "nsis",
        "msibuild": "msitools",
        "openbox": "openbox",
        "osslsigncode": "osslsigncode",
        "wine": "wine",
        "wixl": "wixl",
        # For test-only substitutes of what Wine lacks: resources/installer/wine.py.
        "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
        "xauth": "xauth",
        "xdotool": "xdotool",
        "Xvfb": "xvfb",
    },
}
LIBRARIES = {
    "iniciar": WINDOWS,
    "probar": OFFSCREEN,
    # PyInstaller's program needs the libraries that it copies.
    "empaquetar linux": WINDOWS,
    "empaquetar windows": OFFSCREEN,
}

FONT_FOLDERS = ["/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"]


def wanted(command: str) -> list[str]:
    """Packages that `command` needs, for the stamp."""
    if not sys.platform.startswith("linux"):
        return []
    return sorted({*LIBRARIES[command].values(), *PROGRAMS[command].values()})


def missing(command: str) -> dict[str, str]:
    """Missing library or program → Debian package."""
    if not sys.platform.startswith("linux"):
        return {}
    found = {name: package for name, package in LIBRARIES[command].items() if not _loads(name)}
    for program, package in PROGRAMS[command].items():
        if shutil.which(program) is None:
            found[program] = package
    if importlib.util.find_spec("ensurepip") is None:
        # Debian has ensurepip in a separate package for each Python.
        found["venv"] = "python{}.{}-venv".format(*sys.version_info[:2])
    if not _has_certificates():
        found["certificados raíz"] = "ca-certificates"
    if not _has_fonts():
        found["una tipografía"] = "fonts-dejavu-core"
    return found


def provide(command: str) -> None:
    """Install what is missing. Without apt-get, list it and continue.

    Raises SetupError with the exact command if it may not install.
    """
    lacking = missing(command)
    if not lacking:
        return
    packages = sorted(set(lacking.values()))
    if shutil.which("apt-get") is None:
        say(f"  Este sistema no tiene: {', '.join(lacking)}. Instálelo si algo no abre.")
        return
    say(f"  Bibliotecas del sistema: {' '.join(packages)}")
    prefix = _as_root()
    sudo = "" if prefix == [] else "sudo "
    by_hand = (
        f"{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends "
        + shlex.join(packages)
    )
    if prefix is None:
        raise SetupError(
            "Faltan bibliotecas del sistema y aquí no se pueden instalar sin permiso de "
            f"administrador. Ejecute esto y vuelva a intentarlo:\n\n  {by_hand}\n\n"
            "(Con --sin-sistema se omite este paso.)"
        )
    log = _apt(prefix, packages)
    if log is not None:
        raise SetupError(
            f"apt-get no pudo instalar las bibliotecas del sistema:\n\n{log}\n\n"
            f"Corríjalo y vuelva a intentarlo; el mandato es:\n\n  {by_hand}"
        )


def install_quietly(packages: list[str]) -> str | None:
    """Install optional packages without asking. None on success, otherwise the reason."""
    prefix = _as_root(ask=False)
    if prefix is None:
        return "Hace falta permiso de administrador: " + shlex.join(
            ["apt-get", "install", *packages]
        )
    return _apt(prefix, packages)


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _has_certificates() -> bool:
    paths = ssl.get_default_verify_paths()
    if paths.cafile:
        return True
    return bool(paths.capath) and any(Path(paths.capath).iterdir())


def _has_fonts() -> bool:
    return any(
        name.lower().endswith((".ttf", ".otf", ".ttc", ".pfb"))
        for folder in FONT_FOLDERS
        for _, _, names in os.walk(os.path.expanduser(folder))  # noqa: PTH111
        for name in names
    )


def _as_root(*, ask: bool = True) -> list[str] | None:
    """Prefix for apt-get: empty for root, sudo if it works, None if neither."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    free = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    if free.returncode == 0:
        return ["sudo", "-n"]
    if ask and sys.stdin is not None and sys.stdin.isatty():
        say("  Se instalan con sudo, que puede pedirle su contraseña.")
        return ["sudo"]
    return None


def _apt(prefix: list[str], packages: list[str]) -> str | None:
    """Install packages. None on success, otherwise the last output of apt-get.

    Package lists may be missing or old, so the second attempt updates them first.
    """
    tool = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    tool += ["-o", "DPkg::Lock::Timeout=120", "-qq"]
    install = [*tool, "install", "-y", "--no-install-recommends", *packages]
    lists = Path("/var/lib/apt/lists")
    if lists.is_dir() and any(lists.glob("*_Packages*")) and _quiet(install) is None:
        return None
    _quiet([*tool, "update"])
    return _quiet(install)


def _quiet(command: list[str]) -> str | None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode == 0:
        return None
    said = done.stdout.decode(errors="replace").splitlines()
    return "\n".join(said[-15:]) or f"(código {done.returncode}, sin explicación)"
