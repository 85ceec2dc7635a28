"""What the presenters and pages of synchronisation share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.fields import grow_to_fit
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


def fill(panel: QWidget, content: QWidget) -> None:
    """Puts a widget into a form's empty panel."""
    layout = panel.layout()
    if layout is None:
        raise RuntimeError("the panel has no layout")
    layout.addWidget(content)


def walk_after(first: QWidget, *others: QWidget) -> None:
    """The Tab key walks from `first` to the others, as they stand here."""
    # From the last: Qt moves nothing that comes next already, also where the chain begins anew.
    for widget in reversed(others):
        QWidget.setTabOrder(first, widget)


class FittedDialog(QDialog):
    """As high as what it says needs, with letters of any size; gone once it is closed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)


class FocusKeeper:
    """Gives the focus back to the field that lost it because a task locked the page."""

    def __init__(self, page: QWidget) -> None:
        self._page = page
        self._lost: QWidget | None = None
        self._instead: QWidget | None = None

    @contextmanager
    def through(self, busy: bool) -> Iterator[None]:
        """In it the page is locked for the task, or unlocked after it."""
        before = self._page.window().focusWidget()
        begins = busy and self._lost is None
        if begins and before is not None and self._page.isAncestorOf(before):
            self._lost = before
        yield
        now = self._page.window().focusWidget()
        if begins:
            self._instead = now
        elif not busy and self._lost is not None:
            lost, self._lost = self._lost, None
            # Who went elsewhere meanwhile stays there, unless it was to a button that is gone.
            stays = before is not None and before is not self._instead and now is before
            if lost.isVisible() and not stays:
                lost.setFocus()
