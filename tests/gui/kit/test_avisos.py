"""Notices and questions: the same distances in each of them."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import Banner
from icsoe_desktop.gui.kit.plain_text import plain_label

FRAME, MIDDLE_OF_ICON, INK = 6, 22, 40


def ink(picture: QPixmap) -> list[int]:
    """The columns inside the frame that show anything, at scale 1."""
    image = picture.toImage()
    ground = image.pixelColor(FRAME, FRAME)

    def differs(color: QColor) -> bool:
        return abs(color.lightness() - ground.lightness()) > INK

    return [
        x
        for x in range(FRAME, image.width() - FRAME)
        if any(differs(image.pixelColor(x, y)) for y in range(FRAME, image.height() - FRAME))
    ]


def test_icon_and_words_stand_at_the_same_place_in_both_kinds_of_notice(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(500, 200)
    rows = QVBoxLayout(window)
    banner, label = Banner(window), plain_label(parent=window)
    label.setProperty("banner", True)
    rows.addWidget(banner)
    rows.addWidget(label)
    banner.say("Hay renglones con problemas.", "warning")
    show_message(label, "Hay renglones con problemas.", "warning")
    window.show()
    columns = ink(banner.grab())
    assert columns[0] < MIDDLE_OF_ICON  # the icon was drawn
    assert ink(label.grab()) == columns


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
