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
        return "\n".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values))


@pytest.mark.parametrize("orden", sorted({*BY_MOVEMENT, *BY_WORKER} - WITHOUT_INDEX.keys()))
@pytest.mark.parametrize("tipo", [None, "08"])
def test_an_order_with_an_index_sorts_nothing(store: Store, orden: str, tipo: str | None) -> None:
    assert "TEMP B-TREE" not in plan(store, MovementSelection(tipo=tipo), orden)


@pytest.mark.parametrize("orden", sorted(WITHOUT_INDEX))
def test_an_order_without_an_index_leaves_no_two_rows_equal(orden: str) -> None:
    sql, _ = list_statement(MovementSelection(), orden, descending=False)
    assert sql.endswith("m.fecha, m.fila")
