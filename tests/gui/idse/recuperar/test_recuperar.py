"""Recuperar contraseña, by mail over a real server and with the printed code."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.idse.recuperar.window import RecuperarWindow
from icsoe_desktop.services.acceso.usuarios import AltaUsuario
from icsoe_desktop.services.application import Application
from tests.gui.conftest import CONTRASENA, CORREO, press, usuario_nuevo
from tests.support.reposo import until
from tests.support.smtp_real import PASSWORD, SmtpReal, free_port

NUEVA = "Fresno.Azul74"

Box = Callable[[], QMessageBox]
Opens = Callable[[], RecuperarWindow]


def clear(window: RecuperarWindow) -> None:
    if isValid(window):
        window._clear()


@pytest.fixture
def open_window(shell: Shell, alta: AltaUsuario, qtbot: QtBot) -> Opens:
    def open_() -> RecuperarWindow:
        window = shell.open("recuperar", None)
        assert isinstance(window, RecuperarWindow)
        qtbot.addWidget(window, before_close_func=clear)
        with qtbot.waitSignal(window._presenter.correo_known):
            pass
        return window

    return open_


def wait_for_second_step(window: RecuperarWindow) -> None:
    until(lambda: window.form.codigo_page.isVisible())


def asked(open_window: Opens) -> RecuperarWindow:
    """The window at its second step, after «Enviar»."""
    window = open_window()
    press(window, "Enviar")
    wait_for_second_step(window)
    return window


def mailed_code(smtp: SmtpReal, number: int = 1) -> str:
    """The code in the newest mail, as it is printed there."""
    until(lambda: len(smtp.received) >= number)
    text = smtp.received[-1].message.get_content()
    found = re.search(r"^\s+([0-9]{4} [0-9]{4})\s*$", text, re.MULTILINE)
    assert found is not None
    return found[1]


def type_second_step(window: RecuperarWindow, codigo: str, nueva: str = NUEVA) -> None:
    window.form.codigo_edit.setText(codigo)
    window.form.nueva_edit.setText(nueva)
    window.form.confirmacion_edit.setText(nueva)


def save(window: RecuperarWindow, message_box: Box) -> None:
    """Saves what was typed, which is good."""
    press(window, "Guardar contraseña")
    assert message_box().text().startswith("Contraseña actualizada.")
    press(message_box(), "Aceptar")


def enters(application: Application, contrasena: str) -> bool:
    try:
        application.acceso.enter(CORREO, contrasena)
    except InvalidInputError:
        return False
    return True


def test_a_password_is_recovered_by_mail_and_keyboard_alone(
    open_window: Opens, context: Context, configured: SmtpReal, message_box: Box, qtbot: QtBot
) -> None:
    window = open_window()
    assert window.form.correo_edit.hasFocus()
    assert window.form.correo_edit.text() == CORREO
    QTest.keyClick(window.form.correo_edit, Qt.Key.Key_Return)
    wait_for_second_step(window)
    codigo = mailed_code(configured)
    until(lambda: window.form.codigo_mensaje.text().startswith(f"Se envió un código a {CORREO}."))
    for text in (codigo, NUEVA, NUEVA):
        QTest.keyClicks(QApplication.focusWidget(), text)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(window.form.confirmacion_edit, Qt.Key.Key_Return)
    box = message_box()
    assert box.text().startswith("Contraseña actualizada.")
    with qtbot.waitSignal(window.recovered) as recovered:
        QTest.keyClick(box, Qt.Key.Key_Return)
    assert recovered.args == [CORREO]
    until(lambda: not isValid(window))
    assert enters(context.application, NUEVA)
    assert not enters(context.application, CONTRASENA)


def test_an_unknown_mail_is_told_under_the_field(
    open_window: Opens, context: Context, configured: SmtpReal
) -> None:
    window = open_window()
    window.form.correo_edit.setText("otra@ejemplo.mx")
    press(window, "Enviar")
    until(lambda: window.form.correo_error.isVisible())
    assert window.form.correo_error.text().startswith(
        "No hay un usuario habilitado con ese correo electrónico. No se envió nada."
    )
    assert context.application.buzon.counts().pendientes == 0
    QTest.keyClicks(window.form.correo_edit, "x")
    assert not window.form.correo_error.isVisible()


def test_with_several_users_the_field_is_empty_and_must_be_filled_in(
    open_window: Opens, context: Context
) -> None:
    nuevo = usuario_nuevo("beto@ejemplo.mx")
    context.application.usuarios.register(context.require_sesion(), nuevo)
    window = open_window()
    assert window.form.correo_edit.text() == ""
    for label in ("Enviar", "Usar el código de recuperación de los datos"):
        press(window, label)
        assert window.form.correo_error.text() == "Escriba el correo electrónico."
    assert window.form.correo_page.isVisible()


def test_without_a_server_the_code_waits_and_the_printed_one_works(
    open_window: Opens, context: Context, alta: AltaUsuario, message_box: Box
) -> None:
    window = asked(open_window)
    text = window.form.codigo_mensaje.text()
    assert text.startswith(f"El código para {CORREO} todavía no sale. Falta configurar el servidor")
    assert "use el código de recuperación de los datos" in text
    assert context.application.buzon.counts().pendientes == 1
    press(window, "Usar el código de recuperación de los datos")
    assert window.form.codigo_label.text().replace("&", "").startswith("Código de recuperación")
    assert alta.codigo_recuperacion is not None
    type_second_step(window, alta.codigo_recuperacion.lower())
    save(window, message_box)
    assert enters(context.application, NUEVA)


def test_when_nobody_answers_it_says_that_the_code_waits_and_why(
    open_window: Opens, context: Context, smtp: SmtpReal
) -> None:
    smtp.port = free_port()
    context.application.ajustes.save_servidor_correo(
        context.require_sesion(), smtp.servidor(), PASSWORD
    )
    window = asked(open_window)
    until(lambda: "todavía no sale" in window.form.codigo_mensaje.text())
    assert "no recibe correo en el puerto" in window.form.codigo_mensaje.text()
    assert context.application.buzon.counts().pendientes == 1


def test_a_wrong_code_changes_nothing_and_the_new_one_replaces_it(
    open_window: Opens, context: Context, configured: SmtpReal, message_box: Box
) -> None:
    window = asked(open_window)
    first = mailed_code(configured)
    wrong = f"{(int(first.replace(' ', '')) + 1) % 10**8:08}"
    type_second_step(window, wrong)
    press(window, "Guardar contraseña")
    until(lambda: window.form.codigo_error.isVisible())
    assert window.form.codigo_error.text().startswith("El código no es correcto o ya no sirve.")
    assert window.form.codigo_edit.hasFocus()
    assert enters(context.application, CONTRASENA)
    press(window, "Pedir otro código")
    second = mailed_code(configured, 2)
    until(lambda: window.form.codigo_edit.text() == "")
    assert window.form.nueva_edit.text() == NUEVA
    QTest.keyClicks(window.form.codigo_edit, second)
    save(window, message_box)
    assert enters(context.application, NUEVA)


def test_a_code_that_came_earlier_is_used_without_asking_for_another(
    open_window: Opens, context: Context, configured: SmtpReal, message_box: Box
) -> None:
    window = open_window()
    press(window, "Enviar")
    codigo = mailed_code(configured)
    until(lambda: "Se envió" in window.form.codigo_mensaje.text())
    window.close()
    until(lambda: not isValid(window))
    window = open_window()
    press(window, "Ya tengo un código que llegó a mi correo")
    type_second_step(window, codigo)
    save(window, message_box)
    assert enters(context.application, NUEVA)


@pytest.mark.parametrize(
    ("label", "codigo", "text"),
    [
        (
            "Ya tengo un código que llegó a mi correo",
            "",
            "Escriba el código que llegó a su correo: son 8 números.",
        ),
        ("Ya tengo un código que llegó a mi correo", "1234 567", "El código tiene 8 números."),
        (
            "Usar el código de recuperación de los datos",
            "ABCD-EFGH",
            "El código de recuperación tiene 8 grupos de 4: 32 letras y números.",
        ),
    ],
)
def test_a_code_of_the_wrong_length_is_told_before_it_costs_a_try(
    open_window: Opens, label: str, codigo: str, text: str
) -> None:
    window = open_window()
    press(window, label)
    type_second_step(window, codigo)
    press(window, "Guardar contraseña")
    assert window.form.codigo_error.text() == text
    good = "-".join(["7KQ4"] * 8) if "datos" in label else "1234 5678"
    window.form.codigo_edit.setText(good)  # dictated, without keys
    assert window.form.codigo_error.isHidden()


def test_a_wrong_printed_code_is_told_under_its_field(open_window: Opens, context: Context) -> None:
    window = open_window()
    press(window, "Usar el código de recuperación de los datos")
    type_second_step(window, "-".join(["7KQ4"] * 8))
    press(window, "Guardar contraseña")
    until(lambda: window.form.codigo_error.isVisible())
    assert window.form.codigo_error.text().startswith(
        "El código de recuperación no abre los datos de este equipo."
    )
    assert enters(context.application, CONTRASENA)


def test_the_rules_are_ticked_and_two_different_passwords_are_told(open_window: Opens) -> None:
    window = open_window()
    press(window, "Ya tengo un código que llegó a mi correo")
    form = window.form
    form.nueva_edit.setFocus()
    QTest.keyClicks(form.nueva_edit, "Alma")
    # Capital and small letter, no spaces, no row of keys, no sequence, no repetition; the mail
    # begins with «alma», there is no number and no sign, and it is short.
    assert (form.reglas_label.text().count("✓"), form.reglas_label.text().count("○")) == (6, 4)
    QTest.keyClick(form.nueva_edit, Qt.Key.Key_Tab)
    assert form.nueva_error.text() == "Aún falta cumplir las reglas marcadas con ○."
    form.nueva_edit.setFocus()
    form.nueva_edit.clear()
    QTest.keyClicks(form.nueva_edit, NUEVA)
    assert not form.nueva_error.isVisible()
    assert form.reglas_label.text().count("✓") == 10
    form.confirmacion_edit.setFocus()
    QTest.keyClicks(form.confirmacion_edit, "otra")
    assert not form.confirmacion_error.isVisible()
    QTest.keyClick(form.confirmacion_edit, Qt.Key.Key_Tab)
    assert form.confirmacion_error.text() == "Las contraseñas no coinciden."


def test_a_typed_password_is_not_lost_without_asking(open_window: Opens, message_box: Box) -> None:
    window = open_window()
    press(window, "Ya tengo un código que llegó a mi correo")
    QTest.keyClicks(window.form.nueva_edit, "Fresno")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    box = message_box()
    press(box, "Seguir editando")
    until(lambda: not box.isVisible())
    assert window.form.nueva_edit.text() == "Fresno"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    press(message_box(), "Descartar cambios")
    until(lambda: not isValid(window))


def test_too_many_requests_are_slowed_down_in_words(
    open_window: Opens, configured: SmtpReal
) -> None:
    window = open_window()
    press(window, "Enviar")
    for number in (1, 2, 3, 4):
        mailed_code(configured, number)
        until(lambda: "Se envió" in window.form.codigo_mensaje.text())
        until(lambda: window.form.otro_button.isEnabled())
        press(window, "Pedir otro código")
    until(lambda: window.form.guardar_mensaje.text().startswith("Demasiados intentos."))
    assert window.form.codigo_page.isVisible()
