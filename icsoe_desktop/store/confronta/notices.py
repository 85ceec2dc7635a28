"""Notices by NSS, and which CURP and NSS they name together, for many persons at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Final

from icsoe_desktop.domain.confronta.diferencias import AvisoConocido
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.movimientos.movement_rows import NOT_PRESENTED
from icsoe_desktop.store.tables.movimientos import ESTADOS
from icsoe_desktop.store.types import day_of

# SQLite takes more parameters; a block is also how often somebody may cancel.
_AT_ONCE: Final = 500
_NAMED: Final = (
    "SELECT DISTINCT t.nss, t.curp FROM trabajadores t WHERE t.{column} IN ({marks}) "  # noqa: S608
    "AND t.curp <> '' AND EXISTS (SELECT 1 FROM movimientos m WHERE m.trabajador = t.fila "
    f"AND m.estado NOT IN {NOT_PRESENTED})"
)
# CROSS JOIN fixes the order: each worker has few movements.
_NOTICES: Final = (
    "SELECT substr(m.registro_patronal, 1, 10), t.nss, t.curp, "
    "m.tipo, m.fecha, m.sbc, m.estado, coalesce(m.recibido, m.aprobado), m.causa_rechazo "
    "FROM trabajadores t CROSS JOIN movimientos m ON m.trabajador = t.fila "
    "WHERE t.nss IN ({marks})"
)

Ask = Callable[[], None]


@lru_cache(20_000)
def _ordinal(number: int | None) -> int:
    return day_of(number).toordinal() if number else 0


def _blocks(values: Collection[str], ask: Ask) -> Iterator[tuple[list[str], str]]:
    every = sorted(values)  # in the order of the index
    for start in range(0, len(every), _AT_ONCE):
        ask()
        block = every[start : start + _AT_ONCE]
        yield block, ", ".join("?" * len(block))


def curps_of(raw: RawConnection, numbers: Collection[str], ask: Ask) -> dict[str, set[str]]:
    """NSS → CURPs that notices, neither rejected nor cancelled, have with it."""
    found: dict[str, set[str]] = {}
    for block, marks in _blocks(numbers, ask):
        for nss, curp in raw.execute(_NAMED.format(column="nss", marks=marks), block):
            found.setdefault(nss, set()).add(curp)
    return found


def nss_of_curps(raw: RawConnection, curps: Collection[str], ask: Ask) -> dict[str, set[str]]:
    """CURP → NSS, as `curps_of`."""
    found: dict[str, set[str]] = {}
    for block, marks in _blocks(curps, ask):
        for nss, curp in raw.execute(_NAMED.format(column="curp", marks=marks), block):
            found.setdefault(curp, set()).add(nss)
    return found


def notices_of(
    raw: RawConnection, numbers: Collection[str], ask: Ask
) -> dict[str, list[AvisoConocido]]:
    """NSS → every notice about it, in any state."""
    found: dict[str, list[AvisoConocido]] = {}
    for block, marks in _blocks(numbers, ask):
        for row in raw.execute(_NOTICES.format(marks=marks), block):
            registro, nss, curp, tipo, fecha, sbc, estado, recibido, causa = row
            known = AvisoConocido(
                registro, nss, curp, tipo, _ordinal(fecha), sbc, ESTADOS[estado],
                _ordinal(recibido), causa,
            )  # fmt: skip
            found.setdefault(nss, []).append(known)
    return found
