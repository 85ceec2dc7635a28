"""One program with sample data for all tests of windows here, and Qt as the program sets it up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import MensajeCorreo
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import styled, usuario_nuevo
from tests.services.movimientos.test_captura import ALTA
from tests.support.reposo import close_windows

__all__ = ["styled"]


@pytest.fixture(scope="module")
def programa(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shell, Sesion]]:
    """A shell over a store with a user, a registro patronal, a movement and a mail that waits."""
    folder = DataFolder(tmp_path_factory.mktemp("datos"))
    application = open_application(folder, keyring=MemoryKeyring(), clock=Reloj())
    sesion = application.usuarios.register(None, usuario_nuevo()).sesion
    application.registros_patronales.add(
        sesion,
        registro_patronal="Z9912345106",
        razon_social="Talleres del Bajío Imaginario SA de CV",
        rfc="TBI990101QX5",
    )
    application.movimientos.capture(sesion, replace(ALTA, registro_patronal="Z9912345106"))
    with application.store.write() as db:
        application.buzon.enqueue(
            db, MensajeCorreo(para="beto@ejemplo.mx", asunto="Aviso de prueba", texto="Un mensaje.")
        )
    dispatcher = Dispatcher()
    jobs = gui_queue(dispatcher, "pruebas")
    shell = Shell(folder, jobs, Preferences(folder.preferences), ErrorReporter(None))
    shell.application = application
    yield shell, sesion
    assert jobs.close()
    qapp.processEvents()
    application.close()


@pytest.fixture
def context(programa: tuple[Shell, Sesion], tmp_path: Path) -> Iterator[Context]:
    """For the windows of one test, which are gone after it; nobody changed their sizes before."""
    shell, sesion = programa
    shell.preferences = Preferences(tmp_path / "preferencias.ini")
    yield shell.context(sesion)
    close_windows()
