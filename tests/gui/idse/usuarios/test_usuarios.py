"""Usuarios para conexión en línea con IDSE, as a person uses the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.idse.usuarios.dialogs import (
    AutorizarDialog,
    CodigoRecuperacionDialog,
    NuevoCodigoDialog,
)
from icsoe_desktop.gui.idse.usuarios.window import (
    DISABLE_ME,
    DISABLED,
    ENABLED,
    NO_USERS,
    READING,
    SAVED,
    UsuariosWindow,
    create,
)
from icsoe_desktop.services.acceso.usuarios import LAST_ENABLED, WRONG_PASSWORD, AltaUsuario
from tests.gui.conftest import CONTRASENA, CORREO, press, usuario_nuevo
from tests.support.reposo import until

Box = Callable[[], QMessageBox]
BERTA = "berta@ejemplo.mx"


def open_window(qtbot: QtBot, context: Context) -> UsuariosWindow:
    window = create(context, None)
    assert isinstance(window, UsuariosWindow)
    qtbot.addWidget(window)
    window.show()
    until(lambda: (window.authorized or window.needs_authorization) and not window.working)
    return window


@pytest.fixture
def window(qtbot: QtBot, context: Context) -> UsuariosWindow:
    return open_window(qtbot, context)


def rows(window: UsuariosWindow) -> list[tuple[str, str]]:
    model = window.table.view.model()
    return [
        (model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount())
    ]


def fill(window: UsuariosWindow, correo: str) -> None:
    """By keyboard, from field to field."""
    form = window.form
    form.nombres_edit.setFocus()
    for text in ("Berta", "Nava", "", correo, CONTRASENA, CONTRASENA):
        focused = window.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, text)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    form.acepta_check.setFocus()
    QTest.keyClick(form.acepta_check, Qt.Key.Key_Space)


def test_a_second_user_is_registered_by_keyboard(window: UsuariosWindow) -> None:
    fill(window, BERTA)
    QTest.keyClick(window.form.confirmacion_edit, Qt.Key.Key_Return)
    until(lambda: len(rows(window)) == 2)
    assert rows(window) == [(CORREO, "Habilitado"), (BERTA, "Habilitado")]
    assert window.form.mensaje_label.text() == SAVED
    assert window.form.contrasena_edit.text() == ""


def test_after_the_first_try_each_field_says_while_typing_whether_it_is_good(
    window: UsuariosWindow,
) -> None:
    form = window.form
    QTest.keyClicks(form.correo_edit, "berta")
    assert form.correo_error.isHidden(), "nothing is scolded before it is finished"
    press(window, "Guardar")
    assert form.correo_error.isVisible()
    assert form.nombres_error.text() == "Escriba el nombre."
    assert form.nombres_edit.hasFocus() or window.focusWidget() is form.nombres_edit
    QTest.keyClicks(form.correo_edit, "@ejemplo.mx")
    assert form.correo_error.isHidden()


def test_an_empty_form_after_saving_is_not_scolded_and_the_good_news_stays(
    window: UsuariosWindow,
) -> None:
    press(window, "Guardar")
    fill(window, BERTA)
    press(window, "Guardar")
    until(lambda: len(rows(window)) == 2)
    assert window.form.mensaje_label.text() == SAVED
    assert window.form.nombres_error.isHidden()


def test_while_it_is_read_nobody_is_said_to_be_missing(qtbot: QtBot, context: Context) -> None:
    window = create(context, None)
    assert isinstance(window, UsuariosWindow)
    qtbot.addWidget(window)
    assert window.empty.text == READING
    until(lambda: len(rows(window)) == 1)


def test_where_nobody_is_registered_the_first_step_is_named(qtbot: QtBot, shell: Shell) -> None:
    window = create(shell.context(None), None)
    assert isinstance(window, UsuariosWindow)
    qtbot.addWidget(window)
    window.show()
    assert window.empty.text == READING
    until(lambda: window.empty.text == NO_USERS)
    assert window.form.vacia_label.isVisible()


def test_a_mail_that_is_taken_is_said_under_its_field_and_nothing_typed_is_lost(
    window: UsuariosWindow,
) -> None:
    fill(window, CORREO.upper())
    press(window, "Guardar")
    until(lambda: window.form.correo_error.isVisible())
    assert "Ya existe un usuario" in window.form.correo_error.text()
    assert window.form.nombres_edit.text() == "Berta"


def test_the_last_enabled_user_stays(window: UsuariosWindow, message_box: Box) -> None:
    window.table.view.selectRow(0)
    press(window, "Deshabilitar")
    question = message_box()
    assert question.text() == DISABLE_ME
    press(question, "Deshabilitar")
    until(lambda: message_box().text() == LAST_ENABLED)
    press(message_box(), "Aceptar")
    assert rows(window) == [(CORREO, "Habilitado")]


def test_disabling_asks_and_enabling_brings_back(
    qtbot: QtBot, context: Context, alta: AltaUsuario, message_box: Box
) -> None:
    context.application.usuarios.register(alta.sesion, usuario_nuevo(BERTA))
    window = open_window(qtbot, context)
    window.table.view.selectRow(1)
    press(window, "Deshabilitar")
    question = message_box()
    assert BERTA in question.text()
    press(question, "Cancelar")
    assert rows(window)[1] == (BERTA, "Habilitado")
    press(window, "Deshabilitar")
    press(message_box(), "Deshabilitar")
    until(lambda: rows(window)[1] == (BERTA, "Deshabilitado"))
    assert window.form.mensaje_label.text() == DISABLED
    window.table.view.selectRow(1)
    press(window, "Habilitar")
    until(lambda: rows(window)[1] == (BERTA, "Habilitado"))
    assert window.form.mensaje_label.text() == ENABLED


def test_at_the_entrance_an_enabled_user_must_authorize_and_no_mail_shows_before(
    qtbot: QtBot, shell: Shell, alta: AltaUsuario
) -> None:
    window = open_window(qtbot, shell.context(None))
    dialog = window.findChild(AutorizarDialog)
    assert dialog is not None
    assert rows(window) == []
    assert not window.form.guardar_button.isEnabled()
    form = dialog.form
    form.usuario_edit.setText(CORREO)
    form.contrasena_edit.setText("No.Es.Esta93")
    press(dialog, "Autorizar")
    until(lambda: "no son correctos" in form.mensaje_label.text())
    assert rows(window) == []
    form.contrasena_edit.setText(CONTRASENA)
    press(dialog, "Autorizar")
    until(lambda: rows(window) == [(CORREO, "Habilitado")])
    assert window.form.guardar_button.isEnabled()


def test_another_recovery_code_asks_for_the_password_and_is_shown_once(
    window: UsuariosWindow, alta: AltaUsuario
) -> None:
    press(window, "Nuevo código de recuperación…")
    dialog = window.findChild(NuevoCodigoDialog)
    assert dialog is not None
    assert not dialog.form.usuario_edit.isVisible()
    press(dialog, "Crear código nuevo")
    assert dialog.form.mensaje_label.text() == "Escriba su contraseña."
    QTest.keyClicks(dialog.form.contrasena_edit, "No.Es.Esta93")
    QTest.keyClick(dialog.form.contrasena_edit, Qt.Key.Key_Return)
    until(lambda: dialog.form.mensaje_label.text() == WRONG_PASSWORD)
    dialog.form.contrasena_edit.setText(CONTRASENA)
    QTest.keyClick(dialog.form.contrasena_edit, Qt.Key.Key_Return)
    until(lambda: window.findChild(CodigoRecuperacionDialog) is not None)
    shown = window.findChild(CodigoRecuperacionDialog)
    assert shown is not None
    code = shown.form.codigo_edit.toPlainText().replace("\n", "")
    assert code != alta.codigo_recuperacion
    assert code in shown.paper().text()
    assert not shown.form.continuar_button.isEnabled()
    shown.form.guardado_check.setChecked(True)
    press(shown, "Continuar")
    until(lambda: window.findChild(NuevoCodigoDialog) is None)


def test_refusing_to_authorize_leaves_the_window(
    qtbot: QtBot, shell: Shell, alta: AltaUsuario
) -> None:
    window = open_window(qtbot, shell.context(None))
    dialog = window.findChild(AutorizarDialog)
    assert dialog is not None
    press(dialog, "Cancelar")
    until(lambda: not window.isVisible())


def test_consultation_cannot_open_the_list(
    qtbot: QtBot, context: Context, message_box: Box
) -> None:
    from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA

    window = create(replace(context, sesion=SESION_CONSULTA), None)
    assert isinstance(window, UsuariosWindow)
    qtbot.addWidget(window)
    window.show()
    assert "sólo consulta" in message_box().text()
    assert rows(window) == []
