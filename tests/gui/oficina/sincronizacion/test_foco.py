"""A page that is locked while it works gives the focus back to who typed."""

from __future__ import annotations

import dataclasses

import pytest
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.oficina.sincronizacion.window import SincronizacionWindow
from icsoe_desktop.services.sincronizacion.answers import Conexion
from tests.gui.conftest import press
from tests.gui.oficina.sincronizacion.comun import OFICINA, Escritorio
from tests.gui.oficina.sincronizacion.conftest import Abrir


@pytest.fixture
def window(en_oficina: Escritorio, qtbot: QtBot) -> SincronizacionWindow:
    window = en_oficina.open()
    qtbot.waitUntil(lambda: window.estado.form.oficina_label.text() == OFICINA)
    return window


def test_who_is_refused_is_back_in_the_field_where_she_was(
    abrir: Abrir, cuentas: tuple[Conexion, Conexion], qtbot: QtBot
) -> None:
    window = abrir("uno").open()
    qtbot.waitUntil(window.inicio.isVisible)
    press(window, "Crear la oficina")
    page, given = window.crear, dataclasses.replace(cuentas[0], contrasena="Otra-Muy-Distinta-8")
    for name, edit in page.conexion.edits.items():
        edit.setText(getattr(given, name))
    page.form.oficina_edit.setText(given.oficina)
    page.form.nombre_edit.setText(OFICINA)
    password = page.conexion.edits["contrasena"]
    password.setFocus()
    press(window, "Crear la oficina")
    assert window.focusWidget() is not password
    qtbot.waitUntil(lambda: not window.presenters.crear.state.busy)
    assert page.form.mensaje_label.isVisible()
    assert window.focusWidget() is password


def test_who_cancels_is_back_at_the_button_and_who_went_elsewhere_stays(
    window: SincronizacionWindow,
) -> None:
    form, presenter = window.estado.form, window.presenters.oficina
    form.sincronizar_button.setFocus()
    presenter._show(busy=True, syncing=True)
    form.cancelar_button.setFocus()
    presenter._show(busy=False, syncing=False)
    assert window.focusWidget() is form.sincronizar_button
    presenter._show(busy=True, syncing=True)
    window.form.cerrar_button.setFocus()
    elsewhere = window.focusWidget()
    presenter._show(busy=False, syncing=False)
    assert elsewhere is not form.sincronizar_button
    assert window.focusWidget() is elsewhere
