"""The catalogue of registros patronales, as a person keeps it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.registros_patronales import HAS_CERTIFICATE
from tests.gui.conftest import press
from tests.gui.idse.comun import Box, Key, focused, said
from tests.gui.idse.registros_patronales.comun import NOMBRE, kept, rows, type_all
from tests.services.certificados.catalogo import RFC, RFC_OTRO, RFC_RARO, A, B, put_certificate
from tests.support.reposo import until


def test_an_empty_catalogue_offers_the_first_step(window: RegistrosPatronalesWindow) -> None:
    form = window.form
    assert form.vacia_page.isVisible()
    assert "Aún no hay registros patronales" in window.empty.text
    assert focused(window) is form.registro_patronal_edit
    form.cerrar_button.setFocus()
    press(window, "Agregar el primero")
    assert focused(window) is form.registro_patronal_edit
    assert not form.registro_patronal_error.isVisible()


def test_one_is_added_with_the_keyboard_alone(
    window: RegistrosPatronalesWindow, application: Application, sesion: Sesion
) -> None:
    type_all(window, "a12-34567-89-5", NOMBRE, RFC.lower())
    QTest.keyClick(focused(window), Key.Key_Return)
    until(lambda: bool(rows(window)))
    assert rows(window) == [("A12 34567 89 5", NOMBRE, RFC, "Sin indicar", "Sin advertencias")]
    assert kept(application, sesion) == [(A, NOMBRE, RFC)]
    assert said(window.form.mensaje_label) == "Se guardó el registro patronal A12 34567 89 5."
    assert window.form.registro_patronal_edit.text() == ""
    assert focused(window) is window.form.registro_patronal_edit


def test_a_wrong_check_digit_warns_while_one_types_and_does_not_block(
    window: RegistrosPatronalesWindow, application: Application, sesion: Sesion
) -> None:
    form = window.form
    type_all(window, A[:10])
    assert said(form.registro_patronal_advertencia) == ""
    type_all(window, "1")
    warning = said(form.registro_patronal_advertencia)
    assert warning.startswith("Advertencia: ")
    assert "se esperaba 5" in warning
    assert said(form.registro_patronal_error) == ""
    assert form.registro_patronal_edit.accessibleDescription() == warning
    QTest.keyClick(focused(window), Key.Key_Tab)
    type_all(window, NOMBRE, RFC)
    press(window, "Guardar")
    until(lambda: bool(rows(window)))
    assert kept(application, sesion) == [(A[:10] + "1", NOMBRE, RFC)]
    assert rows(window)[0][4] == "1 advertencia"


def test_a_missing_check_digit_is_computed_and_said(window: RegistrosPatronalesWindow) -> None:
    type_all(window, A[:10], "")
    assert A in said(window.form.registro_patronal_advertencia)


def test_a_field_speaks_once_it_is_left_and_is_silent_when_right(
    window: RegistrosPatronalesWindow,
) -> None:
    error = window.form.registro_patronal_error
    type_all(window, "A123")
    assert said(error) == ""
    QTest.keyClick(focused(window), Key.Key_Tab)
    assert "4 caracteres" in said(error)
    assert "11" in said(error)
    assert said(window.form.razon_social_error) == ""
    QTest.keyClick(focused(window), Key.Key_Backtab)
    QTest.keyClick(focused(window), Key.Key_End)
    type_all(window, A[4:])
    assert said(error) == ""


def test_saving_nothing_names_every_field(
    window: RegistrosPatronalesWindow, application: Application, sesion: Sesion
) -> None:
    form = window.form
    form.rfc_edit.setFocus()
    QTest.keyClick(form.rfc_edit, Key.Key_Return)
    for label in (form.registro_patronal_error, form.razon_social_error, form.rfc_error):
        assert said(label).startswith("Escrib")
    assert focused(window) is form.registro_patronal_edit
    assert kept(application, sesion) == []


def test_one_that_exists_is_refused_under_its_field_and_stays_typed(
    filled: RegistrosPatronalesWindow, application: Application, sesion: Sesion
) -> None:
    form = filled.form
    before = kept(application, sesion)
    type_all(filled, A, "Otra, S. A.", RFC_OTRO)
    QTest.keyClick(focused(filled), Key.Key_Return)
    until(lambda: form.registro_patronal_error.isVisible())
    assert said(form.registro_patronal_error) == (
        f"Ya existe el registro patronal {A}, de {NOMBRE}."
    )
    assert focused(filled) is form.registro_patronal_edit
    assert form.razon_social_edit.text() == "Otra, S. A."
    assert kept(application, sesion) == before
    # What was said of the former text is over with the next key.
    QTest.keyClick(form.registro_patronal_edit, Key.Key_Backspace)
    assert "Ya existe" not in said(form.registro_patronal_error)


def test_one_is_changed_from_the_list(
    filled: RegistrosPatronalesWindow, application: Application, sesion: Sesion
) -> None:
    form = filled.form
    form.registros_table.setFocus()
    for _ in range(2):  # to the first, and on to the second
        QTest.keyClick(form.registros_table, Key.Key_Down)
    assert form.datos_group.title() == "Modificar el registro patronal B10 20304 05 6"
    assert "dígito verificador" in said(form.rfc_advertencia)
    form.razon_social_edit.setFocus()
    form.razon_social_edit.selectAll()
    type_all(filled, "Hilos del Norte")
    QTest.keyClick(form.razon_social_edit, Key.Key_Return)
    until(lambda: rows(filled)[1][1] == "Hilos del Norte")
    assert kept(application, sesion)[1] == (B, "Hilos del Norte", RFC_RARO)
    assert form.datos_group.title() == "Modificar el registro patronal B10 20304 05 6"
    assert focused(filled) is form.razon_social_edit
    press(filled, "Nuevo")
    assert form.datos_group.title() == "Registro patronal nuevo"
    assert not form.registros_table.selectionModel().hasSelection()


def test_choosing_another_row_does_not_lose_what_is_typed(
    filled: RegistrosPatronalesWindow, message_box: Box
) -> None:
    form = filled.form
    form.registros_table.selectRow(0)
    form.razon_social_edit.setFocus()
    type_all(filled, " de C. V.")
    form.registros_table.selectRow(1)
    press(message_box(), "Seguir editando")
    assert form.razon_social_edit.text() == f"{NOMBRE} de C. V."
    assert [i.row() for i in form.registros_table.selectionModel().selectedRows()] == [0]
    QApplication.processEvents()
    form.registros_table.selectRow(1)
    press(message_box(), "Descartar cambios")
    assert form.registro_patronal_edit.text() == B


def test_removing_asks_and_enter_keeps(
    filled: RegistrosPatronalesWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    form = filled.form
    assert not form.eliminar_button.isEnabled()
    form.registros_table.selectRow(0)
    press(filled, "Eliminar…")
    box = message_box()
    assert "A12 34567 89 5" in box.text()
    QTest.keyClick(box, Key.Key_Return)
    until(lambda: not box.isVisible())
    assert len(kept(application, sesion)) == 2
    form.registros_table.setFocus()
    QTest.keyClick(form.registros_table, Key.Key_Delete)
    press(message_box(), "Eliminar")
    until(lambda: len(rows(filled)) == 1)
    assert kept(application, sesion) == [(B, "Hilos del Valle", RFC_RARO)]
    assert form.registro_patronal_edit.text() == ""
    assert said(form.mensaje_label) == "Se eliminó el registro patronal A12 34567 89 5."


def test_one_with_a_certificate_is_not_removed(
    filled: RegistrosPatronalesWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    put_certificate(application.store, application.registros_patronales.all(sesion)[0], RFC)
    filled.form.registros_table.selectRow(0)
    press(filled, "Eliminar…")
    press(message_box(), "Eliminar")
    until(lambda: message_box().text() == HAS_CERTIFICATE.format(registro=A))
    press(message_box(), "Aceptar")
    assert len(rows(filled)) == len(kept(application, sesion)) == 2


def test_f5_shows_what_others_added_and_keeps_what_is_typed(
    window: RegistrosPatronalesWindow, application: Application, sesion: Sesion
) -> None:
    type_all(window, "B10")
    application.registros_patronales.add(sesion, registro_patronal=A, razon_social=NOMBRE, rfc=RFC)
    QTest.keyClick(focused(window), Key.Key_F5)
    until(lambda: len(rows(window)) == 1)
    assert window.form.registro_patronal_edit.text() == "B10"
    assert window.form.tabla_page.isVisible()


def test_rows_are_copied_with_headers_and_without_the_grouping(
    filled: RegistrosPatronalesWindow,
) -> None:
    filled.form.registros_table.selectRow(0)
    filled.form.registros_table.setFocus()
    QTest.keyClick(filled.form.registros_table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == (
        "Registro patronal\tRazón social\tRFC\tZona salarial\tEstado\n"
        f"{A}\t{NOMBRE}\t{RFC}\tSin indicar\tSin advertencias"
    )


def test_closing_while_the_catalogue_is_read_is_no_error(context: Context) -> None:
    window = context.shell.open("registros_patronales", context.sesion)
    QApplication.processEvents()
    window.close()
    until(lambda: not context.jobs.busy)
    QApplication.processEvents()


def test_fields_end_at_640_px_on_a_wide_screen(window: RegistrosPatronalesWindow) -> None:
    window.resize(1900, 900)
    until(lambda: window.form.datos_group.width() > 1_500)
    until(lambda: 500 < window.form.razon_social_edit.width() <= 660)
