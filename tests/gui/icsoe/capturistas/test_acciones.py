"""What is done with a row of Consulta (seeds 000 and 001, steps 6 to 15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import AccionFila, Estatus
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.icsoe.capturistas.acciones import ACCION_COLUMNS
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.capturistas.datos import ModificarDialog
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.conftest import Reloj
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    CONTRASENA,
    NOMBRE,
    PERSONA,
    Key,
    closed,
    column,
    consulta_page,
    dialog_of,
    focused,
    last_link,
    receive,
    settled,
    wait_for,
    write,
)
from tests.gui.icsoe.comun import gone
from tests.support.reposo import settle
from tests.support.smtp_real import SmtpReal

ACTIONS = {accion: at for at, accion in ACCION_COLUMNS.items()}


def activate(application: Application, smtp: SmtpReal) -> None:
    receive(application, smtp)
    application.activacion.create_password(
        last_link(smtp), CONTRASENA, CONTRASENA, acepta_aviso=True
    )


def enabled(page: ConsultaPage) -> set[str]:
    """The actions of the selected row, each offered once: in the row, and in its menu."""
    at = page.table.current_row()
    assert at is not None
    model = page.form.usuarios_table.model()
    in_row = {
        accion
        for accion, column_ in ACTIONS.items()
        if "no disponible" not in model.index(at, column_).data()
    }
    buttons = {button.text().replace("&", "") for button in page.findChildren(QPushButton)}
    assert not set(AccionFila) & buttons
    page.form.usuarios_table.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    in_menu = {
        action.text().replace("&", "")
        for action in menu.actions()
        if action.isEnabled() and action.text().replace("&", "") in set(AccionFila)
    }
    menu.close()
    assert in_row == in_menu
    return {str(accion) for accion in in_row}


def press_in_row(page: ConsultaPage, row: int, accion: AccionFila) -> None:
    """With the keyboard: the cell of the button, then Space."""
    table = page.form.usuarios_table
    table.setCurrentIndex(table.model().index(row, ACTIONS[accion]))
    QTest.keyClick(table, Key.Key_Space)


def test_each_action_is_there_exactly_when_the_seed_says(
    page: ConsultaPage,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    smtp: SmtpReal,
) -> None:
    page.table.select(0)
    assert enabled(page) == {"Editar", "Enviar email", "Eliminar"}
    activate(application, smtp)
    page.arrive()
    wait_for(page, "Estatus", ["Activa"])
    assert enabled(page) == {"Eliminar"}
    application.capturistas.baja(contratista, registrada.id)
    page.arrive()
    wait_for(page, "Estatus", ["Baja"])
    assert enabled(page) == {"Activar"}


def test_one_is_edited_before_she_has_a_password(
    page: ConsultaPage, application: Application, contratista: Sesion, registrada: Capturista
) -> None:
    press_in_row(page, 0, AccionFila.EDITAR)
    dialog = dialog_of(page, ModificarDialog)
    form = dialog.form
    settle(lambda: form.rfc_label.text() == "TBI990101QX5")
    assert form.nombre_label.text() == "TORNILLOS Y BIRLOS SA DE CV"
    assert form.rol_label.text() == "Contratista"
    assert form.curp_edit.text() == PERSONA.curp
    assert form.curp_edit.isReadOnly()
    assert focused(dialog) is dialog.datos.form.nombres_edit
    write(dialog.datos.form.telefono_edit, "33 8765 4321")
    QTest.keyClick(dialog.datos.form.telefono_edit, Key.Key_Return)
    box = shown_box()
    assert box.text().split("\n")[0] == "El usuario se actualizó exitosamente"
    press(box, "Aceptar")
    closed(page, ModificarDialog)
    assert application.capturistas.get(contratista, registrada.id).telefono == "3387654321"


def test_enviar_email_sends_a_new_link_and_kills_the_old_one(
    page: ConsultaPage, application: Application, smtp: SmtpReal
) -> None:
    receive(application, smtp)
    old = last_link(smtp)
    page.table.select(0)
    press_in_row(page, 0, AccionFila.ENVIAR_EMAIL)
    assert shown_box().text().startswith("Se envió una nueva liga")
    press(shown_box(), "Aceptar")
    receive(application, smtp)
    new = last_link(smtp)
    assert new != old
    with pytest.raises(InvalidInputError):
        application.activacion.open(old)
    assert application.activacion.open(new).nombre == NOMBRE


def test_baja_and_activar_say_what_the_seed_says(page: ConsultaPage) -> None:
    press_in_row(page, 0, AccionFila.ELIMINAR)
    box = shown_box()
    assert box.windowTitle() == "Baja de usuario"
    assert box.text() == f"Estás dando de baja al usuario **{NOMBRE}** ¿Deseas continuar?"
    press(box, "Cancelar")
    settle(lambda: gone(box))
    assert column(page, "Estatus") == ["Registrada"]
    press_in_row(page, 0, AccionFila.ELIMINAR)
    press(shown_box(), "Continuar")
    settle(lambda: shown_box().text() == "Relación con el usuario en baja.")
    press(shown_box(), "Aceptar")
    wait_for(page, "Estatus", ["Baja"])
    QApplication.processEvents()
    press_in_row(page, 0, AccionFila.ACTIVAR)
    box = shown_box()
    assert NOMBRE in box.text()
    press(box, "Continuar")
    settle(lambda: shown_box().text().startswith("Se reactivó la relación con el usuario."))
    press(shown_box(), "Aceptar")
    wait_for(page, "Estatus", ["Registrada"])


def test_a_name_with_signs_is_shown_as_it_is(
    icsoe: IcsoeWindow, application: Application, contratista: Sesion
) -> None:
    application.capturistas.register(contratista, replace(PERSONA, nombres="Xóchitl *Ana*"))
    page = consulta_page(icsoe)
    page.table.select(0)
    press_in_row(page, 0, AccionFila.ELIMINAR)
    box = shown_box()
    assert r"**Xóchitl \*Ana\* Amezcua Beltrán**" in box.text()
    # What a screen reader says of it.
    assert box.accessibleName() == (
        "Estás dando de baja al usuario Xóchitl *Ana* Amezcua Beltrán ¿Deseas continuar?"
    )
    words = box.findChild(QLabel, "qt_msgbox_label")
    assert words is not None
    assert words.accessibleName() == box.accessibleName()
    press(shown_box(), "Cancelar")


def chosen_baja(page: ConsultaPage) -> datetime | None:
    """When the person of the chosen row was removed, as far as the list knows."""
    fila = page.table.selected()
    return fila.dado_de_baja if fila is not None else None


def test_a_baja_that_is_not_in_the_list_yet_is_not_undone(
    page: ConsultaPage,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    reloj: Reloj,
) -> None:
    capturistas = application.capturistas
    capturistas.baja(contratista, registrada.id)
    page.arrive()
    wait_for(page, "Estatus", ["Baja"])
    page.table.select(0)
    reloj.advance(minutes=1)
    capturistas.activar(contratista, registrada.id)
    again = capturistas.baja(contratista, registrada.id).dado_de_baja
    press_in_row(page, 0, AccionFila.ACTIVAR)
    press(shown_box(), "Continuar")
    settle(lambda: "dio de baja a este usuario otra vez" in shown_box().text())
    press(shown_box(), "Aceptar")
    settle(lambda: chosen_baja(page) == again)
    assert capturistas.get(contratista, registrada.id).estatus is Estatus.BAJA


def test_what_changed_meanwhile_is_refused_and_the_list_is_read_again(
    page: ConsultaPage, application: Application, contratista: Sesion, registrada: Capturista
) -> None:
    page.table.select(0)
    application.capturistas.baja(contratista, registrada.id)
    press_in_row(page, 0, AccionFila.ENVIAR_EMAIL)
    assert "está dado de baja" in shown_box().text()
    press(shown_box(), "Aceptar")
    wait_for(page, "Estatus", ["Baja"])
    settled(page)
