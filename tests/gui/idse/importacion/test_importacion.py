"""Bringing files in: what they hold, every problem, duplicates, cancelling, undoing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from benchmarks.datos import escribir_archivos, linea_168, linea_totales
from benchmarks.datos import movimientos as invented
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.idse.importacion.columnas import ColumnasDialog
from icsoe_desktop.gui.idse.importacion.importaciones import ImportacionesDialog
from icsoe_desktop.gui.idse.importacion.presenter import FaseImportacion
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import TODOS
from tests.gui.conftest import drag, drop, press
from tests.gui.idse.comun import (
    Box,
    Key,
    cells,
    choose_path,
    dialog,
    escape,
    focused,
    gone,
    names,
    said,
    settled,
    show_tab,
)
from tests.services.importacion.importados import ALTA
from tests.support.reposo import until

SEED = 7


def lines(count: int) -> list[str]:
    return [linea_168(one) for one in invented(count, SEED)]


def written(path: Path, *records: str) -> Path:
    path.write_bytes("".join(f"{one}\r\n" for one in records).encode("cp1252"))
    return path


def preview(window: ModuloWindow, *paths: Path) -> ImportacionMovimientosDialog:
    window.importacion.start(paths)
    found = dialog(ImportacionMovimientosDialog)
    until(lambda: found._presenter.state.fase is FaseImportacion.SHOWING)
    return found


def rows_of(found: ImportacionMovimientosDialog) -> list[tuple[str, ...]]:
    """The list of problems, once it is here."""
    model = found.problemas.model
    model.index(0, 0).data()
    until(lambda: model.is_here(0))
    return cells(found.form.problemas_table)


def groups_of(found: ImportacionMovimientosDialog) -> list[tuple[str, ...]]:
    return cells(found.form.grupos_table)


def kept(application: Application, sesion: Sesion) -> int:
    return len(application.movimientos.first_page(sesion, TODOS, None, 10_000))


@pytest.fixture
def shown(window: ModuloWindow) -> Iterator[ModuloWindow]:
    show_tab(window, "Todos")
    yield window
    settled(window)


def test_a_dropped_file_is_shown_first_and_imported_with_one_key(
    shown: ModuloWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    (path,) = escribir_archivos(tmp_path, 20, SEED)
    assert drag(shown, path)
    drop(shown, path)
    found = dialog(ImportacionMovimientosDialog)
    until(lambda: found._presenter.state.fase is FaseImportacion.SHOWING)
    form = found.form
    assert said(form.archivos_label) == "movimientos1.txt"
    assert said(form.resumen_label) == "20 movimientos en 1 archivo: 20 sin errores."
    assert found.clean.title.isVisible()
    assert found.clean.text == "Los archivos no tienen problemas ni movimientos repetidos"
    assert kept(application, sesion) == 0, "nothing is changed by looking"
    assert form.importar_button.text() == "&Importar 20 movimientos"
    assert focused(found) is form.importar_button
    QTest.keyClick(form.importar_button, Key.Key_Return)
    until(lambda: gone(found))
    until(lambda: len(names(shown)) == 20)
    assert said(shown.form.mensaje_label) == "Se importaron 20 movimientos."
    assert kept(application, sesion) == 20


def test_every_problem_is_listed_and_the_good_ones_come_in_only_when_told(
    shown: ModuloWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    good = lines(3)
    # A wrong kind of worker at 116, and a line cut short after the names.
    bad = good[0][:115] + "7" + good[0][116:]
    path = written(tmp_path / "dañado.txt", good[1], bad, good[2][:110], linea_totales(3))
    found = preview(shown, path)
    form = found.form
    assert "2 líneas con errores" in said(form.resumen_label)
    assert [row[:2] for row in groups_of(found)][:2] == [("Error", "1"), ("Error", "1")]
    problems = rows_of(found)
    assert form.problemas_table.isColumnHidden(0), "one file needs no name"
    assert [row[-3:-1] for row in problems] == [("2", "posición 116")]
    assert not form.corregir_panel.isVisible(), "only sheets are corrected here"
    assert not form.columnas_button.isVisible()
    found.resize(1400, 620)
    for view in (form.problemas_table, form.grupos_table):
        assert view.horizontalHeader().length() == view.viewport().width()
    assert not form.importar_button.isEnabled()
    assert said(form.aviso_label).startswith("Hay líneas con errores.")
    assert focused(found) is form.solo_buenos_check
    press(found, "Exportar problemas…")
    choose_path(tmp_path / "problemas.csv")
    until(lambda: "problemas" in said(form.aviso_label).lower())
    until((tmp_path / "problemas.csv").exists)
    with (tmp_path / "problemas.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert len(table) == 1 + sum(int(row[1]) for row in groups_of(found))
    QTest.keyClick(form.solo_buenos_check, Key.Key_Space)
    assert form.importar_button.text() == "&Importar 1 movimiento"
    press(found, "Importar 1 movimiento")
    until(lambda: len(names(shown)) == 1)
    assert said(shown.form.mensaje_label) == (
        "Se importó 1 movimiento. 2 líneas con errores no se importaron."
    )
    assert kept(application, sesion) == 1


def test_what_is_there_already_is_shown_and_the_user_decides(
    shown: ModuloWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    three = lines(3)
    press(preview(shown, written(tmp_path / "a.txt", *three)), "Importar 3 movimientos")
    until(lambda: len(names(shown)) == 3)
    found = preview(shown, written(tmp_path / "b.txt", *three))
    form = found.form
    assert "3 que ya están en los datos" in said(form.resumen_label)
    assert not form.importar_button.isEnabled()
    assert said(form.aviso_label).startswith("No hay movimientos nuevos: todos están repetidos.")
    assert [row[:2] for row in groups_of(found)][-1] == ("Repetidos", "3")
    form.grupos_table.selectRow(len(groups_of(found)) - 1)
    assert form.duplicados_table.isVisible()
    until(lambda: found.duplicados.model.is_here(0))
    assert [row[:3] for row in cells(form.duplicados_table)] == [
        ("b.txt", str(at), "Ya está en los datos") for at in (1, 2, 3)
    ]
    form.duplicados_check.setChecked(True)
    press(found, "Importar 3 movimientos")
    until(lambda: len(names(shown)) == 6)


def test_an_nss_of_another_person_is_said_before_everything_else(
    shown: ModuloWindow, tmp_path: Path
) -> None:
    known, other = (linea_168(each) for each in (ALTA, ALTA._replace(tipo="07", nombres="EVA")))
    press(preview(shown, written(tmp_path / "a.txt", known)), "Importar 1 movimiento")
    until(lambda: len(names(shown)) == 1)
    found = preview(shown, written(tmp_path / "b.txt", other))
    assert ": 1 con el NSS de otra persona, 1 sin errores" in said(found.form.resumen_label)
    (first, *_) = groups_of(found)
    assert "como de GAEL ANTONIO RIVERA, y aquí dice EVA RIVERA." in first[-1]
    assert said(found.form.grupo_label) == first[-1]


def test_cancelling_while_it_reads_or_imports_leaves_everything_as_it_was(
    shown: ModuloWindow, application: Application, sesion: Sesion, tmp_path: Path
) -> None:
    paths = escribir_archivos(tmp_path, 3_000, SEED)
    shown.importacion.start(paths)
    found = dialog(ImportacionMovimientosDialog)
    escape(found)
    assert said(shown.form.mensaje_label) == ("La importación se canceló. Todo quedó como estaba.")
    assert kept(application, sesion) == 0
    found = preview(shown, *paths)
    found._presenter.import_now()
    found._presenter.cancel()
    until(lambda: gone(found))
    assert kept(application, sesion) == 0
    assert application.importacion_movimientos.all(sesion) == ()


def test_columns_that_names_do_not_tell_are_matched_by_hand_and_remembered(
    shown: ModuloWindow, tmp_path: Path
) -> None:
    (one,) = invented(1, SEED)
    header = ["Cosa", "Patrón", "Afiliación", "P1", "P2", "Quién", "Día", "Cuánto", "TT", "TS", "J"]
    row = [
        one.tipo, one.registro_patronal, one.nss, one.primer_apellido, one.segundo_apellido,
        one.nombres, f"{one.fecha:%d/%m/%Y}", f"{(one.sbc or 0) / 100:.2f}", "1", "0", "0",
    ]  # fmt: skip
    path = tmp_path / "raro.csv"
    path.write_text("\n".join(",".join(cells) for cells in (header, row)), encoding="utf-8-sig")
    shown.importacion.start([path])
    found = dialog(ColumnasDialog)
    press(found, "Continuar")
    assert said(found.form.columnas_error).startswith("Elija la columna de: ")
    fields = (
        "tipo", "registro_patronal", "nss", "primer_apellido", "segundo_apellido", "nombres",
        "fecha", "sbc", "tipo_trabajador", "tipo_salario", "jornada",
    )  # fmt: skip
    for campo, name in zip(fields, header, strict=True):
        found.combos[campo].setCurrentIndex(found.combos[campo].findData(name))
    assert said(found._samples["nss"]) == one.nss
    found.form.nombre_combo.setEditText("Nómina rara")
    press(found, "Continuar")
    preview_ = dialog(ImportacionMovimientosDialog)
    until(lambda: preview_._presenter.state.fase is FaseImportacion.SHOWING)
    assert said(preview_.form.resumen_label).startswith("1 movimiento en 1 archivo")
    press(preview_, "Importar 1 movimiento")
    until(lambda: len(names(shown)) == 1)
    again = preview(shown, path)
    assert "1 que ya está en los datos" in said(again.form.resumen_label)
    assert "columnas de «Nómina rara»" in said(again.form.desglose_label)
    again.reject()
    until(lambda: gone(again))


def test_a_file_that_is_none_of_ours_is_refused_with_a_sentence(
    shown: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    path = tmp_path / "foto.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    shown.importacion.start([path])
    box = message_box()
    assert box.text()
    box.close()
    until(lambda: gone(box))


def test_an_import_is_undone_as_a_whole(
    shown: ModuloWindow, application: Application, sesion: Sesion, tmp_path: Path, message_box: Box
) -> None:
    for name, part in (("uno.txt", slice(0, 2)), ("dos.txt", slice(2, 5))):
        found = preview(shown, written(tmp_path / name, *lines(5)[part]))
        found.form.importar_button.click()
        until(lambda found=found: gone(found))
    shown.tareas.open_importaciones()
    listed = dialog(ImportacionesDialog)
    table = listed.form.importaciones_table
    until(lambda: len(cells(table)) == 2)
    assert [row[1:] for row in cells(table)] == [
        ("alma@ejemplo.mx", "dos.txt", "Movimientos", "3", "Hecha"),
        ("alma@ejemplo.mx", "uno.txt", "Movimientos", "2", "Hecha"),
    ]
    press(listed, "Ver sus movimientos")
    until(lambda: len(names(shown)) == 3)
    assert said(shown.form.mensaje_label).startswith(
        "Sólo se muestran los movimientos de la importación del 02/03/2026"
    )
    press(shown, "Quitar filtros")
    until(lambda: len(names(shown)) == 5)
    shown.tareas.open_importaciones()
    listed = dialog(ImportacionesDialog)
    until(lambda: listed.form.deshacer_button.isEnabled())
    press(listed, "Deshacer importación…")
    box = message_box()
    assert box.text().startswith("Deshacerla quita 3 movimientos")
    press(box, "Deshacer importación")
    until(lambda: said(listed.form.mensaje_label) != "")
    assert said(listed.form.mensaje_label) == "Se deshizo la importación de 3 movimientos."
    until(lambda: cells(listed.form.importaciones_table)[0][5].startswith("Deshecha"))
    assert not listed.form.deshacer_button.isEnabled()
    assert kept(application, sesion) == 2
    listed.reject()
    until(lambda: len(names(shown)) == 2)
