"""Counts of movements between two days, for the charts of the Tablero. Read from indexes alone."""

from __future__ import annotations

from datetime import date
from typing import Final

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.movimientos.list_sql import NOT_PRESENTED_AGAIN, OWED
from icsoe_desktop.store.movimientos.stored_terms import GROUPS
from icsoe_desktop.store.tables.movimientos import ESTADOS
from icsoe_desktop.store.types import day_number

# tipo, tipo_salario, fecha, how many are to be presented, how many are owed
OwedOfDay = tuple[str, str, int, int, int]
# tipo, tipo_salario, fecha, estado, extemporaneo, recibido, how many
ReceivedOfDay = tuple[str, str, int, int, int | None, int | None, int]

_PENDIENTE, _RECHAZADO, _RECIBIDO, _APROBADO = (
    ESTADOS.index(estado)
    for estado in (
        EstadoAviso.PENDIENTE,
        EstadoAviso.RECHAZADO,
        EstadoAviso.RECIBIDO,
        EstadoAviso.APROBADO,
    )
)
_OWED_OF_GROUP: Final = (
    "SELECT m.tipo, m.tipo_salario, m.fecha, "  # noqa: S608 - made of constants
    f"sum(m.estado IN ({_PENDIENTE}, {_RECHAZADO})), count(*) "
    "FROM movimientos m INDEXED BY ix_movimientos_por_resolver "
    f"WHERE m.tipo = ? AND m.tipo_salario = ? AND {OWED} AND m.fecha BETWEEN ? AND ? "
    f"AND {NOT_PRESENTED_AGAIN} GROUP BY m.fecha"
)
_RECEIVED: Final = (
    "SELECT tipo, tipo_salario, fecha, estado, extemporaneo, recibido, count(*) "  # noqa: S608
    "FROM movimientos INDEXED BY ix_movimientos_respondidos "
    f"WHERE estado IN ({_RECIBIDO}, {_APROBADO}) AND fecha BETWEEN ? AND ? "
    "GROUP BY fecha, tipo, tipo_salario, estado, extemporaneo, recibido"
)


def owed_by_day(raw: RawConnection, first: date, last: date) -> list[OwedOfDay]:
    """What is owed. A rejected notice that was presented again is left out."""
    days = (day_number(first), day_number(last))
    return [
        (tipo, salario, fecha, to_present, owed)
        for group in GROUPS
        for tipo, salario, fecha, to_present, owed in raw.execute(_OWED_OF_GROUP, (*group, *days))
    ]


def received_by_day(raw: RawConnection, first: date, last: date) -> list[ReceivedOfDay]:
    """What the IMSS has received, with its answer or without."""
    rows = raw.execute(_RECEIVED, (day_number(first), day_number(last)))
    return [
        (tipo, salario, fecha, estado, late, received, count)
        for tipo, salario, fecha, estado, late, received, count in rows
    ]
