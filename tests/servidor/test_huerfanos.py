"""What a killed process of tests started ends with it: servers, their children, their folders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.kinto_real import kinto_python
from tests.support.postgres_real import binaries

PATIENCE_S = 60.0

SERVERS = """
import sys, time
from pathlib import Path
from tests.support.kinto_real import memory_server
from tests.support.postgres_real import postgres, postgres_folder
with postgres(postgres_folder()) as database, memory_server(Path(sys.argv[1])) as server:
    print(database.folder, database.process.pid, server.process.pid, *server.workers(), flush=True)
    time.sleep(600)
"""
STUBBORN = """
import subprocess, sys, time
from pathlib import Path
from tests.support.guardian import watch
code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
watch(child.pid, folder=Path(sys.argv[1]))
print(sys.argv[1], child.pid, flush=True)
time.sleep(600)
"""


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="lee /proc")
@pytest.mark.parametrize(
    "program",
    [
        pytest.param(SERVERS, id="servers", marks=pytest.mark.larga),
        pytest.param(STUBBORN, id="stubborn"),
    ],
)
def test_they_end_with_a_process_that_is_killed(program: str, tmp_path: Path) -> None:
    if program is SERVERS:
        kinto_python()
        binaries()
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        folder, *pids = worker.stdout.readline().split()
        started = [int(pid) for pid in pids]
        assert started
        assert all(map(runs, started))
        os.kill(worker.pid, signal.SIGKILL)
        until = time.monotonic() + PATIENCE_S
        while any(map(runs, started)) or Path(folder).exists():
            assert time.monotonic() < until, [pid for pid in started if runs(pid)]
            time.sleep(0.05)
