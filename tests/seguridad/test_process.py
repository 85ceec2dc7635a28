"""The memory of the program, where the keys are, is not to be had by a dump or a debugger."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

SHOWN = """
import ctypes, resource
from icsoe_desktop.seguridad.process import forbid_dumps
forbid_dumps()
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE))
"""
MAIN = """
import ctypes, sys
sys.argv = ["icsoe-desktop", "--version"]
from icsoe_desktop.__main__ import main
try:
    main()
finally:
    print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl es de Linux")
@pytest.mark.parametrize(("code", "said"), [(SHOWN, "0 (0, 0)"), (MAIN, "0")])
def test_the_process_is_closed_to_dumps_and_debuggers(code: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == said
