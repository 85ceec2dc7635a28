"""The QApplication: its settings, its end in order, and Python's garbage on its thread."""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop import APP_TITLE, __version__
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.fields import follow_focus
from icsoe_desktop.paths import portable_folder

PORTABLE_TITLE = f"{APP_TITLE} (portátil)"
# Each call of Qt lets the interpreter go, and waits this long for it while a job computes: ten
# calls of a turn at CPython's 5 ms are a pause of 50 ms.
SWITCH_S = 0.0001
USED = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove)


def create_qt_application() -> QApplication:
    sys.setswitchinterval(SWITCH_S)
    # Pass the style as an argument: QApplication.setStyle would add a tenth to the
    # first window's time.
    # Fusion everywhere: a style sheet over a system's own style gives half of each.
    app = QApplication([*sys.argv[:1], "-style", "fusion"])
    app.setApplicationName("ICSOE Desktop")
    # Qt ends each window's title with it.
    app.setApplicationDisplayName(APP_TITLE if portable_folder() is None else PORTABLE_TITLE)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("icsoe-desktop")
    furnish(app)
    return app


def furnish(app: QApplication) -> None:
    """Give an application the letters, the pictures, the words and the manners of this one."""
    assets.use_letters(app)
    assets.load_assets()
    assets.speak_spanish(app)
    follow_focus(app)


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


LOOK_EVERY_MS = 500
# Processor time of all threads between two looks: a blinking cursor, but no typing and no job.
QUIET_S = 0.02
# New objects up to so many times the threshold are walked at the first quiet look. More of them,
# and the older ones, wait for ten seconds of quiet.
FEW, QUIET_LOOKS = 10, 20
# Or until their count is so many times the threshold.
PATIENCE = 2000


class GarbageCollector(QObject):
    """Runs garbage collection from a timer on the GUI thread, in place of CPython's automatic one.

    CPython collects in whatever thread happens to allocate. In a worker thread that destroys
    windows, which Qt allows only in the GUI thread: the heap is damaged and the program crashes
    later elsewhere.

    Walking the rows of large tables takes up to 100 ms, so it waits until nobody types and no job
    runs.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # The objects that exist now live as long as the program: exclude them from collections.
        gc.freeze()
        self._used = time.process_time()
        self._quiet = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_EVERY_MS)

    def look(self) -> None:
        """Collect the oldest generation that is due, if any."""
        before, self._used = self._used, time.process_time()
        self._quiet = self._quiet + 1 if self._used - before <= QUIET_S else 0
        generation = _due(self._quiet)
        if generation is not None:
            gc.collect(generation)

    def stop(self) -> None:
        """Collect nothing more. Automatic collection stays off: threads may still end."""
        self._timer.stop()


def _due(quiet: int) -> int | None:
    """quiet: looks, one after another, between which nothing happened."""
    due = None
    for generation, (count, threshold) in enumerate(
        zip(gc.get_count(), gc.get_threshold(), strict=True)
    ):
        few = generation == 0 and count <= threshold * FEW
        may = quiet >= (1 if few else QUIET_LOOKS)
        if count <= threshold * (1 if may else PATIENCE):
            break
        due = generation
    return due


class _FirstUse(QObject):
    def __init__(self, watched: QObject, then: Callable[[], None]) -> None:
        super().__init__(watched)
        self._then = then
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in USED:
            watched.removeEventFilter(self)
            self._then()
        return False


def when_used(window: QWidget, then: Callable[[], None]) -> None:
    """Call `then` at the first key, press or movement of the mouse in a shown window."""
    handle = window.windowHandle()
    if handle is not None:
        _FirstUse(handle, then)
