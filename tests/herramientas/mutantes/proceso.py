"""Pytest in forks of one process that has imported everything heavy.

A fault lives in the fork's memory only: no file is written, and a killed run leaves nothing.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

MEMORY: Final = 6 * 1024**3
WATCHED_S: Final = 1.0
WAIT_S: Final = 40.0
PR_SET_PDEATHSIG: Final = 1  # Linux
_OURS: Final = ("icsoe_desktop", "tests")
# The heavy plugins of pytest are there before pytest starts.
OPTIONS: Final = (
    *("-q", "-p", "no:cacheprovider", "-o", "timeout=0"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


def warm_up() -> None:
    """Import what every fork needs, but nothing of ours: a fork imports that, with its fault."""
    kept = set(sys.modules)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("tests.conftest", "icsoe_desktop.services.application"):
            importlib.import_module(name)
    for name in set(sys.modules) - kept:
        if name.partition(".")[0] in _OURS:
            del sys.modules[name]


def run_pytest(
    work: Callable[[list[str]], Any],
    arguments: list[str],
    limit_s: float | None,
    *,
    silent: bool = True,
) -> Any | None:
    """What `work` returned in a fork of this process; None if it failed or its time was over.

    limit_s: of processor time, and of waiting for anything but the processor, beyond WAIT_S. A busy
    machine therefore changes no answer.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(work, arguments, writer, limit_s, silent)
    os.close(writer)
    text = b""
    waiting = _Waiting(child)
    while limit_s is None or waiting.seconds() < WAIT_S + limit_s:
        if select.select([reader], [], [], WATCHED_S)[0]:
            read = os.read(reader, 1 << 20)
            if not read:
                break
            text += read
    os.close(reader)
    # Also what a test had started.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(text) if text.endswith(b"\n") else None


class _Waiting:
    """How long a group of processes neither ran nor waited for a processor."""

    def __init__(self, group: int) -> None:
        self._group = group
        self._at = time.monotonic()
        self._active_ns = 0
        self._seconds = 0.0

    def seconds(self) -> float:
        now = time.monotonic()
        if now - self._at < WATCHED_S:
            return self._seconds
        active = self._active()
        # A process that ended takes its time with it: that counts as work.
        if active >= self._active_ns:
            worked = (active - self._active_ns) / 1e9
            self._seconds += max(0.0, now - self._at - worked)
        self._at, self._active_ns = now, active
        return self._seconds

    def _active(self) -> int:
        total = 0
        for process in Path("/proc").iterdir():
            if not process.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                after_name = (process / "stat").read_text().rpartition(")")[2].split()
                if int(after_name[2]) == self._group:
                    for task in (process / "task").iterdir():
                        running, queued, _ = (task / "schedstat").read_text().split()
                        total += int(running) + int(queued)
        return total


def limit_processor(seconds: float) -> None:
    """Let this process, which may run on at most its own limit, work for that long from now."""
    until = int(time.process_time() + seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = until if hard == resource.RLIM_INFINITY else min(until, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _work(
    work: Callable[[list[str]], Any],
    arguments: list[str],
    writer: int,
    limit_s: float | None,
    silent: bool,
) -> None:
    os.setpgid(0, 0)
    # A run that is killed leaves nobody behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if limit_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s) + 1, int(limit_s) + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if silent:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    try:
        data = json.dumps(work(arguments)).encode() + b"\n"
        while data:
            data = data[os.write(writer, data) :]
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class TreeLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self._tree, self.path, "exec", dont_inherit=True)
        return code


class MutantFinder(importlib.abc.MetaPathFinder):
    """Imports one module from a tree instead of its file."""

    def __init__(self, name: str, file: Path, tree: ast.Module) -> None:
        self._name = name
        self._loader = TreeLoader(name, str(file), tree)

    def find_spec(
        self, fullname: str, path: object, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        spec = importlib.machinery.ModuleSpec(
            fullname, self._loader, origin=self._loader.path, is_package=False
        )
        spec.has_location = True
        return spec
