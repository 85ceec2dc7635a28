"""Modificar salarios with many workers: shown, recomputed, created. Prints one JSON line.

.venv/bin/python -m benchmarks.salarios [--trabajadores 10000] [--veces 7]

Peer: the same rows in Qt's own QTableWidget, from the same text. All times are of the processor, of
all threads, from the key on until the rows are there: opening, each act on the rows, creating with
preview and import, and the window of the files. Memory is what all of them take above the open
window until the first notices are created. A stall is the longest time in which the event loop did
not run, by wall time, by its own work, and by that of all threads meanwhile: the least of the
first and the last is judged, because other programs' turns are not ours;
of all turns of an act, the middle: one loop in pure Python takes from 0.24 to 0.39 s here.
"""

from __future__ import annotations

import argparse
import operator
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
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QTableWidget, QTableWidgetItem

from benchmarks.comun import cpu_ms, middle, ratio, spread, tell
from benchmarks.datos import registros_patronales
from benchmarks.modulo_abierto import CONTRASENA, CORREO, OpenModule, open_module, rss_mb
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.salarios.razones import Razon
from icsoe_desktop.gui.base.qt import GarbageCollector
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.lotes.generar_window import GenerarDialog
from icsoe_desktop.gui.idse.modificar_salarios.entradas import SALARIO
from icsoe_desktop.gui.idse.modificar_salarios.table import COLUMNS, EVERYBODY, PLACES, TICK
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


class Hands:
    """Does each act of the window, and records how long the windows' thread stood still in it."""

    def __init__(self, opened: OpenModule, count: int, runs: dict[str, list[float]]) -> None:
        self.modulo, self.application, self.bench = opened
        self.count, self.runs = count, runs
        self.sesion = self.modulo._context.require_sesion()
        self.most = 0.0  # megabytes, as soon as notices were created

    def watched(self, name: str, act: Callable[[], Any], ready: Callable[[], bool]) -> None:
        def until_ready() -> None:
            act()
            self.bench.settle(ready)

        measured = self.bench.watched(name, lambda: cpu_ms(until_ready))
        self.runs.setdefault(name, []).append(measured())

    @property
    def page(self) -> ModificarSalariosWindow:
        found = self.modulo.pages.page("modificar_salarios")
        if not isinstance(found, ModificarSalariosWindow):
            raise TypeError(found)
        return found

    def rests(self) -> bool:
        page, state = self.page, self.page._presenter.state
        waits = page._typing.isActive() or page._searching.isActive()
        return not state.working and not waits and len(state.rows) >= self.count

    def ticked(self, count: int) -> bool:
        totales = self.page._presenter.state.totales
        return self.rests() and totales is not None and totales.elegidos == count

    def open(self) -> None:
        go = partial(self.modulo.lugares.go, "modificar_salarios")
        self.watched("abrir", go, self.rests)

    def choose(self, turn: int) -> None:
        """Everybody, on a day on which they have no notice."""
        combo = self.page.form.razon_combo
        at = combo.findData(Razon.PORCENTAJE)
        self.watched("razon", lambda: combo.setCurrentIndex(at), self.rests)
        self.page.fecha.set_value(date(2026, 3, 2 + turn))
        self.watched("fecha", self.page._choose, self.rests)

    def tick(self) -> None:
        form = self.page.form
        everybody = len(self.page._presenter.state.rows)
        all_of_them, nobody = partial(self.ticked, everybody), partial(self.ticked, 0)
        self.watched("marcar", form.marcar_button.click, all_of_them)
        self.watched("desmarcar", form.quitar_button.click, nobody)
        cell = self.page.model.index(self.count // 2, TICK)
        checked = Qt.CheckState.Checked
        role = Qt.ItemDataRole.CheckStateRole
        tick_one = partial(self.page.model.setData, cell, checked, role)
        self.watched("marcar uno", tick_one, partial(self.ticked, 1))
        table = form.cambios_table
        table.setFocus()
        table.selectAll()
        self.bench.settle(self.rests)
        space = partial(QTest.keyClick, table, Qt.Key.Key_Space)
        self.watched("espacio", space, all_of_them)
        table.clearSelection()

    def sort(self) -> None:
        table = self.page.form.cambios_table
        for at, column in enumerate(COLUMNS):
            for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                # As a click on the heading does: sortByColumn sorts twice.
                act = partial(table.horizontalHeader().setSortIndicator, at, order)
                self.watched(f"ordenar {column.title}", act, self.painted)
        table.sortByColumn(2, Qt.SortOrder.AscendingOrder)

    def painted(self) -> bool:
        QApplication.processEvents()
        return self.rests()

    def search(self) -> None:
        """A name letter by letter as it is typed, and back; then each way to show them."""
        edit, combo = self.page.form.buscar_edit, self.page.form.mostrar_combo
        name = self.page.model.row(0).empleo.primer_apellido
        for text in [name[:end] for end in range(1, 4)]:
            self.watched("buscar", partial(edit.setText, text), self.rests)
        self.watched("buscar", edit.clear, self.rests)
        for at in (*range(combo.count()), EVERYBODY):
            self.watched("mostrar", partial(combo.setCurrentIndex, at), self.rests)

    def copy(self) -> None:
        clipboard, table = QGuiApplication.clipboard(), self.page.form.cambios_table
        clipboard.clear()

        def copied() -> bool:
            return bool(clipboard.text().count("\n") == self.page.model.rowCount())

        self.watched("elegir todos", table.selectAll, self.painted)
        self.watched("copiar", self.page.rows.copy, copied)
        table.clearSelection()

    def paste(self) -> None:
        """The pay of everybody, into the column of pay; then it is taken back."""
        table = self.page.form.cambios_table
        rows = self.page.model.rowCount()
        lines = "\n".join(f"{500 + at % 1000}.25" for at in range(rows))
        QGuiApplication.clipboard().setText(lines)
        table.setCurrentIndex(self.page.model.index(0, PLACES[SALARIO]))

        self.watched("pegar", self.page.paste, partial(self.ticked, rows))
        table.selectAll()
        self.bench.settle(self.rests)
        delete = partial(QTest.keyClick, table, Qt.Key.Key_Delete)
        self.watched("suprimir", delete, partial(self.ticked, 0))
        table.clearSelection()

    def change(self, percentage: int) -> None:
        def change() -> None:
            self.page.form.porcentaje_edit.setText(str(percentage))
            self.page._choose()

        self.watched("porcentaje", change, self.rests)

    def create(self) -> UUID:
        """From the button to the preview, from there to the question, and to the files."""
        made: list[UUID] = []
        self.page.importacion.imported.connect(lambda done: made.append(done.importacion_id))

        def dialog(kind: type[QDialog]) -> Any:
            return next((one for one in self.page.findChildren(kind) if one.isVisible()), None)

        def previewed() -> bool:
            preview = dialog(ImportacionMovimientosDialog)
            return preview is not None and preview.form.importar_button.isEnabled()

        def planned() -> bool:
            generar = dialog(GenerarDialog)
            return generar is not None and generar.form.generar_button.isEnabled()

        self.watched("vista previa", self.page.create_notices, previewed)
        button = dialog(ImportacionMovimientosDialog).form.importar_button
        self.watched("importar", button.click, lambda: dialog(QMessageBox) and self.rests())
        # Later turns have Qt's own table.
        self.most = self.most or rss_mb()
        box = dialog(QMessageBox)
        self.watched("generar", box.defaultButton().click, planned)
        dialog(GenerarDialog).reject()
        self.bench.settle(lambda: dialog(GenerarDialog) is None and self.rests())
        return made[0]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--trabajadores", type=int, default=10_000)
    parser.add_argument("--veces", type=int, default=7)
    options = parser.parse_args()
    count, runs = options.trabajadores, dict[str, list[float]](qt=[])
    with open_module(6, None, partial(hire, count=count)) as opened:
        modulo, application, bench = opened
        modulo.show()
        bench.settle(lambda: not modulo.presenter.state.loading and not modulo.al_dia.running)
        collector = GarbageCollector()
        hands = Hands(opened, count, runs)
        before = 0.0
        for turn in range(options.veces):
            hands.open()
            before = before or rss_mb()
            hands.choose(turn)
            hands.sort()
            hands.search()
            hands.paste()
            hands.tick()
            hands.copy()
            hands.change(4 + turn)
            made = hands.create()
            application.importacion_movimientos.undo(hands.sesion, made, NoProgress())
            peer = Peer(hands.page)
            runs["qt"].append(cpu_ms(peer.open))
            peer.close()
            hands.page.leave()
            bench.settle(lambda: modulo.pages.page("modificar_salarios") is None)
        collector.stop()
    shown, changed = middle(runs["abrir"]), middle(runs["porcentaje"])
    created = middle([*map(operator.add, runs["vista previa"], runs["importar"])])
    stalls = bench.stalls
    usual = {
        name: middle([one.quiet_ms for one in each]) for name, each in bench.every_stall.items()
    }
    return tell(
        {
            "banco": "salarios",
            "trabajadores": count,
            "abrir ms": shown,
            "abrir ms p5 p95": spread(runs["abrir"]),
            "porcentaje ms": changed,
            "crear ms": created,
            "memoria MB": round(hands.most - before, 1),
            "abrir entre QTableWidget": ratio(runs["abrir"], runs["qt"]),
            "ms": {name: middle(each) for name, each in runs.items()},
            "pausa usual ms": {name: round(ms, 1) for name, ms in usual.items()},
            "pausas ms, por reloj, propias y de todos los hilos": {
                name: stall.rounded() for name, stall in stalls.items()
            },
        },
        shown <= SHOWN_MS
        and changed <= CHANGED_MS
        and created <= CREATED_MS
        and hands.most - before <= MEMORY_MB
        and max(usual.values()) <= STALL_MS,
    )


if __name__ == "__main__":
    sys.exit(main())
