"""Waiting until the program rests: no work in any queue, no event that waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress, Step

T = TypeVar("T")

# Only a test that fails waits that long; a loaded machine may need it.
PATIENCE_S = 120.0
EVENTS_MS = 10
# What a job brings changes the layout, and the layout what is painted.
QUIET_ROUNDS = 3

_added: WeakKeyDictionary[JobQueue, int] = WeakKeyDictionary()
_add = JobQueue.add


def _counted_add(
    queue: JobQueue,
    work: Callable[[Progress], T],
    on_done: Callable[[Outcome[T]], None],
    on_progress: Callable[[Step], None] | None = None,
) -> Job:
    _added[queue] = _added.get(queue, 0) + 1
    return _add(queue, work, on_done, on_progress)


# A window has queues of its own, of which a test does not know.
JobQueue.add = _counted_add  # type: ignore[method-assign]


def settle(ready: Callable[[], object] = lambda: True) -> None:
    """Lets everything happen that is under way: work in threads, what it brings, layouts, paint.

    ready: what must be so besides; a timer may have to pass first.
    """
    until = time.monotonic() + PATIENCE_S
    quiet = 0
    while quiet < QUIET_ROUNDS or not ready():
        assert time.monotonic() < until, f"no rest after {PATIENCE_S:.0f} s"
        asked = sum(_added.values())
        busy = any(queue.busy for queue in list(_added))
        QCoreApplication.processEvents()
        # A job may have been asked for and done within the round.
        rests = not busy and sum(_added.values()) == asked
        quiet = quiet + 1 if rests else 0
        if not quiet or not ready():
            time.sleep(0.001)
    # A timer may have changed a text in the last round: its layout is still to be made.
    QCoreApplication.sendPostedEvents()


def until(ready: Callable[[], object]) -> None:
    """Let events happen until it is so."""
    end = time.monotonic() + PATIENCE_S
    while not ready():
        assert time.monotonic() < end, f"not so after {PATIENCE_S:.0f} s"
        loop = QEventLoop()
        QTimer.singleShot(EVENTS_MS, loop.quit)
        loop.exec()


def close_windows() -> None:
    """Delete every window, and wait for the work that it had asked for.

    Before the store closes: work that fails would show its error over the next test's window.
    """
    for window in QApplication.topLevelWidgets():
        window.hide()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settle()
    opened = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    assert not opened, f"opened while the others closed: {opened}"
