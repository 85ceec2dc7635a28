"""Columnas del archivo: the user assigns each field of a movement a header of the sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QWidget

from icsoe_desktop.gui.forms.ui_columnas_importacion import Ui_ColumnasImportacionForm
from icsoe_desktop.gui.kit.fields import set_property, show_message
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.services.importacion.valores import Columnas

NOT_THERE = "(no está en el archivo)"
MISSING = "Elija la columna de: {campos}."
TWICE = "Cada columna va en un solo dato. Está en varios: {encabezados}."


class ColumnasDialog(QDialog):
    """Can be accepted once every required field has a header of its own."""

    def __init__(self, archivo: str, columnas: Columnas, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ColumnasImportacionForm()
        self.form.setupUi(self)
        self._columnas = columnas
        self._tried = False
        form = self.form
        form.archivo_label.setText(archivo)
        self.combos: dict[str, QComboBox] = {}
        grid = QGridLayout(form.campos_panel)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        keyed = with_keys(list(columnas.campos.values()), taken="co")
        for campo, etiqueta in zip(columnas.campos, keyed, strict=True):
            self._add_row(grid, campo, etiqueta)
        grid.setRowStretch(len(self.combos), 1)
        for one, following in pairwise([*self.combos.values(), form.cancelar_button]):
            QWidget.setTabOrder(one, following)
        QWidget.setTabOrder(form.cancelar_button, form.continuar_button)
        form.columnas_error.hide()
        form.continuar_button.clicked.connect(self.accept)
        form.cancelar_button.clicked.connect(self.reject)
        first = next((c for c in self.combos if c not in self.chosen), next(iter(self.combos)))
        self.combos[first].setFocus()

    @property
    def chosen(self) -> Mapping[str, str]:
        """field → header, without the fields that have none."""
        return {
            campo: combo.currentText()
            for campo, combo in self.combos.items()
            if combo.currentIndex() > 0
        }

    def accept(self) -> None:
        self._tried = True
        problem = self._check()
        if problem:
            self._focus_wrong()
        else:
            super().accept()

    def _add_row(self, grid: QGridLayout, campo: str, etiqueta: str) -> None:
        required = campo in self._columnas.obligatorios
        label = plain_label(f"{etiqueta}{'*' if required else ''}:", self.form.campos_panel)
        combo = QComboBox(self.form.campos_panel)
        combo.setObjectName(f"{campo}_combo")
        combo.addItem(NOT_THERE)
        combo.addItems([one for one in self._columnas.encabezados if one])
        combo.setCurrentIndex(max(0, combo.findText(self._columnas.propuestas.get(campo, ""))))
        combo.currentIndexChanged.connect(lambda _at: self._check() if self._tried else None)
        label.setBuddy(combo)
        row = len(self.combos)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(combo, row, 1)
        self.combos[campo] = combo

    def _wrong(self) -> tuple[list[str], list[str]]:
        """Required fields without a header, and headers assigned to two fields."""
        chosen = list(self.chosen.values())
        missing = [one for one in self._columnas.obligatorios if one not in self.chosen]
        ordered = [campo for campo in self.combos if campo in missing]
        return ordered, sorted({one for one in chosen if chosen.count(one) > 1})

    def _check(self) -> str:
        missing, twice = self._wrong()
        text = ""
        if missing:
            names = ", ".join(self._columnas.campos[campo] for campo in missing)
            text = MISSING.format(campos=names)
        elif twice:
            text = TWICE.format(encabezados=", ".join(f"«{one}»" for one in twice))
        for campo, combo in self.combos.items():
            wrong = campo in missing or (not missing and combo.currentText() in twice)
            set_property(combo, "invalid", wrong)
        show_message(self.form.columnas_error, text)
        return text

    def _focus_wrong(self) -> None:
        for combo in self.combos.values():
            if combo.property("invalid"):
                combo.setFocus()
                return


def with_keys(labels: Sequence[str], taken: str) -> list[str]:
    """The labels, each marked with an Alt key of its own as far as letters are free.

    taken: letters that are not free.
    """
    used = set(taken)
    marked = list(labels)
    # Shortest label first, because it has the fewest letters to choose from.
    for place in sorted(range(len(labels)), key=lambda at: len(labels[at])):
        label = labels[place]
        free = [at for at, one in enumerate(label) if one.isalnum() and one.casefold() not in used]
        if free:
            used.add(label[free[0]].casefold())
            marked[place] = f"{label[: free[0]]}&{label[free[0] :]}"
    return marked
