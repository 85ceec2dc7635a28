"""The one question before something typed is lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from tests.gui.conftest import press
from tests.gui.kit.test_progress import Box

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
