"""What a CURP opens at the alta: other fields, a known name, RENAPO, the row it has already."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.gui.icsoe.capturistas.alta import AltaPage
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from tests.conftest import Reloj
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    PERSONA,
    alta_page,
    column,
    fill,
    focused,
    kept,
    said,
    settled,
    validate,
    write,
)
from tests.support.reposo import settle


@pytest.fixture
def page(icsoe: IcsoeWindow) -> AltaPage:
    return alta_page(icsoe)


def test_the_invented_person_has_a_good_curp(reloj: Reloj) -> None:
    assert Curp.parse(PERSONA.curp, reloj().date()).valor == PERSONA.curp


def test_another_curp_that_is_pasted_by_a_program_is_not_taken_for_the_validated_one(
    page: AltaPage,
) -> None:
    validate(page)
    assert page.datos.isVisible()
    page.form.curp_edit.setText(PERSONA.curp[:-1])
    assert not page.datos.isVisible()
    assert page.form.curp_edit.text() == PERSONA.curp[:-1]


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
