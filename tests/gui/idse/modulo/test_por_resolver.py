"""«¿Qué debo todavía?»: one key, and what a movement in a file shows."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.modulo.dialogos import DiasInhabilesDialog, ExportarDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.gui.kit.paged import Order
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.valores import TODOS, ColumnaMovimiento
from tests.gui.conftest import press
from tests.gui.idse.comun import (
    NSS_EVA,
    Box,
    Key,
    alta,
    capture,
    cells,
    choose_path,
    column,
    dialog,
    focused,
    modificacion,
    names,
    said,
    settled,
    show_tab,
    type_in,
)
from tests.support.reposo import settle, until

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
NEWEST_FIRST = Order(ColumnaMovimiento.FECHA, descending=True)


def ask_what_is_owed(window: ModuloWindow) -> None:
    QTest.keyClick(window, Key.Key_D, CTRL_SHIFT)
    settled(window)


def test_one_key_shows_all_that_is_owed_by_its_last_day_and_another_everything(
    filled: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    rows = application.movimientos.first_page(sesion, TODOS)
    ids = {fila.nombres: fila.id for fila in rows}
    (lote,) = application.lotes.generate(
        sesion, application.lotes.plan(sesion, [ids["EVA"]], OpcionesLote(), NoProgress())
    )
    (settled_one,) = application.lotes.generate(
        sesion, application.lotes.plan(sesion, [ids["LUIS"]], OpcionesLote(), NoProgress())
    )
    application.lotes.mark_sent(sesion, settled_one.id, date(2026, 3, 2))
    application.lotes.mark_received(sesion, settled_one.id, date(2026, 3, 2), "123456789")
    application.lotes.mark_approved(sesion, settled_one.id, date(2026, 3, 2))
    # Whatever is searched for, one key.
    show_tab(filled, "Bajas")
    filled.form.texto_edit.setText("luis")
    filled.filtro.search()
    settled(filled)

    ask_what_is_owed(filled)
    assert names(filled) == ["EVA", "ANA"]
    assert column(filled, "Último día") == ["08/09/2025", "05/03/2026"]
    assert column(filled, "Estado") == ["En archivo", "Pendiente"]
    assert column(filled, "Lote") == [lote.nombre_archivo, ""]
    assert filled.form.estado_combo.currentText() == "Se debe"
    assert filled.form.pestanas_tabs.currentIndex() == 3
    assert filled.acciones.debo.isChecked()
    assert filled.form.movimientos_table.hasFocus()

    ask_what_is_owed(filled)
    assert names(filled) == ["ANA", "LUIS", "EVA"]
    assert filled.grid.table.order == NEWEST_FIRST
    assert not filled.acciones.debo.isChecked()


def test_who_owes_nothing_is_told_so(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, modificacion(nss=NSS_EVA))
    (fila,) = application.movimientos.first_page(sesion, TODOS)
    plan = application.lotes.plan(sesion, [fila.id], OpcionesLote(), NoProgress())
    (lote,) = application.lotes.generate(sesion, plan)
    application.lotes.mark_sent(sesion, lote.id, date(2026, 3, 2))
    application.lotes.mark_received(sesion, lote.id, date(2026, 3, 2))
    application.lotes.mark_approved(sesion, lote.id, date(2026, 3, 2))
    ask_what_is_owed(window)
    assert said(window.form.vacia_titulo) == "No debe ningún aviso"
    assert window.form.quitar_vacia_button.isVisible()


def test_an_order_chosen_while_looking_at_what_is_owed_stays(filled: ModuloWindow) -> None:
    ask_what_is_owed(filled)
    assert filled.grid.table.order == Order(ColumnaMovimiento.LIMITE, descending=False)
    header = filled.form.movimientos_table.horizontalHeader()
    header.setSortIndicator(10, Qt.SortOrder.DescendingOrder)
    settled(filled)
    assert names(filled) == ["EVA", "ANA", "LUIS"]
    filled.filtro.search()
    settled(filled)
    assert names(filled) == ["EVA", "ANA", "LUIS"]
    ask_what_is_owed(filled)
    assert filled.grid.table.order == Order(ColumnaMovimiento.SBC, descending=True)


def test_the_states_that_can_be_searched_for_are_those_that_are_shown(
    filled: ModuloWindow,
) -> None:
    combo = filled.form.estado_combo
    assert [combo.itemText(at) for at in range(combo.count())] == [
        "Todos", "Se debe", "Pendiente", "En archivo", "Enviado", "Cancelado",
        "Recibido", "Rechazado", "Aprobado",
    ]  # fmt: skip


def exported(path: Path) -> list[tuple[object, ...]]:
    return list(load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_what_the_grid_shows_goes_to_the_sheet_in_its_order_and_columns(
    filled: ModuloWindow, tmp_path: Path
) -> None:
    show_tab(filled, "Bajas")
    QTest.keyClick(filled, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    asked = dialog(ExportarDialog)
    assert asked.form.mostrados_radio.text() == "&Los que muestra la tabla (1 movimiento)"
    asked.form.columnas_check.setChecked(True)
    QTest.keyClick(asked, Key.Key_Return)
    path = tmp_path / "bajas.xlsx"
    choose_path(path)
    until(lambda: said(filled.form.mensaje_label) == "Se guardó bajas.xlsx, con 1 movimiento.")
    header, row = exported(path)
    assert header[0] == "Movimiento", "which the tab hides"
    assert dict(zip(header, row, strict=True)) == {
        "Movimiento": "Baja",
        "Registro patronal": "Y5412345109",
        "Nombre": "LUIS",
        "Apellido paterno": "PAZ",
        "Apellido materno": None,
        "NSS": "98765432103",
        "Fecha de movimiento": datetime(2026, 2, 26),  # noqa: DTZ001 - Excel knows no zones
        "Causa de baja": "Separación voluntaria",
        "Estado": "Pendiente",
        "Plazo": "En plazo",
        "Último día": datetime(2026, 3, 5),  # noqa: DTZ001
        "Lote": None,
        "Fecha de emisión": None,
        "Aviso recibido": None,
        "Aviso aprobación": None,
        "Aviso rechazo": None,
        "Causa de rechazo": None,
    }


def test_all_may_be_exported_where_the_list_is_empty(filled: ModuloWindow, tmp_path: Path) -> None:
    filled.form.texto_edit.setText("nadie")
    until(lambda: said(filled.form.cuenta_label) == "0 movimientos")
    filled.export()
    asked = dialog(ExportarDialog)
    assert not asked.form.mostrados_radio.isEnabled(), "or an empty list asks for a name"
    assert asked.form.todos_radio.isChecked()
    press(asked, "Exportar…")
    path = tmp_path / "todos.xlsx"
    choose_path(path)
    until(lambda: said(filled.form.mensaje_label) == "Se guardó todos.xlsx, con 3 movimientos.")
    rows = exported(path)
    assert [row[2] for row in rows] == ["Nombre", "ANA", "LUIS", "EVA"]
    assert [row[6] for row in rows] == ["SBC", 450.5, None, 1234.56]
    settled(filled)


def test_a_folder_that_takes_no_file_is_told_and_nothing_is_left(
    filled: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    filled.export()
    press(dialog(ExportarDialog), "Exportar…")
    choose_path(tmp_path / "no" / "esta.xlsx")
    box = message_box()
    assert "no se pudo guardar" in box.text()
    box.close()
    assert not (tmp_path / "no").exists()


LEY = "Ley Federal del Trabajo, artículo 74"


def test_a_day_that_is_added_moves_the_terms_and_can_be_taken_out_again(
    window: ModuloWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    # Five working days from 23 February 2026, the start counted: 23 to 27. Today is 2 March: the
    # kind reading, counted from the 24th, ends on the 2nd. The start is a day of rest: it begins
    # on the 24th, so both end a day later.
    capture(application, sesion, alta(fecha=date(2026, 2, 23)))
    QTest.keyClick(window, Key.Key_F5)
    until(lambda: column(window, "Plazo") == ["Urge"])
    window.tareas.open_dias()
    found = dialog(DiasInhabilesDialog)
    form = found.form
    assert focused(found) is form.fecha_edit
    type_in(found, ("23/02/2026", "", "Aviso del IMSS"))
    QTest.keyClick(focused(found), Key.Key_Return)
    until(lambda: said(form.mensaje_label) != "")
    assert said(form.mensaje_label) == (
        "Se guardó el 23/02/2026. Los plazos ya lo toman en cuenta."
    )
    until(lambda: len(cells(form.dias_table)) == 8)
    # LFT 74 in 2026: Mondays 2 February, 16 March and 16 November.
    assert cells(form.dias_table) == [
        ("01/01/2026", "jueves", "Día inhábil", LEY),
        ("02/02/2026", "lunes", "Día inhábil", LEY),
        ("23/02/2026", "lunes", "Día inhábil", "Aviso del IMSS"),
        ("16/03/2026", "lunes", "Día inhábil", LEY),
        ("01/05/2026", "viernes", "Día inhábil", LEY),
        ("16/09/2026", "miércoles", "Día inhábil", LEY),
        ("16/11/2026", "lunes", "Día inhábil", LEY),
        ("25/12/2026", "viernes", "Día inhábil", LEY),
    ]
    until(lambda: column(window, "Plazo") == ["Urge desde 23/02"])
    form.dias_table.selectRow(0)
    assert not form.quitar_button.isEnabled(), "the law's days stay"
    form.dias_table.selectRow(2)
    press(found, "Quitar el día…")
    press(message_box(), "Quitar el día")
    until(lambda: len(cells(form.dias_table)) == 7)
    until(lambda: column(window, "Plazo") == ["Urge"])
    found.reject()
    settled(window)


def test_a_day_needs_a_date_and_a_reason(window: ModuloWindow) -> None:
    window.tareas.open_dias()
    found = dialog(DiasInhabilesDialog)
    press(found, "Guardar")
    assert said(found.form.fecha_error) == "Escriba la fecha."
    assert said(found.form.motivo_error) == "Escriba el motivo; lo leerá quien revise un plazo."
    assert focused(found) is found.form.fecha_edit
    type_in(found, ("28/02/2026", "", "Ya no se trabaja"))
    QTest.keyClick(focused(found), Key.Key_Return)
    until(lambda: "fin de semana" in said(found.form.fecha_error))
    found.reject()


def test_the_days_that_every_year_has_are_seen_without_scrolling(window: ModuloWindow) -> None:
    window.tareas.open_dias()
    found = dialog(DiasInhabilesDialog)
    table = found.form.dias_table
    until(lambda: len(cells(table)) == 7)
    settle()
    assert table.verticalScrollBar().maximum() == 0
    found.reject()
