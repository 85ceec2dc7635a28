"""Creates the QApplication with the program's settings, finds it again, and ends it in order."""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from icsoe_desktop import APP_TITLE, __version__
from icsoe_desktop.gui.base import assets
from icsoe_desktop.paths import portable_folder

PORTABLE_TITLE = f"{APP_TITLE} (portátil)"


def create_qt_application() -> QApplication:
    # Pass the style as an argument: QApplication.setStyle would add a tenth to the
    # first window's time.
    # Fusion everywhere: a style sheet over a system's own style gives half of each.
    app = QApplication([*sys.argv[:1], "-style", "fusion"])
    assets.use_letters(app)
    app.setApplicationName("ICSOE Desktop")
    # Qt ends each window's title with it.
    app.setApplicationDisplayName(APP_TITLE if portable_folder() is None else PORTABLE_TITLE)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("icsoe-desktop")
    assets.load_assets()
    assets.speak_spanish(app)
    return app


def qapplication() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("no QApplication")
    return app


def say_and_end(app: QApplication, message: str) -> int:
    """Show a sentence, wait until it is read, and return the exit status."""
    from icsoe_desktop.gui.kit import dialogs

    # It has no parent: only this reference keeps it on the screen.
    box = dialogs.refuse(None, message)
    box.finished.connect(app.quit)
    app.exec()
    return 1


def end_on_signals(app: QApplication) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: app.quit())
    # Python runs signal handlers only while its interpreter runs: wake it regularly from Qt's loop.
    timer = QTimer(app)
    timer.start(500)
    timer.timeout.connect(lambda: None)
