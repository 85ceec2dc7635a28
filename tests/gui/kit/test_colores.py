"""What the eye must tell apart, light and dark; the numbers are those of WCAG 2.2."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QMenu,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QStyleOptionFrame,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.tokens import SCHEMES, Colors
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.gui.kit.mark import ItemMarks
from icsoe_desktop.services.respaldo.service import FalloRespaldo
from tests.conftest import ROOT

TEXT, PARTS = 4.5, 3.0


@pytest.fixture(params=["claro", "oscuro"], autouse=True)
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    name: str = request.param
    assets.set_color_scheme(qapp, name)
    yield name
    assets.set_color_scheme(qapp, "claro")
    assets.set_color_scheme(qapp, "")


def luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_field_that_has_the_focus_is_seen_at_a_glance(qapp: QApplication) -> None:
    option = QStyleOptionFrame()
    option.palette = qapp.palette()
    option.rect, option.lineWidth = QRect(0, 0, 60, 24), 1
    flag = QStyle.StateFlag
    option.state = flag.State_Enabled | flag.State_Sunken | flag.State_HasFocus
    window = qapp.palette().color(QPalette.ColorRole.Window)
    image = QImage(60, 24, QImage.Format.Format_RGB32)
    image.fill(window)
    painter = QPainter(image)
    qapp.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameLineEdit, option, painter)
    painter.end()
    edge = [contrast(image.pixelColor(30, row), window) for row in range(3)]
    assert max(edge) >= PARTS


def focused(button: QPushButton, by_tab: bool) -> QImage:
    flag = QStyle.StateFlag
    return shown(
        button,
        flag.State_HasFocus | (flag.State_KeyboardFocusChange if by_tab else flag.State_None),
    )


def shown(button: QPushButton, state: QStyle.StateFlag = QStyle.StateFlag.State_None) -> QImage:
    option = QStyleOptionButton()
    button.initStyleOption(option)
    option.state |= state
    image = QImage(button.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    button.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, button)
    painter.end()
    return image


@pytest.mark.parametrize("kind", ["", "primary", "link", "ghost", "danger"])
def test_a_button_has_no_box_of_fusion_inside_when_tab_reaches_it(qtbot: QtBot, kind: str) -> None:
    """Its border shows the focus."""
    button = QPushButton("Un texto")
    qtbot.addWidget(button)
    if kind:
        button.setProperty(kind, True)
    button.resize(120, 32)
    button.ensurePolished()
    assert focused(button, by_tab=True) == focused(button, by_tab=False)
    assert focused(button, by_tab=True) != shown(button)


@pytest.mark.parametrize("kind", [QRadioButton, QCheckBox])
@pytest.mark.parametrize("ticked", [False, True])
def test_what_is_ticked_shows_the_focus_on_its_words_too(
    qtbot: QtBot, kind: type[QRadioButton | QCheckBox], ticked: bool
) -> None:
    """Its ring is as wide as the ring of a radio button that is chosen."""
    around = QWidget()
    qtbot.addWidget(around)
    layout = QVBoxLayout(around)
    button, other = kind("Un texto"), QPushButton("Otro")
    for one in (button, other):
        layout.addWidget(one)
    button.setChecked(ticked)
    around.show()
    grounds = []
    for one in (other, button):
        one.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(one.hasFocus)
        grounds.append(button.grab().toImage().pixelColor(button.width() - 8, 2).name())
    assert grounds[0] != grounds[1] == assets.colors().accent_soft


def test_selected_text_is_read(qapp: QApplication) -> None:
    role, palette = QPalette.ColorRole, qapp.palette()
    found = contrast(palette.color(role.HighlightedText), palette.color(role.Highlight))
    assert found >= TEXT


GROUNDS = ("canvas", "surface", "subtle", "pressed")
# Each ink with the grounds that it is read on.
INKS = {
    "text": (*GROUNDS, "selection", "accent_soft", "info_soft", "warning_soft", "error_soft"),
    "hint": (*GROUNDS, "accent_soft"),
    "accent_text": ("canvas", "surface", "subtle", "accent_soft", "selection", "info_soft"),
    "on_accent": ("accent", "accent_hover", "accent_pressed"),
    "on_selection": ("selection",),
    "error": ("canvas", "surface", "error_soft"),
    "success": ("canvas", "surface", "success_soft"),
    "warning": ("canvas", "surface", "warning_soft"),
    "info": ("canvas", "surface", "info_soft"),
    "neutral": ("surface", "neutral_soft"),
    "on_error": ("error",),
    "on_band": ("band",),
}
# What is seen but not read, with its grounds.
SHAPES = {
    "field_strong": ("canvas", "surface"),
    "focus": ("canvas", "surface"),
    "accent": ("canvas", "surface"),
}
# Under 4.5 on purpose, or no more than a line or a ground.
QUIET = {"on_disabled", "scroll", "line", "border", "field", "disabled"}


def ratios(colors: Colors, pairs: dict[str, tuple[str, ...]]) -> dict[str, float]:
    return {
        f"{one} on {on}": contrast(QColor(getattr(colors, one)), QColor(getattr(colors, on)))
        for one, grounds in pairs.items()
        for on in grounds
    }


def test_every_ink_is_read_and_every_shape_seen_on_each_of_its_grounds(scheme: str) -> None:
    for pairs, least in ((INKS, TEXT), (SHAPES, PARTS)):
        found = ratios(SCHEMES[scheme], pairs)
        assert {pair: ratio for pair, ratio in found.items() if ratio < least} == {}


def test_no_colour_escapes_the_table_of_contrasts() -> None:
    named = {*INKS, *SHAPES, *QUIET, *itertools.chain(*INKS.values(), *SHAPES.values())}
    lines = {name for name in Colors._fields if name.endswith("_line")}
    assert set(Colors._fields) - named - lines == set()


def test_the_colours_in_force_are_those_of_the_scheme(scheme: str, qapp: QApplication) -> None:
    assert assets.colors() == SCHEMES[scheme]
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == SCHEMES[scheme].canvas


def test_a_high_contrast_theme_keeps_its_own_colours(scheme: str, qapp: QApplication) -> None:
    """The system's palette, and no colour of ours in the style sheet."""
    assets.set_density(qapp, "normal")
    qapp.setProperty("icsoe_contraste", True)
    qapp.setPalette(QPalette())
    try:
        assets.set_density(qapp, "compacta")
        assert re.findall(r"#[0-9a-f]{6}|palette", qapp.styleSheet()) == []
        assert assets.colors() not in SCHEMES.values()
        assert assets.colors().text == qapp.palette().text().color().name()
    finally:
        qapp.setProperty("icsoe_contraste", None)
        assets.set_density(qapp, "normal")
    assert assets.colors() == SCHEMES[scheme]


# Where an icon in its own colours may stand: lists and menus, also under the pointer.
UNDER_ICONS = (*GROUNDS, "selection")
MARK_OF_THE_PROGRAM = "icsoe"


def test_an_icon_in_its_own_colours_is_seen_on_each_ground(scheme: str) -> None:
    """Its colours are the same in both schemes."""
    own: dict[str, set[str]] = {}
    for path in (ROOT / "resources" / "icons").glob("*.svg"):
        if path.stem != MARK_OF_THE_PROGRAM:
            for color in re.findall(r"#[0-9a-fA-F]{6}", path.read_text("utf-8")):
                own.setdefault(color, set()).add(path.stem)
    grounds = {name: QColor(getattr(SCHEMES[scheme], name)) for name in UNDER_ICONS}
    found = {
        f"{color} on {name}": (contrast(QColor(color), ground), own[color])
        for color in own
        for name, ground in grounds.items()
    }
    assert len(own) >= 5
    assert {pair: told for pair, told in found.items() if told[0] < PARTS} == {}


@pytest.mark.parametrize("letters", [90, 100, 125, 150])
def test_the_arrow_of_a_field_is_seen_in_its_whole_length(
    scheme: str, letters: int, qtbot: QtBot, larger: Callable[[float], None]
) -> None:
    """As it is drawn: a thin stroke between two pixels has half its contrast."""
    larger(letters / 100)
    combo, spin, button = QComboBox(), QSpinBox(), QPushButton()
    combo.addItem("")
    spin.setRange(-9, 9)
    button.setMenu(QMenu(button))
    other = QPushButton()  # has the focus
    around = QWidget()
    qtbot.addWidget(around)
    layout = QVBoxLayout(around)
    for one in (other, combo, spin, button):
        layout.addWidget(one)
    around.show()
    other.setFocus()
    ground = QColor(SCHEMES[scheme].surface)
    for field in (combo, spin, button):
        image = field.grab().toImage()
        parts = [image.rect()]
        if field is spin:
            half = image.height() // 2
            parts = [QRect(0, 0, image.width(), half), QRect(0, half, image.width(), half)]
        for part in parts:
            # Not the border, nor the digits at the left.
            inside = part.adjusted(image.width() - 26, 2, -7, -2)
            strokes = [
                max(contrast(image.pixelColor(x, y), ground) for y in span(inside))
                for x in range(inside.left(), inside.right())
            ]
            drawn = [at for at, one in enumerate(strokes) if one > 1.05]
            # But for the round ends.
            whole = strokes[drawn[0] + 1 : drawn[-1]]
            assert len(whole) >= 4
            assert min(whole) >= PARTS, (field, strokes)


def span(of: QRect) -> range:
    return range(of.top(), of.bottom() + 1)


def test_an_icon_of_the_status_bar_has_the_ink_of_its_state(
    scheme: str, context: Context, qapp: QApplication, qtbot: QtBot
) -> None:
    bar = QWidget()
    qtbot.addWidget(bar)
    assets.set_color_scheme(qapp, "claro" if scheme == "oscuro" else "oscuro")
    panel = StatusPanel(context.shell, bar)
    panel.show_sesion(context.require_sesion())
    context.shell.show_backup_failure(FalloRespaldo(datetime(2026, 3, 2, tzinfo=UTC), "Sin disco."))
    bar.show()
    assets.set_color_scheme(qapp, scheme)
    assert inks(panel.respaldo_button.icon()) == {SCHEMES[scheme].warning}


def inks(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> set[str]:
    picture = icon.pixmap(QSize(64, 64), mode).toImage()
    return {
        picture.pixelColor(x, y).name()
        for x in range(64)
        for y in range(64)
        if picture.pixelColor(x, y).alpha() == 255
    }


def test_an_icon_of_a_combo_box_has_the_ink_of_its_state(
    scheme: str, qapp: QApplication, qtbot: QtBot
) -> None:
    combo = QComboBox()
    qtbot.addWidget(combo)
    combo.addItems(["Todos", "Alta", "Baja"])
    assets.set_color_scheme(qapp, "claro" if scheme == "oscuro" else "oscuro")
    ItemMarks(combo, {1: ("alta", "success"), 2: ("baja", "error")})
    combo.show()
    assets.set_color_scheme(qapp, scheme)
    colors = SCHEMES[scheme]
    assert combo.itemIcon(0).isNull()
    drawn = [inks(combo.itemIcon(at)) for at in (1, 2)]
    assert drawn == [{colors.success}, {colors.error}]


def test_the_icon_of_what_is_disabled_has_the_ink_of_its_words(scheme: str) -> None:
    icon = assets.tinted("pendiente", "warning")
    assert inks(icon) == {SCHEMES[scheme].warning}
    assert inks(icon, QIcon.Mode.Disabled) == {SCHEMES[scheme].on_disabled}
