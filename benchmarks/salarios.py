"""Modificar salarios with many workers: shown, recomputed, created. Prints one JSON line.

.venv/bin/python -m benchmarks.salarios [--trabajadores 10000] [--veces 7]

Peer: the same rows in Qt's own QTableWidget, from the same text. All times are of the processor, of
all threads: shown and recomputed from the key on until the rows are there, created with preview and
import. Memory is what the first creation takes above the open window. A stall is the longest time
in which the event loop did not run, by wall time and by its own work.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem

from benchmarks.comun import cpu_ms, middle, ratio, spread, tell
from benchmarks.datos import registros_patronales
from benchmarks.modulo_abierto import CONTRASENA, CORREO, open_module, rss_mb
from benchmarks.modulo_tabla import NO_PAUSE
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.salarios.razones import Razon
from icsoe_desktop.gui.idse.modificar_salarios.table import COLUMNS
from icsoe_desktop.gui.idse.modificar_salarios.window import ModificarSalariosWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.importacion.valores import Decision, FilasPropias
from icsoe_desktop.store.tables.movimientos import ESTADOS

SHOWN_MS: Final = 500.0
CHANGED_MS: Final = 300.0
CREATED_MS: Final = 3_000.0
MEMORY_MB: Final = 60.0
STALL_MS: Final = 50.0
APPROVED: Final = f"UPDATE movimientos SET estado = {ESTADOS.index('Aprobado')}, recibido = fecha"  # noqa: S608


def hire(application: Application, count: int) -> None:
    """Approved altas of so many workers in two registros patronales."""
    sesion = application.acceso.enter(CORREO, CONTRASENA)
    registros = registros_patronales(2, 7)
    altas = (
        MovimientoLeido(
            at, "08", registros[at % 2], who.nss, who.primer_apellido, who.segundo_apellido,
            who.nombres, date(2025, 2 + at % 10, 3), 500_00 + at % 2000 * 100, "1", "0", "0",
            "", "001", "01400", f"E{at}", who.curp, (),
        )
        for at, who in enumerate(trabajadores(count), 1)
    )  # fmt: skip
    service = application.importacion_movimientos
    filas = FilasPropias("altas", count, lambda _limites: altas)
    vista = service.preview_rows(sesion, filas, NoProgress())
    service.apply(sesion, vista, Decision(solo_buenos=True), NoProgress())
    service.discard(vista)
    with application.store.engine.begin() as connection:
        connection.exec_driver_sql(APPROVED)


class Peer:
    """Qt's table of items, filled from the text of the same cells."""

    def __init__(self, window: ModificarSalariosWindow) -> None:
        model = window.model
        columns = range(len(COLUMNS))
        self._cells = [
            [str(model.index(row, at).data()) for at in columns] for row in range(model.rowCount())
        ]
        self._size = window.size()

    def open(self) -> None:
        view = QTableWidget(len(self._cells), len(COLUMNS))
        view.resize(self._size)
        for row, cells in enumerate(self._cells):
            for at, text in enumerate(cells):
                view.setItem(row, at, QTableWidgetItem(text))
        view.show()
        QApplication.processEvents()
        self._view = view

    def close(self) -> None:
        """Its items go at once, and not in a later measure."""
        self._view.clear()
        self._view.deleteLater()
        QApplication.processEvents()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--trabajadores", type=int, default=10_000)
    parser.add_argument("--veces", type=int, default=7)
    options = parser.parse_args()
    made = partial(hire, count=options.trabajadores)
    with open_module(6, None, made) as (modulo, application, bench):
        modulo.show()
        bench.settle(lambda: not modulo.presenter.state.loading and not modulo.al_dia.running)
        context = modulo._context
        sesion = context.require_sesion()
        stall, runs = (
            NO_PAUSE,
            dict[str, list[float]](abrir=[], marcar=[], copiar=[], porcentaje=[], crear=[], qt=[]),
        )
        most = before = 0.0
        made_now: list[UUID] = []

        def watched(name: str, act: Callable[[], Any], ready: Callable[[], bool]) -> None:
            nonlocal stall

            def until_ready() -> None:
                act()
                bench.settle(ready)

            bench.beat.start()
            runs[name].append(cpu_ms(until_ready))
            stall = stall.longest(bench.beat.stop())

        def page() -> ModificarSalariosWindow:
            found = modulo.pages.page("modificar_salarios")
            if not isinstance(found, ModificarSalariosWindow):
                raise TypeError(found)
            return found

        def rests() -> bool:
            state = page()._presenter.state
            return not state.working and len(state.rows) >= options.trabajadores

        def choose(turn: int) -> None:
            """Everybody, on a day on which they have no notice."""
            combo = page().form.razon_combo
            combo.setCurrentIndex(combo.findData(Razon.PORCENTAJE))
            bench.settle(rests)
            page().fecha.set_value(date(2026, 3, 2 + turn))
            page()._choose()
            bench.settle(rests)

        def copy_all() -> None:
            """All rows are chosen and sorted by NSS before."""
            QGuiApplication.clipboard().clear()
            table = page().form.cambios_table
            table.selectAll()
            table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
            QApplication.processEvents()
            page().rows.copy()

        def copied() -> bool:
            return bool(QGuiApplication.clipboard().text().count("\n") >= options.trabajadores)

        def change(percentage: int) -> None:
            page().form.porcentaje_edit.setText(str(percentage))
            page()._choose()

        def create() -> None:
            filas = page()._presenter.notices()
            if filas is None:
                raise RuntimeError(page()._presenter.state.message)
            service = application.importacion_movimientos
            vista = service.preview_rows(sesion, filas, NoProgress())
            done = service.apply(sesion, vista, Decision(), NoProgress())
            service.discard(vista)
            if done.importados < options.trabajadores or done.importacion_id is None:
                raise RuntimeError(done)
            made_now.append(done.importacion_id)

        for turn in range(options.veces):
            watched("abrir", lambda: modulo.lugares.go("modificar_salarios"), rests)
            before = before or rss_mb()
            choose(turn)
            watched("marcar", lambda: page()._tick_shown(on=True), rests)
            watched("copiar", copy_all, copied)
            watched("porcentaje", partial(change, 4 + turn), rests)
            runs["crear"].append(cpu_ms(create))
            # Later turns have Qt's own table.
            most = most or rss_mb()
            application.importacion_movimientos.undo(sesion, made_now.pop(), NoProgress())
            peer = Peer(page())
            runs["qt"].append(cpu_ms(peer.open))
            peer.close()
            page().leave()
            bench.settle(lambda: modulo.pages.page("modificar_salarios") is None)
    shown, changed, created = (middle(runs[name]) for name in ("abrir", "porcentaje", "crear"))
    return tell(
        {
            "banco": "salarios",
            "trabajadores": options.trabajadores,
            "abrir ms": shown,
            "abrir ms p5 p95": spread(runs["abrir"]),
            "marcar ms": middle(runs["marcar"]),
            "copiar ms": middle(runs["copiar"]),
            "porcentaje ms": changed,
            "crear ms": created,
            "memoria MB": round(most - before, 1),
            "abrir entre QTableWidget": ratio(runs["abrir"], runs["qt"]),
            "pausa ms, por reloj y propia": [round(ms, 1) for ms in stall],
        },
        shown <= SHOWN_MS
        and changed <= CHANGED_MS
        and created <= CREATED_MS
        and most - before <= MEMORY_MB
        and min(stall) <= STALL_MS,
    )


if __name__ == "__main__":
    sys.exit(main())
