"""A sheet as an office makes it comes in whole, in a few acts and without Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtTest import QTest

from benchmarks.datos import movimientos as invented
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.importacion.columnas import ColumnasDialog
from icsoe_desktop.gui.idse.importacion.presenter import FaseImportacion
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press
from tests.gui.idse.comun import (
    Key,
    cells,
    choose_path,
    dialog,
    focused,
    gone,
    said,
    settled,
    show_tab,
)
from tests.gui.idse.importacion.test_importacion import kept, preview
from tests.support.reposo import until

HEADER = [
    "# Empleado", "No. DE REGISTRO PATRONAL", "N.S.S.", "A. Paterno", "A. Materno", "Nombre(s)",
    "Fec. Ingreso", "S.D.I.", "T. Trab.", "T. Salario", "Subdelegación (guía)",
]  # fmt: skip
MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]


def messy(path: Path, count: int) -> Path:
    """Altas without their type: dates with the month's name, comma decimals, NSS without zeros."""
    records = [one for one in invented(5 * count, 7) if one.tipo == "08"][:count]
    assert len(records) == count
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([["NÓMINA DEL NORTE"], ["Altas del mes"], HEADER])
        for at, one in enumerate(records):
            writer.writerow([
                at + 1, one.registro_patronal, one.nss.lstrip("0"), one.primer_apellido,
                one.segundo_apellido, one.nombres,
                f"{one.fecha.day}/{MONTHS[one.fecha.month - 1]}/{one.fecha.year}",
                f"{(one.sbc or 0) / 100:.2f}".replace(".", ","), "Permanente",
                "Quincenal" if at % 5 < 3 else "Fijo", "" if at % 2 else one.guia,
            ])  # fmt: skip
        writer.writerow(["", "Total", "", "", "", "", "", "123.456,78", "", "", ""])
    return path


@pytest.fixture
def shown(window: ModuloWindow) -> Iterator[ModuloWindow]:
    show_tab(window, "Todos")
    yield window
    settled(window)


def ready(found: ImportacionMovimientosDialog) -> None:
    until(lambda: found._presenter.state.fase is FaseImportacion.SHOWING)


def test_a_messy_sheet_tells_how_it_is_read_and_asks_nothing_twice(
    shown: ModuloWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    path = messy(tmp_path / "nomina.csv", 20)
    shown.importacion.start([path])
    asked = dialog(ColumnasDialog)
    assert asked.form.nombre_combo.currentText() == "nomina"
    assert focused(asked) is asked.combos["tipo"]
    asked.valores["tipo"].setText("mudanza")
    press(asked, "Continuar")
    assert said(asked.form.columnas_error).startswith("«mudanza» no se entiende en Tipo de mov")
    assert focused(asked) is asked.valores["tipo"]
    asked.valores["tipo"].clear()
    QTest.keyClick(asked.valores["tipo"], Key.Key_Down)
    completer = asked.valores["tipo"].completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    assert popup.isVisible()
    assert popup.model().rowCount() == 3
    QTest.keyClick(popup, Key.Key_Down)
    QTest.keyClick(popup, Key.Key_Return)
    assert asked.valores["tipo"].text() in ("08 Alta o reingreso", "07 Modificación de salario")
    asked.valores["tipo"].setText("08 Alta o reingreso")
    asked.valores["guia"].setText("01400")
    press(asked, "Continuar")
    found = dialog(ImportacionMovimientosDialog)
    ready(found)
    form = found.form
    groups = cells(form.grupos_table)
    assert [(row[0], row[1], row[2]) for row in groups if row[0] == "Error"] == [
        ("Error", "12", "Tipo de salario")
    ]
    readings = [row[3] for row in groups if row[0] == "Lectura"]
    assert any("20 filas" in one and "8/dic/2025" in one for one in readings), readings
    assert "Se leyó así: (vacío) → 08 Alta o reingreso, 20 filas." in readings
    assert focused(found) is form.grupos_table
    until(lambda: form.iguales_button.text() == "Corregir las 12 i&guales")
    QTest.keyClick(form.grupos_table, Key.Key_Return)
    assert focused(found) is form.corregir_combo
    form.corregir_combo.setEditText("Fijo")
    QTest.keyClick(form.corregir_combo, Key.Key_Return)
    assert kept(application, sesion) == 0, "Enter corrects, and imports nothing"
    until(lambda: form.importar_button.isEnabled())
    assert focused(found) is form.importar_button
    told = [row[3] for row in cells(form.grupos_table)]
    assert "Corregido aquí: Quincenal → Fijo, 12 filas." in told
    press(found, "Importar 20 movimientos")
    until(lambda: gone(found))
    assert kept(application, sesion) == 20
    again = preview(shown, path)
    assert "columnas de «nomina»" in said(again.form.desglose_label), "nothing is asked again"
    again.reject()
    until(lambda: gone(again))


def test_a_doubtful_column_is_answered_and_an_answer_taken_back(
    shown: ModuloWindow, tmp_path: Path
) -> None:
    header = ["Mov", "RP", "NSS", "Paterno", "Nombre", "Fecha", "Causa"]
    rows = [
        ["02", "Y6077636105", nss, "MUÑOZ", "EVA", fecha, "2"]
        for nss, fecha in (("12345678903", "03/04/2025"), ("01234567897", "11/20/2025"))
    ]
    path = tmp_path / "bajas.csv"
    path.write_text("\n".join(",".join(row) for row in [header, *rows]), "utf-8-sig")
    found = preview(shown, path)
    form = found.form
    assert [row[0] for row in cells(form.grupos_table)] == ["Error", "Error"]
    until(lambda: form.corregir_combo.count() > 0)
    choices = [form.corregir_combo.itemText(at) for at in range(form.corregir_combo.count())]
    assert "El mes va primero: 03/04/2025 → 04/03/2025" in choices or (
        "El mes va primero: 11/20/2025 → 20/11/2025" in choices
    )
    form.corregir_combo.setCurrentIndex(
        next(at for at, one in enumerate(choices) if one.startswith("El mes"))
    )
    assert not form.corregir_button.isVisible()
    press(found, "Leer así toda la columna")
    until(lambda: form.importar_button.isEnabled())
    assert form.deshacer_button.isVisible()
    press(found, "Deshacer corrección")
    until(lambda: not form.importar_button.isEnabled() and form.grupos_table.isEnabled())
    ready(found)
    assert [row[0] for row in cells(form.grupos_table)] == ["Error", "Error"]
    assert not form.deshacer_button.isVisible()
    found.reject()
    until(lambda: gone(found))


def test_the_template_is_saved_and_read_back(shown: ModuloWindow, tmp_path: Path) -> None:
    target = tmp_path / "plantilla.xlsx"
    shown.acciones.plantilla.trigger()
    choose_path(target)
    until(lambda: "Se guardó la plantilla" in said(shown.form.mensaje_label))
    book = openpyxl.load_workbook(target)
    sheet = book["Movimientos"]
    header = [str(cell.value) for cell in sheet[1]]
    assert all(cell.comment and len(cell.comment.text) > 10 for cell in sheet[1])
    assert len(sheet.data_validations.dataValidation) == 5
    values = {
        "Tipo de movimiento": "02 Baja", "Registro patronal": "Y6077636105", "NSS": "01234567897",
        "Primer apellido": "MUÑOZ", "Nombre": "EVA", "Fecha del movimiento": "20/02/2026",
        "Causa de baja": book["Listas"].cell(2, header.index("Causa de baja") + 1).value,
    }  # fmt: skip
    sheet.append([values.get(name) for name in header])
    book.save(target)
    found = preview(shown, target)
    assert said(found.form.resumen_label).startswith("1 movimiento en 1 archivo: 1 sin errores")
    found.reject()
    until(lambda: gone(found))


def test_ten_problems_are_in_sight_on_a_small_screen(shown: ModuloWindow, tmp_path: Path) -> None:
    header = ["Mov", "RP", "NSS", "Paterno", "Nombre", "Fecha", "Causa"]
    rows = [["02", "Y6077636105", str(at), "MUÑOZ", "EVA", "03/04/2025", "2"] for at in range(40)]
    path = tmp_path / "bajas.csv"
    path.write_text("\n".join(",".join(row) for row in [header, *rows]), "utf-8-sig")
    found = preview(shown, path)
    found.resize(1366, 728)  # what a taskbar leaves of 768
    view = found.form.grupos_table
    assert view.viewport().height() >= 10 * view.rowHeight(0)
    assert found.form.aviso_label.isVisible(), "with the band that says what is in the way"
    found.reject()
    until(lambda: gone(found))
