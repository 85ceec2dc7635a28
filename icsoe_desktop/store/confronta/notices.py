"""Notices by NSS, and which CURP and NSS they name together, for many persons at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Final

from icsoe_desktop.domain.confronta.diferencias import AvisoConocido
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.jobs import in_order
from icsoe_desktop.store.connection import RawConnection, SqlRow
from icsoe_desktop.store.movimientos.movement_rows import NOT_PRESENTED
from icsoe_desktop.store.tables.movimientos import ESTADOS
from icsoe_desktop.store.types import day_of

# SQLite takes more parameters; a block is also how often somebody may cancel.
_AT_ONCE: Final = 500
# The notices of many persons lie in all pages of a store that grew month by month.
_WIDE_CACHE: Final = "PRAGMA cache_size = -32768"
_USUAL_CACHE: Final = "PRAGMA cache_size = -8000"
_ASKED: Final = "WITH v(asked, beside) AS (VALUES {marks}) "
_PRESENTED: Final = (
    "EXISTS (SELECT 1 FROM movimientos m WHERE m.trabajador = {}.fila "  # noqa: S608
    f"AND m.estado NOT IN {NOT_PRESENTED})"
)
_NSS: Final = (
    f"{_ASKED} SELECT DISTINCT t.curp, t.nss FROM v CROSS JOIN trabajadores t ON t.curp = v.asked "  # noqa: S608
    f"WHERE {_PRESENTED.format('t')}"
)
_CURPS: Final = (
    f"{_ASKED} SELECT DISTINCT t.nss, t.curp FROM v CROSS JOIN trabajadores t ON t.nss = v.asked "  # noqa: S608
    f"WHERE t.curp NOT IN ('', v.beside) AND {_PRESENTED.format('t')} AND NOT EXISTS (SELECT 1 "
    "FROM trabajadores o WHERE o.nss = v.asked AND o.curp = v.beside "
    f"AND {_PRESENTED.format('o')})"
)
# CROSS JOIN fixes the order. The index of the worker tells which rows are wanted: one by one, the
# rows of a worker lie far apart, and to decrypt a page for each takes ten times as long.
_OF_WORKER: Final = (
    "SELECT v.beside, t.nss, t.curp, "
    "m.tipo, m.fecha, m.sbc, m.estado, coalesce(m.recibido, m.aprobado), m.causa_rechazo "
    "FROM v CROSS JOIN trabajadores t ON t.nss = v.asked "
    "CROSS JOIN movimientos m ON m.trabajador = t.fila "
    "AND substr(m.registro_patronal, 1, 10) = v.beside"
)
_CANCELADO: Final = ESTADOS.index(EstadoAviso.CANCELADO)
_CAMBIO: Final = f"'{TipoMovimiento.MODIFICACION.value}'"
_NOTICES: Final = (
    f"{_ASKED} {_OF_WORKER} AND m.tipo <> {_CAMBIO} "  # noqa: S608
    f"UNION ALL {_OF_WORKER} AND m.tipo = {_CAMBIO} AND m.fecha = (SELECT max(n.fecha) "
    f"FROM movimientos n WHERE n.trabajador = t.fila AND n.tipo = {_CAMBIO} "
    f"AND substr(n.registro_patronal, 1, 10) = v.beside AND n.estado <> {_CANCELADO})"
)

Ask = Callable[[], None]


@lru_cache(20_000)
def _ordinal(number: int | None) -> int:
    return day_of(number).toordinal() if number else 0


def _rows(
    raw: RawConnection, sql: str, asked: Collection[tuple[str, str]], ask: Ask
) -> Iterator[SqlRow]:
    every = list(in_order(list(asked), itemgetter(0)))  # in the order of the index
    for start in range(0, len(every), _AT_ONCE):
        ask()
        block = every[start : start + _AT_ONCE]
        marks = ", ".join(["(?, ?)"] * len(block))
        yield from raw.execute(sql.format(marks=marks), [*chain.from_iterable(block)])


def curps_of(
    raw: RawConnection, asked: Collection[tuple[str, str]], ask: Ask
) -> dict[str, set[str]]:
    """NSS → CURPs that notices, neither rejected nor cancelled, have with it.

    asked: NSS and CURP; nothing is told of those that such a notice has together.
    """
    found: dict[str, set[str]] = {}
    for nss, curp in _rows(raw, _CURPS, asked, ask):
        found.setdefault(nss, set()).add(curp)
    return found


def nss_of_curps(raw: RawConnection, curps: Collection[str], ask: Ask) -> dict[str, set[str]]:
    """CURP → NSS that notices, neither rejected nor cancelled, have with it."""
    found: dict[str, set[str]] = {}
    for curp, nss in _rows(raw, _NSS, [(curp, "") for curp in curps], ask):
        found.setdefault(curp, set()).add(nss)
    return found


def notices_of(
    raw: RawConnection, asked: Collection[tuple[str, str]], ask: Ask
) -> dict[tuple[str, str], list[AvisoConocido]]:
    """Every alta and baja, in any state, and the modificaciones of the latest day.

    asked: NSS and the ten characters of a registro patronal.
    """
    found: dict[tuple[str, str], list[AvisoConocido]] = {}
    raw.execute(_WIDE_CACHE)
    try:
        for row in _rows(raw, _NOTICES, asked, ask):
            registro, nss, curp, tipo, fecha, sbc, estado, recibido, causa = row
            known = AvisoConocido(
                registro, nss, curp, tipo, _ordinal(fecha), sbc, ESTADOS[estado],
                _ordinal(recibido), causa,
            )  # fmt: skip
            found.setdefault((nss, registro), []).append(known)
    finally:
        raw.execute(_USUAL_CACHE)
    return found
