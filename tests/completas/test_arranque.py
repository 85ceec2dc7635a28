"""What a start may load, and when; `--smoke`, which is good when every window opens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from icsoe_desktop.gui.base.windows import WINDOWS
from tests.conftest import ROOT
from tests.support.tiers import long_cases

HEAVY = ("sqlalchemy", "alembic", "cryptography", "keyring", "openpyxl", "requests", "sqlcipher3")

FIRST_WINDOW = """
import enum, sys
made = []
make = enum.EnumType._create_
def watched(*args, **kwargs):
    made.append(make(*args, **kwargs))
    return made[-1]
enum.EnumType._create_ = watched
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.paths import open_data_folder
app = create_qt_application()
instancia = Instancia(open_data_folder())
assert instancia.claim()
program = Program(open_data_folder(), instancia)
program.acceso.show()
assert program.acceso.isVisible()
print(*{name.split('.')[0] for name in sys.modules})
print(*{'PySide6.QtNetwork'} & set(sys.modules))
print(*{one.__qualname__ for one in made})
"""
# A name from each of the classes that are dear to make: docs/decisions/0012.
DEAR = {
    "Qt.AlignmentFlag",
    "QStyle.StandardPixmap",
    "QAccessible.InterfaceType",
    "QKeySequence.StandardKey",
    "QMessageBox.StandardButton",
    "QComboBox.InsertPolicy",
}
OPENED_TWICE = """
import sys
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.paths import open_data_folder
from tests.conftest import MemoryKeyring
keyring = MemoryKeyring()
open_application(open_data_folder(), keyring=keyring).close()
for name in [name for name in sys.modules if name.split('.')[0] in ('alembic', 'mako', 'requests')]:
    del sys.modules[name]
open_application(open_data_folder(), keyring=keyring).close()
print(*{name.split('.')[0] for name in sys.modules})
"""

MAKE_STORE = """
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring
from icsoe_desktop.paths import open_data_folder
folder = open_data_folder()
open_application(folder, keyring=FileKeyring(folder.root)).close()
"""
CAN_TYPE = """
import sys
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.paths import open_data_folder
app = create_qt_application()
folder = open_data_folder()
instancia = Instancia(folder)
assert instancia.claim()
program = Program(folder, instancia, FileKeyring(folder.root))
def look(state):
    if state.ready:
        program.acceso_presenter.changed.disconnect(look)
        print(*{name.split('.')[0] for name in sys.modules})
        app.quit()
program.acceso_presenter.changed.connect(look)
program.start()
app.exec()
program.end()
"""

READY_TO_ENTER = """
import sys
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.paths import open_data_folder
class Keyring:
    key = None
    def available(self): return True
    def get(self, _id): return self.key
    def set(self, _id, key): self.key = key; return True
app = create_qt_application()
instancia = Instancia(open_data_folder())
assert instancia.claim()
program = Program(open_data_folder(), instancia, Keyring())
def opened(outcome):
    for name in sys.modules:
        own = name.startswith('icsoe_desktop.')
        print('.'.join(name.split('.')[:3]) if own else name.split('.')[0])
    app.quit()
program._on_opened = opened
program.start()
app.exec()
program.end()
"""
# What the login window needs once it is painted: the store, its keys and who may enter.
SERVICES = {"acceso", "bitacora", "respaldo"}
GATEWAYS = {"atomic_write", "bitacora", "boveda", "respaldo"}
# These wait until the user may enter.
LATER = {
    "alembic",
    "mako",
    "keyring",
    "openpyxl",
    "requests",
    "icalendar",
    "pypdf",
    "rustpy_xlsxwriter",
}


def loaded_by(script: str, folder: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "ICSOE_DATOS": str(folder), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_first_window_waits_for_no_heavy_library(tmp_path: Path) -> None:
    loaded = loaded_by(FIRST_WINDOW, tmp_path)
    assert "PySide6" in loaded
    assert loaded & {*HEAVY, "PySide6.QtNetwork", "html", "concurrent"} == set()


def test_the_first_window_makes_none_of_the_dear_classes(tmp_path: Path) -> None:
    loaded = loaded_by(FIRST_WINDOW, tmp_path)
    assert "QLineEdit.EchoMode" in loaded  # of its fields: the watch sees what is made
    assert loaded & DEAR == set()


def test_a_store_with_nothing_to_migrate_opens_without_alembic(tmp_path: Path) -> None:
    loaded = loaded_by(OPENED_TWICE, tmp_path)
    assert "sqlalchemy" in loaded
    assert loaded & {"alembic", "openpyxl", "requests"} == set()


def test_the_first_start_loads_what_entering_needs_and_no_more(tmp_path: Path) -> None:
    """On an empty folder, where the store is made: docs/decisions/0012."""
    loaded = loaded_by(READY_TO_ENTER, tmp_path)
    assert {"sqlalchemy", "sqlcipher3"} <= loaded
    assert loaded & LATER == set()

    def parts(layer: str) -> set[str]:
        names = {
            name.split(".")[2] for name in loaded if name.startswith(f"icsoe_desktop.{layer}.")
        }
        return names - {"__init__"}

    assert parts("services") == SERVICES
    assert parts("gateways") == GATEWAYS
    assert not parts("cli")


def test_a_later_start_lets_the_user_type_before_the_services_are_loaded(tmp_path: Path) -> None:
    loaded_by(MAKE_STORE, tmp_path)
    loaded = loaded_by(CAN_TYPE, tmp_path)
    assert {"sqlcipher3", "cryptography"} <= loaded
    assert loaded & {"sqlalchemy", *LATER} == set()


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
