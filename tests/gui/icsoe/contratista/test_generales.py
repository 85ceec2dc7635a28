"""Generales del contratista: what is said of each field."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.icsoe.capturistas.persona import CONTRATISTA_DELETED, PersonaDialog
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.comun import Windows, generales_of
from tests.services.archivos_prueba import RFC_MORAL
from tests.support.reposo import settle


@pytest.fixture
def paso() -> PasoContratista:
    return PasoContratista.DATOS_GENERALES


def test_each_field_says_under_itself_what_is_wrong(
    first_page: ContratistaPage, application: Application, sesion_moral: Sesion
) -> None:
    generales = generales_of(first_page)
    form = generales.form
    assert not form.correo_error.isVisible(), "nothing is said before anything was typed"
    press(generales, "Guardar")
    assert form.correo_error.text() == "Escriba el correo electrónico."
    assert form.celular_error.text() == "Escriba el teléfono: son 10 dígitos."
    assert not form.telefono_fijo_error.isVisible()
    form.correo_edit.setText("ventas@gmial.com")
    QTest.keyClicks(form.celular_edit, "551234567")
    assert form.correo_advertencia.text() == (
        "Advertencia: ¿Quiso escribir @gmail.com? Revise el correo electrónico."
    )
    assert "tiene 9 números y debe tener 10" in form.celular_error.text()
    QTest.keyClicks(form.celular_edit, "8")
    assert not form.celular_error.isVisible()
    press(generales, "Aviso de privacidad")
    settle()
    assert application.contratistas.informacion(sesion_moral).generales is None


def test_the_contratista_takes_a_copy_of_its_data_and_deletes_them(
    first_page: ContratistaPage, application: Application, windows: Windows, tmp_path: Path
) -> None:
    press(generales_of(first_page), "Mis datos…")
    dialog = windows.wait(PersonaDialog)
    assert "se guarda de usted" in dialog.form.exportar_label.text()
    dialog.write(tmp_path / "datos.json")
    settle()
    assert RFC_MORAL in (tmp_path / "datos.json").read_text("utf-8")
    assert "sus capturistas, contratos, trabajadores" in dialog.form.eliminar_label.text()
    press(dialog, "Eliminar sus datos…")
    box = shown_box()
    assert "en los demás equipos" in box.text()
    press(box, "Eliminar sus datos")
    settle(lambda: told(CONTRATISTA_DELETED) is not None)
    with application.store.read() as db:
        assert db.scalars(select(ContratistaRow.id)).all() == []
    last = told(CONTRATISTA_DELETED)
    assert last is not None
    last.accept()
    windows.none(IcsoeWindow)


def told(text: str) -> QMessageBox | None:
    box = QApplication.activeModalWidget()
    return box if isinstance(box, QMessageBox) and box.text() == text else None
