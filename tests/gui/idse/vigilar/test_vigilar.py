"""Vigilar carpeta: files appear, are reviewed and imported; the watch outlives its window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from benchmarks.datos import linea_168, linea_totales, movimientos
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.vigilar import presenter as presenter_module
from icsoe_desktop.gui.idse.vigilar.presenter import announcement
from icsoe_desktop.gui.idse.vigilar.window import Announcer, VigilarWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion import vigilancia
from icsoe_desktop.services.importacion.valores import Decision, Formato, Indicaciones
from tests.gui.conftest import press
from tests.support.reposo import until

RECORDS = list(movimientos(3))


@pytest.fixture
def carpeta(tmp_path: Path) -> Path:
    folder = tmp_path / "salida"
    folder.mkdir()
    return folder


@pytest.fixture
def window(context: Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[VigilarWindow]:
    monkeypatch.setattr(vigilancia, "QUIET_S", 0.0)
    monkeypatch.setattr(presenter_module, "EVERY_MS", 20)
    found = opened(context)
    yield found
    context.shell.left.emit()


def opened(context: Context) -> VigilarWindow:
    found = context.shell.open("vigilar", context.sesion)
    assert isinstance(found, VigilarWindow)
    return found


def write(folder: Path, name: str, *extra: str) -> Path:
    lines = [linea_168(record) for record in RECORDS]
    text = "".join(f"{line}\r\n" for line in [*lines, linea_totales(len(lines)), *extra])
    path = folder / name
    path.write_bytes(text.encode())
    return path


def shown(window: VigilarWindow) -> dict[str, str]:
    model = window.table.model
    return {model.row(at).path.name: model.row(at).estado for at in range(model.rowCount())}


def watch(window: VigilarWindow, folder: Path) -> None:
    window.form.carpeta_edit.setText(str(folder))
    press(window, "Vigilar")


def test_what_appears_is_reviewed_and_its_result_opened(
    window: VigilarWindow, carpeta: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(window, carpeta)
    write(carpeta, "bien.txt")
    write(carpeta, "mal.txt", "corta")
    until(lambda: len(shown(window)) == 2)
    assert shown(window) == {"bien.txt": "Bien", "mal.txt": "Con errores"}
    assert window.form.cuenta_label.text() == "2 archivos revisados"
    monkeypatch.setattr(presenter_module, "KEPT", 2)
    write(carpeta, "otro.txt")
    until(lambda: "otro.txt" in shown(window))
    assert window.form.cuenta_label.text() == (
        "3 archivos revisados; se muestran los 2 últimos"
    )  # fmt: skip
    opened_urls: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened_urls.append)
    (row,) = [each for each in window._presenter.state.filas if each.path.name == "mal.txt"]
    window.table.select(row)
    press(window, "Ver revisión")
    assert [url.toLocalFile() for url in opened_urls] == [str(carpeta / "mal.txt.revision.txt")]
    assert "Ningún programa abrió" in window.form.mensaje_label.text()


def test_a_sheet_that_the_import_knows_is_reviewed_by_its_kept_columns_and_what_is_left_is_said(
    window: VigilarWindow, context: Context, carpeta: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = ["Patrón", "Afiliado", "Uno", "Quién", "Porqué", "Cuándo"]
    row = ["Y6077636105", "12345678903", "MUÑOZ", "EVA", "RV", "20/02/2026"]
    path = carpeta / "bajas.csv"
    path.write_text("\n".join(",".join(cells) for cells in (header, row)), "utf-8-sig")
    watch(window, carpeta)
    until(lambda: shown(window) == {"bajas.csv": "No se pudo leer"})
    campos = ("registro_patronal", "nss", "primer_apellido", "nombres", "causa_baja", "fecha")
    columnas, codigos = dict(zip(campos, header, strict=True)), {"causa_baja": {"RV": "2"}}
    formato = Formato(columnas, {"tipo": "02"}, codigos=codigos)
    service, sesion = context.application.importacion_movimientos, context.require_sesion()
    vista = service.preview(sesion, [path], NoProgress(), Indicaciones(formato, "Bajas"))
    service.apply(sesion, vista, Decision(), NoProgress())
    (carpeta / "otras.csv").write_bytes(path.read_bytes())
    until(lambda: shown(window).get("otras.csv") == "Con advertencias")
    monkeypatch.setattr(vigilancia, "MAX_FILES", 0)
    write(carpeta, "más.txt")
    until(
        lambda: window.form.estado_label.text().startswith("Sin revisar en esta vuelta: 1 archivo.")
    )


def test_a_reviewed_file_is_imported_through_the_usual_preview(
    window: VigilarWindow, carpeta: Path
) -> None:
    write(carpeta, "bien.txt")
    watch(window, carpeta)
    until(lambda: len(shown(window)) == 1)
    assert not window.form.importar_button.isEnabled()
    window.table.select(window.table.model.row(0))
    press(window, "Importar…")
    until(lambda: bool(window.findChildren(ImportacionMovimientosDialog)))
    (dialog,) = window.findChildren(ImportacionMovimientosDialog)
    until(dialog.isVisible)
    dialog.reject()


def test_the_watch_goes_on_without_its_window_and_ends_with_the_session(
    window: VigilarWindow, qtbot: QtBot, carpeta: Path, context: Context
) -> None:
    watch(window, carpeta)
    window.close()
    write(carpeta, "bien.txt")
    (announcer,) = context.shell.findChildren(Announcer)
    until(lambda: len(announcer.state.filas) == 1)
    again = opened(context)
    assert shown(again) == {"bien.txt": "Bien"}
    assert again.form.vigilar_button.text() == "&Detener"
    with qtbot.waitSignal(announcer.destroyed):
        context.shell.left.emit()


def test_a_folder_that_is_not_there_is_said_under_its_field(
    window: VigilarWindow, carpeta: Path
) -> None:
    watch(window, carpeta / "nada")
    until(lambda: bool(window.form.carpeta_error.text()))
    assert window.form.carpeta_error.text() == vigilancia.NO_FOLDER
    assert window.form.carpeta_edit.isEnabled()
    window.form.carpeta_edit.clear()
    press(window, "Vigilar")
    assert window.form.carpeta_error.text() == presenter_module.NO_CHOICE


def test_a_folder_that_goes_away_is_said_and_tried_again(
    window: VigilarWindow, carpeta: Path
) -> None:
    watch(window, carpeta)
    until(lambda: not window._presenter._looking)
    aside = carpeta.rename(carpeta.with_name("aparte"))
    until(lambda: "Se sigue intentando" in window.form.estado_label.text())
    aside.rename(carpeta)
    write(carpeta, "bien.txt")
    until(lambda: len(shown(window)) == 1)
    assert "Se sigue vigilando" in window.form.estado_label.text()


def test_a_notification_names_no_file(window: VigilarWindow, carpeta: Path) -> None:
    # Some desktops draw the text of a notification as HTML.
    write(carpeta, "<img src=x>.txt", "corta")
    told: list[str] = []
    window._presenter.found.connect(lambda filas: told.append(announcement(filas)))
    watch(window, carpeta)
    until(lambda: bool(told))
    assert told == ["Se revisó 1 archivo; con errores: 1."]
