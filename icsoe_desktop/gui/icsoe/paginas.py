"""The pages of the ICSOE window: base classes, and the registry that its menu is built from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion

if TYPE_CHECKING:
    from icsoe_desktop.gui.base.shell import Context
    from icsoe_desktop.services.contratista.service import InformacionContratista

# Preference: not empty when the tick of the Tablero is off.
FIRST_PAGE = "icsoe/primera_pagina"


class Page(QWidget):
    """A page of the ICSOE window, which shows one page at a time.

    A page reaches other parts of the window only by emitting signals.
    """

    page_wanted = Signal(str)  # key of another page
    avance_changed = Signal()  # a first step was completed, or a return changed
    sesion_changed = Signal(object)  # Sesion: a capturista chose a contratista; recreate all pages

    def arrive(self) -> None:
        """Called whenever the page becomes visible: read the data again and set the focus."""

    def refresh(self) -> None:
        """Read the data again, because it may be outdated, without disturbing the user's input."""

    @property
    def unsaved(self) -> bool:
        """Whether leaving the page would lose input."""
        return False

    def discard(self) -> None:
        """Discard unsaved input. The user has already confirmed."""


class Tab(QWidget):
    saved = Signal(object)  # PasoContratista: the next one
    failed = Signal(object)  # Exception

    def show_info(self, info: InformacionContratista) -> None:
        """Show the saved values in place of the typed ones."""
        raise NotImplementedError

    def focus_first(self) -> None:
        raise NotImplementedError

    @property
    def unsaved(self) -> bool:
        raise NotImplementedError

    def discard(self) -> None:
        raise NotImplementedError


ADMINISTRACION = "A&dministración"
INFORMATIVA = "In&formativa"


@dataclass(frozen=True)
class PageEntry:
    """A page, or a command, of the menu.

    module: has `create(context, parent) -> Page`; with `action`, `run(context, window) -> None`.
    menu: the heading above the entry; empty for an entry without heading.
    bar: its menu in the menu bar, if that is not its heading.
    shown: False for a page that only other pages open.
    first_steps: open to a contratista before the first steps are done.
    without_contratista: open to a capturista who has not chosen a contratista.
    help: page or section of docs/manual that F1 opens while the focus is in the page.
    icon: for the side menu.
    """

    key: str
    label: str
    module: str
    permiso: Permiso
    menu: str = ""
    shortcut: str = ""
    bar: str = ""
    action: bool = False
    shown: bool = True
    first_steps: bool = False
    without_contratista: bool = False
    help: str = ""
    icon: str = ""

    def import_ahead(self, _progress: object = None) -> None:
        """Import the page's module in advance, which speeds up its first opening. May run in a
        worker.
        """
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
        "tablero_contratista",
        "&Tablero",
        f"{_GUI}.icsoe.tablero.page",
        Permiso.ADMINISTRAR_CONTRATISTA,
        shortcut="Ctrl+0",
        bar=ADMINISTRACION,
        help="icsoe#tablero",
        icon="tablero",
    ),
    PageEntry(
        "contratista",
        "&Información del contratista",
        f"{_GUI}.icsoe.contratista.page",
        Permiso.ADMINISTRAR_CONTRATISTA,
        ADMINISTRACION,
        "Ctrl+1",
        first_steps=True,
        help="contratista",
        icon="empresa",
    ),
    PageEntry(
        "alta_capturista",
        "Alta de &usuarios",
        f"{_GUI}.icsoe.capturistas.alta",
        Permiso.ADMINISTRAR_CAPTURISTAS,
        ADMINISTRACION,
        "Ctrl+2",
        help="capturistas#alta-de-usuario",
        icon="alta",
    ),
    PageEntry(
        "consulta_capturistas",
        "&Consulta",
        f"{_GUI}.icsoe.capturistas.consulta",
        Permiso.ADMINISTRAR_CAPTURISTAS,
        ADMINISTRACION,
        "Ctrl+3",
        help="capturistas#consulta",
        icon="usuarios",
    ),
    PageEntry(
        "exportar_capturistas",
        "&Exportar excel",
        f"{_GUI}.icsoe.capturistas.consulta",
        Permiso.ADMINISTRAR_CAPTURISTAS,
        ADMINISTRACION,
        "Ctrl+E",
        action=True,
        help="capturistas#exportar-excel",
        icon="excel",
    ),
    PageEntry(
        "mis_contratistas",
        "Mis co&ntratistas",
        f"{_GUI}.icsoe.mis_contratistas.page",
        Permiso.ADMINISTRAR_CONTRATISTA,
        ADMINISTRACION,
        "Ctrl+4",
        help="icsoe#mis-contratistas",
        icon="empresa",
    ),
    PageEntry(
        "inicio_capturista",
        "I&nicio",
        f"{_GUI}.icsoe.inicio_capturista.page",
        Permiso.ELEGIR_CONTRATISTA,
        shortcut="Ctrl+1",
        without_contratista=True,
        help="soy_capturista#elegir-contratista",
        icon="inicio",
    ),
    PageEntry(
        "informativa",
        "&Informativa",
        f"{_GUI}.icsoe.informativa.page",
        Permiso.CAPTURAR_INFORMATIVA,
        bar=INFORMATIVA,
        shortcut="Ctrl+5",
        help="informativa",
        icon="documento",
    ),
    PageEntry(
        "acuses",
        "&Acuses",
        f"{_GUI}.icsoe.informativa.acuses",
        Permiso.CAPTURAR_INFORMATIVA,
        bar=INFORMATIVA,
        shortcut="Ctrl+6",
        help="informativa#acuses",
        icon="recibido",
    ),
)

BY_KEY = {entry.key: entry for entry in PAGES}


def pages_for(sesion: Sesion) -> tuple[PageEntry, ...]:
    """The entries that this session can ever open, in menu order."""
    return tuple(entry for entry in PAGES if sesion.can(entry.permiso))
