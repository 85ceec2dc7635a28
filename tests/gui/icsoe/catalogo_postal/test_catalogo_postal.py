"""Catálogo postal: preview, progress, cancel."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.catalogo_postal.window import (
    ALREADY,
    CANCELLED,
    NO_CATALOGUE,
    CatalogoPostalWindow,
)
from icsoe_desktop.services.application import Application
from tests.gateways.sepomex import postales
from tests.gui.conftest import drop, press, shown_box, usuario_nuevo
from tests.gui.icsoe.comun import Key, Windows
from tests.support.reposo import settle


@pytest.fixture
def usuario(application: Application) -> Sesion:
    return application.usuarios.register(None, usuario_nuevo()).sesion


@pytest.fixture
def window(shell: Shell, usuario: Sesion, windows: Windows) -> CatalogoPostalWindow:
    window = shell.open("catalogo_postal", usuario)
    assert isinstance(window, CatalogoPostalWindow)
    settle()
    return window


def thousands(folder: Path) -> Path:
    rows = (("01010", f"Colonia {at}", *postales.ROWS[0][2:]) for at in range(30_000))
    return postales.txt(folder / "CPdescarga.txt", tuple(rows))


def test_a_dropped_file_is_shown_imported_and_known_the_second_time(
    window: CatalogoPostalWindow, tmp_path: Path
) -> None:
    form = window.form
    assert form.vigente_label.text() == NO_CATALOGUE
    assert not form.importar_button.isEnabled()
    path = postales.txt(tmp_path / "CPdescarga.txt")
    drop(window, path)
    settle(form.importar_button.isEnabled)
    press(window, "Importar")
    settle(lambda: form.vigente_label.text().startswith("En uso: CPdescarga.txt"))
    assert "3 renglones" in form.vigente_label.text()
    window.choose(path)
    settle(lambda: form.mensaje_label.text() == ALREADY)
    assert not form.importar_button.isEnabled()


def test_a_cancelled_import_changes_nothing(
    window: CatalogoPostalWindow, application: Application, usuario: Sesion, tmp_path: Path
) -> None:
    window.choose(thousands(tmp_path))
    settle(window.form.importar_button.isEnabled)
    press(window, "Importar")
    assert window.form.avance_panel.isVisible()
    press(window, "Cancelar")
    settle(lambda: window.form.mensaje_label.text() == CANCELLED)
    assert application.codigos_postales.current(usuario) is None
    assert window.isVisible()


def test_esc_stops_the_reading_first_and_leaves_then(
    window: CatalogoPostalWindow, windows: Windows, tmp_path: Path
) -> None:
    window.choose(thousands(tmp_path))
    QTest.keyClick(window, Key.Key_Escape)
    settle(lambda: window.form.mensaje_label.text() == CANCELLED)
    QTest.keyClick(window, Key.Key_Escape)
    windows.none(CatalogoPostalWindow)


def test_another_file_is_refused_with_what_to_do(
    window: CatalogoPostalWindow, tmp_path: Path
) -> None:
    path = tmp_path / "otro.txt"
    path.write_text("esto no es el catálogo\n", encoding="utf-8")
    window.choose(path)
    text = shown_box().text()
    assert text.endswith(".")
    assert "No se importó nada" in text
    press(shown_box(), "Aceptar")
    assert window.isVisible()
    assert not window.form.importar_button.isEnabled()
