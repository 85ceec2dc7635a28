"""`--smoke`: opens every window on sample data and reports errors and warnings.

The frozen program tests itself this way. It finds missing forms, plugins and translations.
"""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.windows import WINDOWS
from icsoe_desktop.gui.icsoe.paginas import PAGES
from icsoe_desktop.logs import close_logs
from icsoe_desktop.paths import DataFolder

if TYPE_CHECKING:
    from icsoe_desktop.arranque.app import Program

# Only Qt's offscreen platform logs this, for window hints and raising.
OFFSCREEN_NOISE = "This plugin does not support"
STEP_S = 20.0


class Faults:
    """Collects Qt warnings and uncaught exceptions."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self) -> None:
        qInstallMessageHandler(self._on_qt_message)
        sys.excepthook = self._on_exception

    def add(self, text: str) -> None:
        self.found.append(text)

    def _on_qt_message(self, kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
        harmless = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or text.startswith(
            OFFSCREEN_NOISE
        )
        if not harmless:
            self.add(f"Qt: {text}")

    def _on_exception(
        self, kind: type[BaseException], value: BaseException, trace: TracebackType | None
    ) -> None:
        self.add("".join(traceback.format_exception(kind, value, trace)))


def run_smoke() -> int:
    """Exit status: 0 if every window opened without exceptions or Qt warnings, otherwise 1."""
    from icsoe_desktop.arranque.app import Program
    from icsoe_desktop.arranque.bootstrap import make_sample
    from icsoe_desktop.gui.base.qt import create_qt_application
    from icsoe_desktop.jobs import NoProgress

    faults = Faults()
    faults.watch()
    app = create_qt_application()
    app.setQuitOnLastWindowClosed(False)
    started = time.monotonic()
    opened: list[str] = []
    with tempfile.TemporaryDirectory(prefix="icsoe-smoke-") as temporary:
        folder = DataFolder(Path(temporary)).sample
        make_sample(folder, NoProgress())
        instancia = Instancia(folder)
        instancia.claim()
        program = Program(folder, instancia)
        # Program installed its own hooks, which show dialogs: collect faults again.
        faults.watch()
        program.start()
        try:
            _wait(lambda: program.acceso_presenter.state.whole, "acceso")
            opened.append("acceso")
            for key in _open_all(program):
                opened.append(key)
        except Exception:  # noqa: BLE001 - whatever it is, it is what this run looks for
            faults.add(traceback.format_exc())
        program.end()
        close_logs(folder.logs)
    for fault in faults.found:
        print(fault, file=sys.stderr)  # noqa: T201
    seconds = time.monotonic() - started
    print(f"{len(opened)} ventanas, {len(faults.found)} fallas, {seconds:.1f} s")  # noqa: T201
    return 1 if faults.found else 0


def _open_all(program: Program) -> Iterator[str]:
    """Open each window with the sample data. Yields its key."""
    from icsoe_desktop.services.ejemplo.guion import CONTRASENA, CORREO

    application = program.shell.application
    if application is None:
        raise TimeoutError("the data did not open")
    sesion = application.acceso.enter(CORREO, CONTRASENA)
    for entry in WINDOWS:
        window = program.shell.open(entry.key, sesion)
        _wait(window.isVisible, entry.key)
        _wait(lambda: not program.busy, entry.key)
        window.grab()
        window.hide()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        yield entry.key
    for page in PAGES:
        # The ICSOE window opens these pages. Importing them shows that the bundle has them.
        import_module(page.module)


def _wait(condition: Callable[[], bool], what: str) -> None:
    """Process Qt events until the condition holds. Raises TimeoutError after STEP_S."""
    end = time.monotonic() + STEP_S
    QApplication.processEvents()
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not ready in {STEP_S:.0f} s")
        QApplication.processEvents()
        time.sleep(0.002)
    QApplication.processEvents()
