"""Brings functions from worker threads to the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Qt, Signal

from icsoe_desktop.jobs import JobQueue


class Dispatcher(QObject):
    """`deliver` may be called from any thread; the function runs on this object's thread."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def deliver(self, function: Callable[[], None]) -> None:
        self._arrived.emit(function)

    def _run(self, function: Callable[[], None]) -> None:
        function()


def gui_queue(dispatcher: Dispatcher, name: str) -> JobQueue:
    """A queue of one thread: SQLite has one writer."""
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
    return JobQueue(executor, dispatcher.deliver)
