"""Respaldo y restauración: making one, seeing it in the list, setting the clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.inicio.background import BackupRunner
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.gui.oficina.respaldo.restaurar import RestaurarWindow
from icsoe_desktop.gui.oficina.respaldo.window import (
    BY_ITSELF,
    DIFFERS,
    OPENED_BY,
    OPENED_BY_CODE,
    RespaldoWindow,
    automatic_text,
)
from icsoe_desktop.logs import close_logs
from icsoe_desktop.paths import open_data_folder
from icsoe_desktop.services.respaldo.escritura import PASSWORD_SHORT
from icsoe_desktop.services.respaldo.service import Programa
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import press
from tests.services.respaldo.con_respaldo import CLAVE, Oficina


def test_a_backup_is_made_listed_and_scheduled(
    context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    window = context.shell.open("respaldo", context.sesion)
    assert isinstance(window, RespaldoWindow)
    qtbot.addWidget(window)
    form = window.form
    qtbot.waitUntil(lambda: window.empty.shown)
    assert form.cada_combo.currentText() == "Cada día"
    assert form.automatico_label.text() == f"{BY_ITSELF} {OPENED_BY}"
    # Before a file is asked for.
    for short in ("", "corta"):
        form.contrasena_edit.setText(short)
        form.confirmar_edit.setText(short)
        form.respaldar_button.click()
        assert form.contrasena_error.text() == PASSWORD_SHORT
    form.contrasena_edit.setText(CLAVE)
    form.guardar_button.click()
    assert form.contrasena_error.text() == DIFFERS
    form.confirmar_edit.setText(CLAVE)
    form.guardar_button.click()
    assert not form.guardar_button.isEnabled(), "it is being saved"
    qtbot.waitUntil(lambda: "programación" in form.mensaje_label.text())
    service, sesion = context.application.respaldo, context.require_sesion()
    assert service.programa(sesion) == Programa(24, 7, None, True, elegido=True)
    qtbot.waitUntil(form.automatico_label.isHidden)
    (tmp_path / "respaldos").mkdir(exist_ok=True)
    window.back_up(tmp_path / "respaldos" / "mio.icsoe-respaldo")
    qtbot.waitUntil(lambda: window.table.model.rowCount() == 1, timeout=10_000)
    assert not window.empty.shown
    assert not form.contrasena_edit.text() + form.confirmar_edit.text(), "or the schedule keeps it"


def test_without_idse_users_only_the_code_is_named() -> None:
    assert automatic_text(Programa(24), sin_usuarios=True) == f"{BY_ITSELF} {OPENED_BY_CODE}"
    assert "usuario" not in OPENED_BY_CODE


@pytest.mark.expects_log
def test_a_scheduled_backup_that_failed_is_told_in_the_window_and_the_status_bar(
    context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    service, sesion = context.application.respaldo, context.require_sesion()
    away = tmp_path / "disco"
    service.save_programa(sesion, Programa(24, 7, away), CLAVE)
    bar = QWidget()
    qtbot.addWidget(bar)
    panel = StatusPanel(context.shell, bar)
    panel.show_sesion(sesion)
    runner = BackupRunner(service)
    runner.changed.connect(context.shell.show_backup_failure)
    runner.look()
    qtbot.waitUntil(lambda: not panel.respaldo_button.isHidden())
    fallo = service.last_failure()
    assert fallo is not None
    assert panel.respaldo_button.toolTip() == fallo.motivo
    window = context.shell.open("respaldo", context.sesion)
    assert isinstance(window, RespaldoWindow)
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: fallo.motivo in window.form.fallo_label.text())
    assert window.form.carpeta_edit.text() == str(away)
    away.mkdir()
    runner.look()
    qtbot.waitUntil(panel.respaldo_button.isHidden)
    assert list(away.glob("programado-*"))
    assert runner.stop()


def test_a_schedule_that_is_not_saved_is_not_lost_without_asking(
    context: Context, qtbot: QtBot, message_box: Callable[[], QMessageBox]
) -> None:
    window = context.shell.open("respaldo", context.sesion)
    assert isinstance(window, RespaldoWindow)
    qtbot.waitUntil(window.form.guardar_button.isEnabled)
    assert not window.unsaved
    window.form.cada_combo.setCurrentText("Cada semana")
    window.close()
    box = message_box()
    assert box.text() == (
        "Tiene cambios sin guardar en los respaldos automáticos. ¿Desea descartarlos?"
    )
    press(box, "Descartar cambios")
    qtbot.waitUntil(lambda: not isValid(window))


def test_a_schedule_that_the_administrator_fixed_is_shown_and_cannot_be_changed(
    context: Context, qtbot: QtBot
) -> None:
    application = context.application
    fixed = Programa(12, 3, None, fijo=True)
    application.respaldo._inicial = fixed
    window = context.shell.open("respaldo", context.sesion)
    assert isinstance(window, RespaldoWindow)
    qtbot.addWidget(window)
    form = window.form
    qtbot.waitUntil(lambda: form.cada_combo.currentText() == "Cada 12 horas")
    notice = window.findChild(FixedNotice)
    assert notice is not None
    assert notice.label.text() == (
        "Los respaldos automáticos los fijó quien administra este equipo, en central.ini."
    )
    assert notice.isVisible()
    assert not form.cada_combo.isEnabled()
    assert not form.guardar_button.isEnabled()
    assert form.respaldar_button.isEnabled(), "by hand always"
    assert not window.unsaved


@pytest.fixture
def oficina(tmp_path: Path, reloj: Reloj) -> Oficina:
    oficina = Oficina(tmp_path / "datos", reloj)
    oficina.folder.backups.mkdir(exist_ok=True)
    for name in ("viejo", "nuevo", "danado"):
        reloj.advance(hours=1)
        oficina.back_up(oficina.folder.backups / f"{name}.icsoe-respaldo")
    newest = oficina.folder.backups / "danado.icsoe-respaldo"
    octets = bytearray(newest.read_bytes())
    octets[-200] ^= 1
    newest.write_bytes(octets)
    os.truncate(oficina.folder.store, oficina.folder.store.stat().st_size // 2)
    return oficina


@pytest.fixture
def program(oficina: Oficina, qapp: QApplication) -> Iterator[Program]:
    instancia = Instancia(oficina.folder)
    assert instancia.claim()
    program = Program(oficina.folder, instancia, oficina.keyring)
    program.start()
    yield program
    program.end()
    close_logs(oficina.folder.logs)


def test_a_damaged_store_is_restored_from_the_newest_good_backup(
    program: Program, oficina: Oficina, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(program.acceso.findChildren(RestaurarWindow)), timeout=10_000)
    (window,) = program.acceso.findChildren(RestaurarWindow)
    qtbot.waitUntil(lambda: "«nuevo" in window.form.archivo_label.text())
    assert window.form.salir_button.text() == "&Salir"
    assert window.focusWidget() is window.form.contrasena_edit
    window.form.contrasena_edit.setText("otra contraseña")
    window.form.restaurar_button.click()
    qtbot.waitUntil(lambda: "no abre este respaldo" in window.form.mensaje_label.text())
    # An automatic one has no password that anybody chose.
    assert "la de un usuario de ese día o el código de" in window.form.mensaje_label.text()
    window.form.contrasena_edit.setText(CLAVE)
    window.form.restaurar_button.click()
    qtbot.waitUntil(lambda: "1 registro patronal" in window.form.contenido_label.text())
    assert "1 usuario" in window.form.contenido_label.text()
    window.form.restaurar_button.click()
    qtbot.waitUntil(lambda: program.acceso_presenter.state.whole, timeout=10_000)
    assert program.shell.application is not None
    assert len(program.shell.application.registros_patronales.all(oficina.sesion)) == 1
    assert list(oficina.folder.root.glob("anterior-*/icsoe.db"))


def test_an_empty_machine_is_filled_from_a_backup_or_one_goes_back(
    tmp_path: Path, oficina: Oficina, qtbot: QtBot, qapp: QApplication
) -> None:
    folder = open_data_folder(str(tmp_path / "vacio"))
    instancia = Instancia(folder)
    assert instancia.claim()
    program = Program(folder, instancia, MemoryKeyring())
    program.start()
    qtbot.waitUntil(lambda: program.acceso_presenter.state.whole)

    press(program.acceso, "Restaurar un respaldo…")
    (window,) = program.acceso.findChildren(RestaurarWindow)
    qtbot.waitUntil(lambda: "No se encontró ningún respaldo" in window.form.archivo_label.text())
    press(window, "Regresar")
    assert program.acceso.isVisible()

    press(program.acceso, "Restaurar un respaldo…")
    window = program.acceso.findChildren(RestaurarWindow)[-1]
    qtbot.waitUntil(window.form.carpeta_button.isEnabled)
    window.presenter.look_in(oficina.folder.backups)
    qtbot.waitUntil(lambda: "«nuevo" in window.form.archivo_label.text())
    window.form.contrasena_edit.setText(CLAVE)
    press(window, "Revisar")
    qtbot.waitUntil(lambda: "1 registro patronal" in window.form.contenido_label.text())
    window.form.contrasena_edit.setText("otra")
    assert not window.form.contenido_label.text(), "another password opens something else"
    window.form.contrasena_edit.setText(CLAVE)
    press(window, "Revisar")
    qtbot.waitUntil(lambda: "1 registro patronal" in window.form.contenido_label.text())
    press(window, "Restaurar")
    qtbot.waitUntil(lambda: program.following == folder)
    program.end()
    close_logs(folder.logs)
    assert folder.store.exists()
