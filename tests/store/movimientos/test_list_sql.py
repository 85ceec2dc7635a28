"""The lists of movements use the indexes that were made for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icsoe_desktop.store.connection import raw_in
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.legal_state_sql import state_ranges
from icsoe_desktop.store.movimientos.list_findings import look
from icsoe_desktop.store.movimientos.list_sql import (
    BY_MOVEMENT,
    BY_WORKER,
    CLASSES,
    ORDERS,
    WITHOUT_INDEX,
    MovementSelection,
)
from icsoe_desktop.store.movimientos.list_statement import Findings, list_statement
from icsoe_desktop.store.movimientos.stored_terms import GROUPS, Cut, Cuts

CUTS = Cuts(20260302, tuple(Cut(*group, 20260220, 20260222) for group in GROUPS))
ONE_CLASS = (("", "08", "0", "1", "0"), ("", "08", "1", "1", "0"))
# SQLite does not call an index covering that has a computed column, or whose own condition names
# another column; it reads both without the rows.
WITHOUT_THE_ROW = (
    "COVERING INDEX",
    "PRIMARY KEY (rowid=?)",
    "INDEX ix_movimientos_plazo (",
    "INDEX ix_movimientos_en_archivo",
)
# What is found out in a store of a million rows, where no filter is rare.
MANY = Findings(None, ONE_CLASS, CUTS)


def plan(
    store: Store, selection: MovementSelection, orden: str, found: Findings = MANY
) -> list[str]:
    sql, values = list_statement(selection, orden, descending=True, limit=100, found=found)
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.create_function("estado_legal", 6, lambda *_: "")
        raw.create_function("limite_legal", 3, lambda *_: 0)
        raw.execute("CREATE TEMP TABLE IF NOT EXISTS hallados(fila INTEGER PRIMARY KEY)")
        return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


@pytest.mark.parametrize("orden", sorted({*ORDERS} - {"lote"}))
@pytest.mark.parametrize(
    "selection",
    [
        MovementSelection(),
        MovementSelection(tipo="08"),
        MovementSelection(registros_patronales=("Y6012345109",)),
        MovementSelection(estado=5),
        MovementSelection(from_day=20260101, to_day=20260131),
        MovementSelection(found_workers=9, all_workers=10),
        MovementSelection(plazo=3),
    ],
    ids=["all", "tipo", "registro", "estado", "dias", "texto", "plazo"],
)
def test_every_order_walks_an_index_whatever_the_filter(
    store: Store, orden: str, selection: MovementSelection
) -> None:
    """A sort of all rows, or a look into each, takes a second and more in a million."""
    steps = plan(store, selection, orden)
    assert not [step for step in steps if "USE TEMP B-TREE" in step and "LAST" not in step]
    rows = [step for step in steps if step.startswith(("SEARCH m ", "SCAN m "))]
    assert rows
    for step in rows:
        assert any(index in step for index in WITHOUT_THE_ROW), step


def test_a_lote_is_no_column_of_a_movement_and_only_those_in_one_are_sorted(store: Store) -> None:
    steps = plan(store, MovementSelection(), "lote")
    assert [step for step in steps if "TEMP B-TREE" in step] == ["USE TEMP B-TREE FOR ORDER BY"]


@pytest.mark.parametrize("orden", sorted({*ORDERS} - {*CLASSES}))
def test_a_filter_that_few_pass_is_read_by_its_own_index(store: Store, orden: str) -> None:
    few = Findings("registro", ONE_CLASS, CUTS)
    selection = MovementSelection(registros_patronales=("Y6012345109",))
    steps = "\n".join(plan(store, selection, orden, few))
    assert "ix_movimientos_registro (registro_patronal=?" in steps


@pytest.mark.parametrize("tipo", [None, "08"])
def test_what_is_owed_is_read_in_order_from_its_own_index(store: Store, tipo: str | None) -> None:
    """Only the first rows of each group are sorted, not all that is owed."""
    steps = plan(store, MovementSelection(tipo=tipo, owed=True), "limite")
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
    steps = plan(store, MovementSelection(estado=0, in_lote=in_lote), orden)
    of_rows = [step for step in steps if step.startswith(("SEARCH m ", "SCAN m "))]
    assert of_rows
    for step in of_rows:
        assert any(index in step for index in WITHOUT_THE_ROW), step


@pytest.mark.parametrize("orden", sorted({*ORDERS} - {*BY_MOVEMENT, *BY_WORKER}))
@pytest.mark.parametrize("found", [Findings(), Findings("estado"), Findings("estado", cuts=CUTS)])
def test_an_order_leaves_no_two_rows_equal(orden: str, found: Findings) -> None:
    sql, _ = list_statement(MovementSelection(estado=5), orden, descending=False, found=found)
    assert sql.endswith(("m.fila", "m.fila LIMIT ?)", "5 LIMIT ?)"))
    assert orden not in WITHOUT_INDEX or "m.fila" in sql


def test_a_whole_list_by_legal_state_merges_only_the_ranges_that_hold_movements(
    store: Store,
) -> None:
    ranges = {one for state in range(4) for one in state_ranges(CUTS, state)}
    held = sorted(ranges)[0]
    found = replace(MANY, vacant=frozenset(ranges - {held}))
    sql, _ = list_statement(MovementSelection(), "plazo", descending=False, found=found)
    assert sql.count("ix_movimientos_plazo") == 1
    assert held in sql
    with store.engine.connect() as connection:
        raw = raw_in(connection)
        nothing = look(raw, MovementSelection(), "plazo", CUTS, None)
        first = look(raw, MovementSelection(), "plazo", CUTS, 100)
    assert (nothing.vacant, first.vacant) == (ranges, frozenset())
