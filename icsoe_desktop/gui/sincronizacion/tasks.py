"""A task that a page of synchronisation asks of the service: its state and its presenter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import Job, JobQueue, Progress, Step

if TYPE_CHECKING:
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService

# Asked for in the worker: loading it takes a fifth of a second the first time.
Service = Callable[[], "SincronizacionService"]

T = TypeVar("T")


@dataclass(frozen=True)
class TaskState:
    """busy: something is asked of the service. step: how far it is, when it tells."""

    busy: bool = False
    cancelling: bool = False
    step: Step | None = None
    message: str = ""
    role: str = "hint"
    problems: tuple[tuple[str, str], ...] = ()


S = TypeVar("S", bound=TaskState)


class TaskPresenter(StatePresenter[S]):
    """One task at a time; what it says stays in the window, what is our bug goes to `failed`."""

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
        """Does `work`; `then` gets what came of it.

        queue: another than that of the data. waiting: said while it lasts. stopped: called when
        it was cancelled.
        """

        self._show(busy=True, step=None, message=waiting, role="hint", problems=())
        self._job = self.ask(
            work,
            then,
            stopped=stopped,
            on_progress=self._on_step,
            queue=queue,
            busy=False,
            cancelling=False,
            step=None,
            message="",
        )

    def clear(self) -> None:
        """What was said, and found wrong, is of another visit."""
        self._show(message="", problems=())

    def cancel(self) -> None:
        if self._job is not None and self.state.busy:
            self._job.cancel()
            self._show(cancelling=True, message="Cancelando…", role="hint")

    def _fail(self, error: Exception) -> None:
        match error:
            case InvalidInputError(campo=str(campo)):
                self._show(problems=((campo, error.message),))
            case UserFacingError():
                self.say(error.message, "error")
            case _:
                self.failed.emit(error)

    def _on_step(self, step: Step) -> None:
        if self.state.busy and not self.state.cancelling:
            self._show(step=step, message=step.what or self.state.message)
