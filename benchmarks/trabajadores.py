"""Lists of workers: those of a contract, and all who are known. Prints one JSON line.

.venv/bin/python -m benchmarks.trabajadores [--renglones 3000] [--movimientos 200000] [--veces 15]

Of a contract: its window opened, and as many rows pasted; peer: the same rows in Qt's own
QTableWidget, from the same text, without any check. Who is known, from the movements of a
twentieth as many workers: the window from its creation until its first page is painted, beside the
same page in a QTableWidget; and names offered in Capturar, beside the repaint of an empty model.
All times are of the processor, of all threads.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QTableWidget, QTableWidgetItem, QWidget

from benchmarks import datos
from benchmarks.comun import Runs, cpu_ms, interleave, middle, ratio, spread, tell
from benchmarks.modulo_abierto import EmptyBench, OpenModule, open_module
from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.icsoe.contrato import Contratante, DatosContrato, FolioRepse
from icsoe_desktop.domain.icsoe.trabajadores import TrabajadorContrato
from icsoe_desktop.gui.icsoe.informativa.trabajadores import TrabajadoresDialog
from icsoe_desktop.gui.idse.captura.sugerencias import Sugerencias
from icsoe_desktop.gui.idse.trabajadores.window import COLUMNS, TrabajadoresWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.store.tables.icsoe import ContratistaRow

GOALS: Final = {
    "abrir entre QTableWidget": 1.0,
    "pegar entre QTableWidget": 2.0,
    "primera página entre QTableWidget": 6.0,
    "ofrecer entre repintado vacío": 3.0,
}
MOVEMENTS_EACH: Final = 20
TYPED: Final = ("gar", "maria", "hernandez lo", "ez ", "1234", "HMC", "mar")
HEADINGS: Final = ("NSS", "CURP", "SBC", "Estado")


def rows(count: int, seed: int) -> list[TrabajadorContrato]:
    chance = random.Random(seed)
    return [
        TrabajadorContrato.typed(
            each.nss, each.curp, f"{chance.randrange(320, 2900)}.{chance.randrange(100):02}"
        )
        for each in trabajadores(count, seed)
    ]


def contratista(application: Application) -> Sesion:
    store = application.store
    now = store.clock()
    with store.write() as db:
        row = ContratistaRow(
            id=store.new_id(),
            numero=1,
            rfc="TBI990101QX5",
            nombre="TALLERES DEL BAJIO IMAGINARIO SA DE CV",
            es_persona_moral=True,
            efirma_numero="00001000000500000001",
            efirma_hasta=now + timedelta(days=400),
            siguiente_relacion=1,
            creado=now,
            actualizado=now,
        )
        db.add(row)
        return Sesion(Rol.CONTRATISTA, row.id, row.nombre, row.id)


def contrato(application: Application) -> DatosContrato:
    return DatosContrato(
        objeto="Limpieza",
        inicio=application.contratos.today(),
        contratante=Contratante(
            rfc="OFI010101AB1",
            nombre="Obras Ficticias SA de CV",
            correo="obras@ejemplo.mx",
            celular="5512345678",
        ),
        folio=FolioRepse(folio="AR10842/2025", texto="Limpieza de oficinas"),
    )


class Peer:
    """Qt's table of items, filled from text."""

    def __init__(
        self, parent: QWidget, like: QWidget, text: str, headings: Sequence[str] = HEADINGS
    ) -> None:
        self._parent, self._size, self._text, self._headings = parent, like.size(), text, headings

    def open(self) -> None:
        self.view = QTableWidget(0, len(self._headings), self._parent)
        self.view.setWindowFlag(Qt.WindowType.Window)
        self.view.setHorizontalHeaderLabels(self._headings)
        self.view.resize(self._size)
        self._fill(self._text)
        self.view.show()
        QApplication.processEvents()

    def paste(self) -> None:
        self._fill(QGuiApplication.clipboard().text())
        QApplication.processEvents()

    def close(self) -> None:
        self.view.hide()
        self.view.deleteLater()

    def _fill(self, text: str) -> None:
        view = self.view
        lines = text.splitlines()
        at = view.rowCount()
        view.setRowCount(at + len(lines))
        for row, line in enumerate(lines, start=at):
            cells = (*line.split("\t"), "Correcto")
            for column, cell in enumerate(cells[: len(self._headings)]):
                view.setItem(row, column, QTableWidgetItem(cell))


class Known:
    """All who are known: their window, and the names that Capturar offers."""

    def __init__(self, opened: OpenModule) -> None:
        self._context, self._settle = opened.window._context, opened.bench.settle
        self._field = QLineEdit()
        self._field.show()
        self._offered = Sugerencias(self._field, self._context)
        service, sesion = opened.application.trabajadores, self._context.require_sesion()
        self._typed = [text for text in TYPED if service.find(sesion, text, 1).total]
        self._turn = 0
        window = TrabajadoresWindow(self._context, None)
        window.show()
        self._settle(lambda: window.table.model.rowCount() > 0)
        model, columns = window.form.trabajadores_table.model(), len(COLUMNS)
        lines = (
            "\t".join(str(model.index(row, at).data()) for at in range(columns))
            for row in range(model.rowCount())
        )
        headings = [each.title for each in COLUMNS]
        self._peer = Peer(self._field, window, "\n".join(lines), headings)
        window.close()

    def open(self) -> float:
        made: list[TrabajadoresWindow] = []

        def until_painted() -> None:
            window = TrabajadoresWindow(self._context, None)
            made.append(window)
            window.show()
            self._settle(lambda: window.table.model.rowCount() > 0)
            window.repaint()
            QApplication.processEvents()

        took = cpu_ms(until_painted)
        made[0].close()
        made[0].deleteLater()
        QApplication.processEvents()
        return took

    def open_peer(self) -> float:
        took = cpu_ms(self._peer.open)
        self._peer.close()
        QApplication.processEvents()
        return took

    def offer(self) -> float:
        """From the end of the pause of who types."""
        self._turn += 1
        self._field.activateWindow()
        self._field.setFocus()
        self._field.setText(self._typed[self._turn % len(self._typed)])
        popup = self._offered.completer.popup()
        if popup is None:
            raise RuntimeError("nothing can be offered")
        self._settle(self._field.hasFocus)

        def until_shown() -> None:
            self._offered._ask()
            self._settle(popup.isVisible)
            QApplication.processEvents()

        took = cpu_ms(until_shown)
        popup.hide()
        return took


def of_contract(opened: OpenModule, count: int, times: int) -> Runs:
    application, context = opened.application, opened.window._context
    sesion = contratista(application)
    contrato_id = application.contratos.save(sesion, contrato(application))
    made = rows(2 * count, 1)
    kept, pasted = made[:count], made[count:]
    lista = application.contratos.save_workers(sesion, contrato_id, kept)
    as_text = ["\n".join("\t".join(row) for row in each) for each in (kept, pasted)]
    parent = QWidget()
    dialogs: list[TrabajadoresDialog] = []

    def open_window() -> None:
        dialog = TrabajadoresDialog(lista, None, context.shell.context(sesion), parent)
        dialogs.append(dialog)
        dialog.show()
        QApplication.processEvents()

    def paste() -> None:
        dialogs[-1].paste()
        QApplication.processEvents()

    QGuiApplication.clipboard().setText(as_text[1])
    open_window()
    peer = Peer(parent, dialogs[-1], as_text[0])

    measures = {
        "abrir": lambda: cpu_ms(open_window),
        "pegar": lambda: cpu_ms(paste),
        "qt abrir": lambda: cpu_ms(peer.open),
        "qt pegar": lambda: cpu_ms(peer.paste),
    }
    runs: Runs = {name: [] for name in measures}
    for _ in range(times):
        for name, values in interleave(measures, 1).items():
            runs[name] += values
        if dialogs[-1].model.rowCount() != 2 * count:
            raise RuntimeError("the pasted rows are not there")
        for dialog in dialogs:
            dialog.leave()
        dialogs.clear()
        peer.close()
        QApplication.processEvents()
    return runs


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--renglones", type=int, default=3_000)
    parser.add_argument("--movimientos", type=int, default=200_000)
    parser.add_argument("--veces", type=int, default=15)
    options = parser.parse_args()
    datos.MOVIMIENTOS_POR_TRABAJADOR = MOVEMENTS_EACH
    with open_module(options.movimientos, None) as opened:
        window = opened.window
        window.show()
        opened.bench.settle(
            lambda: not window.presenter.state.loading and not window.al_dia.running
        )
        known, empty = Known(opened), EmptyBench(opened.bench, options.movimientos)
        measures = {
            "vacío": empty.jump,
            "primera página": known.open,
            "qt primera página": known.open_peer,
            "ofrecer": known.offer,
        }
        runs = interleave(measures, options.veces)
        empty.view.hide()
        runs |= of_contract(opened, options.renglones, options.veces)
    figures = {
        "abrir entre QTableWidget": ratio(runs["abrir"], runs["qt abrir"]),
        "pegar entre QTableWidget": ratio(runs["pegar"], runs["qt pegar"]),
        "primera página entre QTableWidget": ratio(
            runs["primera página"], runs["qt primera página"]
        ),
        "ofrecer entre repintado vacío": ratio(runs["ofrecer"], runs["vacío"]),
    }
    return tell(
        {
            "banco": "trabajadores",
            "renglones": options.renglones,
            "movimientos": options.movimientos,
            "ms, p5 p95": {name: [middle(each), *spread(each)] for name, each in runs.items()},
            **figures,
        },
        all(figures[name] <= limit for name, limit in GOALS.items()),
    )


if __name__ == "__main__":
    sys.exit(main())
