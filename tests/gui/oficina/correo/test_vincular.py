"""A mail account linked from the window, against a real identity server and a real SMTP server."""

from __future__ import annotations

import time

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.correo_oauth import ProveedorIdentidad
from icsoe_desktop.gateways.correo.identidad import IdentityGateway
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.oficina.correo import dialogos
from icsoe_desktop.gui.oficina.correo.dialogos import LINK_STOPPED, VincularDialog
from icsoe_desktop.gui.oficina.correo.presenter import Entrada
from icsoe_desktop.gui.oficina.correo.window import ServidorCorreoWindow
from icsoe_desktop.services.correo.credenciales import CredencialesCorreo
from icsoe_desktop.services.correo.vinculo import NOT_LINKED, OTHER_SERVER, USER_MISSING
from tests.gui.conftest import press
from tests.gui.oficina.correo.test_servidor_correo import discard_edits, open_test
from tests.gui.oficina.correo.test_servidor_correo import type_account as type_password_account
from tests.support.identidad_real import CLIENT, IdentidadReal
from tests.support.identidad_real import identidad as identidad
from tests.support.identidad_real import oauth_smtp as oauth_smtp
from tests.support.smtp_real import USER, SmtpReal


@pytest.fixture
def puesta(context: Context, identidad: IdentidadReal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The identity server of the test stands in place of Microsoft's."""
    ajustes = context.application.ajustes
    ajustes.identidad = IdentityGateway(
        identidad.certificado.trusting, identidad.puntos(), sleep=lambda _: time.sleep(0.01)
    )
    ajustes.credenciales = CredencialesCorreo(context.application.store, ajustes.identidad)
    monkeypatch.setattr(dialogos, "open_browser", identidad.browse)


@pytest.fixture
def window(context: Context, puesta: None, qtbot: QtBot) -> ServidorCorreoWindow:
    window = opened(context, qtbot)
    qtbot.addWidget(window, before_close_func=discard_edits)
    return window


def opened(context: Context, qtbot: QtBot) -> ServidorCorreoWindow:
    window = context.shell.open("servidor_correo", context.sesion)
    assert isinstance(window, ServidorCorreoWindow)
    qtbot.waitUntil(lambda: window.form.guardar_button.isEnabled())
    return window


def choose(window: ServidorCorreoWindow, entrada: Entrada) -> None:
    combo = window.form.entrada_combo
    combo.setCurrentText(entrada.value)
    combo.activated.emit(combo.currentIndex())


def type_account(window: ServidorCorreoWindow, smtp: SmtpReal) -> None:
    type_password_account(window, smtp, "")
    choose(window, Entrada.VINCULADA)
    window.form.cliente_edit.setText(CLIENT)
    window.form.inquilino_edit.setText("ejemplo.mx")


def open_link(window: ServidorCorreoWindow, qtbot: QtBot) -> VincularDialog:
    press(window, "Vincular cuenta…")
    qtbot.waitUntil(lambda: bool(window.findChildren(VincularDialog)))
    dialog = window.findChildren(VincularDialog)[-1]
    qtbot.waitUntil(dialog.isVisible)
    return dialog


@pytest.mark.usefixtures("puesta")
def test_an_account_is_linked_in_the_browser_tried_and_shown_again(
    context: Context, oauth_smtp: SmtpReal, qtbot: QtBot
) -> None:
    window = opened(context, qtbot)
    type_account(window, oauth_smtp)
    dialog = open_link(window, qtbot)
    press(dialog, "Vincular")
    qtbot.waitUntil(lambda: "vinculada" in window.form.mensaje_label.text(), timeout=20_000)
    assert window.form.vinculo_label.text().startswith("Cuenta de Microsoft vinculada el ")
    assert not window.unsaved
    test = open_test(window, qtbot)
    press(test, "Enviar")
    qtbot.waitUntil(lambda: bool(oauth_smtp.received), timeout=20_000)
    qtbot.waitUntil(lambda: "aceptó" in test.form.mensaje_label.text())
    test.close()
    window.close()
    again = opened(context, qtbot)
    form = again.form
    assert (form.entrada_combo.currentText(), form.cliente_edit.text()) == (
        Entrada.VINCULADA.value,
        CLIENT,
    )
    assert form.inquilino_edit.text() == "ejemplo.mx"
    assert not form.contrasena_edit.isVisible()
    assert form.desvincular_button.isVisible()


def test_a_code_is_shown_copied_and_its_leave_waited_for(
    window: ServidorCorreoWindow, oauth_smtp: SmtpReal, identidad: IdentidadReal, qtbot: QtBot
) -> None:
    identidad.pending = 10_000
    type_account(window, oauth_smtp)
    dialog = open_link(window, qtbot)
    dialog.form.codigo_radio.setChecked(True)
    press(dialog, "Vincular")
    qtbot.waitUntil(dialog.form.codigo_frame.isVisible, timeout=20_000)
    assert dialog.form.codigo_edit.text() == "BCDF-GHJK"
    assert dialog.form.direccion_edit.text() == f"{identidad.base}/entrar"
    press(dialog, "Copiar")
    assert QGuiApplication.clipboard().text() == "BCDF-GHJK"
    identidad.pending = 0
    qtbot.waitUntil(lambda: "vinculada" in window.form.mensaje_label.text(), timeout=20_000)


def test_the_first_cancel_stops_the_waiting_and_the_second_closes(
    window: ServidorCorreoWindow,
    oauth_smtp: SmtpReal,
    context: Context,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dialogos, "open_browser", lambda _address: True)
    type_account(window, oauth_smtp)
    dialog = open_link(window, qtbot)
    press(dialog, "Vincular")
    qtbot.waitUntil(dialog.form.avance_bar.isVisible)
    press(dialog, "Cancelar")
    qtbot.waitUntil(lambda: dialog.form.mensaje_label.text() == LINK_STOPPED, timeout=20_000)
    assert dialog.isVisible()
    press(dialog, "Cerrar")
    qtbot.waitUntil(lambda: not dialog.isVisible())
    ajustes = context.application.ajustes
    assert ajustes.servidor_correo(context.require_sesion()) is None


def test_a_person_who_says_no_sees_why_and_may_try_again(
    window: ServidorCorreoWindow, oauth_smtp: SmtpReal, identidad: IdentidadReal, qtbot: QtBot
) -> None:
    identidad.denies = True
    type_account(window, oauth_smtp)
    dialog = open_link(window, qtbot)
    press(dialog, "Vincular")
    qtbot.waitUntil(
        lambda: dialog.form.mensaje_label.text().startswith("No se dio"), timeout=20_000
    )
    identidad.denies = False
    press(dialog, "Vincular")
    qtbot.waitUntil(lambda: "vinculada" in window.form.mensaje_label.text(), timeout=20_000)


def test_mistakes_are_named_before_anybody_is_asked(
    window: ServidorCorreoWindow, oauth_smtp: SmtpReal, identidad: IdentidadReal
) -> None:
    form = window.form
    choose(window, Entrada.VINCULADA)
    form.servidor_edit.setText("smtp.ejemplo.mx")
    form.remitente_edit.setText(USER)
    press(window, "Vincular cuenta…")
    assert form.servidor_error.text() == OTHER_SERVER
    assert form.usuario_error.text() == USER_MISSING
    type_account(window, oauth_smtp)
    form.cliente_edit.clear()
    press(window, "Vincular cuenta…")
    assert "este programa no trae ninguno" in form.cliente_error.text()
    form.cliente_edit.setText(CLIENT)
    press(window, "Guardar")
    assert form.cliente_error.text() == NOT_LINKED
    assert window.findChildren(VincularDialog) == []
    assert identidad.asked == []


def test_each_provider_has_its_own_fields(window: ServidorCorreoWindow) -> None:
    form = window.form
    choose(window, Entrada.VINCULADA)
    form.servidor_edit.setText("smtp.office365.com")
    service = window.context.application.vinculo_correo
    assert service.proveedor_of("smtp.gmail.com") is ProveedorIdentidad.GOOGLE
    assert form.inquilino_edit.isVisible()
    assert not form.secreto_edit.isVisible()
    form.servidor_edit.setText("smtp.gmail.com")
    assert form.secreto_edit.isVisible()
    assert not form.inquilino_edit.isVisible()
    choose(window, Entrada.CONTRASENA)
    assert form.contrasena_edit.isVisible()
    assert not form.secreto_edit.isVisible()
    assert not form.vincular_button.isVisible()


def test_unlinking_asks_and_forgets_the_leave(
    window: ServidorCorreoWindow, oauth_smtp: SmtpReal, context: Context, qtbot: QtBot
) -> None:
    type_account(window, oauth_smtp)
    press(open_link(window, qtbot), "Vincular")
    qtbot.waitUntil(lambda: "vinculada" in window.form.mensaje_label.text(), timeout=20_000)
    press(window, "Desvincular…")
    [question] = window.findChildren(QMessageBox)
    press(question, "Desvincular")
    qtbot.waitUntil(lambda: "se desvinculó" in window.form.mensaje_label.text())
    estado = context.application.vinculo_correo.estado(context.require_sesion())
    assert estado.vinculo is None
    assert not window.form.desvincular_button.isVisible()
