"""The whole program, started and ended, for tests of its first windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque import app as program_module
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.arranque.bootstrap import Application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.inicio.session_flow import CERTIFICADOS_MISSING
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring
from tests.gui.conftest import CONTRASENA, CORREO, press, usuario_nuevo
from tests.support.reposo import close_windows

Box = Callable[[], QMessageBox]


@pytest.fixture
def start(
    qtbot: QtBot, folder: DataFolder, keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Program]]:
    """Starts the whole program; a second call ends the first."""
    programs: list[Program] = []
    monkeypatch.setattr("icsoe_desktop.logs.configure_logs", lambda _folder: None)
    monkeypatch.setattr(program_module.ErrorReporter, "catch_everything", lambda *_: None)

    def begin() -> Program:
        while programs:
            end(programs.pop())
        instancia = Instancia(folder)
        assert instancia.claim()
        program = Program(folder, instancia, keyring)
        programs.append(program)
        program.start()
        return program

    yield begin
    for program in programs:
        end(program)


def end(program: Program) -> None:
    program.acceso.hide()
    close_windows()
    program.end()
    assert not program.guard._timer.isActive()


def ready(qtbot: QtBot, program: Program) -> None:
    qtbot.waitUntil(lambda: program.acceso_presenter.state.whole)
    qtbot.waitUntil(lambda: not program.busy)


def register(qtbot: QtBot, program: Program, correo: str = CORREO) -> None:
    application = program.shell.application
    assert application is not None
    sesion = None
    if application.acceso.any_usuario():
        sesion = application.acceso.enter(CORREO, CONTRASENA)
    alta = application.usuarios.register(sesion, usuario_nuevo(correo))
    application.usuarios.confirm_code(alta.sesion)
    if sesion is None:
        add_registro(application, alta.sesion)
    program.acceso_presenter.refresh()
    qtbot.waitUntil(lambda: program.acceso_presenter.state.any_usuario)
    qtbot.waitUntil(lambda: not program.busy)


def add_registro(application: Application, sesion: Sesion) -> None:
    """A registro patronal without a certificate: whoever enters is told of it."""
    application.registros_patronales.add(
        sesion,
        registro_patronal="Y5412345109",
        razon_social="Inventada SA",
        rfc="EIN200101AB1",
    )


def be_silent_today(box: QMessageBox) -> None:
    """Answer the alert about certificates so that no window follows."""
    assert box.text() == CERTIFICADOS_MISSING
    check = box.checkBox()
    assert check is not None
    check.click()
    press(box, "Aceptar")


def window_of(kind: type[QWidget]) -> QWidget | None:
    """On the screen, by itself or as a page."""
    return next(
        (w for w in QApplication.allWidgets() if isinstance(w, kind) and w.isVisible()), None
    )
