"""What starts where: words, digits and icons stand on one line down a window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.fields import indent_number, show_message
from icsoe_desktop.gui.kit.notices import Banner
from icsoe_desktop.gui.kit.plain_text import plain_label
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


@pytest.mark.parametrize("letters", [100, 150])
def test_the_title_of_a_card_starts_where_its_fields_do(
    letters: int, column: Callable[..., None], larger: Callable[[float], None]
) -> None:
    larger(letters / 100)
    card, label = QGroupBox("Nombre"), QLabel("Nombre")
    label.setProperty("role", "subtitle")
    box = QVBoxLayout(card)
    box.setContentsMargins(12, 12, 12, 12)
    box.addWidget(label)
    column(card)
    title = QRect(4, 12, 260, label.y() - 14)
    below = QRect(4, label.y(), 260, label.height())
    # Qt rounds the half space that it puts before a title.
    assert abs(drawn_columns(card, title)[0] - drawn_columns(card, below)[0]) <= 1


def test_icon_and_words_stand_at_the_same_place_in_both_kinds_of_notice(
    column: Callable[..., None],
) -> None:
    around = QWidget()
    banner, label = Banner(around), plain_label()
    label.setProperty("banner", True)
    banner.say("Hay renglones.", "warning")
    show_message(label, "Hay renglones.", "warning")
    column(banner, label)
    columns = drawn_columns(banner, inside(banner, 6))
    assert columns[0] < 22, "the icon was drawn"
    assert drawn_columns(label, inside(label, 6)) == columns


def test_the_arrow_of_a_combo_stays_in_its_place_with_the_focus(
    column: Callable[..., None], qapp: QApplication
) -> None:
    boxes = [QComboBox(), QComboBox()]
    for box in boxes:
        box.addItem("Normal")
    column(*boxes)
    pictures = []
    for focused in boxes:
        focused.setFocus()
        settle()
        assert qapp.focusWidget() is focused
        pictures.append(boxes[0].grab(boxes[0].rect().adjusted(boxes[0].width() - 24, 4, -4, -4)))
    assert pictures[0].toImage() == pictures[1].toImage()
