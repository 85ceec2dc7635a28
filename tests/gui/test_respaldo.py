"""Respaldo y restauración: making one, seeing it in the list, setting the clock."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.respaldo.window import DIFFERS, RespaldoWindow
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.services.respaldo import PASSWORD_MISSING, Programa

CLAVE = "Tres.Tristes.Tigres"


def test_a_backup_is_made_listed_and_scheduled(
    context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    window = context.shell.open("respaldo", context.sesion)
    assert isinstance(window, RespaldoWindow)
    qtbot.addWidget(window)
    form = window.form
    qtbot.waitUntil(form.vacio_label.isVisible)
    form.cada_combo.setCurrentText("Día")
    form.guardar_button.click()
    qtbot.waitUntil(lambda: form.contrasena_error.text() == PASSWORD_MISSING)
    form.contrasena_edit.setText(CLAVE)
    form.guardar_button.click()
    assert form.contrasena_error.text() == DIFFERS
    form.confirmar_edit.setText(CLAVE)
    form.guardar_button.click()
    qtbot.waitUntil(lambda: "programación" in form.mensaje_label.text())
    service, sesion = context.application.respaldo, context.require_sesion()
    assert service.programa(sesion) == Programa(24, 7, None, True)
    (tmp_path / "respaldos").mkdir(exist_ok=True)
    window.back_up(tmp_path / "respaldos" / "mio.icsoe-respaldo", CLAVE)
    qtbot.waitUntil(lambda: window.table.model.rowCount() == 1, timeout=10_000)
    assert not form.vacio_label.isVisible()
