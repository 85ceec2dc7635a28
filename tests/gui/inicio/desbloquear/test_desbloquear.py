"""Opening the data with a password, where there is no keyring."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gui.inicio.desbloquear.window import DesbloquearWindow
from icsoe_desktop.gui.oficina.respaldo.restaurar import RestaurarWindow
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring
from tests.gui.conftest import CONTRASENA, CORREO, press
from tests.gui.programa import Box, be_silent_today, ready, register, window_of
from tests.gui.programa import start as start


def unlock_with(
    qtbot: QtBot, program: Program, contrasena: str, *, ingresar: bool
) -> DesbloquearWindow:
    qtbot.waitUntil(lambda: window_of(DesbloquearWindow) is not None)
    window = window_of(DesbloquearWindow)
    assert isinstance(window, DesbloquearWindow)
    assert window.form.ingresar_check.isChecked(), "one password is enough, unless told otherwise"
    window.form.ingresar_check.setChecked(ingresar)
    window.form.contrasena_edit.setText(contrasena)
    press(window, "Abrir")
    ready(qtbot, program)
    return window


@pytest.fixture
def program(qtbot: QtBot, start: Callable[[], Program], keyring: MemoryKeyring) -> Program:
    """Started again after a user was registered and the keyring lost the key."""
    program = start()
    ready(qtbot, program)
    register(qtbot, program)
    keyring.entries.clear()
    return start()


def test_without_a_keyring_one_password_opens_the_data_and_enters(
    qtbot: QtBot, program: Program, message_box: Box
) -> None:
    unlock_with(qtbot, program, CONTRASENA, ingresar=True)
    be_silent_today(message_box())
    assert not program.acceso.isVisible()
    application = program.shell.application
    assert application is not None
    assert program._datos is not None
    assert program._datos.por_ingresar is None, "the password is not kept"


def test_damaged_data_without_a_keyring_are_restored_too(
    qtbot: QtBot, program: Program, folder: DataFolder
) -> None:
    """The right password ended in a message that told to restore, and no way to."""
    qtbot.waitUntil(lambda: window_of(DesbloquearWindow) is not None)
    os.truncate(folder.store, folder.store.stat().st_size // 2)
    window = window_of(DesbloquearWindow)
    assert isinstance(window, DesbloquearWindow)
    window.form.contrasena_edit.setText(CONTRASENA)
    press(window, "Abrir")
    qtbot.waitUntil(lambda: window_of(RestaurarWindow) is not None)
    restore = window_of(RestaurarWindow)
    assert isinstance(restore, RestaurarWindow)
    assert "dañado" in restore.form.explicacion_label.text()
    assert window_of(DesbloquearWindow) is None


def test_who_only_opens_the_data_for_another_enters_nowhere(qtbot: QtBot, program: Program) -> None:
    unlock_with(qtbot, program, CONTRASENA, ingresar=False)
    qtbot.waitUntil(lambda: program.acceso.form.usuario_edit.text() == CORREO)
    assert program.acceso.isVisible()
    assert program.acceso.form.contrasena_edit.text() == ""
