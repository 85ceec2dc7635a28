"""The workers of a contract: their window opened, and as many pasted. Prints one JSON line.

python -m benchmarks.trabajadores [--renglones 3000] [--veces 15]

Peer: the same rows in Qt's own QTableWidget, from the same text, without any check. Times are
wall times from the call until the window is drawn.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem, QWidget

from benchmarks.comun import Runs, clock_ms, interleave, middle, ratio, spread, tell
from benchmarks.modulo_abierto import FolderLlavero
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.icsoe.contrato import Contratante, DatosContrato, FolioRepse
from icsoe_desktop.domain.icsoe.trabajadores import TrabajadorContrato
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.informativa.trabajadores import TrabajadoresDialog
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.store.tables.icsoe import ContratistaRow

OPEN_MS: Final = 100.0
PASTE_MS: Final = 1_000.0
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

    def __init__(self, parent: QWidget, like: QWidget, text: str) -> None:
        self._parent, self._size, self._text = parent, like.size(), text

    def open(self) -> None:
        self.view = QTableWidget(0, len(HEADINGS), self._parent)
        self.view.setHorizontalHeaderLabels(HEADINGS)
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
            for column, cell in enumerate((*line.split("\t"), "Correcto")):
                view.setItem(row, column, QTableWidgetItem(cell))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--renglones", type=int, default=3_000)
    parser.add_argument("--veces", type=int, default=15)
    options = parser.parse_args(arguments)
    app = create_qt_application()
    app.setQuitOnLastWindowClosed(False)
    assets.apply_style(app)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        data = DataFolder(folder)
        application = open_application(data, keyring=FolderLlavero(folder))
        jobs = gui_queue(Dispatcher(), "datos")
        shell = Shell(data, jobs, Preferences(folder / "banco.ini"), ErrorReporter(None))
        shell.application = application
        sesion = contratista(application)
        contrato_id = application.contratos.save(sesion, contrato(application))
        made = rows(2 * options.renglones, 1)
        kept, pasted = made[: options.renglones], made[options.renglones :]
        lista = application.contratos.save_workers(sesion, contrato_id, kept)
        as_text = ["\n".join("\t".join(row) for row in each) for each in (kept, pasted)]
        parent = QWidget()
        dialogs: list[TrabajadoresDialog] = []

        def open_window() -> None:
            dialog = TrabajadoresDialog(lista, None, shell.context(sesion), parent)
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
            "abrir": lambda: clock_ms(open_window),
            "pegar": lambda: clock_ms(paste),
            "qt abrir": lambda: clock_ms(peer.open),
            "qt pegar": lambda: clock_ms(peer.paste),
        }
        runs: Runs = {name: [] for name in measures}
        for _ in range(options.veces):
            for name, values in interleave(measures, 1).items():
                runs[name] += values
            if dialogs[-1].model.rowCount() != 2 * options.renglones:
                raise RuntimeError("the pasted rows are not there")
            for dialog in dialogs:
                dialog.leave()
            dialogs.clear()
            peer.close()
            QApplication.processEvents()
        jobs.close()
        application.close()
    opened, put = middle(runs["abrir"]), middle(runs["pegar"])
    return tell(
        {
            "medida": "trabajadores",
            "renglones": options.renglones,
            "abrir ms": opened,
            "abrir ms p5 p95": spread(runs["abrir"]),
            "pegar ms": put,
            "pegar ms p5 p95": spread(runs["pegar"]),
            "QTableWidget abrir ms": middle(runs["qt abrir"]),
            "QTableWidget pegar ms": middle(runs["qt pegar"]),
            "abrir entre QTableWidget": ratio(runs["abrir"], runs["qt abrir"]),
            "pegar entre QTableWidget": ratio(runs["pegar"], runs["qt pegar"]),
        },
        opened <= OPEN_MS and put <= PASTE_MS,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
