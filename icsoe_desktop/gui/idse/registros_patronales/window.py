"""The window Registros patronales: the catalogue of the employer's registros patronales."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.registro_patronal import (
    CAMPOS_REGISTRO_PATRONAL,
    RegistroPatronalCatalogado,
)
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_registros_patronales import Ui_RegistrosPatronalesForm
from icsoe_desktop.gui.idse.registros_patronales.campos import RegistroPatronalFields
from icsoe_desktop.gui.idse.registros_patronales.importacion_presenter import (
    ImportacionRegistrosPresenter,
)
from icsoe_desktop.gui.idse.registros_patronales.importacion_window import (
    ImportacionRegistrosDialog,
)
from icsoe_desktop.gui.idse.registros_patronales.presenter import (
    RegistrosPatronalesPresenter,
    RegistrosPatronalesState,
)
from icsoe_desktop.gui.kit.dialogs import confirm, open_remembered
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import accept_copy, choose_file, dropped_file
from icsoe_desktop.gui.kit.formats import counted_if_any
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog

PURPOSE = "registros_patronales"
SHEETS = ("Excel o CSV (*.xlsx *.xlsm *.csv *.txt)", "Todos los archivos (*)")
# .xls as well: the reader explains how to convert it, but a refused drop shows no message.
DROPPED_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".csv", ".txt"}

NEW = "Registro patronal nuevo"
EDITING = "Modificar el registro patronal {registro}"
NO_WARNINGS = "Sin advertencias"
DROP_IT = "Suelte el archivo para ver qué se importaría; nada se guarda todavía."
REMOVE = (
    "El registro patronal {registro}, de {razon_social}, se eliminará del catálogo. "
    "¿Desea eliminarlo?"
)


def _estado(registro: RegistroPatronalCatalogado) -> str:
    return counted_if_any(len(registro.advertencias), "advertencia", "advertencias") or NO_WARNINGS


def _advertencias(registro: RegistroPatronalCatalogado) -> str:
    return " ".join(registro.advertencias) or NO_WARNINGS


def _zona(registro: RegistroPatronalCatalogado) -> str:
    return Zona(registro.zona).nombre if registro.zona else "Sin indicar"


COLUMNS = (
    Column[RegistroPatronalCatalogado](
        CAMPOS_REGISTRO_PATRONAL.label("registro_patronal"),
        lambda r: r.agrupado,
        sort=lambda r: r.registro_patronal,
        copy=lambda r: r.registro_patronal,
        tabular=True,
        width=118,
    ),
    Column[RegistroPatronalCatalogado](
        CAMPOS_REGISTRO_PATRONAL.label("razon_social"), lambda r: r.razon_social, width=240
    ),
    Column[RegistroPatronalCatalogado](
        CAMPOS_REGISTRO_PATRONAL.label("rfc"), lambda r: r.rfc, tabular=True, width=104
    ),
    Column[RegistroPatronalCatalogado](CAMPOS_REGISTRO_PATRONAL.label("zona"), _zona, width=100),
    Column[RegistroPatronalCatalogado](
        "Estado",
        _estado,
        copy=_advertencias,
        tip=_advertencias,
        state=lambda r: "advertencia" if r.advertencias else "correcto",
    ),
)


class RegistrosPatronalesWindow(EditingDialog):
    donde = "los datos del registro patronal"

    def __init__(
        self, presenter: RegistrosPatronalesPresenter, context: Context, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.form = Ui_RegistrosPatronalesForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        self._shown: tuple[RegistroPatronalCatalogado, ...] = ()
        self._drawing = False
        self.table = RowsTable(
            self.form.registros_table, COLUMNS, context.preferences, key=lambda one: one.id
        )
        self.empty = EmptyPage(self.form.vacia_page, self.form.vacia_label, "registro_patronal")
        self._fields = RegistroPatronalFields(self.form, presenter, self)
        self.setAcceptDrops(True)
        self._connect()
        self._draw(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fields.focus_first()

    @property
    def unsaved(self) -> bool:
        return self._presenter.unsaved

    def discard(self) -> None:
        self._presenter.choose(self._presenter.state.editing)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_sheet(event.mimeData()) is not None and not self._presenter.state.busy:
            accept_copy(event)
            show_message(self.form.mensaje_label, DROP_IT, "hint")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._draw(self._presenter.state)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_sheet(event.mimeData())
        self._draw(self._presenter.state)
        if path is not None:
            accept_copy(event)
            # Return first: the program that the file comes from waits until the drop is handled.
            QTimer.singleShot(0, self, lambda: self.import_file(path))

    def import_file(self, path: Path) -> None:
        """Show a preview of importing the file."""
        presenter = ImportacionRegistrosPresenter(
            self._context.application.registros_patronales,
            self._context.jobs,
            self._context.require_sesion(),
            path,
        )
        presenter.imported.connect(self._presenter.tell_imported)
        dialog = ImportacionRegistrosDialog(presenter, self._context, self)
        open_remembered(dialog, self._context.preferences)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.guardar_button.clicked.connect(self._save)
        form.nuevo_button.clicked.connect(self._start_new)
        form.agregar_button.clicked.connect(self._start_new)
        form.eliminar_button.clicked.connect(self._ask_to_remove)
        form.importar_button.clicked.connect(self._choose_file)
        form.importar_vacia_button.clicked.connect(self._choose_file)
        form.cerrar_button.clicked.connect(self.reject)
        self.table.view.selectionModel().selectionChanged.connect(self._on_selected)
        QShortcut(QKeySequence.StandardKey.New, self, self._start_new)
        QShortcut(QKeySequence.StandardKey.Refresh, self, presenter.refresh)
        remove = QShortcut(QKeySequence.StandardKey.Delete, self.table.view)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._ask_to_remove)
        presenter.changed.connect(self._draw)
        presenter.failed.connect(self._on_failed)
        self._context.shell.data_arrived.connect(presenter.refresh)
        QTimer.singleShot(0, self, presenter.refresh)

    def _save(self) -> None:
        self._fields.attempt()
        self._presenter.save()

    def _start_new(self) -> None:
        self.unless_unsaved(lambda: self._presenter.choose(None))

    def _on_selected(self) -> None:
        if self._drawing:
            return
        chosen, editing = self.table.selected_rows(), self._presenter.state.editing
        if len(chosen) == 1 and (editing is None or chosen[0].id != editing.id):
            self._choose(chosen[0])

    def _choose(self, chosen: RegistroPatronalCatalogado) -> None:
        self.unless_unsaved(lambda: self._presenter.choose(chosen), self._select_editing)

    def _ask_to_remove(self) -> None:
        registro = self._presenter.state.editing
        if registro is None or self._presenter.state.busy:
            return
        confirm(
            self,
            REMOVE.format(registro=registro.agrupado, razon_social=registro.razon_social),
            "&Eliminar",
            then=lambda: self._presenter.remove(registro),
            destructive=True,
        )

    def _choose_file(self) -> None:
        choose_file(
            self,
            "Elegir el archivo de registros patronales",
            SHEETS,
            PURPOSE,
            self._context.preferences,
            self.import_file,
        )

    def _on_failed(self, error: Exception) -> None:
        self._context.errors.show(self, error)

    def _select_editing(self) -> None:
        self._drawing = True
        editing = self._presenter.state.editing
        if editing is None:
            self.table.view.clearSelection()
        elif [one.id for one in self.table.selected_rows()] != [editing.id]:
            self.table.select(editing)
        self._drawing = False

    def _draw(self, state: RegistrosPatronalesState) -> None:
        form = self.form
        editing = state.editing
        form.datos_group.setTitle(
            EDITING.format(registro=editing.agrupado) if editing is not None else NEW
        )
        self._fields.set_read_only(state.busy)
        empty = state.loaded and not state.registros
        form.lista_stack.setCurrentWidget(form.vacia_page if empty else form.tabla_page)
        for beside in (form.registros_label, form.importar_button, form.eliminar_button):
            beside.setVisible(not empty)
        if self._shown is not state.registros:
            self._shown = state.registros
            self._drawing = True
            self.table.set_rows(state.registros)
            self._drawing = False
        self._select_editing()
        form.eliminar_button.setEnabled(editing is not None and not state.busy)
        for button in (form.importar_button, form.importar_vacia_button, form.agregar_button):
            button.setEnabled(not state.busy)
        show_message(form.mensaje_label, state.message, "success")
        self._fields.draw(state.problems)


def _dropped_sheet(data: QMimeData) -> Path | None:
    """The dragged file, if it is a single local file that may be a sheet."""
    path = dropped_file(data)
    return path if path is not None and path.suffix.lower() in DROPPED_SUFFIXES else None


def create(context: Context, parent: QWidget | None) -> QWidget:
    presenter = RegistrosPatronalesPresenter(
        context.application.registros_patronales, context.jobs, context.require_sesion()
    )
    window = RegistrosPatronalesWindow(presenter, context, parent)
    presenter.setParent(window)
    return window
