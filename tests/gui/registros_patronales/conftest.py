"""The window, empty and with a few registros patronales."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.services.application import Application
from tests.gui.registros_patronales.comun import (
    NOMBRE,
    opened,
)
from tests.services.certificados.catalogo import RFC, RFC_RARO, A, B


@pytest.fixture(autouse=True)
def _gone(qapp: QApplication) -> Iterator[None]:
    """A window that stays is modal to the tests that follow."""
    yield
    for window in QApplication.topLevelWidgets():
        window.hide()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(qtbot: QtBot, context: Context) -> RegistrosPatronalesWindow:
    return opened(qtbot, context)


@pytest.fixture
def filled(
    qtbot: QtBot, context: Context, application: Application, sesion: Sesion
) -> RegistrosPatronalesWindow:
    """The window with two registros patronales, the second of them odd."""
    application.registros_patronales.add(sesion, registro_patronal=A, razon_social=NOMBRE, rfc=RFC)
    application.registros_patronales.add(
        sesion, registro_patronal=B, razon_social="Hilos del Valle", rfc=RFC_RARO
    )
    return opened(qtbot, context)
