"""Acerca: a newer version is looked for only where an administrator said whom to ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.gateways.actualizaciones import NOT_TRUSTED, ActualizacionesGateway
from icsoe_desktop.gui.acerca import window as acerca
from icsoe_desktop.gui.acerca.window import AcercaWindow
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.text_window import TextoDialog
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from icsoe_desktop.version import Build
from tests.gateways.test_actualizaciones import (
    INSTALLER,
    OTHER_KEY,
    Descargas,
    certificado,
    descargas,
)
from tests.gui.conftest import press
from tests.support.smtp_real import Certificado

__all__ = ["certificado", "descargas"]


@pytest.fixture
def asking(
    context: Context, descargas: Descargas, certificado: Certificado, qtbot: QtBot
) -> AcercaWindow:
    service = ActualizacionesService(
        ActualizacionesGateway(certificado.trusting),
        descargas.fuente,
        context.folder.updates,
        "1.0.0",
    )
    application = dataclasses.replace(context.application, actualizaciones=service)
    window = AcercaWindow(dataclasses.replace(context, application=application), None)
    qtbot.addWidget(window)
    window.show()
    return window


def test_without_an_administrators_word_nothing_is_asked(context: Context, qtbot: QtBot) -> None:
    window = AcercaWindow(context, None)
    qtbot.addWidget(window)
    window.show()
    assert not window.form.actualizar_button.isVisible()
    assert not window.form.actualizacion_label.isVisible()


def test_a_newer_version_is_offered_and_then_downloaded(
    asking: AcercaWindow, descargas: Descargas, context: Context, qtbot: QtBot
) -> None:
    descargas.announce("1.0.1")
    button, label = asking.form.actualizar_button, asking.form.actualizacion_label
    button.click()
    qtbot.waitUntil(lambda: label.text() == "Hay una versión nueva: 1.0.1. Más rápida.")
    assert button.text() == "&Descargar e instalar"
    with qtbot.waitSignal(asking.presenter.downloaded) as told:
        button.click()
    (path,) = told.args
    assert path == context.folder.updates / "ICSOE-Desktop-1.0.1.exe"
    assert path.read_bytes() == INSTALLER


def test_the_newest_says_so(asking: AcercaWindow, descargas: Descargas, qtbot: QtBot) -> None:
    descargas.announce("1.0.0")
    asking.form.actualizar_button.click()
    label = asking.form.actualizacion_label
    qtbot.waitUntil(lambda: label.text() == "Tiene la versión más reciente.")
    assert asking.form.actualizar_button.isEnabled()


def test_what_is_not_signed_is_told_and_offered_to_nobody(
    asking: AcercaWindow,
    descargas: Descargas,
    qtbot: QtBot,
    message_box: Callable[[], QMessageBox],
) -> None:
    descargas.announce("1.0.1", OTHER_KEY)
    asking.form.actualizar_button.click()
    box = message_box()
    assert box.text() == NOT_TRUSTED
    assert asking.presenter.state.found is None
    press(box, "Aceptar")


def test_each_licence_opens_as_plain_text(context: Context, qtbot: QtBot) -> None:
    window = AcercaWindow(context, None)
    qtbot.addWidget(window)
    window.show()
    names = window.form.licencias_list
    (row,) = (
        row for row in range(names.count()) if names.item(row).text().startswith("sqlalchemy ")
    )
    names.setCurrentRow(row)
    window.form.licencia_button.click()
    qtbot.waitUntil(lambda: window.findChild(TextoDialog) is not None)
    dialog = window.findChild(TextoDialog)
    assert dialog is not None
    assert dialog.windowTitle() == "Licencia de sqlalchemy"
    assert "Permission is hereby granted" in dialog.form.texto_browser.toPlainText()
    dialog.accept()


def test_the_version_is_that_of_the_build(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = Build("1a2b3c4d5e" * 4, date(2026, 11, 22))
    monkeypatch.setattr(acerca, "build_of", lambda: build)
    window = AcercaWindow(context, None)
    qtbot.addWidget(window)
    assert window.form.version_label.text().endswith("(1a2b3c4d, 22/11/2026)")
