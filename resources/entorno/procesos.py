"""Messages, locking and subprocesses of the set-up."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parents[2]


class SetupError(Exception):
    """A Spanish sentence: the reason why this machine cannot be prepared."""


def say(text: str) -> None:
    """Print to standard error, which keeps the program's own output (--json) clean."""
    print(text, file=sys.stderr, flush=True)


def with_advice(trouble: str) -> str:
    """pip's trouble, with what to do behind a proxy that inspects TLS."""
    if "CERTIFICATE_VERIFY_FAILED" not in trouble:
        return trouble
    return (
        f"{trouble}\n\nSu oficina parece inspeccionar las conexiones. Pida a quien la administra "
        "el certificado de su autoridad, en PEM, y repita con su ruta en la variable PIP_CERT:\n\n"
        f"  PIP_CERT=/ruta/autoridad.pem python3 icsoe.py {shlex.join(sys.argv[1:])}"
    )


class Turn:
    """The right to change the environment. Runs its steps.

    On POSIX a step inherits the lock, because it may continue after its parent was killed. Windows
    does not allow erasing files of a running step.
    """

    def __init__(self, guard: IO[bytes]) -> None:
        self._kept = () if sys.platform == "win32" else (guard.fileno(),)

    def run(self, command: list[str], trouble: str) -> None:
        """Run a step and show its progress on one line of the terminal.

        Raises SetupError with `trouble` and the step's last output if it fails.
        """
        live = sys.stderr.isatty()
        # A user's pip may be configured to install outside any environment.
        environment = {**os.environ, "PIP_USER": "0"}
        tail: deque[str] = deque(maxlen=15)
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            encoding="utf-8",
            pass_fds=self._kept,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                tail.append(line.rstrip())
                if live:
                    print(f"\r    {line.strip()[:70]:<70}", end="", file=sys.stderr, flush=True)
        if live:
            print(f"\r{'':<74}\r", end="", file=sys.stderr, flush=True)
        if process.returncode:
            raise SetupError("\n".join([f"{trouble}.", "", *tail]))


@contextlib.contextmanager
def alone(guard: Path) -> Iterator[Turn]:
    """Only one process prepares at a time. The system releases the lock of a dead process."""
    with guard.open("a+b") as file:
        if not _try_lock(file):
            say("Otro proceso está preparando el entorno; se espera a que termine.")
            while not _try_lock(file):
                time.sleep(0.2)
        yield Turn(file)


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def become(command: list[str], environment: Mapping[str, str] = os.environ) -> NoReturn:
    """Replace this process by the program. On Windows, wait for it and return its exit code."""
    if os.name != "nt":
        os.execve(command[0], command, environment)  # noqa: S606
    with subprocess.Popen(command, env=environment) as process:
        while True:
            # Ctrl+C also reaches the program, which handles it.
            with contextlib.suppress(KeyboardInterrupt):
                sys.exit(process.wait())
