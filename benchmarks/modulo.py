"""The grid of movements against an empty model, in one process.

    .venv/bin/python -m benchmarks.modulo [--filas 1000000] [--veces 5] [--datos CARPETA]

Goals: docs/rendimiento.md; each is a ratio to the repaint of the empty model. Times are
processor time of all threads until the rows are painted, interleaved. A stall is the longest time
in which the event loop did not run, by wall time and by its own work.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.comun import interleave, middle, ratio, spread, tell
from benchmarks.modulo_abierto import EmptyBench, add_arguments, open_module, rss_mb
from benchmarks.modulo_tabla import Bench
from icsoe_desktop.gui.idse.modulo.filtro import TODOS_TAB
from icsoe_desktop.services.movimientos.valores import ColumnaMovimiento

# Times the repaint of the empty model.
GOALS: Final = {"mitad": 1.5, "final": 1.5, "avance": 1.5, "primera": 3.0, "pestaña": 3.0}
TYPED_RATIO: Final = 3.0
# Of any order of a million, and of 200,000, until its rows are painted.
SORTED_RATIO: Final = 15.0
SORTED_RATIO_FEWER: Final = 4.0
FEWER: Final = 200_000
STALL_RATIO: Final = 1.0
MAX_RSS_MB: Final = 80.0
TYPED: Final = ("garcia", "muñ", "nuñez luis", "zur", "mar", "1000001", "gomez alma", "pel")


def measure(bench: Bench, empty: EmptyBench, times: int) -> tuple[dict[str, object], bool]:
    watched = bench.watched
    runs = interleave(
        {
            "vacío": empty.jump,
            "avance": watched("avance", bench.page_down),
            "mitad": watched("mitad", lambda: bench.scroll(lambda most: most // 2 + 17)),
            "final": watched("final", lambda: bench.scroll(lambda most: most)),
            "primera": watched("primera", lambda: bench.to_rows(bench.window.search, resets=True)),
            "debo": watched("debo", bench.what_is_owed),
            **{
                f"pestaña {at}": watched("pestaña", partial(bench.filter_by_tab, at))
                for at in bench.tabs()
            },
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
    bench.sort(ColumnaMovimiento.FECHA, True)
    typed = typing(bench, "texto", times)
    base = middle(runs["vacío"])
    ratios = {name: ratio(values, runs["vacío"]) for name, values in runs.items()}
    sorted_by = {name: ratio(values, runs["vacío"]) for name, values in orders.items()}
    sorted_by["¿Qué debo?"] = ratios.pop("debo")
    slowest_typed = round(spread(typed)[1] / base, 3)
    stall = round(max(one.propia_ms for one in bench.stalls.values()) / base, 3)
    most = SORTED_RATIO if bench.model.rowCount() > FEWER else SORTED_RATIO_FEWER
    kept = (
        all(one <= GOALS.get(name.split()[0], one) for name, one in ratios.items())
        and max(sorted_by.values()) <= most
        and slowest_typed <= TYPED_RATIO
        and stall <= STALL_RATIO
    )
    result: dict[str, object] = {
        "vacío ms": base,
        "razón al repintado vacío": ratios,
        "razón al ordenar por": sorted_by,
        "razón al ordenar permitida": most,
        "razón al escribir, p95": slowest_typed,
        "razón de la pausa propia": stall,
        "pausas ms, por reloj, propias y de todos los hilos": {
            name: one.rounded() for name, one in bench.stalls.items()
        },
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
        before = rss_mb()
        window.form.texto_edit.clear()
        bench.to_rows(window.filtro.search, resets=True)
        count = window.presenter.state.count
        result, kept = measure(bench, empty, options.veces)
        grown = rss_mb() - before
    return tell(
        {
            "banco": "modulo",
            "filas": count,
            **result,
            "memoria MB": round(grown, 1),
        },
        kept and grown <= MAX_RSS_MB,
    )


if __name__ == "__main__":
    sys.exit(main())
