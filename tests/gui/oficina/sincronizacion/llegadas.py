"""Two desktops of one office over a server in memory: what one does reaches the other's windows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.registro_patronal import RegistroPatronalCatalogado
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from tests.gui.contratistas import add_contratista
from tests.gui.oficina.sincronizacion.comun import Abrir, Escritorio, Hecha, found, make
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.reposo import settle

P = TypeVar("P", bound=QWidget)


@dataclass(frozen=True)
class Oficina:
    """uno: where the windows are. dos: where somebody else works."""

    uno: Escritorio
    dos: Escritorio
    contratista: Sesion
    memoria: Memoria

    def work(self, *edits: Callable[[Application], object]) -> None:
        """Somebody does this at the other desktop, and it is sent."""
        for edit in edits:
            edit(self.dos.application)
        self.dos.sync()

    def arrive(self) -> None:
        """A round of the desktop with the windows, which the program does by itself."""
        self.uno.sync()
        self.uno.shell.data_arrived.emit()

    def join(self, escritorio: Escritorio, cuenta: str) -> None:
        """One more desktop."""
        self.uno.invite(self.memoria.conexion(cuenta), escritorio)

    def registros(self, escritorio: Escritorio) -> tuple[RegistroPatronalCatalogado, ...]:
        return escritorio.application.registros_patronales.all(escritorio.sesion)

    def settle(self, qtbot: QtBot) -> None:
        """Nothing is being read any more."""
        settle()

    def open_icsoe(self, qtbot: QtBot) -> IcsoeWindow:
        window = self.uno.shell.open("icsoe", self.contratista)
        assert isinstance(window, IcsoeWindow)

        qtbot.waitUntil(lambda: window.page is not None)
        self.settle(qtbot)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    def page(self, window: IcsoeWindow, key: str, kind: type[P]) -> P:
        window.show_page(key)
        page = window.page
        assert isinstance(page, kind)
        settle()
        return page


def open_oficina(abrir: Abrir, memoria: Memoria) -> Oficina:
    made = joined()
    memoria.become(made.memoria)
    uno, dos = (abrir(*each) for each in zip(("uno", "dos"), made.moldes, strict=True))
    return Oficina(uno, dos, made.made, memoria)


@cache
def joined() -> Hecha[Sesion]:
    """Of a contratista who works at both desktops."""

    def do(memoria: Memoria, escritorios: list[Escritorio]) -> Sesion:
        uno, dos = escritorios
        found(memoria, escritorios)
        uno.invite(memoria.conexion("dos"), dos)
        store = uno.application.store
        contratista = add_contratista(store, 112, "TBI990101QX5", "TORNILLOS Y BIRLOS SA DE CV")
        uno.sync()
        dos.sync()
        return contratista

    return make(("uno", "dos"), do)
