"""Base classes of presenters: send work to the queue and handle its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress, Step, settle

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class HasProblems(DataclassInstance, Protocol):
        """A state with the problems of its fields, as pairs of field and sentence."""

        @property
        def problems(self) -> tuple[tuple[str, str], ...]: ...


S = TypeVar("S", bound="DataclassInstance")
T = TypeVar("T")
P = TypeVar("P", bound="HasProblems")


class StatePresenter(QObject, Generic[S]):
    """Keeps the state of one window, a frozen dataclass, and runs its work on the queue."""

    changed = Signal(object)  # S
    failed = Signal(object)  # Exception

    def __init__(self, jobs: JobQueue, state: S) -> None:
        super().__init__()
        self._jobs = jobs
        self.state = state

    def run(
        self,
        work: Callable[[Progress], T],
        on_done: Callable[[Outcome[T]], None],
        on_progress: Callable[[Step], None] | None = None,
        queue: JobQueue | None = None,
    ) -> Job:
        """Like JobQueue.add, but drops both callbacks once this presenter is deleted.

        queue: replaces the default queue, for work that must not wait behind its jobs.
        """
        watched = None if on_progress is None else while_alive(self, on_progress)
        return (queue or self._jobs).add(work, while_alive(self, on_done), watched)

    def ask(
        self,
        work: Callable[[Progress], T],
        then: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        stopped: Callable[[], object] | None = None,
        on_progress: Callable[[Step], None] | None = None,
        queue: JobQueue | None = None,
        **ended: object,
    ) -> Job:
        """`run` the work and `settle` its outcome."""

        def on_done(outcome: Outcome[T]) -> None:
            self.settle(outcome, then, failed, stopped, **ended)

        return self.run(work, on_done, on_progress, queue)

    def settle(
        self,
        outcome: Outcome[T],
        then: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        stopped: Callable[[], object] | None = None,
        **ended: object,
    ) -> None:
        """Change the state to `ended`, for example busy=False, then call the handler of the
        outcome.

        failed: handler for errors that the window shows in a special place; the default is `_fail`.
        """
        if ended:
            self._show(**ended)
        settle(outcome, then, failed or self._fail, stopped)

    def mend(self: StatePresenter[P], name: str) -> None:
        """Remove the problem of a field, because the user is correcting it."""
        before = self.state.problems
        left = tuple(pair for pair in before if pair[0] != name)
        if left != before:
            self._show(problems=left)

    def _fail(self, error: Exception) -> None:
        self.failed.emit(error)

    def _fail_if_bug(self, error: Exception) -> None:
        """Handler for `failed` in background work: ignore user-facing errors, report bugs."""
        if not isinstance(error, UserFacingError):
            self._fail(error)

    def _refuse(self, error: Exception) -> None:
        """Handler for `failed`: show an error that names a field under that field.

        For states with `problems`: tuple of (field, sentence).
        """
        match error:
            case InvalidInputError(campo=str(campo)):
                self._show(problems=((campo, error.message),))
            case _:
                self._fail(error)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)
        self.changed.emit(self.state)


class StoppablePresenter(StatePresenter[S]):
    """Runs one long job at a time, which must stop before the window closes.

    S: a frozen state with `stopping`: the job was told to stop and still runs.
    """

    stopped = Signal()

    def __init__(self, jobs: JobQueue, state: S) -> None:
        super().__init__(jobs, state)
        self._job: Job | None = None

    def begin(
        self,
        work: Callable[[Progress], T],
        then: Callable[[T], object],
        on_progress: Callable[[Step], None],
        failed: Callable[[Exception], object] | None = None,
        stopped: Callable[[], object] | None = None,
        **ended: object,
    ) -> None:
        """Like `ask`, but `cancel` can stop this work.

        stopped: handler; without it the signal `stopped` is emitted, which closes the window.
        """

        def on_done(outcome: Outcome[T]) -> None:
            self._job = None
            self.settle(outcome, then, failed, stopped or self.stopped.emit, **ended)

        self._job = self.run(work, on_done, on_progress)

    def cancel(self) -> None:
        """Stop the running work. Emits `stopped` at once if none runs."""
        if self._job is None:
            self.stopped.emit()
            return
        self._job.cancel()
        self._show(stopping=True)
