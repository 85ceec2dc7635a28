"""The window Calculadora de SBC, alone or for the SBC of a notice that is captured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.salarios.calculo import Paso, PeriodoDePago
from icsoe_desktop.domain.valores_legales.factor import AGUINALDO_DIAS, PRIMA_VACACIONAL
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_calculadora import Ui_CalculadoraForm
from icsoe_desktop.gui.idse.calculadora.presenter import (
    NEEDS_FIRST_DAY,
    NEEDS_PAY,
    CalculadoraPresenter,
    CalculadoraState,
    CapturaSalario,
)
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.fields import grow_to_fit, set_property, show_message
from icsoe_desktop.gui.kit.formats import day, money
from icsoe_desktop.gui.kit.tables import Column, RowsTable, tabular_font

# In reading order.
CAMPOS: Final = (
    "salario", "ingreso", "fecha", "aguinaldo", "vacaciones", "prima", "otras", "pagado",
    "dias_devengados", "despensa", "puntualidad", "asistencia",
)  # fmt: skip
PERIODOS: Final = {
    PeriodoDePago.DIARIO: "Diario",
    PeriodoDePago.SEMANAL: "Semanal, ÷ 7",
    PeriodoDePago.CATORCENAL: "Catorcenal, ÷ 14",
    PeriodoDePago.QUINCENAL: "Quincenal, ÷ 15",
    PeriodoDePago.MENSUAL: "Mensual, ÷ 30",
    PeriodoDePago.MENSUAL_304: "Mensual, ÷ 30.4",
}
NOTHING: Final = "$ —"
MISSING: Final = "Escriba el salario y el primer día de trabajo."
CORRECT: Final = "Corrija lo que se señala junto a su campo."
RESULT: Final = "SBC diario desde el {desde}. Factor {factor}; antes de piso y tope, {calculado}."
RULES: Final = "Factor de integración {reglas}; se cambia en Valores."
COPIED: Final = "Se copiaron los pasos. Péguelos donde los necesite."

Fila = tuple[int, Paso]
COLUMNS: Final[tuple[Column[Fila], ...]] = (
    Column[Fila]("Paso", lambda f: f[1].nombre, sort=lambda f: f[0], width=165),
    Column[Fila](
        "Resultado", lambda f: f[1].resultado, sort=lambda f: f[0], right=True, tabular=True,
        width=90,
    ),
    Column[Fila](
        "Operación", lambda f: f[1].operacion, tip=lambda f: f[1].operacion, width=190
    ),
    Column[Fila]("Fundamento", lambda f: f[1].fundamento, width=110),
)  # fmt: skip


class CalculadoraWindow(Presented[Ui_CalculadoraForm, CalculadoraPresenter], QDialog):
    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        use: Callable[[int], None] | None = None,
        fecha: date | None = None,
        registro_patronal: str = "",
    ) -> None:
        """use: gets the SBC in centavos, for a form that waits for it.

        fecha, registro_patronal: of its notice; the zone is that of the registro patronal.
        """
        super().__init__(parent)
        service = context.application.valores_legales
        presenter = CalculadoraPresenter(service, context.jobs, context.require_sesion())
        self.present(Ui_CalculadoraForm(), presenter, context)
        form = self.form
        self._use, self._registro = use, compact(registro_patronal)
        self._started = False
        for periodo, nombre in PERIODOS.items():
            form.periodo_combo.addItem(nombre, periodo)
        for zona in Zona:
            form.zona_combo.addItem(zona.nombre, zona)
        self.ingreso, self.fecha = DateField(form.ingreso_edit), DateField(form.fecha_edit)
        self.fecha.set_value(fecha)
        form.aguinaldo_edit.setText(str(AGUINALDO_DIAS))
        form.prima_edit.setText(str(PRIMA_VACACIONAL))
        for campo in CAMPOS:
            getattr(form, f"{campo}_edit").setFont(tabular_font())
        self.fields = CheckedFields(fields_of(form, *CAMPOS), self, self._check)
        self.pasos = RowsTable(form.pasos_table, COLUMNS, context.preferences, key=lambda f: f[0])
        form.usar_button.setVisible(use is not None)
        if use is None:
            set_property(form.copiar_button, "primary", True)
            form.copiar_button.setDefault(True)
        self._connect()
        self._draw(presenter.state)
        form.salario_edit.setFocus()

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        self.fields.edited.connect(self._type_in)
        form.periodo_combo.currentIndexChanged.connect(self._type_in)
        form.zona_combo.currentIndexChanged.connect(self._type_in)
        form.reducida_check.toggled.connect(self._type_in)
        form.copiar_button.clicked.connect(self._copy)
        form.usar_button.clicked.connect(self._take)
        form.cerrar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        QTimer.singleShot(0, self, presenter.start)

    def _type_in(self, *_: object) -> None:
        form = self.form
        show_message(form.mensaje_label, "")
        self._presenter.type_in(
            CapturaSalario(
                self.fields.texts(),
                None if self.ingreso.problem else self.ingreso.value,
                None if self.fecha.problem else self.fecha.value,
                form.periodo_combo.currentData(),
                form.zona_combo.currentData(),
                form.reducida_check.isChecked(),
            )
        )

    def _check(self) -> Mapping[str, str]:
        dates = {"ingreso": self.ingreso.problem, "fecha": self.fecha.problem}
        wrong = {campo: text for campo, text in dates.items() if text}
        return {**self._presenter.state.problems, **wrong}

    def _copy(self) -> None:
        resultado = self._presenter.state.resultado
        if resultado is None:
            self._point_at_problems()
            return
        QGuiApplication.clipboard().setText(resultado.as_text())
        show_message(self.form.mensaje_label, COPIED, "success")

    def _take(self) -> None:
        resultado = self._presenter.state.resultado
        if resultado is None or self._use is None:
            self._point_at_problems()
            return
        self._use(resultado.sbc)
        self.accept()

    def _point_at_problems(self) -> None:
        self._type_in()
        self.fields.attempt()

    def _start(self, state: CalculadoraState) -> None:
        """Show what comes from the office's data, the first time that it is there."""
        self._started = True
        with self.fields.keeping():
            if not self.form.fecha_edit.text():
                self.fecha.set_value(state.hoy)
        combo = self.form.zona_combo
        combo.setCurrentIndex(combo.findData(state.zona(self._registro)))
        self._type_in()

    def _draw(self, state: CalculadoraState) -> None:
        if state.limites is not None and not self._started:
            self._start(state)
            return
        form, resultado = self.form, state.resultado
        form.sbc_label.setText(money(resultado.sbc) if resultado else NOTHING)
        empty = {NEEDS_PAY, NEEDS_FIRST_DAY}
        told = MISSING if empty.issuperset(state.problems.values()) else CORRECT
        if resultado is not None:
            told = RESULT.format(
                desde=day(resultado.desde),
                factor=resultado.factor.normalize() if state.reglas.redondea_factor
                else f"{resultado.factor:.6f}",
                calculado=money(resultado.calculado),
            )  # fmt: skip
        form.desde_label.setText(told)
        warnings = "\n".join(resultado.advertencias) if resultado else ""
        show_message(form.advertencias_label, warnings, "warning")
        self.pasos.set_rows(tuple(enumerate(resultado.pasos)) if resultado else ())
        form.reglas_label.setText(RULES.format(reglas=state.reglas.nombre))
        if state.refused:
            self.fields.leave_all()  # what was not left yet may be what is wrong
        self.fields.say()
        grow_to_fit(self)


create = CalculadoraWindow
