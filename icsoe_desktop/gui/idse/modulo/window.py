"""Conexión en línea con IDSE: the module's window, its menu, tabs and status bar."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.pages import PageHost, Trail
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.windows import WINDOWS
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.idse.acceso.window import PRUEBAS
from icsoe_desktop.gui.idse.lotes.generar_presenter import Alcance
from icsoe_desktop.gui.idse.lotes.page import LotesPage
from icsoe_desktop.gui.idse.lotes.presenter import LotesPresenter
from icsoe_desktop.gui.idse.modulo.acciones import Commands, ModuloAcciones
from icsoe_desktop.gui.idse.modulo.exportacion import Exportacion, LoQueSeVe
from icsoe_desktop.gui.idse.modulo.filtro import FiltroFields
from icsoe_desktop.gui.idse.modulo.grid import Grid
from icsoe_desktop.gui.idse.modulo.pestanas import LOTES_TAB, Pestanas
from icsoe_desktop.gui.idse.modulo.presenter import MovimientosPresenter
from icsoe_desktop.gui.idse.modulo.puesta_al_dia import PuestaAlDia
from icsoe_desktop.gui.idse.modulo.tareas import Tareas
from icsoe_desktop.gui.idse.modulo.tareas_importacion import TareasImportacion
from icsoe_desktop.gui.idse.tablero.page import FIRST_PAGE, TableroPage
from icsoe_desktop.gui.idse.tablero.palabras import long_day
from icsoe_desktop.gui.idse.tablero.presenter import TableroPresenter
from icsoe_desktop.gui.inicio.badges import Badges
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import accept_copy, dropped_files
from icsoe_desktop.gui.kit.formats import counted
from icsoe_desktop.gui.kit.notices import Toast
from icsoe_desktop.gui.kit.side_menu import SideMenu
from icsoe_desktop.services.movimientos.valores import TODOS, FiltroMovimientos

CONSULTA: Final = (
    "Modo sólo consulta. Para usar los servicios de conexión en línea, salga e ingrese con su "
    "usuario y contraseña."
)
ALL_PENDING: Final = "Todo lo pendiente"
PENDING_SHOWN: Final = "Lo pendiente que muestra la tabla"
CHOSEN: Final = "Lo pendiente de {elegidos}"
DROP_IT: Final = "Suelte los archivos para ver qué se importaría; nada se guarda todavía."
UPDATE_STOPPED: Final = (
    "Se dejó de actualizar; lo hecho se conserva y continúa la próxima vez. Lo que ve es correcto."
)
TOLD_MS: Final = 8_000
STALE_CHECK_MS: Final = 10_000
CLOSE_S: Final = 0.0
TABLERO: Final = "tablero"
MOVIMIENTOS: Final = "movimientos"
TITLES: Final = {True: "Tablero", False: "Movimientos"}
KINDS: Final = "Altas, modificaciones y bajas"
# Margins of the page and the gap between title and buttons.
GAP: Final = 16
AROUND_HEADER: Final = 24 + 24 + GAP


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
        self._on_tablero = False
        self.pages = PageHost(self, self.form.areas_stack)
        context.shell.host_pages(self, self.pages)
        self._trail = Trail()
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
        self.acciones = ModuloAcciones(
            self, self.form, self.grid, self.pestanas, self._commands(), context
        )
        self.toast = Toast(self.form.principal)
        self._build_places()
        self._build_bands()
        self._build_statusbar()
        self._connect()
        if context.preferences.get(FIRST_PAGE) != MOVIMIENTOS:
            self._draw_place(tablero=True)
        self.setAcceptDrops(self._may_write)
        self._stale = QTimer(self)
        self._stale.setInterval(STALE_CHECK_MS)
        self._stale.timeout.connect(self.presenter.check_stale)
        self._stale.start()
        QTimer.singleShot(0, self, self._start)

    def _commands(self) -> Commands:
        context = self._context
        return Commands(
            export=self.export,
            import_files=self.importacion.choose,
            generate=self.generate,
            generate_chosen=self.generate_chosen,
            open_history=self.open_history,
            edit=self.edit_selected,
            delete=self.delete_selected,
            capture=self.tareas.capture,
            open_importaciones=self.tareas.open_importaciones,
            open_dias=self.tareas.open_dias,
            find_text=self.find_text,
            search=self.search,
            show_owed=self.show_owed,
            show_tablero=self.show_tablero,
            show_movimientos=self.show_movimientos,
            go_back=lambda: self._step(-1),
            go_forward=lambda: self._step(1),
            leave=lambda: self.pages.settle(context.shell.close_session),
        )

    def search(self) -> None:
        """F5: read the current tab again. A page has a key of its own, or none."""
        if self.pages.current:
            return
        if self._on_tablero:
            self._refresh_tablero()
        elif self.pestanas.on_lotes:
            self.lotes_presenter.load()
        else:
            self.filtro.search()
            self.presenter.load_registros()

    def find_text(self) -> None:
        """Ctrl+F: focus the free text, or the registro patronal in a read-only session."""
        self._draw_place(tablero=False)
        self.pestanas.leave_lotes()
        if self.form.texto_edit.isVisible():
            self.filtro.focus_texto()
        else:
            self.form.registro_combo.setFocus()

    def export(self) -> None:
        if self.pestanas.on_lotes:
            self.lotes.export()
            return
        state = self.presenter.state
        columnas = self.grid.visible_columns()
        self.exportacion.start(LoQueSeVe(state.filtro, state.orden, columnas, state.count))

    def show_tablero(self) -> None:
        self._draw_place(tablero=True)
        self.tablero_presenter.load()
        self.tablero.focus()

    def show_movimientos(self) -> None:
        """Show the tab of the module that was shown last."""
        self._draw_place(tablero=False)
        if self.pestanas.on_lotes:
            self.lotes.focus()
        else:
            self.grid.focus()

    def _show_lotes(self) -> None:
        self._draw_place(tablero=False)
        self.form.pestanas_tabs.setCurrentIndex(LOTES_TAB)
        self.lotes.focus()

    def _draw_place(self, *, tablero: bool) -> None:
        """Show the Tablero, or the page of the present tab, with what stands around it."""
        form, self._on_tablero = self.form, tablero
        came_back = self.acciones.on_page
        self.pages.rest()
        form.areas_stack.setCurrentWidget(form.principal)
        self.acciones.on_tablero, self.acciones.on_page = tablero, False
        self._trail.visit(self._place)
        form.titulo_label.setText(TITLES[tablero])
        form.subtitulo_label.setText(KINDS)
        if tablero:
            self._draw_day()
        form.pestanas_tabs.setVisible(not tablero)
        form.resumen_panel.setVisible(not tablero and not self.pestanas.on_lotes)
        rows = self.lotes if self.pestanas.on_lotes else form.movimientos_page
        form.paginas_stack.setCurrentWidget(self.tablero if tablero else rows)
        self.lateral.mark(self._place)
        self.acciones.draw()
        self._fit_header()
        if came_back:
            # A page may have changed what these show.
            self.presenter.load_registros()
            self.presenter.check_stale()
            self._badges.count_soon()

    @property
    def _place(self) -> str:
        return self.pages.current or (TABLERO if self._on_tablero else MOVIMIENTOS)

    @property
    def _on_rows(self) -> bool:
        return self._place == MOVIMIENTOS and not self.pestanas.on_lotes

    def _on_page(self, key: str) -> None:
        """A page of the registry came to the front."""
        self._trail.visit(key)
        self.acciones.on_page = True
        self.acciones.draw()
        self.lateral.mark(key)
        self._badges.count_soon()

    def _on_page_closed(self, key: str) -> None:
        in_front = self._trail.here == key
        place = self._trail.forget(key)
        if in_front:
            self._on_place(place or MOVIMIENTOS)

    def _step(self, by: int) -> None:
        place = self._trail.step(by)
        if place:
            self._on_place(place)

    def _refresh_tablero(self) -> None:
        """Out of sight it is read when it is shown."""
        if self._on_tablero:
            self._draw_day()
            self.tablero_presenter.load()

    def _draw_day(self) -> None:
        today = self._context.application.vigencias.today()
        self.form.subtitulo_label.setText(long_day(today))

    def show_owed(self) -> None:
        """Show every notice that is still owed to the IMSS; the second time, everything again."""
        there = self._on_rows
        if self.filtro.value.por_resolver and there:
            self._show_all()
            return
        self.pestanas.show_scope(TODOS, "")
        self.filtro.show_owed()
        self.grid.focus()

    def open_history(self) -> None:
        fila = self.grid.table.selected()
        if fila is not None:
            self.tareas.open_history(fila, self._may_write)

    def edit_selected(self) -> None:
        fila = self.grid.table.selected()
        if fila is not None and self._may_write:
            self.tareas.edit(fila)

    def delete_selected(self) -> None:
        if self._may_write and self.grid.selected_count:
            self.tareas.delete(self.grid.read_selected())

    def generate(self) -> None:
        """Propose files of everything pending, unless the user chose less."""
        self._generate(chosen=self.grid.selected_count > 1)

    def generate_chosen(self) -> None:
        self._generate(chosen=True)

    def _generate(self, *, chosen: bool) -> None:
        rows = self._on_rows
        alcances = [self.tareas.pending(ALL_PENDING, TODOS)]
        at = 0
        filtro = self.presenter.state.filtro
        if rows and filtro != TODOS:
            alcances.append(self.tareas.pending(PENDING_SHOWN, filtro))
            # The tab and the state are ways to look; the other filters choose movements.
            seen = replace(filtro, tipo=None, situacion=None, por_resolver=False)
            at = 1 if seen != TODOS else 0
        if rows and self.grid.selected_count:
            name = CHOSEN.format(elegidos=counted(self.grid.selected_count, "elegido", "elegidos"))
            alcances.append(Alcance(name, self.grid.read_selected()))
            at = len(alcances) - 1 if chosen else at
        self.tareas.generate(alcances, at)

    def show_scope(self, scope: FiltroMovimientos, name: str) -> None:
        """Restrict the rows to a lote, an import or a figure, on the tab of all movements."""
        self.pestanas.show_scope(scope, name)
        self.filtro.clear()
        self.grid.focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_header()

    def _fit_header(self) -> None:
        form = self.form
        form.titulo_label.ensurePolished()
        title = form.titulo_label.sizeHint().width()
        if self._on_tablero:
            title = max(title, form.subtitulo_label.sizeHint().width())
        around = form.lateral_panel.maximumWidth() + AROUND_HEADER
        least = self.acciones.row.fit(self.width() - title - around)
        if not self._on_tablero:
            # The buttons' words help more. Its line stays, so that nothing below it moves.
            room = self.width() - self.acciones.row.width - around
            kinds = form.subtitulo_label.fontMetrics().horizontalAdvance(KINDS)
            form.subtitulo_label.setText(KINDS if kinds <= room else "")
        # Otherwise the texts that are shown now would keep the window from getting narrower.
        form.encabezado.setMinimumWidth(title + GAP + least)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._on_tablero:
            self.tablero.focus()
        elif self.focusWidget() is None:
            self.form.registro_combo.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, self._fit_header)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.presenter.check_stale()
            self._refresh_tablero()

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
        self._badges.stop()
        self.presenter.close()
        self.grid.table.model.stop()
        for queue in (self._work, self._views, self._pages, self._figures, self._updates):
            queue.close(CLOSE_S)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._may_write and dropped_files(event.mimeData()):
            accept_copy(event)
            self.form.statusbar.showMessage(DROP_IT, 5000)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_files(event.mimeData())
        self.form.statusbar.clearMessage()
        if paths and self._may_write:
            accept_copy(event)
            # Return first: the program that the files come from waits until the drop is handled.
            QTimer.singleShot(0, self, lambda: self.importacion.start(paths))

    def _build_places(self) -> None:
        """The side menu: the movements, and the windows that this session may open."""
        sesion = self._context.require_sesion()
        form = self.form
        self.lateral = SideMenu(
            form.lateral_panel, form.lateral_layout, form.lateral_list, self._context.preferences
        )
        self.lateral.add_place(TABLERO, "Tablero", "tablero")
        self.lateral.add_place(MOVIMIENTOS, "Movimientos", "movimientos")
        heading = ""
        for entry in WINDOWS:
            if entry.icon and (entry.permiso is None or sesion.can(entry.permiso)):
                if entry.menu != heading:
                    self.lateral.add_heading(entry.menu.replace("&", ""))
                    heading = entry.menu
                self.lateral.add_place(entry.key, entry.name, entry.icon)
        self.lateral.chosen.connect(self._on_place)
        self.lateral.mark(MOVIMIENTOS)
        self.acciones.row.put_between(self.lateral.fold_button, form.pestanas_tabs)
        self._badges = Badges(self.lateral, self._context, self)

    def _on_place(self, key: str) -> None:
        self.lateral.mark(self._place)
        if key == TABLERO:
            self.show_tablero()
        elif key == MOVIMIENTOS:
            self.show_movimientos()
        else:
            self._context.shell.open(key, self._context.sesion, self)

    def _start(self) -> None:
        self.presenter.load_registros()
        self.presenter.choose_order(self.grid.orden)
        first = self._on_tablero
        self._trail.visit(self._place)
        self.pestanas.tell()
        if first:
            self.show_tablero()
        # After the first rows: they are right without it.
        self.al_dia.start()

    def _build_bands(self) -> None:
        form = self.form
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(self._context.application.pruebas)
        form.consulta_label.setText(CONSULTA)
        form.consulta_label.setVisible(self._context.require_sesion().rol is Rol.CONSULTA)
        show_message(form.alcance_label, "", "band")

    def _build_statusbar(self) -> None:
        self.estado = StatusPanel(self._context.shell, self)
        self.estado.show_sesion(self._context.require_sesion())
        self.form.statusbar.addPermanentWidget(self.al_dia)
        self.form.statusbar.addPermanentWidget(self.estado)
        for stack in (self.form.paginas_stack, self.form.areas_stack):
            stack.currentChanged.connect(self.estado.come_last)

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
        form.registros_button.clicked.connect(self.acciones.open_registros)
        self.presenter.changed.connect(lambda state: self.filtro.show_registros(state.registros))
        self.presenter.failed.connect(self._show_error)
        self.grid.failed.connect(self._show_error)
        self.grid.opened.connect(self.open_history)
        self.grid.deletion_wanted.connect(self.delete_selected)
        self.grid.selection_changed.connect(self.acciones.draw)
        self.exportacion.told.connect(self.grid.say)
        self.grid.done.connect(self.toast.say)
        for tareas in (self.tareas, self.importacion):
            tareas.told.connect(self._say)
            tareas.movements_changed.connect(self.presenter.refresh)
            tareas.movements_changed.connect(self._refresh_tablero)
            tareas.lotes_changed.connect(self.lotes_presenter.load)
            tareas.lotes_changed.connect(self._refresh_tablero)
        for tareas in (self.tareas, self.importacion):
            tareas.movements_changed.connect(self.al_dia.start)
        self.al_dia.updated.connect(self.presenter.refresh)
        self.al_dia.updated.connect(self._refresh_tablero)
        self.al_dia.stopped.connect(
            lambda: self.form.statusbar.showMessage(UPDATE_STOPPED, TOLD_MS)
        )
        self.al_dia.failed.connect(self._on_update_failed)
        self.lotes.constancia_wanted.connect(self.importacion.choose_constancia)
        self.tareas.scope_wanted.connect(self.show_scope)
        self.lotes.generation_wanted.connect(self.generate)
        self.lotes.movements_wanted.connect(
            lambda lote_id, name: self.show_scope(FiltroMovimientos(lote_id=lote_id), name)
        )
        self.lotes_presenter.movements_changed.connect(self.presenter.refresh)
        self._context.shell.help.serve(self.tablero, "tablero")
        self.tablero_presenter.failed.connect(self._show_error)
        self.tablero.list_wanted.connect(self.show_scope)
        self.tablero.capture_wanted.connect(lambda: self.tareas.capture(TipoMovimiento.ALTA))
        self.tablero.lotes_wanted.connect(self._show_lotes)
        self.tablero.window_wanted.connect(self._on_place)
        self._context.shell.data_arrived.connect(self._on_arrived)
        self.pages.shown.connect(self._on_page)
        self.pages.closed.connect(self._on_page_closed)

    def _say(self, text: str, role: str) -> None:
        """Show a message on the visible tab; the Tablero gives way to it."""
        if (self._on_tablero or self.pages.current) and text:
            self.show_movimientos()
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
        """Offer to reload the grid instead of reloading, so that rows do not move while
        the user reads.
        """
        self.al_dia.start()
        self.presenter.tell_arrived()
        self.presenter.load_registros()
        self._refresh_tablero()
        if self.lotes_presenter.state.loaded:
            self.lotes_presenter.load()

    def _on_tab(self) -> None:
        if self._on_tablero or self.pages.current:
            self._draw_place(tablero=False)
        self._show_page(self.lotes if self.pestanas.on_lotes else self.form.movimientos_page)
        self.form.resumen_panel.setVisible(not self.pestanas.on_lotes)
        self.acciones.draw()
        if self.pestanas.on_lotes:
            self.lotes_presenter.load()
            return
        self.grid.say("")
        self.grid.show_tipo(self.pestanas.tipo)
        self._on_search(self.filtro.value)

    def _show_page(self, page: QWidget) -> None:
        stack, focused = self.form.paginas_stack, self.focusWidget()
        was_inside = focused is not None and stack.isAncestorOf(focused)
        if stack.currentWidget() is page:
            return
        stack.setCurrentWidget(page)
        if not was_inside:
            return
        # Otherwise Qt would give the focus to the next widget, which may be a button that deletes.
        if page is self.lotes:
            self.lotes.focus()
        else:
            self.form.registro_combo.setFocus()

    def _on_search(self, filtro: FiltroMovimientos) -> None:
        self.pestanas.draw_scope()
        self.form.quitar_button.setEnabled(self.filtro.restricts or self.pestanas.has_scope)
        narrowed = self.pestanas.narrow(filtro)
        # A read-only session has no other way out of the list of a figure.
        form = self.form
        form.quitar_button.setVisible(self._may_write or self.pestanas.has_scope)
        self.grid.sort_by_term(narrowed.por_resolver)
        self.acciones.debo.setChecked(filtro.por_resolver)
        self.presenter.search(narrowed, self.grid.orden)

    def _show_all(self) -> None:
        """Show all movements of the tab: clear the scope and the search."""
        self.pestanas.forget_scope()
        self.filtro.clear()


def create(context: Context, _parent: QWidget | None) -> QWidget:
    return ModuloWindow(context)
