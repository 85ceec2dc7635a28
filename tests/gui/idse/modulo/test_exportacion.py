"""Exportar Excel: what the grid shows, or all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.idse.modulo.exportacion import ExportarDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from tests.gui.conftest import press
from tests.gui.idse.comun import Box, Key, choose_path, dialog, said, settled, show_tab


def exported(path: Path) -> list[tuple[object, ...]]:
    return list(load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_what_the_grid_shows_goes_to_the_sheet_in_its_order_and_columns(
    qtbot: QtBot, filled: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    show_tab(qtbot, filled, "Bajas")
    QTest.keyClick(filled, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    asked = dialog(qtbot, ExportarDialog)
    assert asked.form.mostrados_radio.text() == "&Los que muestra la tabla (1 movimiento)"
    asked.form.columnas_check.setChecked(True)
    QTest.keyClick(asked, Key.Key_Return)
    path = tmp_path / "bajas.xlsx"
    choose_path(qtbot, path)
    press(message_box(), "Aceptar")
    header, row = exported(path)
    assert dict(zip(header, row, strict=True)) == {
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


def test_all_may_be_exported_whatever_is_searched_for(
    qtbot: QtBot, filled: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    filled.form.texto_edit.setText("luis")
    qtbot.waitUntil(lambda: said(filled.form.cuenta_label) == "1 movimiento")
    filled.export()
    asked = dialog(qtbot, ExportarDialog)
    asked.form.todos_radio.setChecked(True)
    press(asked, "Exportar…")
    path = tmp_path / "todos.xlsx"
    choose_path(qtbot, path)
    press(message_box(), "Aceptar")
    rows = exported(path)
    assert [row[2] for row in rows] == ["Nombre", "ANA", "LUIS", "EVA"]
    assert [row[6] for row in rows] == ["SBC", 450.5, None, 1234.56]
    settled(qtbot, filled)


def test_a_folder_that_takes_no_file_is_told_and_nothing_is_left(
    qtbot: QtBot, filled: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    filled.export()
    press(dialog(qtbot, ExportarDialog), "Exportar…")
    choose_path(qtbot, tmp_path / "no" / "esta.xlsx")
    box = message_box()
    assert "no se pudo guardar" in box.text()
    box.close()
    assert not (tmp_path / "no").exists()
