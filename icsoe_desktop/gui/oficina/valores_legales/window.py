"""The window Valores: minimum wage and UMA by date, with their sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.salarios.calculo import Reglas
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import Concepto, ValorLegal, pesos
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_valores_legales import Ui_ValoresLegalesForm
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import (
    SHEETS,
    AskedFile,
    NewFile,
    choose_file,
    choose_new_file,
)
from icsoe_desktop.gui.kit.formats import day, saved
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.gui.kit.stacks import ReadingWidth
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.valores_legales.limites import YEARS
from icsoe_desktop.services.valores_legales.service import ValorLegalFila

T = TypeVar("T")
Read = tuple[tuple[ValorLegalFila, ...], tuple[str, ...], Reglas]

PURPOSE: Final = "valores_legales"
IMPORT: Final = AskedFile("Elegir el archivo de valores", PURPOSE, SHEETS)
EXPORT: Final = NewFile("Exportar los valores", PURPOSE, "CSV (*.csv)", "valores.csv")
WITH_PROGRAM: Final = "Viene con el programa"
MISSING: Final = "{faltan}. Agréguelo con su fuente, o importe el archivo que otro equipo exportó."
NEEDS_DATE: Final = "Escriba desde qué día vale."
NEEDS_AMOUNT: Final = "Escriba el importe diario."
NEEDS_SOURCE: Final = "Escriba de dónde sale; lo leerá quien revise un SBC."
SAVED: Final = "Se guardó: {valor}. El SBC ya se revisa con él."
REMOVED: Final = "Se quitó: {valor}."
IMPORTED: Final = "Se importó el archivo: {valores}. El SBC ya se revisa con ellos."
NOTHING_NEW: Final = "El archivo no trae nada nuevo: todo lo que dice ya estaba."
RULES_SAVED: Final = "El factor de integración se calcula {reglas}."
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
        self._service, self._sesion = context.application.valores_legales, context.require_sesion()
        self._reglas = Reglas()
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
        self._show(((), (), self._reglas))
        form.concepto_combo.setFocus()

    def load(self) -> None:
        service, sesion = self._service, self._sesion

        def read(_progress: Progress) -> Read:
            return service.table(sesion), service.missing(sesion), service.rules(sesion)[0]

        self.context.ask(self, read, self._show, self._tell_error)

    def import_file(self, path: Path) -> None:
        service, sesion = self._service, self._sesion

        def tell(count: int) -> None:
            valores = counted(count, "valor", "valores")
            self._tell(IMPORTED.format(valores=valores) if count else NOTHING_NEW)

        self._perform(lambda progress: service.import_values(sesion, path, progress), tell)

    def export_file(self, path: Path) -> None:
        service, sesion = self._service, self._sesion
        self._perform(
            lambda _progress: service.export_values(sesion, path),
            lambda count: self.say(saved(path, counted(count, "valor", "valores"))),
        )

    def _connect(self) -> None:
        form = self.form
        form.quitar_button.clicked.connect(self._ask_to_remove)
        form.importar_button.clicked.connect(self._choose_file)
        form.exportar_button.clicked.connect(self._choose_target)
        for combo in (form.dias_combo, form.redondeo_combo):
            combo.activated.connect(self._choose_rules)
        form.valores_table.selectionModel().selectionChanged.connect(self._draw_buttons)
        QShortcut(QKeySequence.StandardKey.Refresh, self, self.load)
        QTimer.singleShot(0, self, self.load)

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
        service, sesion = self._service, self._sesion
        concepto = Concepto(form.concepto_combo.currentData())
        importe, fuente = form.importe_edit.text(), form.fuente_edit.text()
        self.say("")
        return lambda _progress: service.save(
            sesion, concepto=concepto, desde=desde, importe=importe, fuente=fuente
        )

    def on_saved(self, valor: ValorLegal) -> None:
        self.fields.fill({})
        self.keep()
        self.form.concepto_combo.setFocus()
        self._tell(SAVED.format(valor=describe(valor)))

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        self._draw_buttons()

    def _choose_rules(self, _at: int) -> None:
        form, service, sesion = self.form, self._service, self._sesion
        reglas = Reglas(
            form.dias_combo.currentData(), redondea_factor=form.redondeo_combo.currentData()
        )
        if reglas != self._reglas:
            self.context.ask(
                self,
                lambda _progress: service.save_rules(sesion, reglas),
                lambda _none: self._tell(RULES_SAVED.format(reglas=reglas.nombre)),
                self._tell_error,
            )

    def _ask_to_remove(self) -> None:
        fila = self.table.selected()
        if fila is None or not fila.propio:
            return
        valor, text = fila.valor, describe(fila.valor)
        service, sesion = self._service, self._sesion

        def remove() -> None:
            self._perform(
                lambda _progress: service.remove(sesion, valor.concepto, valor.desde),
                lambda _none: self._tell(REMOVED.format(valor=text)),
            )

        confirm(self, REMOVE.format(valor=text), "&Quitar", then=remove, destructive=True)

    def _choose_file(self) -> None:
        choose_file(self, IMPORT, self.context.preferences, self.import_file)

    def _choose_target(self) -> None:
        choose_new_file(self, EXPORT, self.context.preferences, self.export_file)

    def _perform(self, work: Callable[[Progress], T], then: Callable[[T], object]) -> None:
        self.say("")
        self.perform(work, then, self._tell_error)

    def set_working(self, working: bool) -> None:
        super().set_working(working)
        self._draw_buttons()

    def _tell(self, text: str) -> None:
        self.say(text)
        self.load()

    def _tell_error(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            self.say(error.message, "error")
        else:
            self.context.errors.show(self, error)

    def _show(self, read: Read) -> None:
        form = self.form
        filas, faltan, self._reglas = read
        told = MISSING.format(faltan=". ".join(faltan)) if faltan else ""
        show_message(form.faltan_label, told, "warning")
        self.table.set_rows(filas)
        form.dias_combo.setCurrentIndex(form.dias_combo.findData(self._reglas.dias_del_anio))
        form.redondeo_combo.setCurrentIndex(0 if self._reglas.redondea_factor else 1)
        self._draw_buttons()

    def _draw_buttons(self, *_: object) -> None:
        form, fila = self.form, self.table.selected()
        for button in (form.guardar_button, form.importar_button, form.exportar_button):
            button.setEnabled(not self.working and not self.busy)
        own = fila is not None and fila.propio
        form.quitar_button.setEnabled(own and not self.working)


def describe(valor: ValorLegal) -> str:
    """Salario mínimo general, $315.04 desde el 01/01/2026."""
    return f"{valor.concepto.nombre}, {pesos(valor.centavos)} desde el {valor.desde:%d/%m/%Y}"


create = ValoresLegalesWindow
