"""Alta de usuario, as a contratista does it (seeds 000 and 001, steps 1 to 5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.gui.icsoe.capturistas.alta import AltaPage
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.kit.dialogs import TextoDialog
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    NOMBRE,
    PERSONA,
    Key,
    alta_page,
    fill,
    focused,
    kept,
    press_key,
    said,
    type_here,
    validate,
    write,
)
from tests.support.reposo import settle


@pytest.fixture
def page(icsoe: IcsoeWindow) -> AltaPage:
    return alta_page(icsoe)


def test_a_capturista_is_registered_with_the_keyboard_alone(
    icsoe: IcsoeWindow, page: AltaPage, application: Application, contratista: Sesion
) -> None:
    assert focused(icsoe) is page.form.curp_edit
    type_here(icsoe, PERSONA.curp.lower())
    press_key(icsoe, Key.Key_Return)
    settle(page.datos.isVisible)
    assert page.form.curp_edit.text() == PERSONA.curp
    assert "Mujer" in said(page.datos.form.curp_datos_label)
    assert "14/05/1990" in said(page.datos.form.curp_datos_label)
    assert "Jalisco" in said(page.datos.form.curp_datos_label)
    assert focused(icsoe) is page.datos.form.nombres_edit
    for text in (PERSONA.nombres, PERSONA.primer_apellido, PERSONA.segundo_apellido):
        type_here(icsoe, text)
        press_key(icsoe, Key.Key_Tab)
    assert focused(icsoe) is page.datos.form.rol_combo
    assert page.datos.form.rol_combo.currentText() == "Capturista"
    press_key(icsoe, Key.Key_Tab)
    for text in (PERSONA.telefono, PERSONA.correo):
        type_here(icsoe, text)
        press_key(icsoe, Key.Key_Tab)
    type_here(icsoe, PERSONA.confirmacion)
    press_key(icsoe, Key.Key_Return)
    box = shown_box()
    assert box.text().split("\n")[0] == "El usuario se guardó exitosamente"
    press(box, "Aceptar")
    [fila] = kept(application, contratista)
    assert (fila.numero, fila.rol, fila.curp, fila.nombre, fila.correo, fila.estatus) == (
        1,
        "Capturista",
        PERSONA.curp,
        NOMBRE,
        PERSONA.correo,
        Estatus.REGISTRADA,
    )
    # Ready for the next one.
    settle(lambda: focused(icsoe) is page.form.curp_edit)
    assert page.form.curp_edit.text() == ""
    assert not page.datos.isVisible()
    assert not page.unsaved


def test_the_page_says_what_the_seed_says(page: AltaPage) -> None:
    validate(page)
    fill(page)
    labels = {
        label.text().replace("&", "") for label in page.findChildren(QLabel) if label.isVisible()
    }
    buttons = {
        button.text().replace("&", "")
        for button in page.findChildren(QPushButton)
        if button.isVisible()
    }
    assert labels >= {
        "Alta de usuario",
        "Captura los datos de la persona a la que le otorgarás privilegios para operar el sistema "
        "e ingresar información de tus contratos",
        "CURP*:",
        "Nombre(s)*:",
        "Primer apellido*:",
        "Segundo apellido*:",
        "Rol asignado*:",
        "Teléfono*:",
        "Correo electrónico*:",
        "Confirmar correo electrónico*:",
        "*Campos obligatorios",
    }
    assert buttons >= {"Validar", "Regresar", "Limpiar", "Guardar"}


def test_what_is_wrong_is_said_under_its_field_and_nothing_is_saved(
    page: AltaPage, application: Application, contratista: Sesion
) -> None:
    validate(page)
    form = page.datos.form
    assert said(form.nombres_error) == said(form.correo_error) == ""
    fill(page, replace(PERSONA, telefono="33123", confirmacion="otra@ejemplo.mx"))
    press(page, "Guardar")
    assert said(form.telefono_error).startswith("El teléfono tiene 5 números")
    assert said(form.confirmacion_error) == "Los correos electrónicos no coinciden."
    assert focused(page.window()) is form.telefono_edit
    assert kept(application, contratista) == ()
    write(form.telefono_edit, PERSONA.telefono)
    assert said(form.telefono_error) == ""


def test_somebody_with_one_surname_may_leave_the_other_empty(page: AltaPage) -> None:
    # AEXX…: no second surname; the digit by RENAPO's sum.
    validate(page, "AEXX900514MJCMXC08")
    fill(page, replace(PERSONA, segundo_apellido=""))
    assert said(page.datos.form.segundo_apellido_error) == ""
    press(page, "Guardar")
    assert shown_box().text().startswith("El usuario se guardó exitosamente")
    press(shown_box(), "Aceptar")


def test_limpiar_empties_the_page_and_leaving_asks(icsoe: IcsoeWindow, page: AltaPage) -> None:
    validate(page)
    fill(page)
    icsoe.show_page("consulta_capturistas")
    press(shown_box(), "Seguir editando")
    assert icsoe.page is page
    assert page.datos.form.nombres_edit.text() == "Xóchitl"
    press(page, "Limpiar")
    assert page.form.curp_edit.text() == page.datos.form.nombres_edit.text() == ""
    icsoe.show_page("consulta_capturistas")
    assert isinstance(icsoe.page, ConsultaPage)


def test_without_a_mail_server_it_says_that_the_mails_wait(page: AltaPage) -> None:
    validate(page)
    fill(page)
    press(page, "Guardar")
    text = shown_box().text()
    assert "Los correos para xochitl@ejemplo.mx todavía no salen" in text
    assert "«Correos por enviar»" in text
    press(shown_box(), "Aceptar")


def test_the_aviso_de_privacidad_is_where_data_is_captured(page: AltaPage) -> None:
    validate(page)
    press(page, "Aviso de privacidad")
    [dialog] = page.window().findChildren(TextoDialog)
    assert "De los capturistas: CURP, nombre, teléfono y correo." in (
        dialog.form.texto_browser.toPlainText()
    )
    dialog.accept()
