"""`icsoe-desktop --smoke`: good when every window opens, and bad when one does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from icsoe_desktop.gui.base.windows import WINDOWS
from tests.conftest import ROOT
from tests.support.tiers import long_cases

# Each makes one window go wrong in its own way before the program starts.
FAULTS = {
    "a form is missing": "sys.modules['icsoe_desktop.gui.forms.ui_acerca'] = None",
    "a window cannot be made": "acerca.create = None",
    "a slot raises": """
def showEvent(self, event):
    raise LookupError('algo que no está')
acerca.AcercaWindow.showEvent = showEvent
""",
    "an answer raises later": """
from PySide6.QtCore import QTimer
def showEvent(self, event):
    QTimer.singleShot(0, lambda: {}['falta'])
acerca.AcercaWindow.showEvent = showEvent
""",
    "Qt warns": """
from PySide6.QtWidgets import QVBoxLayout
def showEvent(self, event):
    QVBoxLayout(self)
acerca.AcercaWindow.showEvent = showEvent
""",
    "the resources are missing": """
from icsoe_desktop.gui.base import assets
assets.ASSETS = assets.ASSETS.with_name('otro.rcc')
""",
}
# The broken window, and one that is not broken: those of the other test take 2 s.
BROKEN = """
import sys
from icsoe_desktop.arranque import smoke
from icsoe_desktop.seguridad import argon2
argon2.COST = argon2.Cost(memory_kib=8, iterations=1, lanes=1)
smoke.WINDOWS = tuple(one for one in smoke.WINDOWS if one.key in ('acerca', 'usuarios'))
assert len(smoke.WINDOWS) == 2
{imports}
{fault}
print("prepared")
from icsoe_desktop.__main__ import main
sys.exit(main(['--smoke']))
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_every_window_opens_on_sample_data() -> None:
    done = run("-m", "icsoe_desktop", "--smoke")
    assert done.returncode == 0, done.stderr
    # The entrance is in no registry.
    assert re.match(rf"{len(WINDOWS) + 1} ventanas, 0 fallas, ", done.stdout), done.stdout


@pytest.mark.parametrize("fault", long_cases(FAULTS, FAULTS.keys() - {"a slot raises"}))
def test_what_is_broken_is_told(fault: str) -> None:
    missing = fault == "a form is missing"
    imports = "" if missing else "from icsoe_desktop.gui.inicio.acerca import window as acerca"
    done = run("-c", BROKEN.format(imports=imports, fault=FAULTS[fault]))
    assert done.returncode == 1, done.stdout + done.stderr
    # Not because the fault itself could not be made.
    assert done.stdout.startswith("prepared"), done.stderr
    assert " 0 fallas" not in done.stdout
