"""A copy of a person's data, and their deletion, on her request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.capturistas.persona import PersonaDialog, blocks_of
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.idse.modulo.archivos import NOT_WRITTEN
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.consulta import FiltroCapturistas
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.capturistas.comun import NOMBRE, PERSONA, Key, consulta_page, dialog_of, said
from tests.gui.icsoe.comun import gone
from tests.support.reposo import settle


@pytest.fixture
def page(icsoe: IcsoeWindow, application: Application, contratista: Sesion) -> ConsultaPage:
    application.capturistas.register(contratista, PERSONA)
    return consulta_page(icsoe)


@pytest.fixture
def dialog(page: ConsultaPage) -> PersonaDialog:
    page.table.select(0)
    press(page, "Datos de la persona")
    return dialog_of(page, PersonaDialog)


def test_her_data_are_written_as_json(dialog: PersonaDialog, tmp_path: Path) -> None:
    assert said(dialog.form.quien_label) == NOMBRE
    path = tmp_path / "datos.json"
    dialog.write(path)
    settle(dialog.form.mensaje_label.isVisible)
    datos = json.loads(path.read_text(encoding="utf-8"))
    identity = datos["Datos de identificación"]
    assert identity["CURP"] == PERSONA.curp
    assert identity["Nombre(s)"] == "Xóchitl"
    assert datos["Relación con el contratista"]["Teléfono"] == PERSONA.telefono
    dialog.reject()


def test_her_data_are_written_as_pdf(dialog: PersonaDialog, tmp_path: Path) -> None:
    path = tmp_path / "datos.pdf"
    dialog.write(path)
    settle(dialog.form.mensaje_label.isVisible)
    written = path.read_bytes()
    assert written.startswith(b"%PDF-")
    assert written.rstrip().endswith(b"%%EOF")
    dialog.reject()


def test_the_pdf_says_what_the_json_says() -> None:
    blocks = blocks_of(
        {
            "Datos": {"Nombre": "<b>Ana</b> & Cía", "Nada": None},
            "Bitácora": [{"Cuándo": "02/03/2026"}, {"Cuándo": "03/03/2026"}],
            "Correos": [],
        }
    )
    assert blocks == [
        ("Datos", [("Nombre", "<b>Ana</b> & Cía"), ("Nada", "")]),
        ("Bitácora", [("Cuándo", "02/03/2026")]),
        ("", [("Cuándo", "03/03/2026")]),
        ("Correos", [("Nada.", "")]),
    ]


def test_a_folder_that_takes_no_file_is_told(dialog: PersonaDialog, tmp_path: Path) -> None:
    dialog.write(tmp_path / "no hay" / "datos.pdf")
    assert shown_box().text() == NOT_WRITTEN
    press(shown_box(), "Aceptar")
    dialog.reject()


def test_her_data_are_deleted_only_after_a_question_that_enter_denies(
    page: ConsultaPage, dialog: PersonaDialog, application: Application, contratista: Sesion
) -> None:
    def kept() -> int:
        return application.consulta_capturistas.count(contratista, FiltroCapturistas())

    press(dialog, "Eliminar sus datos…")
    box = shown_box()
    assert NOMBRE in box.text()
    QTest.keyClick(box, Key.Key_Return)
    settle(lambda: gone(box))
    assert kept() == 1
    press(dialog, "Eliminar sus datos…")
    press(shown_box(), "Eliminar sus datos")
    settle(page.form.vacia_page.isVisible)
    assert kept() == 0
