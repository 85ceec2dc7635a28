"""Forms that are open while somebody else changed the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.certificados.registro_patronal import RegistroPatronalCatalogado
from icsoe_desktop.domain.icsoe.capturista import AccionFila
from icsoe_desktop.domain.icsoe.contratista import DatosGenerales
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.capturistas.datos import ModificarDialog
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.icsoe.contratista.generales import GeneralesTab
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas import comun as capturistas
from tests.gui.icsoe.capturistas.comun import child, write
from tests.gui.icsoe.capturistas.test_acciones import press_in_row
from tests.gui.icsoe.comun import domicilio_of, generales_of
from tests.gui.idse.comun import said
from tests.gui.oficina.sincronizacion.comun import RAZON, RFC
from tests.gui.oficina.sincronizacion.llegadas import Oficina
from tests.services.mundo import direccion, nuevo

Box = Callable[[], QMessageBox]
NORTE, SUR = "Talleres del Norte", "Talleres del Sur"


# -- a capturista


@pytest.fixture
def modificar(qtbot: QtBot, oficina: Oficina) -> ModificarDialog:
    """«Modificar usuario» of Íñiga Xacón Núñez, 5512345678, at the desktop with the windows."""
    service = oficina.uno.application.capturistas
    service.register(oficina.contratista, nuevo())
    oficina.uno.sync()
    oficina.dos.sync()
    page = oficina.page(oficina.open_icsoe(qtbot), "consulta_capturistas", ConsultaPage)
    qtbot.waitUntil(lambda: page.table.model.rowCount() == 1)
    capturistas.settled(page)
    page.table.select(0)
    press_in_row(page, 0, AccionFila.EDITAR)
    return child(qtbot, page, ModificarDialog)


def change(oficina: Oficina, **cambios: str) -> None:
    """Somebody changes her at the other desktop, and the round comes while the form is open."""
    service, sesion = oficina.dos.application.capturistas, oficina.contratista
    (fila,) = oficina.dos.application.consulta_capturistas.rows(sesion, [1])
    oficina.work(lambda _app: service.update(sesion, fila.id, nuevo(**cambios)))
    oficina.arrive()


def contact(oficina: Oficina) -> tuple[str, str]:
    (fila,) = oficina.uno.application.consulta_capturistas.rows(oficina.contratista, [1])
    now = oficina.uno.application.capturistas.get(oficina.contratista, fila.id)
    return now.nombres, now.telefono


def test_what_was_typed_is_not_disturbed_and_the_others_field_is_kept(
    qtbot: QtBot, oficina: Oficina, modificar: ModificarDialog, message_box: Box
) -> None:
    form = modificar.datos.form
    write(form.telefono_edit, "33 1234")
    change(oficina, nombres="Íñiga María")
    oficina.settle(qtbot)
    assert (form.telefono_edit.text(), form.nombres_edit.text()) == ("33 1234", "Íñiga")
    assert modificar.focusWidget() is form.telefono_edit
    write(form.telefono_edit, "33 1234 5678")
    press(modificar, "Actualizar usuario")
    press(message_box(), "Aceptar")
    assert contact(oficina) == ("Íñiga María", "3312345678")
    oficina.settle(qtbot)


def test_what_both_changed_is_told_beside_the_field_and_saved_on_insisting(
    qtbot: QtBot, oficina: Oficina, modificar: ModificarDialog, message_box: Box
) -> None:
    form = modificar.datos.form
    write(form.telefono_edit, "3300000002")
    change(oficina, telefono="3300000001")
    press(modificar, "Actualizar usuario")
    qtbot.waitUntil(form.telefono_error.isVisible)
    assert "«3300000001»" in form.telefono_error.text()
    assert modificar.focusWidget() is form.telefono_edit
    assert contact(oficina) == ("Íñiga", "3300000001")
    # It stands while one writes, so that it can be copied from there.
    write(form.telefono_edit, "3300000003")
    assert "«3300000001»" in form.telefono_error.text()
    press(modificar, "Actualizar usuario")
    press(message_box(), "Aceptar")
    assert contact(oficina) == ("Íñiga", "3300000003")
    oficina.settle(qtbot)


# -- a registro patronal


@pytest.fixture
def registros(qtbot: QtBot, oficina: Oficina) -> RegistrosPatronalesWindow:
    """The catalogue with one registro, which is in the form."""
    oficina.uno.add_registro()
    oficina.uno.sync()
    oficina.dos.sync()
    window = oficina.uno.shell.open("registros_patronales", oficina.uno.sesion)
    assert isinstance(window, RegistrosPatronalesWindow)
    qtbot.waitUntil(lambda: window.table.model.rowCount() == 1)
    window.form.registros_table.selectRow(0)
    return window


def rename(oficina: Oficina, razon_social: str, rfc: str = RFC) -> None:
    oficina.work(lambda _app: oficina.dos.rename(razon_social, rfc))
    oficina.arrive()


def kept_registro(oficina: Oficina) -> RegistroPatronalCatalogado:
    (one,) = oficina.registros(oficina.uno)
    return one


def test_a_registro_that_is_being_changed_keeps_the_others_field(
    qtbot: QtBot, oficina: Oficina, registros: RegistrosPatronalesWindow
) -> None:
    form, otro = registros.form, "EKU9003173C9"
    write(form.razon_social_edit, SUR)
    rename(oficina, RAZON, otro)
    qtbot.waitUntil(lambda: registros.table.model.row(0).rfc == otro)
    assert (form.razon_social_edit.text(), form.rfc_edit.text()) == (SUR, RFC)
    assert registros.table.selected() is not None
    press(registros, "Guardar")
    qtbot.waitUntil(lambda: form.rfc_edit.text() == otro)
    kept = kept_registro(oficina)
    assert (kept.razon_social, kept.rfc) == (SUR, otro)
    oficina.settle(qtbot)


def test_a_registro_that_both_changed_is_told_and_saved_on_insisting(
    qtbot: QtBot, oficina: Oficina, registros: RegistrosPatronalesWindow
) -> None:
    form = registros.form
    write(form.razon_social_edit, SUR)
    rename(oficina, NORTE)
    press(registros, "Guardar")
    qtbot.waitUntil(form.razon_social_error.isVisible)
    assert f"«{NORTE}»" in said(form.razon_social_error)
    assert registros.focusWidget() is form.razon_social_edit
    assert kept_registro(oficina).razon_social == NORTE
    oficina.settle(qtbot)
    assert form.razon_social_edit.text() == SUR
    press(registros, "Guardar")
    qtbot.waitUntil(lambda: not form.razon_social_error.isVisible())
    assert kept_registro(oficina).razon_social == SUR
    oficina.settle(qtbot)


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


def save_domicilio(oficina: Oficina, calle: str) -> None:
    address = direccion(calle=calle)
    oficina.work(lambda app: app.contratistas.save_domicilio(oficina.contratista, address))
    oficina.arrive()


def calle(oficina: Oficina) -> str:
    found = oficina.uno.application.contratistas.informacion(oficina.contratista).social.domicilio
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
