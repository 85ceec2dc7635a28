"""The fields of a movement: which ones a kind has, their values and their messages."""

from __future__ import annotations

from collections.abc import Iterable, Set
from enum import StrEnum
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.gui.forms.ui_captura_movimiento import Ui_CapturaMovimientoForm
from icsoe_desktop.gui.idse.captura.presenter import (
    CapturaMovimientoState,
)
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.few_lines import FewLinesLabel
from icsoe_desktop.gui.kit.fields import name_line_of
from icsoe_desktop.gui.kit.mark import ItemMarks
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento

E = TypeVar("E", bound=StrEnum)

CHOOSE: Final = "Elija…"
OPTIONAL: Final = "Sin dato"
TEXTS: Final = (
    "nss", "curp", "clave_trabajador", "primer_apellido", "segundo_apellido", "nombres", "sbc",
    "umf", "guia", "rfc",
)  # fmt: skip
CHOICES: Final = ("tipo_salario", "jornada", "tipo_trabajador", "causa_baja")
# In reading order.
ALL: Final = (
    "tipo", "registro_patronal", "fecha", "nss", "curp", "rfc", "clave_trabajador",
    "primer_apellido", "segundo_apellido", "nombres", "sbc", "causa_baja",
    "tipo_salario", "jornada", "guia", "tipo_trabajador", "umf",
)  # fmt: skip
NOT_IN: Final = {
    TipoMovimiento.ALTA: frozenset({"causa_baja"}),
    TipoMovimiento.MODIFICACION: frozenset({"causa_baja", "umf"}),
    TipoMovimiento.BAJA: frozenset({"sbc", "tipo_salario", "jornada", "tipo_trabajador", "umf"}),
}
TABULAR: Final = ("nss", "curp", "rfc", "sbc", "umf", "guia")


class MovimientoFields(QObject):
    typed = Signal(object)  # CapturaMovimiento
    left = Signal(str)  # name of the field that lost the focus

    def __init__(self, form: Ui_CapturaMovimientoForm, parent: QObject) -> None:
        super().__init__(parent)
        self._form = form
        self._state: CapturaMovimientoState | None = None
        name_line_of(form.registro_patronal_combo, form.registro_patronal_label)
        self.fecha = DateField(form.fecha_edit)
        fields = fields_of(form, *ALL)
        self.editors = {campo: field.editor for campo, field in fields.items()}
        self._fill_combos()
        self._fields = CheckedFields(fields, self, self._check, self._warn)
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
        """Show these values; a field that already has its value keeps its cursor."""
        with self._fields.keeping():
            self._fill(captura)
        self._show_fields()

    def _fill(self, captura: CapturaMovimiento) -> None:
        form = self._form
        _choose(form.tipo_combo, captura.tipo)
        if compact(form.registro_patronal_combo.currentText()) != captura.registro_patronal:
            form.registro_patronal_combo.setEditText(formats.registro(captura.registro_patronal))
        if not self.fecha.problem and self.fecha.value != captura.fecha:
            self.fecha.set_value(captura.fecha)
        for campo in TEXTS:
            if self._text(campo) != getattr(captura, campo):
                getattr(form, f"{campo}_edit").setText(getattr(captura, campo))
        for campo in CHOICES:
            _choose(getattr(form, f"{campo}_combo"), getattr(captura, campo))

    def explain(self) -> None:
        """Open the whole message of the field with the focus."""
        for campo, editor in self.editors.items():
            if editor.hasFocus():
                for part in ("error", "aviso"):
                    label: FewLinesLabel = getattr(self._form, f"{campo}_{part}")
                    if label.isVisible():
                        label.show_all()
                        return

    def forget_left(self) -> None:
        """Start a new form: show no problems before the user types."""
        self._fields.forget()

    def leave_all(self) -> None:
        self._fields.leave_all()

    def show_registros(self, registros: Iterable[str]) -> None:
        combo = self._form.registro_patronal_combo
        if [combo.itemData(at) for at in range(combo.count())] == list(registros):
            return
        with self._fields.keeping():
            typed = combo.currentText()
            combo.clear()
            for one in registros:
                combo.addItem(formats.registro(one), one)
            combo.setEditText(typed)

    def draw(self, state: CapturaMovimientoState) -> None:
        """Show the messages of the fields that the user has left."""
        self._state = state
        problems = dict(state.problems)
        if problems and self.fecha.problem:
            problems["fecha"] = self.fecha.problem
        self._fields.draw(problems.items())
        self._fields.say()

    def _check(self) -> dict[str, str]:
        revision = self._state.revision if self._state is not None else None
        found = dict(revision.problemas) if revision is not None else {}
        if self.fecha.problem:
            found["fecha"] = self.fecha.problem
        return found

    def _warn(self, left: Set[str]) -> dict[str, str]:
        revision = self._state.revision if self._state is not None else None
        warnings = revision.advertencias if revision is not None else {}
        return {campo: text for campo, text in warnings.items() if campo in left | {"sbc"}}

    def _text(self, campo: str) -> str:
        edit: QLineEdit = getattr(self._form, f"{campo}_edit")
        return edit.text()

    def _fill_combos(self) -> None:
        form = self._form
        for tipo in TipoMovimiento:
            form.tipo_combo.addItem(tipo.nombre, tipo.value)
        ItemMarks(
            form.tipo_combo,
            {at: columns.movimiento_mark(tipo) for at, tipo in enumerate(TipoMovimiento)},
        )
        _offer(form.tipo_salario_combo, CHOOSE, TipoSalario)
        _offer(form.jornada_combo, CHOOSE, Jornada)
        _offer(form.tipo_trabajador_combo, CHOOSE, TipoTrabajador)
        _offer(form.causa_baja_combo, CHOOSE, CausaBaja)
        form.registro_patronal_combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        tabular = tabular_font()
        for campo in TABULAR:
            getattr(form, f"{campo}_edit").setFont(tabular)

    def _connect(self) -> None:
        self._fields.edited.connect(lambda: self.typed.emit(self.captura))
        self._fields.left.connect(self.left)
        self._form.tipo_combo.currentIndexChanged.connect(self._show_fields)

    def _show_fields(self, *_: object) -> None:
        form = self._form
        tipo = TipoMovimiento(form.tipo_combo.currentData())
        for campo in (*TEXTS, *CHOICES):
            there = campo not in NOT_IN[tipo]
            self.editors[campo].setVisible(there)
            getattr(form, f"{campo}_label").setVisible(there)
        form.calcular_button.setVisible("sbc" not in NOT_IN[tipo])
        self._fields.forget(NOT_IN[tipo])
        required = tipo is TipoMovimiento.ALTA
        form.tipo_trabajador_combo.setItemText(0, CHOOSE if required else OPTIONAL)


def _offer(
    combo: QComboBox,
    nothing: str,
    kind: type[TipoSalario] | type[Jornada] | type[TipoTrabajador] | type[CausaBaja],
) -> None:
    combo.addItem(nothing, "")
    for one in kind:
        # Typing the IMSS's number of a cause chooses it.
        text = f"{one.value}  {one.nombre}" if isinstance(one, CausaBaja) else one.nombre
        combo.addItem(text, one.value)


def _choose(combo: QComboBox, value: StrEnum | None) -> None:
    combo.setCurrentIndex(max(0, combo.findData(value.value if value is not None else "")))
