"""Reading movements through the service against the raw query of the same rows.

    .venv/bin/python -m benchmarks.movimientos [--filas 100000] [--veces 7]

It measures first pages, sorted views, changes of filter, and blocks at the start, the middle and
the end. The peer is bare sqlcipher3 on the same encrypted store with the same cache. Goal for a
first page and for a sorted or filtered view: 100 ms or 1.5 times the raw query, whichever is
larger.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Callable
from typing import Any, Final

from benchmarks.almacen import filled_store
from benchmarks.comun import clock_ms, interleave, tell
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    ColumnaMovimiento,
    FiltroMovimientos,
    OrdenMovimientos,
)

GOAL: Final = 1.5
SHOWN_MS: Final = 100.0
BLOCK: Final = 256
_JOINED: Final = "movimientos m JOIN trabajadores t ON t.fila = m.trabajador"
_ROWS: Final = f"SELECT m.*, t.* FROM {_JOINED} {{}} LIMIT 100"  # noqa: S608
_NOMBRE: Final = "t.orden_nombres, t.orden_primer, t.orden_segundo, t.fila, m.fecha"
_FECHA: Final = "m.fecha DESC, m.tipo DESC, m.estado DESC, m.registro_patronal DESC"

# The request, and the plain statement for the same rows.
PAGES: Final[dict[str, tuple[FiltroMovimientos, OrdenMovimientos, str]]] = {
    "pagina_fecha": (TODOS, OrdenMovimientos(), _ROWS.format(f"ORDER BY {_FECHA}")),
    "pagina_nombre": (
        TODOS,
        OrdenMovimientos(ColumnaMovimiento.NOMBRE, descendente=False),
        _ROWS.format(f"ORDER BY {_NOMBRE}"),
    ),
    "pagina_bajas": (
        FiltroMovimientos(tipo=TipoMovimiento.BAJA),
        OrdenMovimientos(),
        _ROWS.format(f"WHERE m.tipo = '02' ORDER BY {_FECHA}"),
    ),
    "pagina_umf": (
        TODOS,
        OrdenMovimientos(ColumnaMovimiento.UMF, descendente=False),
        _ROWS.format("ORDER BY m.umf, m.fecha"),
    ),
}
VIEWS: Final[dict[str, tuple[FiltroMovimientos, OrdenMovimientos, str]]] = {
    "vista_fecha": (
        TODOS,
        OrdenMovimientos(),
        f"SELECT m.fila FROM movimientos m ORDER BY {_FECHA}",  # noqa: S608
    ),
    "vista_nombre": (
        TODOS,
        OrdenMovimientos(ColumnaMovimiento.NOMBRE, descendente=False),
        f"SELECT m.fila FROM {_JOINED} ORDER BY {_NOMBRE}",  # noqa: S608
    ),
    "vista_bajas": (
        FiltroMovimientos(tipo=TipoMovimiento.BAJA),
        OrdenMovimientos(),
        f"SELECT m.fila FROM movimientos m WHERE m.tipo = '02' ORDER BY {_FECHA}",  # noqa: S608
    ),
    "vista_umf": (
        TODOS,
        OrdenMovimientos(ColumnaMovimiento.UMF, descendente=False),
        "SELECT m.fila FROM movimientos m ORDER BY m.umf, m.fecha",
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filas", type=int, default=100_000)
    parser.add_argument("--veces", type=int, default=7)
    options = parser.parse_args()
    with filled_store(options.filas) as (service, raw):
        measures: dict[str, Callable[[], float]] = {}
        for what, (filtro, orden, sql) in PAGES.items():
            measures[what] = _page(service, filtro, orden)
            measures[f"{what}_crudo"] = _plain(raw, sql)
        for what, (filtro, orden, sql) in VIEWS.items():
            measures[what] = _view(service, filtro, orden)
            measures[f"{what}_crudo"] = _plain(raw, sql)
        vista = service.prepare(
            SESION_CONSULTA, TODOS, OrdenMovimientos(ColumnaMovimiento.SBC), NoProgress()
        )
        azar = random.Random(7)
        for what, start in (
            ("bloque_inicio", lambda: 0),
            ("bloque_medio", lambda: azar.randrange(max(1, vista.count - BLOCK))),
            ("bloque_final", lambda: max(0, vista.count - BLOCK)),
        ):
            measures[what] = _block(service, vista, start)
        for measure in measures.values():
            measure()
        runs = interleave(measures, options.veces)
    medians = {what: round(statistics.median(times), 2) for what, times in runs.items()}
    ratios = {what: round(medians[what] / medians[f"{what}_crudo"], 3) for what in (*PAGES, *VIEWS)}
    kept = all(
        medians[what] <= max(SHOWN_MS, GOAL * medians[f"{what}_crudo"]) for what in (*PAGES, *VIEWS)
    )
    return tell(
        {
            "medida": "movimientos",
            "filas": options.filas,
            "veces": options.veces,
            "ms": medians,
            "razones": ratios,
            "meta": GOAL,
            "o_ms": SHOWN_MS,
        },
        kept,
    )


def _page(
    service: MovimientosService, filtro: FiltroMovimientos, orden: OrdenMovimientos
) -> Callable[[], float]:
    return lambda: clock_ms(lambda: service.first_page(SESION_CONSULTA, filtro, orden, 100))


def _view(
    service: MovimientosService, filtro: FiltroMovimientos, orden: OrdenMovimientos
) -> Callable[[], float]:
    def prepare() -> None:
        service.release(service.prepare(SESION_CONSULTA, filtro, orden, NoProgress()))

    return lambda: clock_ms(prepare)


def _block(
    service: MovimientosService, vista: Any, start: Callable[[], int]
) -> Callable[[], float]:
    return lambda: clock_ms(lambda: service.rows(vista, start(), BLOCK))


def _plain(raw: Any, sql: str) -> Callable[[], float]:
    return lambda: clock_ms(lambda: raw.execute(sql).fetchall())


if __name__ == "__main__":
    raise SystemExit(main())
