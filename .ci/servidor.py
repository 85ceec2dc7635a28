"""Installs the sync server for the tests: Kinto in an own environment, and PostgreSQL.

Tests that need the server are skipped without it, so a failure here stops nothing else. Uses only
the standard library and the syntax of Python 3.8: see entorno.py.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import sistema
from procesos import SetupError, Turn, alone, say

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "resources" / "servidor" / "requisitos.txt"
VENV = ROOT / ".venv-servidor"
STAMP = VENV / "entorno.sha256"
GUARD = VENV / "entorno.lock"
PYTHON = VENV / "bin" / "python"
POSTGRES = Path("/usr/lib/postgresql")


def prepare(*, system: bool) -> None:
    """Install what is missing. If that fails, say so and continue."""
    # gunicorn runs only on POSIX.
    if os.name == "nt" or not LOCK.exists():
        return
    if system and not has_postgres():
        _install_postgres()
    if _is_good():
        return
    VENV.mkdir(exist_ok=True)
    try:
        with alone(GUARD) as turn:
            if not _is_good():
                _make(turn)
    except (SetupError, OSError) as error:
        say("  El servidor de sincronización no se pudo instalar; sus pruebas se omiten.")
        say(f"  {error}")


def has_postgres() -> bool:
    return shutil.which("initdb") is not None or any(POSTGRES.glob("*/bin/initdb"))


def _install_postgres() -> None:
    command = "apt-get install -y --no-install-recommends postgresql"
    log = None
    if shutil.which("apt-get") is not None:
        say("  PostgreSQL, para las pruebas de la sincronización")
        log = sistema.install_quietly(["postgresql"])
    if not has_postgres():
        say("  No se pudo instalar PostgreSQL; las pruebas que lo necesitan se omiten.")
        say(f"  {log or 'En Debian y Ubuntu, como administrador: ' + command}")


def _is_good() -> bool:
    try:
        return PYTHON.exists() and STAMP.read_text("ascii") == _wanted()
    except (OSError, ValueError):
        return False


def _wanted() -> str:
    name = f"{ROOT} {sys.implementation.cache_tag}".encode()
    return hashlib.sha256(LOCK.read_bytes() + name).hexdigest()


def _make(turn: Turn) -> None:
    say(f"  Servidor de sincronización para las pruebas, en {VENV.name}")
    for path in VENV.iterdir():
        if path == GUARD:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    # Inside another virtual environment, sys.executable belongs to that environment.
    base = getattr(sys, "_base_executable", None) or sys.executable
    turn.run([base, "-I", "-m", "venv", str(VENV)], "No se pudo crear el entorno de Python")
    command = [str(PYTHON), "-I", "-m", "pip", "install", "--no-input"]
    command += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    turn.run([*command, "--requirement", str(LOCK)], "No se pudieron instalar sus paquetes")
    STAMP.write_text(_wanted(), "ascii")
