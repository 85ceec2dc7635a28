"""The signed contract, shown beside its form while it is typed."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.informativa.contrato import ContratoDialog
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from tests.gui.icsoe.capturistas.comun import child, type_here
from tests.gui.icsoe.comun import Entered, pdf_file
from tests.gui.icsoe.informativa.test_recorrido_informativa import page_of
from tests.support.reposo import settle


def test_the_pdf_stands_beside_the_form_and_goes_with_it(
    qtbot: QtBot, shell: Shell, entered: Entered, contratista: Sesion, tmp_path: Path
) -> None:
    icsoe = entered(contratista)
    icsoe.show_page("informativa")
    page = page_of(qtbot, shell, icsoe)
    qtbot.waitUntil(page.form.agregar_button.isEnabled)
    page.form.agregar_button.click()
    dialog = child(qtbot, icsoe, ContratoDialog)
    dialog.show_pdf(pdf_file(tmp_path))
    viewer = child(qtbot, dialog, VisorDialog)
    settle(lambda: viewer.form.hoja_label.pixmap().width() > 0)
    assert not viewer.isModal()
    # The form is typed in meanwhile.
    dialog.activateWindow()
    dialog.form.rfc_edit.setFocus()
    type_here(dialog, "XAXX010101000")
    assert dialog.form.rfc_edit.text() == "XAXX010101000"
    dialog.leave()
    settle(lambda: not any(one.isVisible() for one in icsoe.findChildren(VisorDialog)))
