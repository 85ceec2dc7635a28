"""The Tablero over a million movements, from Ctrl+1 until its figures and its charts are drawn.

    .venv/bin/python -m benchmarks.tablero [--filas 1000000] [--veces 9] [--datos CARPETA]
        [--aprobados 97] [--rechazados 1]

Of a hundred movements the IMSS has approved so many, in lotes of a thousand, and has rejected so
many; each rejected one was presented again. The rest is to be presented. A folder that was made
keeps its shares.

Goal: figures and charts in three times the repaint of the empty model, in processor time, in turns
with it. What is counted has to be what the figures say. A stall is the longest time in which the
event loop did not run, by wall time and by its own work.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.comun import middle, ratio, tell
from benchmarks.modulo_abierto import EmptyBench, add_arguments, open_module
from benchmarks.modulo_tabla import NO_PAUSE, Bench, Pause
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.tablero.service import Cifra, TableroDiario

# Times the repaint of the empty model.
SHOWN_RATIO: Final = 3.0
STALL_RATIO: Final = 1.0
# Received up to eight days later, within the month.
RECEIVED: Final = "min(fecha + fila % 9, max(fecha, fecha / 100 * 100 + 28))"
APPROVE: Final = (
    f"UPDATE movimientos SET estado = 5, extemporaneo = 0, recibido = {RECEIVED}, "  # noqa: S608
    "aprobado = fecha, lote_id = (SELECT id FROM lotes WHERE numero = fila / 1000) "
    "WHERE fila % 100 < ?"
)
REJECT: Final = (
    "UPDATE movimientos SET estado = 4, rechazado = fecha, codigo_rechazo = '1', "
    "causa_rechazo = 'Prueba' WHERE fila % 100 BETWEEN ? AND ?"
)
COPIED: Final = (
    "trabajador, tipo, registro_patronal, fecha, sbc, tipo_trabajador, tipo_salario, jornada, "
    "causa_baja, umf, guia, clave_trabajador"
)
# A "z" is later than any id that was made from a clock.
PRESENT_AGAIN: Final = (
    f"INSERT INTO movimientos (id, {COPIED}, estado, extemporaneo, recibido, "  # noqa: S608
    "codigo_rechazo, causa_rechazo) SELECT CAST('z' || hex(randomblob(7)) || 'z' AS BLOB), "
    f"{COPIED}, 5, 0, {RECEIVED}, '', '' FROM movimientos WHERE estado = 4"
)
LOTES: Final = (
    "WITH RECURSIVE n(at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM n WHERE at < ?) "
    "INSERT INTO lotes (id, registro_patronal, nombre_archivo, contenido, sha256, movimientos, "
    "estado, creado, numero, folio) SELECT randomblob(16), 'Y5412345109', 'lote' || at || '.txt', "
    "zeroblob(168000), zeroblob(32), 1000, 'Aprobado', '2026-01-02T00:00:00.000000Z', at, '' FROM n"
)


def settle_most(application: Application, approved: int, rejected: int) -> None:
    """Let the IMSS answer: most are approved, some rejected and then presented again."""
    with application.store.engine.begin() as connection:
        run = connection.exec_driver_sql
        indexes = run(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name = 'movimientos'"
        ).all()
        # Kept up to date they would take a quarter of an hour.
        for name, _ in indexes:
            run(f"DROP INDEX {name}")
        (last,) = run("SELECT max(fila) FROM movimientos").one()
        run(LOTES, (last // 1000,))
        run("CREATE INDEX temporal_numero ON lotes (numero)")
        run(APPROVE, (approved,))
        run("DROP INDEX temporal_numero")
        run(REJECT, (approved, approved + rejected - 1))
        run(PRESENT_AGAIN)
        for _, sql in indexes:
            run(sql)


def measure(bench: Bench, empty: EmptyBench, times: int) -> tuple[dict[str, list[float]], Pause]:
    found: dict[str, list[float]] = {"vacío": [], "cifras": [], "gráficas": []}
    stall = NO_PAUSE
    for _ in range(times):
        found["vacío"].append(empty.jump())
        bench.beat.start()
        figures, charts = bench.tablero()
        stall = stall.longest(bench.beat.stop())
        found["cifras"].append(figures)
        found["gráficas"].append(charts)
    return found, stall


def main() -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser, times=9)
    parser.add_argument("--aprobados", type=int, default=97)
    parser.add_argument("--rechazados", type=int, default=1)
    options = parser.parse_args()
    made = partial(settle_most, approved=options.aprobados, rejected=options.rechazados)
    with open_module(options.filas, options.datos, made) as (window, application, bench):
        window.show()
        bench.settle(lambda: not window.presenter.state.loading and not window.al_dia.running)
        bench.tablero()
        empty = EmptyBench(bench, options.filas)
        runs, stall = measure(bench, empty, options.veces)
        shown = window.tablero_presenter.state.tablero
        right = shown is not None and agree(shown, application)
    base = middle(runs["vacío"])
    figures, charts = (ratio(runs[name], runs["vacío"]) for name in ("cifras", "gráficas"))
    return tell(
        {
            "banco": "tablero",
            "filas": options.filas,
            "vacío ms": base,
            "razón de las cifras": figures,
            "razón de las gráficas": charts,
            "son las de un recuento": right,
            "pausa ms, por reloj, propia y de todos los hilos": stall.rounded(),
        },
        right and charts <= SHOWN_RATIO and min(stall) <= STALL_RATIO * base,
    )


def agree(shown: TableroDiario, application: Application) -> bool:
    """Whether the figures are what a recount of the rows says."""
    with application.store.engine.connect() as connection:

        def count(condition: str) -> Any:
            sql = f"SELECT count(*) FROM movimientos NOT INDEXED WHERE {condition}"  # noqa: S608
            return connection.exec_driver_sql(sql).scalar()

        return bool(
            shown.cifras[Cifra.SIN_ARCHIVO] == count("estado = 0 AND lote_id IS NULL")
            and shown.cifras[Cifra.SIN_RESPUESTA]
            == count("estado IN (1, 3) OR (estado = 0 AND lote_id IS NOT NULL)")
        )


if __name__ == "__main__":
    sys.exit(main())
