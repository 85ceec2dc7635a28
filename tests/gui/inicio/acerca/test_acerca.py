"""Acerca: a newer version is looked for only where an administrator said whom to ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.actualizacion import Instalacion
from icsoe_desktop.gateways.actualizaciones import DAMAGED, NOT_TRUSTED, ActualizacionesGateway
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.inicio.acerca import window as acerca
from icsoe_desktop.gui.inicio.acerca.window import BY_OTHERS, AcercaWindow
from icsoe_desktop.gui.kit.dialogs import TextoDialog
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from icsoe_desktop.version import Build
from tests.gateways.test_actualizaciones import (
    INSTALLER,
    OTHER_KEY,
    Descargas,
    Started,
    certificado,
    descargas,
    started,
)
from tests.gui.conftest import press
from tests.support.servicios import with_services
from tests.support.smtp_real import Certificado

__all__ = ["certificado", "descargas", "started"]


@pytest.fixture
def instalacion() -> Instalacion:
    return Instalacion.USUARIO


@pytest.fixture
def asking(
    context: Context,
    descargas: Descargas,
    certificado: Certificado,
    instalacion: Instalacion,
    started: Started,
    qtbot: QtBot,
) -> AcercaWindow:
    service = ActualizacionesService(
        ActualizacionesGateway(certificado.trusting),
        descargas.fuente,
        context.folder.updates,
        "1.0.0",
        instalacion,
        lambda path, options: started.append((path, list(options))),
    )
    application = with_services(context.application, actualizaciones=service)
    window = AcercaWindow(dataclasses.replace(context, application=application), None)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def window(context: Context, qtbot: QtBot) -> AcercaWindow:
    window = AcercaWindow(context, None)
    qtbot.addWidget(window)
    window.show()
    return window


def test_without_an_administrators_word_nothing_is_asked(window: AcercaWindow) -> None:
    assert not window.form.actualizar_button.isVisible()
    assert not window.form.actualizacion_label.isVisible()


def test_a_newer_version_is_offered_and_then_installed(
    asking: AcercaWindow, descargas: Descargas, context: Context, started: Started, qtbot: QtBot
) -> None:
    descargas.announce("1.0.1")
    button, label = asking.form.actualizar_button, asking.form.actualizacion_label
    button.click()
    qtbot.waitUntil(lambda: label.text() == "Hay una versión nueva: 1.0.1. Más rápida.")
    assert button.text() == "&Descargar e instalar"
    button.click()
    qtbot.waitUntil(lambda: label.text().startswith("Se abrió el instalador"))
    path = context.folder.updates / "ICSOE-Desktop-1.0.1.exe"
    assert str(path) in label.text()
    assert path.read_bytes() == INSTALLER
    assert started == [(path, [])]


@pytest.mark.parametrize("instalacion", [Instalacion.PAQUETE])
def test_a_program_that_came_in_a_package_is_told_of_it_and_downloads_nothing(
    asking: AcercaWindow, descargas: Descargas, context: Context, started: Started, qtbot: QtBot
) -> None:
    descargas.announce("1.0.1")
    button, label = asking.form.actualizar_button, asking.form.actualizacion_label
    for _ in range(2):
        button.click()
        qtbot.waitUntil(lambda: label.text().startswith("Hay una versión nueva: 1.0.1."))
        assert BY_OTHERS in label.text()
        assert button.text() == "&Buscar una versión nueva"
    assert "/setup.exe" not in descargas.asked
    assert not context.folder.updates.exists()
    assert started == []


@pytest.mark.parametrize("instalacion", [Instalacion.EQUIPO])
def test_an_installer_other_than_the_announced_is_told_and_not_opened(
    asking: AcercaWindow,
    descargas: Descargas,
    started: Started,
    qtbot: QtBot,
    message_box: Callable[[], QMessageBox],
) -> None:
    descargas.announce("1.0.1")
    button, label = asking.form.actualizar_button, asking.form.actualizacion_label
    button.click()
    qtbot.waitUntil(lambda: bool(label.text()) and button.isEnabled())
    descargas.files["/setup.exe"] = INSTALLER + b"!"
    button.click()
    box = message_box()
    assert box.text() == DAMAGED
    assert started == []
    press(box, "Aceptar")
    assert button.text() == "&Descargar e instalar"


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
    assert asking.found is None
    press(box, "Aceptar")


def test_each_licence_opens_as_plain_text(window: AcercaWindow, qtbot: QtBot) -> None:
    names = window.form.licencias_list
    qtbot.waitUntil(lambda: names.count() > 10)
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


def test_the_version_is_that_of_the_build_and_a_portable_program_says_so(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = Build("1a2b3c4d5e" * 4, date(2026, 11, 22))
    monkeypatch.setattr(acerca, "build_of", lambda: build)
    for folder in (None, context.folder.root):
        monkeypatch.setattr(acerca, "portable_folder", lambda folder=folder: folder)
        window = AcercaWindow(context, None)
        qtbot.addWidget(window)
        version, _, rest = window.form.version_label.text().partition(". Portátil")
        assert version.endswith("(1a2b3c4d, 22/11/2026)")
        assert bool(rest) is (folder is not None)
