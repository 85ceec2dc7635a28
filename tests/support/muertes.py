"""Programs that work without end, and a kill -9 at any moment of their work."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping

from tests.conftest import ROOT
from tests.support.guardian import watched


def kill_in_the_middle(program: str, job: Mapping[str, object], after_s: float) -> None:
    """Runs a module of the tests and kills it, so long after it said «listo».

    job: what the program reads as JSON from its one line of standard input.
    """
    with subprocess.Popen(
        [sys.executable, "-m", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            with watched(child.pid):
                child.stdin.write(json.dumps(job) + "\n")
                child.stdin.flush()
                assert child.stdout.readline() == "listo\n"
                time.sleep(after_s)
                assert child.poll() is None, "it ended by itself"
        finally:
            child.kill()
