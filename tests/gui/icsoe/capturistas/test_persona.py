"""A copy of a person's data, and their deletion, on her request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.capturistas.persona import PersonaDialog, as_html
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.consulta import FiltroCapturistas
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import NOMBRE, PERSONA, Box, Key, child, consulta_page, said


@pytest.fixture
def page(
    qtbot: QtBot, icsoe: IcsoeWindow, application: Application, contratista: Sesion
) -> ConsultaPage:
    application.capturistas.register(contratista, PERSONA)
    return consulta_page(qtbot, icsoe)


@pytest.fixture
def dialog(qtbot: QtBot, page: ConsultaPage) -> PersonaDialog:
    page.table.select(0)
    press(page, "Datos de la persona")
    return child(qtbot, page, PersonaDialog)


def test_her_data_are_written_as_json(qtbot: QtBot, dialog: PersonaDialog, tmp_path: Path) -> None:
    assert said(dialog.form.quien_label) == NOMBRE
    path = tmp_path / "datos.json"
    dialog.write(path)
    qtbot.waitUntil(dialog.form.mensaje_label.isVisible)
    datos = json.loads(path.read_text(encoding="utf-8"))
    identity = datos["Datos de identificación"]
    assert identity["CURP"] == PERSONA.curp
    assert identity["Nombre(s)"] == "Xóchitl"
    assert datos["Relación con el contratista"]["Teléfono"] == PERSONA.telefono
    dialog.reject()


def test_her_data_are_written_as_pdf(qtbot: QtBot, dialog: PersonaDialog, tmp_path: Path) -> None:
    path = tmp_path / "datos.pdf"
    dialog.write(path)
    qtbot.waitUntil(dialog.form.mensaje_label.isVisible)
    written = path.read_bytes()
    assert written.startswith(b"%PDF-")
    assert written.rstrip().endswith(b"%%EOF")
    dialog.reject()


def test_the_pdf_says_what_the_json_says_and_nothing_in_it_is_html() -> None:
    text = as_html(
        {
            "Datos": {"Nombre": "<b>Ana</b> & Cía", "Nada": None},
            "Bitácora": [{"Cuándo": "02/03/2026"}, {"Cuándo": "03/03/2026"}],
            "Correos": [],
        }
    )
    assert "&lt;b&gt;Ana&lt;/b&gt; &amp; Cía" in text
    assert text.index("Datos") < text.index("Bitácora") < text.index("Correos")
    assert "03/03/2026" in text
    assert "None" not in text


def test_a_folder_that_takes_no_file_is_told(
    dialog: PersonaDialog, tmp_path: Path, message_box: Box
) -> None:
    dialog.write(tmp_path / "no hay" / "datos.pdf")
    assert "No se pudo guardar el archivo «datos.pdf»" in message_box().text()
    press(message_box(), "Aceptar")
    dialog.reject()


def test_her_data_are_deleted_only_after_a_question_that_enter_denies(
    qtbot: QtBot,
    page: ConsultaPage,
    dialog: PersonaDialog,
    application: Application,
    contratista: Sesion,
    message_box: Box,
) -> None:
    def kept() -> int:
        return application.consulta_capturistas.count(contratista, FiltroCapturistas())

    press(dialog, "Eliminar sus datos…")
    box = message_box()
    assert NOMBRE in box.text()
    qtbot.keyClick(box, Key.Key_Return)
    qtbot.waitUntil(lambda: not box.isVisible())
    assert kept() == 1
    press(dialog, "Eliminar sus datos…")
    press(message_box(), "Eliminar sus datos")
    qtbot.waitUntil(page.form.vacia_page.isVisible)
    assert kept() == 0
