"""Widths of columns: whole texts where there is room, and a user's own widths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyledItemDelegate, QTableView
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.column_widths import fitted, heading_width
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from tests.gui.conftest import drag_edge

Row = tuple[str, str, str, str]

COLUMNS = (
    Column[Row]("Registro", lambda r: r[0], tabular=True, width=130),
    Column[Row]("Razón social", lambda r: r[1], icon=lambda _: assets.icon("vigente"), width=90),
    Column[Row]("Estado", lambda r: r[2], state=lambda _: "vigente", width=90),
    Column[Row]("Qué hacer", lambda r: r[3], width=200),
)
SHORT: Row = ("Z99 00101", "ABC", "Bien", "Nada")
LONG: Row = (
    "Z99 00101",
    "SERVICIOS DE EJEMPLO DEL NORTE SA DE CV",
    "Por vencer: 20 días",
    "Renuévela antes de que venza",
)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "preferencias.ini")


def made(
    qtbot: QtBot, rows: Sequence[Row], width: int, preferences: Preferences | None = None
) -> RowsTable[Row]:
    view = QTableView()
    view.setObjectName("registros_table")
    qtbot.addWidget(view)
    table = RowsTable(view, COLUMNS, preferences)
    view.resize(width, 200)
    view.show()
    table.set_rows(rows)
    return table


def widths(table: RowsTable[Row]) -> list[int]:
    return [table.view.columnWidth(at) for at in range(len(COLUMNS))]


def cut(table: RowsTable[Row]) -> list[str]:
    """The columns whose texts are cut, by Qt's own measure of its cells."""
    model = table.view.model()
    return [
        column.title
        for at, column in enumerate(COLUMNS)
        if column.state is None
        and any(
            table.view.sizeHintForIndex(model.index(row, at)).width() > table.view.columnWidth(at)
            for row in range(model.rowCount())
        )
    ]


def test_room_goes_to_the_columns_whose_texts_are_cut(qtbot: QtBot) -> None:
    table = made(qtbot, (LONG,), 1100)
    header = table.view.horizontalHeader()
    assert cut(table) == []
    assert header.length() == table.view.viewport().width()
    pill = table.view.visualRect(table.model.index(0, 2)).size()
    drawn = [table.view.viewport().grab(table.view.visualRect(table.model.index(0, 2))).toImage()]
    table.view.setColumnWidth(2, 400)
    broad = table.view.visualRect(table.model.index(0, 2))
    broad.setSize(pill)
    drawn.append(table.view.viewport().grab(broad).toImage())
    assert drawn[0] == drawn[1], "the words of the pill are whole"


def test_the_last_column_gets_the_room_that_others_do_not_need(qtbot: QtBot) -> None:
    rows = ((*SHORT[:3], "x" * 20),)
    needed = made(qtbot, rows, 1100)
    last = needed.view.sizeHintForIndex(needed.model.index(0, 3)).width()
    header = needed.view.horizontalHeader()
    others = sum(heading_width(header, at) + 14 for at in range(3))
    usual = widths(made(qtbot, (SHORT,), 1100))
    table = made(qtbot, rows, others + last + 40)
    assert sum(usual[:3]) + last > table.view.viewport().width(), "the design had no room for it"
    assert cut(table) == []
    assert table.view.horizontalScrollBar().maximum() == 0


def test_a_last_column_that_is_kept_scrolls_before_it_is_cut(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    table = RowsTable(view, COLUMNS, keeps_last=True)
    view.resize(420, 200)
    view.show()
    table.set_rows([LONG])
    assert widths(table)[-1] >= 200


def test_nothing_moves_where_nothing_is_cut(qtbot: QtBot) -> None:
    table = made(qtbot, (SHORT,), 1100)
    empty = made(qtbot, (), 1100)
    assert widths(table) == widths(empty)


@pytest.mark.parametrize("width", [200, 300, 400, 500, 600, 800])
def test_whole_texts_never_bring_a_scroll_bar(width: int, qtbot: QtBot) -> None:
    scrolls = [
        made(qtbot, rows, width).view.horizontalScrollBar().maximum() for rows in ((), (LONG,))
    ]
    assert scrolls[1] <= scrolls[0]


def test_columns_stay_while_a_search_shows_fewer_rows(qtbot: QtBot) -> None:
    table = made(qtbot, (LONG, SHORT), 900)
    before = widths(table)
    table.set_rows((SHORT,))
    assert widths(table) == before


def test_larger_letters_keep_the_texts_whole(qtbot: QtBot) -> None:
    table = made(qtbot, (LONG,), 1600)
    larger = table.view.font()
    larger.setPointSizeF(larger.pointSizeF() * 1.5)
    table.view.setFont(larger)
    table.view.horizontalHeader().setFont(larger)
    assert "Razón social" not in cut(table)
    assert table.view.horizontalHeader().length() == table.view.viewport().width()


def test_a_text_beside_an_icon_is_whole_at_larger_letters(
    qtbot: QtBot, larger: Callable[[float], None]
) -> None:
    larger(1.5)
    assert cut(made(qtbot, (LONG,), 1800)) == []


def test_a_width_that_the_user_drags_stays(qtbot: QtBot, preferences: Preferences) -> None:
    table = made(qtbot, (LONG,), 900, preferences)
    before = widths(table)
    drag_edge(table.view, 1, -60)
    own = widths(table)
    assert own[1] == before[1] - 60
    table.set_rows((LONG, SHORT))
    table.view.resize(1100, 200)
    assert widths(table)[:3] == own[:3]
    again = made(qtbot, (LONG,), 1100, preferences)
    assert widths(again)[:3] == own[:3]


def test_a_double_click_on_an_edge_is_a_width_of_the_users_own(
    qtbot: QtBot, preferences: Preferences
) -> None:
    table = made(qtbot, (SHORT,), 900, preferences)
    header = table.view.horizontalHeader()
    edge = QPoint(header.sectionSize(0) - 1, header.height() // 2)
    QTest.mouseDClick(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    own = widths(table)
    assert own[0] != widths(made(qtbot, (SHORT,), 900))[0]
    table.set_rows((LONG,))
    assert widths(table)[:3] == own[:3]


def test_a_click_that_sorts_is_no_width_of_the_users_own(
    qtbot: QtBot, preferences: Preferences
) -> None:
    table = made(qtbot, (SHORT,), 1100, preferences)
    header = table.view.horizontalHeader()
    middle = QPoint(header.sectionSize(0) // 2, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    table.set_rows((LONG,))
    assert cut(table) == []
    fresh = made(qtbot, (SHORT,), 1100, preferences)
    assert widths(fresh) == widths(made(qtbot, (SHORT,), 1100)), "fitted widths are not remembered"
    assert fresh.view.horizontalHeader().sortIndicatorOrder() is Qt.SortOrder.DescendingOrder


def test_a_column_of_buttons_keeps_its_width(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    table = RowsTable(view, COLUMNS)
    view.setItemDelegateForColumn(0, QStyledItemDelegate(view))
    before = view.columnWidth(0)
    view.resize(700, 200)
    view.show()
    table.set_rows(((LONG[1], *LONG[1:]),))
    assert view.columnWidth(0) == before


def test_where_not_all_fit_the_narrowest_of_those_that_are_cut_grows_first() -> None:
    usual, wanted, least = (100, 60, 80, 50), (300, 300, 40, 300), (30, 30, 30, 50)
    # 300 px: the third gives 40, the second and the last grow from 60 and 50.
    assert fitted(300, usual, wanted, least, [True] * 4) == [100, 80, 40, 80]


def test_where_the_room_is_short_the_widest_that_may_be_cut_gives_way_to_a_bound() -> None:
    usual, wanted, least = (100, 60, 200, 50), (300, 60, 300, 300), (30, 30, 110, 50)
    assert fitted(380, usual, wanted, least, [True] * 4) == [100, 60, 170, 50]
    assert fitted(380, usual, wanted, least, [True, True, False, True]) == [70, 60, 200, 50]
    assert fitted(250, usual, wanted, least, [True] * 4) == list(usual), "the table scrolls"
    assert fitted(380, usual, wanted, least, [False] * 4) == list(usual)


COLUMN = st.tuples(st.integers(20, 300), st.integers(0, 900), st.integers(20, 120))


@given(st.integers(0, 3000), st.lists(COLUMN, min_size=2, max_size=9), st.booleans())
def test_fitted_widths_use_the_room_and_no_more(
    room: int, columns: list[tuple[int, int, int]], cut: bool
) -> None:
    wanted = [want for _use, want, _one in columns]
    least = [min(use, one) for use, _want, one in columns]
    usual = [*(use for use, _want, _one in columns[:-1]), least[-1]]
    widths = fitted(room, usual, wanted, least, [cut] * len(columns))
    assert sum(widths) <= max(room, sum(usual))
    assert all(width >= one for width, one in zip(widths, least, strict=True))
    if sum(map(max, wanted, least)) <= room:
        assert all(map(int.__ge__, widths, wanted))
    if sum(map(max, wanted, usual)) <= room:
        assert all(map(int.__ge__, widths, usual)), "the air of the design"
