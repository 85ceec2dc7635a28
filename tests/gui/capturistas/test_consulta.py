"""Consulta and its row actions (seeds 000 and 001, steps 6 to 15, and Exportar excel)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.capturista import AccionFila, Estatus
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.capturistas import exportar
from icsoe_desktop.gui.capturistas.columnas import ACCION_COLUMNS
from icsoe_desktop.gui.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.capturistas.modificar import ModificarDialog
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas import Capturista
from tests.conftest import Reloj
from tests.gui.capturistas.comun import (
    CONTRASENA,
    NOMBRE,
    PERSONA,
    Box,
    Key,
    child,
    column,
    consulta_page,
    focused,
    last_link,
    nuevo,
    receive,
    rows,
    said,
    settled,
    wait_for,
    write,
)
from tests.gui.conftest import press
from tests.smtp_real import SmtpReal

ACTIONS = {accion: at for at, accion in ACCION_COLUMNS.items()}


@pytest.fixture
def registrada(application: Application, contratista: Sesion) -> Capturista:
    return application.capturistas.register(contratista, PERSONA).capturista


@pytest.fixture
def page(qtbot: QtBot, icsoe: IcsoeWindow, registrada: Capturista) -> ConsultaPage:
    return consulta_page(qtbot, icsoe)


def activate(application: Application, smtp: SmtpReal) -> None:
    receive(application, smtp)
    application.activacion.create_password(
        last_link(smtp), CONTRASENA, CONTRASENA, acepta_aviso=True
    )


def enabled(page: ConsultaPage) -> set[str]:
    """The actions of the selected row: in the row, below the table, and in the context menu."""
    at = page.table.current_row()
    assert at is not None
    model = page.form.usuarios_table.model()
    in_row = {
        accion
        for accion, column_ in ACTIONS.items()
        if "no disponible" not in model.index(at, column_).data()
    }
    below = {accion for accion, button in page._buttons.items() if button.isEnabled()}
    page.form.usuarios_table.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    in_menu = {
        action.text().replace("&", "")
        for action in menu.actions()
        if action.isEnabled() and action.text().replace("&", "") in set(AccionFila)
    }
    menu.close()
    assert in_row == below == in_menu
    return {str(accion) for accion in in_row}


def press_in_row(page: ConsultaPage, row: int, accion: AccionFila) -> None:
    """With the keyboard: the cell of the button, then Space."""
    table = page.form.usuarios_table
    table.setCurrentIndex(table.model().index(row, ACTIONS[accion]))
    QTest.keyClick(table, Key.Key_Space)


def test_the_grid_has_the_columns_of_the_seed(page: ConsultaPage) -> None:
    model = page.form.usuarios_table.model()
    titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    assert titles == [
        "Id",
        "Rol",
        "Clave Usuario (CURP)",
        "Razón Social/Nombre",
        "Correo",
        "Estatus",
        "Grupo",
        "Contratista relacionado",
        "Fecha Alta",
        "Usuario Alta",
        "Editar",
        "Enviar email",
        "Activar",
        "Eliminar",
    ]
    assert rows(page)[0][:10] == (
        "1",
        "Capturista",
        PERSONA.curp,
        NOMBRE,
        PERSONA.correo,
        "Registrada",
        "Contratista",
        "TORNILLOS Y BIRLOS SA DE CV",
        "02/03/2026",
        "TBI990101QX5",
    )


def test_an_empty_consulta_offers_the_first_step(qtbot: QtBot, icsoe: IcsoeWindow) -> None:
    page = consulta_page(qtbot, icsoe)
    assert "Aún no hay usuarios capturistas" in said(page.form.vacia_label)
    assert not page.form.exportar_button.isEnabled()
    press(page, "Dar de alta al primero")
    assert icsoe.page is not page


def test_each_action_is_there_exactly_when_the_seed_says(
    qtbot: QtBot,
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
    wait_for(qtbot, page, "Estatus", ["Activa"])
    assert enabled(page) == {"Eliminar"}
    application.capturistas.baja(contratista, registrada.id)
    page.arrive()
    wait_for(qtbot, page, "Estatus", ["Baja"])
    assert enabled(page) == {"Activar"}


def test_one_is_edited_before_she_has_a_password(
    qtbot: QtBot,
    page: ConsultaPage,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    message_box: Box,
) -> None:
    press_in_row(page, 0, AccionFila.EDITAR)
    dialog = child(qtbot, page, ModificarDialog)
    form = dialog.form
    qtbot.waitUntil(lambda: form.rfc_label.text() == "TBI990101QX5")
    assert form.nombre_label.text() == "TORNILLOS Y BIRLOS SA DE CV"
    assert form.rol_label.text() == "Contratista"
    assert form.curp_edit.text() == PERSONA.curp
    assert form.curp_edit.isReadOnly()
    assert focused(dialog) is dialog.datos.form.nombres_edit
    write(dialog.datos.form.telefono_edit, "33 8765 4321")
    QTest.keyClick(dialog.datos.form.telefono_edit, Key.Key_Return)
    box = message_box()
    assert box.text().split("\n")[0] == "El usuario se actualizó exitosamente"
    press(box, "Aceptar")
    qtbot.waitUntil(lambda: not page.findChildren(ModificarDialog))
    assert application.capturistas.get(contratista, registrada.id).telefono == "3387654321"


def test_unsaved_changes_are_asked_for(qtbot: QtBot, page: ConsultaPage, message_box: Box) -> None:
    page.table.select(0)
    press(page, "Editar")
    dialog = child(qtbot, page, ModificarDialog)
    write(dialog.datos.form.nombres_edit, "Xóchitl Ana")
    QTest.keyClick(dialog, Key.Key_Escape)
    press(message_box(), "Seguir editando")
    assert dialog.isVisible()
    QTest.keyClick(dialog, Key.Key_Escape)
    press(message_box(), "Descartar cambios")
    qtbot.waitUntil(lambda: not page.findChildren(ModificarDialog))


def test_enviar_email_sends_a_new_link_and_kills_the_old_one(
    qtbot: QtBot,
    page: ConsultaPage,
    application: Application,
    smtp: SmtpReal,
    message_box: Box,
) -> None:
    receive(application, smtp)
    old = last_link(smtp)
    page.table.select(0)
    press(page, "Enviar email")
    assert message_box().text().startswith("Se envió una nueva liga")
    press(message_box(), "Aceptar")
    receive(application, smtp)
    new = last_link(smtp)
    assert new != old
    with pytest.raises(InvalidInputError):
        application.activacion.open(old)
    assert application.activacion.open(new).nombre == NOMBRE


def test_baja_and_activar_say_what_the_seed_says(
    qtbot: QtBot, page: ConsultaPage, message_box: Box
) -> None:
    press_in_row(page, 0, AccionFila.ELIMINAR)
    box = message_box()
    assert box.windowTitle() == "Baja de usuario"
    assert box.text() == f"Estás dando de baja al usuario **{NOMBRE}** ¿Deseas continuar?"
    press(box, "Cancelar")
    qtbot.waitUntil(lambda: not box.isVisible())
    assert column(page, "Estatus") == ["Registrada"]
    press(page, "Eliminar")
    press(message_box(), "Continuar")
    qtbot.waitUntil(lambda: message_box().text() == "Relación con el usuario en baja.")
    press(message_box(), "Aceptar")
    wait_for(qtbot, page, "Estatus", ["Baja"])
    QApplication.processEvents()
    press_in_row(page, 0, AccionFila.ACTIVAR)
    box = message_box()
    assert NOMBRE in box.text()
    press(box, "Continuar")
    qtbot.waitUntil(
        lambda: message_box().text().startswith("Se reactivó la relación con el usuario.")
    )
    press(message_box(), "Aceptar")
    wait_for(qtbot, page, "Estatus", ["Registrada"])


def test_a_name_with_signs_is_shown_as_it_is(
    qtbot: QtBot,
    icsoe: IcsoeWindow,
    application: Application,
    contratista: Sesion,
    message_box: Box,
) -> None:
    application.capturistas.register(contratista, replace(PERSONA, nombres="Xóchitl *Ana*"))
    page = consulta_page(qtbot, icsoe)
    page.table.select(0)
    press(page, "Eliminar")
    assert r"**Xóchitl \*Ana\* Amezcua Beltrán**" in message_box().text()
    press(message_box(), "Cancelar")


def test_rows_are_found_by_any_text_and_by_estatus(
    qtbot: QtBot,
    icsoe: IcsoeWindow,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
) -> None:
    for n in range(1, 4):
        application.capturistas.register(contratista, nuevo(n))
    application.capturistas.baja(contratista, registrada.id)
    page = consulta_page(qtbot, icsoe)
    assert page.form.cuenta_label.text() == "4 usuarios"
    # Without accents, in any order.
    QTest.keyClicks(page.form.buscar_edit, "beltran xochitl")
    wait_for(qtbot, page, "Id", ["1"])
    assert page.form.cuenta_label.text() == "1 de 4"
    write(page.form.buscar_edit, "persona2@")
    wait_for(qtbot, page, "Correo", ["persona2@ejemplo.mx"])
    write(page.form.buscar_edit, "nadie")
    qtbot.waitUntil(page.form.ninguno_label.isVisible)
    press(page, "Quitar filtros")
    wait_for(qtbot, page, "Id", ["1", "2", "3", "4"])
    page.form.estatus_combo.setCurrentText("Baja")
    wait_for(qtbot, page, "Id", ["1"])
    page.form.estatus_combo.setCurrentText("Registrada")
    wait_for(qtbot, page, "Id", ["2", "3", "4"])


def test_the_header_orders_and_the_selection_stays(
    qtbot: QtBot,
    icsoe: IcsoeWindow,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
) -> None:
    for n in (2, 1):
        application.capturistas.register(contratista, nuevo(n))
    page = consulta_page(qtbot, icsoe)
    page.table.select(1)
    header = page.form.usuarios_table.horizontalHeader()
    header.setSortIndicator(4, Qt.SortOrder.AscendingOrder)
    expected = ["persona1@ejemplo.mx", "persona2@ejemplo.mx", "xochitl@ejemplo.mx"]
    wait_for(qtbot, page, "Correo", expected)
    assert page.table.current_row() == 1
    header.setSortIndicator(4, Qt.SortOrder.DescendingOrder)
    wait_for(qtbot, page, "Correo", expected[::-1])
    selected = page.table.selected()
    assert selected is not None
    assert selected.correo == "persona2@ejemplo.mx"


def test_f5_shows_what_others_did_and_keys_work_in_the_table(
    qtbot: QtBot, page: ConsultaPage, application: Application, contratista: Sesion
) -> None:
    application.capturistas.register(contratista, nuevo(1))
    QTest.keyClick(focused(page.window()), Key.Key_F5)
    wait_for(qtbot, page, "Id", ["1", "2"])
    page.form.usuarios_table.setFocus()
    page.table.select(0)
    QTest.keyClick(page.form.usuarios_table, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert focused(page.window()) is page.form.buscar_edit
    page.form.usuarios_table.setFocus()
    QTest.keyClick(page.form.usuarios_table, Key.Key_F2)
    child(qtbot, page, ModificarDialog).reject()
    assert focused(page.window()) is page.form.usuarios_table


def test_rows_are_copied_with_headers(qtbot: QtBot, page: ConsultaPage) -> None:
    page.form.usuarios_table.setFocus()
    page.table.select(0)
    QTest.keyClick(page.form.usuarios_table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: said(page.form.mensaje_label) == "Se copió 1 renglón.")
    head, row = QGuiApplication.clipboard().text().split("\n")
    assert head.startswith("Id\tRol\tClave Usuario (CURP)")
    assert row.startswith(f"1\tCapturista\t{PERSONA.curp}\t{NOMBRE}")
    assert "no disponible" not in row


def test_all_are_exported_to_the_file_of_the_seed(
    qtbot: QtBot,
    icsoe: IcsoeWindow,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    message_box: Box,
    reloj: Reloj,
    tmp_path: Path,
) -> None:
    application.capturistas.baja(contratista, registrada.id)
    icsoe.show_page("exportar_capturistas")
    dialog = child(qtbot, icsoe, QFileDialog)
    [chosen] = [Path(name).name for name in dialog.selectedFiles()]
    milliseconds = int(reloj().timestamp() * 1000)
    assert chosen == f"Capturistas_112_{milliseconds}.xlsx"
    dialog.reject()
    path = tmp_path / chosen
    exportar.export_to(path, icsoe.context, icsoe)
    assert message_box().text() == f"Se exportó 1 usuario a «{chosen}»."
    press(message_box(), "Aceptar")
    sheet = load_workbook(path).worksheets[0]
    head, row = list(sheet.iter_rows(values_only=True))
    assert head == (
        "CURP",
        "Nombre(s)",
        "Primer Apellido",
        "Segundo Apellido",
        "Rol",
        "Estatus",
        "Grupo",
        "Contratista relacionado",
        "Fecha alta",
        "Fecha baja",
        "Fecha actualización",
    )
    assert row == (
        PERSONA.curp,
        "Xóchitl",
        "Amezcua",
        "Beltrán",
        "Capturista",
        str(Estatus.BAJA),
        "Contratista",
        "TORNILLOS Y BIRLOS SA DE CV",
        datetime(2026, 3, 2),  # noqa: DTZ001 - Excel knows no zones
        datetime(2026, 3, 2),  # noqa: DTZ001
        datetime(2026, 3, 2),  # noqa: DTZ001
    )


def test_what_changed_meanwhile_is_refused_and_the_list_is_read_again(
    qtbot: QtBot,
    page: ConsultaPage,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    message_box: Box,
) -> None:
    page.table.select(0)
    application.capturistas.baja(contratista, registrada.id)
    press(page, "Enviar email")
    assert "está dado de baja" in message_box().text()
    press(message_box(), "Aceptar")
    wait_for(qtbot, page, "Estatus", ["Baja"])
    settled(qtbot, page)
