"""Every window, one line each; menus and toolbars are built from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.sesion import Permiso

if TYPE_CHECKING:
    from icsoe_desktop.gui.shell import Context


@dataclass(frozen=True)
class WindowEntry:
    """A window that a session may open.

    module: has `create(context, parent) -> QWidget`; imported when first opened.
    menu: where it stands in the module's menu bar; empty when nothing but code opens it.
    """

    key: str
    label: str
    module: str
    permiso: Permiso | None = None
    menu: str = ""
    shortcut: str = ""

    def create(self, context: Context, parent: QWidget | None) -> QWidget:
        factory: Callable[[Context, QWidget | None], QWidget] = import_module(self.module).create
        return factory(context, parent)


_GUI = "icsoe_desktop.gui"

WINDOWS: tuple[WindowEntry, ...] = (
    WindowEntry("modulo", "Conexión en línea con IDSE", f"{_GUI}.modulo.window"),
    WindowEntry("icsoe_acceso", "Inicio de sesión", f"{_GUI}.icsoe_acceso.window"),
    WindowEntry("efirma", "Ingreso con e.firma", f"{_GUI}.efirma.window"),
    WindowEntry("icsoe", "ICSOE", f"{_GUI}.icsoe.window"),
    WindowEntry(
        "registros_patronales",
        "&Registros patronales…",
        f"{_GUI}.registros_patronales.window",
        Permiso.ADMINISTRAR_REGISTROS_PATRONALES,
        "&Administración",
        "Ctrl+R",
    ),
    WindowEntry(
        "certificados",
        "&Certificados IMSS…",
        f"{_GUI}.certificados.window",
        Permiso.ADMINISTRAR_CERTIFICADOS,
        "&Administración",
        "Ctrl+K",
    ),
    WindowEntry(
        "usuarios",
        "&Usuarios…",
        f"{_GUI}.usuarios.window",
        Permiso.ADMINISTRAR_USUARIOS,
        "&Administración",
        "Ctrl+U",
    ),
    WindowEntry(
        "buzon",
        "Correos por &enviar…",
        f"{_GUI}.buzon.window",
        Permiso.CONFIGURAR,
        "&Herramientas",
    ),
    WindowEntry(
        "servidor_correo",
        "&Servidor de correo…",
        f"{_GUI}.servidor_correo.window",
        Permiso.CONFIGURAR,
        "&Herramientas",
    ),
    WindowEntry("recuperar", "Recuperar contraseña", f"{_GUI}.recuperar.window"),
    WindowEntry("acerca", "&Acerca de ICSOE Desktop…", f"{_GUI}.acerca.window", None, "A&yuda"),
)

BY_KEY = {entry.key: entry for entry in WINDOWS}
