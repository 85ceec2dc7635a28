"""Columns of Consulta, and its commands: buttons, keys, menu, and the confirmations before them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.fields import Field, Place
from icsoe_desktop.domain.icsoe.capturista import (
    CAMPOS_CAPTURISTA,
    AccionFila,
    Estatus,
    pregunta_baja,
)
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_consulta_capturistas import Ui_ConsultaCapturistasForm
from icsoe_desktop.gui.icsoe.capturistas.consulta_presenter import ConsultaPresenter
from icsoe_desktop.gui.icsoe.capturistas.datos import ModificarDialog
from icsoe_desktop.gui.icsoe.capturistas.persona import PersonaDialog
from icsoe_desktop.gui.kit.dialogs import confirm, in_markdown, open_dialog
from icsoe_desktop.gui.kit.fields import on_key
from icsoe_desktop.gui.kit.paged import PagedColumn
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.plain_text import markdown_text
from icsoe_desktop.gui.kit.row_buttons import RowButton, RowButtons
from icsoe_desktop.services.capturistas.consulta import CapturistaFila, OrdenCapturistas
from icsoe_desktop.services.capturistas.relaciones import Capturista

ESTATUS_ICONS = {
    Estatus.REGISTRADA: "pendiente",
    Estatus.ACTIVA: "vigente",
    Estatus.BAJA: "deshabilitado",
}
ACCION_ICONS = {
    AccionFila.EDITAR: "editar",
    AccionFila.ENVIAR_EMAIL: "correo",
    AccionFila.ACTIVAR: "activar",
    AccionFila.ELIMINAR: "descartado",
}
IN_MENU = {
    AccionFila.EDITAR: "Ed&itar",
    AccionFila.ENVIAR_EMAIL: "E&nviar email",
    AccionFila.ACTIVAR: "Acti&var",
    AccionFila.ELIMINAR: "&Eliminar",
}
WHY_NOT = {
    AccionFila.EDITAR: "Sólo mientras el capturista no ha creado su contraseña.",
    AccionFila.ENVIAR_EMAIL: "Sólo mientras el capturista no ha creado su contraseña.",
    AccionFila.ACTIVAR: "Sólo cuando la relación está en baja.",
    AccionFila.ELIMINAR: "La relación ya está en baja.",
}
LOCKED = "bloqueado"


def estatus_text(fila: CapturistaFila) -> str:
    return f"{fila.estatus} ({LOCKED})" if fila.bloqueado else str(fila.estatus)


def estatus_state(fila: CapturistaFila) -> str:
    return "candado" if fila.bloqueado else ESTATUS_ICONS[fila.estatus]


def _estatus_tip(fila: CapturistaFila) -> str:
    if fila.bloqueado:
        return "Falló diez veces su contraseña. Envíele una liga nueva para que cree otra."
    return str(fila.estatus)


def _accion(accion: AccionFila, width: int) -> PagedColumn[CapturistaFila]:
    def text(fila: CapturistaFila) -> str:
        return accion if accion in fila.acciones else f"{accion} (no disponible)"

    def tip(fila: CapturistaFila) -> str:
        return accion if accion in fila.acciones else f"{accion}: {WHY_NOT[accion]}"

    nothing: Callable[[CapturistaFila], str] = lambda _fila: ""  # noqa: E731
    return PagedColumn[CapturistaFila](
        str(accion), text, copy=nothing, tip=tip, centered=True, width=width
    )


# Drawing options by column; a column that is not listed is text of normal width.
_DRAWN: dict[str, dict[str, Any]] = {
    "numero": {"right": True, "width": 52},
    "rol": {"width": 84},
    "curp": {"tabular": True, "width": 180},
    "nombre": {"width": 190},
    "correo": {"width": 160},
    "estatus": {"text": estatus_text, "state": estatus_state, "tip": _estatus_tip, "width": 136},
    "grupo": {"width": 90},
    "contratista": {"width": 180},
    "creado": {"text": lambda fila: format_fecha(fecha_local(fila.creado)), "width": 96},
    "usuario_alta": {"width": 150},
}


def _column(each: Field) -> PagedColumn[CapturistaFila]:
    title = each.title(Place.GRID)
    drawn = {"text": lambda fila: str(getattr(fila, each.name)), **_DRAWN.get(each.name, {})}
    order = next((one for one in OrdenCapturistas if one == title), None)
    return PagedColumn[CapturistaFila](title, order=order, **drawn)


COLUMNS = (
    *(_column(each) for each in CAMPOS_CAPTURISTA.at(Place.GRID)),
    _accion(AccionFila.EDITAR, 64),
    _accion(AccionFila.ENVIAR_EMAIL, 96),
    _accion(AccionFila.ACTIVAR, 70),
    _accion(AccionFila.ELIMINAR, 76),
)
_NAMES = [each.name for each in CAMPOS_CAPTURISTA.at(Place.GRID)]
ACCION_COLUMNS = {
    at: AccionFila(column.title)
    for at, column in enumerate(COLUMNS)
    if column.title in set(AccionFila)
}
# Who, how they stand and what may be done: a window of usual width shows these.
FIRST_COLUMNS = (
    *(_NAMES.index(name) for name in ("numero", "nombre", "curp", "estatus")),
    *ACCION_COLUMNS,
)


BAJA_TITLE = "Baja de usuario"
ACTIVAR_TITLE = "Activar usuario"
ACTIVAR = "Estás reactivando al usuario **{nombre}** ¿Deseas continuar?"
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
        self._connect()

    def draw(self) -> None:
        fila = self._table.selected()
        self._form.persona_button.setEnabled(fila is not None and not self._presenter.state.busy)

    def _connect(self) -> None:
        form = self._form
        form.persona_button.clicked.connect(self._open_person)
        form.usuarios_table.customContextMenuRequested.connect(self._open_menu)
        self._row_buttons.pressed.connect(self._on_row_button)
        self._row_buttons.opened.connect(self._open_menu_of_current)
        self._table.selection_changed.connect(self.draw)
        self._presenter.edit_wanted.connect(self._open_edit)
        for accion, key in SHORTCUTS.items():
            on_key(form.usuarios_table, key, partial(self._do_selected, accion))

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
        in_markdown(box)

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
        for accion, text in IN_MENU.items():
            action = QAction(assets.icon(ACCION_ICONS[accion]), text, menu)
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
        copy = QAction("&Copiar el renglón", menu)
        copy.triggered.connect(self._table.copy)
        menu.addAction(copy)
        menu.popup(view.viewport().mapToGlobal(place))
