"""Alta de usuario, as a contratista does it (seeds 000 and 001, steps 1 to 5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.identificadores.valor import check_digit_curp
from icsoe_desktop.gui.icsoe.capturistas.alta import AltaPage
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.kit.dialogs import TextoDialog
from icsoe_desktop.services.application import Application
from tests.conftest import Reloj
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    NOMBRE,
    PERSONA,
    Key,
    alta_page,
    column,
    fill,
    focused,
    kept,
    press_key,
    said,
    settled,
    type_here,
    validate,
    write,
)
from tests.gui.icsoe.comun import gone
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


def test_another_curp_that_is_pasted_by_a_program_is_not_taken_for_the_validated_one(
    page: AltaPage,
) -> None:
    validate(page)
    assert page.datos.isVisible()
    page.form.curp_edit.setText(PERSONA.curp[:-1])
    assert not page.datos.isVisible()
    assert page.form.curp_edit.text() == PERSONA.curp[:-1]


def test_the_age_is_said_at_validar_and_not_only_at_guardar(page: AltaPage) -> None:
    child = "XABX150101MDFBCDA"
    write(page.form.curp_edit, child + check_digit_curp(child))
    press(page, "Validar")
    settle(page.datos.isVisible)
    assert "tiene 11 años" in said(page.datos.form.curp_advertencia)


def test_the_other_fields_come_only_with_a_good_curp(page: AltaPage) -> None:
    assert not page.datos.isVisible()
    wrong = PERSONA.curp[:-1] + "7"
    write(page.form.curp_edit, wrong)
    press(page, "Validar")
    settle(page.form.curp_error.isVisible)
    assert "verificador" in said(page.form.curp_error)
    assert not page.datos.isVisible()
    validate(page)
    assert said(page.form.curp_error) == ""
    # Another CURP has not been looked at yet.
    write(page.form.curp_edit, wrong)
    assert not page.datos.isVisible()


def test_a_name_that_does_not_fit_is_a_warning_that_names_the_position(
    page: AltaPage, application: Application, contratista: Sesion
) -> None:
    validate(page)
    fill(page, replace(PERSONA, segundo_apellido="Zermeño"))
    warning = said(page.datos.form.nombres_advertencia)
    # Beltrán gives B and, inside, L; Zermeño gives Z and R.
    assert [line.split(" de la CURP")[0] for line in warning.split("\n")] == [
        "Advertencia: Posición 3",
        "Advertencia: Posición 15",
    ]
    assert "se esperaba Z" in warning
    write(page.datos.form.segundo_apellido_edit, "Beltrán")
    assert said(page.datos.form.nombres_advertencia) == ""
    write(page.datos.form.segundo_apellido_edit, "Zermeño")
    press(page, "Guardar")
    press(shown_box(), "Aceptar")
    assert [fila.nombre for fila in kept(application, contratista)] == ["Xóchitl Amezcua Zermeño"]


def test_the_same_curp_twice_is_refused_with_the_way_to_its_row(
    icsoe: IcsoeWindow, page: AltaPage, application: Application, contratista: Sesion
) -> None:
    application.capturistas.register(contratista, PERSONA)
    write(page.form.curp_edit, PERSONA.curp)
    press(page, "Validar")
    settle(page.form.ver_button.isVisible)
    assert "es el Id 1, con estatus Registrada" in said(page.form.curp_error)
    press(page, "Ver en Consulta")
    consulta = icsoe.page
    assert isinstance(consulta, ConsultaPage)
    settle(lambda: consulta.table.current_row() == 0)
    settled(consulta)
    assert column(consulta, "Clave Usuario (CURP)") == [PERSONA.curp]


def test_somebody_known_to_another_contratista_comes_with_her_name(
    page: AltaPage, application: Application, contratista: Sesion, otro_contratista: Sesion
) -> None:
    application.capturistas.register(otro_contratista, PERSONA)
    validate(page)
    form = page.datos.form
    assert form.nombres_edit.text() == "Xóchitl"
    assert form.segundo_apellido_edit.text() == "Beltrán"
    assert focused(page.window()) is form.telefono_edit
    for edit in (form.correo_edit, form.confirmacion_edit):
        write(edit, "otra@ejemplo.mx")
    write(form.telefono_edit, "5512345678")
    press(page, "Guardar")
    press(shown_box(), "Aceptar")
    assert len(kept(application, contratista)) == len(kept(application, otro_contratista)) == 1


def test_renapo_is_opened_with_the_curp_to_paste_and_the_day_is_kept(
    page: AltaPage, application: Application, contratista: Sesion, reloj: Reloj
) -> None:
    browser = _Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")
    try:
        validate(page)
        press(page, "Consultar en RENAPO")
    finally:
        QDesktopServices.unsetUrlHandler("https")
    assert [url.toString() for url in browser.opened] == ["https://www.gob.mx/curp/"]
    assert QGuiApplication.clipboard().text() == PERSONA.curp
    check = page.datos.form.cotejada_check
    check.click()
    assert check.text().replace("&", "") == "Cotejada en RENAPO el 02/03/2026"
    fill(page)
    press(page, "Guardar")
    press(shown_box(), "Aceptar")
    [fila] = kept(application, contratista)
    assert application.capturistas.get(contratista, fila.id).cotejada == reloj().date()


class _Browser(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url)


@pytest.fixture
def added(page: AltaPage) -> AltaPage:
    """The page, with PERSONA just added."""
    validate(page)
    fill(page)
    press(page, "Guardar")
    press(shown_box(), "Aceptar")
    return page


def test_somebody_just_added_is_taken_away_again(
    added: AltaPage, application: Application, contratista: Sesion
) -> None:
    table = added.form.agregados_table
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
    settle(lambda: not added.form.agregados_panel.isVisible())
    assert kept(application, contratista) == ()
    assert said(added.form.mensaje_label) == f"Se eliminó el alta de {NOMBRE}."


def test_an_alta_that_changed_elsewhere_is_taken_away_only_on_insisting(
    added: AltaPage, application: Application, contratista: Sesion
) -> None:
    [fila] = kept(application, contratista)
    nuevo = replace(PERSONA, telefono="5599887766")
    application.capturistas.update(contratista, fila.id, nuevo)
    table = added.form.agregados_table
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
    settle(lambda: not added.form.agregados_panel.isVisible())
    assert kept(application, contratista) == ()
