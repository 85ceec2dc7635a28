"""`icsoe.py probar` leaves no process behind: at its end, interrupted, or killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="solo Linux adopta procesos")

PATIENCE_S = 60.0
# Under nohup it would be ignored.
ENTRY = """
import signal, sys
from resources.entorno import familia
signal.signal(signal.SIGHUP, signal.SIG_DFL)
sys.exit(familia.run([sys.executable, *sys.argv[1:]], {}, patience=0.2))
"""
# It starts a process that nobody waits for and that no polite signal ends.
TESTS = """
import subprocess, sys, time
stubborn = '''
import signal, sys, time
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_IGN)
print(flush=True)
time.sleep(600)
'''
child = subprocess.Popen(
    [sys.executable, "-c", stubborn], start_new_session=True, stdout=subprocess.PIPE
)
child.stdout.readline()
print(child.pid, flush=True)
if "dura" in sys.argv:
    time.sleep(600)
sys.exit(5)
"""


@contextlib.contextmanager
def started(*words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process, and the number of the one that its tests started."""
    command = [sys.executable, "-c", ENTRY, "-c", TESTS, *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = int(process.stdout.readline())
        try:
            yield process, left
        finally:
            process.kill()
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_the_tests_left_ends_with_them_and_their_exit_code_is_told() -> None:
    with started() as (process, left):
        assert process.wait(PATIENCE_S) == 5
        assert not runs(left)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_takes_everything_with_it(how: signal.Signals) -> None:
    with started("dura") as (process, left):
        process.send_signal(how)
        # Python answers SIGINT with KeyboardInterrupt, and then with the signal itself.
        assert process.wait(PATIENCE_S) == 128 + how
        assert not runs(left)


def test_an_entry_that_is_killed_takes_everything_with_it() -> None:
    with started("dura") as (process, left):
        process.kill()
        until = time.monotonic() + PATIENCE_S
        while runs(left):
            assert time.monotonic() < until
            time.sleep(0.02)
