"""A temporary PostgreSQL cluster on this machine, by initdb; never the system's own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.guardian import forget, watch

START_S = 60.0
# The machine does not lose its power during a test. What was acknowledged must outlive kill -9 all
# the same: it is handed to the system before the answer, which synchronous_commit=off is not.
QUICK = ["fsync=off", "full_page_writes=off", "synchronous_commit=on"]
# As a machine that somebody else set up; the recipe asks for UTF-8 and UTC itself.
ELSEWHERE = ["timezone=America/Mexico_City"]


@dataclass
class Postgres:
    """A cluster that listens on a socket in `folder` only."""

    folder: Path
    binaries: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def url(self, usuario: str, base: str) -> str:
        return f"postgresql://{usuario}@/{base}?host={self.folder}"

    def psql(self, sql: str, base: str = "kinto", usuario: str = "postgres") -> str:
        """What the statements answer, unaligned, one row a line."""
        return self._psql(["-c", sql], base, usuario)

    def session(self, base: str = "kinto") -> Session:
        """One connection that stays open, e.g. in the middle of a transaction."""
        return Session([*self._command(base, "postgres"), "-v", "ON_ERROR_STOP=1"])

    def psql_file(self, path: Path, base: str = "postgres", **variables: str) -> str:
        options = [f"--variable={name}={value}" for name, value in variables.items()]
        return self._psql([*options, "-f", str(path)], base)

    def start(self) -> None:
        settings = [
            *QUICK,
            *ELSEWHERE,
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "datos"), *options]
        log = self.folder / "postgres.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, **as_nobody())
        watch(self.process.pid, signal.SIGQUIT, self.folder)
        give_up = time.monotonic() + START_S
        while time.monotonic() < give_up:
            assert self.process.poll() is None, log.read_text(errors="replace")[-3000:]
            ready = [str(self.binaries / "pg_isready"), "-q", "-h", str(self.folder)]
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError(log.read_text(errors="replace")[-3000:])

    def kill(self) -> None:
        """kill -9 of the whole cluster, as when the machine's memory ran out."""
        assert self.process is not None
        forget(self.process.pid)
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in (self.process.pid, *map(int, children.split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        # What a killed postmaster leaves keeps another from starting while a child still ends.
        for name in ("datos/postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
            (self.folder / name).unlink(missing_ok=True)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        forget(self.process.pid)
        self.process.send_signal(signal.SIGINT)  # fast: it ends its sessions
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _command(self, base: str, usuario: str) -> list[str]:
        program = str(self.binaries / "psql")
        return [program, "-XqAt", "-h", str(self.folder), "-U", usuario, "-d", base]

    def _psql(self, options: list[str], base: str, usuario: str = "postgres") -> str:
        command = [*self._command(base, usuario), "-v", "ON_ERROR_STOP=1", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


class Session:
    """A psql that waits for more."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, sql: str) -> None:
        """Returns when the server has done it."""
        if self._process.poll() is not None:
            return
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{sql}\n\\echo listo\n")
        self._process.stdin.flush()
        while (line := self._process.stdout.readline().strip()) != "listo":
            assert line or self._process.poll() is None, "psql ended"

    def close(self) -> None:
        self._process.communicate()


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A new cluster in `folder`, which is erased afterwards. Skips where there is no PostgreSQL."""
    try:
        cluster = Postgres(folder, binaries())
        command = [str(cluster.binaries / "initdb"), "-D", str(folder / "datos"), "-U", "postgres"]
        command += ["--auth=trust", "--encoding=SQL_ASCII", "--locale=C", "--no-sync"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **as_nobody())
        assert done.returncode == 0, done.stderr
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_folder() -> Path:
    """A short one, for the socket's name, that PostgreSQL's user may write."""
    folder = Path(tempfile.mkdtemp(prefix="icsoe-pg-"))
    user = as_nobody().get("user")
    if user is not None:
        os.chown(folder, user, -1)
    return folder


def binaries() -> Path:
    """The newest PostgreSQL's folder. Skips the test where there is none."""
    found = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda path: float(path.parent.name),
    )
    on_path = shutil.which("initdb")
    if found:
        return found[-1]
    if on_path is not None and shutil.which("postgres") is not None:
        return Path(on_path).resolve().parent
    pytest.skip("PostgreSQL no está instalado (en Debian: apt-get install postgresql)")


def as_nobody() -> dict[str, Any]:
    """For Popen: PostgreSQL refuses to run as root."""
    import pwd  # Windows has none, and no PostgreSQL of ours either

    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}
    pytest.skip("No hay un usuario sin privilegios con el que arrancar PostgreSQL")
