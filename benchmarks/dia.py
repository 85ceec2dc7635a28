"""A working day in one process: what it holds in the evening beside the morning.

    python -m benchmarks.dia [--horas 8] [--filas 20000] [--contra CLAVE …]

Every hour each window is opened, drawn and closed, words are searched, orders are changed, a file
is imported and taken back, and the session is locked and opened again. After each hour the process
rests, and its memory, threads and open files are counted. Goals from the second hour on: no more
than 10 MB, no thread and no file.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy.pool import QueuePool

from benchmarks import datos
from benchmarks.comun import tell
from benchmarks.modulo_abierto import CONTRASENA, FolderLlavero, fill, rss_mb
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.qt import create_qt_application
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.base.windows import WINDOWS
from icsoe_desktop.gui.idse.modulo.filtro import TODOS_TAB
from icsoe_desktop.gui.idse.modulo.lugares import MOVIMIENTOS
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.tablero.page import FIRST_PAGE
from icsoe_desktop.gui.inicio.bloqueo.guardia import SessionGuard
from icsoe_desktop.gui.inicio.bloqueo.window import BloqueoWindow
from icsoe_desktop.jobs import JobQueue, NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.store.movimientos.ordered_lists import _trim_heap as trim_heap

GROWN_MB: Final = 10.0
IMPORTED: Final = 2_000
TYPED: Final = ("garcia", "muñ", "zur lop", "1000001", "")
REST_S: Final = 30.0
ALWAYS_THERE: Final = ("MainThread",)


class Day:
    def __init__(self, folder: Path, rows: int) -> None:
        self._folder = folder
        self._data = DataFolder(folder)
        self.store_name = self._data.store.name
        self.application: Application = open_application(self._data, keyring=FolderLlavero(folder))
        self.sesion: Sesion = fill(self.application, folder, rows)
        self._jobs: JobQueue = gui_queue(Dispatcher(), "datos")
        preferences = Preferences(folder / "preferencias-banco.ini")
        preferences.set(FIRST_PAGE, MOVIMIENTOS)
        self.shell = Shell(self._data, self._jobs, preferences, ErrorReporter(None))
        self.shell.application = self.application
        self.guard = SessionGuard(self.shell)
        self.file = datos.escribir_archivos(folder / "diario", IMPORTED, semilla=99)

    def hour(self) -> None:
        self.open_every_window()
        self.search()
        self.import_and_undo()
        self.lock_and_unlock()
        self.rest()

    def open_every_window(self) -> None:
        for entry in WINDOWS:
            window = self.shell.open(entry.key, self.sesion)
            wait(window.isVisible, self._queues(window))
            window.grab()
            discard(window)

    def search(self) -> None:
        window = self.shell.open("modulo", self.sesion)
        assert isinstance(window, ModuloWindow)
        window.form.pestanas_tabs.setCurrentIndex(TODOS_TAB)
        queues = self._queues(window)
        for text in TYPED:
            window.form.texto_edit.setText(text)
            window.filtro.search()
            wait(lambda: not window.presenter.state.loading, queues)
            bar = window.form.movimientos_table.verticalScrollBar()
            bar.setValue(bar.maximum() // 2)
            wait(lambda: True, queues)
        header = window.form.movimientos_table.horizontalHeader()
        for column in range(min(8, header.count())):
            header.setSortIndicator(column, header.sortIndicatorOrder())
            wait(lambda: not window.presenter.state.loading, queues)
        discard(window)

    def import_and_undo(self) -> None:
        service = self.application.importacion_movimientos
        vista = service.preview(self.sesion, self.file, NoProgress())
        done = service.apply(
            self.sesion,
            vista,
            Decision(solo_buenos=True, importar_duplicados=True),
            NoProgress(),
        )
        service.discard(vista)
        if done.importacion_id is not None:
            service.undo(self.sesion, done.importacion_id, NoProgress())

    def lock_and_unlock(self) -> None:
        window = self.shell.open("modulo", self.sesion)
        self.guard.watch(self.sesion)
        self.guard.lock()
        locks = [one for one in QApplication.topLevelWidgets() if isinstance(one, BloqueoWindow)]
        for lock in locks:
            lock.form.contrasena_edit.setText(CONTRASENA)
            lock.form.desbloquear_button.click()
        wait(lambda: not self.guard.locked, self._queues(window))
        self.guard.rest()
        discard(window)

    def rest(self) -> None:
        wait(lambda: True, [self._jobs])
        for _ in range(3):
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()
            gc.collect()
        trim_heap()

    def resting_connections(self) -> int:
        pool = self.application.acceso._store.engine.pool
        assert isinstance(pool, QueuePool)
        return pool.checkedin()

    def close(self) -> None:
        self._jobs.close()
        self.application.close()

    def _queues(self, window: QWidget) -> list[JobQueue]:
        own = [one for one in vars(window).values() if isinstance(one, JobQueue)]
        return [self._jobs, *own]


def wait(ready: Callable[[], bool], queues: list[JobQueue]) -> None:
    """Run the event loop until nothing is under way."""
    end = time.monotonic() + REST_S
    quiet = 0
    while quiet < 3:
        if time.monotonic() > end:
            raise TimeoutError
        QApplication.processEvents()
        rests = ready() and not any(queue.busy for queue in queues)
        quiet = quiet + 1 if rests else 0
        time.sleep(0.002)


def discard(window: QWidget) -> None:
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def held(day: Day) -> dict[str, Any]:
    """What the process holds. archivos: by name, so that a leak tells where it is.

    The connections that the store's pool keeps for the next reader do not count: it keeps five at
    most, as many as once read at the same time.
    """
    resting = day.resting_connections()
    folder = Path("/proc/self/fd")
    names = []
    for one in folder.iterdir() if folder.exists() else ():
        try:
            names.append(str(one.readlink()))
        except OSError:
            continue  # the listing's own
    files = Counter(name.rpartition("/")[2].partition(":")[0] for name in names)
    for name in (day.store_name, f"{day.store_name}-wal"):
        files[name] -= resting
    return {
        "mb": round(rss_mb(), 1),
        "hilos": sorted(one.name for one in threading.enumerate()),
        "archivos": files,
        "ventanas": len(QApplication.allWidgets()),
        "objetos": len(gc.get_objects()),
    }


def kinds() -> Counter[str]:
    return Counter(type(one).__qualname__ for one in gc.get_objects())


@contextmanager
def opened(rows: int) -> Iterator[Day]:
    app = create_qt_application()
    app.setQuitOnLastWindowClosed(False)
    assets.apply_style(app)
    with tempfile.TemporaryDirectory(prefix="icsoe-dia-") as name:
        day = Day(Path(name), rows)
        yield day
        day.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--horas", type=int, default=8)
    parser.add_argument("--filas", type=int, default=20_000)
    parser.add_argument("--detalle", action="store_true", help="name what grew")
    options = parser.parse_args()
    hours: list[dict[str, Any]] = []
    with opened(options.filas) as day:
        before: Counter[str] = Counter()
        for at in range(options.horas + 1):
            day.hour()
            hours.append(held(day))
            if at == 0:
                before = kinds()
        if options.detalle:
            sys.stderr.write(f"{(kinds() - before).most_common(25)}\n")
    first, last = hours[0], hours[-1]
    grown = last["mb"] - first["mb"]
    threads = Counter(last["hilos"]) - Counter(first["hilos"])
    files = last["archivos"] - first["archivos"]
    kept = grown <= GROWN_MB and not threads and not files
    return tell(
        {
            "medida": "dia",
            "horas": options.horas,
            "filas": options.filas,
            "crece MB": round(grown, 1),
            "mb por hora": [one["mb"] for one in hours],
            "objetos por hora": [one["objetos"] for one in hours],
            "widgets por hora": [one["ventanas"] for one in hours],
            "hilos de más": dict(threads),
            "archivos de más": dict(files),
            "meta MB": GROWN_MB,
        },
        kept,
    )


if __name__ == "__main__":
    raise SystemExit(main())
