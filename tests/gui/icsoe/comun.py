"""What a person does and sees in the windows of ICSOE."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.gui.icsoe.contratista.acuse import AcuseTab
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.icsoe.contratista.generales import GeneralesTab
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.support.reposo import settle

Idle = Callable[[], None]
Entered = Callable[[Sesion], IcsoeWindow]
W = TypeVar("W", bound=QWidget)
Key = Qt.Key

RFC_FISICA = "ROTJ850314QX7"
CORREO, CELULAR = "contacto@ejemplo.mx", "5512345678"
FECHA = "05/03/2025"


class RelojDePared:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Windows:
    """Looks at the screen."""

    def wait(self, kind: type[W]) -> W:
        found: list[W] = []

        def shown() -> bool:
            found[:] = [w for w in QApplication.topLevelWidgets() if _shows(w, kind)]
            return bool(found)

        settle(shown)
        return found[-1]

    def activate(self, window: QWidget) -> None:
        """Gives the keyboard to `window`, as a desktop does with what was opened last."""
        window.activateWindow()
        settle(window.isActiveWindow)

    def none(self, kind: type[QWidget]) -> None:
        settle(lambda: not any(_shows(w, kind) for w in QApplication.topLevelWidgets()))


def _shows(widget: QWidget, kind: type[QWidget]) -> bool:
    return isinstance(widget, kind) and widget.isVisible()


def contratista_page(window: IcsoeWindow) -> ContratistaPage:
    settle(lambda: isinstance(window.page, ContratistaPage) and bool(window.page.tab_of))
    page = window.page
    assert isinstance(page, ContratistaPage)
    return page


def page_of(_qtbot: QtBot, window: IcsoeWindow, _idle: Idle) -> ContratistaPage:
    """As the journeys ask for it."""
    return contratista_page(window)


def generales_of(page: ContratistaPage) -> GeneralesTab:
    tab = page.tab_of[PasoContratista.DATOS_GENERALES]
    assert isinstance(tab, GeneralesTab)
    return tab


def domicilio_of(page: ContratistaPage) -> DomicilioTab:
    tab = page.tab_of[PasoContratista.DOMICILIO]
    assert isinstance(tab, DomicilioTab)
    return tab


def acuse_of(page: ContratistaPage) -> AcuseTab:
    tab = page.tab_of[PasoContratista.ACUSE]
    assert isinstance(tab, AcuseTab)
    return tab


def gone(window: QWidget) -> bool:
    return not isValid(window) or not window.isVisible()


def type_text(text: str) -> None:
    """Into what has the focus."""
    QTest.keyClicks(_focused(), text)


def key(code: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(_focused(), code, modifiers)


def tab(times: int = 1) -> None:
    for _ in range(times):
        key(Key.Key_Tab)


def _focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget


def pdf_file(folder: Path, pages: int = 2) -> Path:
    path = folder / "acuse repse.pdf"
    writer = QPdfWriter(str(path))
    painter = QPainter(writer)
    for number in range(pages):
        if number:
            writer.newPage()
        painter.fillRect(QRectF(500, 500, 3000, 3000), Qt.GlobalColor.red)
    painter.end()
    return path


def do_steps(
    application: Application, sesion: Sesion, until: PasoContratista, folder: Path
) -> None:
    """Does by the services all the first steps before `until`."""
    service = application.contratistas
    steps: list[tuple[PasoContratista, Callable[[], object]]] = [
        (PasoContratista.TERMINOS, lambda: service.accept_terminos(sesion, TERMINOS_VERSION)),
        (
            PasoContratista.DATOS_GENERALES,
            lambda: service.save_generales(sesion, correo=CORREO, celular=CELULAR),
        ),
        (PasoContratista.DOMICILIO, lambda: service.save_domicilio(sesion, None)),
        (
            PasoContratista.ACUSE,
            lambda: application.acuses.save(sesion, pdf_file(folder), date(2025, 3, 5)),
        ),
    ]
    present = service.informacion(sesion).paso
    for paso, do in steps:
        if paso is until:
            return
        if paso is present:
            do()
            present = service.informacion(sesion).paso


def bitacora(application: Application, sesion: Sesion) -> list[tuple[str, str]]:
    """What was noted for that contratista, the oldest first: action and detail."""
    with application.store.read() as db:
        query = select(BitacoraRow.accion, BitacoraRow.detalle).order_by(BitacoraRow.id)
        rows = db.execute(query.where(BitacoraRow.contratista_id == sesion.contratista_id))
        return [(row.accion, row.detalle) for row in rows]
