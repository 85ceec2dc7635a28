"""What a start may load, and when: benchmarks/arranque.py measures what this keeps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

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
    assert loaded & {*HEAVY, "PySide6.QtNetwork"} == set()


def test_the_first_window_makes_none_of_the_dear_classes(tmp_path: Path) -> None:
    loaded = loaded_by(FIRST_WINDOW, tmp_path)
    assert "QLineEdit.EchoMode" in loaded  # of its fields: the watch sees what is made
    assert loaded & DEAR == set()


def test_a_store_with_nothing_to_migrate_opens_without_alembic(tmp_path: Path) -> None:
    loaded = loaded_by(OPENED_TWICE, tmp_path)
    assert "sqlalchemy" in loaded
    assert loaded & {"alembic", "openpyxl", "requests"} == set()
