"""What a person does and sees in the windows of registros patronales."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.registros_patronales.importacion import (
    ImportacionRegistrosDialog,
)
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.services.application import Application
from tests.support.reposo import until

Box = Callable[[], QMessageBox]
Key = Qt.Key

NOMBRE = "Tornillos y Birlos, S. A."


def opened(context: Context) -> RegistrosPatronalesWindow:
    window = context.shell.open("registros_patronales", context.sesion)
    assert isinstance(window, RegistrosPatronalesWindow)
    until(lambda: not context.jobs.busy)
    until(lambda: bool(window.form.vacia_page.isVisible() or rows(window)))
    return window


def rows(window: RegistrosPatronalesWindow) -> list[tuple[str, ...]]:
    return cells(window.form.registros_table)


def cells(view: object) -> list[tuple[str, ...]]:
    model = view.model()  # type: ignore[attr-defined]
    return [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


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


def focused(window: QWidget) -> QWidget:
    widget = window.focusWidget()
    assert widget is not None
    return widget


def said(label: QLabel) -> str:
    return label.text() if label.isVisible() else ""


def preview(window: RegistrosPatronalesWindow, path: Path) -> ImportacionRegistrosDialog:
    window.import_file(path)
    dialog = window.findChild(ImportacionRegistrosDialog)
    assert isinstance(dialog, ImportacionRegistrosDialog)
    until(lambda: bool(cells(dialog.form.renglones_table)))
    return dialog


def urls(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag(window: QWidget, *paths: Path) -> bool:
    """Whether the window would take them."""
    data = urls(*paths)
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def drop(window: QWidget, path: Path) -> None:
    data = urls(path)
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, event)
