"""Ends what a test process started, once that process is gone: also after a kill -9.

`watch` starts this file as a program, one for each process of tests, and tells it through a pipe
what runs. The pipe ends with its writer. Nothing of the program is imported here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE_S = 5.0

_guardian: subprocess.Popen[str] | None = None


def watch(victim: int, how: int = signal.SIGTERM, folder: Path | None = None) -> None:
    """From now on it ends with this process, and its folder too.

    victim: a process, or a group as its negative. how: the signal at which it ends itself; after
    PATIENCE_S it is killed.
    """
    _tell(f"{victim}\t{int(how)}\t{folder or ''}")


def forget(victim: int) -> None:
    _tell(str(victim))


@contextlib.contextmanager
def watched(victim: int, how: int = signal.SIGTERM) -> Iterator[None]:
    watch(victim, how)
    try:
        yield
    finally:
        forget(victim)


def _tell(line: str) -> None:
    global _guardian
    if os.name == "nt":  # no server of the tests runs there
        return
    if _guardian is None:
        # In a session of its own: Ctrl+C is for the tests.
        _guardian = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    assert _guardian.stdin is not None
    _guardian.stdin.write(line + "\n")
    _guardian.stdin.flush()


def main() -> None:
    running: dict[int, tuple[int, str]] = {}
    for line in sys.stdin:
        victim, *more = line.rstrip("\n").split("\t")
        if more:
            running[int(victim)] = int(more[0]), more[1]
        else:
            running.pop(int(victim), None)
    for victim, (how, _) in running.items():
        _signal(victim, how)
    until = time.monotonic() + PATIENCE_S
    while any(_signal(victim, 0) for victim in running) and time.monotonic() < until:
        time.sleep(0.05)
    for victim, (_, folder) in running.items():
        _signal(victim, signal.SIGKILL)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _signal(victim: int, how: int) -> bool:
    """Whether there was anybody to get it."""
    try:
        os.kill(victim, how)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
