"""Columnas del archivo: which column is which field, and values for rows that have none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QWidget

from icsoe_desktop.gui.forms.ui_columnas_importacion import Ui_ColumnasImportacionForm
from icsoe_desktop.gui.kit.fields import set_property, show_message
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.services.importacion.hojas import CON_VALOR
from icsoe_desktop.services.importacion.renglones import choices_of
from icsoe_desktop.services.importacion.valores import Columnas, Formato

NOT_THERE: Final = "(no está en el archivo)"
MISSING: Final = "Elija la columna de: {campos}; o dé un valor para todas las filas."
TWICE: Final = "Cada columna va en un solo dato. Está en varios: {encabezados}."
REPLACED: Final = "Ya hay columnas con ese nombre: al importar, éstas toman su lugar."
HEADINGS: Final = ("Dato", "Columna", "Lo que trae", "Si viene vacío")
MAX_NAME: Final = 60
MAX_VALUE: Final = 40
MAX_SAMPLE: Final = 14


class ColumnasDialog(QDialog):
    """Can be accepted once every required field has a column of its own, or a value."""

    def __init__(self, archivo: str, columnas: Columnas, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ColumnasImportacionForm()
        self.form.setupUi(self)
        self._columnas = columnas
        self._tried = False
        form = self.form
        form.archivo_label.setText(archivo)
        self.combos: dict[str, QComboBox] = {}
        self.valores: dict[str, QComboBox] = {}
        self._samples = {campo: plain_label("", form.campos_panel) for campo in columnas.campos}
        grid = QGridLayout(form.campos_panel)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for at, stretch in ((1, 3), (2, 4), (3, 3)):
            grid.setColumnStretch(at, stretch)
        for at, title in enumerate(HEADINGS):
            heading = plain_label(title, form.campos_panel)
            set_property(heading, "role", "hint")
            grid.addWidget(heading, 0, at)
        keyed = with_keys(list(columnas.campos.values()), taken="cogp")
        for campo, etiqueta in zip(columnas.campos, keyed, strict=True):
            self._add_row(grid, campo, etiqueta)
        grid.setRowStretch(len(self.combos) + 1, 1)
        _limit(form.nombre_combo, MAX_NAME)
        form.nombre_combo.addItems(sorted(columnas.conocidos))
        form.nombre_combo.setEditText(columnas.nombre or PurePath(archivo).stem[:MAX_NAME])
        self._order_tabs()
        form.columnas_error.hide()
        self._fill(columnas.propuesto)
        self._hint = form.nombre_hint.text()
        form.nombre_combo.textActivated.connect(lambda name: self._fill(columnas.conocidos[name]))
        form.nombre_combo.editTextChanged.connect(self._draw_hint)
        self._draw_hint(form.nombre_combo.currentText())
        form.continuar_button.clicked.connect(self.accept)
        form.cancelar_button.clicked.connect(self.reject)
        first = next((c for c in self.combos if c in self._wrong()[0]), next(iter(self.combos)))
        self.combos[first].setFocus()

    @property
    def chosen(self) -> Formato:
        valores = {
            campo: text
            for campo, combo in self.valores.items()
            if (text := " ".join(combo.currentText().split()))
        }
        return Formato(
            {campo: combo.currentData() or "" for campo, combo in self.combos.items()},
            valores,
            self._columnas.propuesto.reglas,
        )

    @property
    def nombre(self) -> str:
        return " ".join(self.form.nombre_combo.currentText().split())

    def accept(self) -> None:
        self._tried = True
        problem = self._check()
        if problem:
            self._focus_wrong()
        else:
            super().accept()

    def _add_row(self, grid: QGridLayout, campo: str, etiqueta: str) -> None:
        columnas, panel = self._columnas, self.form.campos_panel
        required = campo in columnas.obligatorios
        label = plain_label(f"{etiqueta}{'*' if required else ''}:", panel)
        combo = QComboBox(panel)
        combo.setObjectName(f"{campo}_combo")
        # A header of a line must not make the dialog as wide.
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(16)
        combo.addItem(NOT_THERE, "")
        for name, letra in zip(columnas.encabezados, columnas.letras, strict=True):
            combo.addItem(name if name == f"columna {letra}" else f"{letra} · {name}", name)
        combo.currentIndexChanged.connect(lambda _at: self._on_chosen(campo))
        label.setBuddy(combo)
        row = len(self.combos) + 1
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(combo, row, 1)
        # Three long values must not push what is beside them out of sight.
        self._samples[campo].setMinimumWidth(1)
        grid.addWidget(self._samples[campo], row, 2)
        self.combos[campo] = combo
        if campo in CON_VALOR:
            value = QComboBox(panel)
            value.setObjectName(f"{campo}_valor")
            value.setAccessibleName(f"{columnas.campos[campo]}: {HEADINGS[-1].lower()}")
            choices = choices_of(campo)
            value.addItems(["", *choices])
            value.setEditable(not choices)
            _limit(value, MAX_VALUE)
            value.currentTextChanged.connect(lambda _text: self._check() if self._tried else None)
            grid.addWidget(value, row, 3)
            self.valores[campo] = value

    def _order_tabs(self) -> None:
        form = self.form
        fields = [
            each
            for campo, combo in self.combos.items()
            for each in (combo, self.valores.get(campo))
            if each is not None
        ]
        for one, following in pairwise(
            [
                *fields,
                form.nombre_combo,
                form.plantilla_button,
                form.cancelar_button,
                form.continuar_button,
            ]
        ):
            QWidget.setTabOrder(one, following)

    def _fill(self, formato: Formato) -> None:
        for campo, combo in self.combos.items():
            combo.setCurrentIndex(max(0, combo.findData(formato.columnas.get(campo, ""))))
            self._on_chosen(campo)
        for campo, value in self.valores.items():
            text = formato.valores.get(campo, "")
            if value.isEditable():
                value.setEditText(text)
            else:
                value.setCurrentText(text)

    def _draw_hint(self, _text: str) -> None:
        taken = self.nombre in self._columnas.conocidos and self.nombre != self._columnas.nombre
        self.form.nombre_hint.setText(REPLACED if taken else self._hint)

    def _on_chosen(self, campo: str) -> None:
        """Show values of the chosen column."""
        at = self.combos[campo].currentIndex() - 1
        values = self._columnas.muestras[at] if at >= 0 else ()
        cut = [one if len(one) <= MAX_SAMPLE else f"{one[:MAX_SAMPLE]}…" for one in values]
        self._samples[campo].setText(" · ".join(cut))
        if self._tried:
            self._check()

    def _wrong(self) -> tuple[list[str], list[str]]:
        """Required fields without column and value, and columns assigned to two fields."""
        formato = self.chosen
        chosen = list(filter(None, formato.columnas.values()))
        missing = [
            campo
            for campo in self.combos
            if campo in self._columnas.obligatorios
            and not formato.columnas[campo]
            and campo not in formato.valores
        ]
        return missing, sorted({one for one in chosen if chosen.count(one) > 1})

    def _check(self) -> str:
        missing, twice = self._wrong()
        text = ""
        if missing:
            names = ", ".join(self._columnas.campos[campo] for campo in missing)
            text = MISSING.format(campos=names)
        elif twice:
            text = TWICE.format(encabezados=", ".join(f"«{one}»" for one in twice))
        for campo, combo in self.combos.items():
            wrong = campo in missing or (not missing and combo.currentData() in twice)
            set_property(combo, "invalid", wrong)
        show_message(self.form.columnas_error, text)
        return text

    def _focus_wrong(self) -> None:
        for combo in self.combos.values():
            if combo.property("invalid"):
                combo.setFocus()
                return


def _limit(combo: QComboBox, letters: int) -> None:
    edit = combo.lineEdit()
    if edit is not None:
        edit.setMaxLength(letters)


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
