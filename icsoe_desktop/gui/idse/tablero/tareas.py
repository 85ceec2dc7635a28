"""The card Por hacer: one row for each thing that waits, with its action."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTableView, QWidget

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.idse.tablero import palabras
from icsoe_desktop.gui.idse.tablero.palabras import ACTION, COLUMNS, Tarea
from icsoe_desktop.gui.kit.cards import TitledCard, hint_label
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.row_buttons import RowButton, RowButtons
from icsoe_desktop.gui.kit.tables import RowsTable

ROWS_IN_SIGHT = 6


class TareasCard(TitledCard):
    wanted = Signal(object)  # Tarea

    def __init__(self, preferences: Preferences, parent: QWidget, nothing_hint: str) -> None:
        super().__init__("Por hacer", parent)
        self.view = QTableView(self)
        self.view.setObjectName("tareas_table")
        self.view.setAccessibleName("Por hacer")
        self.view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table = RowsTable(self.view, COLUMNS, preferences, key=lambda tarea: tarea.clave)
        rows, head = self.view.verticalHeader(), self.view.horizontalHeader()
        self.view.setMinimumHeight(
            rows.defaultSectionSize() * ROWS_IN_SIGHT + head.sizeHint().height() + 8
        )
        buttons = RowButtons(self.view, {ACTION: RowButton("buscar", lambda _row: True)})
        buttons.pressed.connect(lambda row, _column: self._act(row))
        buttons.opened.connect(lambda: self._act(self.view.currentIndex().row()))
        self.view.doubleClicked.connect(lambda index: self._act(index.row()))
        self.counting = hint_label(palabras.COUNTING, self)
        self.nothing = EmptyState(self.view, "correcto", palabras.NOTHING, nothing_hint)
        self.box.addWidget(self.counting)
        self.box.addWidget(self.view, 1)

    def show_rows(self, rows: Sequence[Tarea] | None) -> None:
        """rows: None while they are being read."""
        self.table.set_rows(rows or ())
        if rows and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.table.model.index(0, ACTION))
        self.counting.setVisible(rows is None)
        self.nothing.want(rows is not None)

    def _act(self, row: int) -> None:
        if 0 <= row < self.table.model.rowCount():
            self.wanted.emit(self.table.model.row(row))
