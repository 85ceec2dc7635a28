"""The window Apariencia: what is chosen is seen at once and found the next day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QSpinBox,
    QStyle,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base import appearance, assets
from icsoe_desktop.gui.base.appearance import Appearance
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.tokens import DARK, LIGHT
from icsoe_desktop.gui.inicio.apariencia.window import AparienciaWindow
from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.fields import heights_at, show_message
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.pills import GAP, HEIGHT, ICON, PADDING, PillLabel
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.gui.kit.table_view import prepare
from tests.support.reposo import settle


@pytest.fixture(autouse=True)
def usual_again(qapp: QApplication) -> Iterator[None]:
    appearance.apply(qapp, Appearance("claro"))
    yield
    appearance.apply(qapp, Appearance("claro"))
    assets.set_color_scheme(qapp, "")


@pytest.fixture
def window(qtbot: QtBot, context: Context) -> AparienciaWindow:
    found = context.shell.open("apariencia", None)
    assert isinstance(found, AparienciaWindow)
    qtbot.addWidget(found)
    return found


@pytest.mark.parametrize("letters", [100, 150])
def test_the_window_is_as_high_as_its_choices_with_any_letters(
    letters: int, qtbot: QtBot, context: Context, larger: Callable[[float], None]
) -> None:
    larger(letters / 100)
    window = context.shell.open("apariencia", None)
    assert isinstance(window, AparienciaWindow)
    qtbot.addWidget(window)
    layout = window.layout()
    assert layout is not None
    _least, wanted = heights_at(layout, window.width())
    assert window.height() == wanted


def test_the_theme_changes_at_once_and_is_found_the_next_day(
    window: AparienciaWindow, context: Context, qapp: QApplication
) -> None:
    window.form.oscuro_radio.click()
    assert assets.colors() == DARK
    assert appearance.read(qapp, context.preferences).scheme == "oscuro"
    window.form.claro_radio.click()
    assert assets.colors() == LIGHT


def test_the_rows_of_an_open_table_follow_density_and_letters(
    qtbot: QtBot, window: AparienciaWindow
) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    prepare(table, stretched=False)
    table.show()
    rows = table.verticalHeader()
    window.form.normal_radio.click()
    normal = rows.defaultSectionSize()
    window.form.compacta_radio.click()
    compact = rows.defaultSectionSize()
    window.form.letras_spin.setValue(150)
    assert compact < normal
    assert rows.defaultSectionSize() > compact


def test_letters_change_at_once_in_the_text_and_in_the_titles(
    window: AparienciaWindow, qapp: QApplication
) -> None:
    window.form.letras_spin.setValue(100)
    body, title = qapp.font().pointSizeF(), window.form.titulo_label.font().pointSizeF()
    window.form.letras_spin.setValue(150)
    assert qapp.font().pointSizeF() == pytest.approx(body * 1.5)
    assert window.form.titulo_label.font().pointSizeF() == pytest.approx(title * 1.5)


def test_what_is_usual_comes_back(
    window: AparienciaWindow, context: Context, qapp: QApplication
) -> None:
    window.form.oscuro_radio.click()
    window.form.letras_spin.setValue(120)
    window.form.restablecer_button.click()
    assert appearance.read(qapp, context.preferences) == appearance.default(qapp)
    assert context.preferences.get("densidad") == ""
    assert window.form.sistema_radio.isChecked()
    assert window.form.letras_spin.value() == 100


def test_a_low_screen_is_compact_until_something_else_is_chosen(
    qapp: QApplication, tmp_path: Path
) -> None:
    """The screen of the offscreen platform is 800 pixels high."""
    preferences = Preferences(tmp_path / "preferencias.ini")
    assert appearance.read(qapp, preferences).density == "compacta"
    appearance.keep(preferences, Appearance(density="normal"))
    assert appearance.read(qapp, preferences).density == "normal"


@pytest.mark.parametrize(
    ("written", "read"), [("9" * 5000, 150), ("7", 90), ("-5", 100), ("x", 100), ("²", 100)]
)
def test_a_file_that_somebody_edited_gives_letters_within_bounds(
    qapp: QApplication, tmp_path: Path, written: str, read: int
) -> None:
    preferences = Preferences(tmp_path / "preferencias.ini")
    preferences.set("letras", written)
    preferences.set("apariencia", "rosa")
    preferences.set("densidad", "nula")
    found = appearance.read(qapp, preferences)
    assert found == Appearance("", "compacta", read)


def test_icons_and_boxes_to_tick_grow_with_the_letters(
    qtbot: QtBot, window: AparienciaWindow
) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    tick, button, picture = QCheckBox(page), ActionButton("Uno", "buscar", page), QLabel(page)
    dated = QLineEdit(page)
    DateField(dated)
    calendar = dated.findChild(QToolButton)
    assert calendar is not None
    table = QTableView(page)
    Mark(picture, "buscar", size=18)
    for part in (tick, button, picture, table, dated):
        layout.addWidget(part)
    page.show()

    def drawn(icon: QWidget) -> int:
        """Height of what differs from its ground, to the next 4 px: the icon keeps some air."""
        image = dated.grab(icon.geometry()).toImage()
        ground = image.pixel(0, image.height() // 2)
        rows = [
            y
            for y in range(4, image.height() - 4)
            if any(image.pixel(x, y) != ground for x in range(image.width()))
        ]
        return round((rows[-1] - rows[0]) / 4) * 4

    def sizes() -> list[int]:
        style, metric = tick.style(), QStyle.PixelMetric
        return [
            style.pixelMetric(metric.PM_IndicatorWidth, None, tick),
            style.pixelMetric(metric.PM_SmallIconSize, None, table),
            button.iconSize().height(),
            round(picture.pixmap().deviceIndependentSize().height()),
            drawn(calendar),
        ]

    window.form.letras_spin.setValue(100)
    usual = sizes()
    window.form.letras_spin.setValue(150)
    assert usual == [18, 16, 18, 18, 12]
    assert sizes() == [26, 24, 27, 27, 20]


@pytest.mark.parametrize("density", ["normal", "compacta"])
def test_a_number_and_a_date_stand_as_high_as_a_text_with_any_letters(
    density: str, qtbot: QtBot, qapp: QApplication
) -> None:
    for letters in range(90, 151, 5):
        appearance.apply(qapp, Appearance("claro", density, letters))
        page = QWidget()
        qtbot.addWidget(page)
        layout = QVBoxLayout(page)
        text, number, day = QLineEdit(page), QSpinBox(page), QDateEdit(page)
        for field in (text, number, day):
            layout.addWidget(field)
        page.show()
        assert [number.height(), day.height()] == [text.height()] * 2, letters
        page.close()


@pytest.fixture
def pill(qtbot: QtBot, window: AparienciaWindow) -> Iterator[PillLabel]:
    """In a page of its own."""
    page = QWidget()
    qtbot.addWidget(page)
    found = PillLabel(page)
    page.show()
    found.show("Por vencer", "por_vencer", "warning")
    yield found
    page.close()


def picture_of(label: QLabel) -> QLabel:
    found = label.findChild(QLabel)
    assert found is not None
    return found


def test_the_words_of_a_message_and_of_a_pill_keep_off_their_picture(
    pill: PillLabel, window: AparienciaWindow
) -> None:
    page = pill.label.window()
    message = plain_label(parent=page)
    message.setProperty("banner", True)
    layout = QVBoxLayout(page)
    for label in (message, pill.label):
        layout.addWidget(label)
    show_message(message, "Algo salió mal.")
    for letters in (100, 150, 90):
        window.form.letras_spin.setValue(letters)
        settle()
        for label, air in ((message, 8), (pill.label, 4)):
            right = picture_of(label).geometry().right()
            assert label.contentsRect().left() - right >= air, letters


def test_a_pill_in_a_page_has_the_room_of_one_in_a_table_and_is_round_with_any_letters(
    pill: PillLabel, window: AparienciaWindow
) -> None:
    label = pill.label
    settle()
    words = label.fontMetrics().horizontalAdvance("Por vencer")
    assert label.sizeHint().width() == PADDING + ICON + GAP + words + PADDING
    assert label.sizeHint().height() == HEIGHT
    for letters in (100, 90, 125, 150):
        window.form.letras_spin.setValue(letters)
        settle()
        label.adjustSize()
        image = label.window().grab(label.geometry()).toImage()
        half = image.height() / 2
        drawn = [image.pixelColor(x, 1).name() != LIGHT.canvas for x in range(image.width())]
        # Where the second row of a half circle begins.
        begin = half - (half**2 - (half - 2) ** 2) ** 0.5
        assert abs(drawn.index(True) - begin) <= 1, letters
        assert picture_of(label).x() == PADDING, letters
