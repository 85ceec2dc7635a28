"""The grid of movements: its rows, their count, and the page for an empty list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.idse.modulo.columns import COLUMNS, HIDDEN, may_correct
from icsoe_desktop.gui.idse.modulo.presenter import MovimientosPresenter, MovimientosState
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.paged import Order, Snapshot
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.kit.stacks import scroll_body
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.movimientos.valores import (
    ColumnaMovimiento,
    FiltroMovimientos,
    MovimientoFila,
    OrdenMovimientos,
)

NEWEST_FIRST: Final = Order(ColumnaMovimiento.FECHA, descending=True)
BY_TERM: Final = Order(ColumnaMovimiento.LIMITE, descending=False)
# A bar for a shorter wait would only flicker.
SHOW_AFTER_MS: Final = 150
READING: Final = "Movimientos con IDSE…"
# Received changes may concern other movements than those shown, hence «puede».
STALE: Final = "Puede haber cambios desde que se leyó."
UNFINISHED: Final = "No se leyó toda la lista."
PARTIAL: Final = "Sólo se leyeron los primeros {count}."
NOTHING_AT_ALL: Final = "Aún no hay movimientos"
WHAT_BELONGS: Final = (
    "Aquí se muestran las altas o reingresos, las modificaciones de salario y las bajas. Importe "
    "archivos de 168 posiciones, Excel o CSV (también puede arrastrarlos a esta ventana), o "
    "capture el primero."
)
WHAT_BELONGS_CONSULTA: Final = (
    "Aquí se mostrarán los Reingresos, las Modificaciones de salario y las Bajas."
)
NOTHING_FOUND: Final = "Ningún movimiento coincide con la búsqueda"
NOTHING_OWED: Final = "No debe ningún aviso"
ALL_SETTLED: Final = (
    "No hay movimientos sin archivo, ni archivos sin respuesta, ni rechazos sin volver a presentar."
)
NONE_LEFT: Final = "No hay movimientos en esta lista"
SHOW_ALL: Final = "Quite los filtros para ver los demás."
CHANGE_SEARCH: Final = "Revise el registro patronal, las fechas, el estado o el texto."
NONE_OF_TIPO: Final = {
    TipoMovimiento.ALTA: "No hay altas ni reingresos",
    TipoMovimiento.MODIFICACION: "No hay modificaciones de salario",
    TipoMovimiento.BAJA: "No hay bajas",
}
OWED_ONLY: Final = FiltroMovimientos(por_resolver=True)
IN_OTHER_TABS: Final = "Hay movimientos en las otras pestañas."


class Grid(QObject):
    """Draws MovimientosState over the page of movements."""

    opened = Signal()  # show the history of the selected worker
    correction_wanted = Signal()  # of the selected movement, which is rejected
    selection_changed = Signal()
    deletion_wanted = Signal()
    failed = Signal(object)  # Exception
    done = Signal(str)  # what was done, which nobody has to read

    def __init__(
        self,
        form: Ui_ModuloForm,
        presenter: MovimientosPresenter,
        pages: JobQueue,
        preferences: Preferences,
        restricts: Callable[[], bool],
        may_write: bool,
        parent: QObject,
    ) -> None:
        """restricts: returns whether the search excludes anything, apart from the tab."""
        super().__init__(parent)
        self._form = form
        self._presenter = presenter
        self._restricts = restricts
        self._may_write = may_write
        view = form.movimientos_table
        self.table: PagedTable[MovimientoFila] = PagedTable(
            view,
            COLUMNS,
            pages,
            preferences,
            NEWEST_FIRST,
            key=lambda fila: fila.id,
            close=True,
        )
        view.setAccessibleName("Movimientos")
        Mark(form.vacia_icono, "vacio")
        scroll_body(form.vacia_page)
        view.horizontalHeader().setSectionsMovable(True)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        view.installEventFilter(self)
        view.doubleClicked.connect(lambda _index: self._open())
        self.table.order_wanted.connect(lambda order: presenter.choose_order(orden_of(order)))
        self.table.selection_changed.connect(self._on_selection)
        self.table.copied.connect(lambda count: self.done.emit(copied(count)))
        self.table.refused.connect(lambda text: self.say(text, "warning"))
        self.table.failed.connect(self.failed)
        form.actualizar_button.clicked.connect(presenter.refresh)
        form.cancelar_button.clicked.connect(presenter.stop)
        # Keep the hidden button's space: otherwise the rows would resize and be painted again.
        policy = form.cancelar_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        form.cancelar_button.setSizePolicy(policy)
        self._late = delayed(
            self, SHOW_AFTER_MS, lambda: self._draw_progress(presenter.state, True)
        )
        self._tipo: TipoMovimiento | None = None
        self._drawn_once = False
        self._by_term = False
        self._first_wanted = self._correct_first = False
        self._next: int | None = None
        self._message, self._scope = ("", ""), ""
        self._usual = NEWEST_FIRST
        presenter.shown.connect(self._on_shown)
        presenter.changed.connect(self._draw)
        self.say("")
        self._draw(presenter.state)

    @property
    def orden(self) -> OrdenMovimientos:
        order = self.table.order
        return orden_of(order) if order is not None else OrdenMovimientos()

    def sort_by_term(self, by_term: bool) -> None:
        """Sort by the last day of the term, the next one first; or again as before that.

        An order that the user chose since the last call stays.
        """
        if by_term is self._by_term:
            return
        now, self._by_term = self.table.order, by_term
        if by_term and now != BY_TERM:
            self._usual = now or self._usual
            self.table.show_order(BY_TERM)
        elif not by_term and now == BY_TERM:
            self.table.show_order(self._usual)

    def show_tipo(self, tipo: TipoMovimiento | None) -> None:
        """Show only the columns that are useful on the tab, from its first rows on."""
        self._tipo = tipo
        if not self.table.model.rowCount():
            self._draw_columns()

    def _draw_columns(self) -> None:
        for at, column in enumerate(COLUMNS):
            hidden = ColumnaMovimiento(column.title) in HIDDEN[self._tipo]
            if self._form.movimientos_table.isColumnHidden(at) is not hidden:
                self._form.movimientos_table.setColumnHidden(at, hidden)

    def visible_columns(self) -> tuple[ColumnaMovimiento, ...]:
        """The visible columns in the user's order, from left to right."""
        header = self._form.movimientos_table.horizontalHeader()
        places = [header.logicalIndex(at) for at in range(header.count())]
        shown = [at for at in places if not header.isSectionHidden(at)]
        return tuple(ColumnaMovimiento(COLUMNS[at].title) for at in shown)

    def say(self, text: str, role: str = "success") -> None:
        self._message = (text, role)
        self._draw_band(self._presenter.state)

    def say_scope(self, text: str) -> None:
        """To what the list is restricted; empty if to nothing."""
        self._scope = text
        self._draw_band(self._presenter.state)

    def focus(self) -> None:
        view = self._form.movimientos_table
        view.setFocus()
        if self.table.model.rowCount() and not self.table.ranges():
            self.table.select(0)

    def focus_first(self) -> None:
        """Select the first row of the list that is being read, once it is there."""
        self._form.movimientos_table.setFocus()
        self._first_wanted, self._correct_first = True, False

    def correct_first(self) -> None:
        """Go on from `focus_first` to the correction of that row."""
        self._correct_first = self._first_wanted

    def go_on(self) -> None:
        """Select what takes the place of the first selected row in the list that is read next."""
        self._next = min((first for first, _last in self.table.ranges()), default=None)

    @property
    def selected_count(self) -> int:
        return sum(last - first + 1 for first, last in self.table.ranges())

    def read_selected(self) -> Callable[[Progress], list[MovimientoFila]]:
        """A job that reads the rows that are selected now, without those deleted since."""
        snapshot, ranges = self.table.model.snapshot, self.table.ranges()

        def work(progress: Progress) -> list[MovimientoFila]:
            found: list[MovimientoFila] = []
            for first, last in ranges:
                for start in range(first, last + 1, 1000):
                    rows = snapshot.rows(start, min(1000, last + 1 - start))
                    found.extend(row for row in rows if row is not None)
                    progress.report(len(found))
            return found

        return work

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.opened.emit()
                return True
            if event.key() == Qt.Key.Key_Delete:
                self.deletion_wanted.emit()
                return True
        return super().eventFilter(watched, event)

    def _open(self) -> None:
        fila = self.table.selected()
        corrects = fila is not None and may_correct(fila)
        (self.correction_wanted if corrects and self._may_write else self.opened).emit()

    def _on_selection(self) -> None:
        self._draw_count(self._presenter.state)
        self.selection_changed.emit()
        # Selected before it is read.
        if self._correct_first and self.table.selected() is not None:
            self._correct_first = False
            self._open()

    def _on_shown(self, snapshot: Snapshot[MovimientoFila], continues: bool) -> None:
        """Show a snapshot.

        continues: the snapshot starts with the rows already shown; selection and position stay.
        """
        if not continues:
            self._draw_columns()
            self.table.model.show(snapshot)
            self._form.movimientos_table.scrollToTop()
            if self._first_wanted:
                self._first_wanted = False
                self.table.select(0)
            return
        self.table.renew(snapshot)
        if self._next is not None:
            self.table.select(min(self._next, snapshot.count - 1))
            self._next = None

    def _draw(self, state: MovimientosState) -> None:
        form = self._form
        page = form.vacia_page if state.empty else form.tabla_page
        if form.tabla_stack.currentWidget() is not page:
            form.tabla_stack.setCurrentWidget(page)
            # Out of sight it would go on asking for the height of the empty page.
            form.tabla_stack.updateGeometry()
        if not state.loading:
            self._drawn_once = True
            self._late.stop()
            self._draw_progress(state, False)
        elif form.avance_bar.isVisible() or not self._drawn_once:
            self._draw_progress(state, True)
        elif not self._late.isActive():
            self._late.start()
        self._draw_band(state)
        self._draw_count(state)
        if state.empty:
            self._draw_empty(state)

    def _draw_band(self, state: MovimientosState) -> None:
        """One band for all that is said above the list, in the place of the session's."""
        form, (text, role) = self._form, self._message
        offered = (state.stale or state.partial) and not state.loading
        stale = STALE if offered and state.stale else UNFINISHED if offered else ""
        said = " ".join(filter(None, (text, stale, self._scope)))
        show_message(form.mensaje_label, said, role if text else "warning")
        form.sesion_label.setVisible(bool(form.sesion_label.text()) and not said)
        form.actualizar_button.setVisible(offered)

    def _draw_progress(self, state: MovimientosState, shown: bool) -> None:
        form, step = self._form, state.step
        for widget in (form.avance_label, form.avance_bar, form.cancelar_button):
            widget.setVisible(shown)
        if shown:
            form.avance_label.setText(READING)
            draw_step(form.avance_bar, step)

    def _draw_count(self, state: MovimientosState) -> None:
        if state.loading:
            # Do not show the former count: it may belong to another search.
            text = "" if state.count is None else movements(state.count)
        elif state.partial:
            text = PARTIAL.format(count=movements(state.shown))
        else:
            text = movements(state.count or 0)
        chosen = self.selected_count
        if chosen > 1:
            text += f"; {counted(chosen, 'elegido', 'elegidos')}"
        self._form.cuenta_label.setText(text.removeprefix("; "))

    def _draw_empty(self, state: MovimientosState) -> None:
        form = self._form
        filtro = state.filtro
        scoped = filtro != FiltroMovimientos(tipo=filtro.tipo)  # also by a figure of the Tablero
        restricted = self._restricts() or scoped
        nothing = not state.any_at_all
        if nothing:
            title = NOTHING_AT_ALL
            text = WHAT_BELONGS if self._may_write else WHAT_BELONGS_CONSULTA
        elif filtro == OWED_ONLY:
            title, text = NOTHING_OWED, ALL_SETTLED
        elif self._restricts():
            title, text = NOTHING_FOUND, CHANGE_SEARCH
        elif scoped:
            title, text = NONE_LEFT, SHOW_ALL
        else:
            title = NONE_OF_TIPO.get(filtro.tipo, NOTHING_AT_ALL) if filtro.tipo else NOTHING_FOUND
            text = IN_OTHER_TABS
        form.vacia_titulo.setText(title)
        form.vacia_label.setText(text)
        steps = self._may_write and (nothing or not restricted)
        form.importar_button.setVisible(steps)
        form.capturar_button.setVisible(steps)
        form.registros_button.setVisible(self._may_write and nothing)
        form.quitar_vacia_button.setVisible(restricted and not nothing)


def copied(count: int) -> str:
    return f"{'Se copió' if count == 1 else 'Se copiaron'} {movements(count)}, con encabezados."


def orden_of(order: Order) -> OrdenMovimientos:
    return OrdenMovimientos(ColumnaMovimiento(str(order.key)), order.descending)
