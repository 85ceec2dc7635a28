"""From movements to the file for the portal, and what comes back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.lotes.estado_lote import EstadoLoteDialog
from icsoe_desktop.gui.lotes.generar_window import GenerarDialog
from icsoe_desktop.gui.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import ClaseDocumento
from tests.gui.conftest import press
from tests.gui.modulo.comun import (
    NSS_LUIS,
    Box,
    Key,
    alta,
    capture,
    cells,
    choose_path,
    column,
    dialog,
    focused,
    gone,
    names,
    said,
    settled,
    show_tab,
)

# Position by position, dominio/idse.md §1: the Ñ as #, without accents, 687.70 as 068770.
RECORD = (
    "Y5412345109" "12345678903"
    + "MU#OZ".ljust(27)
    + "RIOS".ljust(27)
    + "ANA".ljust(27)
    + "045050" "      " "1" "0" "0" "27022026" "021" "  " "08" "01400"
    + "A-1".ljust(10)
    + " " + " " * 18 + "9"
)  # fmt: skip
TOTALS = "*" * 13 + " " * 43 + "000001" + " " * 71 + "01400" + " " * 29 + "9"
FILE = f"{RECORD}\r\n{TOTALS}\r\n".encode("ascii")


@pytest.fixture(autouse=True)
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be opened with another program."""
    found: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: bool(found.append(url.toLocalFile())) or True
    )
    return found


def press_generate(qtbot: QtBot, window: ModuloWindow) -> None:
    # Without a desktop, no window becomes active by itself when the one above it closes.
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Key.Key_G, Qt.KeyboardModifier.ControlModifier)


def planned(qtbot: QtBot, window: ModuloWindow) -> GenerarDialog:
    press_generate(qtbot, window)
    found = dialog(qtbot, GenerarDialog)
    qtbot.waitUntil(
        lambda: found._presenter.state.plan is not None and found._presenter.state.step is None
    )
    return found


def generated(qtbot: QtBot, window: ModuloWindow, at: int, path: Path) -> None:
    window.grid.focus()
    window.grid.table.select(at)
    found = planned(qtbot, window)
    press(found, "Guardar…")
    choose_path(qtbot, path)
    qtbot.waitUntil(lambda: gone(found))


def lotes(window: ModuloWindow) -> list[tuple[str, ...]]:
    """State, registro patronal, kind, movements, number, constancia, acuse."""
    return [(row[1], *row[3:]) for row in cells(window.lotes.form.lotes_table)]


def mark(window: ModuloWindow, text: str) -> None:
    menu = window.lotes.form.estado_button.menu()
    action = next(one for one in menu.actions() if one.text().replace("&", "") == text)
    assert isinstance(action, QAction)
    assert action.isEnabled()
    action.trigger()


def test_a_movement_becomes_a_file_byte_by_byte_and_its_changes_are_shown_before(
    qtbot: QtBot, filled: ModuloWindow, tmp_path: Path
) -> None:
    filled.grid.focus()
    filled.grid.table.select(0)
    found = planned(qtbot, filled)
    form = found.form
    assert said(form.resumen_label) == "1 archivo con 1 movimiento."
    changes = [(row[3], row[4]) for row in cells(form.avisos_table)]
    assert ("MUÑOZ", "MU#OZ") in changes
    assert ("RÍOS", "RIOS") in changes
    assert form.generar_button.isEnabled()
    form.enie_combo.setCurrentIndex(1)
    qtbot.waitUntil(
        lambda: ("MUÑOZ", "MUNOZ") in [(row[3], row[4]) for row in cells(form.avisos_table)]
    )
    form.enie_combo.setCurrentIndex(0)
    qtbot.waitUntil(
        lambda: ("MUÑOZ", "MU#OZ") in [(row[3], row[4]) for row in cells(form.avisos_table)]
    )
    QTest.keyClick(found, Key.Key_Return)
    path = tmp_path / "altas.txt"
    choose_path(qtbot, path)
    qtbot.waitUntil(lambda: gone(found))
    assert path.read_bytes() == FILE
    qtbot.waitUntil(lambda: said(filled.form.mensaje_label) != "")
    assert said(filled.form.mensaje_label).startswith("Se guardó altas.txt con 1 movimiento.")
    show_tab(qtbot, filled, "Lotes")
    qtbot.waitUntil(lambda: len(lotes(filled)) == 1)
    assert lotes(filled) == [("Generado", "Y54 12345 10 9", "Alta o reingreso", "1", "", "", "")]
    assert hashlib.sha256(FILE).hexdigest() in said(filled.lotes.form.detalle_label)
    press(filled.lotes, "Guardar archivo…")
    choose_path(qtbot, tmp_path / "otra vez.txt")
    qtbot.waitUntil((tmp_path / "otra vez.txt").exists)
    assert (tmp_path / "otra vez.txt").read_bytes() == FILE


def test_all_pending_are_taken_when_none_is_chosen_one_file_for_each_kind(
    qtbot: QtBot, filled: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    filled.form.movimientos_table.clearSelection()
    press_generate(qtbot, filled)
    box = message_box()
    assert "todos los pendientes que muestra la tabla (3 movimientos)" in box.text()
    press(box, "Generar")
    found = dialog(qtbot, GenerarDialog)
    qtbot.waitUntil(lambda: found.form.generar_button.isEnabled())
    assert said(found.form.resumen_label) == "3 archivos con 3 movimientos."
    press(found, "Guardar 3 archivos…")
    choose_path(qtbot, tmp_path)
    qtbot.waitUntil(lambda: gone(found))
    files = sorted(tmp_path.glob("*.txt"))
    assert len(files) == 3
    assert all(len(one.read_bytes()) == 2 * 170 for one in files)
    # What is in a file goes into no other.
    press_generate(qtbot, filled)
    assert message_box().text().startswith("No hay movimientos pendientes")
    message_box().close()


def test_what_keeps_a_file_from_being_written_is_named(
    qtbot: QtBot, filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    long = "WOLFESCHLEGELSTEINHAUSENBERGER"  # 30 letters, of 27 that fit
    capture(application, sesion, alta(nss=NSS_LUIS, primer_apellido=long, guia=""))
    QTest.keyClick(filled, Key.Key_F5)
    qtbot.waitUntil(lambda: len(names(filled)) == 4)
    settled(qtbot, filled)
    rows = column(filled, "Apellido paterno")
    filled.grid.focus()
    filled.grid.table.select(rows.index(long))
    found = planned(qtbot, filled)
    shown = cells(found.form.avisos_table)
    assert (long, long[:27]) in [(row[3], row[4]) for row in shown]
    assert shown[0][0] == "Impide escribirlo", "the guía is missing"
    assert not found.form.generar_button.isEnabled()
    assert said(found.form.aviso_label).startswith("Hay datos que impiden")
    # As dictation and screen readers write: without keys.
    found.form.guia_edit.setText("01400")
    qtbot.waitUntil(lambda: found.form.generar_button.isEnabled())
    QTest.keyClick(found, Key.Key_Escape)
    qtbot.waitUntil(lambda: gone(found))


def test_a_lote_is_followed_to_its_answer_with_the_documents_that_came(
    qtbot: QtBot, filled: ModuloWindow, tmp_path: Path, opened_files: list[str]
) -> None:
    generated(qtbot, filled, 0, tmp_path / "altas.txt")
    show_tab(qtbot, filled, "Lotes")
    qtbot.waitUntil(lambda: len(lotes(filled)) == 1)
    filled.lotes.form.estado_button.setFocus()
    mark(filled, "Enviado…")
    asked = dialog(qtbot, EstadoLoteDialog)
    assert focused(asked) is asked.form.fecha_edit
    assert asked.form.fecha_edit.text() == "02/03/2026"
    QTest.keyClick(focused(asked), Key.Key_Return)
    qtbot.waitUntil(lambda: lotes(filled)[0][0] == "Enviado")
    assert filled.focusWidget() is filled.lotes.form.lotes_table
    mark(filled, "Recibido…")
    asked = dialog(qtbot, EstadoLoteDialog)
    asked.form.fecha_edit.setText("03/03/2026")
    press(asked, "Guardar")
    assert said(asked.form.fecha_error) == "La fecha es posterior a hoy."
    asked.form.fecha_edit.setText("02/03/2026")
    asked.form.numero_edit.setText("123456789")
    asked.form.folio_edit.setText("1234567890123456789")
    press(asked, "Guardar")
    qtbot.waitUntil(lambda: lotes(filled)[0][:5] == (
        "Recibido", "Y54 12345 10 9", "Alta o reingreso", "1", "123456789",
    ))  # fmt: skip
    assert not filled.lotes.form.cancelar_button.isEnabled()
    acuse = tmp_path / "acuse.pdf"
    acuse.write_bytes(b"%PDF-1.4 acuse inventado")
    filled.lotes._choose_document(ClaseDocumento.ACUSE)
    choose_path(qtbot, acuse)
    qtbot.waitUntil(lambda: lotes(filled)[0][6] == "acuse.pdf")
    press(filled.lotes, "Cédula…")
    cedula = tmp_path / "cedula.pdf"
    choose_path(qtbot, cedula)
    qtbot.waitUntil(lambda: opened_files == [str(cedula)])
    assert cedula.read_bytes().startswith(b"%PDF-")
    mark(filled, "Rechazado…")
    asked = dialog(qtbot, EstadoLoteDialog)
    press(asked, "Guardar")
    assert said(asked.form.causa_error) == "Escriba la causa, como la da el IMSS."
    asked.form.codigo_edit.setText("77")
    asked.form.causa_edit.setText("NSS NO CORRESPONDE")
    press(asked, "Guardar")
    qtbot.waitUntil(lambda: lotes(filled)[0][0] == "Rechazado")
    press(filled.lotes, "Ver movimientos")
    qtbot.waitUntil(lambda: column(filled, "Estado") == ["Rechazado"])
    assert column(filled, "Causa de rechazo") == ["77 NSS NO CORRESPONDE"]
    assert column(filled, "Lote") == ["123456789"]
    assert said(filled.form.alcance_label).startswith("Sólo se muestran los movimientos del lote ")


def test_a_lote_that_is_cancelled_gives_its_movements_back(
    qtbot: QtBot, filled: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    generated(qtbot, filled, 0, tmp_path / "altas.txt")
    show_tab(qtbot, filled, "Lotes")
    qtbot.waitUntil(lambda: len(lotes(filled)) == 1)
    press(filled.lotes, "Cancelar lote…")
    box = message_box()
    assert "1 movimiento volverá a Pendiente" in box.text()
    press(box, "Cancelar el lote")
    qtbot.waitUntil(lambda: lotes(filled)[0][0] == "Cancelado")
    assert said(filled.lotes.form.mensaje_label) == (
        "El lote se canceló. Sus movimientos volvieron a Pendiente."
    )
    assert not filled.lotes.form.cancelar_button.isEnabled()
    assert not filled.lotes.form.estado_button.isEnabled()
    show_tab(qtbot, filled, "Todos")
    filled.grid.focus()
    filled.grid.table.select(0)
    found = planned(qtbot, filled)
    assert found.form.generar_button.isEnabled(), "it may go in another file"
    found.reject()


def test_an_empty_list_says_what_a_lote_is(qtbot: QtBot, window: ModuloWindow) -> None:
    show_tab(qtbot, window, "Lotes")
    qtbot.waitUntil(lambda: window.lotes.form.vacia_titulo.isVisible())
    assert said(window.lotes.form.vacia_titulo) == "Aún no hay lotes"
    assert not window.lotes.form.botones_panel.isVisible()
