"""The QApplication: the sentence of a start that cannot go on, and garbage on its thread."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QKeySequence, QPaintEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QTableView, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.qt import (
    FEW,
    PATIENCE,
    QUIET_LOOKS,
    GarbageCollector,
    qapplication,
    say_and_end,
)
from icsoe_desktop.gui.kit.pills import PillLabel
from icsoe_desktop.gui.kit.row_buttons import RowButtons
from icsoe_desktop.gui.kit.table_view import prepare
from icsoe_desktop.jobs import Outcome, Progress
from tests.gui.conftest import press

SENTENCE = "La liga que se abrió trae órdenes además del código, y no se obedeció."


def test_a_sentence_without_a_window_stays_until_it_is_read(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = qapplication()
    ended: list[bool] = []

    def read_it() -> int:
        gc.collect()
        (box,) = (
            widget
            for widget in QApplication.topLevelWidgets()
            if isinstance(widget, QMessageBox) and widget.isVisible()
        )
        assert box.text() == SENTENCE
        press(box, "Aceptar")
        return 0

    monkeypatch.setattr(app, "exec", read_it)
    monkeypatch.setattr(app, "quit", lambda: ended.append(True))
    assert say_and_end(app, SENTENCE) == 1
    assert ended == [True]


def test_keys_have_the_names_of_the_manual() -> None:
    native = QKeySequence.SequenceFormat.NativeText
    said = [QKeySequence(key).toString(native) for key in ("Ctrl+0", "Ctrl+Shift+Del", "Esc")]
    assert said == ["Ctrl+0", "Ctrl+Mayús+Supr", "Esc"]
    assert QKeySequence("Ctrl+Return").toString(native) == "Ctrl+Entrar"
    # Qt's other texts are still there.
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancelar"


@pytest.fixture(autouse=True)
def eager() -> Iterator[None]:
    before = gc.get_threshold()
    # What other tests left is not looked at again at every fifty objects.
    gc.freeze()
    gc.set_threshold(50, 1, 1)
    yield
    gc.set_threshold(*before)


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GarbageCollector]:
    gc.enable()
    owner = QObject()
    yield GarbageCollector(owner)
    owner.deleteLater()


def lose_a_window(deaths: list[int]) -> None:
    window = QWidget()
    window.itself = window  # type: ignore[attr-defined]  # a cycle, as a lambda in a slot makes it
    weakref.finalize(window, lambda: deaths.append(threading.get_ident()))


def work_hard(_: Progress) -> int:
    kept = []
    for number in range(20_000):
        kept.append([number])
    return len(kept)


def test_a_lost_window_dies_in_the_gui_thread_while_a_worker_allocates(
    qtbot: QtBot, collector: GarbageCollector
) -> None:
    deaths: list[int] = []
    done: list[Outcome[int]] = []
    queue = gui_queue(Dispatcher(), "prueba")
    lose_a_window(deaths)

    queue.add(work_hard, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert queue.close()
    kept: list[list[int]] = []

    def window_died() -> bool:
        # A look collects what has more new objects than its threshold. In a process where all is
        # made already, waiting alone makes none.
        kept.extend([number] for number in range(100))
        return bool(deaths)

    qtbot.waitUntil(window_died)
    assert deaths == [threading.get_ident()]


def test_work_begins_after_what_waits_to_be_painted(qtbot: QtBot) -> None:
    """Side by side each cell of a table would wait for its turn at the interpreter."""
    order: list[str] = []

    class Canvas(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            order.append("painted")

    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    qtbot.waitUntil(lambda: bool(order))
    order.clear()
    queue = gui_queue(Dispatcher(), "prueba")
    canvas.update()
    queue.add(lambda _: order.append("worked"), lambda _: order.append("told"))
    time.sleep(0.02)
    assert order == []
    qtbot.waitUntil(lambda: "told" in order)
    assert order == ["painted", "worked", "told"]
    assert queue.close()


def test_a_lost_table_dies_without_an_error(qtbot: QtBot) -> None:
    """Qt tells the table's filter of each step, though the collection already emptied it."""
    gc.collect()

    def lose_a_table() -> weakref.ref[QTableView]:
        view = QTableView()
        prepare(view, stretched=True)
        RowButtons(view, {})
        PillLabel(view)
        view.show()
        return weakref.ref(view)

    lost = lose_a_table()
    with qtbot.captureExceptions() as errors:
        gc.collect()
    assert lost() is None
    assert not errors


def test_nothing_is_looked_for_before_it_is_worth_it(
    collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    monkeypatch.setattr(gc, "collect", looked.append)
    gc.set_threshold(10**6, 10, 10)

    collector.look()

    assert looked == []


def test_garbage_waits_for_a_quiet_moment_but_not_for_ever(
    collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Walking the rows of large tables would stop the hands for 100 ms."""
    looked: list[int] = []
    used = 0.0
    counts = (51, 2, 2)
    monkeypatch.setattr(gc, "collect", looked.append)
    monkeypatch.setattr(gc, "get_count", lambda: counts)
    monkeypatch.setattr(time, "process_time", lambda: used)

    collector.look()
    assert looked == [0]
    counts = (50 * FEW + 1, 2, 2)
    for _ in range(QUIET_LOOKS - 2):
        collector.look()
    assert looked == [0]
    collector.look()
    assert looked == [0, 2]
    used += 0.1
    collector.look()
    counts = (50 * PATIENCE + 1, PATIENCE + 1, 0)
    used += 0.1
    collector.look()
    assert looked == [0, 2, 1]
