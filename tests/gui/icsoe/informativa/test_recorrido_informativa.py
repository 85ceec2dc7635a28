"""From entering to the kept acuse, with the keyboard: 3 contracts and 120 workers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa
from icsoe_desktop.domain.icsoe.trabajadores import read_csv
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.informativa.acuse import AcuseInformativaDialog
from icsoe_desktop.gui.icsoe.informativa.acuses import AcusesPage
from icsoe_desktop.gui.icsoe.informativa.contrato import ContratoDialog
from icsoe_desktop.gui.icsoe.informativa.dialogos import (
    LlenarDialog,
    NuevaInformativaDialog,
    RevisionInformativaDialog,
)
from icsoe_desktop.gui.icsoe.informativa.hoja import COPY_COLUMN, HojaCapturaDialog
from icsoe_desktop.gui.icsoe.informativa.page import InformativaPage
from icsoe_desktop.gui.icsoe.informativa.trabajadores import TrabajadoresDialog
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.domain.icsoe.informativas import contrato
from tests.gui.icsoe.capturistas.comun import (
    CONTRASENA,
    PERSONA,
    Box,
    child,
    focused,
    last_link,
    press_key,
    receive,
    said,
    type_here,
)
from tests.gui.icsoe.comun import pdf_file
from tests.support.reposo import settle
from tests.support.smtp_real import SmtpReal

Key = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def alt(qtbot: QtBot, window: QWidget, letter: Qt.Key) -> None:
    """Alt and a letter, as soon as the window has the keyboard."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(focused(window), letter, ALT)


def page_of(qtbot: QtBot, shell: Shell, window: IcsoeWindow) -> InformativaPage:
    qtbot.waitUntil(lambda: isinstance(window.page, InformativaPage) and not shell.jobs.busy)
    page = window.page
    assert isinstance(page, InformativaPage)
    return page


def closed(qtbot: QtBot, shell: Shell, dialog: QDialog) -> None:
    qtbot.waitUntil(lambda: not isValid(dialog) or not dialog.isVisible())
    qtbot.waitUntil(lambda: not shell.jobs.busy)
    settle()


def add_contract(qtbot: QtBot, shell: Shell, icsoe: IcsoeWindow, at: int) -> None:
    """Types a contract; the folio of the first one is offered in the others."""
    datos = contrato(at)
    alt(qtbot, icsoe, Key.Key_G)
    dialog = child(qtbot, icsoe, ContratoDialog)
    assert focused(dialog) is dialog.form.rfc_edit
    assert datos.inicio is not None
    texts = [
        datos.contratante.rfc,
        datos.contratante.nombre,
        datos.contratante.celular,
        datos.contratante.correo,
        "",
        "",
        "",
        datos.folio.folio,
        datos.folio.texto,
        datos.numero,
        datos.objeto,
        f"{datos.inicio:%d%m%Y}",
    ]
    for text in texts:
        if text:
            type_here(dialog, text)
        press_key(dialog, Key.Key_Tab)
    assert focused(dialog) is dialog.form.fin_edit
    press_key(dialog, Key.Key_Return)
    closed(qtbot, shell, dialog)
    # What was saved is chosen: the next step is its workers.
    chosen = page_of(qtbot, shell, icsoe).contratos.selected()
    assert chosen is not None
    assert chosen.numero == datos.numero


def fill_workers(qtbot: QtBot, shell: Shell, icsoe: IcsoeWindow, at: int) -> None:
    """Fills the workers of a contract from one registro patronal of three."""
    page = page_of(qtbot, shell, icsoe)
    page.form.contratos_table.setFocus()
    QTest.keyClick(page.form.contratos_table, Key.Key_Home, CTRL)
    press_key(icsoe, Key.Key_Down, at)
    alt(qtbot, icsoe, Key.Key_B)
    dialog = child(qtbot, icsoe, TrabajadoresDialog)
    alt(qtbot, dialog, Key.Key_L)
    llenar = child(qtbot, dialog, LlenarDialog)
    registros = llenar.form.registros_list
    registros.setFocus()
    for row in range(3):
        registros.setCurrentRow(row)
        if row != at:
            QTest.keyClick(registros, Key.Key_Space)
    QTest.keyClick(registros, Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 40)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(focused(dialog), Key.Key_S, CTRL)
    closed(qtbot, shell, dialog)


def test_a_capturista_prepares_the_return_and_the_contratista_keeps_its_acuse(
    qtbot: QtBot,
    shell: Shell,
    flow: IcsoeFlow,
    application: Application,
    smtp: SmtpReal,
    registrada: Capturista,
    contratista: Sesion,
    movimientos: list[str],
    message_box: Box,
    tmp_path: Path,
) -> None:
    receive(application, smtp)
    application.activacion.create_password(
        last_link(smtp), CONTRASENA, CONTRASENA, acepta_aviso=True
    )
    # Entering: she has one contratista.
    access = flow.open_entrance()
    type_here(access, PERSONA.curp)
    press_key(access, Key.Key_Tab)
    type_here(access, CONTRASENA)
    with qtbot.waitSignal(flow.entered) as entered:
        press_key(access, Key.Key_Return)
    assert entered.args is not None
    icsoe = shell.open("icsoe", entered.args[0])
    assert isinstance(icsoe, IcsoeWindow)
    qtbot.waitUntil(lambda: icsoe.form.contratista_value.isVisible() and not shell.jobs.busy)
    settle()
    page = page_of(qtbot, shell, icsoe)
    qtbot.waitUntil(lambda: "vence el 18/01/2027, faltan 6 días" in said(page.form.plazo_label))
    # The return of the period that is due.
    alt(qtbot, icsoe, Key.Key_V)
    nueva = child(qtbot, icsoe, NuevaInformativaDialog)
    press_key(nueva, Key.Key_Return)
    closed(qtbot, shell, nueva)
    assert "En captura" in said(page.form.plazo_label)
    # Three contracts, and the workers of each.
    for at in (1, 2, 3):
        add_contract(qtbot, shell, icsoe, at)
    for at in range(3):
        fill_workers(qtbot, shell, icsoe, at)
    # The review finds nothing; a capturista marks it, and cannot mark it ready.
    alt(qtbot, icsoe, Key.Key_R)
    revision = child(qtbot, icsoe, RevisionInformativaDialog)
    qtbot.waitUntil(lambda: focused(revision) is revision.form.revisada_button)
    assert said(revision.form.resumen_label) == "No se encontró nada que corregir."
    # The number that is declared is compared on leaving it.
    for typed, result in (("4", "1 problema bloquea."), ("3", "No se encontró nada que corregir.")):
        alt(qtbot, revision, Key.Key_D)
        revision.form.declarados_edit.setText(typed)
        press_key(revision, Key.Key_Return)
        settle(lambda result=result: said(revision.form.resumen_label) == result)
    qtbot.waitUntil(lambda: focused(revision) is revision.form.revisada_button)
    press_key(revision, Key.Key_Space)
    closed(qtbot, shell, revision)
    assert said(page.form.mensaje_label).startswith("Quedó revisada. Falta que el contratista")
    assert not page.form.lista_button.isEnabled()
    # The sheet: Enter copies a field and goes on to the next.
    alt(qtbot, icsoe, Key.Key_J)
    hoja = child(qtbot, icsoe, HojaCapturaDialog)
    copied = []
    for _ in range(4):
        QTest.keyClick(hoja.form.hoja_tree, Key.Key_Return)
        copied.append(QGuiApplication.clipboard().text())
    assert copied == ["2026", "3 (septiembre–diciembre 2026)", "Normal", "TBI990101QX5"]
    tree = hoja.form.hoja_tree
    place = tree.visualItemRect(tree.topLevelItem(1).child(1)).center()
    place.setX(tree.columnViewportPosition(COPY_COLUMN) + 12)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert QGuiApplication.clipboard().text() == "TORNILLOS Y BIRLOS SA DE CV"
    folder = tmp_path / "csv"
    folder.mkdir()
    hoja.write_files(folder)
    written = sorted(folder.iterdir())
    rows = [row for path in written for row in read_csv([path.read_bytes()])]
    assert (len(written), {row.nss for row in rows}) == (3, set(movimientos))
    assert {row.sbc for row in rows} == {"412.50"}
    hoja.write_pdf(tmp_path / "hoja.pdf")
    qtbot.waitUntil((tmp_path / "hoja.pdf").exists)
    assert (tmp_path / "hoja.pdf").read_bytes().startswith(b"%PDF")
    press_key(hoja, Key.Key_Escape)
    closed(qtbot, shell, hoja)
    shell.discard_session()
    settle()
    # The contratista signs in the portal and keeps the acuse.
    own = shell.open("icsoe", contratista)
    assert isinstance(own, IcsoeWindow)
    qtbot.waitUntil(lambda: own.page is not None and not shell.jobs.busy)
    own.show_page("informativa")
    page = page_of(qtbot, shell, own)
    qtbot.waitUntil(page.form.lista_button.isEnabled)
    alt(qtbot, own, Key.Key_L)
    qtbot.waitUntil(lambda: page.form.acuse_button.isEnabled() and not shell.jobs.busy)
    alt(qtbot, own, Key.Key_U)
    acuse = child(qtbot, own, AcuseInformativaDialog)
    acuse.take_file(pdf_file(tmp_path))
    for text in ("N20260012345", "12012027", "09:30"):
        type_here(acuse, text)
        press_key(acuse, Key.Key_Tab)
    press_key(acuse, Key.Key_Return)
    closed(qtbot, shell, acuse)
    (fila,) = application.informativas.tablero(contratista).filas
    assert fila.estado is EstadoInformativa.PRESENTADA
    assert fila.contratos == 3
    assert fila.acuse is not None
    assert (fila.acuse.folio, fila.acuse.tarde) == ("N20260012345", False)
    assert "ya se presentó" in said(page.form.plazo_label)
    assert not page.form.eliminar_button.isEnabled()
    # It stays in «Acuses», with its file and the deadlines as a calendar.
    own.activateWindow()
    qtbot.waitUntil(own.isActiveWindow)
    QTest.keyClick(focused(own), Key.Key_6, CTRL)
    qtbot.waitUntil(lambda: isinstance(own.page, AcusesPage) and not shell.jobs.busy)
    acuses = own.page
    assert isinstance(acuses, AcusesPage)
    qtbot.waitUntil(lambda: acuses.table.selected() is not None)
    chosen = acuses.table.selected()
    assert chosen is not None
    assert chosen.acuse is not None
    assert chosen.acuse.folio == "N20260012345"
    acuses.save_copy(tmp_path / "copia.pdf")
    qtbot.waitUntil(lambda: "copia.pdf" in said(acuses.form.mensaje_label))
    acuses.save_calendar(tmp_path / "plazos.ics")
    qtbot.waitUntil(lambda: "plazos.ics" in said(acuses.form.mensaje_label))
    assert (tmp_path / "copia.pdf").read_bytes() == (tmp_path / "acuse repse.pdf").read_bytes()
    assert (tmp_path / "plazos.ics").read_text().count("BEGIN:VEVENT") == 5
    QTest.keyClick(acuses.form.acuses_table, Key.Key_Return)
    visor = child(qtbot, own, VisorDialog)
    press_key(visor, Key.Key_Escape)
    closed(qtbot, shell, visor)
