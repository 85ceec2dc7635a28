"""Taking somebody away again who was just added."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.icsoe.capturistas.alta import AltaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    NOMBRE,
    PERSONA,
    Key,
    alta_page,
    fill,
    kept,
    said,
    validate,
)
from tests.gui.icsoe.comun import gone
from tests.support.reposo import settle


@pytest.fixture
def page(icsoe: IcsoeWindow) -> AltaPage:
    """The page, with PERSONA just added."""
    page = alta_page(icsoe)
    validate(page)
    fill(page)
    press(page, "Guardar")
    press(shown_box(), "Aceptar")
    return page


def test_somebody_just_added_is_taken_away_again(
    page: AltaPage, application: Application, contratista: Sesion
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
    box = shown_box()
    assert NOMBRE in box.text()
    # Enter keeps.
    QTest.keyClick(box, Key.Key_Return)
    settle(lambda: gone(box))
    assert len(kept(application, contratista)) == 1
    QTest.keyClick(table, Key.Key_Space)
    press(shown_box(), "Eliminar")
    settle(lambda: not page.form.agregados_panel.isVisible())
    assert kept(application, contratista) == ()
    assert said(page.form.mensaje_label) == f"Se eliminó el alta de {NOMBRE}."


def test_an_alta_that_changed_elsewhere_is_taken_away_only_on_insisting(
    page: AltaPage, application: Application, contratista: Sesion
) -> None:
    [fila] = kept(application, contratista)
    nuevo = replace(PERSONA, telefono="5599887766")
    application.capturistas.update(contratista, fila.id, nuevo)
    table = page.form.agregados_table
    table.setCurrentIndex(table.model().index(0, 4))
    QTest.keyClick(table, Key.Key_Space)
    press(shown_box(), "Eliminar")
    box = shown_box()
    assert "desde que lo registró: Teléfono. No se eliminó nada" in box.text()
    press(box, "Aceptar")
    assert len(kept(application, contratista)) == 1
    table.setCurrentIndex(table.model().index(0, 4))
    QTest.keyClick(table, Key.Key_Space)
    press(shown_box(), "Eliminar")
    settle(lambda: not page.form.agregados_panel.isVisible())
    assert kept(application, contratista) == ()
