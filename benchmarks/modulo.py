"""The grid of movements against an empty model and against plain queries, in one process.

.venv/bin/python -m benchmarks.modulo [--filas 1000000] [--veces 5] [--datos CARPETA]
Goals: diseno/rendimiento.md. Times are of the clock, to rows painted, and interleaved. A stall is
the longest that the event loop stood still, by the clock and by its own work: on a busy machine the
first also counts the turns of other programs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractTableModel, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QTableView

from benchmarks import datos
from benchmarks.comun import interleave, middle, ratio, spread, tell
from icsoe_desktop.bootstrap import open_application
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.errors import ErrorReporter
from icsoe_desktop.gui.modulo.columnas import COLUMNS
from icsoe_desktop.gui.modulo.window import ModuloWindow
from icsoe_desktop.gui.preferences import Preferences
from icsoe_desktop.gui.qt import create_qt_application
from icsoe_desktop.gui.shell import Shell
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.importacion_valores import Decision
from icsoe_desktop.services.movimientos_valores import Columna
from icsoe_desktop.services.usuarios import UsuarioNuevo

CORREO, CONTRASENA = "alma@ejemplo.mx", "Papel.Verde93"
BEAT_MS: Final = 2
LOOK_MS: Final = 1
TIMEOUT_MS: Final = 120_000
REPAINT_RATIO: Final = 1.5
SHOWN_MS: Final = 100.0
STALL_MS: Final = 50.0
MAX_RSS_MB: Final = 80.0
TODOS_TAB: Final = 3
# As a person would write them; the orders are those of the store's own indexes.
PLAIN: Final = (
    "SELECT m.*, t.* FROM movimientos m JOIN trabajadores t ON t.fila = m.trabajador {} LIMIT 100"
)
PLAIN_FIRST: Final = PLAIN.format("ORDER BY m.fecha DESC, m.tipo DESC")
PLAIN_SORT: Final = PLAIN.format("ORDER BY t.orden_nombres, t.orden_primer, t.orden_segundo")
TYPED: Final = ("garcia", "muñ", "nuñez luis", "zur", "mar", "1000001", "gomez alma", "pel")
PLAIN_FILTER: Final = PLAIN.format("WHERE m.tipo = '07' ORDER BY m.fecha DESC")


class Pause(NamedTuple):
    """reloj: by the clock, other programs' turns included. propia: of this thread's own work."""

    reloj_ms: float
    propia_ms: float

    def longest(self, other: Pause) -> Pause:
        return Pause(max(self.reloj_ms, other.reloj_ms), max(self.propia_ms, other.propia_ms))


NO_PAUSE: Final = Pause(0.0, 0.0)


class Beat:
    """How long the event loop stood still, at most."""

    def __init__(self) -> None:
        self._longest = NO_PAUSE
        self._last = (0.0, 0.0)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        self._longest, self._last = NO_PAUSE, (time.perf_counter(), time.thread_time())
        self._timer.start(BEAT_MS)

    def stop(self) -> Pause:
        self._timer.stop()
        return self._longest

    def _on_tick(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        gap = Pause((now[0] - self._last[0]) * 1000 - BEAT_MS, (now[1] - self._last[1]) * 1000)
        self._longest = self._longest.longest(gap)
        self._last = now


class EmptyModel(QAbstractTableModel):
    """Answers without work."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(self, _parent: Any = None) -> int:
        return self._rows

    def columnCount(self, _parent: Any = None) -> int:
        return len(COLUMNS)

    def data(self, _index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return "MOVIMIENTO" if role == Qt.ItemDataRole.DisplayRole else None


class Bench:
    def __init__(self, window: ModuloWindow, application: Application) -> None:
        self.window = window
        self.application = application
        self.view = window.form.movimientos_table
        self.model = window.grid.table.model
        self.beat = Beat()
        self.painted = PaintWatch(self)
        self.view.viewport().installEventFilter(self.painted)
        self.stalls: dict[str, Pause] = {}
        self._turn = 0

    def settle(self, what: Callable[[], bool]) -> None:
        """Lets the loop run as it does in the program, looking every now and then."""
        if what():
            return
        loop = QEventLoop()
        late = QTimer()
        late.timeout.connect(lambda: loop.exit(1))
        late.start(TIMEOUT_MS)
        look = QTimer()
        look.setTimerType(Qt.TimerType.PreciseTimer)
        look.timeout.connect(lambda: loop.exit(0) if what() else None)
        look.start(LOOK_MS)
        if loop.exec():
            raise TimeoutError

    def rows_are_here(self) -> bool:
        count = self.model.rowCount()
        if not count:
            return False
        first = max(0, self.view.rowAt(0))
        last = self.view.rowAt(self.view.viewport().height() - 1)
        return self.model.is_here(first) and self.model.is_here(last if last >= 0 else count - 1)

    def watched(self, name: str, work: Callable[[], float]) -> Callable[[], float]:
        """The measure, and how long the loop stood still in it."""

        def measure() -> float:
            self.beat.start()
            found = work()
            longest = self.stalls.get(name, NO_PAUSE).longest(self.beat.stop())
            self.stalls[name] = longest
            return found

        return measure

    def to_rows(self, act: Callable[[], object], resets: bool) -> float:
        """Milliseconds from the act to its rows, painted. resets: new rows, not other ones."""
        shown: list[object] = []
        connection = self.window.presenter.shown.connect(lambda *_: shown.append(1))
        start = time.perf_counter()
        act()
        self.painted.whole = False
        self.settle(lambda: (bool(shown) or not resets) and self.painted.whole)
        took = (time.perf_counter() - start) * 1000
        self.window.presenter.shown.disconnect(connection)
        self.settle(lambda: not self.window.presenter.state.loading and self.rows_are_here())
        return took

    def scroll(self, to: Callable[[int], int]) -> float:
        bar = self.view.verticalScrollBar()
        return self.to_rows(lambda: bar.setValue(to(bar.maximum())), resets=False)

    def page_down(self) -> float:
        bar = self.view.verticalScrollBar()
        self._turn += 1
        if self._turn % 20 == 1:
            self.scroll(lambda most: most * (self._turn % 7) // 8)
        return self.to_rows(lambda: bar.setValue(bar.value() + bar.pageStep()), resets=False)

    def sort(self, columna: Columna, descending: bool) -> float:
        at = next(at for at, one in enumerate(COLUMNS) if one.order is columna)
        way = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        header = self.view.horizontalHeader()
        self.sort_back(columna)
        return self.to_rows(lambda: header.setSortIndicator(at, way), resets=True)

    def sort_back(self, but: Columna) -> None:
        """Another order before, so that the measured one is a change."""
        other = Columna.FECHA if but is not Columna.FECHA else Columna.SBC
        at = next(at for at, one in enumerate(COLUMNS) if one.order is other)
        header = self.view.horizontalHeader()
        if header.sortIndicatorSection() != at:
            act = lambda: header.setSortIndicator(at, Qt.SortOrder.DescendingOrder)  # noqa: E731
            self.to_rows(act, resets=True)

    def filter_by_tab(self) -> float:
        tabs = self.window.form.pestanas_tabs
        self.to_rows(lambda: tabs.setCurrentIndex(0), resets=True)
        found = self.to_rows(lambda: tabs.setCurrentIndex(1), resets=True)
        self.to_rows(lambda: tabs.setCurrentIndex(TODOS_TAB), resets=True)
        return found

    def type_text(self, text: str) -> float:
        """From the search, after the pause of typing, to the hits."""
        edit = self.window.form.texto_edit
        edit.setText(text)
        found = self.to_rows(self.window.filtro.search, resets=True)
        edit.clear()
        self.to_rows(self.window.filtro.search, resets=True)
        return found

    def plain(self, sql: str) -> float:
        connection = self.application.store.engine.raw_connection()
        start = time.perf_counter()
        connection.driver_connection.execute(sql).fetchall()  # type: ignore[union-attr]
        took = (time.perf_counter() - start) * 1000
        connection.close()
        return took


class PaintWatch(QObject):
    """whole: the rows were painted since it was last put to False."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.view)
        self._bench = bench
        self.whole = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Heard before it is painted, but seen by nobody before it has been.
        if event.type() == QEvent.Type.Paint and self._bench.rows_are_here():
            self.whole = True
        return super().eventFilter(watched, event)


def empty_view(like: QTableView, rows: int) -> QTableView:
    view = QTableView()
    view.setModel(EmptyModel(rows))
    view.model().setParent(view)
    view.verticalHeader().setDefaultSectionSize(like.verticalHeader().defaultSectionSize())
    view.verticalHeader().hide()
    view.setWordWrap(False)
    view.setAlternatingRowColors(True)
    for at in range(len(COLUMNS)):
        view.setColumnWidth(at, like.columnWidth(at))
    view.resize(like.size())
    view.show()
    return view


class EmptyBench:
    """The same view over the empty model, watched in the same way."""

    def __init__(self, bench: Bench, rows: int) -> None:
        self._bench = bench
        self.view = empty_view(bench.view, rows)
        self._painted = False
        self._watch = _AnyPaint(self.view, self._on_paint)
        self.view.viewport().installEventFilter(self._watch)

    def jump(self) -> float:
        bar = self.view.verticalScrollBar()
        start = time.perf_counter()
        bar.setValue((bar.value() + bar.maximum() // 7) % bar.maximum())
        self._painted = False
        self._bench.settle(lambda: self._painted)
        return (time.perf_counter() - start) * 1000

    def _on_paint(self) -> None:
        self._painted = True


class _AnyPaint(QObject):
    def __init__(self, parent: QObject, then: Callable[[], None]) -> None:
        super().__init__(parent)
        self._then = then

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._then()
        return super().eventFilter(watched, event)


def rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class FolderLlavero:
    """The keyring of a benchmark: a file beside its data."""

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
    """A session; the movements are brought in unless somebody was here before."""
    if application.acceso.any_usuario():
        return application.acceso.enter(CORREO, CONTRASENA)
    nuevo = UsuarioNuevo("Alma", "Prieto", "Soto", CORREO, CONTRASENA, CONTRASENA, True)
    sesion = application.usuarios.register(None, nuevo).sesion
    service = application.importacion_movimientos
    files = datos.escribir_archivos(folder / "archivos", rows)
    vista = service.preview(sesion, files, NoProgress())
    service.apply(sesion, vista, Decision(solo_buenos=True), NoProgress())
    service.discard(vista)
    return sesion


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
            "nombre": watched("nombre", lambda: bench.sort(Columna.NOMBRE, False)),
            "nombre, consulta": lambda: bench.plain(PLAIN_SORT),
            "pestaña": watched("pestaña", bench.filter_by_tab),
            "pestaña, consulta": lambda: bench.plain(PLAIN_FILTER),
        },
        times,
    )
    others = {
        columna.value: watched(columna.value, partial(bench.sort, columna, True))()
        for columna in Columna
    }
    # In the order that was asked for last, without an index, the hits themselves are sorted.
    unindexed = [watched("texto sin índice", partial(bench.type_text, text))() for text in TYPED]
    bench.sort(Columna.FECHA, True)
    typed = [watched("texto", partial(bench.type_text, text))() for text in TYPED]
    ratios = {name: ratio(runs[name], runs["vacío"]) for name in ("avance", "mitad", "final")}
    allowed = {
        name: max(SHOWN_MS, REPAINT_RATIO * middle(runs[f"{name}, consulta"]))
        for name in ("primera", "nombre", "pestaña")
    }
    bench.beat.start()
    end = time.monotonic() + 2
    bench.settle(lambda: time.monotonic() > end)
    noise = bench.beat.stop()
    kept = (
        all(one <= REPAINT_RATIO for one in ratios.values())
        and all(middle(runs[name]) <= most for name, most in allowed.items())
        and all(min(one) <= STALL_MS for one in bench.stalls.values())
    )
    result: dict[str, object] = {
        "ms": {name: middle(values) for name, values in runs.items()},
        "ms p5 p95": {name: spread(values) for name, values in runs.items()},
        "razón al repintado vacío": ratios,
        "ms permitidos": {name: round(most, 1) for name, most in allowed.items()},
        "ms al ordenar por": {name: round(ms, 1) for name, ms in others.items()},
        "ms al escribir": spread(typed),
        "ms al escribir, orden sin índice": spread(unindexed),
        "pausas ms, por reloj y propias": {
            name: [round(ms, 1) for ms in one] for name, one in bench.stalls.items()
        },
        "pausa sin hacer nada ms": round(noise.reloj_ms, 1),
    }
    return result, kept


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--filas", type=int, default=1_000_000)
    parser.add_argument("--veces", type=int, default=5)
    parser.add_argument("--datos", type=Path, help="a folder to make once and use again")
    options = parser.parse_args()
    app = create_qt_application()
    app.setQuitOnLastWindowClosed(False)
    assets.apply_style(app)
    with ExitStack() as stack:
        folder = options.datos or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        data = DataFolder(folder)
        application = open_application(data, llavero=FolderLlavero(folder))
        sesion = fill(application, folder, options.filas)
        jobs = gui_queue(Dispatcher(), "datos")
        preferences = Preferences(folder / "preferencias-banco.ini")
        shell = Shell(data, jobs, preferences, ErrorReporter(None))
        shell.application = application
        window = ModuloWindow(shell.context(sesion))
        window.resize(1366, 768)
        window.form.texto_edit.setText("zzzz")
        window.filtro.search()
        window.form.pestanas_tabs.setCurrentIndex(TODOS_TAB)
        window.show()
        bench = Bench(window, application)
        bench.settle(lambda: not window.presenter.state.loading)
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
        window.close()
        bench.settle(lambda: not jobs.busy)
        jobs.close()
        application.close()
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
