"""What an administrator types at the server: Kinto's own commands and the recipe's scripts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.kinto_real import RECIPE, database_environment, kinto_python, write_ini
from tests.support.postgres_real import Postgres


def run_kinto(database: Postgres, folder: Path, *order: str) -> None:
    """One of Kinto's own commands on that database, e.g. purge-deleted."""
    ini = write_ini(folder / "orden.ini", {})
    command = [str(kinto_python().with_name("kinto")), order[0], "--ini", str(ini), *order[1:]]
    variables = {**os.environ, **database_environment(database), "PYTHONPATH": str(RECIPE)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def run_oficinas(database: Postgres, folder: Path, *order: str) -> str:
    """What `oficinas.py` prints for an order that it carries out in the database itself."""
    ini = write_ini(folder / "orden.ini", {})
    command = [str(kinto_python()), str(RECIPE / "oficinas.py"), "--ini", str(ini), *order]
    variables = {**os.environ, **database_environment(database)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_script(database: Postgres, name: str, archivo: Path) -> None:
    """respaldar.sh or restaurar.sh on that database."""
    variables = {
        **os.environ,
        "PATH": f"{database.binaries}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": str(database.folder),
        "PGUSER": "postgres",
        "ICSOE_SYNC_PSQL_COMO": "env",
    }
    command = ["bash", str(RECIPE / name), str(archivo)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
