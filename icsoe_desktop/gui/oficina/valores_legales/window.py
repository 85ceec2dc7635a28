"""The window Valores: minimum wage and UMA by date, with their sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.salarios.calculo import Reglas
from icsoe_desktop.domain.valores_legales.valores import Concepto, ValorLegal, pesos
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_valores_legales import Ui_ValoresLegalesForm
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import choose_file, choose_new_file
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.gui.kit.stacks import ReadingWidth
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.valores_legales.presenter import (
    NEEDS_DATE,
    ValoresLegalesPresenter,
    ValoresLegalesState,
    describe,
)
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.valores_legales.limites import YEARS
from icsoe_desktop.services.valores_legales.service import ValorLegalFila

PURPOSE: Final = "valores_legales"
SHEETS: Final = ("Excel o CSV (*.xlsx *.xlsm *.csv *.txt)", "Todos los archivos (*)")
FILE_NAME: Final = "valores.csv"
WITH_PROGRAM: Final = "Viene con el programa"
MISSING: Final = "{faltan}. Agréguelo con su fuente, o importe el archivo que otro equipo exportó."
NEEDS_AMOUNT: Final = "Escriba el importe diario."
NEEDS_SOURCE: Final = "Escriba de dónde sale; lo leerá quien revise un SBC."
REMOVE: Final = (
    "Se quitará {valor}. Si el programa trae otro de esa fecha, volverá a contar. ¿Desea quitarlo?"
)


def _estado(fila: ValorLegalFila) -> str:
    return "En vigor" if fila.vigente else ""


def _cambio(fila: ValorLegalFila) -> str:
    if fila.cuando is None:
        return WITH_PROGRAM
    return f"{fila.quien}, {day(fecha_local(fila.cuando))}"


COLUMNS: Final = (
    Column[ValorLegalFila](
        "Desde",
        lambda f: day(f.valor.desde),
        sort=lambda f: (f.valor.desde, -tuple(Concepto).index(f.valor.concepto)),
        newest_first=True,
        tabular=True,
        width=80,
    ),
    Column[ValorLegalFila]("Valor", lambda f: f.valor.concepto.nombre, width=212),
    Column[ValorLegalFila](
        "Importe diario",
        lambda f: pesos(f.valor.centavos),
        sort=lambda f: f.valor.centavos,
        tabular=True,
        right=True,
        width=100,
    ),
    Column[ValorLegalFila](
        "Estado",
        _estado,
        state=lambda f: "vigente" if f.vigente else "",
        width=92,
    ),
    Column[ValorLegalFila](
        "Certeza",
        lambda f: f.valor.certeza.value,
        tip=lambda f: f.valor.certeza.significado,
        width=88,
    ),
    Column[ValorLegalFila]("Fuente", lambda f: f.valor.fuente, width=110),
    Column[ValorLegalFila]("Último cambio", _cambio, width=200),
)

FIXED = "Los valores marcados como política central los fijó"


class ValoresLegalesWindow(FormDialog[Ui_ValoresLegalesForm, ValorLegal]):
    donde = "el valor que captura"

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(Ui_ValoresLegalesForm(), context, parent, "desde", "importe", "fuente")
        ReadingWidth(self, self.form.layout_layout1)
        service = context.application.valores_legales
        presenter = ValoresLegalesPresenter(service, context.jobs, context.require_sesion())
        self._presenter = presenter
        presenter.setParent(self)
        self._shown: tuple[ValorLegalFila, ...] = ()
        form = self.form
        for concepto in Concepto:
            form.concepto_combo.addItem(concepto.nombre, concepto)
        for dias in YEARS:
            form.dias_combo.addItem(str(dias), dias)
        form.redondeo_combo.addItem("Cuatro decimales", True)
        form.redondeo_combo.addItem("Sin redondear", False)
        self.desde = DateField(form.desde_edit)
        self.table = RowsTable(form.valores_table, COLUMNS, context.preferences)
        politica = context.application.politica
        if politica.valores:
            fixed = FixedNotice(form.layout_layout6, self, 1)
            fixed.say_fixed(FIXED, politica, "valores")
        self.keep()
        self._connect()
        self._draw(presenter.state)
        form.concepto_combo.setFocus()

    def import_file(self, path: Path) -> None:
        self._presenter.import_file(path)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.quitar_button.clicked.connect(self._ask_to_remove)
        form.importar_button.clicked.connect(self._choose_file)
        form.exportar_button.clicked.connect(self._choose_target)
        for combo in (form.dias_combo, form.redondeo_combo):
            combo.activated.connect(self._choose_rules)
        form.valores_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        QShortcut(QKeySequence.StandardKey.Refresh, self, presenter.refresh)
        presenter.changed.connect(self._draw)
        presenter.failed.connect(lambda error: self.context.errors.show(self, error))
        QTimer.singleShot(0, self, presenter.refresh)

    def check(self) -> dict[str, str]:
        form, problems = self.form, {}
        if wrong := self.desde.problem_or(NEEDS_DATE):
            problems["desde"] = wrong
        if not form.importe_edit.text().strip():
            problems["importe"] = NEEDS_AMOUNT
        if not form.fuente_edit.text().strip():
            problems["fuente"] = NEEDS_SOURCE
        return problems

    def work(self) -> Callable[[Progress], ValorLegal]:
        form, desde = self.form, self.desde.value
        if desde is None:
            raise ValueError("checked before")
        return self._presenter.saving(
            Concepto(form.concepto_combo.currentData()),
            desde,
            form.importe_edit.text(),
            form.fuente_edit.text(),
        )

    def on_saved(self, valor: ValorLegal) -> None:
        self.fields.fill({})
        self.keep()
        self.form.concepto_combo.setFocus()
        self._presenter.tell_saved(valor)

    def _choose_rules(self, _at: int) -> None:
        form = self.form
        self._presenter.choose_rules(
            Reglas(form.dias_combo.currentData(), redondea_factor=form.redondeo_combo.currentData())
        )

    def _ask_to_remove(self) -> None:
        fila = self.table.selected()
        if fila is None or not fila.propio:
            return
        confirm(
            self,
            REMOVE.format(valor=describe(fila.valor)),
            "&Quitar",
            then=lambda: self._presenter.remove(fila),
            destructive=True,
        )

    def _choose_file(self) -> None:
        choose_file(
            self,
            "Elegir el archivo de valores",
            SHEETS,
            PURPOSE,
            self.context.preferences,
            self.import_file,
        )

    def _choose_target(self) -> None:
        choose_new_file(
            self,
            "Exportar los valores",
            FILE_NAME,
            "CSV (*.csv)",
            PURPOSE,
            self.context.preferences,
            self._presenter.export_file,
        )

    def _draw(self, state: ValoresLegalesState) -> None:
        form = self.form
        faltan = MISSING.format(faltan=". ".join(state.faltan)) if state.faltan else ""
        show_message(form.faltan_label, faltan, "warning")
        if self._shown is not state.filas:
            self._shown = state.filas
            self.table.set_rows(state.filas)
        form.dias_combo.setCurrentIndex(form.dias_combo.findData(state.reglas.dias_del_anio))
        form.redondeo_combo.setCurrentIndex(0 if state.reglas.redondea_factor else 1)
        for button in (form.guardar_button, form.importar_button, form.exportar_button):
            button.setEnabled(not state.busy and not self.busy)
        self.say(state.message, state.role)
        self._draw_chosen()

    def _draw_chosen(self, *_: object) -> None:
        fila = self.table.selected()
        own = fila is not None and fila.propio
        self.form.quitar_button.setEnabled(own and not self._presenter.state.busy)


create = ValoresLegalesWindow
