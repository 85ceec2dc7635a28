"""Folds what a low window has no room for, so that rows are in sight: 1366 × 768 at 150 %."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from icsoe_desktop.gui.forms.ui_confronta import Ui_ConfrontaForm
from icsoe_desktop.gui.kit.fields import breadth

LOW: Final = 640  # px of the window, at letters of 100 %
LINES: Final = 3  # of the longest sentence, below the rows
FILTERS: Final = "&Filtros"


class Folding(QObject):
    """In a low window «Filtros» shows the search and «Detalle» a difference, without rows."""

    def __init__(self, form: Ui_ConfrontaForm, window: QWidget) -> None:
        super().__init__(window)
        self._form, self._window = form, window
        self._shape: tuple[bool, bool] | None = None
        form.filtros_button.toggled.connect(self._on_filters)
        form.detalle_button.toggled.connect(self._on_detail)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.StyleChange, QEvent.Type.Show):
            self.fit()
        return False

    def fit(self) -> None:
        """Again, after another page or another result came."""
        form = self._form
        low = self._window.height() < LOW * max(1.0, breadth(self._window))
        low = low and form.paso_stack.currentWidget() is form.resultado_page
        detail = form.detalle_button.isChecked()
        form.filtros_button.setVisible(low)
        form.detalle_button.setVisible(low)
        form.filtro_panel.setVisible(not low or form.filtros_button.isChecked())
        form.diferencias_panel.setVisible(not low or not detail)
        for panel in (form.resto_panel, form.costo_panel):
            panel.setVisible(not low or detail)
        if self._shape == (low, detail):
            return
        self._shape = (low, detail)
        lines = LINES if low and not detail else 0
        form.detalle_label.setMinimumHeight(lines * form.detalle_label.fontMetrics().lineSpacing())
        form.filas_splitter.setSizes([260, 0 if lines else 260])

    def show_rows(self) -> None:
        """As at the beginning: rows, without the search."""
        self._form.filtros_button.setChecked(False)
        self._form.detalle_button.setChecked(False)

    def count(self, chosen: int) -> None:
        """chosen: how many of the folded fields restrict the rows."""
        self._form.filtros_button.setText(f"{FILTERS} ({chosen})" if chosen else FILTERS)

    def _on_filters(self, is_open: bool) -> None:
        self.fit()
        (self._form.buscar_edit if is_open else self._form.diferencias_table).setFocus()

    def _on_detail(self, is_open: bool) -> None:
        self.fit()
        motivo, rows = self._form.motivo_edit, self._form.diferencias_table
        (motivo if is_open and motivo.isEnabled() else rows).setFocus()
