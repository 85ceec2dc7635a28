"""The menu and header buttons of the module, limited to what the session may do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.pages import go_actions
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.windows import WINDOWS
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.idse.modulo.columns import MOVIMIENTO_ICONS, edit_text, may_open
from icsoe_desktop.gui.idse.modulo.filtro import Pestanas
from icsoe_desktop.gui.idse.modulo.grid import Grid
from icsoe_desktop.gui.idse.trabajadores.window import TrabajadoresWindow
from icsoe_desktop.gui.inicio.bloqueo.guardia import lock_actions
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.action_button import ActionButton, ActionRow
from icsoe_desktop.gui.kit.go_to import Finder, Found, go_to_action
from icsoe_desktop.jobs import Progress

IDSE_URL: Final = "https://idse.imss.gob.mx/imss/"
EXPORT_ROWS: Final = "Exporta los movimientos a Excel (Ctrl+E)"
WHAT_IS_OWED: Final = (
    "Muestra los movimientos sin archivo, los que están en un archivo sin respuesta y los "
    "rechazados sin volver a presentar, por su último día (Ctrl+Mayús+D)"
)
EXPORT_LOTES: Final = "Exporta la lista de lotes a Excel (Ctrl+E)"
SEARCH: Final = "Buscar a «{texto}»"
PEOPLE: Final = "Trabajadores"
FIRST: Final = 5  # people and lotes that «Ir a» offers
CAPTURES: Final = (
    (TipoMovimiento.ALTA, "&Alta o reingreso…", "Ctrl+N"),
    (TipoMovimiento.MODIFICACION, "&Modificación de salario…", "Ctrl+Shift+M"),
    (TipoMovimiento.BAJA, "&Baja…", "Ctrl+Shift+B"),
)


class ModuloAcciones(QObject):
    """The window connects each action to what it does."""

    capture_wanted = Signal(object)  # TipoMovimiento
    lote_wanted = Signal(object)  # UUID
    step_wanted = Signal(int)  # back or forward in the places that were shown

    def __init__(
        self,
        window: QMainWindow,
        form: Ui_ModuloForm,
        grid: Grid,
        pestanas: Pestanas,
        context: Context,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._form = form
        self._grid = grid
        self._pestanas = pestanas
        self.on_tablero = False
        self.on_page = False
        self._context = context
        self._menus: dict[str, QMenu] = {}
        sesion = context.require_sesion()
        self._may_write = sesion.can(Permiso.ESCRIBIR_MOVIMIENTOS)
        action = self._action
        self.exportar = action("&Exportar Excel…", "excel", "Ctrl+E")
        self.portal = action("Acceso a I&DSE", "portal", "Ctrl+D")
        self.portal.setToolTip("Abre el portal del IMSS en el navegador (Ctrl+D)")
        self.portal.triggered.connect(lambda: QDesktopServices.openUrl(QUrl(IDSE_URL)))
        self.importar = action("&Importar…", "importar", "Ctrl+I")
        self.generar = action("&Generar archivo…", "generar", "Ctrl+G")
        self.debo = action("¿&Qué debo todavía?", "calendario", "Ctrl+Shift+D")
        self.debo.setCheckable(True)
        self.debo.setToolTip(WHAT_IS_OWED)
        self.generar_elegidos = action("&Generar archivo de los elegidos…", "generar", "")
        self.historial = action("&Historial del trabajador…", "historial", "Ctrl+H")
        self.editar = action(edit_text(None), "capturar", "F2")
        self.duplicar = action("D&uplicar movimiento…", "", "Ctrl+Shift+U")
        self.corregir_varios = action("Corregir &varios rechazados…", "", "Ctrl+Shift+R")
        self.pegar = action("&Pegar renglones de Excel…", "excel", "Ctrl+V")
        self.borrar = action("&Borrar movimientos…", "descartado", "")
        self.importaciones = action("Imp&ortaciones…", "historial", "")
        self.plantilla = action("P&lantilla de Excel…", "excel", "")
        self.dias = action("&Días inhábiles…", "calendario", "")
        self.copiar = action("Copiar con &encabezados", "", "")
        self.copiar.triggered.connect(lambda: grid.table.copy())
        self.buscar = action("Bu&scar texto", "buscar", "Ctrl+F")
        self.actualizar = action("Actuali&zar", "", "F5")
        self.tablero = action("&Tablero", "tablero", "Ctrl+1")
        self.lista = action("&Movimientos", "movimientos", "Ctrl+2")
        self.lotes = action("&Lotes", "", "")
        self.ir = [
            go_to_action(window, Finder(self._search, self._find) if self._may_write else None),
            *go_actions(
                window, lambda: self.step_wanted.emit(-1), lambda: self.step_wanted.emit(1)
            ),
        ]
        self.capturar = QMenu("C&apturar", window)
        self.capturar.setIcon(assets.icon("capturar"))
        for tipo, text, shortcut in CAPTURES:
            one = action(text, MOVIMIENTO_ICONS[tipo], shortcut)
            one.triggered.connect(lambda _checked=False, tipo=tipo: self.capture_wanted.emit(tipo))
            self.capturar.addAction(one)
        self.cerrar_sesion = action("&Cerrar sesión", "", "Ctrl+Shift+W")
        self.salir = action("&Salir", "", "Ctrl+Q")
        self.salir.triggered.connect(window.close)
        self._build_menus()
        self.row = ActionRow(form.acciones_layout)
        self._build_header()
        self._build_context_menu()
        if not self._may_write:
            self._take_away()
        self.draw()

    def draw(self) -> None:
        """Enable the actions that apply to the selected rows."""
        grid = self._grid
        rows = not (self._pestanas.on_lotes or self.on_tablero or self.on_page)
        self.exportar.setEnabled(not self.on_tablero and not self.on_page)
        self.exportar.setVisible(not self.on_tablero)
        fila = grid.table.selected() if rows else None
        one = rows and grid.table.current_row() is not None
        self.historial.setEnabled(one)
        self.copiar.setEnabled(rows and grid.selected_count > 0)
        self.editar.setEnabled(self._may_write and fila is not None and may_open(fila))
        self.editar.setText(edit_text(fila))
        several = self._may_write and rows and grid.selected_count > 1
        self.corregir_varios.setEnabled(several)
        self.duplicar.setEnabled(self._may_write and fila is not None)
        self.generar_elegidos.setEnabled(self._may_write and rows and grid.selected_count > 0)
        self.borrar.setEnabled(self._may_write and rows and grid.selected_count > 0)
        self.exportar.setToolTip(EXPORT_ROWS if rows else EXPORT_LOTES)

    def _take_away(self) -> None:
        """Disable the actions that write. A hidden action would still react to its shortcut."""
        writing = (
            self.debo, self.importar, self.generar, self.importaciones, self.plantilla, self.dias,
        )  # fmt: skip
        for one in (
            *writing,
            self.generar_elegidos,
            self.editar,
            self.borrar,
            self.duplicar,
            self.pegar,
            self.corregir_varios,
            *self.capturar.actions(),
        ):
            one.setVisible(False)
            one.setEnabled(False)

    def _build_menus(self) -> None:
        sesion = self._context.require_sesion()
        self.lotes.setVisible(sesion.can(Permiso.CONSULTAR_LOTES))
        archivo = self._menu("&Archivo")
        archivo.addActions([self.tablero, self.lista, self.lotes, *self.ir])
        archivo.addSeparator()
        archivo.addAction(self.exportar)
        archivo.addAction(self.portal)
        archivo.addSeparator()
        if self._may_write:
            self._build_movimientos()
        for entry in WINDOWS:
            if not entry.menu or not entry.open_to(sesion):
                continue
            action = QAction(entry.label, self._window)
            action.setShortcut(QKeySequence(entry.shortcut))
            action.triggered.connect(lambda _checked=False, key=entry.key: self._open(key))
            self._menu(entry.menu).addAction(action)
        archivo.addSeparator()
        locks = lock_actions(self._context.shell, self._window)
        archivo.addActions([*locks, self.cerrar_sesion, self.salir])

    def _build_movimientos(self) -> None:
        """Build the menu of actions for a session that may write. Read-only sessions use rows and
        keys.
        """
        menu = self._menu("&Movimientos")
        menu.addMenu(self.capturar)
        menu.addActions([self.editar, self.corregir_varios, self.duplicar, self.borrar])
        menu.addSeparator()
        menu.addActions(
            [self.importar, self.pegar, self.plantilla, self.importaciones, self.generar]
        )
        menu.addSeparator()
        menu.addActions([self.historial, self.copiar])
        menu.addSeparator()
        menu.addActions([self.debo, self.buscar, self.actualizar])
        menu.addSeparator()
        menu.addAction(self.dias)

    def _build_header(self) -> None:
        head = self._form.encabezado

        def button(text: str, icon: str, kind: str = "ghost") -> ActionButton:
            return self.row.add(ActionButton(text, icon, head, kind))

        button("Exportar Excel", "excel").follow(self.exportar)
        button("Acceso a IDSE", "portal").follow(self.portal)
        if self._may_write:
            button("¿Qué debo?", "calendario").follow(self.debo)
            button("Importar", "importar").follow(self.importar)
            button("Capturar", "capturar").open(self.capturar, "Captura un movimiento a mano")
            button("Generar archivo", "generar", "primary").follow(self.generar)

    def _build_context_menu(self) -> None:
        view = self._form.movimientos_table
        view.addAction(self.historial)
        if self._may_write:
            view.addActions([self.editar, self.duplicar, self.borrar, self.generar_elegidos])
        view.addAction(self.copiar)

    def _action(self, text: str, icon: str, shortcut: str) -> QAction:
        action = QAction(text, self._window)
        if icon:
            action.setIcon(assets.icon(icon))
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        # Add the action to the window, so that its shortcut works while its menu is
        # closed or absent.
        self._window.addAction(action)
        return action

    def _menu(self, title: str) -> QMenu:
        if title not in self._menus:
            self._menus[title] = self._form.menubar.addMenu(title)
        return self._menus[title]

    def _search(self, texto: str) -> Found:
        return Found(SEARCH.format(texto=texto), PEOPLE, "", partial(self._find_people, texto))

    def _find(self, texto: str, window: QWidget, show: Callable[[Sequence[Found]], object]) -> None:
        """The first people, by surname, and the newest lotes."""
        application, sesion = self._context.application, self._context.require_sesion()

        def work(_progress: Progress) -> list[Found]:
            found = []
            for one in application.trabajadores.find(sesion, texto, FIRST).filas:
                nss = one.ultimo.nss
                then = partial(self._find_people, nss)
                found.append(Found(one.nombre, PEOPLE, formats.nss(nss), then))
            for lote in application.lotes.find(sesion, texto, FIRST):
                then = partial(self.lote_wanted.emit, lote.id)
                found.append(Found(lote.nombre_archivo, "Lotes", lote.estado.value, then))
            return found

        self._context.ask(window, work, show)

    def _find_people(self, texto: str) -> None:
        page = self._context.shell.open("trabajadores", self._context.sesion, self._window)
        if isinstance(page, TrabajadoresWindow):
            page.search(texto)

    def _open(self, key: str) -> None:
        self._context.shell.open(key, self._context.sesion, self._window)
