"""Catálogo postal: preview, progress, cancel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.catalogo_postal.presenter import ALREADY, CANCELLED, NO_CATALOGUE
from icsoe_desktop.gui.icsoe.catalogo_postal.window import CatalogoPostalWindow
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press, usuario_nuevo
from tests.gui.icsoe.comun import Idle, Key, Windows, drop_files
from tests.gui.icsoe.contratista.con_domicilio import ROWS, catalogue

Box = Callable[[], QMessageBox]


@pytest.fixture
def usuario(application: Application) -> Sesion:
    return application.usuarios.register(None, usuario_nuevo()).sesion


@pytest.fixture
def window(shell: Shell, usuario: Sesion, windows: Windows, idle: Idle) -> CatalogoPostalWindow:
    window = shell.open("catalogo_postal", usuario)
    assert isinstance(window, CatalogoPostalWindow)
    idle()
    return window


def test_a_dropped_file_is_shown_imported_and_known_the_second_time(
    qtbot: QtBot, window: CatalogoPostalWindow, tmp_path: Path
) -> None:
    form = window.form
    assert form.vigente_label.text() == NO_CATALOGUE
    assert not form.importar_button.isEnabled()
    path = catalogue(tmp_path, *ROWS)
    drop_files(window, path)
    qtbot.waitUntil(form.importar_button.isEnabled)
    press(window, "Importar")
    qtbot.waitUntil(lambda: form.vigente_label.text().startswith("En uso: CPdescarga.txt"))
    assert "3 renglones" in form.vigente_label.text()
    window._presenter.choose(path)
    qtbot.waitUntil(lambda: form.mensaje_label.text() == ALREADY)
    assert not form.importar_button.isEnabled()


def test_a_cancelled_import_changes_nothing(
    qtbot: QtBot,
    window: CatalogoPostalWindow,
    application: Application,
    usuario: Sesion,
    tmp_path: Path,
) -> None:
    many = [ROWS[0].replace("01000", f"{code:05}", 1) for code in range(1000, 31_000)]
    window._presenter.choose(catalogue(tmp_path, *many))
    qtbot.waitUntil(window.form.importar_button.isEnabled)
    press(window, "Importar")
    assert window.form.avance_panel.isVisible()
    press(window, "Cancelar")
    qtbot.waitUntil(lambda: window.form.mensaje_label.text() == CANCELLED)
    assert application.codigos_postales.current(usuario) is None
    assert window.isVisible()


def test_esc_stops_the_reading_first_and_leaves_then(
    qtbot: QtBot, window: CatalogoPostalWindow, windows: Windows, tmp_path: Path
) -> None:
    many = [ROWS[0].replace("01000", f"{code:05}", 1) for code in range(1000, 31_000)]
    window._presenter.choose(catalogue(tmp_path, *many))
    QTest.keyClick(window, Key.Key_Escape)
    qtbot.waitUntil(lambda: window.form.mensaje_label.text() == CANCELLED)
    QTest.keyClick(window, Key.Key_Escape)
    windows.none(CatalogoPostalWindow)


def test_another_file_is_refused_with_what_to_do(
    qtbot: QtBot, window: CatalogoPostalWindow, tmp_path: Path, message_box: Box
) -> None:
    path = tmp_path / "otro.txt"
    path.write_text("esto no es el catálogo\n", encoding="utf-8")
    window._presenter.choose(path)
    text = message_box().text()
    assert text.endswith(".")
    assert "No se importó nada" in text
    press(message_box(), "Aceptar")
    assert window.isVisible()
    assert not window.form.importar_button.isEnabled()
