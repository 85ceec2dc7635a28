"""The window Modificar salarios: reason, who, table, notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.salarios.razones import Plantilla, Razon
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.domain.valores_legales.factor import AGUINALDO_DIAS, PRIMA_VACACIONAL
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_modificar_salarios import Ui_ModificarSalariosForm
from icsoe_desktop.gui.idse.importacion.tareas import TareasImportacion
from icsoe_desktop.gui.idse.modificar_salarios.entradas import SALARIO, SBC_NUEVO
from icsoe_desktop.gui.idse.modificar_salarios.presenter import (
    CapturaCriterio,
    ModificarSalariosPresenter,
    ModificarState,
)
from icsoe_desktop.gui.idse.modificar_salarios.table import (
    COLUMNS,
    EVERYBODY,
    HINTS,
    MOSTRAR,
    PASTED_INTO,
    PLACES,
    PROPOSED,
    TICKED_ONES,
    VARIABLE,
    CambiosModel,
    remarks,
    totals_text,
)
from icsoe_desktop.gui.idse.modulo.tareas import Tareas
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.kit.table_view import search_rows
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.services.importacion.valores import ResultadoImportacionMovimientos
from icsoe_desktop.services.salarios.hoja import HojaLeida

SHEET: Final = AskedFile(
    "Leer hoja",
    "salarios",
    ("Excel, CSV, SUA y emisión (*.xlsx *.xlsm *.xls *.csv *.txt)", ALL_FILES),
)
ALL_REGISTROS: Final = "Todos"
SEARCH_AFTER_MS: Final = 150
WORKING: Final = "Calculando…"
KEYS: Final = "Espacio marca; F2 cambia salario diario, SBC nuevo o fecha; Supr lo quita."
EMPTY: Final = (
    "Nadie por mostrar",
    "Elija otra razón u otro día, o muestre a todos. Quién trabaja y con qué SBC sale de los "
    "avisos ya presentados: si falta alguien, importe, capture o presente antes su alta.",
)
NEEDS_VALUES: Final = "{}. Sin ese valor no se puede calcular; captúrelo en Valores y regrese."
NEEDS_ANOTHER: Final = "{}. Pida a quien administra que lo capture en Valores."
CREATED: Final = (
    "{} Lo creado se ve en Movimientos, y se deshace entero en Importaciones. ¿Desea generar ya el "
    "archivo para IDSE?"
)
FIELDS: Final = ("fecha", "hasta", "porcentaje", "aguinaldo", "prima")


class ModificarSalariosWindow(
    Presented[Ui_ModificarSalariosForm, ModificarSalariosPresenter], EditingDialog
):
    donde = "los salarios que escribió o leyó"

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        application, sesion = context.application, context.require_sesion()
        presenter = ModificarSalariosPresenter(
            application.salarios, application.movimientos, context.jobs, sesion
        )
        self.present(Ui_ModificarSalariosForm(), presenter, context)
        dispatcher = Dispatcher()
        self._pages = gui_queue(dispatcher, "salarios")
        dispatcher.setParent(self)
        self.importacion = TareasImportacion(context, self._pages, self)
        self.tareas = Tareas(context, self._pages, self._pages, self)
        self._shown: ModificarState = presenter.state
        self._waiting: ResultadoImportacionMovimientos | None = None
        self._build()
        self._connect()
        self._draw(presenter.state)
        self.form.razon_combo.setFocus()
        Drops(self, lambda paths: self.read_sheet(paths[0]), one=True)

    def _build(self) -> None:
        form, context = self.form, self._context
        for razon in Razon:
            form.razon_combo.addItem(razon.nombre, razon)
        form.registro_combo.addItem(ALL_REGISTROS, "")
        for name, _ in MOSTRAR:
            form.mostrar_combo.addItem(name)
        form.aguinaldo_edit.setText(str(AGUINALDO_DIAS))
        form.prima_edit.setText(str(PRIMA_VACACIONAL))
        self.fecha, self.hasta = DateField(form.fecha_edit), DateField(form.hasta_edit)
        self.fields = CheckedFields(fields_of(form, *FIELDS), self, self._check)
        table = form.cambios_table
        self.model = CambiosModel(table)
        self.rows = RowsTable(
            table, COLUMNS, context.preferences, lambda r: r.empleo.clave, self.model, close=True
        )
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        table.setEditTriggers(
            triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed
        )
        table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        table.installEventFilter(self)
        self.empty = EmptyState(table, "modificacion", *EMPTY, wanted=False)
        may_set = context.require_sesion().can(Permiso.CONFIGURAR)
        form.valores_button.setVisible(may_set)
        self._may_set = may_set
        for label in (form.mensaje_label, form.detalle_label):
            show_message(label, "")

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.razon_combo.currentIndexChanged.connect(self._choose_reason)
        form.registro_combo.currentIndexChanged.connect(self._choose)
        self.fecha.chosen.connect(self._choose)
        self.hasta.chosen.connect(self._choose)
        self._typing = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._typing.timeout.connect(self._choose)
        self.fields.edited.connect(lambda _name: self._typing.start())
        self._searching = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._searching.timeout.connect(self._filter)
        form.buscar_edit.textChanged.connect(lambda _text: self._searching.start())
        search_rows(form.buscar_edit, form.cambios_table)
        form.mostrar_combo.currentIndexChanged.connect(self._filter)
        form.hoja_button.clicked.connect(self._choose_sheet)
        form.pegar_button.clicked.connect(self.paste)
        form.marcar_button.clicked.connect(lambda: self._tick_shown(on=True))
        form.quitar_button.clicked.connect(lambda: self._tick_shown(on=False))
        form.valores_button.clicked.connect(self._open_values)
        form.crear_button.clicked.connect(self.create_notices)
        form.cerrar_button.clicked.connect(self.reject)
        self.model.edited.connect(presenter.edit)
        self.model.ticked.connect(lambda clave, on: presenter.tick([clave], on))
        selection = form.cambios_table.selectionModel()
        selection.currentRowChanged.connect(lambda *_: self._draw_detail())
        for keys, slot in (
            (QKeySequence.StandardKey.Paste, self.paste),
            (QKeySequence("Ctrl+Return"), self.create_notices),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        presenter.changed.connect(self._draw)
        presenter.begun.connect(self._begin)
        self.importacion.told.connect(presenter.say)
        self.importacion.imported.connect(self._on_created)
        self.importacion.movements_changed.connect(self._context.shell.data_arrived)
        self.tareas.told.connect(presenter.say)
        self.tareas.movements_changed.connect(self._context.shell.data_arrived)
        self.tareas.movements_changed.connect(presenter.reload)
        self.finished.connect(self._release)
        QTimer.singleShot(0, self, presenter.start)

    @property
    def unsaved(self) -> bool:
        return self._presenter.has_entries

    def _release(self, *_: object) -> None:
        self._pages.close()
        self._presenter.release()
        self._shown = self._presenter.state
        self.model.set_rows(())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Space and not event.modifiers():
                self._toggle_selected()
                return True
            if event.key() == Qt.Key.Key_Delete:
                self._presenter.clear(self.model.claves(self._places()))
                return True
        return super().eventFilter(watched, event)

    def paste(self) -> None:
        """Into the column of the current cell, or of the daily pay."""
        table = self.form.cambios_table
        index = table.currentIndex()
        campo = PASTED_INTO.get(index.column(), "salario")
        below = self.model.claves(range(max(0, index.row()), self.model.rowCount()))
        self._presenter.paste(QGuiApplication.clipboard().text(), campo, below)

    def read_sheet(self, path: Path) -> None:
        if not self.form.hoja_button.isEnabled():
            return
        run_with_progress(
            self._context,
            self,
            "Leer hoja",
            "Leyendo la hoja…",
            lambda progress: self._presenter.read_sheet(path, progress),
            self._presenter.take_sheet,
            queue=self._pages,
        )

    def bring(self, changes: Callable[[Plantilla], HojaLeida]) -> None:
        form = self.form
        self._presenter.bring(changes)
        if self._presenter.state.criterio is not None:
            form.razon_combo.setCurrentIndex(form.razon_combo.findData(Razon.HOJA))
            form.mostrar_combo.setCurrentIndex(PROPOSED)

    def create_notices(self) -> None:
        if self._typing.isActive():
            self._choose()
        filas = self._presenter.notices()
        if filas is not None:
            self.importacion.import_rows(filas)
        elif any(row.elegido and row.sbc is None for row in self._presenter.state.rows):
            self._show_incomplete()

    def _begin(self, razon: Razon) -> None:
        """Show the proposed reason and its day."""
        form = self.form
        with QSignalBlocker(form.registro_combo):
            for registro in self._presenter.state.registros:
                form.registro_combo.addItem(formats.registro(registro), registro)
        at = form.razon_combo.findData(razon)
        if at == form.razon_combo.currentIndex():
            self._choose_reason()
        else:
            form.razon_combo.setCurrentIndex(at)

    def _choose_reason(self, *_: object) -> None:
        form, razon = self.form, self._razon
        fecha, hasta = self._presenter.days_of(razon)
        with self.fields.keeping():
            self.fecha.set_value(fecha)
            self.hasta.set_value(hasta)
        form.hasta_panel.setVisible(razon is Razon.ANIVERSARIO)
        form.porcentaje_panel.setVisible(razon is Razon.PORCENTAJE)
        show_message(form.razon_hint, HINTS[razon], "hint")
        all_of_them = razon in (Razon.PORCENTAJE, Razon.HOJA) and not self._presenter.brings
        shown = EVERYBODY if all_of_them else PROPOSED
        with QSignalBlocker(form.mostrar_combo):
            form.mostrar_combo.setCurrentIndex(shown)
        self._choose()

    def _choose(self, *_: object) -> None:
        self._typing.stop()
        fecha, hasta = self.fecha, self.hasta
        captura = CapturaCriterio(
            self._razon,
            None if fecha.problem else fecha.value,
            None if hasta.problem else hasta.value,
            self.fields.texts(),
        )
        self._presenter.choose(captura, self.form.registro_combo.currentData())

    @property
    def _razon(self) -> Razon:
        return Razon(self.form.razon_combo.currentData())

    def _check(self) -> Mapping[str, str]:
        dates = {"fecha": self.fecha.problem}
        if self._razon is Razon.ANIVERSARIO:
            dates["hasta"] = self.hasta.problem
        wrong = {campo: text for campo, text in dates.items() if text}
        return {**self._presenter.state.problems, **wrong}

    def _choose_sheet(self) -> None:
        choose_file(self, SHEET, self._context.preferences, self.read_sheet)

    def _places(self) -> list[int]:
        """Of the selected rows, or of the current one: Ctrl+Home goes to one without selecting."""
        current = self.form.cambios_table.currentIndex().row()
        return self.rows.selected_places() or [current] * (current >= 0)

    def _toggle_selected(self) -> None:
        """Tick all of the selected rows; if all are ticked, none."""
        places = self._places()
        rows = (self.model.row(at) for at in places)
        on = not all(row.elegido for row in rows if row.empleo.sbc is not None)
        self._presenter.tick(self.model.claves(places), on)

    def _tick_shown(self, *, on: bool) -> None:
        self._presenter.tick(self.model.claves(range(self.model.rowCount())), on)

    def _show_incomplete(self) -> None:
        """Show what is ticked, with those without an SBC first."""
        form = self.form
        form.mostrar_combo.setCurrentIndex(TICKED_ONES)
        form.cambios_table.sortByColumn(PLACES[SBC_NUEVO], Qt.SortOrder.AscendingOrder)
        form.cambios_table.setFocus()
        form.cambios_table.setCurrentIndex(self.model.index(0, PLACES[SALARIO]))

    def _open_values(self) -> None:
        context = self._context
        context.shell.open("valores_legales", context.sesion, self)

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        if self._presenter.state.faltan:
            self._presenter.reload()

    def _on_created(self, resultado: ResultadoImportacionMovimientos) -> None:
        self._presenter.forget()
        if resultado.importacion_id is None:
            return
        importacion_id = resultado.importacion_id
        made = formats.counted(resultado.importados, "aviso", "avisos")
        told = f"Se {'creó' if resultado.importados == 1 else 'crearon'} {made}."
        name = f"{made} de la modificación de salarios"
        # The preview is still closing.
        QTimer.singleShot(
            0,
            self,
            lambda: confirm(
                self,
                CREATED.format(told),
                "&Generar archivo…",
                lambda: self.tareas.generate_of(importacion_id, name),
                reject="&Ahora no",
            ),
        )

    def _filter(self) -> None:
        """Show the rows that the two fields over the table ask for."""
        self._searching.stop()
        form, state = self.form, self._presenter.state
        at, words = form.mostrar_combo.currentIndex(), fold(form.buscar_edit.text()).split()
        ready = {PROPOSED: state.propuestos, EVERYBODY: state.rows}.get(at)
        if words or ready is None:
            wanted, pairs = MOSTRAR[at][1], zip(state.rows, state.busqueda, strict=True)
            ready = tuple(
                row for row, text in pairs if wanted(row) and all(word in text for word in words)
            )
        form.cambios_table.clearSelection()
        form.cambios_table.setColumnHidden(VARIABLE, not state.con_variable)
        self.rows.set_rows(ready)
        self._draw_detail()

    def _draw(self, state: ModificarState) -> None:
        form, before = self.form, self._shown
        self._shown = state
        if state.version != before.version:
            self._filter()
        elif state.rows is not before.rows:
            self.model.replace(state.rows, state.at)
            self.rows.fit()
            self._draw_detail()
        if state.problems != before.problems:
            self.fields.leave_all()
        self.fields.say()
        told = " y ".join(state.faltan)
        needs = NEEDS_VALUES if self._may_set else NEEDS_ANOTHER
        form.faltan_panel.setVisible(bool(told))
        show_message(form.faltan_label, needs.format(told) if told else "", "warning")
        show_message(form.mensaje_label, *state.message)
        self.empty.want(not state.working)
        totales = state.totales
        told = WORKING if state.working else totals_text(totales) if totales else ""
        form.totales_label.setText(told)
        ready = bool(state.rows) and not state.working
        form.hoja_button.setEnabled(not state.working and not state.faltan)
        form.pegar_button.setEnabled(ready)
        for button in (form.marcar_button, form.quitar_button):
            button.setEnabled(bool(state.rows))
        count = totales.elegidos if totales else 0
        form.crear_button.setEnabled(ready and count > 0)
        made = formats.counted(count, "aviso", "avisos")
        form.crear_button.setText(f"&Crear {made}" if count else "&Crear avisos")

    def _draw_detail(self) -> None:
        row = self.form.cambios_table.currentIndex().row()
        text = remarks(self.model.row(row)) if 0 <= row < self.model.rowCount() else ""
        show_message(self.form.detalle_label, text or KEYS, "hint")


create = ModificarSalariosWindow


def open_with(context: Context, parent: QWidget, changes: Callable[[Plantilla], HojaLeida]) -> None:
    """Open the window, or bring it to the front, with these rows."""
    window = context.shell.open("modificar_salarios", context.sesion, parent)
    if isinstance(window, ModificarSalariosWindow):
        window.bring(changes)
