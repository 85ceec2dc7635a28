"""What presenters share: work in the queue, whose answer comes only while somebody listens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from icsoe_desktop.gui.vida import while_alive
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress, Step

T = TypeVar("T")


class Presenter(QObject):
    """Keeps the state of one window and sends its work to the queue."""

    def __init__(self, jobs: JobQueue) -> None:
        super().__init__()
        self._jobs = jobs

    def run(
        self,
        work: Callable[[Progress], T],
        on_done: Callable[[Outcome[T]], None],
        on_progress: Callable[[Step], None] | None = None,
    ) -> Job:
        """As JobQueue.add; both callbacks are dropped once this presenter is deleted."""
        watched = None if on_progress is None else while_alive(self, on_progress)
        return self._jobs.add(work, while_alive(self, on_done), watched)
