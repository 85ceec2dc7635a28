"""A start on damaged data leads to the newest good backup, and on to the entrance."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.oficina.respaldo.restaurar import RestaurarWindow
from icsoe_desktop.logs import close_logs
from icsoe_desktop.paths import open_data_folder
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import press
from tests.services.respaldo.con_respaldo import CLAVE, Oficina


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
    window.form.contrasena_edit.setText("otra contraseña")
    window.form.restaurar_button.click()
    qtbot.waitUntil(lambda: "no abre este respaldo" in window.form.mensaje_label.text())
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
    press(window, "Restaurar")
    qtbot.waitUntil(lambda: program.following == folder)
    program.end()
    close_logs(folder.logs)
    assert folder.store.exists()
