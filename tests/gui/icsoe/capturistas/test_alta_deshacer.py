"""Taking somebody away again who was just added."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.icsoe.capturistas.alta import AltaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import (
    NOMBRE,
    PERSONA,
    Box,
    Key,
    alta_page,
    fill,
    kept,
    said,
    validate,
)


@pytest.fixture
def page(qtbot: QtBot, icsoe: IcsoeWindow, message_box: Box) -> AltaPage:
    """The page, with PERSONA just added."""
    page = alta_page(qtbot, icsoe)
    validate(qtbot, page)
    fill(page)
    press(page, "Guardar")
    press(message_box(), "Aceptar")
    return page


def test_somebody_just_added_is_taken_away_again(
    qtbot: QtBot, page: AltaPage, application: Application, contratista: Sesion, message_box: Box
) -> None:
    table = page.form.agregados_table
    assert table.isVisible()
    model = table.model()
    titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    assert titles == ["Id", "Rol asignado", "Nombre", "CURP", "Eliminar"]
    cells = [model.index(0, at).data() for at in range(5)]
    assert cells == ["1", "Capturista", NOMBRE, PERSONA.curp, "Eliminar"]
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == NOMBRE
    table.setCurrentIndex(model.index(0, 4))
    QTest.keyClick(table, Key.Key_Space)
    box = message_box()
    assert NOMBRE in box.text()
    # Enter keeps.
    QTest.keyClick(box, Key.Key_Return)
    qtbot.waitUntil(lambda: not box.isVisible())
    assert len(kept(application, contratista)) == 1
    QTest.keyClick(table, Key.Key_Space)
    press(message_box(), "Eliminar")
    qtbot.waitUntil(lambda: not page.form.agregados_panel.isVisible())
    assert kept(application, contratista) == ()
    assert said(page.form.mensaje_label) == f"Se eliminó el alta de {NOMBRE}."


def test_an_alta_that_changed_elsewhere_is_taken_away_only_on_insisting(
    qtbot: QtBot, page: AltaPage, application: Application, contratista: Sesion, message_box: Box
) -> None:
    [fila] = kept(application, contratista)
    nuevo = replace(PERSONA, telefono="5599887766")
    application.capturistas.update(contratista, fila.id, nuevo)
    table = page.form.agregados_table
    table.setCurrentIndex(table.model().index(0, 4))
    QTest.keyClick(table, Key.Key_Space)
    press(message_box(), "Eliminar")
    box = message_box()
    assert "desde que lo registró: Teléfono. No se eliminó nada" in box.text()
    press(box, "Aceptar")
    assert len(kept(application, contratista)) == 1
    table.setCurrentIndex(table.model().index(0, 4))
    QTest.keyClick(table, Key.Key_Space)
    press(message_box(), "Eliminar")
    qtbot.waitUntil(lambda: not page.form.agregados_panel.isVisible())
    assert kept(application, contratista) == ()
