"""How the cost of the common tasks grows with the movements: 10 thousand, 100 thousand, a million.

    python -m benchmarks.crecimiento [--filas 10000 100000 1000000]

CPU milliseconds through the services on an encrypted store. Ten times the movements may cost ten
times the import; what a person waits for while she works must not grow with them.
"""

from __future__ import annotations

import argparse
import statistics
from functools import partial
from typing import Any, Final

from benchmarks.almacen import filled_store
from benchmarks.busqueda import texts
from benchmarks.comun import cpu_ms, tell
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.terminos import TerminosService
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    ColumnaMovimiento,
    FiltroMovimientos,
    OrdenMovimientos,
)

TIMES: Final = 5
TEXTS: Final = 40
# Of the first rows, in the largest store.
GOAL_MS: Final = 100.0
IMPORT: Final = "importar, por movimiento ×1000"
FIRST: Final = "primeros renglones, el peor orden"
PLAZO: Final = "primeros renglones por Plazo"
SEARCH: Final = "escribir una búsqueda, p95"
WHOLE: Final = "la lista completa por Plazo"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filas", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    for filas in options.filas:
        for name, value in _measure(filas).items():
            found.setdefault(name, {})[str(filas)] = round(value, 2)
    worst = max(found[FIRST].values())
    kept = worst <= GOAL_MS and max(found[SEARCH].values()) <= GOAL_MS
    return tell({"medida": "crecimiento", "cpu_ms": found, "meta_ms": GOAL_MS}, kept)


def _measure(filas: int) -> dict[str, float]:
    stores: list[Any] = []
    made = cpu_ms(lambda: stores.append(_opened(filas)))
    store = stores[0]
    service, raw = store.__enter__()
    try:
        TerminosService(service._store).update(SESION_CONSULTA, NoProgress())
        first = {
            columna: _median(partial(_first, service, TODOS, OrdenMovimientos(columna)))
            for columna in ColumnaMovimiento
        }
        typed = [
            cpu_ms(partial(_first, service, FiltroMovimientos(texto=text), OrdenMovimientos()))
            for text in texts(filas, TEXTS)
        ]
        plazo = OrdenMovimientos(ColumnaMovimiento.PLAZO)
        size = raw.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return {
            IMPORT: made / filas * 1000,
            FIRST: max(first.values()),
            PLAZO: first[ColumnaMovimiento.PLAZO],
            SEARCH: statistics.quantiles(typed, n=20, method="inclusive")[-1],
            WHOLE: cpu_ms(partial(_whole, service, plazo)),
            "almacén, bytes por movimiento": size.fetchone()[0] / filas,
        }
    finally:
        store.__exit__(None, None, None)


class _Opened:
    """A filled store whose filling is measured apart from its use."""

    def __init__(self, filas: int) -> None:
        self._manager = filled_store(filas)
        self._value = self._manager.__enter__()

    def __enter__(self) -> tuple[MovimientosService, Any]:
        return self._value

    def __exit__(self, *error: object) -> None:
        self._manager.__exit__(None, None, None)


def _opened(filas: int) -> _Opened:
    return _Opened(filas)


def _median(work: Any) -> float:
    work()
    return statistics.median(cpu_ms(work) for _ in range(TIMES))


def _first(service: MovimientosService, filtro: FiltroMovimientos, orden: OrdenMovimientos) -> None:
    service.first_page(SESION_CONSULTA, filtro, orden, 100)


def _whole(service: MovimientosService, orden: OrdenMovimientos) -> None:
    service.release(service.prepare(SESION_CONSULTA, TODOS, orden, NoProgress()))


if __name__ == "__main__":
    raise SystemExit(main())
