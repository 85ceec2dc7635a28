"""Sesión bloqueada: nothing is seen until the same credentials are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.inicio.ayuda.window import AyudaWindow
from icsoe_desktop.gui.inicio.bloqueo.guardia import SessionGuard, ask_minutes
from icsoe_desktop.gui.inicio.bloqueo.window import GIVE_UP, BloqueoWindow
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.services.application import Application
from tests.gateways.certificados.generador import efirma_fisica
from tests.gui.conftest import CONTRASENA, press, usuario_nuevo
from tests.gui.icsoe.comun import (
    Idle,
    Key,
    RelojDePared,
    Windows,
    acuse_of,
    do_steps,
    generales_of,
    page_of,
)
from tests.services.archivos_prueba import CLAVE, Archivos

Box = Callable[[], QMessageBox]


@pytest.fixture
def icsoe(
    qtbot: QtBot,
    flow: IcsoeFlow,
    windows: Windows,
    idle: Idle,
    enter: Callable[[str], Sesion],
    application: Application,
    tmp_path: Path,
) -> IcsoeWindow:
    sesion = enter("moral")
    do_steps(application, sesion, PasoContratista.COMPLETO, tmp_path)
    flow.open_entrance()
    flow.enter(sesion, windows.wait(IcsoeAccesoWindow))
    window = windows.wait(IcsoeWindow)
    page_of(qtbot, window, idle)
    return window


@dataclass(frozen=True)
class Caso:
    """ICSOE is open, and may be locked."""

    icsoe: IcsoeWindow
    shell: Shell
    guard: SessionGuard
    pared: RelojDePared
    archivos: Archivos
    windows: Windows
    idle: Idle

    def wait(self, minutes: float) -> None:
        self.pared.now += minutes * 60
        self.guard.check()

    def locked(self) -> BloqueoWindow:
        lock = self.windows.wait(BloqueoWindow)
        self.idle()
        return lock

    def unlock(self, lock: BloqueoWindow) -> None:
        give_efirma(lock, *self.archivos.efirma(None, "moral"))


@pytest.fixture
def caso(
    icsoe: IcsoeWindow,
    shell: Shell,
    guard: SessionGuard,
    pared: RelojDePared,
    archivos: Archivos,
    windows: Windows,
    idle: Idle,
) -> Caso:
    return Caso(icsoe, shell, guard, pared, archivos, windows, idle)


def give_efirma(lock: BloqueoWindow, cer: Path, llave: Path, clave: str = CLAVE) -> None:
    form = lock.fields.form
    form.archivo_edit.setText(str(cer))
    form.llave_edit.setText(str(llave))
    form.contrasena_edit.setText(clave)
    press(lock, "Desbloquear")


def visible() -> set[type[QWidget]]:
    return {type(w) for w in QApplication.topLevelWidgets() if w.isVisible()}


def test_ten_minutes_without_a_touch_lock_and_the_same_efirma_gives_all_back(
    qtbot: QtBot, caso: Caso
) -> None:
    generales = generales_of(page_of(qtbot, caso.icsoe, caso.idle))
    generales.form.telefono_fijo_edit.setText("5587654321")
    caso.wait(10 - 1 / 60)
    assert not caso.guard.locked
    caso.wait(1 / 60)
    lock = caso.locked()
    assert visible() == {BloqueoWindow}
    assert not lock.fields.form.rfc_edit.isVisible()
    cer, llave = caso.archivos.efirma(None, "moral")
    give_efirma(lock, cer, llave, "Otra.Clave93")
    caso.idle()
    assert lock.fields.form.contrasena_error.text() == (
        "La contraseña de la llave privada es incorrecta."
    )
    assert visible() == {BloqueoWindow}
    give_efirma(lock, *caso.archivos.efirma(efirma_fisica(), "otra"))
    caso.idle()
    assert visible() == {BloqueoWindow}, "another's e.firma does not unlock"
    give_efirma(lock, cer, llave)
    caso.windows.wait(IcsoeWindow)
    caso.windows.none(BloqueoWindow)
    assert generales.form.telefono_fijo_edit.text() == "5587654321"


def test_f1_answers_in_the_lock_and_in_each_tab(
    qtbot: QtBot, icsoe: IcsoeWindow, guard: SessionGuard, windows: Windows, idle: Idle
) -> None:
    windows.activate(icsoe)
    page = page_of(qtbot, icsoe, idle)
    for tab, title, section in (
        (generales_of(page), "Información del contratista", "generales-del-contratista"),
        (acuse_of(page), "Información del contratista", "carga-y-adjunto-de-documentos"),
    ):
        page.tabs.setCurrentWidget(tab)
        tab.focus_first()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F1)
        shown = windows.wait(AyudaWindow)
        assert shown.presenter.state.pagina.titulo == title
        assert shown.presenter.state.seccion == section
        shown.close()
        windows.none(AyudaWindow)
        windows.activate(icsoe)
    guard.lock()
    lock = windows.wait(BloqueoWindow)
    idle()
    QTest.keyClick(lock, Qt.Key.Key_F1)
    shown = windows.wait(AyudaWindow)
    idle()
    assert visible() == {BloqueoWindow, AyudaWindow}
    assert shown.presenter.state.pagina.titulo == "Sus datos y su seguridad"
    shown.close()


def test_a_touch_starts_the_minutes_again(caso: Caso) -> None:
    caso.windows.activate(caso.icsoe)
    caso.pared.now += 9 * 60
    handle = caso.icsoe.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Key.Key_Shift)
    caso.wait(9)
    assert not caso.guard.locked


def test_ctrl_l_locks_from_a_dialog_too_and_it_comes_back_modal(
    caso: Caso, message_box: Box
) -> None:
    box = inform(caso.icsoe, "Un mensaje")
    caso.windows.activate(box)
    handle = box.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    lock = caso.locked()
    assert visible() == {BloqueoWindow}
    caso.unlock(lock)
    caso.windows.wait(IcsoeWindow)
    again = message_box()
    assert again is box
    assert again.isModal()
    press(again, "Aceptar")


def test_a_message_that_comes_while_locked_waits(
    qtbot: QtBot, caso: Caso, message_box: Box
) -> None:
    caso.shell.lock_wanted.emit()
    lock = caso.windows.wait(BloqueoWindow)
    inform(caso.icsoe, "Terminó lo que usted pidió")
    qtbot.waitUntil(lambda: visible() == {BloqueoWindow})
    caso.idle()
    caso.unlock(lock)
    assert message_box().text() == "Terminó lo que usted pidió"


def test_closing_the_lock_asks_and_ends_the_session(caso: Caso, message_box: Box) -> None:
    caso.shell.lock_wanted.emit()
    lock = caso.locked()
    lock.close()
    assert message_box().text() == GIVE_UP
    press(message_box(), "Cancelar")
    assert lock.isVisible()
    press(lock, "Cerrar sesión…")
    press(message_box(), "Cerrar sesión")
    caso.windows.none(BloqueoWindow)
    caso.windows.wait(IcsoeAccesoWindow)
    caso.windows.none(IcsoeWindow)


def test_an_idse_user_unlocks_with_the_password_by_keyboard(
    qtbot: QtBot, shell: Shell, guard: SessionGuard, application: Application, windows: Windows
) -> None:
    sesion = application.usuarios.register(None, usuario_nuevo()).sesion
    module = shell.open("modulo", sesion)
    guard.watch(sesion)
    shell.lock_wanted.emit()
    lock = windows.wait(BloqueoWindow)
    windows.activate(lock)
    assert not module.isVisible()
    assert QApplication.focusWidget() is lock.form.contrasena_edit
    QTest.keyClicks(lock.form.contrasena_edit, "Otra.Clave93")
    QTest.keyClick(lock.form.contrasena_edit, Key.Key_Return)
    qtbot.waitUntil(lambda: lock.form.contrasena_error.isVisible())
    assert not module.isVisible()
    lock.form.contrasena_edit.setText("Otra")  # by a password manager, without keys
    assert lock.form.contrasena_error.isHidden()
    lock.form.contrasena_edit.selectAll()
    QTest.keyClicks(lock.form.contrasena_edit, CONTRASENA)
    QTest.keyClick(lock.form.contrasena_edit, Key.Key_Return)
    qtbot.waitUntil(module.isVisible)


def test_consultation_mode_has_no_password_to_ask_for(
    qtbot: QtBot, shell: Shell, guard: SessionGuard, windows: Windows
) -> None:
    module = shell.open("modulo", SESION_CONSULTA)
    guard.watch(SESION_CONSULTA)
    shell.lock_wanted.emit()
    lock = windows.wait(BloqueoWindow)
    assert not lock.form.contrasena_edit.isVisible()
    press(lock, "Desbloquear")
    qtbot.waitUntil(module.isVisible)


@pytest.mark.usefixtures("windows")
def test_nothing_locks_before_anybody_entered(
    guard: SessionGuard, shell: Shell, pared: RelojDePared
) -> None:
    pared.now += 24 * 3600
    shell.lock_wanted.emit()
    assert not guard.locked


def test_the_minutes_are_a_setting(caso: Caso) -> None:
    dialog = ask_minutes(caso.shell, caso.icsoe)
    assert isinstance(dialog, QInputDialog)
    assert dialog.intValue() == 10
    dialog.setIntValue(2)
    dialog.accept()
    caso.wait(2)
    assert caso.guard.locked
