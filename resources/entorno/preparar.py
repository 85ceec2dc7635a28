"""Makes .venv: the packages of a lock, the program as an editable install, its forms compiled.

How and why: docs/decisions/0002-preparacion.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any

from resources import compile_assets
from resources.entorno import sistema
from resources.entorno.procesos import ROOT, SetupError, Turn, alone, say, with_advice

Stamp = dict[str, Any]

LOCKS_FOLDER = ROOT / "resources" / "requisitos"
VENV = ROOT / ".venv"
STAMP = VENV / "entorno.json"
GUARD = VENV / "entorno.lock"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# On Windows, a step whose parent was killed may hold its files for this time.
PATIENCE_S = 20
LOCKS = {"iniciar": LOCKS_FOLDER / "programa.txt", "probar": LOCKS_FOLDER / "pruebas.txt"}


class BrokenEnvironment(SetupError):
    """A part of a finished environment is missing."""


def wanted(command: str) -> Stamp:
    """The stamp of an environment that is ready for `command`."""
    return {
        "raiz": str(ROOT),
        "python": f"{sys.implementation.cache_tag} {platform.machine()}",
        "iniciar": _digest(LOCKS["iniciar"]),
        "probar": _digest(LOCKS["probar"]) if command == "probar" else None,
        "proyecto": _digest(ROOT / "pyproject.toml"),
        "sistema": sistema.wanted(command),
    }


def steps(stamp: Stamp, want: Stamp) -> list[str]:
    """The steps left to do, in order: sistema, entorno, paquetes, proyecto.

    stamp: state after an earlier run, empty if there was none. An environment with the tests'
    packages also serves the program. If it is remade, it keeps those packages.
    """
    same = all(stamp.get(key) == want[key] for key in ("raiz", "python", "iniciar"))
    with_tests = stamp.get("probar")
    if not same or (with_tests and want["probar"] and with_tests != want["probar"]):
        # Another Python may lack what the previous one had.
        first = ["sistema"] if want["sistema"] else []
        return [*first, "entorno", "paquetes", "proyecto"]
    left = []
    if not set(want["sistema"]) <= set(stamp.get("sistema", [])):
        left.append("sistema")
    if want["probar"] and not with_tests:
        left.append("paquetes")
    if stamp.get("proyecto") != want["proyecto"]:
        left.append("proyecto")
    return left


def is_ready(command: str) -> bool:
    """Whether nothing is left to do for `command`."""
    return _of_an_editor() or not steps(_read_stamp(), wanted(command))


def _of_an_editor() -> bool:
    """Whether somebody made .venv by hand and installed the program in it, as README tells."""
    return not STAMP.exists() and any(_packages().glob("icsoe_desktop-*.dist-info"))


def _check_of_an_editor(command: str) -> None:
    """Raises SetupError if it lacks what `command` needs. It is never changed."""
    if command == "probar" and not (_packages() / "xdist").is_dir():
        raise SetupError(
            f"Al entorno {VENV.name}, hecho a mano, le faltan las pruebas. Instálelas con su pip: "
            'pip install -e ".[pruebas]"'
        )


def prepare(command: str, *, system: bool, redo: bool) -> None:
    """Make the environment ready for `command`. Fast if it already is.

    Every finished step is recorded, so an interrupted run continues.
    Raises SetupError.
    """
    if _of_an_editor() and not redo:
        _check_of_an_editor(command)
        _compile_forms()
        return
    want = wanted(command)
    if not system:
        want["sistema"] = []
    if redo or steps(_read_stamp(), want):
        VENV.mkdir(exist_ok=True)
        with alone(GUARD) as turn:
            _prepare(turn, command, want, redo=redo)
    try:
        _compile_forms()
    except BrokenEnvironment:
        with alone(GUARD) as turn:
            _prepare(turn, command, want, redo=True)
        _compile_forms()


def _prepare(turn: Turn, command: str, want: Stamp, *, redo: bool) -> None:
    _refuse_foreign()
    stamp = _read_stamp()
    if redo:
        stamp = {"sistema": stamp.get("sistema", [])}
    todo = steps(stamp, want)
    if not todo:
        return
    started = time.monotonic()
    say("Preparando ICSOE Desktop (solo esta vez, o cuando cambien sus dependencias):")
    _write_stamp(stamp)
    if "sistema" in todo:
        sistema.provide(command)
        stamp["sistema"] = sorted({*stamp.get("sistema", []), *want["sistema"]})
        _write_stamp(stamp)
    if "entorno" in todo:
        stamp = {"sistema": stamp.get("sistema", [])}
        _write_stamp(stamp)
        say(f"  Entorno de Python en {VENV.name}")
        _make_venv(turn)
    if "paquetes" in todo:
        _install_packages(turn, LOCKS[command])
        stamp.update({key: want[key] for key in ("raiz", "python", "iniciar")})
        if want["probar"]:
            stamp["probar"] = want["probar"]
        _write_stamp(stamp)
    if "proyecto" in todo:
        say("  El programa")
        _install_project(turn)
        stamp["proyecto"] = want["proyecto"]
        _write_stamp(stamp)
    say(f"Listo en {time.monotonic() - started:.0f} s.")


def _read_stamp() -> Stamp:
    try:
        stamp = json.loads(STAMP.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(stamp, dict):
        return {}
    return stamp if PYTHON.exists() else {"sistema": stamp.get("sistema", [])}


def _write_stamp(stamp: Stamp) -> None:
    handle, name = tempfile.mkstemp(prefix="entorno-", dir=VENV)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(stamp, file)
    Path(name).replace(STAMP)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _refuse_foreign() -> None:
    """Raises SetupError for a .venv that this script did not create, so that it is not erased."""
    if not STAMP.exists() and any(path != GUARD for path in VENV.iterdir()):
        raise SetupError(
            f"La carpeta {VENV} no la hizo esta orden y no se va a tocar. "
            "Bórrela o cámbiele el nombre, y repita."
        )


def _make_venv(turn: Turn) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            _erase_venv()
            break
        except OSError as error:
            if time.monotonic() > give_up:
                raise SetupError(
                    f"No se pudo rehacer el entorno: «{error.filename}» está en uso o protegido. "
                    "Cierre ICSOE Desktop y repita."
                ) from error
            time.sleep(0.5)
    # Inside another virtual environment, sys.executable belongs to that environment.
    base = getattr(sys, "_base_executable", None) or sys.executable
    turn.run([base, "-I", "-m", "venv", str(VENV)], "No se pudo crear el entorno de Python")


def _erase_venv() -> None:
    for path in VENV.iterdir():
        if path in (STAMP, GUARD):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _install_packages(turn: Turn, lock: Path) -> None:
    say("  Paquetes de Python, comprobando la huella de cada uno")
    try:
        _pip(
            turn,
            ["--require-hashes", "--only-binary", ":all:", "--requirement", str(lock)],
            "No se pudieron instalar los paquetes de Python. Revise la red (y el proxy, si su "
            "oficina usa uno) y repita: se continúa donde quedó",
        )
    except SetupError as error:
        raise SetupError(with_advice(str(error))) from None


def _install_project(turn: Turn) -> None:
    # Before pip: a form that does not compile gives one sentence instead of pip's fifty.
    _compile_forms()
    links = "*icsoe_desktop*.pth"
    for link in _packages().glob(links):
        link.unlink()
    build = ["--no-build-isolation", "--no-deps", "--editable", str(ROOT)]
    _pip(turn, build, "No se pudo instalar el programa en su entorno")
    # Before 3.13, Python reads .pth files in the code page of Windows. A UTF-8 path such as
    # C:\Users\MARÍA may be invalid in it and prevent the start. A relative path is ASCII.
    for link in _packages().glob(links):
        link.write_text(os.path.relpath(ROOT, _packages()) + "\n", encoding="ascii")


def _packages() -> Path:
    folders = {"base": str(VENV), "platbase": str(VENV)}
    return Path(sysconfig.get_path("platlib", "venv", folders))


def _pip(turn: Turn, arguments: list[str], trouble: str) -> None:
    command = [str(PYTHON), "-I", "-X", "utf8", "-m", "pip", "install", "--no-input"]
    turn.run([*command, "--disable-pip-version-check", *arguments], trouble)


def _compile_forms() -> None:
    try:
        compile_assets.ensure(ROOT, compile_assets.PySide(_packages() / "PySide6"))
    except compile_assets.IncompletePySide as error:
        raise BrokenEnvironment(str(error)) from error
    except compile_assets.CompileError as error:
        raise SetupError(str(error)) from error
