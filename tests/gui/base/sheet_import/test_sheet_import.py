"""Import of a sheet: what stops it. The registros patronales stand for every kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.registros_patronales.importacion_window import (
    ImportacionRegistrosDialog,
)
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press
from tests.gui.idse.registros_patronales.comun import NOMBRE, Box, Key, kept, preview, said
from tests.services.certificados.catalogo import RFC, A, C, sheet


@pytest.mark.parametrize(
    ("row", "advice"),
    [
        ((A, NOMBRE, RFC), "No hay nada que importar: el catálogo ya tiene estos datos."),
        ((C, "", ""), "Ningún renglón se puede importar. Corrija el archivo y vuelva a elegirlo."),
    ],
)
def test_a_file_with_nothing_to_import_says_so(
    qtbot: QtBot,
    filled: RegistrosPatronalesWindow,
    tmp_path: Path,
    row: tuple[str, str, str],
    advice: str,
) -> None:
    form = preview(qtbot, filled, sheet(tmp_path, row)).form
    assert said(form.aviso_label) == advice
    assert not form.importar_button.isEnabled()
    assert not form.solo_correctos_check.isVisible()


def test_a_cancelled_import_leaves_the_catalogue_as_it_was(
    qtbot: QtBot,
    window: RegistrosPatronalesWindow,
    application: Application,
    sesion: Sesion,
    tmp_path: Path,
) -> None:
    many = [(f"A{number:09}", f"Empresa {number}", RFC) for number in range(500)]
    dialog = preview(qtbot, window, sheet(tmp_path, *many))
    press(dialog, "Importar 500 renglones")
    assert dialog.form.avance_panel.isVisible()
    press(dialog, "Cancelar")
    assert "Cancelando" in said(dialog.form.avance_label)
    qtbot.waitUntil(lambda: window.findChild(ImportacionRegistrosDialog) is None)
    assert kept(application, sesion) == []
    assert said(window.form.mensaje_label) == ""
    assert window.form.vacia_page.isVisible()


def test_reading_can_be_cancelled_with_esc(
    qtbot: QtBot, window: RegistrosPatronalesWindow, tmp_path: Path
) -> None:
    window.import_file(sheet(tmp_path, (A, NOMBRE, RFC)))
    dialog = window.findChild(ImportacionRegistrosDialog)
    assert isinstance(dialog, ImportacionRegistrosDialog)
    QTest.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(ImportacionRegistrosDialog) is None)
    assert window.isVisible()


def test_a_file_that_is_no_sheet_is_refused_with_what_to_do(
    qtbot: QtBot, window: RegistrosPatronalesWindow, message_box: Box, tmp_path: Path
) -> None:
    path = tmp_path / "registros.xlsx"
    path.write_bytes(b"%PDF-1.4\n")
    window.import_file(path)
    assert "no es un libro de Excel" in message_box().text()
    press(message_box(), "Aceptar")
    qtbot.waitUntil(lambda: window.findChild(ImportacionRegistrosDialog) is None)
    assert window.isVisible()
