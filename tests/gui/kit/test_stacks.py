"""Windows on a screen that is lower than they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.kit import fields
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.gui.kit.fields import set_property
from icsoe_desktop.gui.kit.stacks import CurrentStack, keep_right_edge, scroll_body
from tests.support.reposo import settle, until

LOW, HIGH = 300, 800


class Long(QDialog):
    """Twenty fields and a foot."""

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        body = QVBoxLayout()
        self.edits = [QLineEdit() for _ in range(20)]
        for edit in self.edits:
            body.addWidget(edit)
        self.foot = QWidget()
        set_property(self.foot, "role", "foot")
        self.button = QPushButton("Guardar")
        QVBoxLayout(self.foot).addWidget(self.button)
        outer.addLayout(body)
        outer.addWidget(self.foot)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the height that windows have."""

    def of(height: int) -> None:
        room = QRect(0, 0, 700, height)
        monkeypatch.setattr(fields, "room_on_screen", lambda _window: room)

    return of


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[Long]:
    dialog = Long()
    qtbot.addWidget(dialog)
    yield dialog
    dialog.close()


def test_a_window_that_grows_before_its_frame_is_known_leaves_room_for_it(
    screen: Callable[[int], None], dialog: Long, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen(HIGH)
    monkeypatch.setattr(dialog, "frameGeometry", dialog.geometry)
    dialog.show()
    dialog.move(0, 100)
    fields.set_height(dialog, 2 * HIGH)
    # The screen is higher than the room by what a frame takes.
    assert 20 < dialog.geometry().top() <= fields.FRAME_HEIGHT - 5
    assert dialog.height() == HIGH


def test_on_a_low_screen_the_fields_scroll_and_the_foot_stays(
    qtbot: QtBot, screen: Callable[[int], None], dialog: Long
) -> None:
    screen(LOW)
    open_dialog(dialog)
    settle()
    assert dialog.minimumSizeHint().height() <= LOW
    dialog.resize(400, LOW)
    settle()
    assert dialog.button.visibleRegion().boundingRect() == dialog.button.rect()
    assert dialog.edits[-1].visibleRegion().isEmpty()
    # Tab brings each field into sight, and ends in the foot.
    dialog.edits[0].setFocus()
    for edit in dialog.edits[1:]:
        qtbot.keyClick(dialog.focusWidget(), "\t")
        assert dialog.focusWidget() is edit
    settle()
    assert not dialog.edits[-1].visibleRegion().isEmpty()
    qtbot.keyClick(dialog.focusWidget(), "\t")
    assert dialog.focusWidget() is dialog.button


@pytest.mark.parametrize("room", [LOW, HIGH])
def test_a_window_opens_in_the_field_that_it_chose_and_scrolls_only_on_a_low_screen(
    room: int, screen: Callable[[int], None], dialog: Long
) -> None:
    screen(room)
    dialog.edits[2].setFocus()
    open_dialog(dialog)
    settle()
    assert dialog.focusWidget() is dialog.edits[2]
    assert (dialog.findChild(QScrollArea) is None) is (room == HIGH)


def test_what_gets_the_focus_comes_into_sight_and_stays_there_when_a_sentence_comes(
    dialog: Long, screen: Callable[[int], None]
) -> None:
    screen(LOW)
    open_dialog(dialog)
    last, said = dialog.edits[-1], QLabel("No es una fecha.\n" * 3)
    area = dialog.findChild(QScrollArea, "cuerpo_area")
    assert area is not None

    def in_sight() -> bool:
        top = last.mapTo(area.viewport(), QPoint(0, 0)).y()
        return 0 <= top <= area.viewport().height() - last.height()

    until(dialog.edits[0].hasFocus)
    assert not in_sight()
    last.setFocus()
    assert in_sight()
    body = area.widget().layout()
    assert body is not None
    inner = body.itemAt(0).layout()
    assert isinstance(inner, QVBoxLayout)
    inner.insertWidget(0, said)
    settle()
    assert in_sight()


def test_an_answer_comes_into_sight_and_what_is_said_meanwhile_moves_nothing(
    dialog: Long, screen: Callable[[int], None]
) -> None:
    screen(LOW)
    said = QLabel()
    set_property(said, "banner", True)
    body = dialog.layout().itemAt(0).layout()
    assert isinstance(body, QVBoxLayout)
    body.addWidget(said)
    fields.show_message(said, "")
    open_dialog(dialog)
    until(dialog.edits[0].hasFocus)
    fields.show_message(said, "Sin conexión.", "warning")
    settle()
    assert said.visibleRegion().isEmpty()
    fields.show_message(said, "La configuración se guardó.", "success")
    settle()
    assert said.visibleRegion().boundingRect() == said.rect()


def test_what_was_hidden_stays_hidden_and_the_body_is_wrapped_once(dialog: Long) -> None:
    dialog.edits[3].hide()
    scroll_body(dialog)
    scroll_body(dialog)
    dialog.show()
    settle()
    assert len(dialog.findChildren(QScrollArea)) == 1
    assert [edit.isHidden() for edit in dialog.edits].count(True) == 1


def test_each_page_of_a_stack_keeps_its_own_foot(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    stack = QStackedWidget()
    QVBoxLayout(window).addWidget(stack)
    for _ in range(2):
        stack.addWidget(Long())
    scroll_body(window)
    window.show()
    window.resize(400, LOW)
    settle()
    foot = stack.currentWidget().foot  # type: ignore[union-attr]
    assert foot.visibleRegion().boundingRect() == foot.rect()


def test_a_stack_beside_a_menu_asks_for_the_lines_of_its_own_width(qtbot: QtBot) -> None:
    window, menu, stack, page = QWidget(), QWidget(), CurrentStack(), QWidget()
    qtbot.addWidget(window)
    menu.setFixedWidth(300)
    said = QLabel("Pida una invitación a la persona responsable. " * 9)
    said.setWordWrap(True)
    QVBoxLayout(page).addWidget(said)
    stack.addWidget(page)
    row = QHBoxLayout(window)
    row.addWidget(menu)
    row.addWidget(stack)
    window.resize(700, 100)
    window.show()
    settle()
    assert said.height() >= said.heightForWidth(said.width())


def test_sentences_that_need_more_lines_make_the_body_scroll(dialog: Long) -> None:
    label = QLabel("Una advertencia que no cabe en un renglón. " * 20)
    label.setWordWrap(True)
    layout = dialog.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.insertWidget(0, label)
    scroll_body(dialog)
    dialog.show()
    dialog.resize(300, 400)
    settle()
    assert label.height() >= label.heightForWidth(label.width())
    assert label.mapTo(dialog, QPoint(0, 0)).y() >= 0


def test_cards_end_at_the_same_edge_with_a_bar_beside_them_as_without(qtbot: QtBot) -> None:
    window, area, card = QDialog(), QScrollArea(), QWidget()
    around = QVBoxLayout(window)
    around.setContentsMargins(24, 20, 24, 16)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidgetResizable(True)
    card.setMinimumHeight(HIGH // 2)
    area.setWidget(card)
    around.addWidget(area)
    keep_right_edge(area, around)
    qtbot.addWidget(window)
    window.show()
    for height in (HIGH, LOW, HIGH):
        window.resize(700, height)
        settle()
        assert area.verticalScrollBar().isVisible() is (height == LOW)
        assert card.mapTo(window, QPoint(0, 0)).x() + card.width() == 700 - 24


def test_what_scrolls_ends_where_the_foot_does_and_asks_for_no_more_width(
    screen: Callable[[int], None], dialog: Long
) -> None:
    screen(LOW)
    body = dialog.layout().itemAt(0).layout()
    body.setContentsMargins(24, 20, 24, 16)
    dialog.layout().setContentsMargins(0, 0, 0, 0)
    open_dialog(dialog)
    area = dialog.findChild(QScrollArea, "cuerpo_area")
    assert area is not None
    asked = []
    for height, shown in ((HIGH, False), (LOW, True)):
        dialog.resize(400, height)
        settle()
        assert area.verticalScrollBar().isVisible() is shown
        edit = dialog.edits[0]
        assert edit.mapTo(dialog, QPoint(0, 0)).x() + edit.width() == 400 - 24
        asked.append(area.minimumSizeHint().width())
    assert asked[0] == asked[1]


def test_a_window_that_scrolls_grows_for_what_is_shown_in_it_while_its_screen_has_room(
    qtbot: QtBot, screen: Callable[[int], None]
) -> None:
    screen(HIGH)
    window = QDialog()
    outer, body, inner = QVBoxLayout(window), QVBoxLayout(), QVBoxLayout()
    problems = [QLabel("Escriba el folio del acuse.") for _ in range(9)]
    for problem in problems:
        problem.hide()
        inner.addWidget(problem)
    body.addLayout(inner)
    outer.addLayout(body)
    scroll_body(window)
    qtbot.addWidget(window)
    window.resize(400, 120)
    window.show()
    settle()
    for problem in problems:
        problem.show()
    fields.grow_to_fit(window)
    settle()
    area = window.findChild(QScrollArea)
    assert area is not None
    assert not area.verticalScrollBar().isVisible()
    assert 120 < window.height() < HIGH


def test_a_window_whose_form_gives_no_size_is_as_large_as_its_content_at_larger_letters(
    qtbot: QtBot, larger: Callable[[float], None]
) -> None:
    larger(1.5)
    dialog = QDialog()
    qtbot.addWidget(dialog)
    QVBoxLayout(dialog).addWidget(QLabel("Anote cuándo subió el archivo."))
    open_dialog(dialog)
    assert dialog.height() < 150
    assert dialog.width() < 700
