"""The window of the bitácora: filters, lines, export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.texto import capitalised
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_bitacora import Ui_BitacoraForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_new_file
from icsoe_desktop.gui.kit.formats import counted, saved
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.paged import Order, PagedColumn
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.gui.oficina.bitacora.presenter import BitacoraPresenter, BitacoraState, Lineas
from icsoe_desktop.services.bitacora.consulta import LineaBitacora
from icsoe_desktop.services.bitacora.verificacion import ComprobacionBitacora

ANYBODY, ANYTHING = "Todos", "Todas"
EXPORT = NewFile("Exportar la bitácora", "bitacora", "Excel (*.xlsx)", "Bitacora.xlsx")
EXPORTING = "Exportando la bitácora…"
VERIFYING = "Comprobando la bitácora…"


def _hour(linea: LineaBitacora) -> str:
    return f"{linea.cuando.astimezone(HORA_DE_MEXICO):%d/%m/%Y %H:%M:%S}"


COLUMNS = (
    PagedColumn[LineaBitacora]("N.º", lambda r: f"{r.numero:,}", tabular=True, width=45),
    PagedColumn[LineaBitacora](
        "Fecha y hora",
        lambda r: _hour(r)[:-3],
        copy=lambda r: _hour(r),
        tabular=True,
        width=124,
        order="cuando",
    ),
    PagedColumn[LineaBitacora]("Quién", lambda r: r.quien, width=182),
    PagedColumn[LineaBitacora]("Acción", lambda r: r.accion, middle=True, width=178),
    PagedColumn[LineaBitacora]("Cuál", lambda r: r.cual or r.objeto, width=306),
    PagedColumn[LineaBitacora]("Detalle", lambda r: r.detalle, width=70),
)


class BitacoraWindow(Presented[Ui_BitacoraForm, BitacoraPresenter], QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        service = context.application.consulta_bitacora
        presenter = BitacoraPresenter(service, context.jobs, context.require_sesion())
        self.present(Ui_BitacoraForm(), presenter, context)
        self._shown: Lineas | None = None
        form = self.form
        self.table = PagedTable(
            form.lineas_table, COLUMNS, context.jobs, context.preferences, stretched=True
        )
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "bitacora")
        header = form.lineas_table.horizontalHeader()
        header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
        self._dates = (DateField(form.desde_edit), DateField(form.hasta_edit))
        self._fields = CheckedFields(fields_of(form, "desde"), self)
        self._offer(form.quien_combo, ANYBODY, [])
        self._offer(form.accion_combo, ANYTHING, [])
        show_message(form.mensaje_label, "")
        self._connect()
        self._draw(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.desde_edit.setFocus()

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.buscar_button.clicked.connect(self._search)
        form.limpiar_button.clicked.connect(self._clear)
        form.quien_combo.activated.connect(self._search)
        form.accion_combo.activated.connect(self._search)
        for field in self._dates:
            field.chosen.connect(self._search)
        form.exportar_button.clicked.connect(self._choose_file)
        form.comprobar_button.clicked.connect(self.verify)
        form.cerrar_button.clicked.connect(self.reject)
        QShortcut(QKeySequence.StandardKey.Find, self, form.texto_edit.setFocus)
        QShortcut(QKeySequence.StandardKey.Refresh, self, presenter.load)
        QShortcut(QKeySequence("Ctrl+E"), self, form.exportar_button.click)
        self.table.order_wanted.connect(self._on_order)
        self.table.failed.connect(self._on_failed)
        self.table.refused.connect(lambda text: show_message(form.mensaje_label, text, "warning"))
        presenter.changed.connect(self._draw)
        QTimer.singleShot(0, self, presenter.load)

    def _search(self) -> None:
        form = self.form
        show_message(form.mensaje_label, "")
        self._presenter.search(
            form.desde_edit.text(),
            form.hasta_edit.text(),
            form.quien_combo.currentData(),
            form.accion_combo.currentData(),
            form.texto_edit.text(),
        )

    def _clear(self) -> None:
        form = self.form
        for edit in (form.desde_edit, form.hasta_edit, form.texto_edit):
            edit.clear()
        for combo in (form.quien_combo, form.accion_combo):
            combo.setCurrentIndex(0)
        self._search()
        form.desde_edit.setFocus()

    def _on_order(self, order: Order) -> None:
        self._presenter.order(order.descending)

    def _choose_file(self) -> None:
        new = EXPORT.dated(self._context.application.store.clock())
        choose_new_file(self, new, self._context.preferences, self.export)

    def export(self, path: Path) -> None:
        """Write the lines that match the filter to a file, with progress and cancelling."""
        service = self._context.application.consulta_bitacora
        sesion, filtro = self._context.require_sesion(), self._presenter.state.filtro

        def told(count: int) -> None:
            lines = counted(count, "anotación", "anotaciones")
            show_message(self.form.mensaje_label, saved(path, lines), "success")
            self._presenter.load()

        run_with_progress(
            self._context,
            self,
            self.windowTitle(),
            EXPORTING,
            lambda progress: service.export(sesion, filtro, path, progress),
            told,
        )

    def verify(self) -> None:
        """Check the chain, with progress and cancelling."""
        service = self._context.application.verificacion_bitacora
        sesion = self._context.require_sesion()

        def told(found: ComprobacionBitacora) -> None:
            kind = "success" if found.buena else "error"
            show_message(self.form.mensaje_label, found.sentence, kind)

        run_with_progress(
            self._context,
            self,
            self.windowTitle(),
            VERIFYING,
            lambda progress: service.verify(sesion, progress),
            told,
        )

    def _offer(self, combo: QComboBox, everything: str, offered: list[tuple[str, str]]) -> None:
        """Set the choices of a filter; the present choice stays.

        offered: pairs of text and value.
        """
        texts = [everything, *(text for text, _data in offered)]
        if texts == [combo.itemText(at) for at in range(combo.count())]:
            return
        chosen = combo.currentData()
        combo.clear()
        combo.addItem(everything, None)
        for text, data in offered:
            combo.addItem(text, data)
        combo.setCurrentIndex(max(combo.findData(chosen), 0) if chosen else 0)

    def _draw(self, state: BitacoraState) -> None:
        form = self.form
        self._offer(form.quien_combo, ANYBODY, [(one.nombre, one.clave) for one in state.quienes])
        self._offer(
            form.accion_combo, ANYTHING, [(capitalised(one), one) for one in state.acciones]
        )
        self._fields.draw([("desde", state.problem)] if state.problem else [])
        if state.lineas is not None and state.lineas is not self._shown:
            self._shown = state.lineas
            self.table.model.show(state.lineas)
        self.empty.say(state.empty_text)
        form.lista_stack.setCurrentWidget(form.vacia_page if state.empty_text else form.tabla_page)
        form.lineas_label.setVisible(not state.empty_text)
        form.cuenta_label.setText(state.cuenta_text)
        form.exportar_button.setEnabled(bool(state.lineas and state.lineas.count))


create = BitacoraWindow
