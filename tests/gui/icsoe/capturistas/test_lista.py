"""Alta of many capturistas from a list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook, load_workbook

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import (
    NOMBRE,
    PERSONA,
    alta_page,
    closed,
    dialog_of,
    kept,
    said,
)
from tests.support.reposo import settle

HEAD = ("CURP", "Nombre(s)", "Primer apellido", "Segundo apellido", "Teléfono", "Correo")
GOOD = (PERSONA.curp, "Xóchitl", "Amezcua", "Beltrán", "3312345678", "xochitl@ejemplo.mx")
BAD = ("AEBX900514", "", "Amezcua", "Beltrán", "33", "xochitl@")


def book(folder: Path, *rows: Iterable[str]) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (HEAD, *rows):
        sheet.append(list(row))
    path = folder / "lista.xlsx"
    workbook.save(path)
    return path


def preview(icsoe: IcsoeWindow, path: Path) -> SheetImportDialog:
    page = alta_page(icsoe)
    page.import_file(path)
    dialog = dialog_of(page, SheetImportDialog)
    settle(lambda: dialog.form.resumen_label.isVisible())
    return dialog


def names(application: Application, sesion: Sesion) -> list[str]:
    return [fila.nombre for fila in kept(application, sesion)]


def test_a_list_shows_every_problem_before_anybody_is_registered(
    icsoe: IcsoeWindow, application: Application, contratista: Sesion, tmp_path: Path
) -> None:
    dialog = preview(icsoe, book(tmp_path, GOOD, GOOD, BAD))
    form = dialog.form
    assert said(form.resumen_label) == (
        "3 renglones: 1 nuevo, 1 repetido en la lista, 1 con problemas."
    )
    assert not form.importar_button.isEnabled()
    assert "Hay renglones con problemas" in said(form.aviso_label)
    model = form.hallazgos_table.model()
    problems = [
        (model.index(at, 0).data(), model.index(at, 2).data())
        for at in range(model.rowCount())
        if model.index(at, 1).data() == "Problema"
    ]
    assert problems == [
        ("4", "CURP"),
        ("4", "Nombre(s)"),
        ("4", "Teléfono"),
        ("4", "Correo electrónico"),
    ]
    assert names(application, contratista) == []
    form.solo_correctos_check.click()
    press(dialog, "Dar de alta a 1 persona")
    page = icsoe.page
    assert page is not None
    closed(page, SheetImportDialog)
    assert names(application, contratista) == [NOMBRE]
    assert said(alta_page(icsoe).form.mensaje_label) == (
        "Se dio de alta a 1 usuario. 2 renglones se dejaron fuera."
    )


def test_the_template_has_the_columns_of_the_list(icsoe: IcsoeWindow, tmp_path: Path) -> None:
    path = tmp_path / "usuarios.xlsx"
    alta_page(icsoe).save_template(path)
    assert "Llene un renglón por persona" in shown_box().text()
    press(shown_box(), "Aceptar")
    [head] = load_workbook(path).worksheets[0].iter_rows(values_only=True)
    assert head[0] == "CURP"
