"""Trabajadores: who is known, their last movement, and a form that begins with their data."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.movimiento import (
    TipoMovimiento,
)
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_trabajadores_idse import Ui_TrabajadoresIdseForm
from icsoe_desktop.gui.idse.captura.presenter import CapturaMovimientoPresenter
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.modulo import columns
from icsoe_desktop.gui.idse.modulo.historial import HistorialDialog
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import open_remembered
from icsoe_desktop.gui.kit.fields import on_enter, show_message
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.table_view import enter_rows, search_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento, MovimientoFila
from icsoe_desktop.services.trabajadores.service import PaginaTrabajadores, TrabajadorVisto

PAUSE_MS: Final = 150
ALL: Final = "{count}, por apellido."
PART: Final = "Los primeros {shown:,} de {count}, por apellido. Escriba para encontrar a los demás."
NOBODY: Final = "Todavía no hay trabajadores. Aparecen solos con su primer movimiento."
NOT_FOUND: Final = "Nadie coincide. Se busca en el nombre, el NSS y la CURP; pruebe con una parte."
SHORT: Final = {
    TipoMovimiento.ALTA: "Alta",
    TipoMovimiento.MODIFICACION: "Salario",
    TipoMovimiento.BAJA: "Baja",
}
COLUMNS: Final = (
    Column[TrabajadorVisto](
        "Trabajador",
        lambda t: t.nombre,
        copy=lambda t: full_name(t.ultimo),
        sort=lambda t: t.nombre.casefold(),
        width=190,
    ),
    Column[TrabajadorVisto](
        CAMPOS_MOVIMIENTO.label("nss"),
        lambda t: formats.nss(t.ultimo.nss),
        copy=lambda t: t.ultimo.nss,
        tabular=True,
        width=125,
    ),
    Column[TrabajadorVisto](
        CAMPOS_MOVIMIENTO.label("curp"), lambda t: t.ultimo.curp, tabular=True, width=170
    ),
    Column[TrabajadorVisto](
        CAMPOS_MOVIMIENTO.label("registro_patronal"),
        lambda t: formats.registro(t.ultimo.registro_patronal),
        copy=lambda t: t.ultimo.registro_patronal,
        tabular=True,
        width=130,
    ),
    Column[TrabajadorVisto](
        "Último movimiento",
        lambda t: f"{SHORT[t.ultimo.tipo]} {formats.day(t.ultimo.fecha)}",
        sort=lambda t: t.ultimo.fecha,
        icon=lambda t: columns.movimiento_icon(t.ultimo.tipo),
        newest_first=True,
        width=175,
    ),
    Column[TrabajadorVisto](
        "Estado",
        lambda t: t.ultimo.situacion.value,
        state=lambda t: columns.SITUACION_ICONS[t.ultimo.situacion],
        tip=lambda t: columns.situacion_tip(t.ultimo),
        width=115,
    ),
    Column[TrabajadorVisto](
        CAMPOS_MOVIMIENTO.label("sbc"),
        lambda t: formats.money(t.sbc),
        sort=lambda t: t.sbc or 0,
        copy=lambda t: formats.plain_money(t.sbc),
        tabular=True,
        right=True,
        width=100,
    ),
)


class TrabajadoresWindow(QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = form = Ui_TrabajadoresIdseForm()
        form.setupUi(self)
        self._context = context
        self._service = context.application.trabajadores
        self._sesion = context.require_sesion()
        self.table = RowsTable(
            form.trabajadores_table, COLUMNS, context.preferences, key=lambda t: t.ultimo.nss
        )
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "trabajadores")
        self._captures = {
            TipoMovimiento.ALTA: form.alta_button,
            TipoMovimiento.MODIFICACION: form.modificacion_button,
            TipoMovimiento.BAJA: form.baja_button,
        }
        for tipo, button in self._captures.items():
            button.clicked.connect(lambda _checked=False, tipo=tipo: self.capture(tipo))
        show_message(form.mensaje_label, "")
        self._pause = delayed(self, PAUSE_MS, self.load)
        self._connect()
        self._draw_chosen()
        QTimer.singleShot(0, self, self.load)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.buscar_edit.setFocus()
        self._pause.start()

    def search(self, texto: str) -> None:
        self.form.buscar_edit.setText(texto)
        self.load()

    def load(self) -> None:
        self._pause.stop()
        texto = self.form.buscar_edit.text()

        def show(page: PaginaTrabajadores) -> None:
            if texto == self.form.buscar_edit.text():
                self._show(page, texto)

        self._context.ask(self, lambda _progress: self._service.find(self._sesion, texto), show)

    def capture(self, tipo: TipoMovimiento, editing: MovimientoFila | None = None) -> None:
        """A form that begins with the chosen worker, or one on a movement of their history."""
        chosen = self.table.selected()
        if chosen is None:
            return
        ultimo = chosen.ultimo
        inicial = CapturaMovimiento(
            tipo=tipo, nss=ultimo.nss, registro_patronal=ultimo.registro_patronal
        )
        context = self._context
        presenter = CapturaMovimientoPresenter(
            context.application.movimientos,
            context.jobs,
            context.jobs,
            self._sesion,
            tipo,
            editing,
            inicial,
        )
        presenter.saved.connect(lambda _fila: self.load())
        open_remembered(CapturaMovimientoDialog(presenter, context, self), context.preferences)

    def open_history(self) -> None:
        chosen = self.table.selected()
        if chosen is None:
            return
        dialog = HistorialDialog(chosen.ultimo, self._context, True, self)

        def edit(fila: MovimientoFila) -> None:
            dialog.accept()
            self.capture(fila.tipo, fila)

        dialog.edit_wanted.connect(edit)
        open_remembered(dialog, self._context.preferences)

    def _connect(self) -> None:
        form = self.form
        form.buscar_edit.textChanged.connect(lambda _text: self._pause.start())
        search_rows(form.buscar_edit, form.trabajadores_table)
        on_enter(form.buscar_edit, partial(enter_rows, form.trabajadores_table))
        form.historial_button.clicked.connect(self.open_history)
        form.cerrar_button.clicked.connect(self.reject)
        view = form.trabajadores_table
        view.doubleClicked.connect(lambda _index: self.open_history())
        on_enter(view, self.open_history)
        view.selectionModel().selectionChanged.connect(self._draw_chosen)
        for chord, then in (
            (QKeySequence.StandardKey.Find, form.buscar_edit.setFocus),
            (QKeySequence.StandardKey.Refresh, self.load),
        ):
            QShortcut(chord, self).activated.connect(then)
        self._context.shell.data_arrived.connect(self.load)

    def _show(self, page: PaginaTrabajadores, texto: str) -> None:
        form = self.form
        self.table.set_rows(page.filas)
        form.lista_stack.setCurrentWidget(form.tabla_page if page.total else form.vacia_page)
        self.empty.say(NOT_FOUND if texto.strip() else NOBODY)
        count = formats.counted(page.total, "trabajador", "trabajadores")
        shown = len(page.filas)
        told = ALL if shown == page.total else PART
        show_message(form.cuenta_label, told.format(count=count, shown=shown), "hint")
        form.cuenta_label.setVisible(page.total > 0)
        if shown and self.table.selected() is None:
            form.trabajadores_table.selectRow(0)
        self._draw_chosen()

    def _draw_chosen(self) -> None:
        chosen = self.table.selected() is not None
        for button in (self.form.historial_button, *self._captures.values()):
            button.setEnabled(chosen)


create = TrabajadoresWindow
