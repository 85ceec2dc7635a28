"""The window, empty and with a few registros patronales."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.services.application import Application
from tests.gui.idse.registros_patronales.comun import NOMBRE, opened
from tests.services.certificados.catalogo import RFC, RFC_RARO, A, B


@pytest.fixture
def window(context: Context) -> RegistrosPatronalesWindow:
    return opened(context)


@pytest.fixture
def filled(context: Context, application: Application, sesion: Sesion) -> RegistrosPatronalesWindow:
    """The window with two registros patronales, the second of them odd."""
    application.registros_patronales.add(sesion, registro_patronal=A, razon_social=NOMBRE, rfc=RFC)
    application.registros_patronales.add(
        sesion, registro_patronal=B, razon_social="Hilos del Valle", rfc=RFC_RARO
    )
    return opened(context)
