"""The cost of Qt alone: the same view over a model that does no work."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QObject, Qt
from PySide6.QtWidgets import QTableView

from benchmarks.modulo_tabla import Bench
from icsoe_desktop.gui.idse.modulo.columns import COLUMNS


class EmptyModel(QAbstractTableModel):
    """Returns constants."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(self, _parent: Any = None) -> int:
        return self._rows

    def columnCount(self, _parent: Any = None) -> int:
        return len(COLUMNS)

    def data(self, _index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return "MOVIMIENTO" if role == Qt.ItemDataRole.DisplayRole else None


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
    """The same view over the empty model, measured in the same way."""

    def __init__(self, bench: Bench, rows: int) -> None:
        self._bench = bench
        self.view = empty_view(bench.view, rows)
        self._painted = False
        self._watch = _AnyPaint(self.view, self._on_paint)
        self.view.viewport().installEventFilter(self._watch)

    def jump(self) -> float:
        bar = self.view.verticalScrollBar()
        start = time.process_time()
        bar.setValue((bar.value() + bar.maximum() // 7) % bar.maximum())
        self._painted = False
        self._bench.settle(lambda: self._painted)
        return (time.process_time() - start) * 1000

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
