"""What presenters share: work in the queue, whose answer comes only while somebody listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from icsoe_desktop.gui.base.guarded import while_alive
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress, Step

S = TypeVar("S")
T = TypeVar("T")


class Presenter(QObject):
    """Sends the work of one window to the queue."""

    def __init__(self, jobs: JobQueue) -> None:
        super().__init__()
        self._jobs = jobs

    def run(
        self,
        work: Callable[[Progress], T],
        on_done: Callable[[Outcome[T]], None],
        on_progress: Callable[[Step], None] | None = None,
        queue: JobQueue | None = None,
    ) -> Job:
        """As JobQueue.add; both callbacks are dropped once this presenter is deleted.

        queue: another than the window's usual one, for what must not wait behind it.
        """
        watched = None if on_progress is None else while_alive(self, on_progress)
        return (queue or self._jobs).add(work, while_alive(self, on_done), watched)


class StatePresenter(Presenter, Generic[S]):
    """Keeps the state of one window, a frozen dataclass, and tells each change of it."""

    changed = Signal(object)  # S

    def __init__(self, jobs: JobQueue, state: S) -> None:
        super().__init__(jobs)
        self.state = state

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[type-var]
        self.changed.emit(self.state)


class StoppablePresenter(StatePresenter[S]):
    """One long piece of work at a time, which is stopped before the window closes.

    S: a frozen state with `stopping`: what runs was told to stop, and has not yet.
    """

    stopped = Signal()

    def __init__(self, jobs: JobQueue, state: S) -> None:
        super().__init__(jobs, state)
        self._job: Job | None = None

    def begin(
        self,
        work: Callable[[Progress], T],
        on_done: Callable[[Outcome[T]], None],
        on_progress: Callable[[Step], None],
    ) -> None:
        """As `run`; from now on `cancel` stops this."""

        def done(outcome: Outcome[T]) -> None:
            self._job = None
            on_done(outcome)

        self._job = self.run(work, done, on_progress)

    def cancel(self) -> None:
        """Stops what runs; `stopped` follows at once when nothing does."""
        if self._job is None:
            self.stopped.emit()
            return
        self._job.cancel()
        self._show(stopping=True)
