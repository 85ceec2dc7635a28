"""The module over a store of its own, which the benchmarks of its pages fill and then drive."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QTableView

from benchmarks import datos
from benchmarks.modulo_tabla import Bench, PaintWatch
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.idse.modulo.columns import COLUMNS
from icsoe_desktop.gui.idse.modulo.lugares import MOVIMIENTOS
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.tablero.page import FIRST_PAGE
from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.gui.kit.pills import STATE_ROLE
from icsoe_desktop.gui.kit.tables import ColumnsModel, furnish
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.usuarios import UsuarioNuevo
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.services.movimientos.valores import MovimientoFila

CORREO, CONTRASENA = "alma@ejemplo.mx", "Papel.Verde93"
SIZE = (1366, 768)


class OpenModule(NamedTuple):
    """window: hidden still."""

    window: ModuloWindow
    application: Application
    bench: Bench


def rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class FolderLlavero:
    """The keyring of a benchmark: a file beside the data."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "llave"

    def available(self) -> bool:
        return True

    def get(self, _database_id: str) -> bytes | None:
        return self._path.read_bytes() if self._path.exists() else None

    def set(self, _database_id: str, key: bytes) -> bool:
        self._path.write_bytes(key)
        return True


def fill(application: Application, folder: Path, rows: int) -> Sesion:
    """A session. Movements are imported if the folder has no user yet."""
    if application.acceso.any_usuario():
        return application.acceso.enter(CORREO, CONTRASENA)
    nuevo = UsuarioNuevo(
        nombres="Alma",
        primer_apellido="Prieto",
        segundo_apellido="Soto",
        correo=CORREO,
        contrasena=CONTRASENA,
        confirmacion=CONTRASENA,
        acepta_aviso=True,
    )
    sesion = application.usuarios.register(None, nuevo).sesion
    service = application.importacion_movimientos
    files = datos.escribir_archivos(folder / "archivos", rows)
    vista = service.preview(sesion, files, NoProgress())
    service.apply(sesion, vista, Decision(solo_buenos=True), NoProgress())
    service.discard(vista)
    return sesion


def add_arguments(parser: argparse.ArgumentParser, times: int) -> None:
    parser.add_argument("--filas", type=int, default=1_000_000)
    parser.add_argument("--veces", type=int, default=times)
    parser.add_argument("--datos", type=Path, help="a folder to make once and use again")


@contextmanager
def open_module(
    rows: int, chosen: Path | None, made: Callable[[Application], None] | None = None
) -> Iterator[OpenModule]:
    """The module's window over so many movements, in the program's own event loop and queues.

    chosen: the folder of the data, a new one if None. made: called once for each folder.
    """
    app = create_qt_application()
    app.setQuitOnLastWindowClosed(False)
    assets.apply_style(app)
    with ExitStack() as stack:
        folder = chosen or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        data = DataFolder(folder)
        application = open_application(data, keyring=FolderLlavero(folder))
        sesion = fill(application, folder, rows)
        mark = folder / "preparado"
        if made is not None and not mark.exists():
            made(application)
            mark.touch()
        jobs = gui_queue(Dispatcher(), "datos")
        preferences = Preferences(folder / "preferencias-banco.ini")
        preferences.set(FIRST_PAGE, MOVIMIENTOS)
        shell = Shell(data, jobs, preferences, ErrorReporter(None))
        shell.application = application
        window = ModuloWindow(shell.context(sesion))
        window.resize(*SIZE)
        bench = Bench(window, application)
        yield OpenModule(window, application, bench)
        window.close()
        bench.settle(lambda: not jobs.busy)
        jobs.close()
        application.close()


class EmptyModel(ColumnsModel[PagedColumn[MovimientoFila]]):
    """Returns constants."""

    def __init__(self, rows: int, parent: QObject) -> None:
        super().__init__(COLUMNS, parent)
        self._rows = rows

    def rowCount(self, _parent: Any = None) -> int:
        return self._rows

    def data(self, _index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return "MOVIMIENTO"
        return "pendiente" if role == STATE_ROLE else None


def empty_view(like: QTableView, rows: int) -> QTableView:
    view = QTableView()
    furnish(view, EmptyModel(rows, view), lambda: None, stretched=False, close=True)
    view.setAlternatingRowColors(like.alternatingRowColors())
    for at in range(len(COLUMNS)):
        view.setColumnWidth(at, like.columnWidth(at))
    return view


class EmptyBench:
    """A table of the same columns, size and delegates over the empty model, in the place of the
    module's: a page of the same window.
    """

    def __init__(self, bench: Bench, rows: int) -> None:
        self._bench = bench
        self._stack = bench.window.form.tabla_stack
        self.view = empty_view(bench.view, rows)
        self._painted = PaintWatch(self.view, lambda: True)
        self._stack.addWidget(self.view)

    def jump(self) -> float:
        """Processor time of one repaint, in milliseconds. The module's table is back after it."""
        self._stack.setCurrentWidget(self.view)
        self._settle()
        bar = self.view.verticalScrollBar()
        start = time.process_time()
        bar.setValue((bar.value() + bar.maximum() // 7) % bar.maximum())
        self._settle()
        took = self._painted.ms_since(start)
        self._stack.setCurrentWidget(self._bench.window.form.tabla_page)
        self._bench.painted.reset()
        self._bench.settle(lambda: self._bench.painted.at is not None)
        return took

    def _settle(self) -> None:
        self._painted.reset()
        self._bench.settle(lambda: self._painted.at is not None)
