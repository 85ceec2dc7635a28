"""Runs the tests so that no process of theirs outlives them, however they end.

On Linux a process between this one and the tests adopts whatever loses its parent below it, and
kills what does not end soon after the tests. It outlives this one, should that be killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from resources.entorno.procesos import become

# The guardians of the tests give a server five seconds.
PATIENCE_S = 10.0
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
SI_KERNEL = 0x80
TOLD = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}


def run(command: list[str], environment: Mapping[str, str], patience: float = PATIENCE_S) -> int:
    """Exit code: the command's, or 128 and the signal that ended it, as a shell says it."""
    if not sys.platform.startswith("linux"):
        become(command, environment)
    parent = os.getpid()
    sys.stdout.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*TOLD, signal.SIGCHLD})
    keeper = os.fork()
    if keeper:
        return _relay_to(keeper)
    code = 1
    try:
        die_with(parent, signal.SIGTERM)
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
        own = os.getpid()
        tests = os.fork()
        if not tests:
            die_with(own, signal.SIGKILL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.execve(command[0], command, environment)  # noqa: S606
        code = _relay_to(tests)
        _wait_for_all(patience)
    finally:
        os._exit(code)


def _relay_to(child: int) -> int:
    """Pass on the signals that only this process got. Returns the child's exit code."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        came = signal.sigwaitinfo({*TOLD, signal.SIGCHLD})
        # Ctrl+C in a terminal reaches the child by itself, a kill does not.
        if came.si_signo in TOLD and came.si_code != SI_KERNEL:
            os.kill(child, came.si_signo)


def die_with(parent: int, how: int) -> None:
    """From now on this process gets a signal when its parent ends. Only Linux can."""
    if not sys.platform.startswith("linux"):
        return
    _prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:  # it ended before
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _wait_for_all(patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if ended:
            continue
        if time.monotonic() > until:
            for child in _children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        time.sleep(0.02)


def _children() -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name before the parenthesis may have blanks.
            if int(path.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                yield int(path.parent.name)
