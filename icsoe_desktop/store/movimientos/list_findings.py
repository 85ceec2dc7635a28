"""Looks into the store before a list is read: which filter lets few movements pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.movimientos import stored_terms
from icsoe_desktop.store.movimientos.legal_state_sql import state_counts, state_ranges
from icsoe_desktop.store.movimientos.list_sql import (
    AT_RISK,
    CLASSES,
    IN_FILE_INDEXED,
    IN_TIME,
    LATE,
    MOST_CLASSES,
    OWED,
    UNCOVERED,
    MovementSelection,
)
from icsoe_desktop.store.movimientos.list_statement import Findings
from icsoe_desktop.store.movimientos.stored_terms import Cuts

# Reading this many rows one by one and sorting them takes about as long as walking the whole index
# of an order; for the first rows, as long as walking the part that has them.
MANY: Final = 20_000
MANY_FOR_FIRST: Final = 2_000
# With more movements in a legal state than these, asking each row is faster than a set of them.
LARGE_SHARE: Final = 100_000

_FIRST_CLASS: Final = (
    f"SELECT {', '.join(CLASSES)} FROM movimientos INDEXED BY ix_movimientos_clase "  # noqa: S608
    f"ORDER BY {', '.join(CLASSES)} LIMIT 1"
)
_NEXT_CLASS: Final = tuple(
    f"SELECT {', '.join(CLASSES)} FROM movimientos INDEXED BY ix_movimientos_clase WHERE "  # noqa: S608
    + " AND ".join([*(f"{column} = ?" for column in CLASSES[:at]), f"{CLASSES[at]} > ?"])
    + f" ORDER BY {', '.join(CLASSES)} LIMIT 1"
    for at in range(len(CLASSES))
)

_FROM_LAST: Final = range(len(CLASSES) - 1, -1, -1)
_NAMED: Final = (
    ("SELECT 1 FROM movimientos WHERE lote_id IS NOT NULL", ()),
    ("SELECT 1 FROM movimientos WHERE estado > 0", ()),
)


def look(
    raw: RawConnection,
    selection: MovementSelection,
    order: str,
    cuts: Cuts | None,
    limit: int | None,
) -> Findings:
    """limit: as of the list. cuts: None if the stored terms are of another calendar."""
    if cuts is not None and not stored_terms.all_known(raw):
        cuts = None
    days = None
    if (
        cuts is not None
        and selection.plazo is not None
        and limit is not None
        and not _few(raw, state_counts(cuts, selection.plazo), (), LARGE_SHARE)
    ):
        days = _days(raw, cuts, selection.plazo)
    return Findings(
        few=_few_by(raw, selection, cuts, limit),
        classes=_classes(raw) if order in CLASSES else None,
        cuts=cuts,
        plazo_days=days,
        vacant=_vacant(raw, cuts) if order == "plazo" and limit is None else frozenset(),
        named_few=order == "lote" and all(_few(raw, *each, MANY) for each in _NAMED),
    )


def _few_by(
    raw: RawConnection, selection: MovementSelection, cuts: Cuts | None, limit: int | None
) -> str | None:
    if selection.lote is not None:
        return "lote"
    if selection.limite is not None and cuts is not None:
        return "limite"
    most = MANY if limit is None else MANY_FOR_FIRST
    if selection.importacion is not None:
        _, primera, ultima = selection.importacion
        if limit is None or ultima - primera < most:
            return "importacion"
    for name, sql, values in _candidates(selection, cuts):
        if _few(raw, sql, values, most):
            return name
    return None


def _candidates(
    selection: MovementSelection, cuts: Cuts | None
) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """The filters with an index, and the rows of each from it."""
    if selection.estado is not None:
        yield "estado", "SELECT 1 FROM movimientos WHERE estado = ?", (selection.estado,)
    if selection.in_lote:
        source = "movimientos m INDEXED BY ix_movimientos_en_archivo"
        yield "en_archivo", f"SELECT 1 FROM {source} WHERE {IN_FILE_INDEXED}", ()  # noqa: S608
    if selection.owed:
        source = "movimientos m INDEXED BY ix_movimientos_por_resolver"
        yield "owed", f"SELECT 1 FROM {source} WHERE {OWED}", ()  # noqa: S608
    registros = selection.registros_patronales
    if registros is not None:
        marks = ", ".join("?" * len(registros))
        condition = f"registro_patronal IN ({marks})"
        yield "registro", f"SELECT 1 FROM movimientos WHERE {condition}", registros  # noqa: S608
    if selection.from_day is not None or selection.to_day is not None:
        days = (selection.from_day or 0, selection.to_day or 99_999_999)
        yield "dias", "SELECT 1 FROM movimientos WHERE fecha BETWEEN ? AND ?", days
    if selection.plazo is not None and cuts is not None:
        yield "plazo", state_counts(cuts, selection.plazo), ()


def _few(raw: RawConnection, sql: str, values: tuple[Any, ...], most: int) -> bool:
    counted = f"SELECT count(*) FROM ({sql} LIMIT ?)"  # noqa: S608
    return bool(only_row(raw.execute(counted, (*values, most + 1)))[0] <= most)


def _days(raw: RawConnection, cuts: Cuts, state: int) -> tuple[int, int]:
    """The first and the last day of the movements in a legal state."""
    firsts: list[int] = []
    lasts: list[int] = []
    for condition in state_ranges(cuts, state):
        for ends, way in ((firsts, ""), (lasts, " DESC")):
            row = raw.execute(
                "SELECT m.fecha FROM movimientos m INDEXED BY ix_movimientos_plazo "  # noqa: S608
                f"WHERE {condition} ORDER BY m.fecha{way} LIMIT 1"
            ).fetchone()
            ends += [] if row is None else [row[0]]
    return min(firsts, default=0), max(lasts, default=0)


def _vacant(raw: RawConnection, cuts: Cuts | None) -> frozenset[str]:
    """The ranges of the legal states without movements.

    A whole list pays for each range that is merged, at every row.
    """
    if cuts is None:
        return frozenset()
    source = "movimientos m INDEXED BY ix_movimientos_plazo"
    return frozenset(
        condition
        for state in (IN_TIME, UNCOVERED, AT_RISK, LATE)
        for condition in state_ranges(cuts, state)
        if raw.execute(f"SELECT 1 FROM {source} WHERE {condition} LIMIT 1").fetchone() is None  # noqa: S608
    )


def _classes(raw: RawConnection) -> tuple[tuple[str, ...], ...] | None:
    """The combinations of CLASSES, a few steps in the index for each; None if too many."""
    found: list[tuple[str, ...]] = []
    after = raw.execute(_FIRST_CLASS).fetchone()
    while after is not None:
        found.append(after)
        if len(found) > MOST_CLASSES:
            return None
        after = next(filter(None, (_next_class(raw, after, at) for at in _FROM_LAST)), None)
    return tuple(found)


def _next_class(raw: RawConnection, after: tuple[str, ...], at: int) -> tuple[str, ...] | None:
    """The next combination that agrees with `after` before column `at` and is greater in it."""
    row: tuple[str, ...] | None = raw.execute(_NEXT_CLASS[at], after[: at + 1]).fetchone()
    return row
