"""Progress, the question before something typed is lost, and the distances of a question."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base import tokens
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import press_on_enter
from icsoe_desktop.gui.kit.formats import saved
from icsoe_desktop.gui.kit.progress import ProgressDialog, run_with_progress
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.jobs import Progress
from tests.gui.conftest import press
from tests.gui.idse.comun import Box

TEXT = "Tiene cambios sin guardar en la nota. ¿Desea descartarlos?"


class Nota(EditingDialog):
    donde = "la nota"

    def __init__(self) -> None:
        super().__init__()
        self.edit = QLineEdit(self)

    @property
    def unsaved(self) -> bool:
        return bool(self.edit.text())

    def discard(self) -> None:
        self.edit.clear()


@pytest.fixture
def nota(qtbot: QtBot) -> Nota:
    window = Nota()
    # Closed with its text, it would ask again.
    qtbot.addWidget(window, before_close_func=lambda nota: nota.edit.clear())
    window.show()
    return window


def test_a_window_without_changes_closes_at_once(nota: Nota) -> None:
    nota.close()
    assert not nota.isVisible()


@pytest.mark.parametrize("by_key", [True, False])
def test_enter_and_esc_go_on_editing(
    qtbot: QtBot, nota: Nota, message_box: Box, by_key: bool
) -> None:
    for answer in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        nota.edit.setText("algo")
        if by_key:
            qtbot.keyClick(nota, Qt.Key.Key_Escape)
        else:
            nota.close()
        box: QMessageBox = message_box()
        assert box.text() == TEXT
        buttons = [one.text().replace("&", "") for one in box.findChildren(QPushButton)]
        assert sorted(buttons) == ["Descartar cambios", "Seguir editando"]
        qtbot.keyClick(box, answer)
        qtbot.waitUntil(lambda box=box: not box.isVisible())
        assert nota.isVisible()
        assert nota.edit.text() == "algo"


def test_what_is_discarded_is_forgotten_before_the_window_goes(
    qtbot: QtBot, nota: Nota, message_box: Box
) -> None:
    nota.edit.setText("algo")
    nota.close()
    press(message_box(), "Descartar cambios")
    qtbot.waitUntil(lambda: not nota.isVisible())
    assert nota.edit.text() == ""


def test_another_step_waits_for_the_same_answer(qtbot: QtBot, nota: Nota, message_box: Box) -> None:
    done: list[str] = []

    def ask() -> None:
        nota.unless_unsaved(lambda: done.append("then"), lambda: done.append("otherwise"))

    nota.edit.setText("algo")
    ask()
    press(message_box(), "Seguir editando")
    qtbot.waitUntil(lambda: done == ["otherwise"])
    qtbot.waitUntil(lambda: not nota.findChildren(QMessageBox))
    ask()
    press(message_box(), "Descartar cambios")
    qtbot.waitUntil(lambda: done == ["otherwise", "then"])
    ask()
    assert done == ["otherwise", "then", "then"]


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


def test_the_buttons_of_a_question_are_as_far_apart_as_those_of_a_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    box = confirm(window, "¿Desea eliminarlo?", "&Eliminar", lambda: None, destructive=True)
    left, right = sorted(
        (one.geometry() for one in box.findChildren(QPushButton)), key=lambda g: g.x()
    )
    assert right.left() - left.right() - 1 == 8
    box.reject()


def test_each_of_the_short_lines_of_a_question_is_seen(qtbot: QtBot) -> None:
    box = confirm(None, "¿Ya lo subió?\n\naltas.txt\nbajas.txt", "&Sí", then=lambda: None)
    qtbot.addWidget(box)
    words = box.findChild(QLabel, "qt_msgbox_label")
    assert words is not None
    assert words.height() >= 4 * words.fontMetrics().height()
    box.reject()


def test_the_name_of_a_file_makes_no_window_wider_than_the_screen() -> None:
    assert saved(Path("/d/bajas.xlsx")) == "Se guardó bajas.xlsx."
    told = saved(Path(f"/d/{'a' * 200} de noviembre.xlsx"))
    assert len(told) < 80
    assert told.endswith("a de noviembre.xlsx.")


def test_the_least_width_of_a_form_grows_with_its_letters(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    QVBoxLayout(dialog).addWidget(QLabel("Corta"))
    dialog.setMinimumWidth(400)
    letters = dialog.font()
    letters.setPointSizeF(tokens.BODY_PT * 1.5)
    dialog.setFont(letters)
    open_dialog(dialog)
    assert dialog.width() >= 600
    dialog.close()


@pytest.mark.parametrize("kind", [QDialog, QWidget])
def test_enter_presses_the_button_in_focus_and_elsewhere_the_main_one(
    qtbot: QtBot, kind: type[QWidget]
) -> None:
    window, pressed = kind(), list[str]()
    qtbot.addWidget(window)
    column, edit = QVBoxLayout(window), QLineEdit()
    column.addWidget(edit)
    buttons = {name: QPushButton(name) for name in ("Cancelar", "Guardar")}
    for name, button in buttons.items():
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked, name=name: pressed.append(name))
        column.addWidget(button)
    if isinstance(window, QDialog):
        buttons["Guardar"].setDefault(True)
        open_dialog(window)
    else:
        press_on_enter(window, buttons["Guardar"])
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for focused in (edit, *buttons.values()):
        focused.setFocus()
        QTest.keyClick(focused, Qt.Key.Key_Return)
    assert pressed == ["Guardar", "Cancelar", "Guardar"]
