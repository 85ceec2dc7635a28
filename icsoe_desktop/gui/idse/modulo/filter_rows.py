"""Where the search fields of the module stand: in one row, in two, or folded into a button."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPushButton, QWidget

from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.kit.fields import breadth

FOLDED: Final = "Filtros"
OPEN: Final = "Ocultar filtros"


class FilterRows(QObject):
    """Places the fields in one row, or in two where the window is narrow: 1920 px at 200 %.

    Where it is low too, all but the free text fold into a button, so that rows are in sight.
    """

    BREAK: Final = 4  # columns of the first row
    LOW: Final = 640  # px of the window, at letters of 100 %

    def __init__(self, form: Ui_ModuloForm, parent: QObject, *, folds: bool) -> None:
        super().__init__(parent)
        self._panel, self._grid, self._folds = form.filtro_panel, form.filtro_panel_layout3, folds
        self._columns: tuple[tuple[QWidget, ...], ...] = (
            (form.texto_label, form.texto_edit),
            (form.registro_label, form.registro_combo),
            (form.desde_label, form.desde_edit),
            (form.hasta_label, form.hasta_edit),
            (form.estado_label, form.estado_combo),
            (form.plazo_label, form.plazo_combo),
            (form.buscar_button,),
        )
        self._broken, self._chosen, self._fitting = False, 0, False
        self._folded: set[QWidget] = set()
        self.button = QPushButton(FOLDED, self._panel)
        self.button.setObjectName("filtros_button")
        self.button.setCheckable(True)
        self.button.setAutoDefault(False)
        self.button.hide()
        self.button.toggled.connect(self._on_toggled)
        QWidget.setTabOrder(form.texto_edit, self.button)
        QWidget.setTabOrder(self.button, form.registro_combo)
        self._panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Showing a field changes the size of the panel while the others are still out of sight.
        resized = event.type() in (QEvent.Type.Resize, QEvent.Type.StyleChange, QEvent.Type.Show)
        if resized and not self._fitting:
            self._fit()
        return False

    def count(self, chosen: int) -> None:
        """chosen: how many of the fields that may fold restrict the list."""
        self._chosen = chosen
        folded = f"{FOLDED} ({chosen})" if chosen else FOLDED
        self.button.setText(OPEN if self.button.isChecked() else folded)

    def _on_toggled(self, is_open: bool) -> None:
        self._fit()
        self.count(self._chosen)
        if is_open and self.button.hasFocus():
            self._columns[1][-1].setFocus()

    def _fit(self) -> None:
        self._fitting = True
        if not self._folds and self._columns[0][-1].isHidden():
            # What a read-only session has begins at the left.
            self._grid.setColumnStretch(0, 0)
        needed = [self._least(column) for column in self._columns]
        first, second = needed[: self.BREAK], needed[self.BREAK :]
        gap = self._grid.horizontalSpacing()
        # A column of the grid is as wide as the wider of its two fields.
        pairs = [max(pair) for pair in zip_longest(first, second, fillvalue=0)]
        # Without it the layout would ask for the width of one row, and the window stay wide.
        self._panel.setMinimumWidth(sum(pairs) + gap * (len(pairs) - 1))
        broken = self._panel.width() < sum(needed) + gap * (len(needed) - 1)
        low = self._panel.window().height() < self.LOW * max(1.0, breadth(self._panel))
        may_fold = self._folds and broken and low
        self._place(broken=broken)
        self._fold(away=may_fold and not self.button.isChecked())
        self.button.setVisible(may_fold)
        self._fitting = False

    def _fold(self, *, away: bool) -> None:
        if away is bool(self._folded):
            return
        rest = {one for column in self._columns[1:] for one in column if not one.isHidden()}
        shown, self._folded = (set(), rest) if away else (self._folded, set())
        for one in self._folded:
            one.hide()
        for one in shown:
            one.show()
        self._grid.removeWidget(self.button)
        self._grid.addWidget(self.button, *((1, 1) if away else (4, len(self._columns) - 4)))

    def _least(self, column: tuple[QWidget, ...]) -> int:
        shown = [one for one in column if not one.isHidden() or one in self._folded]
        widths = (max(one.minimumSizeHint().width(), one.minimumWidth()) for one in shown)
        return max(widths, default=0)

    def _place(self, *, broken: bool) -> None:
        if broken == self._broken:
            return
        self._broken = broken
        for at, widgets in enumerate(self._columns[self.BREAK :]):
            top = 3 if broken else 0
            column = at if broken else at + self.BREAK
            for below, widget in enumerate(reversed(widgets)):
                self._grid.removeWidget(widget)
                self._grid.addWidget(widget, top + 1 - below, column)
