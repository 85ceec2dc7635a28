"""Columnas del archivo: which column is which field, and values for rows that have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QDialog, QGridLayout, QLineEdit, QWidget

from icsoe_desktop.gui.forms.ui_columnas_importacion import Ui_ColumnasImportacionForm
from icsoe_desktop.gui.kit.fields import set_property, show_message
from icsoe_desktop.gui.kit.plain_text import plain_label, plain_tip
from icsoe_desktop.services.importacion.hojas import which_one
from icsoe_desktop.services.importacion.valores import Columnas, Formato

NOT_THERE: Final = "(no está en el archivo)"
MISSING: Final = "Elija la columna de: {campos}; o dé un valor para todas las filas."
TWICE: Final = "Cada columna va en un solo dato. Está en varios: {encabezados}."
REPLACED: Final = "Ya hay columnas con ese nombre: al importar, éstas toman su lugar."
WITH_DOWN: Final = "↓ para elegir"
UNKNOWN: Final = "«{valor}» no se entiende en {campo}. Elija uno de estos: {lista}."
HEADINGS: Final = ("Dato", "Columna", "Lo que trae", "Si viene vacío")
MAX_NAME: Final = 60
MAX_VALUE: Final = 40
MAX_SAMPLES: Final = 32  # letters


class ColumnasDialog(QDialog):
    """Can be accepted once every required field has a column of its own, or a value."""

    def __init__(
        self, archivo: str, columnas: Columnas, parent: QWidget, *, hint: str = ""
    ) -> None:
        """hint: what the name serves for, if not for movements, which have a template too."""
        super().__init__(parent)
        self.form = Ui_ColumnasImportacionForm()
        self.form.setupUi(self)
        if hint:
            self.form.nombre_hint.setText(hint)
            self.form.plantilla_button.hide()
        self._columnas = columnas
        self._tried = False
        form = self.form
        form.archivo_label.setText(archivo)
        self.combos: dict[str, QComboBox] = {}
        self.valores: dict[str, QLineEdit] = {}
        self._samples = {
            campo: plain_label("", form.campos_panel) for campo in columnas.clase.campos
        }
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
        keyed = with_keys(list(columnas.clase.campos.values()), taken="cogp")
        for campo, etiqueta in zip(columnas.clase.campos, keyed, strict=True):
            self._add_row(grid, campo, etiqueta)
        grid.setRowStretch(len(self.combos) + 1, 1)
        edit = form.nombre_combo.lineEdit()
        if edit is not None:
            edit.setMaxLength(MAX_NAME)
        form.nombre_combo.addItems(sorted(columnas.conocidos))
        form.nombre_combo.setEditText(columnas.nombre or PurePath(archivo).stem[:MAX_NAME])
        self._order_tabs()
        self._fill(columnas.propuesto)
        self._hint = form.nombre_hint.text()
        form.nombre_combo.textActivated.connect(lambda name: self._fill(columnas.conocidos[name]))
        form.nombre_combo.editTextChanged.connect(self._draw_hint)
        self._draw_hint(form.nombre_combo.currentText())
        form.continuar_button.clicked.connect(self.accept)
        form.cancelar_button.clicked.connect(self.reject)
        labels = columnas.clase.campos
        asked = [which_one(labels[campo], some) for campo, some in columnas.dudosos.items()]
        show_message(form.columnas_error, "\n".join(asked))
        wanted = (*self._wrong()[0], *columnas.dudosos)
        first = next((campo for campo in self.combos if campo in wanted), next(iter(self.combos)))
        self.combos[first].setFocus()

    @property
    def chosen(self) -> Formato:
        valores = {
            campo: text
            for campo, value in self.valores.items()
            if (text := " ".join(value.text().split()))
        }
        columnas = {campo: combo.currentData() or "" for campo, combo in self.combos.items()}
        return replace(self._filled, columnas=columnas, valores=valores)

    @property
    def nombre(self) -> str:
        return " ".join(self.form.nombre_combo.currentText().split())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The down arrow, or a click in an empty value, opens all that it may say."""
        if isinstance(watched, QLineEdit) and (completer := watched.completer()) is not None:
            down = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down
            clicked = event.type() is QEvent.Type.MouseButtonRelease and not watched.text()
            if clicked or (down and event.type() is QEvent.Type.KeyPress):
                completer.setCompletionPrefix("")
                completer.complete()
                return True
        return super().eventFilter(watched, event)

    def accept(self) -> None:
        self._tried = True
        problem = self._check()
        if problem:
            self._focus_wrong()
        else:
            super().accept()

    def _add_row(self, grid: QGridLayout, campo: str, etiqueta: str) -> None:
        columnas, panel = self._columnas, self.form.campos_panel
        required = campo in columnas.clase.obligatorios
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
        grid.addWidget(label, row, 0)
        grid.addWidget(combo, row, 1)
        # Three long values must not push what is beside them out of sight.
        self._samples[campo].setMinimumWidth(1)
        grid.addWidget(self._samples[campo], row, 2)
        self.combos[campo] = combo
        if campo in columnas.clase.valores:
            value = QLineEdit(panel)
            value.setObjectName(f"{campo}_valor")
            value.setAccessibleName(f"{columnas.clase.campos[campo]}: {HEADINGS[-1].lower()}")
            value.setMaxLength(MAX_VALUE)
            choices = columnas.clase.valores[campo]
            if choices:
                completer = QCompleter(choices, value)
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
                value.setCompleter(completer)
                value.setToolTip(plain_tip("\n".join(choices)))
                value.setPlaceholderText(WITH_DOWN)
                value.installEventFilter(self)
            value.textChanged.connect(lambda _text: self._check() if self._tried else None)
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
        self._filled = formato
        for campo, combo in self.combos.items():
            combo.setCurrentIndex(max(0, combo.findData(formato.columnas.get(campo, ""))))
            self._on_chosen(campo)
        for campo, value in self.valores.items():
            value.setText(formato.valores.get(campo, ""))

    def _draw_hint(self, _text: str) -> None:
        taken = self.nombre in self._columnas.conocidos and self.nombre != self._columnas.nombre
        self.form.nombre_hint.setText(REPLACED if taken else self._hint)

    def _on_chosen(self, campo: str) -> None:
        """Show values of the chosen column."""
        at = self.combos[campo].currentIndex() - 1
        values = self._columnas.muestras[at] if at >= 0 else ()
        shown = " · ".join(values)
        cut = shown if len(shown) <= MAX_SAMPLES else f"{shown[:MAX_SAMPLES]}…"
        self._samples[campo].setText(cut)
        self._samples[campo].setToolTip(plain_tip(shown))
        if self._tried:
            self._check()

    def _wrong(self) -> tuple[list[str], list[str]]:
        """Required fields without column and value, and columns assigned to two fields."""
        formato = self.chosen
        chosen = list(filter(None, formato.columnas.values()))
        missing = [
            campo
            for campo in self.combos
            if campo in self._columnas.clase.obligatorios
            and not formato.columnas[campo]
            and campo not in formato.valores
        ]
        return missing, sorted({one for one in chosen if chosen.count(one) > 1})

    def _check(self) -> str:
        missing, twice = self._wrong()
        clase, text = self._columnas.clase, ""
        if missing:
            names = ", ".join(clase.campos[campo] for campo in missing)
            text = MISSING.format(campos=names)
        elif twice:
            text = TWICE.format(encabezados=", ".join(f"«{one}»" for one in twice))
        unknown = [
            campo
            for campo, value in self.valores.items()
            if value.text().strip() and not clase.entiende(campo, value.text())
        ]
        if not text and unknown:
            name, typed = clase.campos[unknown[0]], self.valores[unknown[0]].text()
            choices = ", ".join(clase.valores[unknown[0]])
            text = UNKNOWN.format(valor=typed, campo=name, lista=choices)
        for campo, combo in self.combos.items():
            wrong = campo in missing or (not missing and combo.currentData() in twice)
            set_property(combo, "invalid", wrong)
        for campo, value in self.valores.items():
            set_property(value, "invalid", campo in unknown)
        show_message(self.form.columnas_error, text)
        return text

    def _focus_wrong(self) -> None:
        for field in (*self.combos.values(), *self.valores.values()):
            if field.property("invalid"):
                field.setFocus()
                return


def with_keys(labels: Sequence[str], taken: str) -> list[str]:
    """The labels, each marked with an Alt key of its own as far as letters are free.

    taken: letters that are not free.
    """
    owner: dict[str, int] = {}

    def claim(label: int, tried: set[str]) -> bool:
        """Take a free letter, or one whose label can take another."""
        for letter in labels[label].casefold():
            if letter.isalnum() and letter not in taken and letter not in tried:
                tried.add(letter)
                if letter not in owner or claim(owner[letter], tried):
                    owner[letter] = label
                    return True
        return False

    for at in range(len(labels)):
        claim(at, set())
    marked = list(labels)
    for letter, at in owner.items():
        place = labels[at].casefold().index(letter)
        marked[at] = f"{labels[at][:place]}&{labels[at][place:]}"
    return marked
