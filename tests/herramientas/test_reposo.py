"""`settle` leaves no layout that is still to be made."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.support.reposo import settle


def test_a_text_that_comes_at_the_last_moment_has_its_room(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    label = QLabel()
    row.addWidget(label)
    row.addStretch(1)
    window.resize(400, 60)
    window.show()
    settle()

    def as_a_timer_does() -> bool:
        label.setText("40 trabajadores")
        return True

    settle(as_a_timer_does)
    assert label.width() >= label.sizeHint().width()
