"""Counts of movements for the Tablero: read from `conteos`, not from the movements.

The rejected ones are the exception: whether one was presented again is in other movements. What was
found is in `rechazados`; the others are looked up each time.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.movimientos.list_sql import NOT_PRESENTED_AGAIN, PRESENTED_AGAIN_BY
from icsoe_desktop.store.tables.movimientos import ESTADOS
from icsoe_desktop.store.types import day_number

# tipo, tipo_salario, fecha, how many are without a file, in a file, presented without an answer,
# and rejected and not presented again
OwedOfDay = tuple[str, str, int, int, int, int, int]
# the month as year * 100 + month, tipo, estado, dictamen, how many
ReceivedOfMonth = tuple[int, str, int, int | None, int]
# tipo, tipo_salario, fecha, estado, extemporaneo, recibido, how many
ReceivedOfDay = tuple[str, str, int, int, int | None, int | None, int]

_ALWAYS: Final = (0, 99999999)
ROWS_AT_ONCE: Final = 2_000
# Fewer are looked up with each reading.
WORTH_KEEPING: Final = 200

_PENDIENTE, _ENVIADO, _RECHAZADO, _RECIBIDO, _APROBADO = (
    ESTADOS.index(estado)
    for estado in (
        EstadoAviso.PENDIENTE,
        EstadoAviso.ENVIADO,
        EstadoAviso.RECHAZADO,
        EstadoAviso.RECIBIDO,
        EstadoAviso.APROBADO,
    )
)
_OWED: Final = (
    "SELECT tipo, tipo_salario, fecha, "  # noqa: S608 - made of constants
    f"sum(iif(estado = {_PENDIENTE} AND NOT en_archivo, cuantos, 0)), "
    f"sum(iif(estado = {_PENDIENTE} AND en_archivo, cuantos, 0)), "
    f"sum(iif(estado = {_PENDIENTE}, 0, cuantos)), 0 FROM conteos "
    f"WHERE estado IN ({_PENDIENTE}, {_ENVIADO}, {_RECIBIDO}) AND fecha BETWEEN ? AND ? "
    # In the order of the key, so that nothing is sorted.
    "GROUP BY estado, fecha, tipo, tipo_salario"
)
_UNKNOWN_ROWS: Final = (
    "FROM movimientos m "  # noqa: S608
    f"WHERE m.estado = {_RECHAZADO} AND m.fecha BETWEEN ? AND ? "
    "AND NOT EXISTS (SELECT 1 FROM rechazados r WHERE r.fila = m.fila)"
)
# Triggers keep `rechazados` a part of the rejected ones.
_ALL_KNOWN: Final = (
    "SELECT (SELECT count(*) FROM rechazados) = "  # noqa: S608
    f"(SELECT ifnull(sum(cuantos), 0) FROM conteos WHERE estado = {_RECHAZADO})"
)
_REJECTED_KNOWN: Final = (
    "SELECT tipo, tipo_salario, fecha, 0, 0, 0, count(*) FROM rechazados "
    "WHERE por IS NULL AND fecha BETWEEN ? AND ? GROUP BY 1, 2, 3"
)
_REJECTED_UNKNOWN: Final = (
    f"SELECT m.tipo, m.tipo_salario, m.fecha, 0, 0, 0, count(*) {_UNKNOWN_ROWS} "
    f"AND {NOT_PRESENTED_AGAIN} GROUP BY 1, 2, 3"
)
_MANY_UNKNOWN: Final = (
    f"SELECT count(*) = {WORTH_KEEPING} FROM (SELECT 1 {_UNKNOWN_ROWS} LIMIT {WORTH_KEEPING})"  # noqa: S608
)
_KEEP: Final = (
    "INSERT INTO rechazados (fila, trabajador, tipo, tipo_salario, fecha, por) "
    f"SELECT m.fila, m.trabajador, m.tipo, m.tipo_salario, m.fecha, ({PRESENTED_AGAIN_BY}) "
    f"{_UNKNOWN_ROWS} LIMIT {ROWS_AT_ONCE}"
)
# Without the hint every movement that is in a lote would be read.
_BY_LOTE: Final = (
    "SELECT lote_id, count(*) FROM movimientos INDEXED BY ix_movimientos_estado "  # noqa: S608
    f"WHERE estado = {_RECHAZADO} AND lote_id IS NOT NULL GROUP BY lote_id"
)
_FORGET_UNSETTLED: Final = "DELETE FROM rechazados WHERE por IS NULL"
_RECEIVED: Final = f"c.estado IN ({_RECIBIDO}, {_APROBADO}) AND c.fecha BETWEEN ? AND ?"
# As DICTAMEN, for `conteos`. -1: the day of receipt is unknown; NULL: the term is not stored.
_DICTAMEN: Final = (
    "CASE WHEN c.extemporaneo >= 0 THEN c.extemporaneo * 3 WHEN c.recibido < 0 THEN -1 "
    "WHEN z.seguro IS NULL THEN NULL WHEN c.recibido <= z.seguro THEN 0 "
    "WHEN c.recibido <= z.limite THEN 2 ELSE 3 END"
)
_BY_MONTH: Final = (
    f"SELECT c.fecha / 100, c.tipo, c.estado, {_DICTAMEN}, sum(c.cuantos) "  # noqa: S608
    "FROM conteos c LEFT JOIN plazos z "
    "ON z.tipo = c.tipo AND z.tipo_salario = c.tipo_salario AND z.fecha = c.fecha "
    f"WHERE {_RECEIVED} GROUP BY 1, 2, 3, 4"
)
_BY_DAY: Final = (
    "SELECT c.tipo, c.tipo_salario, c.fecha, c.estado, nullif(c.extemporaneo, -1), "  # noqa: S608
    f"nullif(c.recibido, -1), c.cuantos FROM conteos c WHERE {_RECEIVED}"
)


def owed_by_day(
    raw: RawConnection, first: date | None = None, last: date | None = None
) -> list[OwedOfDay]:
    """What is owed, without the rejected ones that were presented again.

    A day may have a row for each kind of count.
    """
    days = _ALWAYS if first is None or last is None else (day_number(first), day_number(last))
    statements = [_OWED, _REJECTED_KNOWN]
    if not only_row(raw.execute(_ALL_KNOWN))[0]:
        statements.append(_REJECTED_UNKNOWN)
    return [row for statement in statements for row in raw.execute(statement, days).fetchall()]


def received_by_month(raw: RawConnection, first: date, last: date) -> list[ReceivedOfMonth] | None:
    """What the IMSS has received, by the stored terms; None if one of them is not stored.

    dictamen: the place in EstadoLegal, -1 if nobody knows when it was received.
    """
    rows = raw.execute(_BY_MONTH, (day_number(first), day_number(last))).fetchall()
    return None if any(row[3] is None for row in rows) else rows


def received_by_day(raw: RawConnection, first: date, last: date) -> list[ReceivedOfDay]:
    """What the IMSS has received, with its answer or without."""
    return raw.execute(_BY_DAY, (day_number(first), day_number(last))).fetchall()


def many_unknown_rejected(raw: RawConnection) -> bool:
    """Whether it is worth to keep which of the rejected movements were presented again."""
    return bool(only_row(raw.execute(_MANY_UNKNOWN, _ALWAYS))[0])


def keep_rejected(raw: RawConnection) -> int:
    """Look up some of the rejected movements and keep what was found; return how many."""
    return raw.execute(_KEEP, _ALWAYS).rowcount


def forget_unsettled(raw: RawConnection) -> None:
    """Before many new movements: each would look for the movements of its person."""
    raw.execute(_FORGET_UNSETTLED)


def rejected_by_lote(raw: RawConnection) -> dict[uuid.UUID, int]:
    """How many movements of each lote are rejected, also those presented again; none without."""
    return {uuid.UUID(bytes=lote): count for lote, count in raw.execute(_BY_LOTE)}
