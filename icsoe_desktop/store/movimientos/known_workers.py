"""Who is known, each NSS once, with the last movement of each: derived from the movements."""

from __future__ import annotations

from typing import Final, NamedTuple

from icsoe_desktop.store.connection import RawConnection, only_row
from icsoe_desktop.store.movimientos.list_sql import FEW_WORKERS
from icsoe_desktop.store.movimientos.movement_rows import NOT_PRESENTED
from icsoe_desktop.store.movimientos.workers import find_workers, parse


class KnownWorker(NamedTuple):
    """ultimo: fila of the newest movement. curp: empty if no movement has one. sbc: centavos, of
    the newest movement with one that was not rejected or cancelled.
    """

    ultimo: int
    curp: str
    sbc: int | None


_OF_NSS: Final = (
    "FROM trabajadores b CROSS JOIN movimientos m ON m.trabajador = b.fila WHERE b.nss = t.nss "
)
_NEWEST: Final = "ORDER BY m.fecha DESC, m.fila DESC LIMIT 1"
# Read from the newest on until one has it: the SBC is in no index.
_WITH_SBC: Final = (
    "SELECT m.fila FROM movimientos m WHERE m.trabajador = b.fila AND m.sbc IS NOT NULL "  # noqa: S608
    f"AND m.estado NOT IN {NOT_PRESENTED} {_NEWEST}"
)
# A worker may have several rows, one for each spelling: the one that the newest movement names.
_SELECT: Final = (
    f"SELECT (SELECT m.fila {_OF_NSS} {_NEWEST}), "  # noqa: S608 - made of constants
    "(SELECT max(b.curp) FROM trabajadores b WHERE b.nss = t.nss), "
    f"(SELECT m.sbc FROM trabajadores b CROSS JOIN movimientos m ON m.fila = ({_WITH_SBC}) "
    f"WHERE b.nss = t.nss {_NEWEST}) "
    "FROM {source} "
    f"WHERE {{found}} AND t.fila = (SELECT m.trabajador {_OF_NSS} {_NEWEST}) "
    "ORDER BY t.orden_primer, t.orden_segundo, t.orden_nombres, t.fila LIMIT ?"
)
_WALKED: Final = "trabajadores t INDEXED BY ix_trabajadores_primer"
_ALL: Final = _SELECT.format(source=_WALKED, found="true")
_AMONG: Final = _SELECT.format(source=_WALKED, found="t.fila IN (SELECT fila FROM temp.hallados)")
_FEW: Final = _SELECT.format(
    source="temp.hallados h CROSS JOIN trabajadores t ON t.fila = h.fila", found="true"
)
_COUNT: Final = "SELECT count(DISTINCT nss) FROM trabajadores"
_COUNT_FOUND: Final = f"{_COUNT} WHERE fila IN (SELECT fila FROM temp.hallados)"  # noqa: S608


def known_workers(raw: RawConnection, text: str, limit: int) -> tuple[list[KnownWorker], int]:
    """The first by surname, and how many NSS there are in all.

    text: words of the name, an NSS or a CURP, or parts of them, which all must match; empty for
    everybody.
    """
    words = parse(text)
    if words is None:
        statement, count = _ALL, _COUNT
    else:
        found = find_workers(raw, words)
        statement, count = (_FEW if found <= FEW_WORKERS else _AMONG), _COUNT_FOUND
    rows = raw.execute(statement, (limit,)).fetchall()
    return [KnownWorker(*row) for row in rows], only_row(raw.execute(count))[0]
