"""Installs the sync server for the tests: Kinto in an own environment, and PostgreSQL.

Tests that need the server are skipped without it, so a failure here stops nothing else.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from resources.entorno import sistema
from resources.entorno.aparte import Environment
from resources.entorno.procesos import ROOT, SetupError, alone, say

KINTO = Environment(ROOT / ".venv-servidor", ROOT / "resources" / "servidor" / "requisitos.txt")
POSTGRES = Path("/usr/lib/postgresql")


def prepare(*, system: bool) -> None:
    """Install what is missing. If that fails, say so and continue."""
    # gunicorn runs only on POSIX.
    if os.name == "nt" or not KINTO.lock.exists():
        return
    if system and not has_postgres():
        _install_postgres()
    if KINTO.is_good():
        return
    KINTO.folder.mkdir(exist_ok=True)
    try:
        with alone(KINTO.guard) as turn:
            if not KINTO.is_good():
                say(f"  Servidor de sincronización para las pruebas, en {KINTO.folder.name}")
                KINTO.make(turn)
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
