"""Generales del contratista: what is said of each field."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.contratista.page import ContratistaPage
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press
from tests.gui.icsoe.comun import Idle, generales_of


@pytest.fixture
def paso() -> PasoContratista:
    return PasoContratista.DATOS_GENERALES


def test_each_field_says_under_itself_what_is_wrong(
    qtbot: QtBot,
    first_page: ContratistaPage,
    application: Application,
    sesion_moral: Sesion,
    idle: Idle,
) -> None:
    generales = generales_of(first_page)
    form = generales.form
    assert not form.correo_error.isVisible(), "nothing is said before anything was typed"
    press(generales, "Guardar")
    assert form.correo_error.text() == "Escriba el correo electrónico."
    assert form.celular_error.text() == "Escriba el teléfono: son 10 números."
    assert not form.telefono_fijo_error.isVisible()
    form.correo_edit.setText("ventas@gmial.com")
    qtbot.keyClicks(form.celular_edit, "551234567")
    assert form.correo_advertencia.text() == (
        "Advertencia: ¿Quiso escribir @gmail.com? Revise el correo electrónico."
    )
    assert "tiene 9 números y debe tener 10" in form.celular_error.text()
    qtbot.keyClicks(form.celular_edit, "8")
    assert not form.celular_error.isVisible()
    press(generales, "Aviso de privacidad")
    idle()
    assert application.contratistas.informacion(sesion_moral).generales is None
