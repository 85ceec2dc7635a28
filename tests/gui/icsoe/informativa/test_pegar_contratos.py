"""Contracts pasted from Excel into the list of the Informativa, and copied out of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.informativa.page import NOTHING_COPIED
from icsoe_desktop.services.application import Application
from tests.domain.icsoe.informativas import PERIODO, contrato
from tests.gui.icsoe.capturistas.comun import child
from tests.gui.icsoe.comun import Entered
from tests.gui.icsoe.informativa.test_recorrido_informativa import closed, page_of
from tests.services.informativa.test_lista_contratos import HEADER, line
from tests.support.reposo import settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def test_paste_shows_what_each_row_does_and_copy_gives_it_back(
    qtbot: QtBot, shell: Shell, entered: Entered, application: Application, contratista: Sesion
) -> None:
    application.informativas.create(contratista, PERIODO, TipoInformativa.NORMAL)
    icsoe = entered(contratista)
    icsoe.show_page("informativa")
    page = page_of(qtbot, shell, icsoe)
    qtbot.waitUntil(page.form.pegar_button.isEnabled)
    table = page.form.contratos_table
    QGuiApplication.clipboard().setText("")
    page.form.pegar_button.click()
    assert page.form.mensaje_label.text() == NOTHING_COPIED
    rows = [line(contrato(1)), line(contrato(2), objeto="")]
    QGuiApplication.clipboard().setText("\n".join([HEADER, *rows]))
    table.setFocus()
    QTest.keyClick(table, Key.Key_V, CTRL)
    dialog = child(qtbot, page.window(), SheetImportDialog)
    qtbot.waitUntil(lambda: dialog.form.resumen_label.isVisible())
    assert dialog.form.resumen_label.text() == "2 renglones: 1 nuevo, 1 con problemas."
    assert not dialog.form.importar_button.isEnabled()
    dialog.form.solo_correctos_check.click()
    assert dialog.form.importar_button.text() == "&Agregar 1 contrato"
    dialog.form.importar_button.click()
    closed(qtbot, shell, dialog)
    (fila,) = application.contratos.rows(contratista, page._presenter.state.chosen)
    assert (fila.numero, fila.dentro) == ("C-1", True)
    settle(lambda: table.model().rowCount() == 1)
    assert page.form.mensaje_label.text().startswith("Se agregó 1 contrato. Ahora sus trabajadores")
    icsoe.activateWindow()
    qtbot.waitUntil(icsoe.isActiveWindow)
    table.setFocus()
    table.selectAll()
    QTest.keyClick(table, Key.Key_C, CTRL)
    settle(lambda: QGuiApplication.clipboard().text().startswith("RFC del"))
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied[0].startswith("RFC del contratante\t")
    assert contrato(1).objeto in copied[1]
