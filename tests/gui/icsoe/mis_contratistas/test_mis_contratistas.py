"""The board over all RFC: another one is added with its e.firma, and taken off again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.icsoe.efirma.window import EfirmaWindow
from icsoe_desktop.gui.icsoe.mis_contratistas.page import MisContratistasPage
from tests.gateways.certificados.generador import efirma_fisica
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.comun import RFC_FISICA, Entered, Windows
from tests.services.archivos_prueba import CLAVE, Archivos
from tests.support.reposo import settle


@pytest.fixture
def paso() -> PasoContratista:
    return PasoContratista.COMPLETO


def test_another_rfc_is_added_with_its_efirma_and_taken_off(
    entered: Entered,
    windows: Windows,
    enter: Callable[[str], Sesion],
    sesion_moral: Sesion,
    archivos: Archivos,
) -> None:
    other = enter("fisica")
    icsoe = entered(sesion_moral)
    icsoe.show_page("mis_contratistas")
    page = icsoe.page
    assert isinstance(page, MisContratistasPage)
    table = page.form.contratistas_table
    settle(lambda: table.model().rowCount() == 1)
    table.selectRow(0)
    assert not page.form.quitar_button.isEnabled()
    page.form.agregar_button.click()
    efirma = windows.wait(EfirmaWindow)
    assert efirma.form.ingresar_button.text() == "&Agregar"
    cer, key = archivos.efirma(efirma_fisica(), "otra")
    fields = efirma.fields.form
    fields.rfc_edit.setText(RFC_FISICA)
    fields.archivo_edit.setText(str(cer))
    fields.llave_edit.setText(str(key))
    fields.contrasena_edit.setText(CLAVE)
    press(efirma, "Validar")
    settle(efirma.form.ingresar_button.isEnabled)
    press(efirma, "Agregar")
    settle(lambda: table.model().rowCount() == 2)
    assert page.form.mensaje_label.text().startswith(f"Se agregó {other.nombre}.")
    table.selectRow(next(at for at in (0, 1) if page.table.model.row(at).rfc == RFC_FISICA))
    page.form.quitar_button.click()
    press(shown_box(), "Quitar")
    settle(lambda: table.model().rowCount() == 1)
    table.selectRow(0)
    table.activated.emit(table.model().index(0, 0))
    settle(lambda: icsoe.page is not page)
