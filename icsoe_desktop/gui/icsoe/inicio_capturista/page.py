"""Inicio del capturista: their data, the choice of a contratista, and links to other pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.periodo import Urgencia
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_elegir_contratista import Ui_ElegirContratistaForm
from icsoe_desktop.gui.forms.ui_inicio_capturista import Ui_InicioCapturistaForm
from icsoe_desktop.gui.icsoe.capturistas.persona import PersonaDialog
from icsoe_desktop.gui.icsoe.paginas import Page
from icsoe_desktop.gui.kit.dialogs import confirm, in_markdown, open_dialog
from icsoe_desktop.gui.kit.fields import set_property, show_message
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.plain_text import markdown_text
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.privacidad.window import show_aviso_icsoe
from icsoe_desktop.services.acceso.icsoe import ContratistaParaElegir
from icsoe_desktop.services.contratista.service import Perfil
from icsoe_desktop.services.tablero.capturista import Pendiente
from icsoe_desktop.version import build_of, long_version

READING = "Leyendo los contratistas…"
NOBODY = (
    "Ningún contratista le ha dado trabajo todavía, o todos lo dieron de baja",
    "Pida a su contratista que lo active o que le envíe una liga nueva.",
)
CONFIRM = "Trabajarás para el contratista **{nombre}**, RFC {rfc} ¿Deseas continuar?"
TITLE = "Contratista a trabajar"
RADIUS = 6.5


class _Radio(QStyledItemDelegate):
    """Draws a radio button that is checked in the selected row."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        style = self._view.style()
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, self._view)
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if on else QPalette.ColorRole.Text
        color = self._view.palette().color(role)
        middle = QRectF(option.rect).center()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 1.5))
        painter.drawEllipse(middle, RADIUS, RADIUS)
        if on:
            painter.setBrush(color)
            painter.drawEllipse(middle, RADIUS / 2, RADIUS / 2)
        painter.restore()


class ElegirDialog(QDialog):
    chosen = Signal(object)  # Sesion; the dialog has closed

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ElegirContratistaForm()
        self.form.setupUi(self)
        self._context, self._sesion = context, context.require_sesion()
        self._acceso = context.application.acceso_icsoe
        self._contratistas: tuple[ContratistaParaElegir, ...] | None = None  # None until read
        self._busy = False
        form = self.form
        self.table: RowsTable[ContratistaParaElegir] = RowsTable(
            form.contratistas_table, self._columns(), key=lambda one: one.id
        )
        view = form.contratistas_table
        self.empty = EmptyState(view, "empresa", *NOBODY, wanted=False)
        view.setItemDelegateForColumn(0, _Radio(view))
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = view.horizontalHeader()
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        view.sortByColumn(2, Qt.SortOrder.AscendingOrder)
        view.installEventFilter(self)
        view.selectionModel().selectionChanged.connect(lambda *_: self._draw())
        view.doubleClicked.connect(lambda _index: self._next())
        form.siguiente_button.clicked.connect(self._next)
        form.regresar_button.clicked.connect(self.reject)
        context.shell.data_arrived.connect(self._load)
        self.finished.connect(self.deleteLater)
        self._draw()
        QTimer.singleShot(0, self, self._load)

    def _load(self) -> None:
        acceso, sesion = self._acceso, self._sesion
        self._context.ask(self, lambda _progress: acceso.contratistas(sesion), self._on_read)

    def _on_read(self, contratistas: tuple[ContratistaParaElegir, ...]) -> None:
        first, self._contratistas = not self._contratistas, contratistas
        view = self.form.contratistas_table
        self.table.set_rows(contratistas)
        if len(contratistas) == 1:
            view.selectRow(0)
        if contratistas and first:
            view.setFocus()
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A table consumes Enter; here it must press the primary button.
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self._next()
            return True
        return super().eventFilter(watched, event)

    def _columns(self) -> tuple[Column[ContratistaParaElegir], ...]:
        spoken: Callable[[ContratistaParaElegir], str] = lambda _one: "Seleccionar"  # noqa: E731
        return (
            Column("Seleccionar", spoken, width=84),
            Column("RFC Contratista", lambda one: one.rfc, tabular=True, width=118),
            Column("Nombre, denominación o razón social", lambda one: one.nombre),
        )

    def _next(self) -> None:
        chosen = self.table.selected()
        if chosen is None or self._busy:
            return
        text = CONFIRM.format(nombre=markdown_text(chosen.nombre), rfc=markdown_text(chosen.rfc))
        box = confirm(
            self,
            text,
            "C&ontinuar",
            then=lambda: self._choose(chosen.id),
            reject="&Cancelar",
        )
        in_markdown(box)
        box.setWindowTitle(TITLE)

    def _choose(self, contratista_id: uuid.UUID) -> None:
        acceso, sesion = self._acceso, self._sesion
        self._busy = True
        self._draw()
        self._context.ask(
            self,
            lambda _progress: acceso.choose(sesion, contratista_id),
            self._on_chosen,
            self._on_not_chosen,
        )

    def _on_chosen(self, sesion: Sesion) -> None:
        self.accept()
        self.chosen.emit(sesion)

    def _on_not_chosen(self, error: Exception) -> None:
        self._busy = False
        # The capturista may have been removed since the list was read: read it again.
        self._load()
        self._context.errors.show(self, error)

    def _draw(self) -> None:
        form, loaded = self.form, self._contratistas is not None
        self.empty.want(loaded)
        form.lista_label.setVisible(self._contratistas != ())
        show_message(form.mensaje_label, "" if loaded else READING, "hint")
        form.siguiente_button.setEnabled(self.table.selected() is not None and not self._busy)


_ICONS: Final = {
    Urgencia.AUN_NO: "pendiente",
    Urgencia.ABIERTO: "pendiente",
    Urgencia.POR_VENCER: "por_vencer",
    Urgencia.VENCIDO: "vencido",
}


def pendientes_columns(*, sisub: bool = False) -> tuple[Column[Pendiente], ...]:
    """sisub: its term too, of who presents it; else why a return was sent back."""
    other = Column[Pendiente]("SISUB", lambda one: one.sisub)
    if not sisub:
        other = Column("Devuelta", lambda one: one.nota, tip=lambda one: one.nota)
    return (
        Column(
            "Plazo",
            lambda one: "" if one.hecha else one.plazo,
            sort=lambda one: (one.hecha, one.periodo, one.nombre),
            width=240,
        ),
        Column("Contratista", lambda one: one.nombre, tip=lambda one: f"RFC {one.rfc}", width=260),
        Column("Periodo", lambda one: one.periodo.nombre, sort=lambda one: one.periodo, width=180),
        Column(
            "Estado",
            lambda one: one.estado,
            state=lambda one: "correcto" if one.hecha else _ICONS[one.urgencia],
            width=160,
        ),
        other,
    )


WORKING_FOR = "Trabaja para {contratista}, RFC {rfc}."
CHOOSE_BUTTON = "Sele&ccionar contratista"
CHANGE_BUTTON = "Sele&ccionar otro contratista"


class InicioCapturistaPage(Page):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_InicioCapturistaForm()
        self.form.setupUi(self)
        self._context = context
        form = self.form
        self.pendientes: RowsTable[Pendiente] = RowsTable(
            form.pendientes_table, pendientes_columns(), context.preferences, key=lambda one: one.id
        )
        self.nobody = EmptyState(form.pendientes_table, "empresa", *NOBODY, wanted=False)
        form.pendientes_table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        form.pendientes_table.activated.connect(lambda _index: self._work_for())
        form.version_label.setText(f"Versión {long_version(build_of())}")
        form.contratista_label.hide()
        form.informativa_button.hide()
        form.seleccionar_button.clicked.connect(self._choose)
        form.informativa_button.clicked.connect(lambda: self.page_wanted.emit("informativa"))
        form.aviso_button.clicked.connect(lambda: show_aviso_icsoe(context, self.window()))
        form.ayuda_button.clicked.connect(
            lambda: context.shell.open("ayuda", context.sesion, self.window())
        )
        form.datos_button.clicked.connect(lambda: open_dialog(PersonaDialog.own(context, self)))

    def arrive(self) -> None:
        sesion, service = self._context.require_sesion(), self._context.application.contratistas
        self._context.ask(self, lambda _progress: service.perfil(sesion), self._draw)
        board = self._context.application.tablero_capturista
        self._context.ask(self, lambda _progress: board.read(sesion), self._on_board)
        self.form.seleccionar_button.setFocus()

    def _on_board(self, found: tuple[Pendiente, ...]) -> None:
        self.pendientes.set_rows(found)
        self.nobody.want(True)

    def _work_for(self) -> None:
        """Enter on a row: work for that contratista."""
        chosen = self.pendientes.selected()
        if chosen is None:
            return
        sesion, acceso = self._context.require_sesion(), self._context.application.acceso_icsoe
        self._context.ask(self, lambda _progress: acceso.choose(sesion, chosen.id), self._on_chosen)

    def _draw(self, perfil: Perfil) -> None:
        form = self.form
        chosen = bool(perfil.rfc)
        form.contratista_label.setText(
            WORKING_FOR.format(contratista=perfil.contratista, rfc=perfil.rfc) if chosen else ""
        )
        form.contratista_label.setVisible(chosen)
        form.elegir_label.setVisible(not chosen)
        form.informativa_button.setVisible(chosen)
        form.seleccionar_button.setText(CHANGE_BUTTON if chosen else CHOOSE_BUTTON)
        set_property(form.seleccionar_button, "primary", not chosen)
        if chosen:
            form.informativa_button.setFocus()

    def _choose(self) -> None:
        dialog = ElegirDialog(self._context, self)
        dialog.chosen.connect(self._on_chosen)
        open_dialog(dialog)

    def _on_chosen(self, sesion: Sesion) -> None:
        self.sesion_changed.emit(sesion)


def create(context: Context, parent: QWidget) -> Page:
    return InicioCapturistaPage(context, parent)
