"""The sentence of a start that cannot go on: shown until it is read."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base.qt import qapplication, say_and_end
from tests.gui.conftest import press

SENTENCE = "La liga que se abrió trae órdenes además del código, y no se obedeció."


def test_a_sentence_without_a_window_stays_until_it_is_read(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = qapplication()
    ended: list[bool] = []

    def read_it() -> int:
        gc.collect()
        (box,) = (
            widget
            for widget in QApplication.topLevelWidgets()
            if isinstance(widget, QMessageBox) and widget.isVisible()
        )
        assert box.text() == SENTENCE
        press(box, "Aceptar")
        return 0

    monkeypatch.setattr(app, "exec", read_it)
    monkeypatch.setattr(app, "quit", lambda: ended.append(True))
    assert say_and_end(app, SENTENCE) == 1
    assert ended == [True]
