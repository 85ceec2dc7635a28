"""Consulta: the list of all capturistas of the contratista, with filters."""

from __future__ import annotations

import uuid
from pathlib import Path

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.gui.base.dispatch import Dispatcher, delayed, gui_queue
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_consulta_capturistas import Ui_ConsultaCapturistasForm
from icsoe_desktop.gui.icsoe.capturistas.acciones import COLUMNS, FIRST_COLUMNS, CapturistaAcciones
from icsoe_desktop.gui.icsoe.capturistas.consulta_presenter import (
    ConsultaPresenter,
    ConsultaState,
    Usuarios,
)
from icsoe_desktop.gui.icsoe.paginas import Page
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.fields import on_key, set_property, show_message
from icsoe_desktop.gui.kit.file_choice import WORKBOOK, NewFile, choose_new_file
from icsoe_desktop.gui.kit.formats import counted, saved
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.paged import Order
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.kit.table_view import search_rows
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.capturistas.consulta import CapturistaFila, OrdenCapturistas

TYPING_MS = 150
ALL_ESTATUS = "Todos"
COPIED = "Se copiaron {count:,} renglones."
COPIED_ONE = "Se copió 1 renglón."


class ConsultaPage(Presented[Ui_ConsultaCapturistasForm, ConsultaPresenter], Page):
    def __init__(
        self, presenter: ConsultaPresenter, reading: JobQueue, context: Context, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.present(Ui_ConsultaCapturistasForm(), presenter, context)
        self._selecting: uuid.UUID | None = None
        form = self.form
        form.estatus_combo.addItem(ALL_ESTATUS)
        for estatus in Estatus:
            form.estatus_combo.addItem(str(estatus), estatus)
        self.table: PagedTable[CapturistaFila] = PagedTable(
            form.usuarios_table, COLUMNS, reading, context.preferences, key=lambda fila: fila.id
        )
        self._bring_actions_near()
        self.acciones = CapturistaAcciones(self, form, self.table, presenter, context)
        self._typing = delayed(self, TYPING_MS, self._filter)
        self._connect()
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "usuarios")
        EmptyPage(form.ninguno_page, form.ninguno_label, "buscar")
        self._say("")
        self._draw(presenter.state)

    def arrive(self) -> None:
        self.form.buscar_edit.setFocus()
        if self._selecting is None:
            order = self.table.order or Order(OrdenCapturistas.ID)
            self._presenter.order(OrdenCapturistas(str(order.key)), order.descending)

    def refresh(self) -> None:
        if self._presenter.state.total is not None:
            self._presenter.refresh(asked=False)

    def select(self, relacion_id: uuid.UUID) -> None:
        """Clear the filters and select this row."""
        self._clear_filters()
        self._presenter.select(relacion_id)
        self.form.usuarios_table.setFocus()

    def _bring_actions_near(self) -> None:
        """Draw the actions where a window of usual width shows them."""
        header = self.form.usuarios_table.horizontalHeader()
        for place, column in enumerate(FIRST_COLUMNS):
            header.moveSection(header.visualIndex(column), place)

    def show_estatus(self, estatus: Estatus) -> None:
        """Show only the people of this status."""
        self.form.buscar_edit.clear()
        self.form.estatus_combo.setCurrentIndex(self.form.estatus_combo.findData(estatus))

    def _connect(self) -> None:
        form, presenter, table = self.form, self._presenter, self.table
        form.buscar_edit.textChanged.connect(lambda _text: self._typing.start())
        form.buscar_edit.returnPressed.connect(self._filter)
        search_rows(form.buscar_edit, form.usuarios_table)
        form.estatus_combo.currentIndexChanged.connect(lambda _at: self._filter())
        form.quitar_button.clicked.connect(self._clear_filters)
        for button in (form.agregar_button, form.alta_button):
            button.clicked.connect(lambda: self.page_wanted.emit("alta_capturista"))
        form.regresar_button.clicked.connect(lambda: self.page_wanted.emit("contratista"))
        form.exportar_button.clicked.connect(lambda: run(self._context, self))
        table.order_wanted.connect(self._on_order)
        table.copied.connect(self._on_copied)
        table.refused.connect(lambda text: self._say(text, "warning"))
        table.failed.connect(self._on_failed)
        presenter.changed.connect(self._draw)
        presenter.read.connect(self._on_read)
        presenter.told.connect(lambda text: inform(self, text))
        presenter.mail_queued.connect(self._context.shell.mail_changed)
        on_key(self, QKeySequence.StandardKey.Refresh, presenter.refresh, inside=True)
        on_key(self, QKeySequence.StandardKey.Find, self._go_to_search, inside=True)

    def _go_to_search(self) -> None:
        self.form.buscar_edit.setFocus()
        self.form.buscar_edit.selectAll()

    def _filter(self) -> None:
        self._typing.stop()
        self._say("")
        estatus = self.form.estatus_combo.currentData()
        # Qt returns a StrEnum item as a plain str.
        self._presenter.filter(
            self.form.buscar_edit.text(), None if estatus is None else Estatus(estatus)
        )

    def _clear_filters(self) -> None:
        self.form.estatus_combo.setCurrentIndex(0)
        self.form.buscar_edit.clear()
        self._filter()
        self.form.buscar_edit.setFocus()

    def _on_order(self, order: Order) -> None:
        self._presenter.order(OrdenCapturistas(str(order.key)), order.descending)

    def _on_read(self, usuarios: Usuarios, wanted: int | None) -> None:
        before, chosen = self.table.model.snapshot, self.table.current_row()
        known = before if isinstance(before, Usuarios) else None
        if wanted is None and known is not None and known.filtro == usuarios.filtro:
            self._renew(known, usuarios)
        else:
            if wanted is None and chosen is not None and known is not None:
                wanted = known.numeros[chosen]
            self.table.model.show(usuarios)
            place = None if wanted is None else usuarios.place_of(wanted)
            if place is not None:
                self.table.select(place)
        self._draw(self._presenter.state)

    def _renew(self, before: Usuarios, now: Usuarios) -> None:
        """Show a newer reading of the list."""
        if before.numeros == now.numeros:
            self.table.renew(now)
        else:
            places = {numero: at for at, numero in enumerate(now.numeros)}
            self.table.renew(now, lambda at: places.get(before.numeros[at]))

    def _on_copied(self, count: int) -> None:
        self._say(COPIED_ONE if count == 1 else COPIED.format(count=count), "success")

    def _say(self, text: str, role: str = "success") -> None:
        show_message(self.form.mensaje_label, text, role)

    def _draw(self, state: ConsultaState) -> None:
        form = self.form
        if state.total is None:
            page = form.cargando_page
        elif state.total == 0:
            page = form.vacia_page
        else:
            page = form.tabla_page if state.shown else form.ninguno_page
        form.lista_stack.setCurrentWidget(page)
        form.usuarios_label.setVisible(page is form.tabla_page)
        form.cuenta_label.setText(state.counts)
        form.exportar_button.setEnabled(bool(state.total))
        # One primary button in a view: without people that of the empty page.
        set_property(form.alta_button, "primary", page is not form.vacia_page)
        self.acciones.draw()


def create(context: Context, parent: QWidget) -> Page:
    application = context.application
    reading = gui_queue(Dispatcher(context.shell), "consulta")
    presenter = ConsultaPresenter(
        application.consulta_capturistas,
        application.capturistas,
        context.jobs,
        reading,
        context.require_sesion(),
    )
    page = ConsultaPage(presenter, reading, context, parent)
    page.destroyed.connect(lambda: reading.close(0))
    return page


TITLE = "Exportar excel"
WRITING = "Escribiendo el archivo de Excel…"


def run(context: Context, window: QWidget) -> None:
    """«Exportar excel»: ask for a file and write all capturistas to it."""
    sesion, service = context.require_sesion(), context.application.consulta_capturistas

    def choose(name: str) -> None:
        new = NewFile(TITLE, "exportar_capturistas", WORKBOOK, name)
        choose_new_file(
            window, new, context.preferences, lambda path: export_to(path, context, window)
        )

    context.ask(window, lambda _progress: service.file_name(sesion), choose)


def export_to(path: Path, context: Context, window: QWidget) -> None:
    sesion, service = context.require_sesion(), context.application.consulta_capturistas
    run_with_progress(
        context,
        window,
        TITLE,
        WRITING,
        lambda progress: service.export(sesion, path, progress),
        lambda count: inform(window, saved(path, counted(count, "usuario", "usuarios"))),
    )
