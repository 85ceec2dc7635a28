"""Seed 004 as a new user goes through it: two days, keyboard only, the real program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque import apertura
from icsoe_desktop.arranque import app as program_module
from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.paths import DataFolder
from tests.completas import jornada
from tests.completas.jornada import ACCESO, MODULO, Persona
from tests.completas.persona import wait_for, window
from tests.conftest import MemoryKeyring, Reloj
from tests.gateways.certificados.generador import Cadena, Emisora
from tests.services.archivos_prueba import Archivos
from tests.support.reposo import close_windows
from tests.support.smtp_real import PASSWORD, USER, SmtpReal, smtp_server


@pytest.fixture
def smtp() -> Iterator[SmtpReal]:
    with smtp_server(login=True) as real:
        yield real


@pytest.fixture
def archivos(tmp_path: Path) -> Archivos:
    folder = tmp_path / "usb"
    folder.mkdir()
    return Archivos(folder, Emisora())


@pytest.fixture
def start(
    tmp_path: Path, archivos: Archivos, reloj: Reloj, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Program]]:
    """Starts the program on one folder and keyring; a second call ends the first."""
    folder, keyring, programs = DataFolder(tmp_path / "datos"), MemoryKeyring(), list[Program]()
    folder.root.mkdir()
    autoridades = Autoridades([archivos.emisora.autoridad(Cadena.SAT)])
    monkeypatch.setattr(Autoridades, "pinned", lambda *_: autoridades)
    with_clock = partial(apertura.open_data, clock=reloj)
    monkeypatch.setattr(apertura, "open_data", with_clock)
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
        program.acceso_presenter.wanted.emit()
        program.acceso.activateWindow()
        return program

    yield begin
    for program in programs:
        end(program)


def end(program: Program) -> None:
    close_windows()
    program.end()


def newest(smtp: SmtpReal) -> str | None:
    return str(smtp.received[-1].message.get_content()) if smtp.received else None


@pytest.mark.usefixtures("qtbot")
def test_a_new_user_gets_from_the_first_start_to_the_second_day(
    start: Callable[[], Program], archivos: Archivos, smtp: SmtpReal, qtbot: QtBot
) -> None:
    who = Persona(servidor=("127.0.0.1", USER, PASSWORD), puerto=smtp.port)
    cer, key = archivos.efirma()

    program = start()
    jornada.first_start(program, who)
    jornada.add_registro(program, who)
    jornada.leave()
    qtbot.waitUntil(lambda: program.acceso.form.usuario_edit.text() == who.correo)
    jornada.enter(program, who.contrasena)
    jornada.put_certificate(program, who, cer, key)
    jornada.set_up_mail(program, who)
    jornada.quit_from_module()
    wait_for("the end", lambda: QApplication.activeWindow() is None or None)

    program = start()
    jornada.fail_and_recover(program, who, lambda: jornada.wait_for_mail(lambda: newest(smtp)))
    assert smtp.received[-1].rcpt_to == [who.correo]
    assert program.acceso.form.usuario_edit.text() == who.correo
    jornada.enter(program, who.nueva)
    window(MODULO)
    jornada.wait_until_idle(program)
    # With a certificate there is nothing to warn of: the module has the keys.
    assert QApplication.activeModalWidget() is None
    jornada.leave()
    jornada.consult(program)
    module = window(MODULO)
    assert isinstance(module, QMainWindow)
    titles = [action.text().replace("&", "") for action in module.menuBar().actions()]
    assert "Administración" not in titles
    jornada.leave()
    window(ACCESO)
