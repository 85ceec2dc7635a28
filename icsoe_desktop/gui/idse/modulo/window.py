"""Conexión en línea con IDSE: the module's window, its menu, tabs and status bar."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.pages import PageHost
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.idse.acceso.window import PRUEBAS
from icsoe_desktop.gui.idse.importacion.tareas import TareasImportacion
from icsoe_desktop.gui.idse.lotes.page import LotesPage
from icsoe_desktop.gui.idse.lotes.presenter import LotesPresenter
from icsoe_desktop.gui.idse.modulo.acciones import ModuloAcciones
from icsoe_desktop.gui.idse.modulo.dialogos import Exportacion
from icsoe_desktop.gui.idse.modulo.filtro import FiltroFields, Pestanas
from icsoe_desktop.gui.idse.modulo.grid import Grid
from icsoe_desktop.gui.idse.modulo.lugares import MOVIMIENTOS, Lugares
from icsoe_desktop.gui.idse.modulo.presenter import MovimientosPresenter
from icsoe_desktop.gui.idse.modulo.puesta_al_dia import PuestaAlDia
from icsoe_desktop.gui.idse.modulo.tareas import Tareas
from icsoe_desktop.gui.idse.tablero.page import FIRST_PAGE, TableroPage, TableroPresenter
from icsoe_desktop.gui.inicio.sample_data import SAID_TOO
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.notices import Toast
from icsoe_desktop.services.movimientos.valores import TODOS, FiltroMovimientos

CONSULTA_SHORT: Final = "Modo sólo consulta."
CONSULTA: Final = (
    f"{CONSULTA_SHORT} Para usar los servicios de conexión en línea, salga e ingrese con su "
    "usuario y contraseña."
)
DROP_IT: Final = "Suelte los archivos para ver qué se importaría; nada se guarda todavía."
UPDATE_STOPPED: Final = (
    "Se dejó de actualizar; lo hecho se conserva y continúa la próxima vez. Lo que ve es correcto."
)
TOLD_MS: Final = 8_000


class ModuloWindow(QMainWindow):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self.form = Ui_ModuloForm()
        self.form.setupUi(self)
        self._context = context
        sesion = context.require_sesion()
        self._may_write = sesion.can(Permiso.ESCRIBIR_MOVIMIENTOS)
        # The dispatcher belongs to the shell: workers may still deliver results after
        # the window closed.
        dispatcher = Dispatcher(context.shell)
        self._pages = gui_queue(dispatcher, "paginas")
        self._views = gui_queue(dispatcher, "vistas")
        self._work = gui_queue(dispatcher, "lectura")
        self._figures = gui_queue(dispatcher, "tablero")
        self._updates = gui_queue(dispatcher, "actualizacion")
        self.pages = PageHost(self, self.form.areas_stack)
        context.shell.host_pages(self, self.pages)
        application = context.application
        self.presenter = MovimientosPresenter(
            application.movimientos, self._views, self._pages, sesion
        )
        self.presenter.setParent(self)
        self.pestanas = Pestanas(
            self.form, context.preferences, sesion.can(Permiso.CONSULTAR_LOTES), self
        )
        self.filtro = FiltroFields(self.form, context.preferences, sesion.rol is Rol.CONSULTA, self)
        self.grid = Grid(
            self.form,
            self.presenter,
            self._pages,
            context.preferences,
            lambda: self.filtro.restricts,
            self._may_write,
            self,
        )
        self.tareas = Tareas(context, self._work, self._pages, self)
        self.importacion = TareasImportacion(context, self._pages, self)
        self.exportacion = Exportacion(context, self._work, self)
        self.lotes_presenter = LotesPresenter(application.lotes, context.jobs, sesion)
        self.lotes_presenter.setParent(self)
        self.lotes = LotesPage(self.lotes_presenter, context, self)
        self.form.paginas_stack.addWidget(self.lotes)
        self.tablero_presenter = TableroPresenter(application.tablero, self._figures, sesion)
        self.tablero_presenter.setParent(self)
        self.tablero = TableroPage(self.tablero_presenter, context, self)
        self.form.paginas_stack.addWidget(self.tablero)
        self.al_dia = PuestaAlDia(application.terminos, self._updates, sesion, self)
        self.acciones = ModuloAcciones(self, self.form, self.grid, self.pestanas, context)
        self.lugares = Lugares(
            self,
            self.form,
            context,
            self.pages,
            self.pestanas,
            self.acciones,
            self.grid,
            self.lotes,
            self.tablero,
            self.tablero_presenter,
        )
        self.toast = Toast(self.form.principal)
        self._build_bands()
        self._build_statusbar()
        self._connect()
        if sesion.rol is not Rol.CONSULTA and context.preferences.get(FIRST_PAGE) != MOVIMIENTOS:
            self.lugares.draw(tablero=True)
        if self._may_write:
            Drops(self, self.importacion.start, hint=DROP_IT, said=self.form.statusbar.showMessage)
        self._stale = QTimer(self)
        self._stale.setInterval(10_000)
        self._stale.timeout.connect(self._check_stale)
        self._stale.start()
        QTimer.singleShot(0, self, self._start)

    def search(self) -> None:
        """F5: read the current tab again. A page has a key of its own, or none."""
        if self.pages.current:
            return
        if self.lugares.on_tablero:
            self.lugares.refresh_tablero()
        elif self.pestanas.on_lotes:
            self.lotes_presenter.load()
        else:
            self.filtro.search()
            self.presenter.load_registros()

    def find_text(self) -> None:
        """Ctrl+F: focus the free text, or the registro patronal in a read-only session."""
        self.lugares.draw(tablero=False)
        self.pestanas.leave_lotes()
        if self.form.texto_edit.isVisible():
            self.filtro.focus_texto()
        else:
            self.form.registro_combo.setFocus()

    def export(self) -> None:
        if self.pestanas.on_lotes:
            self.lotes.export()
            return
        self.exportacion.start(self.presenter.state, self.grid.visible_columns())

    def show_owed(self) -> None:
        """Show every notice that is still owed to the IMSS; the second time, everything again."""
        if self.filtro.value.por_resolver and self.lugares.on_rows:
            self._show_all()
            return
        self.pestanas.show_scope(TODOS, "")
        self.filtro.show_owed()
        self.grid.focus()

    def open_history(self) -> None:
        self.tareas.open_history(self.grid.table.selected(), self._may_write)

    def edit_selected(self) -> None:
        if self._may_write:
            self.tareas.edit(self.grid.table.selected())

    def delete_selected(self) -> None:
        if self._may_write and self.grid.selected_count:
            self.tareas.delete(self.grid.read_selected())

    def generate(self) -> None:
        """Propose files of everything pending, unless the user chose less."""
        self._generate(chosen=self.grid.selected_count > 1)

    def _generate(self, *, chosen: bool) -> None:
        rows = self.presenter.state.filtro if self.lugares.on_rows else None
        self.tareas.generate(rows, self.grid, chosen=chosen)

    def show_scope(self, scope: FiltroMovimientos, name: str) -> None:
        """Restrict the rows to a lote, an import or a figure, on the tab of all movements."""
        self.pestanas.show_scope(scope, name)
        self.filtro.clear()
        self.grid.focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lugares.fit_header()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.lugares.on_tablero:
            self.tablero.focus()
        elif self.focusWidget() is None:
            self.form.registro_combo.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, self.lugares.fit_header)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._check_stale()
            self.lugares.refresh_tablero()

    def _check_stale(self) -> None:
        if not self.pages.current:
            self.presenter.check_stale()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.pages.let_go(self.close):
            event.ignore()
            return
        super().closeEvent(event)
        if event.isAccepted():
            self._context.preferences.remember_window(self)
            self._let_go()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DeferredDelete:
            # discard_session deletes windows without closing them.
            self._let_go()
        return super().event(event)

    def _let_go(self) -> None:
        self._stale.stop()
        self.lugares.stop()
        self.presenter.close()
        self.grid.table.model.stop()
        for queue in (self._work, self._views, self._pages, self._figures, self._updates):
            queue.close(0.0)

    def _start(self) -> None:
        self.presenter.load_registros()
        self.presenter.choose_order(self.grid.orden)
        first = self.lugares.on_tablero
        self.lugares.start()
        self.pestanas.tell()
        if first:
            self.lugares.show_tablero()
        # After the first rows: they are right without it.
        self.al_dia.start()

    def _build_bands(self) -> None:
        """One band says what holds for the whole session. Sample data bring theirs."""
        label, application = self.form.sesion_label, self._context.application
        consulta = self._context.require_sesion().rol is Rol.CONSULTA
        if application.ejemplo:
            self.setProperty(SAID_TOO, CONSULTA_SHORT if consulta else "")
        else:
            said = PRUEBAS if application.pruebas else "", CONSULTA if consulta else ""
            label.setText(" ".join(filter(None, said)))
        label.setVisible(bool(label.text()))

    def _build_statusbar(self) -> None:
        self.estado = StatusPanel(self._context.shell, self)
        self.estado.show_sesion(self._context.require_sesion())
        self.form.statusbar.addPermanentWidget(self.al_dia)
        self.form.statusbar.addPermanentWidget(self.estado)
        for stack in (self.form.paginas_stack, self.form.areas_stack):
            stack.currentChanged.connect(self.estado.on_page)

    def _connect(self) -> None:
        form = self.form
        self.pestanas.changed.connect(self._on_tab)
        self.filtro.changed.connect(self._on_search)
        self.filtro.grid_wanted.connect(self.grid.focus)
        form.quitar_button.clicked.connect(self._show_all)
        form.quitar_vacia_button.clicked.connect(self._show_all)
        form.importar_button.clicked.connect(self.importacion.choose)
        form.capturar_button.clicked.connect(
            lambda: self.tareas.capture(self.pestanas.tipo or TipoMovimiento.ALTA)
        )
        form.registros_button.clicked.connect(lambda: self.lugares.go("registros_patronales"))
        self.presenter.changed.connect(lambda state: self.filtro.show_registros(state.registros))
        self.presenter.failed.connect(self._show_error)
        self.grid.failed.connect(self._show_error)
        self.grid.opened.connect(self.open_history)
        self.grid.correction_wanted.connect(self.edit_selected)
        self.grid.deletion_wanted.connect(self.delete_selected)
        self.grid.selection_changed.connect(self.acciones.draw)
        self.exportacion.told.connect(self.grid.say)
        self.grid.done.connect(self.toast.say)
        for tareas in (self.tareas, self.importacion):
            tareas.told.connect(self._say)
            tareas.movements_changed.connect(self.presenter.refresh)
            tareas.movements_changed.connect(self.lugares.refresh_tablero)
            tareas.movements_changed.connect(self.al_dia.start)
            tareas.lotes_changed.connect(self.lotes_presenter.load)
            tareas.lotes_changed.connect(self.lugares.refresh_tablero)
        self.al_dia.updated.connect(self.presenter.refresh)
        self.al_dia.updated.connect(self.lugares.refresh_tablero)
        self.al_dia.stopped.connect(
            lambda: self.form.statusbar.showMessage(UPDATE_STOPPED, TOLD_MS)
        )
        self.al_dia.failed.connect(self._on_update_failed)
        self.lotes.constancia_wanted.connect(self.importacion.choose_constancia)
        self.tareas.scope_wanted.connect(self.show_scope)
        self.tareas.captured.connect(lambda fila: self.grid.table.point_to(fila.id))
        self.tareas.corrected.connect(self.grid.go_on)
        self.tareas.lotes_made.connect(self.lotes.choose)
        self.importacion.correction_wanted.connect(self.tareas.correct)
        self.tareas.corrected.connect(self.importacion.corrected)
        self.lotes.generation_wanted.connect(self.generate)
        self.lotes.movements_wanted.connect(
            lambda lote_id, name: self.show_scope(FiltroMovimientos(lote_id=lote_id), name)
        )
        self.lotes_presenter.movements_changed.connect(self.presenter.refresh)
        self.lotes_presenter.movements_changed.connect(self.lugares.refresh_tablero)
        self._context.shell.help.serve(self.tablero, "tablero")
        self.tablero_presenter.failed.connect(self._show_error)
        self.tablero.list_wanted.connect(self.show_scope)
        self.tablero.correction_wanted.connect(self.grid.correct_first)
        self.tablero.capture_wanted.connect(lambda: self.tareas.capture(TipoMovimiento.ALTA))
        self.tablero.lotes_wanted.connect(self.lugares.show_lotes)
        self.tablero.window_wanted.connect(self.lugares.go)
        self._context.shell.data_arrived.connect(self._on_arrived)
        self.lugares.came_back.connect(self.presenter.load_registros)
        self.lugares.came_back.connect(self.presenter.catch_up)
        self._connect_actions()

    def _connect_actions(self) -> None:
        acciones, tareas = self.acciones, self.tareas
        for action, then in (
            (acciones.exportar, self.export),
            (acciones.importar, self.importacion.choose),
            (acciones.plantilla, self.importacion.save_template),
            (acciones.generar, self.generate),
            (acciones.generar_elegidos, lambda: self._generate(chosen=True)),
            (acciones.historial, self.open_history),
            (acciones.editar, self.edit_selected),
            (acciones.borrar, self.delete_selected),
            (acciones.duplicar, lambda: tareas.duplicate(self.grid.table.selected())),
            (acciones.corregir_varios, lambda: tareas.correct_several(self.grid)),
            (acciones.pegar, lambda: self.importacion.paste()),
            (acciones.importaciones, tareas.open_importaciones),
            (acciones.dias, tareas.open_dias),
            (acciones.buscar, self.find_text),
            (acciones.actualizar, self.search),
            (acciones.debo, self.show_owed),
            (acciones.cerrar_sesion, lambda: self.pages.settle(self._context.shell.close_session)),
        ):
            action.triggered.connect(then)
        acciones.capture_wanted.connect(tareas.capture)
        tareas.rows_pasted.connect(self.importacion.paste)

    def _say(self, text: str, role: str) -> None:
        """Show a message on the visible tab; the Tablero gives way to it."""
        if (self.lugares.on_tablero or self.pages.current) and text:
            self.lugares.show_movimientos()
        if self.pestanas.on_lotes:
            self.lotes_presenter.say(text, role)
        else:
            self.grid.say(text, role)

    def _show_error(self, error: Exception) -> None:
        self._context.errors.show(self, error)

    def _on_update_failed(self, error: Exception) -> None:
        """Lists are right without it: a sentence in the status bar is enough."""
        if isinstance(error, UserFacingError):
            self.form.statusbar.showMessage(str(error), TOLD_MS)
        else:
            self._show_error(error)

    def _on_arrived(self) -> None:
        """Offer to reload the grid instead of reloading: rows do not move while they are read."""
        self.al_dia.start()
        self.presenter.tell_arrived()
        self.presenter.load_registros()
        self.lugares.refresh_tablero()
        if self.lotes_presenter.state.loaded:
            self.lotes_presenter.load()

    def _on_tab(self) -> None:
        self.lugares.show_tab()
        if self.pestanas.on_lotes:
            self.lotes_presenter.load()
            return
        self.grid.say("")
        self.grid.show_tipo(self.pestanas.tipo)
        self._on_search(self.filtro.value)

    def _on_search(self, filtro: FiltroMovimientos) -> None:
        self.grid.say_scope(self.pestanas.scope_sentence)
        narrowed, quitar = self.pestanas.narrow(filtro), self.form.quitar_button
        quitar.setEnabled(self.filtro.restricts or self.pestanas.has_scope)
        # A read-only session has no other way out of the list of a figure.
        quitar.setVisible(self._may_write or self.pestanas.has_scope)
        self.grid.sort_by_term(narrowed.por_resolver)
        self.acciones.debo.setChecked(filtro.por_resolver)
        self.presenter.search(narrowed, self.grid.orden)

    def _show_all(self) -> None:
        self.pestanas.forget_scope()
        self.filtro.clear()


def create(context: Context, _parent: QWidget | None) -> QWidget:
    return ModuloWindow(context)
