"""A message on one line: what is cut can be read, and nothing in it is more than text."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.kit.one_line import OneLineLabel
from tests.gui.idse.comun import Box

HOSTILE = (
    "<img src='//host/x'> <b>" * 20,
    "línea\n" * 5_000,
    "\u202e\u0000" * 300,
    "ﷺ" * 2_000_000,
)


@pytest.fixture
def label(qtbot: QtBot) -> Iterator[OneLineLabel]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 60)
    made = OneLineLabel(window)
    made.resize(280, made.sizeHint().height())
    window.show()
    yield made
    window.close()


def test_a_short_message_opens_nothing(label: OneLineLabel) -> None:
    label.setText("Escriba el SBC.")
    assert not label.is_cut
    assert label.toolTip() == ""
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("text", HOSTILE)
def test_any_message_takes_one_line_and_is_drawn_at_once(
    label: OneLineLabel, message_box: Box, text: str
) -> None:
    height = label.sizeHint()
    start = time.process_time()
    label.setText(text)
    label.grab()
    assert label.is_cut
    assert label.sizeHint() == height
    assert time.process_time() - start < 1
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    box = message_box()
    assert box.text() == text[: len(box.text())]
    assert len(box.text()) <= 4_000
    box.close()
