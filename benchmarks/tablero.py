"""The Tablero over a million movements, from Ctrl+1 until its figures and its charts are drawn.

    .venv/bin/python -m benchmarks.tablero [--filas 1000000] [--veces 9] [--datos CARPETA]
        [--aprobados 99]

aprobados: of a hundred movements, how many the IMSS has approved; the rest is to be presented. A
folder that was made keeps its share. Goal for the figures: 100 ms. A stall is the longest time in
which the event loop did not run, by wall time and by its own work.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.comun import middle, spread, tell
from benchmarks.modulo import FolderLlavero, fill
from benchmarks.modulo_tabla import Bench
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.modulo.window import MOVIMIENTOS, ModuloWindow
from icsoe_desktop.gui.tablero.page import FIRST_PAGE
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application

SHOWN_MS: Final = 100.0
STALL_MS: Final = 50.0
# Received up to eight days later, within the month.
APPROVE: Final = (
    "UPDATE movimientos SET estado = 5, extemporaneo = 0, recibido = min(fecha + fila % 9, "
    "max(fecha, fecha / 100 * 100 + 28)), aprobado = fecha WHERE fila % 100 < ?"
)


def approve(application: Application, share: int) -> None:
    with application.store.engine.begin() as connection:
        connection.exec_driver_sql(APPROVE, (share,))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--filas", type=int, default=1_000_000)
    parser.add_argument("--veces", type=int, default=9)
    parser.add_argument("--aprobados", type=int, default=99)
    parser.add_argument("--datos", type=Path, help="a folder to make once and use again")
    options = parser.parse_args()
    app = create_qt_application()
    app.setQuitOnLastWindowClosed(False)
    assets.apply_style(app)
    with ExitStack() as stack:
        folder = options.datos or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        data = DataFolder(folder)
        application = open_application(data, keyring=FolderLlavero(folder))
        new = not application.acceso.any_usuario()
        sesion = fill(application, folder, options.filas)
        if new and options.aprobados:
            approve(application, options.aprobados)
        jobs = gui_queue(Dispatcher(), "datos")
        preferences = Preferences(folder / "preferencias-banco.ini")
        preferences.set(FIRST_PAGE, MOVIMIENTOS)
        shell = Shell(data, jobs, preferences, ErrorReporter(None))
        shell.application = application
        window = ModuloWindow(shell.context(sesion))
        window.resize(1366, 768)
        window.show()
        bench = Bench(window, application)
        bench.settle(lambda: not window.presenter.state.loading)
        bench.tablero()
        bench.beat.start()
        runs = [bench.tablero() for _ in range(options.veces)]
        stall = bench.beat.stop()
        window.close()
        bench.settle(lambda: not jobs.busy)
        jobs.close()
        application.close()
    figures, charts = ([one[at] for one in runs] for at in range(2))
    return tell(
        {
            "banco": "tablero",
            "filas": options.filas,
            "cifras ms": middle(figures),
            "cifras ms p5 p95": spread(figures),
            "gráficas ms": middle(charts),
            "gráficas ms p5 p95": spread(charts),
            "pausa ms, por reloj y propia": [round(ms, 1) for ms in stall],
        },
        middle(figures) <= SHOWN_MS and min(stall) <= STALL_MS,
    )


if __name__ == "__main__":
    sys.exit(main())
