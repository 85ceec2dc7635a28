"""The real sync server on this machine: Kinto in memory, or four gunicorn workers on PostgreSQL.

Started from the files of resources/servidor, with the Python of .venv-servidor, which
`icsoe.py probar` makes. The fixtures skip with a word where it or PostgreSQL is missing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from resources.servidor import oficinas
from tests.support.guardian import watched
from tests.support.postgres_real import Postgres, postgres, postgres_folder

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "resources" / "servidor"
ADMIN_PASSWORD = "aB3-dE6_gH9jK2mN5pQ8sT1vX4z7"  # as oficinas.py makes it
START_S = 60.0

# The doors that the recipe's ini closes.
CLOSED = tuple(
    f"kinto.{number}_{kind}_{what}_enabled"
    for number, kind, what in (
        ("object", "bucket", "delete"),
        ("object", "bucket", "put"),
        ("object", "collection", "delete"),
        ("object", "collection", "patch"),
        ("object", "collection", "put"),
        ("object", "group", "delete"),
        ("object", "group", "put"),
        ("object", "record", "patch"),
        ("plural", "account", "delete"),
        ("plural", "bucket", "delete"),
        ("plural", "collection", "delete"),
        ("plural", "group", "delete"),
        ("plural", "record", "delete"),
    )
)


def kinto_python() -> Path:
    """The interpreter that has Kinto. Skips the test where there is none."""
    if os.name == "nt":
        pytest.skip("el servidor es de Linux: gunicorn no corre en Windows")
    places = [os.environ.get("ICSOE_KINTO_PYTHON"), ROOT / ".venv-servidor/bin/python"]
    for place in places:
        if place and Path(place).exists():
            return Path(place)
    pytest.skip("Kinto no está instalado: python3 icsoe.py probar lo prepara")


@dataclass
class KintoReal:
    """A server that runs. direccion: as a desktop is given it.

    passwords: of the accounts made so far. log: what its processes said.
    """

    direccion: str
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)
    postgres: Postgres | None = None
    passwords: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def administration(self) -> oficinas.Servidor:
        return oficinas.Servidor(self.direccion, ADMIN_PASSWORD)

    def office(self, members: Mapping[str, str] | None = None) -> str:
        """A new office. members: account → role (responsable, miembro, consulta)."""
        oficina = f"of-{uuid.uuid4()}"
        oficinas.make_office(self.administration, oficina)
        for cuenta, rol in (members or {}).items():
            self.account(cuenta)
            oficinas.set_role(self.administration, oficina, cuenta, rol)
        return oficina

    def account(self, cuenta: str) -> str:
        """Its password. A new account costs half a second: keep them few, and use them again."""
        if cuenta not in self.passwords:
            made = oficinas.make_account(self.administration, cuenta, again=True)
            assert made is not None
            self.passwords[cuenta] = made
        return self.passwords[cuenta]

    def ask(
        self, method: str, path: str, cuenta: str | None = None, **options: Any
    ) -> requests.Response:
        """A bare request, without any of our gateway's care."""
        auth = None if cuenta is None else (cuenta, self.passwords[cuenta])
        session = requests.Session()
        session.trust_env = False
        with session:
            url = self.direccion + path
            return session.request(method, url, auth=auth, timeout=40, **options)

    def workers(self) -> list[int]:
        """The processes that answer, not the one that minds them."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(word) for word in listed.split()]

    def kill_worker(self) -> int:
        """kill -9 of one of them; gunicorn makes another."""
        victim = self.workers()[0]
        os.kill(victim, signal.SIGKILL)
        return victim


@contextlib.contextmanager
def memory_server(folder: Path) -> Iterator[KintoReal]:
    """Kinto on its memory backend, one process: ready in 2 s, and blind to every fault of many."""
    changes = {
        "kinto.storage_backend": "kinto.core.storage.memory",
        "kinto.permission_backend": "kinto.core.permission.memory",
        "kinto.cache_backend": "kinto.core.cache.memory",
        "kinto.storage_isolation_level": None,
        "kinto.permission_isolation_level": None,
        # The administrator makes itself: `create-user` would write into another memory.
        "kinto.account_create_principals": "system.Everyone",
    }
    environment = {"KINTO_USERID_HMAC_SECRET": "secreto-de-pruebas"}
    ini = write_ini(folder / "memoria.ini", changes)
    with _serve(ini, folder, environment, workers=1) as server:
        made = server.ask(
            "PUT",
            f"/accounts/{oficinas.ADMIN}",
            json={"data": {"password": ADMIN_PASSWORD}},
        )
        assert made.status_code == 201, made.text
        yield server


@contextlib.contextmanager
def postgres_server(
    database: Postgres,
    folder: Path,
    workers: int = 4,
    environment: Mapping[str, str] | None = None,
) -> Iterator[KintoReal]:
    """As the recipe says, on a database that `prepare_database` made."""
    ini = write_ini(folder / f"kinto-{uuid.uuid4().hex[:8]}.ini", {})
    variables = {**database_environment(database), **(environment or {})}
    with _serve(ini, folder, variables, workers) as server:
        server.postgres = database
        yield server


def prepare_database(database: Postgres, folder: Path) -> None:
    """Role, database, schema and administrator, by the recipe's own files."""
    database.psql_file(RECIPE / "base.sql", contrasena="no-se-usa")
    ini = write_ini(folder / "preparar.ini", {})
    admin = folder / "admin"
    admin.write_text(ADMIN_PASSWORD)
    variables = {**os.environ, **database_environment(database)}
    order = [str(kinto_python()), str(RECIPE / "oficinas.py"), "--ini", str(ini)]
    order += ["--admin-archivo", str(admin), "preparar"]
    done = subprocess.run(order, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def database_environment(database: Postgres) -> dict[str, str]:
    url = database.url("kinto", "kinto")
    names = ("STORAGE", "PERMISSION", "CACHE")
    variables = {f"KINTO_{name}_URL": url for name in names}
    return {**variables, "KINTO_USERID_HMAC_SECRET": "secreto-de-pruebas"}


def write_ini(path: Path, changes: Mapping[str, str | None]) -> Path:
    """The recipe's kinto.ini with other values; None takes a line away."""
    left = dict(changes)
    lines = []
    for line in (RECIPE / "kinto.ini").read_text(encoding="utf-8").splitlines():
        name = line.partition("=")[0].strip()
        if name in left:
            value = left.pop(name)
            line = "" if value is None else f"{name} = {value}"
        lines.append(line)
    assert not left, f"kinto.ini does not set {left}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@contextlib.contextmanager
def _serve(
    ini: Path, folder: Path, environment: Mapping[str, str], workers: int
) -> Iterator[KintoReal]:
    python = kinto_python()
    port = free_port()
    variables = {
        **os.environ,
        **environment,
        "KINTO_INI": str(ini),
        "ICSOE_SYNC_BIND": f"127.0.0.1:{port}",
        "ICSOE_SYNC_PROCESOS": str(workers),
    }
    command = [str(python), "-m", "gunicorn", "--config", str(RECIPE / "gunicorn.conf.py")]
    # Loaded once and copied: four workers start as fast as one.
    command += ["--chdir", str(RECIPE), "app:application"]
    log = folder / f"{ini.stem}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=variables, stdout=output, stderr=output, start_new_session=True
        )
    server = KintoReal(f"http://127.0.0.1:{port}/v1", log, process)
    try:
        with watched(-process.pid, signal.SIGKILL):
            _wait_until_up(server)
            yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its workers too
        process.wait()


def _wait_until_up(server: KintoReal) -> None:
    give_up = time.monotonic() + START_S
    while time.monotonic() < give_up:
        assert server.process.poll() is None, server.log.read_text(errors="replace")[-3000:]
        with contextlib.suppress(requests.RequestException):
            if server.ask("GET", "/__heartbeat__").status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(server.log.read_text(errors="replace")[-3000:])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def kinto_memoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KintoReal]:
    """For what one client sees: quick."""
    with memory_server(tmp_path_factory.mktemp("kinto")) as server:
        yield server


@pytest.fixture(scope="session")
def base_kinto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A temporary PostgreSQL with Kinto's schema and administrator."""
    kinto_python()
    with postgres(postgres_folder()) as database:
        prepare_database(database, tmp_path_factory.mktemp("base"))
        yield database


@pytest.fixture(scope="session")
def kinto_postgres(
    base_kinto: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KintoReal]:
    """As an office has it: four workers, PostgreSQL, every remedy."""
    with postgres_server(base_kinto, tmp_path_factory.mktemp("kinto")) as server:
        yield server


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
