"""Drives the module's window in the benchmark: each action, until its rows are painted."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import reduce
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView

from icsoe_desktop.gui.idse.modulo.columns import COLUMNS
from icsoe_desktop.gui.idse.modulo.filtro import TODOS_TAB
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import ColumnaMovimiento

BEAT_MS: Final = 2
LOOK_MS: Final = 1
TIMEOUT_MS: Final = 120_000
# Qt's own requests to paint have the priority -1. Jobs wait for an event of this one.
AFTER_PAINTING: Final = -2


class Pause(NamedTuple):
    """A stall. reloj: wall time, with other programs' turns. propia: this thread's own work.

    programa: the work of all threads meanwhile. What this thread waits for the interpreter is
    another one's work.
    """

    reloj_ms: float
    propia_ms: float
    programa_ms: float

    @property
    def quiet_ms(self) -> float:
        """At most so long on a machine on which nothing else runs."""
        return min(self.reloj_ms, self.programa_ms)

    def longest(self, other: Pause) -> Pause:
        return Pause(*map(max, self, other))

    def rounded(self) -> list[float]:
        return [round(ms, 1) for ms in self]


NO_PAUSE: Final = Pause(0.0, 0.0, 0.0)


class Beat:
    """Measures the longest time in which the event loop did not run."""

    def __init__(self) -> None:
        self._longest = NO_PAUSE
        self._last = (0.0, 0.0, 0.0)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        self._longest, self._last = NO_PAUSE, _clocks()
        self._timer.start(BEAT_MS)

    def stop(self) -> Pause:
        self._on_tick()
        self._timer.stop()
        return self._longest

    def _on_tick(self) -> None:
        now = _clocks()
        reloj, propia, programa = (
            (at - was) * 1000 for at, was in zip(now, self._last, strict=True)
        )
        self._longest = self._longest.longest(Pause(reloj - BEAT_MS, propia, programa))
        self._last = now


def _clocks() -> tuple[float, float, float]:
    return time.perf_counter(), time.thread_time(), time.process_time()


class Bench:
    def __init__(self, window: ModuloWindow, application: Application) -> None:
        self.window = window
        self.application = application
        self.view = window.form.movimientos_table
        self.model = window.grid.table.model
        self.beat = Beat()
        self.painted = PaintWatch(self.view, self.rows_are_here)
        self.every_stall: dict[str, list[Pause]] = {}
        self._turn = 0

    def settle(self, what: Callable[[], bool]) -> None:
        """Run the event loop as the program does, until `what` is true."""
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

    @property
    def stalls(self) -> dict[str, Pause]:
        """The longest of each act."""
        return {name: reduce(Pause.longest, each) for name, each in self.every_stall.items()}

    def watched(self, name: str, work: Callable[[], float]) -> Callable[[], float]:
        """The measure, which also records the longest stall."""

        def measure() -> float:
            self.beat.start()
            found = work()
            self.every_stall.setdefault(name, []).append(self.beat.stop())
            return found

        return measure

    def to_rows(self, act: Callable[[], object], resets: bool) -> float:
        """Processor time from the action until its rows are painted, in milliseconds.

        Of all threads, so that another program's turns do not count. resets: expect a new result.
        The next act finds the complete list painted.
        """
        shown: list[object] = []

        def look(*_: object) -> None:
            shown.append(1)
            # What was painted before were the former rows.
            self.painted.reset()

        connection = self.window.presenter.shown.connect(look)
        start = time.process_time()
        act()
        self.painted.reset()
        self.settle(lambda: (bool(shown) or not resets) and self.painted.at is not None)
        took = self.painted.ms_since(start)
        self.settle(lambda: not self.window.presenter.state.loading and self.rows_are_here())
        self.window.presenter.shown.disconnect(connection)
        self.painted.reset()
        self.view.viewport().update()
        self.settle(lambda: self.painted.at is not None)
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

    def sort(self, columna: ColumnaMovimiento, descending: bool) -> float:
        at = next(at for at, one in enumerate(COLUMNS) if one.order is columna)
        way = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        header = self.view.horizontalHeader()
        self.sort_back(columna)
        return self.to_rows(lambda: header.setSortIndicator(at, way), resets=True)

    def sort_back(self, but: ColumnaMovimiento) -> None:
        """Apply another order first, so that the measured order is a change."""
        other = (
            ColumnaMovimiento.FECHA if but is not ColumnaMovimiento.FECHA else ColumnaMovimiento.SBC
        )
        at = next(at for at, one in enumerate(COLUMNS) if one.order is other)
        header = self.view.horizontalHeader()
        if header.sortIndicatorSection() != at:
            act = lambda: header.setSortIndicator(at, Qt.SortOrder.DescendingOrder)  # noqa: E731
            self.to_rows(act, resets=True)

    def tabs(self) -> list[int]:
        """The tabs of one type of movement."""
        return list(range(TODOS_TAB))

    def filter_by_tab(self, at: int) -> float:
        tabs = self.window.form.pestanas_tabs
        found = self.to_rows(lambda: tabs.setCurrentIndex(at), resets=True)
        self.to_rows(lambda: tabs.setCurrentIndex(TODOS_TAB), resets=True)
        return found

    def what_is_owed(self) -> float:
        """Milliseconds to what is owed, by its last day: here, every movement."""
        found = self.to_rows(self.window.show_owed, resets=True)
        self.to_rows(self.window.show_owed, resets=True)
        return found

    def type_text(self, text: str) -> float:
        """Milliseconds from the search, after the typing pause, to the hits."""
        edit = self.window.form.texto_edit
        edit.setText(text)
        found = self.to_rows(self.window.filtro.search, resets=True)
        edit.clear()
        self.to_rows(self.window.filtro.search, resets=True)
        return found

    def tablero(self) -> tuple[float, float]:
        """Processor time until the Tablero's figures are drawn, and until its charts are, in ms."""
        presenter = self.window.tablero_presenter
        seen: list[float] = []
        before = presenter.state

        def look(_state: object) -> None:
            state = presenter.state
            figures = state.tablero is not before.tablero
            charts = state.months is not before.months
            if figures + charts > len(seen):
                seen.append((time.process_time() - start) * 1000)

        connection = presenter.changed.connect(look)
        start = time.process_time()
        self.window.lugares.show_tablero()
        self.settle(lambda: len(seen) == 2)
        presenter.changed.disconnect(connection)
        self.settle(lambda: not presenter.state.reading)
        self.window.lugares.show_movimientos()
        return seen[0], seen[1]


class PaintWatch(QObject):
    """at: the processor time when the rows of `view` were painted since `reset`; None before."""

    def __init__(self, view: QAbstractItemView, are_here: Callable[[], bool]) -> None:
        super().__init__(view)
        self._are_here = are_here
        self._turn = 0
        self._began = False
        self.at: float | None = None
        view.viewport().installEventFilter(self)

    def reset(self) -> None:
        self._turn += 1
        self._began, self.at = False, None
        self._look_after_painting()

    def ms_since(self, start: float) -> float:
        return 0.0 if self.at is None else (self.at - start) * 1000

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # This event comes before the painting.
        if event.type() == QEvent.Type.Paint and not self._began and self._are_here():
            self._began = True
            self._look_after_painting()
        return super().eventFilter(watched, event)

    def customEvent(self, event: QEvent) -> None:
        if isinstance(event, _Look) and event.turn == self._turn and self._began:
            self.at = self.at or time.process_time()

    def _look_after_painting(self) -> None:
        QCoreApplication.postEvent(self, _Look(self._turn), AFTER_PAINTING)


class _Look(QEvent):
    def __init__(self, turn: int) -> None:
        super().__init__(QEvent.Type.User)
        self.turn = turn
