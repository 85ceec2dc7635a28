"""Conexión en línea con IDSE: the module's window and its menu."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QWidget

from icsoe_desktop.domain.sesion import Permiso, Rol
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.bloqueo.acciones import lock_actions
from icsoe_desktop.gui.forms.ui_modulo import Ui_ModuloForm
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.gui.windows import WINDOWS

IDSE_URL = "https://idse.imss.gob.mx/imss/"

PRUEBAS = "Instalación de prueba: acepta certificados de prueba del SAT, que no tienen validez."
CONSULTA = (
    "Modo sólo consulta. Para usar los servicios de conexión en línea, salga e ingrese con su "
    "usuario y contraseña."
)
EMPTY = "Aquí se mostrarán los Reingresos, las Modificaciones de salario y las Bajas."
EMPTY_WITH_STEPS = f"{EMPTY} Empiece por registrar sus registros patronales y sus certificados."


class ModuloWindow(QMainWindow):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self.form = Ui_ModuloForm()
        self.form.setupUi(self)
        self._context = context
        self._menus: dict[str, QMenu] = {}
        sesion = context.require_sesion()
        form = self.form
        form.prueba_label.setText(PRUEBAS)
        form.prueba_label.setVisible(context.application.pruebas)
        form.consulta_label.setText(CONSULTA)
        form.consulta_label.setVisible(sesion.rol is Rol.CONSULTA)
        may_configure = sesion.can(Permiso.ADMINISTRAR_CERTIFICADOS)
        form.vacio_label.setText(EMPTY_WITH_STEPS if may_configure else EMPTY)
        form.registros_button.setVisible(may_configure)
        form.certificados_button.setVisible(may_configure)
        form.registros_button.clicked.connect(lambda: self._open("registros_patronales"))
        form.certificados_button.clicked.connect(lambda: self._open("certificados"))
        self._build_menus()
        self._build_toolbar()
        form.statusbar.showMessage(f"Sesión: {sesion.nombre}")

    def _build_menus(self) -> None:
        archivo = self._menu("&Archivo")
        sesion = self._context.require_sesion()
        for entry in WINDOWS:
            allowed = entry.permiso is None or sesion.can(entry.permiso)
            if not entry.menu or not allowed:
                continue
            action = QAction(entry.label, self)
            action.setShortcut(QKeySequence(entry.shortcut))
            action.triggered.connect(lambda _checked=False, key=entry.key: self._open(key))
            self._menu(entry.menu).addAction(action)
        leave = QAction("&Cerrar sesión", self)
        leave.setShortcut(QKeySequence("Ctrl+Shift+W"))
        leave.triggered.connect(self._context.shell.close_session)
        quit_ = QAction("&Salir", self)
        quit_.setShortcut(QKeySequence("Ctrl+Q"))
        quit_.triggered.connect(self.close)
        archivo.addActions([*lock_actions(self._context.shell, self), leave, quit_])

    def _build_toolbar(self) -> None:
        bar = QToolBar("Herramientas", self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setToolButtonStyle(bar.toolButtonStyle().ToolButtonTextBesideIcon)
        portal = QAction(assets.icon("portal"), "Acceso a IDSE", self)
        portal.setToolTip("Abre el portal del IMSS en el navegador")
        portal.triggered.connect(lambda: QDesktopServices.openUrl(QUrl(IDSE_URL)))
        portal.setShortcut(QKeySequence("Ctrl+D"))
        bar.addAction(portal)
        self._menu("&Archivo").insertAction(self._menu("&Archivo").actions()[0], portal)
        sesion = self._context.require_sesion()
        for key, text, icon, permiso in (
            ("certificados", "Certificados IMSS", "certificado", Permiso.ADMINISTRAR_CERTIFICADOS),
            ("usuarios", "Usuarios", "usuarios", Permiso.ADMINISTRAR_USUARIOS),
        ):
            if sesion.can(permiso):
                action = QAction(assets.icon(icon), text, self)
                action.triggered.connect(lambda _checked=False, key=key: self._open(key))
                bar.addAction(action)
        self.addToolBar(bar)

    def _menu(self, title: str) -> QMenu:
        if title not in self._menus:
            self._menus[title] = self.form.menubar.addMenu(title)
        return self._menus[title]

    def _open(self, key: str) -> None:
        self._context.shell.open(key, self._context.sesion, self)


def create(context: Context, _parent: QWidget | None) -> QWidget:
    return ModuloWindow(context)
