"""A capturista and a registro patronal in their forms while somebody else changed the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.certificados.registro_patronal import RegistroPatronalCatalogado
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.capturistas.datos import ModificarDialog
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas import comun as capturistas
from tests.gui.icsoe.capturistas.comun import child, write
from tests.gui.idse.comun import said
from tests.gui.oficina.sincronizacion.comun import RAZON, REGISTRO, RFC
from tests.gui.oficina.sincronizacion.llegadas import Oficina
from tests.services.mundo import nuevo

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
    press(page, "Editar")
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
    (one,) = oficina.dos.application.registros_patronales.all(oficina.dos.sesion)
    oficina.work(
        lambda app: app.registros_patronales.edit(
            oficina.dos.sesion,
            one.id,
            registro_patronal=REGISTRO,
            razon_social=razon_social,
            rfc=rfc,
        )
    )
    oficina.arrive()


def kept_registro(oficina: Oficina) -> RegistroPatronalCatalogado:
    (one,) = oficina.uno.application.registros_patronales.all(oficina.uno.sesion)
    return one


def test_a_registro_that_nobody_is_changing_shows_what_came(
    qtbot: QtBot, oficina: Oficina, registros: RegistrosPatronalesWindow
) -> None:
    rename(oficina, NORTE)
    qtbot.waitUntil(lambda: registros.form.razon_social_edit.text() == NORTE)
    chosen = registros.table.selected()
    assert chosen is not None
    assert chosen.razon_social == NORTE


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


def test_giving_up_a_registro_shows_what_came_meanwhile(
    qtbot: QtBot, oficina: Oficina, registros: RegistrosPatronalesWindow, message_box: Box
) -> None:
    form = registros.form
    write(form.razon_social_edit, SUR)
    rename(oficina, NORTE)
    qtbot.waitUntil(lambda: registros.table.model.row(0).razon_social == NORTE)
    press(registros, "Nuevo")
    press(message_box(), "Descartar cambios")
    qtbot.waitUntil(lambda: form.razon_social_edit.text() == "")
    registros.table.view.selectRow(0)
    assert form.razon_social_edit.text() == NORTE
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
