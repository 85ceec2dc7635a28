"""The fields of a captured movement: what they hold, and what is said under them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeVar

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.captura.presenter import CapturaState
from icsoe_desktop.gui.forms.ui_captura_movimiento import Ui_CapturaMovimientoForm
from icsoe_desktop.gui.kit import formato
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.fields import FieldErrors, name_line_of, show_message
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento

E = TypeVar("E", bound=StrEnum)

CHOOSE: Final = "Elija…"
OPTIONAL: Final = "Sin dato"
WARNING: Final = "Advertencia: {texto}"
TEXTS: Final = (
    "nss", "curp", "clave_trabajador", "primer_apellido", "segundo_apellido", "nombres", "sbc",
    "umf", "guia",
)  # fmt: skip
CHOICES: Final = ("tipo_salario", "jornada", "tipo_trabajador", "causa_baja")
# In the order in which they are read.
ALL: Final = (
    "tipo", "registro_patronal", "fecha", "nss", "curp", "clave_trabajador", "primer_apellido",
    "segundo_apellido", "nombres", "sbc", "causa_baja", "tipo_salario", "jornada", "guia",
    "tipo_trabajador", "umf",
)  # fmt: skip
NOT_IN: Final = {
    TipoMovimiento.ALTA: frozenset({"causa_baja"}),
    TipoMovimiento.MODIFICACION: frozenset({"causa_baja", "umf"}),
    TipoMovimiento.BAJA: frozenset({"sbc", "tipo_salario", "jornada", "tipo_trabajador", "umf"}),
}
TABULAR: Final = ("nss", "curp", "sbc", "umf", "guia")


class CapturaCampos(QObject):
    typed = Signal(object)  # Captura
    left = Signal(str)  # the name of the field that was left

    def __init__(self, form: Ui_CapturaMovimientoForm, parent: QObject) -> None:
        super().__init__(parent)
        self._form = form
        self._left: set[str] = set()
        self._filling = False
        name_line_of(form.registro_patronal_combo, form.registro_patronal_label)
        self.fecha = DateField(form.fecha_edit)
        self.editors: dict[str, QWidget] = {
            campo: getattr(form, f"{campo}_edit", None) or getattr(form, f"{campo}_combo")
            for campo in ALL
        }
        self._errors = FieldErrors(
            {campo: (self.editors[campo], getattr(form, f"{campo}_error")) for campo in ALL}
        )
        self._avisos: dict[str, QLabel] = {campo: getattr(form, f"{campo}_aviso") for campo in ALL}
        self._fill_combos()
        self._connect()

    @property
    def captura(self) -> CapturaMovimiento:
        form = self._form
        tipo = TipoMovimiento(form.tipo_combo.currentData())
        gone = NOT_IN[tipo]
        texts = {campo: "" if campo in gone else self._text(campo) for campo in TEXTS}

        def choice(campo: str, kind: type[E]) -> E | None:
            data = getattr(form, f"{campo}_combo").currentData()
            return kind(data) if data and campo not in gone else None

        return CapturaMovimiento(
            tipo=tipo,
            registro_patronal=compact(form.registro_patronal_combo.currentText()),
            fecha=None if self.fecha.problem else self.fecha.value,
            tipo_salario=choice("tipo_salario", TipoSalario),
            jornada=choice("jornada", Jornada),
            tipo_trabajador=choice("tipo_trabajador", TipoTrabajador),
            causa_baja=choice("causa_baja", CausaBaja),
            **texts,
        )

    def fill(self, captura: CapturaMovimiento) -> None:
        """Puts it in the fields; a field that already says it keeps its cursor."""
        form = self._form
        self._filling = True
        _choose(form.tipo_combo, captura.tipo)
        if compact(form.registro_patronal_combo.currentText()) != captura.registro_patronal:
            form.registro_patronal_combo.setEditText(formato.registro(captura.registro_patronal))
        if not self.fecha.problem and self.fecha.value != captura.fecha:
            self.fecha.set_value(captura.fecha)
        for campo in TEXTS:
            if self._text(campo) != getattr(captura, campo):
                getattr(form, f"{campo}_edit").setText(getattr(captura, campo))
        for campo in CHOICES:
            _choose(getattr(form, f"{campo}_combo"), getattr(captura, campo))
        self._filling = False
        self._show_fields()

    def forget_left(self) -> None:
        """A new form: nothing is said before something is typed."""
        self._left.clear()

    def leave_all(self) -> None:
        self._left.update(ALL)

    def show_registros(self, registros: Iterable[str]) -> None:
        combo = self._form.registro_patronal_combo
        if [combo.itemData(at) for at in range(combo.count())] == list(registros):
            return
        self._filling = True
        typed = combo.currentText()
        combo.clear()
        for one in registros:
            combo.addItem(formato.registro(one), one)
        combo.setEditText(typed)
        self._filling = False

    def say(self, state: CapturaState) -> None:
        """Shows what there is to say of the fields that were left."""
        revision = state.revision
        found = dict(revision.problemas) if revision is not None else {}
        found.update(state.problems)
        if self.fecha.problem:
            found["fecha"] = self.fecha.problem
        problems = {campo: text for campo, text in found.items() if campo in self._left}
        self._errors.show(problems)
        warnings = revision.advertencias if revision is not None else {}
        for campo, label in self._avisos.items():
            told = campo not in problems and (campo in self._left or campo == "sbc")
            text = warnings.get(campo, "") if told else ""
            show_message(label, WARNING.format(texto=text) if text else "", "warning")
            editor = self.editors[campo]
            editor.setAccessibleDescription(problems.get(campo) or label.text())

    def focus_problem(self, state: CapturaState) -> None:
        problems = dict(state.problems)
        if self.fecha.problem:
            problems["fecha"] = self.fecha.problem
        first = next((campo for campo in ALL if campo in problems), None)
        if first is not None:
            self.editors[first].setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            for campo, editor in self.editors.items():
                if watched is editor and self._has_something(editor):
                    self._left.add(campo)
                    self.left.emit(campo)
        return super().eventFilter(watched, event)

    def _text(self, campo: str) -> str:
        edit: QLineEdit = getattr(self._form, f"{campo}_edit")
        return edit.text()

    def _has_something(self, editor: QWidget) -> bool:
        if isinstance(editor, QLineEdit):
            return bool(editor.text())
        return isinstance(editor, QComboBox) and bool(editor.currentText())

    def _fill_combos(self) -> None:
        form = self._form
        for tipo in TipoMovimiento:
            icon = assets.icon(formato.MOVIMIENTO_ICONS[tipo])
            form.tipo_combo.addItem(icon, tipo.nombre, tipo.value)
        _offer(form.tipo_salario_combo, CHOOSE, TipoSalario)
        _offer(form.jornada_combo, CHOOSE, Jornada)
        _offer(form.tipo_trabajador_combo, CHOOSE, TipoTrabajador)
        _offer(form.causa_baja_combo, CHOOSE, CausaBaja)
        form.registro_patronal_combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        tabular = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        for campo in TABULAR:
            getattr(form, f"{campo}_edit").setFont(tabular)

    def _connect(self) -> None:
        form = self._form
        for campo in TEXTS:
            getattr(form, f"{campo}_edit").textChanged.connect(self._on_typed)
        form.fecha_edit.textChanged.connect(self._on_typed)
        form.registro_patronal_combo.editTextChanged.connect(self._on_typed)
        for campo in ("tipo", *CHOICES):
            getattr(form, f"{campo}_combo").currentIndexChanged.connect(self._on_typed)
        form.tipo_combo.currentIndexChanged.connect(self._show_fields)
        for editor in self.editors.values():
            editor.installEventFilter(self)

    def _on_typed(self, *_: object) -> None:
        if not self._filling:
            self.typed.emit(self.captura)

    def _show_fields(self, *_: object) -> None:
        form = self._form
        tipo = TipoMovimiento(form.tipo_combo.currentData())
        for campo in (*TEXTS, *CHOICES):
            there = campo not in NOT_IN[tipo]
            self.editors[campo].setVisible(there)
            getattr(form, f"{campo}_label").setVisible(there)
            if not there:
                self._left.discard(campo)
        required = tipo is TipoMovimiento.ALTA
        form.tipo_trabajador_combo.setItemText(0, CHOOSE if required else OPTIONAL)


def _offer(
    combo: QComboBox,
    nothing: str,
    kind: type[TipoSalario] | type[Jornada] | type[TipoTrabajador] | type[CausaBaja],
) -> None:
    combo.addItem(nothing, "")
    for one in kind:
        combo.addItem(one.nombre, one.value)


def _choose(combo: QComboBox, value: StrEnum | None) -> None:
    combo.setCurrentIndex(max(0, combo.findData(value.value if value is not None else "")))
