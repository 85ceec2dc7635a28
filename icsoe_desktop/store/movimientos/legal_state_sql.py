"""The legal state of movements in SQL: stored terms, and a few days compared with today."""

from __future__ import annotations

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.store.movimientos.list_sql import AT_RISK, CANCELADO, IN_TIME, LATE, UNCOVERED
from icsoe_desktop.store.movimientos.stored_terms import Cut, Cuts


def state_sql(cuts: Cuts) -> str:
    """The place in EstadoLegal of the movement m, without parameters."""
    whens = []
    for cut in cuts.groups:
        uncovered = ""
        if cut.tipo == TipoMovimiento.ALTA:
            uncovered = f"WHEN m.fecha <= {cuts.hoy} AND m.estado <> {CANCELADO} THEN {UNCOVERED} "
        whens.append(
            f"WHEN '{cut.tipo}-{cut.tipo_salario}' THEN "
            f"CASE WHEN m.fecha <= {cut.late} THEN {LATE} "
            f"WHEN m.fecha <= {cut.risk} THEN {AT_RISK} {uncovered}ELSE {IN_TIME} END"
        )
    return f"ifnull(m.dictamen, CASE m.tipo || '-' || m.tipo_salario {' '.join(whens)} END)"


def state_counts(cuts: Cuts, state: int) -> str:
    """A statement of the movements of a legal state, to count up to a LIMIT."""
    return " UNION ALL ".join(
        f"SELECT 1 FROM movimientos m INDEXED BY ix_movimientos_plazo WHERE {condition}"  # noqa: S608
        for condition in state_ranges(cuts, state)
    )


def state_ranges(cuts: Cuts, state: int, tipo: str | None = None) -> list[str]:
    """Ranges of ix_movimientos_plazo that together have the movements of a legal state.

    tipo: of all types if None.
    """
    return [
        condition
        for cut in cuts.groups
        if tipo in (None, cut.tipo)
        for condition in _ranges(cut, cuts.hoy, state)
    ]


def _ranges(cut: Cut, hoy: int, state: int) -> list[str]:
    """Conditions that together hold for the movements of a group in a legal state."""
    group = f"m.tipo = '{cut.tipo}' AND m.tipo_salario = '{cut.tipo_salario}'"
    found = [] if state == UNCOVERED else [f"m.dictamen = {state} AND {group}"]
    runs = f"m.dictamen IS NULL AND {group} AND m.fecha "
    alta = cut.tipo == TipoMovimiento.ALTA
    if state == LATE:
        found.append(f"{runs}<= {cut.late}")
    elif state == AT_RISK and cut.risk > cut.late:
        found.append(f"{runs}BETWEEN {cut.late + 1} AND {cut.risk}")
    elif state == UNCOVERED and alta:
        found.append(f"{runs}BETWEEN {cut.risk + 1} AND {hoy} AND m.estado <> {CANCELADO}")
    elif state == IN_TIME and alta:
        found.append(f"{runs}> {hoy}")
        found.append(f"{runs}BETWEEN {cut.risk + 1} AND {hoy} AND m.estado = {CANCELADO}")
    elif state == IN_TIME:
        found.append(f"{runs}> {cut.risk}")
    return found
