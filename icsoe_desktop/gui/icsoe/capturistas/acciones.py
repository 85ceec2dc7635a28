"""Commands on a capturista of the list: buttons, keys, menu, and the confirmations before them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from icsoe_desktop.domain.icsoe.capturista import AccionFila, pregunta_baja
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_consulta_capturistas import Ui_ConsultaCapturistasForm
from icsoe_desktop.gui.icsoe.capturistas.columns import ACCION_COLUMNS, ACCION_ICONS, COLUMNS
from icsoe_desktop.gui.icsoe.capturistas.consulta_presenter import ConsultaPresenter
from icsoe_desktop.gui.icsoe.capturistas.modificar import ModificarDialog
from icsoe_desktop.gui.icsoe.capturistas.persona import PersonaDialog
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.plain_text import markdown_text
from icsoe_desktop.gui.kit.row_buttons import RowButton, RowButtons
from icsoe_desktop.services.capturistas.consulta import CapturistaFila
from icsoe_desktop.services.capturistas.service import Capturista

BAJA_TITLE = "Baja de usuario"
ACTIVAR_TITLE = "Activar usuario"
ACTIVAR = "Estás activando de nuevo al usuario **{nombre}** ¿Deseas continuar?"
SHORTCUTS = {AccionFila.EDITAR: "F2", AccionFila.ELIMINAR: "Del"}
ASCENDING = Qt.SortOrder.AscendingOrder


class CapturistaAcciones(QObject):
    def __init__(
        self,
        page: QWidget,
        form: Ui_ConsultaCapturistasForm,
        table: PagedTable[CapturistaFila],
        presenter: ConsultaPresenter,
        context: Context,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._form = form
        self._table = table
        self._presenter = presenter
        self._context = context
        self._row_buttons = RowButtons(
            form.usuarios_table,
            {
                column: RowButton(ACCION_ICONS[accion], self._allowing(accion))
                for column, accion in ACCION_COLUMNS.items()
            },
        )
        self.buttons: dict[AccionFila, QPushButton] = {
            AccionFila.EDITAR: form.editar_button,
            AccionFila.ENVIAR_EMAIL: form.email_button,
            AccionFila.ACTIVAR: form.activar_button,
            AccionFila.ELIMINAR: form.eliminar_button,
        }
        self._connect()

    def draw(self) -> None:
        """Enable the commands that apply to the selected row."""
        fila = self._table.selected()
        busy = self._presenter.state.busy
        for accion, button in self.buttons.items():
            button.setEnabled(fila is not None and accion in fila.acciones and not busy)
        self._form.persona_button.setEnabled(fila is not None and not busy)

    def _connect(self) -> None:
        form = self._form
        form.persona_button.clicked.connect(self._open_person)
        for accion, button in self.buttons.items():
            button.clicked.connect(lambda _=False, accion=accion: self._do_selected(accion))
        form.usuarios_table.customContextMenuRequested.connect(self._open_menu)
        self._row_buttons.pressed.connect(self._on_row_button)
        self._row_buttons.opened.connect(self._open_menu_of_current)
        self._table.selection_changed.connect(self.draw)
        self._presenter.edit_wanted.connect(self._open_edit)
        for accion, key in SHORTCUTS.items():
            shortcut = QShortcut(QKeySequence(key), form.usuarios_table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda accion=accion: self._do_selected(accion))

    def _allowing(self, accion: AccionFila) -> Callable[[int], bool]:
        def allowed(row: int) -> bool:
            fila = self._table.model.row(row)
            return fila is not None and accion in fila.acciones

        return allowed

    def _on_row_button(self, row: int, column: int) -> None:
        fila = self._table.model.row(row)
        if fila is not None:
            self._do(ACCION_COLUMNS[column], fila)

    def _do_selected(self, accion: AccionFila) -> None:
        fila = self._table.selected()
        if fila is not None and accion in fila.acciones:
            self._do(accion, fila)

    def _do(self, accion: AccionFila, fila: CapturistaFila) -> None:
        presenter = self._presenter
        match accion:
            case AccionFila.EDITAR:
                presenter.edit(fila)
            case AccionFila.ENVIAR_EMAIL:
                presenter.send_link(fila)
            case AccionFila.ELIMINAR:
                text = pregunta_baja(markdown_text(fila.nombre))
                self._ask(BAJA_TITLE, text, lambda: presenter.baja(fila))
            case AccionFila.ACTIVAR:
                text = ACTIVAR.format(nombre=markdown_text(fila.nombre))
                self._ask(ACTIVAR_TITLE, text, lambda: presenter.activar(fila))

    def _ask(self, title: str, markdown: str, then: Callable[[], object]) -> None:
        box = confirm(self._page, markdown, "C&ontinuar", then, reject="&Cancelar")
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.MarkdownText)

    def _open_edit(self, capturista: Capturista) -> None:
        dialog = ModificarDialog(capturista, self._context, self._page)
        dialog.updated.connect(self._on_updated)
        open_dialog(dialog)

    def _on_updated(self) -> None:
        self._presenter.refresh()
        self._context.shell.mail_changed.emit()

    def _open_person(self) -> None:
        fila = self._table.selected()
        if fila is not None:
            dialog = PersonaDialog.of(fila.id, fila.nombre, self._context, self._page)
            dialog.deleted.connect(self._presenter.refresh)
            open_dialog(dialog)

    def _open_menu_of_current(self) -> None:
        view = self._form.usuarios_table
        self._open_menu(view.visualRect(view.currentIndex()).bottomLeft())

    def _open_menu(self, place: QPoint) -> None:
        fila = self._table.selected()
        if fila is None:
            return
        view = self._form.usuarios_table
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for accion, button in self.buttons.items():
            action = QAction(assets.icon(ACCION_ICONS[accion]), button.text(), menu)
            action.setEnabled(accion in fila.acciones)
            action.triggered.connect(lambda _=False, accion=accion: self._do(accion, fila))
            menu.addAction(action)
        menu.addSeparator()
        person = QAction(self._form.persona_button.text(), menu)
        person.triggered.connect(self._open_person)
        menu.addAction(person)
        column = view.currentIndex().column()
        if COLUMNS[column].order is not None:
            order = QAction(f"&Ordenar por {COLUMNS[column].title}", menu)
            order.triggered.connect(lambda: self._table.view.sortByColumn(column, ASCENDING))
            menu.addAction(order)
        copy = QAction("Co&piar el renglón", menu)
        copy.triggered.connect(self._table.copy)
        menu.addAction(copy)
        menu.popup(view.viewport().mapToGlobal(place))
