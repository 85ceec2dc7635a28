"""Carga y adjunto de documentos: the REPSE acuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.icsoe.contratista.acuse import DELETE, AcuseTab
from icsoe_desktop.gui.icsoe.contratista.page import COMPLETE, ContratistaPage
from icsoe_desktop.services.application import Application
from tests.conftest import Reloj
from tests.gui.conftest import drop, press, shown_box
from tests.gui.icsoe.comun import (
    FECHA,
    Entered,
    Key,
    acuse_of,
    contratista_page,
    do_steps,
    pdf_file,
)
from tests.support.reposo import settle


@pytest.fixture
def paso() -> PasoContratista:
    return PasoContratista.ACUSE


@pytest.fixture
def acuse(page: ContratistaPage) -> AcuseTab:
    return acuse_of(page)


def test_an_acuse_is_chosen_seen_saved_and_kept_whole(
    acuse: AcuseTab, application: Application, sesion_moral: Sesion, tmp_path: Path
) -> None:
    form = acuse.form
    path = pdf_file(tmp_path)
    assert form.archivo_value.text() == "Aún no hay un acuse adjunto."
    assert not form.ver_button.isEnabled()
    acuse.take_file(path)
    settle()
    assert form.archivo_value.text().startswith("acuse repse.pdf (")
    assert form.archivo_value.text().endswith("sin guardar")
    assert acuse.unsaved
    QTest.keyClicks(form.fecha_edit, "05/03/2022")
    assert form.vigencia_label.text().startswith("La renovación se cerró el 28/02/2025"), "typing"
    form.fecha_edit.clear()
    QTest.keyClicks(form.fecha_edit, FECHA)
    QTest.keyClick(form.fecha_edit, Key.Key_Return)
    assert shown_box().text() == COMPLETE
    press(shown_box(), "Aceptar")
    settle()
    assert form.vigencia_label.text() == (
        "Vigente. Se renueva del 01/12/2027 al 29/02/2028. Los tres años terminan el 05/03/2028."
    )
    assert not acuse.unsaved
    kept = application.acuses.current(sesion_moral)
    assert kept is not None
    assert (kept.nombre, kept.tipo, kept.fecha) == ("acuse repse.pdf", "PDF", date(2025, 3, 5))
    assert application.acuses.content(sesion_moral).contenido == path.read_bytes()


def test_a_file_that_is_no_acuse_is_refused_by_its_content(acuse: AcuseTab, tmp_path: Path) -> None:
    path = tmp_path / "foto.pdf"
    path.write_bytes(b"MZ\x90\x00" * 40)
    acuse.form.fecha_edit.setText(FECHA)
    acuse.take_file(path)
    settle()
    assert acuse.form.archivo_error.text() == (
        "El archivo no es un PDF, PNG o JPG. Elija el acuse en uno de esos formatos."
    )
    assert not acuse.form.ver_button.isEnabled()
    assert acuse.form.fecha_edit.text() == FECHA


def test_a_missing_file_or_date_is_named_and_nothing_is_kept(
    acuse: AcuseTab, application: Application, sesion_moral: Sesion, tmp_path: Path
) -> None:
    form = acuse.form
    press(acuse, "Guardar")
    assert form.archivo_error.text() == (
        "Elija el archivo del acuse de registro en el padrón de la STPS."
    )
    assert form.fecha_error.text() == (
        "Escriba la fecha de registro o de la última renovación, como dd/mm/aaaa."
    )
    form.fecha_edit.setText("04/03/2025")  # dictated, or by the calendar: without keys
    assert form.fecha_error.isHidden()
    acuse.take_file(tmp_path / "no existe.pdf")
    settle()
    assert form.archivo_error.text().startswith("El archivo no se puede leer.")
    acuse.take_file(pdf_file(tmp_path))
    settle()
    # Found by the window, and by the service.
    for typed, sentence in (
        ("31/02/2025", "Esa fecha no existe."),
        ("ayer", "Escriba la fecha como dd/mm/aaaa"),
        ("03/03/2026", "La fecha todavía no llega."),
    ):
        form.fecha_edit.setText(typed)
        press(acuse, "Guardar")
        settle()
        assert form.fecha_error.text().startswith(sentence)
        assert "sin guardar" in form.archivo_value.text(), "the chosen file stays"
    assert application.acuses.current(sesion_moral) is None


def test_the_date_alone_is_changed_without_the_file(
    acuse: AcuseTab, application: Application, sesion_moral: Sesion, tmp_path: Path
) -> None:
    acuse.take_file(pdf_file(tmp_path))
    settle()
    acuse.form.fecha_edit.setText(FECHA)
    press(acuse, "Guardar")
    settle()
    kept = application.acuses.current(sesion_moral)
    assert kept is not None
    for box in QApplication.topLevelWidgets():
        if isinstance(box, QMessageBox):
            box.accept()
    acuse.form.fecha_edit.setText("06/03/2025")
    press(acuse, "Guardar")
    settle()
    changed = application.acuses.current(sesion_moral)
    assert changed is not None
    assert (changed.id, changed.fecha) == (kept.id, date(2025, 3, 6))
    assert acuse.form.archivo_error.text() == ""
    assert acuse.form.mensaje_label.text() == "El acuse se guardó."
    assert not acuse.unsaved


def test_deleting_asks_first_and_can_be_cancelled(
    acuse: AcuseTab, application: Application, sesion_moral: Sesion, tmp_path: Path
) -> None:
    application.acuses.save(sesion_moral, pdf_file(tmp_path), date(2025, 3, 5))
    acuse.load()
    settle()
    press(acuse, "Eliminar")
    assert shown_box().text() == DELETE
    press(shown_box(), "Cancelar")
    settle()
    assert application.acuses.current(sesion_moral) is not None
    press(acuse, "Eliminar")
    press(shown_box(), "Eliminar")
    settle()
    assert application.acuses.current(sesion_moral) is None
    assert acuse.form.archivo_value.text() == "Aún no hay un acuse adjunto."


def test_a_dropped_file_is_taken_and_taken_away_again(acuse: AcuseTab, tmp_path: Path) -> None:
    drop(acuse, pdf_file(tmp_path))
    settle(lambda: "sin guardar" in acuse.form.archivo_value.text())
    press(acuse, "Eliminar")
    assert acuse.form.archivo_value.text() == "Aún no hay un acuse adjunto."
    assert not acuse.unsaved


def test_a_contratista_is_told_that_its_acuse_ends_soon(
    entered: Entered,
    enter: Callable[[str], Sesion],
    application: Application,
    reloj: Reloj,
    tmp_path: Path,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, PasoContratista.COMPLETO, tmp_path)
    # Registered on 05/03/2025: February 2028 is the last month.
    reloj.advance(days=(reloj.now.replace(year=2028, month=2, day=14) - reloj.now).days)
    window = entered(sesion)
    contratista_page(window)
    assert window.form.aviso_label.isVisible()
    assert window.form.aviso_label.text().startswith(
        "REPSE. Último mes para renovar: el 29/02/2028 se cierra."
    )
