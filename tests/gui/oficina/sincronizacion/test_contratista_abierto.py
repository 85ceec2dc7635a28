"""The contratista's own data, open while somebody else changed the same."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.icsoe.contratista import DatosGenerales, PasoContratista
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.icsoe.contratista.generales import GeneralesTab
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import write
from tests.gui.icsoe.comun import domicilio_of, generales_of
from tests.gui.oficina.sincronizacion.llegadas import Oficina
from tests.services.mundo import direccion


@pytest.fixture
def contratista(qtbot: QtBot, oficina: Oficina) -> ContratistaPage:
    return oficina.page(oficina.open_icsoe(qtbot), "contratista", ContratistaPage)


@pytest.fixture
def generales(contratista: ContratistaPage) -> GeneralesTab:
    return generales_of(contratista)


def save_generales(oficina: Oficina, correo: str, celular: str, fijo: str = "") -> None:
    oficina.work(
        lambda app: app.contratistas.save_generales(
            oficina.contratista, correo=correo, celular=celular, telefono_fijo=fijo
        )
    )
    oficina.arrive()


def kept_generales(oficina: Oficina) -> DatosGenerales | None:
    return oficina.uno.application.contratistas.informacion(oficina.contratista).generales


def test_general_data_that_nobody_is_changing_show_what_came(
    qtbot: QtBot, oficina: Oficina, generales: GeneralesTab
) -> None:
    form = generales.form
    form.celular_edit.setFocus()
    form.celular_edit.setCursorPosition(2)
    save_generales(oficina, "otra@ejemplo.mx", "5511223344")
    qtbot.waitUntil(lambda: form.correo_edit.text() == "otra@ejemplo.mx")
    assert form.celular_edit.cursorPosition() == 2
    assert not generales.unsaved


def test_general_data_that_are_being_changed_stay_and_keep_the_others_field(
    qtbot: QtBot, oficina: Oficina, generales: GeneralesTab
) -> None:
    form = generales.form
    write(form.correo_edit, "mia@ejemplo.mx")
    save_generales(oficina, "contratista@ejemplo.mx", "3300000001", "3300000002")
    oficina.settle(qtbot)
    assert form.correo_edit.text() == "mia@ejemplo.mx"
    press(generales, "Guardar")
    qtbot.waitUntil(lambda: form.telefono_fijo_edit.text() == "33 0000 0002")
    assert form.celular_edit.text() == "33 0000 0001"
    expected = DatosGenerales(
        correo="mia@ejemplo.mx", celular="3300000001", telefono_fijo="3300000002"
    )
    assert kept_generales(oficina) == expected


def test_giving_up_general_data_shows_what_came_meanwhile(
    qtbot: QtBot, oficina: Oficina, contratista: ContratistaPage, generales: GeneralesTab
) -> None:
    form = generales.form
    write(form.correo_edit, "mia@ejemplo.mx")
    save_generales(oficina, "suya@ejemplo.mx", "3300000001")
    oficina.settle(qtbot)
    contratista.discard()
    assert (form.correo_edit.text(), form.celular_edit.text()) == (
        "suya@ejemplo.mx",
        "33 0000 0001",
    )
    assert not contratista.unsaved
    oficina.settle(qtbot)


def test_general_data_that_both_changed_are_told(
    qtbot: QtBot, oficina: Oficina, generales: GeneralesTab
) -> None:
    form = generales.form
    write(form.correo_edit, "mia@ejemplo.mx")
    save_generales(oficina, "suya@ejemplo.mx", "5511223344")
    press(generales, "Guardar")
    qtbot.waitUntil(form.correo_error.isVisible)
    assert "«suya@ejemplo.mx»" in form.correo_error.text()
    assert generales.unsaved
    press(generales, "Guardar")
    qtbot.waitUntil(lambda: not form.correo_error.isVisible())
    assert kept_generales(oficina) == DatosGenerales(correo="mia@ejemplo.mx", celular="5511223344")


def save_domicilio(oficina: Oficina, calle: str) -> None:
    address = direccion(calle=calle)
    oficina.work(lambda app: app.contratistas.save_domicilio(oficina.contratista, address))
    oficina.arrive()


def calle(oficina: Oficina) -> str:
    found = oficina.uno.application.contratistas.informacion(oficina.contratista).domicilio
    return found.calle if found is not None else ""


@pytest.fixture
def domicilio(qtbot: QtBot, oficina: Oficina, contratista: ContratistaPage) -> DomicilioTab:
    """An address that is typed and waits to be accepted, while another one came."""
    tab = domicilio_of(contratista)
    contratista.tabs.setCurrentWidget(tab)
    form, typed = tab.form, direccion(calle="Calle Propia")
    form.no_radio.click()
    form.codigo_postal_edit.setText(typed.codigo_postal)
    oficina.settle(qtbot)
    form.colonia_combo.setEditText(typed.colonia)
    press(tab, "Ubicar")
    for name in ("calle", "numero_exterior", "municipio", "estado"):
        getattr(form, f"{name}_edit").setText(getattr(typed, name))
    save_domicilio(oficina, "Calle Ajena")
    oficina.settle(qtbot)
    assert form.calle_edit.text() == "Calle Propia"
    press(tab, "Ubicar")
    press(tab, "Aceptar")
    qtbot.waitUntil(form.ajeno_panel.isVisible)
    return tab


def test_an_address_that_came_meanwhile_is_shown_and_mine_saved_on_insisting(
    qtbot: QtBot, oficina: Oficina, domicilio: DomicilioTab
) -> None:
    told: QLabel = domicilio.form.ajeno_label
    assert "Calle Ajena 12\nCol. Jardines de la Prueba, C. P. 01010" in told.text()
    assert "Elija Aceptar otra vez" in told.text()
    assert calle(oficina) == "Calle Ajena"
    assert domicilio.unsaved
    press(domicilio, "Aceptar")
    qtbot.waitUntil(lambda: not told.isVisible())
    assert calle(oficina) == "Calle Propia"
    oficina.settle(qtbot)


def test_an_address_that_came_meanwhile_can_be_left(
    qtbot: QtBot, oficina: Oficina, domicilio: DomicilioTab
) -> None:
    press(domicilio, "Dejar el que hay ahora")
    assert domicilio.form.resumen_value.text().startswith("Calle Ajena 12")
    assert not domicilio.form.ajeno_panel.isVisible()
    assert not domicilio.unsaved
    assert domicilio.form.modificar_button.hasFocus()
    assert calle(oficina) == "Calle Ajena"
    oficina.settle(qtbot)


def test_what_came_for_another_tab_takes_nobody_away_from_this_one(
    qtbot: QtBot, oficina: Oficina, contratista: ContratistaPage
) -> None:
    write(generales_of(contratista).form.correo_edit, "a medias")
    save_domicilio(oficina, "Calle Ajena")
    resumen = domicilio_of(contratista).form.resumen_value
    qtbot.waitUntil(lambda: resumen.text().startswith("Calle Ajena"))
    assert contratista.tabs.currentWidget() is contratista.tab_of[PasoContratista.DATOS_GENERALES]
    assert generales_of(contratista).form.correo_edit.text() == "a medias"
    contratista.discard()
