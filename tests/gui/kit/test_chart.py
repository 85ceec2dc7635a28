"""The bars of a chart: their figures in words, the pointer, and shapes that stay in their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.chart import BarsView, Chart, Series, _top

MONTHS = tuple(f"m{at}" for at in range(12))
NAMES = tuple(f"Mes {at}" for at in range(12))


def chart(*rows: tuple[int, ...]) -> Chart:
    inks = ("accent", "error")
    series = tuple(
        Series(f"Serie {at}", inks[at], values, hatched=at == 1) for at, values in enumerate(rows)
    )
    return Chart("Avisos", MONTHS, NAMES, series)


@pytest.fixture
def bars(qtbot: QtBot) -> BarsView:
    bars = BarsView("Todavía no hay nada.")
    qtbot.addWidget(bars)
    bars.resize(600, 240)
    bars.show()
    # The ring of the focus has the colour of the bars.
    bars.clearFocus()
    bars.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return bars


def drawn(bars: BarsView, ink: str, off: int = 0) -> int:
    """How many pixels have the colour. off: how far a channel may be from it, in thin letters."""
    image = bars.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32)
    wanted = QColor(getattr(assets.colors(), ink)).getRgb()
    return sum(
        count
        for color, count in Counter(memoryview(image.constBits()).cast("I")).items()
        if all(
            abs(one - other) <= off
            for one, other in zip(QColor.fromRgba(color).getRgb(), wanted, strict=True)
        )
    )


def test_one_notice_among_a_million_is_seen(bars: BarsView) -> None:
    bars.show_chart(chart((1_000_000, *(0,) * 10, 0), (0,) * 12))
    without = drawn(bars, "accent")
    bars.show_chart(chart((1_000_000, *(0,) * 10, 1), (0,) * 12))
    assert drawn(bars, "accent") > without


def test_bars_are_as_high_as_their_share(bars: BarsView) -> None:
    bars.show_chart(chart((8, *(0,) * 11), (0,) * 12))
    whole = drawn(bars, "accent")
    bars.show_chart(chart((8, 4, *(0,) * 10), (0,) * 12))
    assert drawn(bars, "accent") == pytest.approx(whole * 1.5, rel=0.06)


def test_without_figures_a_sentence_stands_in_their_place(bars: BarsView) -> None:
    bars.show_chart(chart((0,) * 12, (0,) * 12))
    assert bars.accessibleDescription() == "Todavía no hay nada."
    assert drawn(bars, "hint", off=60) > 0
    assert drawn(bars, "field_strong") == 0


def test_the_pointer_chooses_the_bar_under_it_and_a_double_click_opens_it(
    qtbot: QtBot, bars: BarsView
) -> None:
    bars.show_chart(chart(tuple(range(12)), (1,) * 12))
    left, step = bars._columns(bars.rect().toRectF().adjusted(4, 4, -4, -4))
    place = QPointF(left + 3.5 * step, 100).toPoint()
    QTest.mouseMove(bars, QPoint(place.x() + 1, place.y()))
    QTest.mouseMove(bars, place)
    qtbot.waitUntil(lambda: bars.current == 3)
    with qtbot.waitSignal(bars.opened) as opened:
        qtbot.mouseDClick(bars, Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [3]


@pytest.mark.parametrize("scheme", ["claro", "oscuro"])
@pytest.mark.parametrize("letters", [1.0, 1.5])
def test_it_is_drawn_in_the_colours_of_the_scheme_at_all_sizes_of_letters(
    qapp: QApplication, bars: BarsView, larger: Callable[[float], None], scheme: str, letters: float
) -> None:
    try:
        assets.set_color_scheme(qapp, scheme)
        larger(letters)
        bars.resize(bars.minimumSizeHint())
        bars.show_chart(chart((900_000,) * 12, (100_000,) * 12))
        assert drawn(bars, "accent") > 300
        assert drawn(bars, "error") > 100
        assert drawn(bars, "hint", off=60) > 60
    finally:
        assets.set_color_scheme(qapp, "")


@pytest.mark.parametrize(
    "largest", [1, 2, 3, 4, 5, 7, 9, 10, 11, 99, 101, 999, 12_345, 999_999_999]
)
def test_the_axis_ends_at_a_round_number_that_holds_the_largest_bar(largest: int) -> None:
    most = _top(largest)
    assert largest <= most <= max(2 * largest, 6)
    assert len(str(most).rstrip("0")) <= 2
