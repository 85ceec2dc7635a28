"""The window with no movements, and with a few."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.idse.modulo.lugares import MOVIMIENTOS
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.idse.tablero.page import FIRST_PAGE
from icsoe_desktop.services.application import Application
from tests.gui.idse.comun import alta, baja, capture, close, modificacion, opened, show_tab


@pytest.fixture(autouse=True)
def rows_first(shell: Shell) -> None:
    """Most tests here are about the rows; the Tablero has tests of its own."""
    shell.preferences.set(FIRST_PAGE, MOVIMIENTOS)


@pytest.fixture
def window(context: Context) -> Iterator[ModuloWindow]:
    window = opened(context)
    yield window
    close(window)


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
def filled(context: Context, three: None) -> Iterator[ModuloWindow]:
    window = opened(context)
    show_tab(window, "Todos")
    yield window
    close(window)


@pytest.fixture
def consulta(shell: Shell, three: None) -> Iterator[ModuloWindow]:
    window = opened(shell.context(SESION_CONSULTA))
    yield window
    close(window)
