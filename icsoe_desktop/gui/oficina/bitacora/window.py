"""The window of the bitácora: filters, lines that are read as they become visible, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.texto import capitalised
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_bitacora import Ui_BitacoraForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_new_file
from icsoe_desktop.gui.kit.formats import counted, read_date, saved
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.paged import Order, PagedColumn
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.progress import run_with_progress
from icsoe_desktop.services.bitacora.consulta import (
    ConsultaBitacoraService,
    FiltroBitacora,
    LineaBitacora,
    Quien,
)
from icsoe_desktop.services.bitacora.verificacion import ComprobacionBitacora

EMPTY = (
    "Aún no hay nada anotado. Aquí quedan los ingresos, los intentos fallidos, los cambios y las "
    "exportaciones."
)
NOTHING_FITS = "Ninguna anotación cumple con lo que busca. Cambie los filtros o use Limpiar."
TURNED = "La fecha inicial es posterior a la final. Cámbielas de lugar."
ALL = FiltroBitacora()
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


@dataclass(frozen=True)
class Lineas:
    """A Snapshot of the lines. newest_first: the order in which the service returns them."""

    service: ConsultaBitacoraService
    sesion: Sesion
    filtro: FiltroBitacora
    count: int
    newest_first: bool = True

    def rows(self, start: int, count: int) -> Sequence[LineaBitacora]:
        if self.newest_first:
            return self.service.page(self.sesion, self.filtro, start, count)
        offset = max(self.count - start - count, 0)
        return self.service.page(self.sesion, self.filtro, offset, count)[::-1]


class BitacoraWindow(QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = form = Ui_BitacoraForm()
        form.setupUi(self)
        self._context = context
        self._service, self._sesion = (
            context.application.consulta_bitacora,
            context.require_sesion(),
        )
        self._filtro, self._asked = ALL, 0
        self._lineas: Lineas | None = None  # until they are counted
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
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.desde_edit.setFocus()

    def _connect(self) -> None:
        form = self.form
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
        QShortcut(QKeySequence.StandardKey.Refresh, self, self.load)
        QShortcut(QKeySequence("Ctrl+E"), self, form.exportar_button.click)
        self.table.order_wanted.connect(self._on_order)
        self.table.failed.connect(lambda error: self._context.errors.show(self, error))
        self.table.refused.connect(lambda text: show_message(form.mensaje_label, text, "warning"))
        QTimer.singleShot(0, self, self.load)

    def load(self) -> None:
        """Read the choices of the filters, and the lines."""
        service, sesion = self._service, self._sesion
        self._context.ask(
            self,
            lambda _progress: (service.quienes(sesion), service.acciones(sesion)),
            self._on_offered,
        )
        self._count()

    def _on_offered(self, known: tuple[tuple[Quien, ...], tuple[str, ...]]) -> None:
        quienes, acciones = known
        self._offer(self.form.quien_combo, ANYBODY, [(one.nombre, one.clave) for one in quienes])
        self._offer(self.form.accion_combo, ANYTHING, [(capitalised(one), one) for one in acciones])

    def _search(self) -> None:
        form = self.form
        show_message(form.mensaje_label, "")
        # Clear the problem first, so that the same problem is shown again.
        self._fields.draw([])
        try:
            first, last = read_date(form.desde_edit.text()), read_date(form.hasta_edit.text())
        except ValueError as error:
            self._fields.draw([("desde", str(error))])
            return
        if first and last and first > last:
            self._fields.draw([("desde", TURNED)])
            return
        quien, accion = form.quien_combo.currentData(), form.accion_combo.currentData()
        self._filtro = FiltroBitacora(first, last, quien, accion, form.texto_edit.text().strip())
        self._count()

    def _count(self) -> None:
        self._asked += 1
        asked, service, sesion, filtro = self._asked, self._service, self._sesion, self._filtro

        def show(count: int) -> None:
            if asked == self._asked:
                order = self.table.order
                newest_first = order is None or order.descending
                self._show(Lineas(service, sesion, filtro, count, newest_first))

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._context.errors.show(self, error)

        self._context.ask(self, lambda _progress: service.count(sesion, filtro), show, failed)

    def _clear(self) -> None:
        form = self.form
        for edit in (form.desde_edit, form.hasta_edit, form.texto_edit):
            edit.clear()
        for combo in (form.quien_combo, form.accion_combo):
            combo.setCurrentIndex(0)
        self._search()
        form.desde_edit.setFocus()

    def _on_order(self, order: Order) -> None:
        if self._lineas is not None:
            self._show(replace(self._lineas, newest_first=order.descending))

    def _choose_file(self) -> None:
        new = EXPORT.dated(self._context.application.store.clock())
        choose_new_file(self, new, self._context.preferences, self.export)

    def export(self, path: Path) -> None:
        """Write the lines that match the filter to a file, with progress and cancelling."""
        service, sesion, filtro = self._service, self._sesion, self._filtro

        def told(count: int) -> None:
            lines = counted(count, "anotación", "anotaciones")
            show_message(self.form.mensaje_label, saved(path, lines), "success")
            self.load()

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
        sesion = self._sesion

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

    def _show(self, lineas: Lineas) -> None:
        self._lineas = lineas
        self.table.model.show(lineas)
        self._draw()

    def _draw(self) -> None:
        form, lineas = self.form, self._lineas
        empty = lineas is not None and not lineas.count
        self.empty.say((EMPTY if self._filtro == ALL else NOTHING_FITS) if empty else "")
        form.lista_stack.setCurrentWidget(form.vacia_page if empty else form.tabla_page)
        form.lineas_label.setVisible(not empty)
        told = counted(lineas.count, "anotación", "anotaciones") if lineas is not None else ""
        form.cuenta_label.setText(told)
        form.exportar_button.setEnabled(lineas is not None and lineas.count > 0)


create = BitacoraWindow
