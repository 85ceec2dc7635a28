"""The grid of movements against an empty model and against plain queries, in one process.

    .venv/bin/python -m benchmarks.modulo [--filas 1000000] [--veces 5] [--datos CARPETA]

Goals: docs/rendimiento.md. Times are wall time until the rows are painted, interleaved. A stall is
the longest time in which the event loop did not run, by wall time and by its own work. On a busy
machine wall time includes other programs' turns.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.comun import interleave, middle, ratio, spread, tell
from benchmarks.modulo_abierto import add_arguments, open_module, rss_mb
from benchmarks.modulo_tabla import Bench
from benchmarks.modulo_vacio import EmptyBench
from icsoe_desktop.gui.idse.modulo.pestanas import TODOS_TAB
from icsoe_desktop.services.movimientos.valores import ColumnaMovimiento

REPAINT_RATIO: Final = 1.5
SHOWN_MS: Final = 100.0
# Of every order of the columns, until its rows are painted.
SORTED_MS: Final = 400.0
STALL_MS: Final = 30.0
MAX_RSS_MB: Final = 80.0
# Written as a person would. The orders match the store's indexes.
PLAIN: Final = (
    "SELECT m.*, t.* FROM movimientos m JOIN trabajadores t ON t.fila = m.trabajador {} LIMIT 100"
)
PLAIN_FIRST: Final = PLAIN.format("ORDER BY m.fecha DESC, m.tipo DESC")
PLAIN_SORT: Final = PLAIN.format("ORDER BY t.orden_nombres, t.orden_primer, t.orden_segundo")
TYPED: Final = ("garcia", "muñ", "nuñez luis", "zur", "mar", "1000001", "gomez alma", "pel")
PLAIN_FILTER: Final = PLAIN.format("WHERE m.tipo = '07' ORDER BY m.fecha DESC")


def measure(bench: Bench, empty: EmptyBench, times: int) -> tuple[dict[str, object], bool]:
    watched = bench.watched
    runs = interleave(
        {
            "vacío": empty.jump,
            "avance": watched("avance", bench.page_down),
            "mitad": watched("mitad", lambda: bench.scroll(lambda most: most // 2 + 17)),
            "final": watched("final", lambda: bench.scroll(lambda most: most)),
            "primera": watched("primera", lambda: bench.to_rows(bench.window.search, resets=True)),
            "primera, consulta": lambda: bench.plain(PLAIN_FIRST),
            "nombre": watched("nombre", lambda: bench.sort(ColumnaMovimiento.NOMBRE, False)),
            "nombre, consulta": lambda: bench.plain(PLAIN_SORT),
            "debo": watched("debo", bench.what_is_owed),
            "pestaña": watched("pestaña", bench.filter_by_tab),
            "pestaña, consulta": lambda: bench.plain(PLAIN_FILTER),
        },
        times,
    )
    orders = interleave(
        {
            columna.value: watched(columna.value, partial(bench.sort, columna, True))
            for columna in ColumnaMovimiento
        },
        times,
    )
    others = {name: middle(values) for name, values in orders.items()}
    # In the last order, which has no index, the hits themselves are sorted.
    unindexed = typing(bench, "texto sin índice", times)
    bench.sort(ColumnaMovimiento.FECHA, True)
    typed = typing(bench, "texto", times)
    ratios = {name: ratio(runs[name], runs["vacío"]) for name in ("avance", "mitad", "final")}
    allowed = {
        name: max(SHOWN_MS, REPAINT_RATIO * middle(runs[f"{name}, consulta"]))
        for name in ("primera", "nombre", "pestaña")
    }
    allowed["debo"] = SHOWN_MS
    bench.beat.start()
    end = time.monotonic() + 2
    bench.settle(lambda: time.monotonic() > end)
    noise = bench.beat.stop()
    own = max(one.propia_ms for one in bench.stalls.values())
    kept = (
        all(one <= REPAINT_RATIO for one in ratios.values())
        and all(middle(runs[name]) <= most for name, most in allowed.items())
        and own <= STALL_MS
        and max(others.values()) <= SORTED_MS
        and max(spread(typed)[1], spread(unindexed)[1]) <= SHOWN_MS
    )
    result: dict[str, object] = {
        "ms": {name: middle(values) for name, values in runs.items()},
        "ms p5 p95": {name: spread(values) for name, values in runs.items()},
        "razón al repintado vacío": ratios,
        "ms permitidos": {name: round(most, 1) for name, most in allowed.items()},
        "ms al ordenar por": {name: round(ms, 1) for name, ms in others.items()},
        "ms al ordenar por, máximo": {
            name: round(max(values), 1) for name, values in orders.items()
        },
        "ms al escribir": spread(typed),
        "ms al escribir, orden sin índice": spread(unindexed),
        "pausas ms, por reloj y propias": {
            name: [round(ms, 1) for ms in one] for name, one in bench.stalls.items()
        },
        "pausa propia ms": round(own, 1),
        "pausa sin hacer nada ms": round(noise.reloj_ms, 1),
    }
    return result, kept


def typing(bench: Bench, name: str, times: int) -> list[float]:
    """Milliseconds of each search, every text `times` times."""
    texts = {text: bench.watched(name, partial(bench.type_text, text)) for text in TYPED}
    return [ms for values in interleave(texts, times).values() for ms in values]


def main() -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser, times=5)
    options = parser.parse_args()
    with open_module(options.filas, options.datos) as (window, _application, bench):
        window.form.texto_edit.setText("zzzz")
        window.filtro.search()
        window.form.pestanas_tabs.setCurrentIndex(TODOS_TAB)
        window.show()
        bench.settle(lambda: not window.presenter.state.loading and not window.al_dia.running)
        empty = EmptyBench(bench, options.filas)
        bench.settle(empty.view.isVisible)
        before = rss_mb()
        start = time.perf_counter()
        window.form.texto_edit.clear()
        bench.to_rows(window.filtro.search, resets=True)
        whole = (time.perf_counter() - start) * 1000
        count = window.presenter.state.count
        result, kept = measure(bench, empty, options.veces)
        grown = rss_mb() - before
    return tell(
        {
            "banco": "modulo",
            "filas": count,
            **result,
            "vista completa ms": round(whole, 1),
            "memoria MB": round(grown, 1),
        },
        kept and grown <= MAX_RSS_MB,
    )


if __name__ == "__main__":
    sys.exit(main())
