"""The lists of movements use the indexes that were made for them."""

from __future__ import annotations

import pytest

from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.list_sql import (
    BY_MOVEMENT,
    BY_WORKER,
    WITHOUT_INDEX,
    MovementSelection,
    list_statement,
)


def plan(store: Store, selection: MovementSelection, orden: str) -> str:
    sql, values = list_statement(selection, orden, descending=True, limit=100)
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.create_function("estado_legal", 6, lambda *_: "")
        raw.create_function("limite_legal", 3, lambda *_: 0)
        return "\n".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values))


@pytest.mark.parametrize("orden", sorted({*BY_MOVEMENT, *BY_WORKER} - WITHOUT_INDEX.keys()))
@pytest.mark.parametrize("tipo", [None, "08"])
def test_an_order_with_an_index_sorts_nothing(store: Store, orden: str, tipo: str | None) -> None:
    assert "TEMP B-TREE" not in plan(store, MovementSelection(tipo=tipo), orden)


@pytest.mark.parametrize("tipo", [None, "08"])
def test_what_is_owed_is_read_in_order_from_its_own_index(store: Store, tipo: str | None) -> None:
    """Only the first rows of each group are sorted, not all that is owed."""
    steps = plan(store, MovementSelection(tipo=tipo, owed=True), "limite").splitlines()
    reads = [step for step in steps if "SEARCH m " in step]
    assert len(reads) == (4 if tipo else 12)
    assert all("INDEX ix_movimientos_por_resolver (tipo=? AND" in step for step in reads)
    assert [step for step in steps if "TEMP B-TREE" in step] == ["USE TEMP B-TREE FOR ORDER BY"]


@pytest.mark.parametrize("in_lote", [None, False, True])
@pytest.mark.parametrize("orden", sorted(BY_MOVEMENT.keys() | BY_WORKER.keys()))
def test_a_common_state_is_read_without_looking_into_each_row(
    store: Store, orden: str, in_lote: bool | None
) -> None:
    """Half a minute in a million rows, where the index of the order has no state or no lote."""
    common = MovementSelection(estado=0, in_lote=in_lote, common_estado=orden != "fecha")
    steps = plan(store, common, orden).splitlines()
    of_rows = [step for step in steps if step.startswith(("SEARCH m ", "SCAN m "))]
    assert of_rows
    for step in of_rows:
        assert "COVERING INDEX" in step or "PRIMARY KEY (rowid=?)" in step, step


@pytest.mark.parametrize("orden", sorted(WITHOUT_INDEX))
def test_an_order_without_an_index_leaves_no_two_rows_equal(orden: str) -> None:
    sql, _ = list_statement(MovementSelection(), orden, descending=False)
    assert sql.endswith("m.fecha, m.fila")
