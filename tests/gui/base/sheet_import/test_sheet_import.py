"""Import of a sheet: what stops it. The registros patronales stand for every kind."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.registros_patronales.importacion import (
    ImportacionRegistrosDialog,
)
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.jobs import Cancelled, Progress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from tests.gui.conftest import press
from tests.gui.idse.comun import Box, Key, said
from tests.gui.idse.registros_patronales.comun import NOMBRE, kept, preview
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
    form = preview(filled, sheet(tmp_path, row)).form
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
    dialog = preview(window, sheet(tmp_path, *many))
    press(dialog, "Importar 500 renglones")
    assert dialog.form.avance_panel.isVisible()
    press(dialog, "Cancelar")
    assert "Cancelando" in said(dialog.form.avance_label)
    qtbot.waitUntil(lambda: window.findChild(ImportacionRegistrosDialog) is None)
    assert kept(application, sesion) == []
    assert said(window.form.mensaje_label) == ""
    assert window.form.vacia_page.isVisible()


def test_esc_stops_the_reading_and_no_row_comes(
    qtbot: QtBot,
    window: RegistrosPatronalesWindow,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    began, stopped = threading.Event(), threading.Event()
    read = RegistrosPatronalesService.preview_import

    def slow(service: Any, sesion: Sesion, path: Path, progress: Progress, said: Any) -> Any:
        began.set()
        until = time.monotonic() + 30
        try:
            while time.monotonic() < until:
                progress.report(0)
        except Cancelled:
            stopped.set()
            raise
        return read(service, sesion, path, progress, said)

    monkeypatch.setattr(RegistrosPatronalesService, "preview_import", slow)
    window.import_file(sheet(tmp_path, (A, NOMBRE, RFC)))
    dialog = window.findChild(ImportacionRegistrosDialog)
    assert isinstance(dialog, ImportacionRegistrosDialog)
    states: list[Any] = []
    dialog._presenter.changed.connect(states.append)
    qtbot.waitUntil(began.is_set)
    QTest.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(ImportacionRegistrosDialog) is None)
    assert stopped.is_set()
    assert states
    assert all(state.vista is None for state in states)
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
