"""Servidor de correo, driven as a person does, against a real server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.oficina.correo.dialogos import TEST_STOPPED, PruebaDialog
from icsoe_desktop.gui.oficina.correo.presenter import Entrada
from icsoe_desktop.gui.oficina.correo.window import ServidorCorreoWindow
from icsoe_desktop.services.correo.ajustes import PASSWORD_AGAIN, PASSWORD_MISSING
from tests.gui.conftest import press
from tests.support.smtp_real import PASSWORD, USER, SmtpReal, raw_server

GMAIL = ServidorCorreo(
    servidor="smtp.gmail.com",
    puerto=587,
    seguridad=Seguridad.STARTTLS,
    usuario="nomina@gmail.com",
    remitente="nomina@gmail.com",
    nombre_remitente="",
)


@pytest.fixture
def open_window(context: Context, qtbot: QtBot) -> Callable[[], ServidorCorreoWindow]:
    def open_() -> ServidorCorreoWindow:
        window = context.shell.open("servidor_correo", context.sesion)
        assert isinstance(window, ServidorCorreoWindow)
        qtbot.addWidget(window, before_close_func=discard_edits)
        qtbot.waitUntil(lambda: window.form.guardar_button.isEnabled())
        return window

    return open_


@pytest.fixture
def window(open_window: Callable[[], ServidorCorreoWindow]) -> ServidorCorreoWindow:
    return open_window()


def discard_edits(window: ServidorCorreoWindow) -> None:
    if isValid(window):
        window.discard()


def kept(context: Context) -> ServidorCorreo | None:
    return context.application.ajustes.servidor_correo(context.require_sesion())


def kept_password(context: Context) -> str:
    with context.application.store.read() as db:
        cuenta = context.application.ajustes.cuenta_correo(db)
    assert cuenta is not None
    return cuenta.contrasena


def type_account(window: ServidorCorreoWindow, smtp: SmtpReal, password: str = PASSWORD) -> None:
    form = window.form
    form.servidor_edit.setText("127.0.0.1")
    form.puerto_edit.setText(str(smtp.port))
    form.seguridad_combo.setCurrentText("Ninguna (sólo en este equipo)")
    form.usuario_edit.setText(USER)
    form.contrasena_edit.setText(password)
    form.remitente_edit.setText(USER)


def open_test(window: ServidorCorreoWindow, qtbot: QtBot) -> PruebaDialog:
    press(window, "Enviar correo de prueba…")
    qtbot.waitUntil(lambda: bool(window.findChildren(PruebaDialog)))
    dialog = window.findChildren(PruebaDialog)[-1]
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def type_in_order(qtbot: QtBot, texts: list[str]) -> None:
    """Each text into the field that has the focus, then Tab."""
    for text in texts:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClicks(focused, text)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)


def test_a_gmail_account_is_kept_by_keyboard_alone(
    window: ServidorCorreoWindow, context: Context, qtbot: QtBot
) -> None:
    sent_now: list[bool] = []
    context.shell.mail_changed.connect(lambda: sent_now.append(True))
    qtbot.waitUntil(lambda: window.form.proveedor_combo.hasFocus())
    qtbot.keyClick(window.form.proveedor_combo, Qt.Key.Key_Home)
    assert window.form.servidor_edit.text() == "smtp.gmail.com"
    assert "contraseña de aplicación" in window.form.proveedor_hint.text()
    # All before the user are filled in; so is the sender, from the user.
    type_in_order(
        qtbot, ["", "", "", "", "", "nomina@gmail.com", "abcd efgh ijkl mnop", "", "", ""]
    )
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.form.mensaje_label.isVisible())
    assert window.form.mensaje_label.text().startswith("La configuración se guardó.")
    assert kept(context) == GMAIL
    assert kept_password(context) == "abcd efgh ijkl mnop"
    # The mails that waited for a server do not wait for the next round.
    assert sent_now == [True]


def test_a_saved_password_is_not_shown_and_stays_when_the_field_is_empty(
    open_window: Callable[[], ServidorCorreoWindow], context: Context, qtbot: QtBot
) -> None:
    ajustes = context.application.ajustes
    ajustes.save_servidor_correo(context.require_sesion(), GMAIL, "abcdefgh")
    window = open_window()
    assert window.form.contrasena_edit.text() == ""
    assert window.form.contrasena_edit.placeholderText() == "Contraseña guardada"
    window.form.nombre_remitente_edit.setText("Nóminas")
    press(window, "Guardar")
    qtbot.waitUntil(lambda: window.form.mensaje_label.isVisible())
    saved = kept(context)
    assert saved is not None
    assert (saved.nombre_remitente, kept_password(context)) == ("Nóminas", "abcdefgh")


def test_another_server_asks_for_the_password_again(
    open_window: Callable[[], ServidorCorreoWindow], context: Context
) -> None:
    ajustes = context.application.ajustes
    ajustes.save_servidor_correo(context.require_sesion(), GMAIL, "abcdefgh")
    window = open_window()
    window.form.servidor_edit.setText("smtp.ejemplo.mx")
    press(window, "Guardar")
    assert window.form.contrasena_error.text() == PASSWORD_AGAIN
    assert kept(context) == GMAIL


def test_mistakes_are_named_under_their_fields_and_not_before_the_first_try(
    window: ServidorCorreoWindow, context: Context, qtbot: QtBot
) -> None:
    form = window.form
    errors = {
        "servidor": form.servidor_error,
        "seguridad": form.seguridad_error,
        "contrasena": form.contrasena_error,
        "usuario": form.usuario_error,
        "remitente": form.remitente_error,
    }
    assert not any(label.isVisible() for label in errors.values())
    press(window, "Guardar")
    assert {name for name, label in errors.items() if label.isVisible()} == {
        "servidor",
        "remitente",
        "usuario",
    }
    assert form.servidor_edit.hasFocus()
    qtbot.keyClicks(form.servidor_edit, "smtp.ejemplo.mx")
    assert not form.servidor_error.isVisible()
    form.seguridad_combo.setCurrentText("Ninguna (sólo en este equipo)")
    form.usuario_edit.setText("nomina")
    form.remitente_edit.setText("nomina@ejemplo.mx")
    press(window, "Guardar")
    assert form.seguridad_error.text().startswith("Sin cifrado, la contraseña y los correos")
    form.seguridad_combo.setCurrentText("SSL/TLS")
    press(window, "Guardar")
    assert form.contrasena_error.text() == PASSWORD_MISSING
    assert kept(context) is None


def test_a_server_that_asks_for_no_user_is_kept_and_shown_as_such(
    open_window: Callable[[], ServidorCorreoWindow], context: Context, qtbot: QtBot, smtp: SmtpReal
) -> None:
    window = open_window()
    type_account(window, smtp)
    window.form.entrada_combo.setCurrentText(Entrada.NINGUNA.value)
    window.form.entrada_combo.activated.emit(2)
    assert not window.form.usuario_edit.isVisible()
    assert not window.form.contrasena_edit.isVisible()
    press(window, "Guardar")
    qtbot.waitUntil(lambda: window.form.mensaje_label.isVisible())
    saved = kept(context)
    assert saved is not None
    assert (saved.usuario, kept_password(context)) == ("", "")
    window.close()
    assert open_window().form.entrada_combo.currentText() == Entrada.NINGUNA.value


def test_choosing_the_security_brings_its_usual_port_but_keeps_an_unusual_one(
    window: ServidorCorreoWindow, qtbot: QtBot
) -> None:
    form = window.form
    qtbot.keyClick(form.seguridad_combo, Qt.Key.Key_Down)
    assert (form.seguridad_combo.currentText(), form.puerto_edit.text()) == ("SSL/TLS", "465")
    form.puerto_edit.setText("2525")
    qtbot.keyClick(form.seguridad_combo, Qt.Key.Key_Up)
    assert (form.seguridad_combo.currentText(), form.puerto_edit.text()) == ("STARTTLS", "2525")


def test_typing_the_server_of_a_provider_shows_its_help(
    window: ServidorCorreoWindow, qtbot: QtBot
) -> None:
    form = window.form
    qtbot.keyClicks(form.servidor_edit, "smtp.office365.com")
    assert form.proveedor_combo.currentText() == "Outlook / Microsoft 365"
    qtbot.keyClicks(form.servidor_edit, ".mx")
    assert form.proveedor_combo.currentText() == "Otro"


def test_the_test_mail_arrives_with_what_is_on_the_screen(
    window: ServidorCorreoWindow, context: Context, smtp: SmtpReal, qtbot: QtBot
) -> None:
    type_account(window, smtp)
    dialog = open_test(window, qtbot)
    assert dialog.form.para_edit.text() == USER
    dialog.form.para_edit.setText("beto@ejemplo.mx")
    qtbot.keyClick(dialog.form.para_edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.form.enviar_button.isEnabled(), timeout=10_000)
    assert dialog.form.mensaje_label.text().startswith(
        "El servidor aceptó el correo de prueba para beto@ejemplo.mx."
    )
    assert [mail.rcpt_to for mail in smtp.received] == [["beto@ejemplo.mx"]]
    assert smtp.logins == [(USER, PASSWORD)]
    assert kept(context) is None
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_wrong_password_and_a_badly_written_recipient_are_told(
    window: ServidorCorreoWindow, smtp: SmtpReal, qtbot: QtBot
) -> None:
    type_account(window, smtp, "otra")
    dialog = open_test(window, qtbot)
    form = dialog.form
    form.para_edit.setText("beto")
    press(dialog, "Enviar")
    qtbot.waitUntil(form.para_error.isVisible)
    assert "arroba" in form.para_error.text()
    assert smtp.logins == []
    form.para_edit.setText(USER)
    press(dialog, "Enviar")
    qtbot.waitUntil(lambda: form.mensaje_label.property("role") == "error", timeout=10_000)
    text = form.mensaje_label.text()
    assert text.startswith("El servidor de correo no aceptó el usuario o la contraseña.")
    assert text.endswith("El correo de prueba no se envió; su configuración sigue como estaba.")
    assert smtp.received == []


def test_a_test_that_takes_long_can_be_cancelled(
    window: ServidorCorreoWindow, smtp: SmtpReal, qtbot: QtBot
) -> None:
    gate, commands = threading.Event(), bytearray()

    def slow(connection: socket.socket) -> None:
        gate.wait(10)
        connection.sendall(b"220 lento.ejemplo.mx ESMTP\r\n")
        while line := connection.recv(1024):
            commands.extend(line)
            connection.sendall(b"250 lento.ejemplo.mx\r\n")

    with raw_server(slow) as port:
        type_account(window, smtp)
        window.form.entrada_combo.setCurrentText(Entrada.NINGUNA.value)
        window.form.puerto_edit.setText(str(port))
        dialog = open_test(window, qtbot)
        press(dialog, "Enviar")
        qtbot.waitUntil(lambda: dialog.form.avance_bar.isVisible())
        press(dialog, "Cancelar")
        assert dialog.form.mensaje_label.text().startswith("Cancelando…")
        gate.set()
        qtbot.waitUntil(lambda: dialog.form.enviar_button.isEnabled(), timeout=10_000)
    assert dialog.form.mensaje_label.text() == TEST_STOPPED
    assert b"MAIL" not in bytes(commands)
