"""The window Confrontar: files of both sides, then what differs and the notice that mends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.confronta.diferencias import (
    ClaseDiferencia,
    Diferencia,
    EstadoDiferencia,
)
from icsoe_desktop.domain.confronta.persona import PeriodoConfronta
from icsoe_desktop.domain.texto import counted, fold
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_confronta import Ui_ConfrontaForm
from icsoe_desktop.gui.idse.captura.presenter import CapturaMovimientoPresenter
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.confronta.columns import (
    ATRIBUTOS,
    AVISOS,
    CONTEOS,
    DIFERENCIAS,
    FUENTES,
    LADOS,
    coincidence_text,
    sides_of,
    told_of,
    vote_of,
)
from icsoe_desktop.gui.idse.confronta.folding import Folding
from icsoe_desktop.gui.idse.confronta.presenter import (
    BOTH,
    ConfrontaPresenter,
    ConfrontaState,
    Filas,
    FiltroDiferencias,
    release,
)
from icsoe_desktop.gui.idse.modificar_salarios.window import open_with
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.dialogs import choose_one, open_remembered
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import on_enter, press_on_enter, show_message
from icsoe_desktop.gui.kit.file_choice import (
    WORKBOOK,
    AskedFile,
    NewFile,
    choose_files,
    choose_folder,
    choose_new_file,
)
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.paged_table import PagedTable
from icsoe_desktop.gui.kit.plain_text import plain_tip
from icsoe_desktop.gui.kit.progress import STOPPING, described, draw_step
from icsoe_desktop.gui.kit.table_view import enter_rows, search_rows
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.services.confronta.captura import capture_of
from icsoe_desktop.services.confronta.excel import CANCELLED_UNKNOWN, remarks_of
from icsoe_desktop.services.confronta.fuentes import FuenteLeida
from icsoe_desktop.services.confronta.service import Confronta
from icsoe_desktop.services.movimientos.valores import MovimientoFila

PURPOSE: Final = "confronta"
FILES: Final = AskedFile(
    "Agregar archivos",
    PURPOSE,
    ("Emisión, recibos y hojas (*.xls *.xlsx *.xml *.zip *.csv *.txt)", "Todos (*)"),
)
DIFFERENCES: Final = NewFile(
    "Guardar las diferencias", "confronta_excel", WORKBOOK, "confronta.xlsx"
)
EMPTY: Final = (
    "Aún no hay archivos. Arrastre aquí la emisión que se descarga de IDSE (.xls) y los recibos de "
    "nómina (CFDI: archivos, una carpeta o un .zip), un Excel o los archivos de SUA."
)
ASK_MONTH: Final = "Ningún archivo dice de qué mes es. ¿Qué &mes se compara?"
ALL_REGISTROS: Final = "Todos"
WITHDRAW: Final = "No acepta&r"
ACCEPT: Final = "Acepta&r"
SEARCH_PAUSE_MS: Final = 250
MAX_REMARKS: Final = 20
COUNTERS_PX: Final = 270


class ConfrontaWindow(Presented[Ui_ConfrontaForm, ConfrontaPresenter], QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        dispatcher = Dispatcher()
        # Reading a year of receipts must not keep the other windows waiting.
        self._work = gui_queue(dispatcher, "confronta")
        self._pages = gui_queue(dispatcher, "diferencias")
        application = context.application
        self._sesion = context.require_sesion()
        presenter = ConfrontaPresenter(
            application.confronta,
            self._work,
            self._pages,
            self._sesion,
            lambda: fecha_local(application.store.clock()),
        )
        self.present(Ui_ConfrontaForm(), presenter, context)
        dispatcher.setParent(self)
        Drops(self, self._add)
        form, preferences = self.form, context.preferences
        self.fuentes = RowsTable(form.fuentes_table, FUENTES, preferences, key=id)
        self.clases = RowsTable(form.clases_table, CONTEOS, preferences, key=lambda c: c.que)
        self.diferencias: PagedTable[Diferencia] = PagedTable(
            form.diferencias_table, DIFERENCIAS, self._pages, preferences, keeps_last=True
        )
        self.lados = RowsTable(form.lados_table, LADOS, preferences, keeps_last=True)
        self.avisos = RowsTable(form.avisos_table, AVISOS, preferences)
        EmptyPage(form.vacia_page, form.vacia_label, "carpeta").say(EMPTY)
        self._sources: tuple[FuenteLeida, ...] | None = None
        self._shown: Confronta | None = None
        self._filas: Filas | None = None
        self._one: Diferencia | None = None
        self._typing = QTimer(self, singleShot=True, interval=SEARCH_PAUSE_MS)
        form.avance_bar.setAccessibleName("Avance")
        form.clases_panel.setMinimumWidth(assets.scaled(COUNTERS_PX))
        form.resultado_splitter.setStretchFactor(1, 1)
        self._attributes = QMenu(self)
        form.atributo_button.setMenu(self._attributes)
        self._folding = Folding(form, self)
        self._connect()
        self._draw(presenter.state)
        form.agregar_button.setFocus()

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.agregar_button.clicked.connect(self._choose_files)
        form.carpeta_button.clicked.connect(self._choose_folder)
        form.lado_button.clicked.connect(lambda: self._with_source(presenter.move))
        form.quitar_button.clicked.connect(lambda: self._with_source(presenter.remove))
        form.comparar_button.clicked.connect(lambda: presenter.compare())
        form.archivos_button.clicked.connect(self._show_files)
        form.detener_button.clicked.connect(presenter.stop)
        form.cerrar_button.clicked.connect(self.reject)
        form.excel_button.clicked.connect(self._choose_excel)
        form.capturar_button.clicked.connect(self._capture)
        form.salarios_button.clicked.connect(self._modify)
        form.aceptar_button.clicked.connect(self._accept)
        form.motivo_edit.textEdited.connect(lambda _text: presenter.mend("motivo"))
        press_on_enter(form.motivo_edit, form.aceptar_button)
        presenter.decided.connect(self._folding.show_rows)
        presenter.decided.connect(form.diferencias_table.setFocus)
        form.diferencias_table.doubleClicked.connect(lambda _index: self._capture())
        form.fuentes_table.activated.connect(lambda _index: presenter.compare())
        form.fuentes_table.selectionModel().selectionChanged.connect(self._draw_source)
        form.clases_table.selectionModel().selectionChanged.connect(self._choose_kind)
        form.registro_combo.activated.connect(
            lambda _at: presenter.show(registro=form.registro_combo.currentData() or "")
        )
        form.buscar_edit.textChanged.connect(lambda _text: self._typing.start())
        on_enter(form.diferencias_table, self._capture)
        on_enter(form.buscar_edit, partial(enter_rows, form.diferencias_table))
        search_rows(form.buscar_edit, form.diferencias_table)
        self._typing.timeout.connect(
            lambda: presenter.show(texto=fold(form.buscar_edit.text()).strip())
        )
        self.diferencias.selection_changed.connect(self._draw_one)
        self.diferencias.order_wanted.connect(presenter.sort)
        self.diferencias.failed.connect(self._on_failed)
        self.diferencias.refused.connect(
            lambda text: show_message(form.mensaje_label, text, "warning")
        )
        presenter.changed.connect(self._draw)
        presenter.compared.connect(self._show_result)
        presenter.month_wanted.connect(self._ask_month)
        self.finished.connect(lambda _result: self._end())
        self._context.shell.left.connect(self._end)

    def reject(self) -> None:
        if self._presenter.state.working:
            self._presenter.stop()
        else:
            super().reject()

    def _end(self) -> None:
        self.diferencias.model.stop()
        self._work.close()
        self._pages.close()
        release(self._presenter.state.fuentes, self._presenter.state.resultado)

    def _add(self, paths: list[Path]) -> None:
        self._show_files()
        self._presenter.add(paths)

    def _choose_files(self) -> None:
        choose_files(self, FILES, self._context.preferences, self._add)

    def _choose_folder(self) -> None:
        preferences = self._context.preferences
        choose_folder(self, "Agregar carpeta", PURPOSE, preferences, lambda path: self._add([path]))

    def _choose_excel(self) -> None:
        choose_new_file(self, DIFFERENCES, self._context.preferences, self._presenter.export)

    def _with_source(self, do: Callable[[FuenteLeida], None]) -> None:
        chosen = self.fuentes.selected()
        if chosen is not None:
            do(chosen)

    def _show_files(self) -> None:
        form = self.form
        form.paso_stack.setCurrentWidget(form.archivos_page)
        self._draw_feet()

    def _show_result(self) -> None:
        form = self.form
        form.paso_stack.setCurrentWidget(form.resultado_page)
        form.buscar_edit.clear()
        self._folding.show_rows()
        self.diferencias.select(0)
        form.diferencias_table.setFocus()
        self._draw_feet()

    def _ask_month(self, months: list[PeriodoConfronta]) -> None:
        names = [formats.month(date.fromordinal(one.desde)) for one in months]
        choose_one(self, ASK_MONTH, names, lambda at: self._presenter.compare(months[at]))

    def _choose_kind(self, *_: object) -> None:
        chosen = self.clases.selected()
        if chosen is not None and chosen.que != self._presenter.state.filtro.que:
            self._presenter.show(que=chosen.que)

    def _accept(self) -> None:
        self._presenter.accept(self._one, self.form.motivo_edit.text())

    def _capture(self) -> None:
        """Open the form of a movement, filled in; nothing is saved by itself."""
        one = self._one
        captura = None if one is None else capture_of(one)
        if one is None or captura is None or not self.form.capturar_button.isEnabled():
            return
        context = self._context
        presenter = CapturaMovimientoPresenter(
            context.application.movimientos, context.jobs, self._pages, self._sesion, captura.tipo
        )
        presenter.saved.connect(lambda fila: self._on_captured(one, fila))
        dialog = CapturaMovimientoDialog(presenter, context, self)
        open_remembered(dialog, context.preferences)
        QTimer.singleShot(0, dialog, lambda: presenter.begin_with(captura))

    def _modify(self) -> None:
        """Take the differences of salary together to Modificar salarios."""
        changes = self._presenter.salaries(self.diferencias.ranges())
        if changes is not None:
            open_with(self._context, self, changes)

    def _on_captured(self, one: Diferencia, fila: MovimientoFila) -> None:
        self._presenter.noted(one, fila)
        self._context.shell.data_arrived.emit()

    def _draw(self, state: ConfrontaState) -> None:
        form = self.form
        form.avance_panel.setVisible(state.working)
        draw_step(form.avance_bar, state.step)
        if state.step is not None:
            form.avance_label.setText(STOPPING if state.stopping else described(state.step))
        form.detener_button.setEnabled(not state.stopping)
        problem = next((text for _, text in state.problems), "")
        show_message(
            form.mensaje_label, problem or state.message, "error" if problem else state.role
        )
        if state.fuentes is not self._sources:
            self._sources = state.fuentes
            self.fuentes.set_rows(state.fuentes)
        form.fuentes_stack.setCurrentWidget(form.fuentes_page if state.fuentes else form.vacia_page)
        self._draw_source()
        que = state.filtro.que
        form.diferencias_table.setColumnHidden(0, isinstance(que, ClaseDiferencia))
        if state.resultado is not self._shown:
            self._shown = state.resultado
            self._draw_result(state.resultado)
        if state.filas is not self._filas:
            self._filas = state.filas
            self.diferencias.model.show(state.filas)
            self.diferencias.select(state.filas.lugar)
            self._folding.count(bool(state.filtro.registro) + bool(state.filtro.texto))
            if state.resultado is not None:
                self.clases.set_rows(state.filas.conteos)
                self._select_kind(state)
        self._draw_one()
        self._draw_feet()

    def _select_kind(self, state: ConfrontaState) -> None:
        chosen, que = self.clases.selected(), state.filtro.que
        if chosen is None or chosen.que != que:
            kinds = [one.que for one in state.filas.conteos]
            # The counter that was chosen goes with its last row: then all are shown.
            self.clases.view.selectRow(kinds.index(que) if que in kinds else 0)

    def _draw_result(self, found: Confronta | None) -> None:
        form = self.form
        form.registro_combo.clear()
        self._attributes.clear()
        if found is None:
            form.coincidencia_label.clear()
            self._show_files()
            return
        form.coincidencia_label.setText(coincidence_text(found))
        told = (f"{what}: {why}" for what, why in islice(remarks_of(found), MAX_REMARKS))
        form.coincidencia_label.setToolTip(plain_tip("\n".join(told)))
        form.registro_combo.addItem(ALL_REGISTROS, "")
        for registro in sorted({each for one in found.fuentes for each in one.registros}):
            form.registro_combo.addItem(formats.registro(registro), registro)
        for rfc, voto in found.comparacion.votos.items():
            self._attributes.addSection(f"{rfc}: {voto.frase}")
            for choice, text in ATRIBUTOS:
                action = QAction(f"{rfc}: {text}", self._attributes)
                action.triggered.connect(partial(self._presenter.choose_attribute, rfc, choice))
                self._attributes.addAction(action)
        form.atributo_button.setVisible(bool(found.comparacion.votos))
        form.atributo_button.setText(vote_of(found))

    def _draw_source(self, *_: object) -> None:
        form, chosen = self.form, self.fuentes.selected()
        free = not self._presenter.state.working
        for button in (form.agregar_button, form.carpeta_button):
            button.setEnabled(free)
        form.lado_button.setEnabled(free and chosen is not None and chosen.can_move)
        form.quitar_button.setEnabled(free and chosen is not None)
        out = [] if chosen is None else [f"{one.archivo}: {one.motivo}" for one in chosen.fuera[:5]]
        receipts = any(one.recibos for one in self._presenter.state.fuentes)
        show_message(
            form.fuera_label, "\n".join(out) or (CANCELLED_UNKNOWN if receipts else ""), "hint"
        )

    def _draw_one(self) -> None:
        form, one = self.form, self.diferencias.selected()
        may = self._sesion.can(Permiso.ESCRIBIR_MOVIMIENTOS)
        free = may and one is not None and not self._presenter.state.working
        accepted = one is not None and one.estado is EstadoDiferencia.ACEPTADA
        form.capturar_button.setEnabled(free and one is not None and one.propuesta is not None)
        form.salarios_button.setEnabled(may and not self._presenter.state.working)
        form.aceptar_button.setEnabled(free and one is not None and bool(one.clave[1]))
        form.aceptar_button.setText(WITHDRAW if accepted else ACCEPT)
        form.motivo_edit.setEnabled(form.aceptar_button.isEnabled() and not accepted)
        form.detalle_label.setText(self._told(one))
        found = self._shown
        cost = one.exposure(found.hoy, found.valores) if one is not None and found else ""
        show_message(form.costo_label, cost, "hint")
        if one is self._one:
            return
        self._one = one
        if one is not None:
            self._presenter.chosen = one
        form.motivo_edit.setText(one.motivo if one is not None else "")
        self.lados.set_rows(() if one is None else sides_of(one))
        self.avisos.set_rows(())
        if one is not None and one.nss:
            movimientos, nss, sesion = self._context.application.movimientos, one.nss, self._sesion

            def show(filas: tuple[MovimientoFila, ...]) -> None:
                if self._one is one:
                    self.avisos.set_rows(filas)

            self._presenter.ask(
                lambda _progress: movimientos.history(sesion, nss), show, queue=self._pages
            )

    def _told(self, one: Diferencia | None) -> str:
        state = self._presenter.state
        shown = None if self._shown is None else one
        return told_of(shown, state.filas.count, filtered=state.filtro != FiltroDiferencias())

    def _draw_feet(self) -> None:
        form, state = self.form, self._presenter.state
        files = form.paso_stack.currentWidget() is form.archivos_page
        self._folding.fit()
        form.archivos_button.setVisible(not files)
        form.coincidencia_label.setVisible(not files)
        form.comparar_button.setVisible(files)
        form.comparar_button.setEnabled(state.can_compare)
        if files and state.can_compare and state.message == BOTH:
            # Enter compares from there too.
            form.fuentes_table.setFocus()
        for button in (form.excel_button, form.salarios_button, form.capturar_button):
            button.setVisible(not files)
        form.excel_button.setEnabled(not state.working)
        count = state.filas.count
        form.cuenta_label.setText("" if files else counted(count, "diferencia", "diferencias"))


create = ConfrontaWindow
