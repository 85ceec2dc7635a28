"""What a person does and sees in the windows of registros patronales."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.registros_patronales.importacion import ImportacionRegistrosDialog
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.services.application import Application
from tests.gui.idse.comun import Key, cells, focused
from tests.support.reposo import until

NOMBRE = "Tornillos y Birlos, S. A."


def opened(context: Context) -> RegistrosPatronalesWindow:
    window = context.shell.open("registros_patronales", context.sesion)
    assert isinstance(window, RegistrosPatronalesWindow)
    until(lambda: not context.jobs.busy)
    until(lambda: bool(window.form.vacia_page.isVisible() or rows(window)))
    return window


def rows(window: RegistrosPatronalesWindow) -> list[tuple[str, ...]]:
    return cells(window.form.registros_table)


def kept(application: Application, sesion: Sesion) -> list[tuple[str, str, str]]:
    return [
        (r.registro_patronal, r.razon_social, r.rfc)
        for r in application.registros_patronales.all(sesion)
    ]


def type_all(window: RegistrosPatronalesWindow, *texts: str) -> None:
    """Types in the field that has the focus, and in the ones after it."""
    for at, text in enumerate(texts):
        if at:
            QTest.keyClick(focused(window), Key.Key_Tab)
        QTest.keyClicks(focused(window), text)


def preview(window: RegistrosPatronalesWindow, path: Path) -> ImportacionRegistrosDialog:
    window.import_file(path)
    dialog = window.findChild(ImportacionRegistrosDialog)
    assert isinstance(dialog, ImportacionRegistrosDialog)
    until(lambda: bool(cells(dialog.form.renglones_table)))
    return dialog
