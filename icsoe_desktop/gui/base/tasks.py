"""Base state and presenter of windows that run one long task at a time, such as a server's."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress, Step

T = TypeVar("T")


@dataclass(frozen=True)
class TaskState:
    """busy: a task is running. cancelling: it was told to stop, and has not yet.

    step: its progress, if it reports any. role: of the message, as in `show_message`.
    """

    busy: bool = False
    cancelling: bool = False
    step: Step | None = None
    message: str = ""
    role: str = "hint"
    problems: tuple[tuple[str, str], ...] = ()


S = TypeVar("S", bound=TaskState)


class TaskPresenter(StatePresenter[S]):
    """Runs one task at a time. Shows user-facing errors in the window; bugs go to `failed`."""

    ended = Signal()  # with success or not
    cancelling = "Cancelando…"
    fields: Container[str] | None = None  # with an error label of their own; None: all

    def __init__(self, jobs: JobQueue, state: S) -> None:
        super().__init__(jobs, state)
        self._job: Job | None = None

    def say(self, message: str, role: str = "success") -> None:
        self._show(message=message, role=role)

    def perform(
        self,
        work: Callable[[Progress], T],
        then: Callable[[T], object],
        queue: JobQueue | None = None,
        waiting: str = "",
        stopped: Callable[[], object] | None = None,
    ) -> None:
        """Run `work` and pass its result to `then`.

        queue: replaces the data queue. waiting: message while it runs. stopped: called if it was
        cancelled.
        """

        def on_done(outcome: Outcome[T]) -> None:
            self.settle(
                outcome,
                then,
                stopped=stopped,
                busy=False,
                cancelling=False,
                step=None,
                message="",
            )
            self.ended.emit()

        self._show(busy=True, step=None, message=waiting, role="hint", problems=())
        self._job = self.run(work, on_done, self._on_step, queue)

    def clear(self) -> None:
        """Remove messages and problems of a former visit."""
        self._show(message="", problems=())

    def cancel(self) -> None:
        if self._job is not None and self.state.busy:
            self._job.cancel()
            self._show(cancelling=True, message=self.cancelling, role="hint")

    def _fail(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo=str(campo)) if self.fields is None or campo in self.fields:
                self._show(problems=((campo, error.message),))
            case UserFacingError():
                self.say(error.message, "error")
            case _:
                self.failed.emit(error)

    def _on_step(self, step: Step) -> None:
        if self.state.busy and not self.state.cancelling:
            self._show(step=step, message=step.what or self.state.message)
