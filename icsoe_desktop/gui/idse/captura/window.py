"""Capturar movimiento: one form that shows the fields of the chosen kind."""

from __future__ import annotations

from collections.abc import Iterable, Set
from enum import StrEnum
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_captura_movimiento import Ui_CapturaMovimientoForm
from icsoe_desktop.gui.idse.calculadora.window import CalculadoraWindow
from icsoe_desktop.gui.idse.captura.presenter import (
    CapturaMovimientoPresenter,
    CapturaMovimientoState,
)
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.idse.modulo.columns import PLAZO_ICONS
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm, open_remembered
from icsoe_desktop.gui.kit.fields import grow_to_fit, name_line_of, room_on_screen, show_message
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.mark import ItemMarks, Mark
from icsoe_desktop.gui.kit.one_line import OneLineLabel
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.gui.kit.plain_text import plain_tip
from icsoe_desktop.gui.kit.stacks import keep_right_edge
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.services.movimientos.dudas import DUPLICATE
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, Duda

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
                    label: OneLineLabel = getattr(self._form, f"{campo}_{part}")
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


SAVE_ANYWAY: Final = "¿Desea guardarlo de todas formas?"
EDITING: Final = "Modificar movimiento"
CORRECTING: Final = "Corregir y volver a presentar"
PLAZO: Final = "{estado}: se presenta a más tardar el {limite}. {fundamento}"
ICON_PX: Final = 20


class CapturaMovimientoDialog(
    Presented[Ui_CapturaMovimientoForm, CapturaMovimientoPresenter], EditingDialog
):
    """Stays open for the next movement after saving a new one, closes after any other."""

    donde = "este movimiento"

    def __init__(
        self, presenter: CapturaMovimientoPresenter, context: Context, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.present(Ui_CapturaMovimientoForm(), presenter, context)
        self._plazo_mark = Mark(self.form.plazo_icono, "vigente", "success", ICON_PX)
        self.campos = MovimientoFields(self.form, self)
        complete = presenter.state.complete
        if complete:
            title = EDITING if presenter.state.rechazado is None else CORRECTING
            self.setWindowTitle(title)
            self.form.titulo_label.setText(title)
        self.form.tipo_combo.setEnabled(not complete)
        show_message(self.form.rechazo_label, presenter.state.motivo, "warning")
        # The messages and the term keep their place while they are hidden: the form never moves.
        policy = self.form.plazo_panel.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.form.plazo_panel.setSizePolicy(policy)
        self.form.plazo_label.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self.campos.fill(presenter.state.captura)
        keep_right_edge(self.form.campos_scroll, self.form.capturaMovimientoForm_layout24)
        self.resize(self.size().boundedTo(room_on_screen(self).size()))
        self._connect()
        self._draw(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_first()

    @property
    def unsaved(self) -> bool:
        return self._presenter.unsaved

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.guardar_button.clicked.connect(self._save)
        form.cerrar_button.clicked.connect(self.reject)
        form.dejar_button.clicked.connect(self._keep_others)
        form.calcular_button.clicked.connect(self._calculate)
        QShortcut(QKeySequence.StandardKey.Save, self, self._save)
        QShortcut(QKeySequence("Shift+F1"), self, self.campos.explain)
        self.campos.typed.connect(presenter.type_in)
        self.campos.left.connect(self._on_left)
        presenter.form_wanted.connect(self._fill)
        presenter.saved.connect(self._on_saved)
        presenter.doubts_found.connect(self._ask)
        presenter.changed.connect(self._draw)
        QTimer.singleShot(0, self, presenter.start)

    def _focus_first(self) -> None:
        form = self.form
        wrong = self._presenter.state.campo_rechazado
        if wrong is not None and self.campos.editors[wrong].isVisibleTo(self):
            self.campos.editors[wrong].setFocus()
        elif not form.registro_patronal_combo.currentText():
            form.registro_patronal_combo.setFocus()
        elif not form.fecha_edit.text():
            form.fecha_edit.setFocus()
        else:
            form.nss_edit.setFocus()

    def _save(self) -> None:
        self.campos.leave_all()
        self._presenter.type_in(self.campos.captura)
        self._presenter.save()

    def _on_left(self, campo: str) -> None:
        if campo in ("nss", "curp"):
            self._presenter.look_up()

    def _fill(self, captura: CapturaMovimiento) -> None:
        self.campos.fill(captura)

    def _on_saved(self, _fila: object) -> None:
        if self._presenter.state.complete:
            self.accept()
            return
        self.campos.forget_left()
        # Wait until the presenter has cleared the form.
        QTimer.singleShot(0, self, self._focus_first)

    def _calculate(self) -> None:
        captura, edit = self.campos.captura, self.form.sbc_edit

        def use(centavos: int) -> None:
            edit.setText(formats.money(centavos))
            edit.setFocus()

        context, registro = self._context, captura.registro_patronal
        dialog = CalculadoraWindow(context, self, use, captura.fecha, registro)
        context.shell.help.serve(dialog, "sbc")
        open_remembered(dialog, context.preferences)

    def _ask(self, dudas: dict[Duda, str], aceptadas: frozenset[Duda] = frozenset()) -> None:
        """Ask about one doubt after the other, and save what the user wants all the same."""
        duda = next((each for each in dudas if each not in aceptadas), None)
        if duda is None:
            self._presenter.save(aceptadas)
            return
        separator = "\n\n" if duda is Duda.OTRA_PERSONA else " "
        confirm(
            self,
            f"{dudas[duda]}{separator}{SAVE_ANYWAY}",
            "&Guardar de todas formas",
            then=lambda: self._ask(dudas, aceptadas | {duda}),
            destructive=True,
        )

    def _keep_others(self) -> None:
        # Clear the date first: filling the form does not replace text that is not a date.
        self.campos.fecha.set_value(None)
        self._presenter.keep_others()
        self._focus_first()

    def _draw(self, state: CapturaMovimientoState) -> None:
        form, proposals = self.form, state.proposals
        baja = state.captura.tipo is TipoMovimiento.BAJA
        form.salario_group.setTitle("Datos de la baja" if baja else "Salario y aviso")
        self.campos.show_registros(state.registros)
        self.campos.draw(state)
        show_message(
            form.conocido_label,
            " ".join(part for part in (proposals.odd, proposals.known) if part),
            "warning" if proposals.odd else "hint",
        )
        show_message(form.habituales_label, state.habituales, "hint")
        self._draw_plazo(state)
        form.ajeno_panel.setVisible(bool(state.ajeno))
        show_message(form.ajeno_label, state.ajeno, "warning")
        show_message(form.mensaje_label, state.message, "success")
        form.dejar_button.setEnabled(not state.busy)
        form.guardar_button.setEnabled(not state.busy)
        grow_to_fit(self)

    def _draw_plazo(self, state: CapturaMovimientoState) -> None:
        form, plazo, legal = self.form, state.plazo, state.estado_legal
        form.plazo_panel.setVisible(plazo is not None and legal is not None)
        if plazo is None or legal is None:
            return
        revision = state.revision
        icon = PLAZO_ICONS[legal]
        self._plazo_mark.show(icon, TONES[icon])
        text = PLAZO.format(
            estado=legal.value,
            limite=day(plazo.seguro),
            fundamento=(revision.costo if revision is not None else "") or plazo.fundamento,
        )
        form.plazo_label.setToolTip(plain_tip(plazo.fundamento))
        if revision is not None and revision.duplicado:
            text = f"{DUPLICATE} {text}"
        form.plazo_label.setText(text)
