"""From movements to the file for the portal, and what comes back."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.movimiento import EstadoLote, TipoMovimiento
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.lotes.estado_lote import EstadoLoteDialog
from icsoe_desktop.gui.idse.lotes.generar_presenter import KEPT_ONLY_HERE
from icsoe_desktop.gui.idse.lotes.generar_window import ARCHIVOS, GenerarDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.kit.pills import STATE_ROLE
from icsoe_desktop.gui.kit.tables import RowsTable
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import ArchivoLote, ClaseDocumento, OpcionesLote
from icsoe_desktop.services.movimientos.valores import TODOS, Duda
from icsoe_desktop.store.connection import raw_of
from tests.gui.conftest import press
from tests.gui.idse.comun import (
    NSS_ANA,
    NSS_EVA,
    NSS_LUIS,
    Box,
    Key,
    alta,
    capture,
    cells,
    choose_path,
    column,
    dialog,
    escape,
    focused,
    gone,
    names,
    said,
    settled,
    show_tab,
)
from tests.support.reposo import until

# Position by position, docs/fuentes.md §1: the Ñ as #, without accents, 687.70 as 068770.
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


def press_generate(window: ModuloWindow) -> None:
    # Without a desktop, no window becomes active by itself when the one above it closes.
    window.activateWindow()
    until(window.isActiveWindow)
    QTest.keyClick(window, Key.Key_G, Qt.KeyboardModifier.ControlModifier)


def planned(window: ModuloWindow) -> GenerarDialog:
    """The files of the chosen row."""
    window.acciones.generar_elegidos.trigger()
    found = dialog(GenerarDialog)
    until(lambda: found._presenter.state.plan is not None and found._presenter.state.step is None)
    return found


def generated(window: ModuloWindow, at: int, folder: Path) -> None:
    choose_one(window, at)
    remember_folder(window, folder)
    found = planned(window)
    press(found, "Guardar")
    until(lambda: gone(found))


def choose_one(window: ModuloWindow, at: int) -> None:
    window.grid.focus()
    window.grid.table.select(at)


def remember_folder(window: ModuloWindow, folder: Path) -> None:
    """As when its files were saved there the last time."""
    folder.mkdir(exist_ok=True)
    window._context.preferences.remember_folder("lotes", str(folder / "archivo"))


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
    filled: ModuloWindow, tmp_path: Path
) -> None:
    choose_one(filled, 0)
    remember_folder(filled, tmp_path / "idse")
    found = planned(filled)
    form = found.form
    assert said(form.resumen_label) == "1 archivo con 1 movimiento."
    changes = [(row[3], row[4]) for row in cells(form.avisos_table)]
    assert ("MUÑOZ", "MU#OZ") in changes
    assert ("RÍOS", "RIOS") in changes
    # The table has the first sentence; below it stands the whole message of the chosen row.
    assert said(form.porque_label).startswith(cells(form.avisos_table)[0][5])
    assert form.generar_button.isEnabled()
    form.enie_combo.setCurrentIndex(1)
    until(lambda: ("MUÑOZ", "MUNOZ") in [(row[3], row[4]) for row in cells(form.avisos_table)])
    form.enie_combo.setCurrentIndex(0)
    until(lambda: ("MUÑOZ", "MU#OZ") in [(row[3], row[4]) for row in cells(form.avisos_table)])
    QTest.keyClick(found, Key.Key_Return)
    until(lambda: gone(found))
    (path,) = (tmp_path / "idse").iterdir()
    assert path.read_bytes() == FILE
    until(lambda: said(filled.form.mensaje_label) != "")
    assert said(filled.form.mensaje_label).startswith(
        f"Se guardó {path.name} con 1 movimiento, en {path.parent}. Súbalo al portal"
    )
    show_tab(filled, "Lotes")
    until(lambda: len(lotes(filled)) == 1)
    assert lotes(filled) == [("Generado", "Y54 12345 10 9", "Alta o reingreso", "1", "", "", "")]
    assert hashlib.sha256(FILE).hexdigest() not in said(filled.lotes.form.detalle_label)
    press(filled.lotes, "Guardar archivo…")
    choose_path(tmp_path / "otra vez.txt")
    until((tmp_path / "otra vez.txt").exists)
    assert (tmp_path / "otra vez.txt").read_bytes() == FILE


def opened_generate(window: ModuloWindow) -> GenerarDialog:
    press_generate(window)
    found = dialog(GenerarDialog)
    until(lambda: found._presenter.state.step is None)
    return found


def test_the_lotes_that_were_just_made_are_the_chosen_ones(
    filled: ModuloWindow, tmp_path: Path
) -> None:
    """To mark them as Enviado nobody looks for them among the others."""
    generated(filled, 0, tmp_path)
    found = opened_generate(filled)
    QTest.keyClick(focused(found), Key.Key_Return)
    until(lambda: gone(found))
    show_tab(filled, "Lotes")
    until(lambda: len(lotes(filled)) == 3)
    chosen = {lote.tipo for lote in filled.lotes.table.selected_rows()}
    assert chosen == {TipoMovimiento.BAJA, TipoMovimiento.MODIFICACION}
    assert said(filled.lotes.form.detalle_label) == "2 lotes elegidos"


def test_two_keys_make_the_files_of_everything_pending(
    filled: ModuloWindow, tmp_path: Path
) -> None:
    """Whatever the tab and the row that the user happens to be on."""
    remember_folder(filled, tmp_path)
    show_tab(filled, "Bajas")
    choose_one(filled, 0)
    found = opened_generate(filled)
    assert found.form.alcance_combo.currentText() == "Todo lo pendiente"
    assert found.form.carpeta_edit.text() == str(tmp_path)
    assert said(found.form.resumen_label) == "3 archivos con 3 movimientos."
    found.form.guia_edit.setText(" ")
    assert found.form.generar_button.isEnabled(), "the same options are not planned again"
    assert found.form.generar_button.hasFocus()
    QTest.keyClick(focused(found), Key.Key_Return)
    until(lambda: gone(found))
    files = sorted(tmp_path.glob("*.txt"))
    assert len(files) == 3
    assert all(len(one.read_bytes()) == 2 * 170 for one in files)
    until(lambda: said(filled.form.mensaje_label) != "")
    assert said(filled.form.mensaje_label).startswith(
        f"Se guardaron 3 archivos con 3 movimientos, en {tmp_path}."
    )
    # What is in a file goes into no other.
    show_tab(filled, "Todos")
    assert set(column(filled, "Estado")) == {"En archivo"}
    found = opened_generate(filled)
    assert said(found.form.aviso_label).startswith("No hay movimientos pendientes.")
    assert not found.form.generar_button.isEnabled()
    escape(found)


def test_planned_files_sort_by_their_size(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    table = RowsTable(view, ARCHIVOS)
    sizes = (1190, 680, 10200)
    table.set_rows(tuple(ArchivoLote(None, None, f"{size}.txt", (), b"x" * size) for size in sizes))
    view.sortByColumn(4, Qt.SortOrder.AscendingOrder)
    shown = [view.model().index(row, 4) for row in range(3)]
    assert [one.data() for one in shown] == ["680 bytes", "1,190 bytes", "10,200 bytes"]
    aligned = {one.data(Qt.ItemDataRole.TextAlignmentRole) for one in shown}
    assert all(Qt.AlignmentFlag(one) & Qt.AlignmentFlag.AlignRight for one in aligned)


def test_files_that_are_there_are_not_replaced(filled: ModuloWindow, tmp_path: Path) -> None:
    remember_folder(filled, tmp_path)
    found = opened_generate(filled)
    plan = found._presenter.state.plan
    assert plan is not None
    taken = {tmp_path / archivo.nombre_archivo for archivo in plan.archivos}
    for path in taken:
        path.write_bytes(b"de otro")
    press(found, "Guardar 3 archivos")
    until(lambda: gone(found))
    assert {path.read_bytes() for path in taken} == {b"de otro"}
    assert {path.name for path in tmp_path.glob("*.txt")} - {path.name for path in taken} == {
        f"{path.stem} (2).txt" for path in taken
    }


def test_what_the_user_searched_for_or_chose_is_proposed_instead(
    filled: ModuloWindow, tmp_path: Path
) -> None:
    remember_folder(filled, tmp_path)
    filled.form.texto_edit.setText("luis")
    filled.filtro.search()
    settled(filled)
    filled.form.movimientos_table.clearSelection()
    found = opened_generate(filled)
    combo = found.form.alcance_combo
    assert combo.currentText() == "Lo pendiente que muestra la tabla"
    assert said(found.form.resumen_label) == "1 archivo con 1 movimiento."
    combo.setCurrentIndex(0)
    until(lambda: said(found.form.resumen_label) == "3 archivos con 3 movimientos.")
    escape(found)
    filled.filtro.clear()
    settled(filled)
    filled.form.movimientos_table.selectAll()
    found = opened_generate(filled)
    assert found.form.alcance_combo.currentText() == "Lo pendiente de 3 elegidos"
    escape(found)
    filled.form.texto_edit.setText("nadie se llama así")
    filled.filtro.search()
    settled(filled)
    found = opened_generate(filled)
    assert said(found.form.aviso_label) == (
        "No hay movimientos pendientes en «Lo pendiente que muestra la tabla». Elija «Todo lo "
        "pendiente» en Movimientos."
    )
    escape(found)


def test_a_folder_that_is_gone_is_named_and_nothing_is_generated(
    filled: ModuloWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    remember_folder(filled, tmp_path / "usb")
    (tmp_path / "usb").rmdir()
    found = opened_generate(filled)
    assert said(found.form.carpeta_error).startswith("Esa carpeta no existe.")
    press(found, "Guardar 3 archivos")
    assert found.isVisible()
    assert application.lotes.all(sesion) == ()
    press(found, "Cambiar…")
    choose_path(tmp_path)
    assert said(found.form.carpeta_error) == ""
    QTest.keyClick(focused(found), Key.Key_Return)
    until(lambda: gone(found))
    assert len(list(tmp_path.glob("*.txt"))) == 3


def test_lotes_whose_files_could_not_be_written_are_kept_and_that_is_said(
    filled: ModuloWindow,
    application: Application,
    sesion: Sesion,
    tmp_path: Path,
    message_box: Box,
) -> None:
    found = opened_generate(filled)
    found._presenter.generate(tmp_path / "se desconectó")
    assert message_box().text() == KEPT_ONLY_HERE
    assert len(application.lotes.all(sesion)) == 3


def test_the_options_of_the_last_files_are_proposed_again(
    filled: ModuloWindow, tmp_path: Path
) -> None:
    remember_folder(filled, tmp_path)
    found = opened_generate(filled)
    found.form.enie_combo.setCurrentIndex(1)
    found.form.totales_check.setChecked(False)
    until(lambda: found._presenter.state.can_generate)
    press(found, "Guardar 3 archivos")
    until(lambda: gone(found))
    settled(filled)
    found = opened_generate(filled)
    assert found.form.enie_combo.currentData() == "N"
    assert not found.form.totales_check.isChecked()
    assert found.form.separar_check.isChecked()
    escape(found)


@pytest.mark.parametrize(
    ("changes", "hidden"),
    [
        ({"primer_apellido": "MUÑOZ"}, []),
        # Nothing is written differently: two columns would be empty.
        ({"primer_apellido": "PAZ", "segundo_apellido": "", "sbc": "100"}, [3, 4]),
    ],
)
def test_the_reason_has_the_width(
    window: ModuloWindow,
    application: Application,
    sesion: Sesion,
    changes: dict[str, str],
    hidden: list[int],
) -> None:
    capture(application, sesion, alta(**changes))
    found = opened_generate(window)
    found.resize(1040, 640)
    view = found.form.avisos_table
    assert cells(view)
    assert [at for at in range(6) if view.isColumnHidden(at)] == hidden
    assert view.columnWidth(5) >= 240
    escape(found)


def test_what_is_late_is_one_row_below_the_dangers(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    late = {"fecha": date(2026, 1, 5), "curp": ""}
    capture(application, sesion, *(alta(nss=nss, **late) for nss in (NSS_ANA, NSS_LUIS)))
    capture(application, sesion, alta(nss=NSS_EVA, sbc="100.00", **late))
    found = opened_generate(window)
    shown = [[*row] for row in cells(found.form.avisos_table) if row[0] != "Nota"]
    assert [row[:3] for row in shown] == [
        ["Revisar", shown[0][1], "SBC"], ["Tarde", "3 trabajadores", "Fecha del movimiento"]
    ]  # fmt: skip
    assert shown[1][5] == "3 veces. Van tarde: su plazo ya terminó."
    escape(found)


def test_notes_are_folded_dangers_are_open_and_a_stop_is_mended_from_its_row(
    window: ModuloWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    numbers = (NSS_ANA, NSS_LUIS, NSS_EVA, "00123456782")
    for at, nss in enumerate(numbers):
        changes = {"nss": nss, "primer_apellido": "GARCÍA", "curp": "", "nombres": "ANA"}
        if at == 0:
            changes |= {"sbc": "100.00"}
        if at == 1:
            changes |= {"guia": ""}
        made = alta(**changes)
        application.movimientos.capture(sesion, made, aceptadas={Duda.OTRA_PERSONA})
    found = opened_generate(window)
    view = found.form.avisos_table
    shown = cells(view)
    assert [row[0] for row in shown[:2]] == ["Queda fuera", "Revisar"]
    (note,) = (row for row in shown if row[0] == "Nota" and row[2] == "Primer apellido")
    assert (note[1], note[5][:9]) == ("4 trabajadores", "4 veces. ")
    view.clearSelection()
    view.selectRow(shown.index(note))
    press(found, "Ver cada una")
    opened = [row for row in cells(view) if row[2] == "Primer apellido"]
    assert len(opened) == 5
    assert [(row[3], row[4]) for row in opened[1:]] == [("GARCÍA", "GARCIA")] * 4
    press(found, "Juntar")
    assert cells(view) == shown
    view.clearSelection()
    view.selectRow(0)
    press(found, "Corregir…")
    captura = dialog(CapturaMovimientoDialog)
    captura.form.guia_edit.setText("01400")
    press(captura, "Guardar")
    until(lambda: gone(captura))
    until(lambda: "Queda fuera" not in [row[0] for row in cells(view)])
    until(lambda: found._presenter.state.step is None)
    assert said(found.form.resumen_label).endswith("con 4 movimientos.")
    escape(found)


def test_what_keeps_a_file_from_being_written_is_named(
    filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    long = "WOLFESCHLEGELSTEINHAUSENBERGER"  # 30 letters, of 27 that fit
    application.movimientos.capture(
        sesion,
        alta(nss=NSS_LUIS, primer_apellido=long, guia=""),
        aceptadas={Duda.OTRA_PERSONA},
    )
    QTest.keyClick(filled, Key.Key_F5)
    until(lambda: len(names(filled)) == 4)
    settled(filled)
    rows = column(filled, "Apellido paterno")
    filled.grid.focus()
    filled.grid.table.select(rows.index(long))
    found = planned(filled)
    shown = cells(found.form.avisos_table)
    assert (long, long[:27]) in [(row[3], row[4]) for row in shown]
    assert shown[0][0] == "Queda fuera", "the guía is missing"
    assert not found.form.generar_button.isEnabled()
    assert said(found.form.aviso_label).startswith("1 movimiento queda fuera y en Pendiente")
    # As dictation and screen readers write: without keys.
    found.form.guia_edit.setText("01400")
    until(lambda: found.form.generar_button.isEnabled())
    escape(found)


def test_a_lote_is_followed_to_its_answer_with_the_documents_that_came(
    filled: ModuloWindow, tmp_path: Path, opened_files: list[str]
) -> None:
    generated(filled, 0, tmp_path / "idse")
    show_tab(filled, "Lotes")
    until(lambda: len(lotes(filled)) == 1)
    filled.lotes.form.estado_button.setFocus()
    mark(filled, "Enviado…")
    asked = dialog(EstadoLoteDialog)
    assert focused(asked) is asked.form.fecha_edit
    assert asked.form.fecha_edit.text() == "02/03/2026"
    QTest.keyClick(focused(asked), Key.Key_Return)
    until(lambda: lotes(filled)[0][0] == "Enviado")
    assert filled.focusWidget() is filled.lotes.form.lotes_table
    mark(filled, "Recibido…")
    asked = dialog(EstadoLoteDialog)
    asked.form.fecha_edit.setText("03/03/2026")
    press(asked, "Guardar")
    assert said(asked.form.fecha_error) == "La fecha es posterior a hoy."
    asked.form.fecha_edit.setText("02/03/2026")
    asked.form.numero_edit.setText("123456789")
    asked.form.folio_edit.setText("1234567890123456789")
    press(asked, "Guardar")
    until(lambda: lotes(filled)[0][:5] == (
        "Recibido", "Y54 12345 10 9", "Alta o reingreso", "1", "123456789",
    ))  # fmt: skip
    assert not filled.lotes.form.cancelar_button.isEnabled()
    acuse = tmp_path / "acuse.pdf"
    acuse.write_bytes(b"%PDF-1.4 acuse inventado")
    filled.lotes._choose_document(ClaseDocumento.ACUSE)
    choose_path(acuse)
    until(lambda: lotes(filled)[0][6] == "acuse.pdf")
    press(filled.lotes, "Cédula…")
    cedula = tmp_path / "cedula.pdf"
    choose_path(cedula)
    until(lambda: opened_files == [str(cedula)])
    assert cedula.read_bytes().startswith(b"%PDF-")
    mark(filled, "Rechazado…")
    asked = dialog(EstadoLoteDialog)
    press(asked, "Guardar")
    assert said(asked.form.causa_error) == "Escriba la causa, como la da el IMSS."
    asked.form.codigo_edit.setText("77")
    asked.form.causa_edit.setText("NSS NO CORRESPONDE")
    press(asked, "Guardar")
    until(lambda: lotes(filled)[0][0] == "Rechazado")
    press(filled.lotes, "Ver movimientos")
    until(lambda: column(filled, "Estado") == ["Rechazado"])
    assert column(filled, "Causa de rechazo") == ["77 NSS NO CORRESPONDE"]
    assert column(filled, "Lote") == ["123456789"]
    assert said(filled.form.mensaje_label).startswith("Sólo se muestran los movimientos del lote ")


def test_a_lote_that_is_cancelled_gives_its_movements_back(
    filled: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    generated(filled, 0, tmp_path / "idse")
    show_tab(filled, "Lotes")
    until(lambda: len(lotes(filled)) == 1)
    press(filled.lotes, "Cancelar lote…")
    box = message_box()
    assert "1 movimiento volverá a Pendiente" in box.text()
    press(box, "Cancelar el lote")
    until(lambda: lotes(filled)[0][0] == "Cancelado")
    assert said(filled.lotes.form.mensaje_label) == (
        "El lote se canceló. Sus movimientos volvieron a Pendiente."
    )
    assert not filled.lotes.form.cancelar_button.isEnabled()
    assert not filled.lotes.form.estado_button.isEnabled()
    show_tab(filled, "Todos")
    filled.grid.focus()
    filled.grid.table.select(0)
    found = planned(filled)
    assert found.form.generar_button.isEnabled(), "it may go in another file"
    found.reject()


def test_a_rejected_movement_of_an_approved_lote_is_what_its_state_says(
    filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    service = application.lotes
    ids = [fila.id for fila in application.movimientos.first_page(sesion, TODOS, None, 9)]
    opciones = OpcionesLote(guia="01400", separar=False)
    (lote,) = service.generate(sesion, service.plan(sesion, ids, opciones, NoProgress()))
    service.mark_approved(sesion, lote.id, date(2026, 3, 2))
    with application.store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 4 WHERE id = ?", (ids[0].bytes,))
    show_tab(filled, "Lotes")
    until(lambda: len(lotes(filled)) == 1)
    pill = filled.lotes.form.lotes_table.model().index(0, 1)
    assert (pill.data(), pill.data(STATE_ROLE)) == ("1 rechazado", "error")
    assert pill.data(Qt.ItemDataRole.ToolTipRole) == "2 aprobados, 1 rechazado"
    assert said(filled.lotes.form.detalle_label).startswith("2 aprobados, 1 rechazado · ")


def test_three_lotes_are_sent_at_once_and_their_files_and_cedulas_go_to_a_folder(
    filled: ModuloWindow, tmp_path: Path
) -> None:
    remember_folder(filled, tmp_path)
    found = opened_generate(filled)
    press(found, "Guardar 3 archivos")
    until(lambda: gone(found))
    files = {path.name: path.read_bytes() for path in tmp_path.glob("*.txt")}
    show_tab(filled, "Lotes")
    until(lambda: len(lotes(filled)) == 3)
    form = filled.lotes.form
    form.lotes_table.selectAll()
    assert said(form.detalle_label) == "3 lotes elegidos"
    alone = (form.acuse_button, form.ver_button, form.cancelar_button)
    assert not any(button.isEnabled() for button in alone), "they are of one lote"
    enabled = [
        action.text() for action in form.estado_button.menu().actions() if action.isEnabled()
    ]
    assert enabled == ["&Enviado…"]
    mark(filled, "Enviado…")
    asked = dialog(EstadoLoteDialog)
    assert asked.windowTitle() == "Marcar 3 lotes como enviados"
    press(asked, "Guardar")
    until(lambda: [row[0] for row in lotes(filled)] == ["Enviado"] * 3)
    assert said(form.mensaje_label) == "3 lotes quedaron como enviados."
    folder = tmp_path / "otra"
    folder.mkdir()
    filled.lotes._presenter.write_files(filled.lotes._several(), folder)
    until(lambda: said(form.mensaje_label).startswith("Se guardaron 3 archivos en "))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    press(filled.lotes, "Cédula…")
    choose_path(folder)
    until(lambda: said(form.mensaje_label).startswith("Se guardaron 3 cédulas en "))
    made = list(folder.glob("cedula_*.pdf"))
    assert [path.read_bytes()[:5] for path in made] == [b"%PDF-"] * 3


def test_an_empty_list_says_what_a_lote_is(window: ModuloWindow) -> None:
    show_tab(window, "Lotes")
    until(lambda: window.lotes.empty.title.isVisible())
    assert said(window.lotes.empty.title) == "Aún no hay lotes"
    assert not window.lotes.form.botones_panel.isVisible()


def test_the_list_of_lotes_is_exported(
    filled: ModuloWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    remember_folder(filled, tmp_path)
    found = opened_generate(filled)
    press(found, "Guardar 3 archivos")
    until(lambda: gone(found))
    show_tab(filled, "Lotes")
    until(lambda: len(lotes(filled)) == 3)
    assert filled.acciones.exportar.isEnabled()
    filled.acciones.exportar.trigger()
    path = tmp_path / "lotes.xlsx"
    choose_path(path)
    until(lambda: said(filled.lotes.form.mensaje_label) != "")
    assert said(filled.lotes.form.mensaje_label) == "Se guardó lotes.xlsx, con 3 lotes."
    sheet = load_workbook(path).active
    assert sheet is not None
    title, *rows = sheet.iter_rows(values_only=True)
    cells_of = [dict(zip(title, row, strict=True)) for row in rows]
    expected = [
        {
            "Estado": "Generado",
            "Archivo": lote.nombre_archivo,
            "Registro patronal": "Y5412345109",
            "Movimiento": lote.tipo.nombre if lote.tipo else None,
            "Movimientos": 1,
            "Lote": None,
            "SHA-256": lote.sha256,
        }
        for lote in application.lotes.all(sesion)
    ]
    assert [{name: row[name] for name in expected[0]} for row in cells_of] == expected
    assert all(row["Generado"] is not None and row["Enviado"] is None for row in cells_of)


def test_back_from_the_portal_it_asks_whether_the_files_were_uploaded(
    window: ModuloWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    come_back = QEvent(QEvent.Type.WindowActivate)
    window.acciones.portal.trigger()
    QApplication.sendEvent(window, come_back)  # with nothing to ask about
    fila = application.movimientos.capture(sesion, alta())
    plan = application.lotes.plan(sesion, [fila.id], OpcionesLote(), NoProgress())
    (lote,) = application.lotes.generate(sesion, plan)
    window.acciones.portal.trigger()
    QApplication.sendEvent(window, come_back)
    box = message_box()
    assert "¿Ya lo subió al portal IDSE?" in box.text()
    assert lote.nombre_archivo in box.text()
    press(box, "Todavía no")
    QApplication.sendEvent(window, come_back)  # it was asked once
    assert application.lotes.get(sesion, lote.id).enviado is None
    window.lugares.show_tablero()
    until(lambda: _on_tablero(window) == [EstadoLote.GENERADO])
    window.acciones.portal.trigger()
    QApplication.sendEvent(window, come_back)
    press(message_box(), "Sí, marcar enviado hoy")
    until(lambda: application.lotes.get(sesion, lote.id).enviado == date(2026, 3, 2))
    until(lambda: _on_tablero(window) == [EstadoLote.ENVIADO])
    settled(window)


def _on_tablero(window: ModuloWindow) -> list[EstadoLote]:
    tablero = window.tablero_presenter.state.tablero
    return [] if tablero is None else [lote.estado for lote in tablero.lotes]
