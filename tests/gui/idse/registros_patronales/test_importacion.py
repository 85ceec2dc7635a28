"""Bringing registros patronales in from a sheet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.importacion.columnas import ColumnasDialog
from icsoe_desktop.gui.idse.importacion.importaciones import ImportacionesDialog
from icsoe_desktop.gui.idse.registros_patronales.importacion import ImportacionRegistrosDialog
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.services.application import Application
from tests.gui.conftest import drag, drop, press
from tests.gui.idse.comun import Box, Key, cells, focused, said
from tests.gui.idse.registros_patronales.comun import NOMBRE, kept, preview, rows
from tests.services.certificados.catalogo import RFC, RFC_RARO, A, B, C, sheet
from tests.support.reposo import until


def test_an_import_shows_what_it_would_do_and_then_does_it(
    filled: RegistrosPatronalesWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    before = kept(application, sesion)
    path = sheet(
        tmp_path, (A, "Tornillos Nuevos", RFC), (B, "Hilos del Valle", RFC_RARO), (C, "Café", RFC)
    )
    dialog = preview(filled, path)
    form = dialog.form
    assert said(form.resumen_label) == "3 renglones: 1 nuevo, 1 que cambia, 1 que ya está."
    assert cells(form.renglones_table) == [
        ("2", "Cambia", "A12 34567 89 5", "Tornillos Nuevos", RFC, f"Razón social: {NOMBRE}"),
        ("3", "Ya registrado", "B10 20304 05 6", "Hilos del Valle", RFC_RARO, ""),
        ("4", "Nuevo", "C98 76543 21 3", "Café", RFC, ""),
    ]
    assert [row[:4] for row in cells(form.hallazgos_table)] == [
        ("3", "Advertencia", "RFC", RFC_RARO)
    ]
    assert not form.solo_correctos_check.isVisible()
    assert not form.avance_panel.isVisible()
    assert kept(application, sesion) == before
    assert focused(dialog) is form.importar_button
    assert form.importar_button.text() == "&Importar 2 renglones"
    QTest.keyClick(form.importar_button, Key.Key_Return)
    until(lambda: len(rows(filled)) == 3)
    assert kept(application, sesion) == [
        (A, "Tornillos Nuevos", RFC),
        (B, "Hilos del Valle", RFC_RARO),
        (C, "Café", RFC),
    ]
    assert said(filled.form.mensaje_label) == (
        "Se importó el archivo: 1 nuevo, 1 cambiado, 1 sin cambios."
    )


def test_rows_with_problems_are_named_and_left_out_only_when_told(
    window: RegistrosPatronalesWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    dialog = preview(window, sheet(tmp_path, ("A12", NOMBRE, RFC), (B, "", RFC), (C, "Café", RFC)))
    form = dialog.form
    assert [row[1] for row in cells(form.renglones_table)] == [
        "Con problemas",
        "Con problemas",
        "Nuevo",
    ]
    assert [row[:5] for row in cells(form.hallazgos_table)] == [
        (
            "2",
            "Problema",
            "Registro patronal",
            "A12",
            "10 u 11 caracteres: una letra o un número, y números",
        ),
        ("3", "Problema", "Razón social", "(vacío)", "la razón social o el nombre del patrón"),
    ]
    assert "Hay renglones con problemas" in said(form.aviso_label)
    assert not form.importar_button.isEnabled()
    form.solo_correctos_check.click()
    assert said(form.aviso_label) == ""
    press(dialog, "Importar 1 renglón")
    until(lambda: len(rows(window)) == 1)
    assert kept(application, sesion) == [(C, "Café", RFC)]
    assert said(window.form.mensaje_label) == (
        "Se importó el archivo: 1 nuevo, 2 omitidos por sus problemas."
    )


def test_a_file_dropped_on_the_window_is_shown(
    window: RegistrosPatronalesWindow, tmp_path: Path
) -> None:
    path = sheet(tmp_path, (A, NOMBRE, RFC))
    assert drag(window, path)
    assert "Suelte el archivo" in said(window.form.mensaje_label)
    drop(window, path)
    assert said(window.form.mensaje_label) == ""
    until(lambda: window.findChild(ImportacionRegistrosDialog) is not None)
    dialog = window.findChild(ImportacionRegistrosDialog)
    assert isinstance(dialog, ImportacionRegistrosDialog)
    until(lambda: len(cells(dialog.form.renglones_table)) == 1)


def test_other_files_and_several_at_once_are_not_taken(
    window: RegistrosPatronalesWindow, tmp_path: Path
) -> None:
    assert not drag(window, tmp_path / "foto.png")
    assert not drag(window, tmp_path / "uno.xlsx", tmp_path / "dos.csv")


def test_columns_of_any_name_are_chosen_and_the_import_is_undone(
    filled: RegistrosPatronalesWindow,
    context: Context,
    application: Application,
    sesion: Sesion,
    tmp_path: Path,
    message_box: Box,
) -> None:
    before = kept(application, sesion)
    path = tmp_path / "patrones.csv"
    path.write_text(f"Lista;;\nClave;Sociedad;Contribuyente\n{A};Uno;{RFC}\n{C};Tres;{RFC}\n")
    filled.import_file(path)
    until(lambda: filled.findChild(ColumnasDialog) is not None)
    columns = filled.findChild(ColumnasDialog)
    assert isinstance(columns, ColumnasDialog)
    assert not columns.form.plantilla_button.isVisible()
    for campo, at in (("registro_patronal", 1), ("razon_social", 2), ("rfc", 3)):
        columns.combos[campo].setCurrentIndex(at)
    press(columns, "Continuar")
    dialog = filled.findChild(ImportacionRegistrosDialog)
    assert isinstance(dialog, ImportacionRegistrosDialog)
    until(lambda: dialog.form.importar_button.isEnabled())
    press(dialog, "Columnas y valores…")
    until(lambda: bool(dialog.findChildren(ColumnasDialog)))
    again = dialog.findChildren(ColumnasDialog)[-1]
    assert again.chosen.columnas["rfc"] == "Contribuyente"
    again.reject()
    press(dialog, "Importar 2 renglones")
    until(lambda: len(rows(filled)) == 3)

    listed = ImportacionesDialog(context, filled)
    listed.show()
    until(lambda: len(cells(listed.form.importaciones_table)) == 1)
    assert cells(listed.form.importaciones_table)[0][2:5] == (
        "patrones.csv",
        "Registros patronales",
        "2",
    )
    assert not listed.form.ver_button.isEnabled()
    press(listed, "Deshacer importación…")
    press(message_box(), "Deshacer importación")
    until(lambda: "2 registros patronales quedaron" in said(listed.form.mensaje_label))
    assert kept(application, sesion) == before
    listed.reject()
    assert "Se importó" in said(filled.form.mensaje_label)
    filled.activateWindow()
    until(lambda: len(rows(filled)) == 2)
    assert said(filled.form.mensaje_label) == "", "it is no longer so"
