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
WALL: Final = 8  # seconds on the clock for each of processor time
WATCHED_S: Final = 3.0
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


class TooSlow(Exception):
    """The clock ran out over work that still went on: the machine was busy."""


def run_pytest(
    work: Callable[[list[str]], Any], arguments: list[str], limit_s: float, *, silent: bool = True
) -> Any | None:
    """What `work` returned in a fork of this process; None if it failed or its time was over.

    limit_s: of processor time, for a busy machine makes no mutant slower in that.
    Raises TooSlow.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(work, arguments, writer, limit_s, silent)
    os.close(writer)
    text, busy = b"", False
    end = time.monotonic() + WALL * limit_s
    while True:
        if not select.select([reader], [], [], max(0, end - time.monotonic()))[0]:
            busy = _works(child)
            break
        read = os.read(reader, 1 << 20)
        if not read:
            break
        text += read
    os.close(reader)
    # Also what a test had started.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if busy:
        raise TooSlow
    return json.loads(text) if text.endswith(b"\n") else None


def _works(process: int) -> bool:
    """Whether it uses the processor, in place of waiting for what never comes."""

    def used() -> list[str]:
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return after_name[11:13]  # utime, stime

    before = used()
    time.sleep(WATCHED_S)
    return used() != before


def _work(
    work: Callable[[list[str]], Any],
    arguments: list[str],
    writer: int,
    limit_s: float,
    silent: bool,
) -> None:
    os.setpgid(0, 0)
    # A run that is killed leaves nobody behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.alarm(int(WALL * limit_s) + 5)
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s), int(limit_s) + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
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


class _Loader(importlib.machinery.SourceFileLoader):
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
        self._loader = _Loader(name, str(file), tree)

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
