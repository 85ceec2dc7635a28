"""Domicilio social with the postal catalogue: what it offers, fills in and lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.gui.icsoe.catalogo_postal.window import CatalogoPostalWindow
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press
from tests.gui.icsoe.comun import Windows
from tests.gui.icsoe.contratista.con_domicilio import ROWS, catalogue, kept, locate
from tests.gui.idse.registros_patronales.comun import cells
from tests.support.reposo import settle

EXPECTED = Domicilio(
    codigo_postal="01000",
    colonia="Barrio Imaginario",
    calle="Norte",
    numero_exterior="12",
    numero_interior="",
    entre_calles="",
    municipio="Álvaro Obregón",
    estado="Ciudad de México",
    fuera_de_catalogo=False,
    catalogo="CPdescarga.txt",
)


@pytest.fixture
def paso() -> PasoContratista:
    return PasoContratista.DOMICILIO


@pytest.fixture
def with_catalogue(application: Application, sesion_moral: Sesion, tmp_path: Path) -> None:
    service = application.codigos_postales
    vista = service.preview_import(sesion_moral, catalogue(tmp_path, *ROWS), NoProgress())
    service.apply_import(sesion_moral, vista, NoProgress())


@pytest.mark.usefixtures("with_catalogue")
def test_a_code_that_is_dictated_offers_its_colonias_too(domicilio: DomicilioTab) -> None:
    form = domicilio.form
    form.no_radio.click()
    form.codigo_postal_edit.setText("76000")
    settle()
    assert form.colonia_combo.itemText(0) == "Única (Colonia)"
    form.colonia_combo.setEditText("Única")
    press(domicilio, "Ubicar")
    press(domicilio, "Ubicar")
    assert form.calle_error.text() != ""
    form.calle_edit.setText("Norte")
    assert form.calle_error.text() == ""


@pytest.mark.usefixtures("with_catalogue")
def test_the_catalogue_offers_the_colonias_and_fills_in_municipio_and_estado(
    page: ContratistaPage, domicilio: DomicilioTab, application: Application, sesion_moral: Sesion
) -> None:
    form = domicilio.form
    assert not form.si_radio.isChecked()
    assert not form.no_radio.isChecked()
    form.no_radio.click()
    QTest.keyClicks(form.codigo_postal_edit, "01000")
    settle(lambda: form.colonia_combo.count() == 2)
    offered = [form.colonia_combo.itemText(at) for at in range(2)]
    assert offered == ["Barrio Imaginario (Barrio)", "Bosque Inventado (Colonia)"]
    assert form.colonia_combo.currentText() == "", "nobody is given a colonia by chance"
    form.colonia_combo.setCurrentIndex(0)
    press(domicilio, "Ubicar")
    assert form.ubicacion_label.text() == "Col. Barrio Imaginario, C. P. 01000"
    assert form.municipio_edit.text() == "Álvaro Obregón"
    assert form.estado_edit.text() == "Ciudad de México"
    form.calle_edit.setText("Norte")
    form.numero_exterior_edit.setText("12")
    press(domicilio, "Ubicar")
    assert form.resumen_value.text() == (
        "Norte 12\nCol. Barrio Imaginario, C. P. 01000\nÁlvaro Obregón, Ciudad de México"
    )
    assert not form.fuera_label.isVisible()
    assert kept(application, sesion_moral) == (None, None), "nothing is kept before Aceptar"
    press(domicilio, "Aceptar")
    settle(lambda: page.tabs.currentIndex() == 2)
    assert kept(application, sesion_moral) == (False, EXPECTED)


@pytest.mark.usefixtures("with_catalogue")
def test_the_only_colonia_of_a_code_is_filled_in(domicilio: DomicilioTab) -> None:
    domicilio.form.no_radio.click()
    QTest.keyClicks(domicilio.form.codigo_postal_edit, "76000")
    settle(lambda: domicilio.form.colonia_combo.currentText() == "Única (Colonia)")


@pytest.mark.usefixtures("with_catalogue")
def test_a_code_that_the_catalogue_lacks_does_not_block(domicilio: DomicilioTab) -> None:
    locate(domicilio, "99999", "")
    form = domicilio.form
    assert form.colonia_hint.text().startswith("El catálogo no tiene este código postal.")
    form.colonia_combo.setEditText("Nueva")
    press(domicilio, "Ubicar")
    assert form.componentes_page.isVisible()


@pytest.mark.usefixtures("with_catalogue")
def test_going_back_keeps_what_was_typed(domicilio: DomicilioTab) -> None:
    locate(domicilio, "01000", "Barrio Imaginario (Barrio)")
    form = domicilio.form
    form.calle_edit.setText("Norte")
    press(domicilio, "Regresar")
    settle()
    assert form.codigo_postal_edit.text() == "01000"
    assert form.colonia_combo.currentText() == "Barrio Imaginario"
    press(domicilio, "Ubicar")
    assert form.calle_edit.text() == "Norte"


def test_the_catalogue_is_imported_from_where_it_is_missed(
    domicilio: DomicilioTab, windows: Windows, tmp_path: Path
) -> None:
    domicilio.form.no_radio.click()
    QTest.keyClicks(domicilio.form.codigo_postal_edit, "01000")
    settle()
    assert domicilio.form.catalogo_label.text().startswith("Aún no hay catálogo postal")
    press(domicilio, "Importar el catálogo postal…")
    dialog = windows.wait(CatalogoPostalWindow)
    dialog._presenter.choose(catalogue(tmp_path, *ROWS, "0|Mala|Colonia|X|Y|Z|||||||||"))
    settle(lambda: dialog.form.importar_button.isEnabled())
    assert dialog.form.resumen_label.text().startswith("3 renglones; 1 con problemas")
    assert [row[1] for row in cells(dialog.form.muestra_table)] == [
        "Bosque Inventado",
        "Barrio Imaginario",
        "Única",
    ]
    assert [row[0] for row in cells(dialog.form.problemas_table)] == ["6"]
    press(dialog, "Importar")
    settle(lambda: "Se importó" in dialog.form.mensaje_label.text())
    press(dialog, "Cerrar")
    settle(lambda: domicilio.form.colonia_combo.count() == 2)
    assert "3 renglones" in domicilio.form.catalogo_label.text()
