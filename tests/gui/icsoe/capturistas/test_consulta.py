"""Consulta, its filters and Exportar excel (seeds 000 and 001)."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.gui.icsoe.capturistas.acciones import ACCION_COLUMNS
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage, export_to
from icsoe_desktop.gui.icsoe.capturistas.datos import ModificarDialog
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.conftest import Reloj
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    NOMBRE,
    PERSONA,
    Key,
    consulta_page,
    dialog_of,
    focused,
    rows,
    said,
    wait_for,
    write,
)
from tests.services.mundo import nuevo
from tests.support.reposo import settle


def test_down_goes_from_the_search_to_the_first_row(page: ConsultaPage) -> None:
    form = page.form
    page.window().activateWindow()
    form.buscar_edit.setFocus()
    QTest.keyClick(form.buscar_edit, Key.Key_Down)
    settle()
    assert form.usuarios_table.hasFocus()
    chosen = form.usuarios_table.selectionModel().selectedRows()
    assert [index.row() for index in chosen] == [0]


def test_the_grid_has_the_columns_of_the_seed(page: ConsultaPage) -> None:
    model = page.form.usuarios_table.model()
    titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    assert titles == [
        "Id",
        "Rol",
        "Clave Usuario (CURP)",
        "Razón Social/Nombre",
        "Correo",
        "Estatus",
        "Grupo",
        "Contratista relacionado",
        "Fecha Alta",
        "Usuario Alta",
        "Editar",
        "Enviar email",
        "Activar",
        "Eliminar",
    ]
    for at in ACCION_COLUMNS:
        aligned = model.headerData(at, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        assert aligned & Qt.AlignmentFlag.AlignHCenter, "over its buttons"
    assert rows(page)[0][:10] == (
        "1",
        "Capturista",
        PERSONA.curp,
        NOMBRE,
        PERSONA.correo,
        "Registrada",
        "Contratista",
        "TORNILLOS Y BIRLOS SA DE CV",
        "02/03/2026",
        "TBI990101QX5",
    )


def test_the_actions_are_in_sight_at_the_usual_width(page: ConsultaPage) -> None:
    table = page.form.usuarios_table
    page.window().resize(1280, 800)
    QTest.qWait(0)
    header, shown = table.horizontalHeader(), table.viewport().width()
    assert page.window().width() == 1280
    ends = {
        action: header.sectionViewportPosition(at) + header.sectionSize(at)
        for at, action in ACCION_COLUMNS.items()
    }
    assert max(ends.values()) <= shown, ends


def test_an_empty_consulta_offers_the_first_step(icsoe: IcsoeWindow) -> None:
    page = consulta_page(icsoe)
    assert "Aún no hay usuarios capturistas" in said(page.empty.title)
    assert not page.form.exportar_button.isEnabled()
    press(page, "Dar de alta al primero")
    assert icsoe.page is not page


def test_rows_are_found_by_any_text_and_by_estatus(
    icsoe: IcsoeWindow, application: Application, contratista: Sesion, registrada: Capturista
) -> None:
    for n in range(1, 4):
        application.capturistas.register(contratista, nuevo(n))
    application.capturistas.baja(contratista, registrada.id)
    page = consulta_page(icsoe)
    assert page.form.cuenta_label.text() == "4 usuarios"
    # Without accents, in any order.
    QTest.keyClicks(page.form.buscar_edit, "beltran xochitl")
    wait_for(page, "Id", ["1"])
    assert page.form.cuenta_label.text() == "1 de 4"
    write(page.form.buscar_edit, "persona2@")
    wait_for(page, "Correo", ["persona2@ejemplo.mx"])
    write(page.form.buscar_edit, "nadie")
    settle(page.form.ninguno_label.isVisible)
    press(page, "Quitar filtros")
    wait_for(page, "Id", ["1", "2", "3", "4"])
    page.form.estatus_combo.setCurrentText("Baja")
    wait_for(page, "Id", ["1"])
    page.form.estatus_combo.setCurrentText("Registrada")
    wait_for(page, "Id", ["2", "3", "4"])


def test_the_header_orders_and_the_selection_stays(
    icsoe: IcsoeWindow, application: Application, contratista: Sesion, registrada: Capturista
) -> None:
    for n in (2, 1):
        application.capturistas.register(contratista, nuevo(n))
    page = consulta_page(icsoe)
    page.table.select(1)
    header = page.form.usuarios_table.horizontalHeader()
    header.setSortIndicator(4, Qt.SortOrder.AscendingOrder)
    expected = ["persona1@ejemplo.mx", "persona2@ejemplo.mx", "xochitl@ejemplo.mx"]
    wait_for(page, "Correo", expected)
    assert page.table.current_row() == 1
    header.setSortIndicator(4, Qt.SortOrder.DescendingOrder)
    wait_for(page, "Correo", expected[::-1])
    selected = page.table.selected()
    assert selected is not None
    assert selected.correo == "persona2@ejemplo.mx"


def test_f5_shows_what_others_did_and_keys_work_in_the_table(
    page: ConsultaPage, application: Application, contratista: Sesion
) -> None:
    application.capturistas.register(contratista, nuevo(1))
    QTest.keyClick(focused(page.window()), Key.Key_F5)
    wait_for(page, "Id", ["1", "2"])
    page.form.usuarios_table.setFocus()
    page.table.select(0)
    QTest.keyClick(page.form.usuarios_table, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert focused(page.window()) is page.form.buscar_edit
    page.form.usuarios_table.setFocus()
    QTest.keyClick(page.form.usuarios_table, Key.Key_F2)
    dialog_of(page, ModificarDialog).reject()
    assert focused(page.window()) is page.form.usuarios_table


def test_rows_are_copied_with_headers(page: ConsultaPage) -> None:
    page.form.usuarios_table.setFocus()
    page.table.select(0)
    QTest.keyClick(page.form.usuarios_table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    settle(lambda: said(page.form.mensaje_label) == "Se copió 1 renglón.")
    head, row = QGuiApplication.clipboard().text().split("\n")
    assert head.startswith("Id\tRol\tClave Usuario (CURP)")
    assert row.startswith(f"1\tCapturista\t{PERSONA.curp}\t{NOMBRE}")
    assert "no disponible" not in row


def test_all_are_exported_to_the_file_of_the_seed(
    icsoe: IcsoeWindow,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    reloj: Reloj,
    tmp_path: Path,
) -> None:
    application.capturistas.baja(contratista, registrada.id)
    icsoe.show_page("exportar_capturistas")
    dialog = dialog_of(icsoe, QFileDialog)
    [chosen] = [Path(name).name for name in dialog.selectedFiles()]
    milliseconds = int(reloj().timestamp() * 1000)
    assert chosen == f"Capturistas_112_{milliseconds}.xlsx"
    dialog.reject()
    path = tmp_path / chosen
    export_to(path, icsoe.context, icsoe)
    assert shown_box().text() == f"Se guardó {chosen}, con 1 usuario."
    press(shown_box(), "Aceptar")
    head, row = load_workbook(path).worksheets[0].iter_rows(values_only=True)
    assert (head[0], row[0], row[5]) == ("CURP", PERSONA.curp, str(Estatus.BAJA))
