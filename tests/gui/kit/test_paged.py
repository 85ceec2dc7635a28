"""A table of a million rows, of which only those on the screen are read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.paged import (
    BLOCK_ROWS,
    GONE,
    KEPT_BLOCKS,
    LOADING,
    HeldRows,
    Order,
    PagedColumn,
)
from icsoe_desktop.gui.kit.paged_table import MAX_COPIED, PagedTable
from icsoe_desktop.jobs import JobQueue
from tests.gui.conftest import drag_edge

MILLION = 1_000_000


class Row(NamedTuple):
    at: int
    name: str


COLUMNS = (
    PagedColumn[Row]("Id", lambda r: str(r.at), order="id", right=True, width=90),
    PagedColumn[Row](
        "Nombre", lambda r: r.name, order="nombre", copy=lambda r: r.name.upper(), width=200
    ),
    PagedColumn[Row]("Acción", lambda r: "Editar", width=90),
)


class Rows:
    """Rows that are made when asked for, while `may_answer` is set."""

    def __init__(self, count: int, prefix: str = "persona", gone: frozenset[int] = frozenset()):
        self.count = count
        self.prefix = prefix
        self.gone = gone
        self.asked: list[tuple[int, int]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.error: Exception | None = None

    def rows(self, start: int, count: int) -> Sequence[Row | None]:
        assert threading.current_thread() is not threading.main_thread()
        self.asked.append((start, count))
        assert self.may_answer.wait(20)
        if self.error is not None:
            raise self.error
        return [
            None if at in self.gone else Row(at, f"{self.prefix} {at}")
            for at in range(start, start + count)
        ]


@pytest.fixture
def table(qtbot: QtBot, jobs: JobQueue) -> Iterator[PagedTable[Row]]:
    view = QTableView()
    view.resize(500, 400)
    qtbot.addWidget(view)
    table = PagedTable(view, COLUMNS, jobs)
    view.show()
    qtbot.waitExposed(view)
    yield table
    table.model.stop()


def text(table: PagedTable[Row], at: int, column: int = 1) -> str:
    return str(table.model.index(at, column).data())


def in_sight(table: PagedTable[Row]) -> list[str]:
    view = table.view
    first = view.rowAt(0)
    last = view.rowAt(view.viewport().height() - 1)
    last = last if last >= 0 else table.model.rowCount() - 1
    return [text(table, at) for at in range(first, last + 1)]


def all_here(table: PagedTable[Row]) -> bool:
    shown = in_sight(table)
    return bool(shown) and LOADING not in shown


def test_the_end_of_a_million_rows_is_shown_without_reading_the_rest(
    qtbot: QtBot, table: PagedTable[Row]
) -> None:
    rows = Rows(MILLION)
    table.model.show(rows)
    assert table.model.rowCount() == MILLION
    qtbot.waitUntil(lambda: all_here(table))
    assert in_sight(table)[0] == "persona 0"
    table.select(0)
    QTest.keyClick(table.view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: all_here(table))
    assert in_sight(table)[-1] == "persona 999999"
    assert sum(count for _start, count in rows.asked) <= 4 * BLOCK_ROWS


def test_no_step_through_a_million_rows_holds_the_window_up(
    qtbot: QtBot, table: PagedTable[Row]
) -> None:
    def longest(step: int) -> float:
        bar = table.view.verticalScrollBar()
        bar.setValue(bar.maximum() * step // 20)
        began = time.thread_time()
        table.view.viewport().repaint()
        return time.thread_time() - began

    table.model.show(Rows(MILLION))
    took = sorted(longest(step) for step in range(21))
    # The median: a step at which the interpreter tidies up is longer.
    assert took[10] < 0.05


def test_what_is_not_here_yet_says_so_and_then_comes(qtbot: QtBot, table: PagedTable[Row]) -> None:
    rows = Rows(1_000)
    rows.may_answer.clear()
    table.model.show(rows)
    assert text(table, 0) == LOADING
    assert table.selected() is None
    rows.may_answer.set()
    qtbot.waitUntil(lambda: text(table, 0) == "persona 0")


def test_blocks_scrolled_past_are_not_read(qtbot: QtBot, table: PagedTable[Row]) -> None:
    rows = Rows(MILLION)
    rows.may_answer.clear()
    table.model.show(rows)
    text(table, 0)
    qtbot.waitUntil(lambda: bool(rows.asked))
    for block in range(1, 400):
        text(table, block * BLOCK_ROWS)
    rows.may_answer.set()
    qtbot.waitUntil(lambda: text(table, 399 * BLOCK_ROWS) == f"persona {399 * BLOCK_ROWS}")
    # The first, the latest ones, and what is on the screen; the newest before the others.
    assert rows.asked[1] == (399 * BLOCK_ROWS, BLOCK_ROWS)
    assert len(rows.asked) < 10


def test_only_so_many_blocks_are_kept(qtbot: QtBot, table: PagedTable[Row]) -> None:
    rows = Rows(MILLION)
    table.model.show(rows)
    for block in range(KEPT_BLOCKS + 10):
        at = block * BLOCK_ROWS
        qtbot.waitUntil(lambda at=at: text(table, at) == f"persona {at}")  # type: ignore[misc]
    here = [b for b in range(KEPT_BLOCKS + 10) if table.model.is_here(b * BLOCK_ROWS)]
    assert len(here) == KEPT_BLOCKS


def test_a_row_that_is_gone_does_not_move_the_others(qtbot: QtBot, table: PagedTable[Row]) -> None:
    table.model.show(Rows(10, gone=frozenset({4})))
    qtbot.waitUntil(lambda: all_here(table))
    assert in_sight(table)[3:6] == ["persona 3", GONE, "persona 5"]


def test_an_answer_for_rows_that_were_replaced_is_not_shown(
    qtbot: QtBot, table: PagedTable[Row]
) -> None:
    late = Rows(100, "antes")
    late.may_answer.clear()
    table.model.show(late)
    text(table, 0)
    qtbot.waitUntil(lambda: bool(late.asked))
    table.model.show(Rows(100, "después"))
    late.may_answer.set()
    qtbot.waitUntil(lambda: all_here(table))
    assert in_sight(table)[0] == "después 0"


def test_a_refresh_keeps_the_place_and_shows_no_gap(qtbot: QtBot, table: PagedTable[Row]) -> None:
    table.model.show(Rows(1_000))
    qtbot.waitUntil(lambda: all_here(table))
    table.select(7)
    again = Rows(1_000, "nueva")
    again.may_answer.clear()
    table.model.refresh(again)
    assert text(table, 7) == "persona 7"
    assert table.current_row() == 7
    again.may_answer.set()
    qtbot.waitUntil(lambda: text(table, 7) == "nueva 7")
    with pytest.raises(ValueError, match="refreshed"):
        table.model.refresh(Rows(999))


def test_rows_in_memory_are_there_at_once_and_what_brings_them_again_paints_nothing(
    qtbot: QtBot, table: PagedTable[Row]
) -> None:
    table.model.show(HeldRows([Row(at, f"persona {at}") for at in range(BLOCK_ROWS)]))
    assert in_sight(table)[0] == "persona 0"
    changes: list[int] = []
    table.model.dataChanged.connect(lambda first, _last: changes.append(first.row()))
    table.renew(Rows(1_000))
    with qtbot.waitSignal(table.model.arrived):
        assert text(table, 0) == "persona 0"
    assert not changes
    table.renew(Rows(900, "nueva"))
    with qtbot.waitSignal(table.model.arrived):
        assert text(table, 0) == "persona 0"
    assert changes == [0]
    assert text(table, 0) == "nueva 0"


def test_other_rows_are_painted_once(qtbot: QtBot, table: PagedTable[Row]) -> None:
    class Paintings(QObject):
        count = 0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            self.count += event.type() == QEvent.Type.Paint
            return False

    QApplication.processEvents()
    seen = Paintings(table.view)
    table.view.viewport().installEventFilter(seen)
    for times, length in enumerate((BLOCK_ROWS, 3, BLOCK_ROWS), 1):
        table.model.show(HeldRows([Row(at, f"persona {length}") for at in range(length)]))
        qtbot.waitUntil(lambda times=times: seen.count >= times)
        for _ in range(3):  # what another layout would ask for
            QApplication.processEvents()
        assert seen.count == times


def test_a_source_that_fails_is_told_once(qtbot: QtBot, table: PagedTable[Row]) -> None:
    rows = Rows(50)
    rows.error = OSError("el disco")
    errors: list[Exception] = []
    table.failed.connect(errors.append)
    table.model.show(rows)
    qtbot.waitUntil(lambda: bool(errors))
    table.view.viewport().repaint()
    assert text(table, 0) == GONE
    assert errors == [rows.error]
    assert len(rows.asked) == 1


def click_header(table: PagedTable[Row], section: int) -> None:
    header = table.view.horizontalHeader()
    x = header.sectionViewportPosition(section) + 10
    QTest.mouseClick(
        header.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(x, header.height() // 2),
    )


def test_the_header_asks_the_source_for_another_order(qtbot: QtBot, table: PagedTable[Row]) -> None:
    wanted: list[Order] = []
    table.order_wanted.connect(wanted.append)
    assert table.order == Order("id")
    click_header(table, 1)
    click_header(table, 1)
    click_header(table, 2)
    assert wanted == [Order("nombre"), Order("nombre", True)]
    assert table.order == Order("nombre", True)
    header = table.view.horizontalHeader()
    assert (header.sortIndicatorSection(), header.sortIndicatorOrder()) == (
        1,
        Qt.SortOrder.DescendingOrder,
    )


def test_the_order_and_the_widths_are_remembered(
    qtbot: QtBot, jobs: JobQueue, tmp_path: Path
) -> None:
    preferences = Preferences(tmp_path / "preferencias.ini")

    def made() -> PagedTable[Row]:
        view = QTableView()
        view.setObjectName("personas_table")
        qtbot.addWidget(view)
        return PagedTable(view, COLUMNS, jobs, preferences)

    first = made()
    first.view.resize(700, 300)
    first.view.show()
    drag_edge(first.view, 1, 321 - first.view.columnWidth(1))
    first.view.horizontalHeader().setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    second = made()
    assert second.order == Order("nombre", True)
    assert second.view.columnWidth(1) == 321


@pytest.mark.parametrize("stretched", [False, True])
def test_room_goes_to_texts_that_are_cut_before_it_stays_at_the_right(
    stretched: bool, qtbot: QtBot, jobs: JobQueue
) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    table = PagedTable(view, COLUMNS, jobs, stretched=stretched)
    before = [view.columnWidth(at) for at in range(2)]
    view.resize(1_000, 300)
    view.show()
    table.model.show(Rows(300, "una persona de nombre que no cabe en su columna"))
    qtbot.waitUntil(lambda: table.model.row(0) is not None)
    needed = view.sizeHintForIndex(table.model.index(0, 1)).width()
    assert before[1] < needed <= view.columnWidth(1)
    assert view.columnWidth(0) == before[0]
    assert view.horizontalScrollBar().maximum() == 0
    assert (view.horizontalHeader().length() == view.viewport().width()) is stretched


def test_a_table_that_scrolls_sideways_keeps_the_widths_of_its_design(
    qtbot: QtBot, jobs: JobQueue
) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    table = PagedTable(view, COLUMNS, jobs)
    before = [view.columnWidth(at) for at in range(3)]
    view.resize(300, 300)
    view.show()
    table.model.show(Rows(300, "una persona de nombre que no cabe en su columna"))
    qtbot.waitUntil(lambda: table.model.row(0) is not None)
    assert [view.columnWidth(at) for at in range(3)] == before


def test_rows_that_were_never_on_the_screen_are_copied_too(
    qtbot: QtBot, table: PagedTable[Row]
) -> None:
    table.model.show(Rows(2_000))
    table.view.setFocus()
    table.view.selectAll()
    with qtbot.waitSignal(table.copied) as copied:
        QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied.args == [2_000]
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "Id\tNombre\tAcción"
    assert lines[1_500] == "1499\tPERSONA 1499\tEditar"
    assert len(lines) == 2_001


def test_separate_rows_are_copied_in_their_order(qtbot: QtBot, table: PagedTable[Row]) -> None:
    table.model.show(Rows(100))
    chosen = table.view.selectionModel()
    flags = QItemSelectionModel.SelectionFlag
    for at in (9, 3):
        chosen.select(table.model.index(at, 0), flags.Select | flags.Rows)
    with qtbot.waitSignal(table.copied):
        table.copy()
    lines = QGuiApplication.clipboard().text().split("\n")[1:]
    assert [line.split("\t")[0] for line in lines] == ["3", "9"]


def test_a_million_rows_are_not_copied(qtbot: QtBot, table: PagedTable[Row]) -> None:
    table.model.show(Rows(MILLION))
    table.view.selectAll()
    with qtbot.waitSignal(table.refused) as refused:
        table.copy()
    assert refused.args is not None
    assert f"{MILLION:,}" in refused.args[0]
    assert f"{MAX_COPIED:,}" in refused.args[0]
