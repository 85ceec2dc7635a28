"""What the eye must tell apart, light and dark; the numbers are those of WCAG 2.2."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionFrame,
)
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base import assets

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


def test_black_on_white_is_as_far_apart_as_can_be() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.005)


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
    option, flag = QStyleOptionButton(), QStyle.StateFlag
    button.initStyleOption(option)
    option.state |= flag.State_HasFocus
    if by_tab:
        option.state |= flag.State_KeyboardFocusChange
    image = QImage(button.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    button.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, button)
    painter.end()
    return image


def test_a_button_in_our_colours_has_no_box_inside_when_tab_reaches_it(qtbot: QtBot) -> None:
    """Its border shows the focus; any other button gets Fusion's box."""
    boxed = {}
    for kind in ("", "primary", "link"):
        button = QPushButton("Un texto")
        qtbot.addWidget(button)
        if kind:
            button.setProperty(kind, True)
        button.resize(120, 32)
        button.ensurePolished()
        boxed[kind] = focused(button, by_tab=True) != focused(button, by_tab=False)
    assert boxed == {"": True, "primary": False, "link": False}


def test_selected_text_is_read(scheme: str, qapp: QApplication) -> None:
    role, palette = QPalette.ColorRole, qapp.palette()
    found = contrast(palette.color(role.HighlightedText), palette.color(role.Highlight))
    # In the light it is the platform's own pair.
    assert found >= (TEXT if scheme == "oscuro" else PARTS)


def test_every_word_in_a_colour_of_ours_is_read(qapp: QApplication) -> None:
    colors, window = assets.colors(), qapp.palette().color(QPalette.ColorRole.Window)
    behind = {
        "accent_text": window,
        "hint": window,
        "error": window,
        "success": window,
        "warning": window,
        "on_accent": QColor(colors.accent),
        "on_band": QColor(colors.band),
        "on_selection": QColor(colors.selection),
    }
    found = {name: contrast(QColor(getattr(colors, name)), on) for name, on in behind.items()}
    assert {name: ratio for name, ratio in found.items() if ratio < TEXT} == {}
