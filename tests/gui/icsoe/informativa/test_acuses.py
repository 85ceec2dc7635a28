"""«Acuses» by keyboard: the acuse of SISUB, one of another, and the package for a client."""

from __future__ import annotations

import uuid
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo, Urgencia
from icsoe_desktop.domain.movimientos.plazos import Calendario
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.informativa.acuse import AcuseSisubDialog
from icsoe_desktop.gui.icsoe.informativa.acuses import AcusesPage
from icsoe_desktop.gui.icsoe.informativa.columns import ACUSES
from icsoe_desktop.gui.icsoe.informativa.presenter import ASK_ACUSE, SISUB_DUE, sisub_line
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.idse.modulo.dialogos import DiasInhabilesDialog
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.ejemplo.papel import _Text, write_page
from icsoe_desktop.services.informativa.valores import AcuseGuardado, EstadoSisub, InformativaFila
from tests.conftest import Reloj
from tests.domain.icsoe.informativas import contrato, filas
from tests.gui.icsoe.capturistas.comun import Box, child, press_key, said, type_here
from tests.gui.icsoe.comun import pdf_file
from tests.support.reposo import settle

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
PERIODO = Periodo(2026, 3)


@pytest.fixture
def page(qtbot: QtBot, shell: Shell, contratista: Sesion) -> AcusesPage:
    window = shell.open("icsoe", contratista)
    assert isinstance(window, IcsoeWindow)
    settle(lambda: window.page is not None)
    window.show_page("acuses")
    found = window.page
    assert isinstance(found, AcusesPage)
    settle(found.form.sisub_button.isEnabled)
    return found


def printed(folder: Path, *lines: str) -> Path:
    path = folder / "acuse.pdf"
    path.write_bytes(write_page([_Text(60, 60 + 20 * at, one) for at, one in enumerate(lines)]))
    return path


def test_the_acuse_of_sisub_is_kept_by_keyboard_and_a_foreign_one_is_asked_about(
    qtbot: QtBot,
    page: AcusesPage,
    application: Application,
    contratista: Sesion,
    message_box: Box,
    tmp_path: Path,
) -> None:
    window = page.window()
    assert "SISUB de septiembre–diciembre 2026: vence el 18/01/2027" in said(page.form.sisub_label)
    QTest.keyClick(page, Key.Key_B, ALT)
    dialog = child(qtbot, window, AcuseSisubDialog)
    assert dialog.form.periodo_combo.currentText() == PERIODO.nombre
    dialog.take_file(printed(tmp_path, "INFONAVIT", "RFC: ROTJ850314QX7", "Folio: 202700099"))
    # The folio comes from the file; it is read in a child process.
    qtbot.waitUntil(lambda: dialog.form.folio_edit.text() == "202700099")
    dialog.form.presentada_edit.setFocus()
    type_here(dialog, "11012027")
    press_key(dialog, Key.Key_Return)
    box = message_box()
    assert "no está el RFC TBI990101QX5; está ROTJ850314QX7" in box.text()
    QTest.keyClick(box, Key.Key_Escape)
    assert application.informativas.tablero(contratista).sisub.filas == ()
    # The own one, chosen and saved at once: it is read first.
    dialog.take_file(printed(tmp_path, "INFONAVIT", "RFC: TBI990101QX5", "Folio: 202700100"))
    dialog.activateWindow()
    press_key(dialog, Key.Key_Return)
    qtbot.waitUntil(lambda: "SISUB" in said(page.form.mensaje_label))
    qtbot.waitUntil(lambda: "ya se presentó" in said(page.form.sisub_label))
    (fila,) = application.informativas.tablero(contratista).sisub.filas
    assert fila.acuse is not None
    assert fila.acuse.folio == "202700100", "not the folio of the foreign file"
    assert (page.form.hoja_button.isEnabled(), page.form.eliminar_button.isVisible()) == (
        False,
        True,
    )
    page.form.eliminar_button.click()
    QTest.keyClick(message_box(), Key.Key_Escape)
    assert application.informativas.tablero(contratista).sisub.presentada
    assert page.form.mensaje_label.isVisible()
    page.arrive()
    assert not page.form.mensaje_label.isVisible()


def test_an_overdue_sisub_hides_no_open_window_and_none_that_is_closed_asks_for_an_acuse() -> None:
    late = EstadoSisub(
        filas=(),
        periodo=PERIODO.next,
        plazo="vence el 17/05/2027, faltan 16 días",
        urgencia=Urgencia.ABIERTO,
        presentada=False,
        calendario=Calendario(),
        atrasados=(PERIODO,),
        multa="Multa.",
    )
    text, role = sisub_line(late)
    assert role == "error"
    assert "septiembre–diciembre 2026 venció el 18/01/2027" in text
    assert text.endswith(SISUB_DUE.format(periodo="enero–abril 2027", plazo=late.plazo) + ASK_ACUSE)
    closed = replace(late, urgencia=Urgencia.AUN_NO)
    assert "17/05/2027" not in sisub_line(closed)[0]
    text, role = sisub_line(replace(closed, atrasados=()))
    assert (text, role) == (SISUB_DUE.format(periodo="enero–abril 2027", plazo=late.plazo), "hint")


def test_the_row_of_sisub_has_no_hour_and_counts_no_contracts() -> None:
    kept = AcuseGuardado("1", datetime(2027, 1, 11, 12, tzinfo=HORA_DE_MEXICO), 0, "a.pdf", False)
    fila = InformativaFila(
        id=uuid.uuid4(),
        periodo=PERIODO,
        tipo=TipoInformativa.SISUB,
        estado=EstadoInformativa.PRESENTADA,
        contratos=0,
        declarados=None,
        historial=(),
        acuse=kept,
        plazo="",
        urgencia=None,
    )
    shown = {column.title: column.text(fila) for column in ACUSES}
    assert (shown["Presentada"], shown["Contratos"]) == ("11/01/2027", "")
    shown = {
        column.title: column.text(replace(fila, tipo=TipoInformativa.NORMAL)) for column in ACUSES
    }
    assert (shown["Presentada"], shown["Contratos"]) == ("11/01/2027 12:00", "0")


def test_the_days_of_infonavit_are_edited_beside_its_acuse(
    qtbot: QtBot, page: AcusesPage, application: Application, contratista: Sesion
) -> None:
    QTest.keyClick(page, Key.Key_B, ALT)
    dialog = child(qtbot, page.window(), AcuseSisubDialog)
    dialog.form.dias_button.click()
    dias = child(qtbot, dialog, DiasInhabilesDialog)
    assert said(dias.form.titulo_label) == "Días inhábiles del INFONAVIT"
    dias.form.fecha_edit.setFocus()
    type_here(dias, "18012027")
    dias.form.motivo_edit.setText("DOF 12/01/2027")
    dias.form.guardar_button.click()
    qtbot.waitUntil(lambda: bool(application.sisub.days(contratista)))
    assert "19/01/2027" in application.informativas.tablero(contratista).sisub.plazo


def test_a_client_gets_its_package(
    qtbot: QtBot,
    page: AcusesPage,
    application: Application,
    contratista: Sesion,
    reloj: Reloj,
    tmp_path: Path,
) -> None:
    informativas, contratos = application.informativas, application.contratos
    contratos.save_workers(contratista, contratos.save(contratista, contrato(1)), filas(5, 1))
    made = informativas.create(contratista, PERIODO, TipoInformativa.NORMAL)
    for estado in (EstadoInformativa.REVISADA, EstadoInformativa.LISTA):
        informativas.mark(contratista, made, estado, NoProgress())
    informativas.save_acuse(
        contratista, made, pdf_file(tmp_path), folio="N1", presentada=reloj.now, contratos=1
    )
    page.load()
    qtbot.waitUntil(page.form.paquete_button.isEnabled)
    asked: list[tuple[str, str]] = []
    page._choose_package = lambda rfc, name, _checked=False: asked.append((rfc, name))  # type: ignore[method-assign]
    QTest.keyClick(page, Key.Key_U, ALT)
    qtbot.waitUntil(lambda: bool(asked))
    path = tmp_path / "cliente.zip"
    page.save_package(asked[0][0], path)
    qtbot.waitUntil(lambda: "cliente.zip, con 2 archivos" in said(page.form.mensaje_label))
    assert len(zipfile.ZipFile(path).namelist()) == 2
