"""Who answers for the data, typed by the administrator; a new version accepted at the entry."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.tablero import palabras
from icsoe_desktop.gui.kit.dialogs import TextoDialog
from icsoe_desktop.gui.oficina.privacidad.window import PrivacidadWindow, ask_to_accept
from icsoe_desktop.services.application import Application
from icsoe_desktop.store.tables.acceso import UsuarioRow
from tests.support.reposo import settle

Key = Qt.Key


def pedido(application: Application, context: Context) -> bool:
    tablero = application.tablero.read(context.require_sesion())
    return palabras.PRIVACIDAD in {one.destino for one in palabras.tareas(tablero)}


def test_the_tablero_asks_until_it_is_typed_and_the_notice_says_it(
    context: Context, application: Application
) -> None:
    assert pedido(application, context)
    window = context.shell.open("privacidad", context.sesion)
    assert isinstance(window, PrivacidadWindow)
    window.form.guardar_button.click()
    assert window.form.responsable_error.text() == "Escriba el nombre o la razón social."
    for text in ("Nominas SA", "Calle 1, Toluca", "arco@ejemplo.mx", "", "ejemplo.mx/aviso"):
        focus = window.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, text)
        QTest.keyClick(focus, Key.Key_Tab)
    window.form.ver_button.click()
    (dialog,) = window.findChildren(TextoDialog)
    assert (
        "Nominas SA, con domicilio en Calle 1, Toluca." in dialog.form.texto_browser.toPlainText()
    )
    dialog.accept()
    window.form.guardar_button.click()
    settle()
    assert application.avisos.datos().responsable == "Nominas SA"
    assert not pedido(application, context)


@pytest.mark.parametrize("accepts", [True, False])
def test_a_new_version_is_shown_and_only_who_accepts_goes_on(
    context: Context, application: Application, accepts: bool
) -> None:
    with application.store.write() as db:
        for row in db.scalars(select(UsuarioRow)):
            row.aviso_version = "2026-11"
    window, went_on, left = QWidget(), [], []
    context.shell.left.connect(lambda: left.append(1))
    ask_to_accept(context, window, lambda: went_on.append(1))
    settle(lambda: window.findChildren(TextoDialog))
    (dialog,) = window.findChildren(TextoDialog)
    QTest.keyClick(dialog.form.cerrar_button, Key.Key_Return if accepts else Key.Key_Escape)
    settle()
    assert (bool(went_on), bool(left)) == (accepts, not accepts)
    assert application.avisos.pending(context.require_sesion()) is not accepts
    window.deleteLater()
