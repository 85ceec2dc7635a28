"""The window with no movements, and with a few."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.idse.modulo.lugares import MOVIMIENTOS
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.tablero.page import FIRST_PAGE
from icsoe_desktop.services.application import Application
from tests.gui.idse.comun import alta, baja, capture, modificacion, opened, show_tab


def _closed(qtbot: QtBot, window: ModuloWindow) -> None:
    window.close()
    qtbot.waitUntil(lambda: not isValid(window))


@pytest.fixture(autouse=True)
def rows_first(shell: Shell) -> None:
    """Most tests here are about the rows; the Tablero has tests of its own."""
    shell.preferences.set(FIRST_PAGE, MOVIMIENTOS)


@pytest.fixture
def window(qtbot: QtBot, context: Context) -> Iterator[ModuloWindow]:
    window = opened(qtbot, context)
    yield window
    _closed(qtbot, window)


@pytest.fixture
def three(application: Application, sesion: Sesion) -> None:
    """An alta in time, a modificación that is late, a baja in time: today is 2 March 2026."""
    capture(
        application,
        sesion,
        alta(),
        modificacion(nss="11223344554", nombres="EVA", primer_apellido="ÁNGELES", sbc="1234.56"),
        baja(),
    )


@pytest.fixture
def filled(qtbot: QtBot, context: Context, three: None) -> Iterator[ModuloWindow]:
    window = opened(qtbot, context)
    show_tab(qtbot, window, "Todos")
    yield window
    _closed(qtbot, window)


@pytest.fixture
def consulta(qtbot: QtBot, shell: Shell, three: None) -> Iterator[ModuloWindow]:
    window = opened(qtbot, shell.context(SESION_CONSULTA))
    yield window
    _closed(qtbot, window)
