"""From the IDSE entrance to the ICSOE one and back, in the whole program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from icsoe_desktop.arranque import app as program_module
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.inicio.bloqueo.guardia import SessionGuard
from icsoe_desktop.gui.inicio.bloqueo.window import BloqueoWindow
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.bitacora.consulta import FiltroBitacora
from tests.conftest import MemoryKeyring
from tests.gui.conftest import CONTRASENA, CORREO, press, usuario_nuevo
from tests.gui.icsoe.comun import Windows
from tests.support.reposo import close_windows, settle


@pytest.fixture
def program(
    folder: DataFolder, keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    monkeypatch.setattr("icsoe_desktop.logs.configure_logs", lambda _folder: None)
    monkeypatch.setattr(program_module.ErrorReporter, "catch_everything", lambda *_: None)
    instancia = Instancia(folder)
    assert instancia.claim()
    program = Program(folder, instancia, keyring)
    program.start()
    settle(lambda: program.acceso_presenter.state.whole)
    settle(lambda: not program.busy)
    yield program
    close_windows()
    program.end()
    # One would lock the windows of another test ten minutes later, one destroy its tables.
    assert not program.guard._timer.isActive()
    assert not [timer for timer in program.findChildren(QTimer) if timer.isActive()]


def test_the_way_to_icsoe_and_back(program: Program) -> None:
    windows = Windows()
    press(program.acceso, "Ingresar a ICSOE")
    entrance = windows.wait(IcsoeAccesoWindow)
    assert not program.acceso.isVisible()
    press(entrance, "Regresar al acceso a IDSE")
    windows.none(IcsoeAccesoWindow)
    assert program.acceso.isVisible()


def test_an_idse_session_locks_with_ctrl_l_and_ends_at_the_idse_entrance(program: Program) -> None:
    windows = Windows()
    application = program.shell.application
    assert application is not None
    sesion = application.usuarios.register(None, usuario_nuevo()).sesion
    program.entrance.open_module(sesion)
    module = windows.wait(ModuloWindow)
    windows.activate(module)
    QTest.keyClick(module, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    lock = windows.wait(BloqueoWindow)
    assert not module.isVisible()
    lock.form.contrasena_edit.setText(CONTRASENA)
    press(lock, "Desbloquear")
    windows.wait(ModuloWindow)
    program.shell.close_session()
    windows.none(ModuloWindow)
    assert program.acceso.isVisible()
    assert program.acceso.form.usuario_edit.text() in ("", CORREO)
    settle(lambda: not program.busy)
    assert exits(application, sesion) == ["Alma Prieto Soto"]


def test_giving_a_locked_session_up_is_noted_once(program: Program) -> None:
    windows = Windows()
    application = program.shell.application
    assert application is not None
    sesion = application.usuarios.register(None, usuario_nuevo()).sesion
    program.entrance.open_module(sesion)
    windows.wait(ModuloWindow)
    program.guard.lock()
    windows.wait(BloqueoWindow).session_given_up.emit()
    windows.none(BloqueoWindow)
    assert program.acceso.isVisible()
    settle(lambda: not program.busy)
    assert exits(application, sesion) == ["Alma Prieto Soto"]


def test_who_is_in_when_the_program_ends_leaves_then(
    application: Application,
    shell: Shell,
    sesion: Sesion,
    folder: DataFolder,
    keyring: MemoryKeyring,
) -> None:
    guard = SessionGuard(shell)
    guard.watch(sesion)
    assert exits(application, sesion) == []
    application.close()
    guard.stop()
    again = open_application(folder, keyring=keyring)
    assert exits(again, sesion) == ["Alma Prieto Soto"]
    again.close()


def exits(application: Application, sesion: Sesion) -> list[str]:
    filtro = FiltroBitacora(accion="salida")
    return [line.quien for line in application.consulta_bitacora.page(sesion, filtro, 0, 10)]
