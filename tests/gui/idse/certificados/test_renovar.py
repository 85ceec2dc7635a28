"""Lists that are read again under somebody's eyes: selection and place stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.gui.kit.paged_table import MAX_KEPT, PagedTable
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.jobs import JobQueue
from tests.support.reposo import until

SELECT = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@dataclass(frozen=True)
class Persona:
    id: int
    nombre: str


@dataclass(frozen=True)
class Lista:
    """People by their numbers."""

    numeros: tuple[int, ...]
    ids: dict[int, int]

    @property
    def count(self) -> int:
        return len(self.numeros)

    def rows(self, start: int, count: int) -> Sequence[Persona]:
        shown = self.numeros[start : start + count]
        return [Persona(self.ids.get(n, n), f"persona {n}") for n in shown]


def lista(*numeros: int, **ids: int) -> Lista:
    return Lista(numeros, {int(name[1:]): one for name, one in ids.items()})


@pytest.fixture
def view(qtbot: QtBot) -> QTableView:
    view = QTableView()
    view.resize(400, 300)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def paged(view: QTableView, jobs: JobQueue) -> Iterator[PagedTable[Persona]]:
    columns = (PagedColumn[Persona]("Nombre", lambda p: p.nombre, order="nombre"),)
    table = PagedTable(view, columns, jobs, key=lambda persona: persona.id)
    yield table
    table.model.stop()


def show(table: PagedTable[Persona], first: Lista) -> None:
    table.model.show(first)
    here(table)


def renew(table: PagedTable[Persona], now: Lista) -> None:
    before = table.model.snapshot
    assert isinstance(before, Lista)
    places = {numero: at for at, numero in enumerate(now.numeros)}
    if before.numeros == now.numeros:
        table.renew(now)
    else:
        table.renew(now, lambda at: places.get(before.numeros[at]))
    here(table)


def here(table: PagedTable[Persona]) -> None:
    def settled() -> bool:
        view = table.view
        last = view.rowAt(view.viewport().height() - 1)
        shown = range(max(0, view.rowAt(0)), table.model.rowCount() if last < 0 else last)
        return not table.model.jobs.busy and all(table.model.is_here(at) for at in shown)

    table.view.viewport().repaint()
    until(settled)


def selected(table: PagedTable[Persona]) -> list[str]:
    rows = [table.model.row(at) for first, last in table.ranges() for at in range(first, last + 1)]
    return [row.nombre for row in rows if row is not None]


def test_rows_that_come_before_move_neither_the_selection_nor_what_is_in_sight(
    paged: PagedTable[Persona],
) -> None:
    show(paged, lista(*range(0, 400, 2)))
    paged.select(110)
    paged.view.verticalScrollBar().setValue(105)
    paged.view.setCurrentIndex(paged.model.index(110, 0))
    here(paged)
    renew(paged, lista(*sorted([*range(0, 400, 2), 1, 3, 5])))
    assert selected(paged) == ["persona 220"]
    assert paged.view.currentIndex().row() == 113
    assert paged.view.rowAt(0) == 108


def test_at_the_top_the_new_ones_are_seen(paged: PagedTable[Persona]) -> None:
    show(paged, lista(*range(10, 200)))
    paged.select(2)
    renew(paged, lista(*range(8, 200)))
    assert paged.view.rowAt(0) == 0
    assert selected(paged) == ["persona 12"]


def test_several_that_are_selected_stay_and_those_that_are_gone_do_not(
    paged: PagedTable[Persona],
) -> None:
    show(paged, lista(1, 2, 3, 4, 5))
    for at in (0, 2, 3):
        paged.view.selectionModel().select(paged.model.index(at, 0), SELECT)
    renew(paged, lista(0, 1, 2, 4, 5))
    assert selected(paged) == ["persona 1", "persona 4"]


def test_of_a_whole_long_list_nothing_stays_selected(paged: PagedTable[Persona]) -> None:
    show(paged, lista(*range(MAX_KEPT + 1)))
    paged.view.selectAll()
    renew(paged, lista(*range(MAX_KEPT)))
    assert selected(paged) == []


@pytest.mark.parametrize("numeros", [(1, 2, 3), (1, 2, 3, 4)])
def test_another_person_who_took_the_number_is_not_selected(
    paged: PagedTable[Persona], numeros: tuple[int, ...]
) -> None:
    """What is done next must not be done to somebody else."""
    show(paged, lista(1, 2, 3))
    paged.select(1)
    renew(paged, lista(*numeros, n2=77))
    until(lambda: selected(paged) == [])


def small(view: QTableView, count: int = 200) -> RowsTable[Persona]:
    table = RowsTable(
        view,
        [Column[Persona]("Nombre", lambda p: p.nombre, sort=lambda p: p.id)],
        key=lambda p: p.id,
    )
    table.set_rows([Persona(2 * n, f"persona {2 * n}") for n in range(count)])
    return table


def test_a_small_table_keeps_a_row_that_changed_and_its_place(view: QTableView) -> None:
    table = small(view)
    view.selectRow(110)
    view.verticalScrollBar().setValue(105)
    told: list[object] = []
    view.selectionModel().selectionChanged.connect(lambda *_: told.append(1))
    rows = [Persona(2 * n, f"otra {n}") for n in range(200)]
    table.set_rows(rows)
    assert table.selected() == Persona(220, "otra 110")
    assert view.rowAt(0) == 105
    assert told == [], "nobody selected anything"
    table.set_rows([Persona(1, "nueva"), *rows])
    assert table.selected() == Persona(220, "otra 110")
    assert view.currentIndex().row() == 111
    assert view.rowAt(0) == 106, "the row at the top stays at the top"


def test_a_small_table_keeps_all_the_rows_that_are_selected(view: QTableView) -> None:
    table = small(view, 5)
    for at in (1, 3):
        view.selectionModel().select(table.model.index(at, 0), SELECT)
    table.set_rows([Persona(n, f"otra {n}") for n in range(9)])
    assert table.selected_rows() == (Persona(2, "otra 2"), Persona(6, "otra 6"))
