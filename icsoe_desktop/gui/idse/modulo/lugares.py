"""Where the user is in the module: the Tablero, a tab of rows, or a page; and the ways there."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from icsoe_desktop.gui.base.pages import PageHost, Trail
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.windows import PLACES, WINDOWS
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.idse.lotes.page import LotesPage
from icsoe_desktop.gui.idse.modulo.acciones import ModuloAcciones
from icsoe_desktop.gui.idse.modulo.filtro import LOTES_TAB, Pestanas
from icsoe_desktop.gui.idse.modulo.grid import Grid
from icsoe_desktop.gui.idse.tablero.page import TableroPage, TableroPresenter
from icsoe_desktop.gui.idse.tablero.palabras import long_day
from icsoe_desktop.gui.inicio.badges import Badges
from icsoe_desktop.gui.kit.side_menu import SideMenu
from icsoe_desktop.gui.kit.stacks import heed_current_page

TABLERO: Final = "tablero"
MOVIMIENTOS: Final = "movimientos"
TITLES: Final = {True: "Tablero", False: "Movimientos"}
KINDS: Final = "Altas, modificaciones y bajas"
# Margins of the page and the gap between title and buttons.
GAP: Final = 16
AROUND_HEADER: Final = 24 + 24 + GAP


class Lugares(QObject):
    """Draws the place in front: its title, its rows, its mark in the side menu, its actions."""

    came_back = Signal()  # from a page, which may have changed what the module shows

    def __init__(
        self,
        window: QMainWindow,
        form: Ui_ModuloForm,
        context: Context,
        pages: PageHost,
        pestanas: Pestanas,
        acciones: ModuloAcciones,
        grid: Grid,
        lotes: LotesPage,
        tablero: TableroPage,
        presenter: TableroPresenter,
    ) -> None:
        """presenter: of the Tablero, which is read whenever it is shown."""
        super().__init__(window)
        self._window, self._form, self._context = window, form, context
        self._pages, self._pestanas, self._acciones = pages, pestanas, acciones
        self._grid, self._lotes = grid, lotes
        self._tablero, self._presenter = tablero, presenter
        self._trail = Trail()
        self.on_tablero = False
        # Filters out of sight are in one row still, wider than a narrow window.
        heed_current_page(form.paginas_stack)
        self._build_menu()
        lotes.ask_after(acciones.portal)
        pages.shown.connect(self._on_page)
        pages.closed.connect(self._on_page_closed)
        acciones.tablero.triggered.connect(self.show_tablero)
        acciones.lista.triggered.connect(self.show_movimientos)
        acciones.lotes.triggered.connect(self.show_lotes)
        acciones.lote_wanted.connect(self._show_lote)
        acciones.step_wanted.connect(self._step)

    @property
    def place(self) -> str:
        return self._pages.current or (TABLERO if self.on_tablero else MOVIMIENTOS)

    @property
    def on_rows(self) -> bool:
        return self.place == MOVIMIENTOS and not self._pestanas.on_lotes

    def start(self) -> None:
        self._trail.visit(self.place)

    def stop(self) -> None:
        self._badges.stop()

    def go(self, key: str) -> None:
        """Show a place of the module, or a window of the registry as a page."""
        self.lateral.mark(self.place)
        if key == TABLERO:
            self.show_tablero()
        elif key == MOVIMIENTOS:
            self.show_movimientos()
        else:
            self._context.shell.open(key, self._context.sesion, self._window)

    def show_tablero(self) -> None:
        self.draw(tablero=True)
        self._presenter.load()
        self._tablero.focus()

    def show_movimientos(self) -> None:
        """Show the tab of the module that was shown last."""
        self.draw(tablero=False)
        if self._pestanas.on_lotes:
            self._lotes.focus()
        else:
            self._grid.focus()

    def show_lotes(self) -> None:
        self.draw(tablero=False)
        self._form.pestanas_tabs.setCurrentIndex(LOTES_TAB)
        self._lotes.focus()

    def _show_lote(self, lote_id: UUID) -> None:
        self.show_lotes()
        self._lotes.choose({lote_id})

    def show_tab(self) -> None:
        """Show the rows of the present tab."""
        if self.on_tablero or self._pages.current:
            self.draw(tablero=False)
        self._show_rows()
        self._form.resumen_panel.setVisible(not self._pestanas.on_lotes)
        self._acciones.draw()

    def refresh_tablero(self) -> None:
        """Out of sight it is read when it is shown."""
        if self.on_tablero:
            self._draw_day()
            self._presenter.load()

    def draw(self, *, tablero: bool) -> None:
        """Show the Tablero, or the page of the present tab, with what stands around it."""
        form, self.on_tablero = self._form, tablero
        came_back = self._acciones.on_page
        self._pages.rest()
        form.areas_stack.setCurrentWidget(form.principal)
        self._acciones.on_tablero, self._acciones.on_page = tablero, False
        self._trail.visit(self.place)
        form.titulo_label.setText(TITLES[tablero])
        form.subtitulo_label.setText(KINDS)
        if tablero:
            self._draw_day()
        form.pestanas_tabs.setVisible(not tablero)
        form.resumen_panel.setVisible(not tablero and not self._pestanas.on_lotes)
        form.paginas_stack.setCurrentWidget(self._tablero if tablero else self._rows)
        self.lateral.mark(self.place)
        self._acciones.draw()
        self.fit_header()
        if came_back:
            self.came_back.emit()
            self._badges.count_soon()

    def fit_header(self) -> None:
        form, row, width = self._form, self._acciones.row, self._window.width()
        form.titulo_label.ensurePolished()
        title = form.titulo_label.sizeHint().width()
        if self.on_tablero:
            title = max(title, form.subtitulo_label.sizeHint().width())
        around = form.lateral_panel.maximumWidth() + AROUND_HEADER
        least = row.fit(width - title - around)
        if not self.on_tablero:
            # The buttons' words help more. Its line stays, so that nothing below it moves.
            kinds = form.subtitulo_label.fontMetrics().horizontalAdvance(KINDS)
            form.subtitulo_label.setText(KINDS if kinds <= width - row.width - around else "")
        # Otherwise the texts that are shown now would keep the window from getting narrower.
        form.encabezado.setMinimumWidth(title + GAP + least)

    @property
    def _rows(self) -> QWidget:
        return self._lotes if self._pestanas.on_lotes else self._form.movimientos_page

    def _show_rows(self) -> None:
        stack, page, focused = self._form.paginas_stack, self._rows, self._window.focusWidget()
        was_inside = focused is not None and stack.isAncestorOf(focused)
        if stack.currentWidget() is page:
            return
        stack.setCurrentWidget(page)
        if not was_inside:
            return
        # Otherwise Qt would give the focus to the next widget, which may be a button that deletes.
        if page is self._lotes:
            self._lotes.focus()
        else:
            self._form.registro_combo.setFocus()

    def _draw_day(self) -> None:
        today = self._context.application.vigencias.today()
        self._form.subtitulo_label.setText(long_day(today))

    def _build_menu(self) -> None:
        """The side menu: the movements, and the windows that this session may open."""
        sesion = self._context.require_sesion()
        form = self._form
        self.lateral = SideMenu(
            form.lateral_panel, form.lateral_layout, form.lateral_list, self._context.preferences
        )
        self.lateral.add_place(TABLERO, "Tablero", "tablero")
        self.lateral.add_place(MOVIMIENTOS, "Movimientos", "movimientos")
        heading = PLACES
        for entry in WINDOWS:
            if entry.icon and entry.open_to(sesion):
                if entry.menu != heading:
                    self.lateral.add_heading(entry.menu.replace("&", ""))
                    heading = entry.menu
                self.lateral.add_place(entry.key, entry.name, entry.icon)
        self.lateral.chosen.connect(self.go)
        self.lateral.mark(MOVIMIENTOS)
        self._acciones.row.put_between(self.lateral.fold_button, form.pestanas_tabs)
        self._badges = Badges(self.lateral, self._context, self._window)

    def _on_page(self, key: str) -> None:
        """A page of the registry came to the front."""
        self._trail.visit(key)
        self._acciones.on_page = True
        self._acciones.draw()
        self.lateral.mark(key)
        self._badges.count_soon()

    def _on_page_closed(self, key: str) -> None:
        in_front = self._trail.here == key
        place = self._trail.forget(key)
        if in_front:
            self.go(place or MOVIMIENTOS)

    def _step(self, by: int) -> None:
        place = self._trail.step(by)
        if place:
            self.go(place)
