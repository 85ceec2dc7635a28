"""Every page of the ICSOE window, one line each; its menu is built from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion

if TYPE_CHECKING:
    from icsoe_desktop.gui.base.shell import Context
    from icsoe_desktop.gui.icsoe.pagina import Page

ADMINISTRACION = "A&dministración"


@dataclass(frozen=True)
class PageEntry:
    """A page, or a command, of the menu.

    module: has `create(context, parent) -> Page`; with `action`, `run(context, window) -> None`.
    menu: the heading that it stands under; empty for one that stands by itself.
    shown: False for a page that only other pages open.
    first_steps: open to a contratista before its first steps are done.
    without_contratista: open to a capturista who has not chosen one.
    help: its page in docs/manual, or a section of one; F1 opens it while the focus is in the page.
    """

    key: str
    label: str
    module: str
    permiso: Permiso
    menu: str = ""
    shortcut: str = ""
    action: bool = False
    shown: bool = True
    first_steps: bool = False
    without_contratista: bool = False
    help: str = ""

    def import_ahead(self) -> None:
        """So that its first opening need not; may be called from a worker."""
        import_module(self.module)

    def create(self, context: Context, parent: QWidget) -> Page:
        factory: Callable[[Context, QWidget], Page] = import_module(self.module).create
        return factory(context, parent)

    def run(self, context: Context, window: QWidget) -> None:
        command: Callable[[Context, QWidget], None] = import_module(self.module).run
        command(context, window)


_GUI = "icsoe_desktop.gui"

PAGES: tuple[PageEntry, ...] = (
    PageEntry(
        "contratista",
        "&Información del contratista",
        f"{_GUI}.contratista.page",
        Permiso.ADMINISTRAR_CONTRATISTA,
        ADMINISTRACION,
        "Ctrl+1",
        first_steps=True,
        help="contratista",
    ),
    PageEntry(
        "alta_capturista",
        "Alta de &usuarios",
        f"{_GUI}.capturistas.alta",
        Permiso.ADMINISTRAR_CAPTURISTAS,
        ADMINISTRACION,
        "Ctrl+2",
        help="capturistas#alta-de-usuario",
    ),
    PageEntry(
        "consulta_capturistas",
        "&Consulta",
        f"{_GUI}.capturistas.consulta",
        Permiso.ADMINISTRAR_CAPTURISTAS,
        ADMINISTRACION,
        "Ctrl+3",
        help="capturistas#consulta",
    ),
    PageEntry(
        "exportar_capturistas",
        "&Exportar excel",
        f"{_GUI}.capturistas.exportar",
        Permiso.ADMINISTRAR_CAPTURISTAS,
        ADMINISTRACION,
        "Ctrl+E",
        action=True,
        help="capturistas#exportar-excel",
    ),
    PageEntry(
        "inicio_capturista",
        "I&nicio",
        f"{_GUI}.inicio_capturista.page",
        Permiso.ELEGIR_CONTRATISTA,
        shortcut="Ctrl+1",
        without_contratista=True,
        help="soy_capturista#elegir-contratista",
    ),
    PageEntry(
        "informativa",
        "In&formativa",
        f"{_GUI}.inicio_capturista.informativa",
        Permiso.CAPTURAR_INFORMATIVA,
        shortcut="Ctrl+5",
        help="icsoe",
    ),
)

BY_KEY = {entry.key: entry for entry in PAGES}


def pages_for(sesion: Sesion) -> tuple[PageEntry, ...]:
    """Those that this session may ever see, in the order of the menu."""
    return tuple(entry for entry in PAGES if sesion.can(entry.permiso))
