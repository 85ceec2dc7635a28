"""The menu at the left: folds where room is short, and says what waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.side_menu import SideMenu

WIDE, NARROW = 2000, 1000


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "preferencias.ini")


class Window(QWidget):
    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        panel = QWidget()
        row, column = QHBoxLayout(self), QVBoxLayout(panel)
        self.view = QListWidget(panel)
        column.addWidget(self.view)
        row.addWidget(panel)
        row.addStretch(1)
        self.menu = SideMenu(panel, column, self.view, preferences)
        self.menu.add_place("movimientos", "Movimientos", "movimientos")
        self.menu.add_heading("Administración")
        self.menu.add_place("certificados", "Certificados IMSS", "certificado")
        self.resize(WIDE, 600)
        self.show()


@pytest.fixture
def window(qtbot: QtBot, preferences: Preferences) -> Window:
    window = Window(preferences)
    qtbot.addWidget(window)
    return window


def test_it_folds_by_itself_where_the_window_is_narrow(window: Window) -> None:
    menu = window.menu
    assert not menu.folded
    window.resize(NARROW, 600)
    assert menu.folded
    window.resize(WIDE, 600)
    assert not menu.folded


def test_what_was_folded_by_hand_stays_folded_the_next_day(
    qtbot: QtBot, window: Window, preferences: Preferences
) -> None:
    menu = window.menu
    menu.fold_button.click()
    assert menu.folded
    next_day = Window(preferences)
    qtbot.addWidget(next_day)
    assert next_day.menu.folded
    menu.fold_button.click()
    window.resize(NARROW, 600)
    assert not menu.folded


def test_a_place_is_chosen_by_key_and_a_heading_is_not(qtbot: QtBot, window: Window) -> None:
    view, menu = window.view, window.menu
    view.setFocus()
    view.setCurrentRow(0)
    QTest.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(menu.chosen) as chosen:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == ["certificados"]


def test_what_waits_is_a_number_and_a_sentence(window: Window) -> None:
    menu, place = window.menu, window.view.item(2)
    menu.show_badge("certificados", 2, "2 por vencer o vencidos")
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert place.data(spoken) == "Certificados IMSS: 2 por vencer o vencidos"
    menu.show_badge("certificados", 0, "0 por vencer o vencidos")
    assert place.data(spoken) == "Certificados IMSS"


def test_rows_are_lower_before_a_low_window_scrolls(qtbot: QtBot, window: Window) -> None:
    view, menu = window.view, window.menu
    for n in range(12):
        menu.add_place(str(n), f"Página {n}", "certificado")
    tall, bar = view.sizeHintForRow(0), view.verticalScrollBar()
    around = window.height() - view.viewport().height()

    def give_room(row: int) -> None:
        window.resize(WIDE, around + row * view.count())

    give_room(tall)
    qtbot.waitUntil(lambda: bar.maximum() == 0)
    give_room(tall - 1)
    qtbot.waitUntil(lambda: bar.maximum() == 0 and view.sizeHintForRow(0) == tall - 1)
    give_room(tall // 2)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
