"""Long work behind a dialog that shows how far it is."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.progress import ProgressDialog, run_with_progress
from icsoe_desktop.jobs import Progress
from tests.gui.conftest import press
from tests.gui.idse.registros_patronales.comun import Box


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    widget.setWindowTitle("Prueba")
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.mark.parametrize("by_key", [True, False])
def test_work_that_is_cancelled_stops_at_its_next_report(
    qtbot: QtBot, context: Context, parent: QWidget, by_key: bool
) -> None:
    reported = threading.Event()
    came: list[str] = []

    def work(progress: Progress) -> str:
        for done in range(1_000_000):
            progress.report(done, 1_000_000)
            reported.set()
            threading.Event().wait(0.001)
        return "hecho"

    dialog = run_with_progress(
        context,
        parent,
        "Exportar",
        "Escribiendo…",
        work,
        came.append,
        stopped=lambda: came.append("no"),
    )
    qtbot.waitUntil(reported.is_set)
    qtbot.waitUntil(dialog.isVisible)
    qtbot.waitUntil(lambda: "de 1,000,000" in dialog.form.cuanto_label.text())
    if by_key:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        press(dialog, "Cancelar")
    qtbot.waitUntil(lambda: came == ["no"])
    qtbot.waitUntil(lambda: not parent.findChildren(ProgressDialog))


def test_a_failure_is_shown_and_what_came_is_handed_over(
    qtbot: QtBot, context: Context, parent: QWidget, message_box: Box
) -> None:
    def fail(_progress: Progress) -> str:
        raise UserFacingError("El disco está lleno.")

    came: list[str] = []
    run_with_progress(context, parent, "Exportar", "Escribiendo…", fail, came.append)
    assert message_box().text() == "El disco está lleno."
    press(message_box(), "Aceptar")
    run_with_progress(context, parent, "Exportar", "Escribiendo…", lambda _p: "hecho", came.append)
    qtbot.waitUntil(lambda: came == ["hecho"])
