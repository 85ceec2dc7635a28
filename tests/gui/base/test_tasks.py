"""Where the windows that wait for a task say its error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.jobs import Progress


@pytest.fixture
def presenter(qapp: object) -> Iterator[TaskPresenter[TaskState]]:
    dispatcher = Dispatcher()
    queue = gui_queue(dispatcher, "tareas")
    yield TaskPresenter(queue, TaskState())
    queue.close(5)


@pytest.mark.parametrize(
    ("error", "fields", "said"),
    [
        (InvalidInputError("Falta.", "para"), None, (("para", "Falta."),)),
        (InvalidInputError("Falta.", "para"), ("para",), (("para", "Falta."),)),
        (InvalidInputError("Falta.", "usuario"), ("para",), "Falta."),
        (InvalidInputError("Falta.", "archivo"), (), "Falta."),
        (InvalidInputError("Falta."), None, "Falta."),
        (UserFacingError("No hay conexión."), None, "No hay conexión."),
    ],
)
def test_an_error_stands_under_its_field_or_where_the_messages_are(
    presenter: TaskPresenter[TaskState],
    qtbot: QtBot,
    error: UserFacingError,
    fields: tuple[str, ...] | None,
    said: object,
) -> None:
    def work(_progress: Progress) -> None:
        raise error

    presenter.fields = fields
    with qtbot.waitSignal(presenter.ended):
        presenter.perform(work, lambda _none: None)
    state = presenter.state
    assert (state.problems or state.message) == said
    assert (state.busy, state.role) == (False, "hint" if state.problems else "error")
