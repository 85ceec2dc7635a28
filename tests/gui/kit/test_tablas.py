"""Small tables: order, selection and what the clipboard gets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base import assets, tokens
from icsoe_desktop.gui.kit.column_widths import CELL_PADDING_PX
from icsoe_desktop.gui.kit.table_view import wrap_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from tests.gui.conftest import points_up
from tests.support.reposo import settle

Row = tuple[str, int]

COLUMNS = (
    Column[Row]("Nombre", lambda r: r[0], copy=lambda r: r[0].replace(" ", "")),
    Column[Row]("Días", lambda r: f"{r[1]} d", sort=lambda r: r[1]),
)
ROWS: tuple[Row, ...] = (("be ta", 10), ("Alfa", 9), ("gama", 100))


@pytest.fixture
def table(qtbot: QtBot) -> RowsTable[Row]:
    view = QTableView()
    qtbot.addWidget(view)
    table = RowsTable(view, COLUMNS)
    table.set_rows(ROWS)
    return table


def shown(table: RowsTable[Row]) -> list[str]:
    model = table.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_words_sort_without_regard_to_case_and_figures_by_value(table: RowsTable[Row]) -> None:
    assert shown(table) == ["Alfa", "be ta", "gama"]
    table.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert shown(table) == ["gama", "be ta", "Alfa"]
    table.set_rows((("delta", 50), *ROWS))
    assert shown(table) == ["gama", "delta", "be ta", "Alfa"], "new rows keep the order"


def test_the_chosen_row_stays_chosen_through_sorting_and_reading_again(
    table: RowsTable[Row],
) -> None:
    table.select(ROWS[0])
    table.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert table.selected() == ROWS[0]
    table.set_rows(tuple(reversed(ROWS)))
    assert table.selected() == ROWS[0]
    table.set_rows(ROWS[1:])
    assert table.selected() is None


def test_what_the_program_chooses_replaces_the_choice_also_while_ctrl_is_held(
    table: RowsTable[Row],
) -> None:
    first, second = table.model.row(0), table.model.row(1)
    table.select(first)
    QTest.keyPress(table.view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    table.select(second)
    QTest.keyRelease(table.view, Qt.Key.Key_Control)
    assert table.selected_rows() == (second,)


def test_reading_again_looks_no_further_than_the_last_row_that_was_chosen(qtbot: QtBot) -> None:
    view, asked = QTableView(), list[Row]()
    qtbot.addWidget(view)

    def key(row: Row) -> int:
        asked.append(row)
        return row[1]

    table = RowsTable(view, COLUMNS, key=key)
    rows = [(f"{at:04d}", at) for at in range(1_000)]
    table.set_rows(rows)
    table.select(rows[3])
    asked.clear()
    table.set_rows([("0000", 5_000), *rows[1:3], ("otro nombre", 3), *rows[4:]])
    assert table.selected() == ("otro nombre", 3)
    table.select(rows[1])
    asked.clear()
    table.set_rows(rows)
    assert table.selected() == rows[1]
    assert len(asked) < 10


def test_the_first_arrow_selects_the_row_one_stands_on_and_the_next_goes_on(
    table: RowsTable[Row], qtbot: QtBot
) -> None:
    view = table.view
    # As Qt leaves it when Tab comes in: somewhere, with nothing selected.
    view.selectionModel().setCurrentIndex(
        view.model().index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate
    )
    assert table.selected() is None
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert table.selected() == ("Alfa", 9)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert table.selected() == ("be ta", 10)
    view.clearSelection()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert table.selected() == ("be ta", 10)


def test_copied_rows_paste_into_excel_with_headers_and_without_grouping(
    table: RowsTable[Row],
) -> None:
    table.view.selectAll()
    table.copy()
    assert QGuiApplication.clipboard().text() == (
        "Nombre\tDías\nAlfa\t9 d\nbeta\t10 d\ngama\t100 d"
    )


def test_a_heading_stands_over_its_figures(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    columns = (
        Column[Row]("Nombre", lambda r: r[0]),
        Column[Row]("Días", str, right=True),
        Column[Row]("Ver", str, centered=True),
    )
    model = RowsTable(view, columns).model
    name, figures, button = (
        model.headerData(at, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        for at in range(3)
    )
    assert name & Qt.AlignmentFlag.AlignLeft
    assert figures & Qt.AlignmentFlag.AlignRight
    assert button & Qt.AlignmentFlag.AlignHCenter


@pytest.mark.parametrize("middle", [True, False])
def test_names_that_end_differently_look_different_where_the_middle_is_cut(
    qtbot: QtBot, middle: bool
) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    columns = (Column[str]("Archivo", str, middle=middle, width=140), Column[str]("", lambda _: ""))
    RowsTable(view, columns).set_rows(
        ("modificaciones-20260301.txt", "modificaciones-20260302.txt")
    )
    view.resize(180, 200)
    view.show()
    pictures = [
        view.viewport().grab(view.visualRect(view.model().index(row, 0))).toImage()
        for row in (0, 1)
    ]
    assert (pictures[0] != pictures[1]) == middle


def test_the_arrow_of_a_list_that_begins_with_the_newest_points_down(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    days = Column[Row]("Días", lambda r: str(r[1]), sort=lambda r: r[1], newest_first=True)
    table = RowsTable(view, (days, Column[Row]("Nombre", lambda r: r[0])))
    table.set_rows(ROWS)
    header = view.horizontalHeader()
    greatest_first = sorted((row[1] for row in ROWS), reverse=True)
    for falls in (True, False):
        shown = [table.model.row(at)[1] for at in range(len(ROWS))]
        assert shown == (greatest_first if falls else greatest_first[::-1])
        assert points_up(header) is not falls
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
    view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert points_up(header)


def test_a_row_is_high_enough_for_every_line_of_its_words(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    words = "Segundo apellido del trabajador"
    table = RowsTable(view, (Column[Row]("Campo", lambda r: words), *COLUMNS))
    table.set_rows(ROWS[:1])
    wrap_rows(view)
    advance = view.fontMetrics().horizontalAdvance(words)
    # Without its padding the cell would hold the words in one line.
    view.setColumnWidth(0, advance + CELL_PADDING_PX)
    view.resizeRowsToContents()
    assert view.rowHeight(0) >= 2 * view.fontMetrics().height()


@pytest.mark.parametrize("density", tokens.DENSITIES)
@pytest.mark.parametrize("scale", [0.9, 1.0, 1.5])
def test_a_row_of_one_line_is_as_high_where_long_texts_are_broken(
    density: str, scale: float, qtbot: QtBot, qapp: QApplication, larger: Callable[[float], None]
) -> None:
    columns = (
        *COLUMNS,
        Column[Row]("Estado", lambda r: "Pendiente", state=lambda r: "pendiente", width=150),
    )
    views = [QTableView(), QTableView()]
    for view in views:
        qtbot.addWidget(view)
        RowsTable(view, columns).set_rows(ROWS)
        view.resize(700, 300)
        view.show()
    wrap_rows(views[1])
    # Also of a table that is open while they change.
    assets.set_density(qapp, density)
    larger(scale)
    settle()
    heights = [[view.rowHeight(at) for at in range(len(ROWS))] for view in views]
    assert heights[0] == heights[1]


def test_the_last_column_takes_what_is_left_however_broad_it_would_be(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    columns = (
        Column[Row]("Nombre", lambda r: r[0], width=200),
        Column[Row]("Qué hacer", lambda r: r[0], width=400),
    )
    RowsTable(view, columns).set_rows(ROWS)
    for width in (420, 900, 420):
        view.resize(width, 200)
        view.show()
        assert view.horizontalHeader().length() == view.viewport().width()
        assert view.horizontalScrollBar().maximum() == 0
