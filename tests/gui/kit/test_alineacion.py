"""What starts where: words, digits and icons stand on one line down a window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.fields import indent_number
from tests.support.reposo import settle

INK = 40  # of 255: more than two grounds differ


def drawn_columns(widget: QWidget, room: QRect) -> list[int]:
    """Where something stands on the ground of a widget, in px from its left edge."""
    image = widget.window().grab(widget.geometry()).toImage()  # alone it may have no ground
    ground = image.pixelColor(room.right(), room.center().y()).lightness()
    rows = range(room.top(), room.bottom() + 1)
    return [
        x
        for x in range(room.left(), room.right())
        if any(abs(image.pixelColor(x, y).lightness() - ground) > INK for y in rows)
    ]


def inside(widget: QWidget, edge: int) -> QRect:
    return widget.rect().adjusted(edge, edge, -edge, -edge)


@pytest.fixture
def column(qtbot: QtBot) -> Callable[..., None]:
    """Shows widgets one under the other; a button above them has the focus."""
    around = QWidget()
    qtbot.addWidget(around)

    def show(*widgets: QWidget, side: Qt.AlignmentFlag | None = None) -> None:
        layout, other = QVBoxLayout(around), QPushButton()
        for one in (other, *widgets):
            layout.addWidget(one, 0, side or Qt.AlignmentFlag(0))
        around.resize(300, 200)
        around.show()
        other.setFocus()
        settle()

    return show


@pytest.mark.parametrize("letters", [100, 150])
def test_the_digits_of_a_spin_box_start_where_the_text_of_other_fields_does(
    letters: int, column: Callable[..., None], larger: Callable[[float], None]
) -> None:
    larger(letters / 100)
    edit, combo, spin = QLineEdit("100"), QComboBox(), QSpinBox()
    combo.addItem("100")
    spin.setRange(0, 100)
    spin.setValue(100)
    indent_number(spin)
    column(edit, combo, spin)
    starts = {
        drawn_columns(one, QRect(4, 6, one.width() // 2, one.height() - 12))[0]
        for one in (edit, combo, spin)
    }
    assert len(starts) == 1


@pytest.mark.parametrize("letters", [100, 150])
def test_a_button_that_opens_a_menu_has_its_words_where_the_others_have_them(
    letters: int, column: Callable[..., None], larger: Callable[[float], None]
) -> None:
    larger(letters / 100)
    around = QWidget()
    plain, opening = (ActionButton("Capturar", "capturar", around) for _ in range(2))
    opening.open(QMenu(opening), "Captura un movimiento a mano")
    column(plain, opening, side=Qt.AlignmentFlag.AlignLeft)
    words, words_and_arrow = (drawn_columns(one, inside(one, 3)) for one in (plain, opening))
    assert words_and_arrow[: len(words)] == words
    assert words_and_arrow[len(words)] - words[-1] >= 8
