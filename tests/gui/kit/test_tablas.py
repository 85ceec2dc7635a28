"""Small tables: order, selection and what the clipboard gets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelectionModel, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base import assets, tokens
from icsoe_desktop.gui.kit.column_widths import (
    ARROW_GAP_PX,
    ARROW_PX,
    CELL_PADDING_PX,
    HEADING_AIR_PX,
)
from icsoe_desktop.gui.kit.pills import INSET, PADDING, ROW_LINE
from icsoe_desktop.gui.kit.row_buttons import RowButton, RowButtons
from icsoe_desktop.gui.kit.tables import (
    Column,
    Headings,
    RowsTable,
    wrap_rows,
)
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


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("aligned", ["left", "center", "right"])
def test_the_sorting_arrow_stands_beside_the_words_of_its_heading(
    aligned: str, scale: float, qtbot: QtBot, larger: Callable[[float], None]
) -> None:
    larger(scale)
    view = QTableView()
    qtbot.addWidget(view)
    right = aligned == "right"
    column = Column[Row](
        "Movimientos", lambda r: r[0], right=right, centered=aligned == "center", width=60
    )
    RowsTable(view, (column,)).set_rows(ROWS)
    header = view.horizontalHeader()
    assert isinstance(header, Headings)
    words = header.fontMetrics().horizontalAdvance("Movimientos")
    for width in (words + 2 * HEADING_AIR_PX, 400):
        place = QRect(40, 0, width, 34)
        arrow = header.arrow_place(place, 0)
        assert QRectF(place).contains(arrow)
        assert arrow.center().y() == place.height() / 2
        start = {
            "left": place.left() + HEADING_AIR_PX,
            "center": place.left() + (width - words) // 2,
            "right": place.right() + 1 - HEADING_AIR_PX - words,
        }[aligned]
        gap = start - arrow.right() if right else arrow.left() - start - words
        assert gap >= 2, f"the arrow touches the words at {width} px"
        if width == 400:
            assert arrow.width() == ARROW_PX * scale, "it grows with the letters"
            assert gap == ARROW_GAP_PX


def test_the_arrow_of_a_list_that_begins_with_the_newest_points_down(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    days = Column[Row]("Días", lambda r: str(r[1]), sort=lambda r: r[1], newest_first=True)
    table = RowsTable(view, (days, Column[Row]("Nombre", lambda r: r[0])))
    table.set_rows(ROWS)
    header = view.horizontalHeader()
    assert isinstance(header, Headings)
    greatest_first = sorted((row[1] for row in ROWS), reverse=True)
    for falls in (True, False):
        shown = [table.model.row(at)[1] for at in range(len(ROWS))]
        assert shown == (greatest_first if falls else greatest_first[::-1])
        assert header.arrow_points_up is not falls
        header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)
    view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert header.arrow_points_up


@pytest.mark.parametrize("density", tokens.DENSITIES)
def test_pills_and_buttons_leave_the_line_under_their_row_whole(
    density: str, qtbot: QtBot, qapp: QApplication
) -> None:
    assets.set_density(qapp, density)
    view = QTableView()
    qtbot.addWidget(view)
    columns = (
        Column[Row]("Nombre", lambda r: r[0]),
        Column[Row]("Estado", lambda r: "Pendiente", state=lambda r: "pendiente", width=150),
        Column[Row]("Ver", lambda r: "Ver", width=80),
    )
    RowsTable(view, columns).set_rows(ROWS)
    RowButtons(view, {2: RowButton("buscar", lambda _row: True)})
    view.resize(500, 300)
    view.show()
    settle()
    picture = view.viewport().grab().toImage()
    line = view.rowViewportPosition(0) + view.rowHeight(0) - ROW_LINE
    colors = {picture.pixelColor(x, line).name() for x in range(picture.width())}
    assert colors == {assets.colors().line}
    assets.set_density(qapp, "normal")


def test_a_button_stands_at_the_level_of_the_pill_of_its_row(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    columns = (
        Column[Row]("Estado", lambda r: "Pendiente", state=lambda r: "pendiente", width=150),
        Column[Row]("Ver", lambda r: "Ver", width=80),
    )
    table = RowsTable(view, columns)
    table.set_rows(ROWS)
    RowButtons(view, {1: RowButton("buscar", lambda _row: True)})
    table.select(ROWS[0])
    view.resize(500, 300)
    view.show()
    settle()
    picture = view.viewport().grab().toImage()

    def middle(column: int, x: int, ground: str) -> float:
        """Of the ground, where neither icon nor word stands on it."""
        row = view.visualRect(view.model().index(0, column))
        ys = [
            y for y in range(row.top(), row.bottom()) if picture.pixelColor(x, y).name() == ground
        ]
        assert ys[-1] - ys[0] == len(ys) - 1 > 12
        return (ys[0] + ys[-1]) / 2

    button = view.visualRect(view.model().index(0, 1)).center().x() - 12
    levels = {
        middle(0, INSET + PADDING, assets.colors().warning_soft),
        middle(1, button, assets.colors().surface),
    }
    assert len(levels) == 1


def test_the_lines_between_numbers_of_rows_are_those_between_the_rows(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    RowsTable(view, COLUMNS).set_rows(ROWS)
    view.verticalHeader().show()
    view.resize(400, 300)
    view.show()
    settle()
    picture = view.grab().toImage()
    line = view.viewport().y() + view.rowViewportPosition(0) + view.rowHeight(0) - ROW_LINE
    number = view.verticalHeader().geometry().center().x()
    cell = view.viewport().geometry().center().x()
    colors = [picture.pixelColor(x, line).name() for x in (number, cell)]
    assert colors == [assets.colors().line] * 2


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
    assets.set_density(qapp, "normal")
    assert heights[0] == heights[1]


@pytest.mark.parametrize("density", tokens.DENSITIES)
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_row_of_two_lines_is_higher_by_one_line_and_no_narrower_around_them(
    density: str, scale: float, qtbot: QtBot, qapp: QApplication, larger: Callable[[float], None]
) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    words = "Segundo apellido del trabajador"
    rows: tuple[Row, ...] = (("uno", 1), (words, 2))
    RowsTable(view, (Column[Row]("Campo", lambda r: r[0]), *COLUMNS[1:])).set_rows(rows)
    wrap_rows(view)
    view.resize(400, 300)
    view.show()
    assets.set_density(qapp, density)
    larger(scale)
    letters = view.fontMetrics()
    view.setColumnWidth(0, letters.horizontalAdvance(words) * 3 // 4)
    settle()
    one, two = sorted(view.rowHeight(at) for at in range(2))
    air = assets.metrics().row
    assets.set_density(qapp, "normal")
    assert one == letters.height() + air
    # A line may be rounded up to the next px.
    assert two - one in (letters.height(), letters.height() + 1)


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
