"""Mis contratistas: one board over all RFC of one contratista."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_mis_contratistas import Ui_MisContratistasForm
from icsoe_desktop.gui.icsoe.efirma.window import EfirmaWindow
from icsoe_desktop.gui.icsoe.inicio_capturista.page import pendientes_columns
from icsoe_desktop.gui.icsoe.paginas import Page
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import on_key, show_message
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.services.tablero.capturista import Pendiente

ADD_TITLE: Final = "Agregar otro RFC"
ADDED: Final = "Se agregó {nombre}. También en su tablero está ya este RFC."
REMOVE: Final = (
    "{nombre} dejará de verse aquí, y este RFC en el suyo. Sus datos se conservan. ¿Desea quitarlo?"
)
REMOVED: Final = "Se quitó. Sus datos siguen en este equipo."


class MisContratistasPage(Page):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_MisContratistasForm()
        self.form.setupUi(self)
        self._context, self._sesion = context, context.require_sesion()
        self._service = context.application.mis_contratistas
        form = self.form
        self.table: RowsTable[Pendiente] = RowsTable(
            form.contratistas_table,
            pendientes_columns(sisub=True),
            context.preferences,
            key=lambda one: one.id,
        )
        table = form.contratistas_table
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.selectionModel().selectionChanged.connect(lambda *_: self._draw())
        table.activated.connect(lambda _index: self._open())
        form.agregar_button.clicked.connect(self._add)
        form.quitar_button.clicked.connect(self._remove)
        on_key(self, QKeySequence.StandardKey.Refresh, self._load, inside=True)
        show_message(form.mensaje_label, "")
        self._draw()

    def arrive(self) -> None:
        self._load()
        self.form.contratistas_table.setFocus()

    def refresh(self) -> None:
        if self.isVisible():
            self._load()

    def _load(self) -> None:
        service, sesion = self._service, self._sesion
        self._context.ask(self, lambda _progress: service.read(sesion), self._show)

    def _show(self, found: tuple[Pendiente, ...]) -> None:
        self.table.set_rows(found)
        self._draw()

    def _draw(self) -> None:
        chosen = self.table.selected()
        other = chosen is not None and chosen.id != self._sesion.contratista_id
        self.form.quitar_button.setEnabled(other)

    def _open(self) -> None:
        """Enter on the own row goes to its Informativa."""
        chosen = self.table.selected()
        if chosen is not None and chosen.id == self._sesion.contratista_id:
            self.page_wanted.emit("informativa")

    def _add(self) -> None:
        service, sesion = self._service, self._sesion
        dialog = EfirmaWindow(
            self._context, self.window(), lambda verificacion: service.add(sesion, verificacion)
        )
        dialog.setWindowTitle(ADD_TITLE)
        dialog.form.titulo_label.setText(ADD_TITLE)
        dialog.form.ingresar_button.setText("&Agregar")
        dialog.entered.connect(lambda nombre: self._done(ADDED.format(nombre=nombre)))
        dialog.finished.connect(dialog.deleteLater)
        open_dialog(dialog)

    def _remove(self) -> None:
        chosen = self.table.selected()
        if chosen is None:
            return
        service, sesion, other = self._service, self._sesion, chosen.id
        text = REMOVE.format(nombre=chosen.nombre)

        def remove() -> None:
            self._context.ask(
                self,
                lambda _progress: service.remove(sesion, other),
                lambda _none: self._done(REMOVED),
            )

        confirm(self.window(), text, "&Quitar", remove, destructive=True)

    def _done(self, text: str) -> None:
        show_message(self.form.mensaje_label, text, "success")
        self._load()


def create(context: Context, parent: QWidget) -> Page:
    return MisContratistasPage(context, parent)
