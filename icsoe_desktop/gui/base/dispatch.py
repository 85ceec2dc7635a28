"""Brings functions from worker threads to the GUI thread, for objects that are still there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from shiboken6 import isValid

from icsoe_desktop.jobs import JobQueue

if TYPE_CHECKING:
    from concurrent.futures import Executor


# After Qt's own requests to paint, which have the priority -1.
_LAST = -2


class _Call(QEvent):
    def __init__(self, function: Callable[[], None]) -> None:
        super().__init__(QEvent.Type.User)
        self.function = function


class Dispatcher(QObject):
    """`deliver` may be called from any thread; the function runs on this object's thread."""

    def deliver(self, function: Callable[[], None]) -> None:
        # A queued signal would do the same, but needs the `Qt` namespace: see docs/decisions/0012.
        QCoreApplication.postEvent(self, _Call(function))

    def deliver_last(self, function: Callable[[], None]) -> None:
        """As `deliver`, after everything that waits to be done or painted."""
        QCoreApplication.postEvent(self, _Call(function), _LAST)

    def customEvent(self, event: QEvent) -> None:
        if isinstance(event, _Call):
            event.function()


def gui_queue(dispatcher: Dispatcher, name: str) -> JobQueue:
    """A queue with one worker thread, because SQLite has one writer."""

    def executor() -> Executor:
        from concurrent.futures import ThreadPoolExecutor  # slow import: docs/decisions/0012

        return ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    return JobQueue(executor, dispatcher.deliver, dispatcher.deliver_last)


def delayed(owner: QObject, ms: int, then: Callable[[], object]) -> QTimer:
    """A timer that calls `then` once, so long after it was last started."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(then)
    return timer


T = TypeVar("T")


def while_alive(owner: QObject, function: Callable[[T], None]) -> Callable[[T], None]:
    """A wrapper of `function` that does nothing once Qt has deleted `owner`."""

    def call(value: T) -> None:
        if isValid(owner):
            function(value)

    return call
