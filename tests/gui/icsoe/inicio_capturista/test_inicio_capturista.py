"""The home of a capturista: which contratista to work for, and nothing more."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QPlainTextEdit, QPushButton

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.informativa.dialogos import RevisionInformativaDialog
from icsoe_desktop.gui.icsoe.informativa.page import InformativaPage
from icsoe_desktop.gui.icsoe.inicio_capturista.page import ElegirDialog, InicioCapturistaPage
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import dialog_of, home
from tests.gui.idse.comun import cells
from tests.support.reposo import settle


def test_a_baja_ends_the_work_at_once(
    shell: Shell,
    flow: IcsoeFlow,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    activated: None,
) -> None:
    icsoe = home(shell, flow)
    icsoe.show_page("inicio_capturista")
    settle()
    sesion = icsoe.context.require_sesion()
    [one] = application.acceso_icsoe.contratistas(sesion)
    working = application.acceso_icsoe.choose(sesion, one.id)
    application.capturistas.baja(contratista, registrada.id)
    with pytest.raises(NotAllowedError):
        application.contratistas.perfil(working)
    page = icsoe.page
    assert isinstance(page, InicioCapturistaPage)
    press(page, "Seleccionar otro contratista")
    dialog = dialog_of(page, ElegirDialog)
    settle(dialog.empty.title.isVisible)
    assert not dialog.form.siguiente_button.isEnabled()
    dialog.reject()


def test_a_capturista_sees_nothing_of_the_administration(
    shell: Shell, flow: IcsoeFlow, activated: None
) -> None:
    icsoe = home(shell, flow)
    menu = icsoe.form.menu_list
    assert [menu.item(at).text().strip() for at in range(menu.count())] == [
        "Inicio",
        "Informativa",
        "Acuses",
    ]
    for key in ("alta_capturista", "consulta_capturistas", "contratista"):
        icsoe.show_page(key)
        assert isinstance(icsoe.page, InformativaPage)


def test_the_board_says_what_is_asked_and_enter_goes_to_it(
    shell: Shell, flow: IcsoeFlow, application: Application, contratista: Sesion, activated: None
) -> None:
    informativas = application.informativas
    periodo = informativas.tablero(contratista).periodo
    made = informativas.create(contratista, periodo, TipoInformativa.SIN_INFORMACION)
    icsoe = home(shell, flow)
    page = icsoe.page
    assert isinstance(page, InformativaPage)
    settle(page.form.revision_button.isEnabled)
    # She sends it back from the review, with a note.
    page.form.revision_button.click()
    revision = dialog_of(icsoe, RevisionInformativaDialog)
    settle(revision.form.devolver_button.isEnabled)
    QTest.keyClick(revision, Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)
    dialog = dialog_of(revision, QInputDialog)
    field = dialog.findChild(QPlainTextEdit)
    assert field is not None
    QTest.keyClicks(field, "Falta el contrato de Norte")
    QTest.keyClick(field, Qt.Key.Key_Tab)  # it leaves the field
    button = dialog.focusWidget()
    assert isinstance(button, QPushButton)
    assert button.text() == "&Devolver"
    QTest.keyClick(button, Qt.Key.Key_Return)
    settle()
    assert informativas.get(contratista, made).devuelta is not None
    said = page.form.mensaje_label.text()
    assert said.startswith("Se devolvió con su nota")
    assert said.endswith("la devolvió: Falta el contrato de Norte"), "the note stays in sight"
    icsoe.show_page("inicio_capturista")
    home_page = icsoe.page
    assert isinstance(home_page, InicioCapturistaPage)
    settle(lambda: home_page.form.pendientes_table.model().rowCount() == 1)
    (row,) = cells(home_page.form.pendientes_table)
    assert "TORNILLOS Y BIRLOS SA DE CV" in row
    assert "En captura" in row
    assert row[-1].endswith(": Falta el contrato de Norte")
    home_page.form.pendientes_table.selectRow(0)
    home_page.form.pendientes_table.setFocus()
    QTest.keyClick(home_page.form.pendientes_table, Qt.Key.Key_Return)
    settle(lambda: isinstance(icsoe.page, InformativaPage))
