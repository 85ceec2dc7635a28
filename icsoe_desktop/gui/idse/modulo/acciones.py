"""The menu and header buttons of the module, limited to what the session may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.pages import go_actions
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.windows import WINDOWS
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.idse.modulo.columns import is_pending
from icsoe_desktop.gui.idse.modulo.grid import Grid
from icsoe_desktop.gui.idse.modulo.icons import MOVIMIENTO_ICONS
from icsoe_desktop.gui.idse.modulo.pestanas import Pestanas
from icsoe_desktop.gui.inicio.bloqueo.guardia import lock_actions
from icsoe_desktop.gui.kit.action_button import ActionButton, ActionRow
from icsoe_desktop.gui.kit.go_to import go_to_action

IDSE_URL: Final = "https://idse.imss.gob.mx/imss/"
EXPORT_ROWS: Final = "Exporta los movimientos a Excel (Ctrl+E)"
WHAT_IS_OWED: Final = (
    "Muestra los movimientos sin archivo, los que están en un archivo sin respuesta y los "
    "rechazados sin volver a presentar, por su último día (Ctrl+Shift+D)"
)
EXPORT_LOTES: Final = "Exporta la lista de lotes a Excel (Ctrl+E)"
CAPTURES: Final = (
    (TipoMovimiento.ALTA, "&Alta o reingreso…", "Ctrl+N"),
    (TipoMovimiento.MODIFICACION, "&Modificación de salario…", "Ctrl+Shift+M"),
    (TipoMovimiento.BAJA, "&Baja…", "Ctrl+Shift+B"),
)


@dataclass(frozen=True)
class Commands:
    """The callbacks of the window's actions."""

    export: Callable[[], None]
    import_files: Callable[[], None]
    generate: Callable[[], None]
    generate_chosen: Callable[[], None]
    open_history: Callable[[], None]
    edit: Callable[[], None]
    delete: Callable[[], None]
    capture: Callable[[TipoMovimiento], None]
    open_importaciones: Callable[[], None]
    open_dias: Callable[[], None]
    find_text: Callable[[], None]
    search: Callable[[], None]
    show_owed: Callable[[], None]
    show_tablero: Callable[[], None]
    show_movimientos: Callable[[], None]
    go_back: Callable[[], None]
    go_forward: Callable[[], None]
    leave: Callable[[], None]


class ModuloAcciones(QObject):
    def __init__(
        self,
        window: QMainWindow,
        form: Ui_ModuloForm,
        grid: Grid,
        pestanas: Pestanas,
        commands: Commands,
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
        self._leave = commands.leave
        self._menus: dict[str, QMenu] = {}
        sesion = context.require_sesion()
        self._may_write = sesion.can(Permiso.ESCRIBIR_MOVIMIENTOS)
        action = self._action
        self.exportar = action("&Exportar Excel…", "excel", "Ctrl+E", commands.export)
        self.portal = action("Acceso a I&DSE", "portal", "Ctrl+D", self._open_portal)
        self.portal.setToolTip("Abre el portal del IMSS en el navegador (Ctrl+D)")
        self.importar = action("&Importar…", "importar", "Ctrl+I", commands.import_files)
        self.generar = action("&Generar archivo…", "generar", "Ctrl+G", commands.generate)
        self.debo = action("¿&Qué debo todavía?", "calendario", "Ctrl+Shift+D", commands.show_owed)
        self.debo.setCheckable(True)
        self.debo.setToolTip(WHAT_IS_OWED)
        self.generar_elegidos = action(
            "&Generar archivo de los elegidos…", "generar", "", commands.generate_chosen
        )
        self.historial = action(
            "&Historial del trabajador…", "historial", "Ctrl+H", commands.open_history
        )
        self.editar = action("&Modificar movimiento…", "capturar", "F2", commands.edit)
        self.borrar = action("&Borrar movimientos…", "descartado", "", commands.delete)
        self.importaciones = action("I&mportaciones…", "historial", "", commands.open_importaciones)
        self.dias = action("&Días inhábiles…", "calendario", "", commands.open_dias)
        self.copiar = action("&Copiar con encabezados", "", "", grid.table.copy)
        self.buscar = action("B&uscar texto", "buscar", "Ctrl+F", commands.find_text)
        self.actualizar = action("Actuali&zar", "", "F5", commands.search)
        self.tablero = action("&Tablero", "tablero", "Ctrl+1", commands.show_tablero)
        self.lista = action("&Movimientos", "movimientos", "Ctrl+2", commands.show_movimientos)
        self.ir = [
            go_to_action(window),
            *go_actions(window, commands.go_back, commands.go_forward),
        ]
        self.capturar = QMenu("Ca&pturar", window)
        self.capturar.setIcon(assets.icon("capturar"))
        for tipo, text, shortcut in CAPTURES:
            one = action(
                text,
                MOVIMIENTO_ICONS[tipo],
                shortcut,
                lambda _checked=False, tipo=tipo: commands.capture(tipo),
            )
            self.capturar.addAction(one)
        self._build_menus()
        self.row = ActionRow(form.acciones_layout)
        self._build_header()
        self._build_context_menu()
        if not self._may_write:
            self._take_away()
        self.draw()

    def open_registros(self) -> None:
        self._open("registros_patronales")

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
        self.editar.setEnabled(self._may_write and fila is not None and is_pending(fila))
        self.generar_elegidos.setEnabled(self._may_write and rows and grid.selected_count > 0)
        self.borrar.setEnabled(self._may_write and rows and grid.selected_count > 0)
        self.exportar.setToolTip(EXPORT_ROWS if rows else EXPORT_LOTES)

    def _take_away(self) -> None:
        """Disable the actions that write. A hidden action would still react to its shortcut."""
        writing = (self.debo, self.importar, self.generar, self.importaciones, self.dias)
        for one in (
            *writing,
            self.generar_elegidos,
            self.editar,
            self.borrar,
            *self.capturar.actions(),
        ):
            one.setVisible(False)
            one.setEnabled(False)

    def _build_menus(self) -> None:
        archivo = self._menu("&Archivo")
        archivo.addActions([self.tablero, self.lista, *self.ir])
        archivo.addSeparator()
        archivo.addAction(self.exportar)
        archivo.addAction(self.portal)
        archivo.addSeparator()
        if self._may_write:
            self._build_movimientos()
        sesion = self._context.require_sesion()
        for entry in WINDOWS:
            allowed = entry.permiso is None or sesion.can(entry.permiso)
            if not entry.menu or not allowed:
                continue
            action = QAction(entry.label, self._window)
            action.setShortcut(QKeySequence(entry.shortcut))
            action.triggered.connect(lambda _checked=False, key=entry.key: self._open(key))
            self._menu(entry.menu).addAction(action)
        leave = self._action("&Cerrar sesión", "", "Ctrl+Shift+W", self._leave)
        quit_ = self._action("&Salir", "", "Ctrl+Q", self._window.close)
        archivo.addSeparator()
        archivo.addActions([*lock_actions(self._context.shell, self._window), leave, quit_])

    def _build_movimientos(self) -> None:
        """Build the menu of actions for a session that may write. Read-only sessions use rows and
        keys.
        """
        menu = self._menu("&Movimientos")
        menu.addMenu(self.capturar)
        menu.addActions([self.editar, self.borrar])
        menu.addSeparator()
        menu.addActions([self.importar, self.importaciones, self.generar])
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
            view.addActions([self.editar, self.borrar, self.generar_elegidos])
        view.addAction(self.copiar)

    def _action(self, text: str, icon: str, shortcut: str, then: object) -> QAction:
        action = QAction(text, self._window)
        if icon:
            action.setIcon(assets.icon(icon))
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        action.triggered.connect(lambda _checked=False: then())  # type: ignore[operator]
        # Add the action to the window, so that its shortcut works while its menu is
        # closed or absent.
        self._window.addAction(action)
        return action

    def _menu(self, title: str) -> QMenu:
        if title not in self._menus:
            self._menus[title] = self._form.menubar.addMenu(title)
        return self._menus[title]

    def _open_portal(self) -> None:
        QDesktopServices.openUrl(QUrl(IDSE_URL))

    def _open(self, key: str) -> None:
        self._context.shell.open(key, self._context.sesion, self._window)
