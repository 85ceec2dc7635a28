"""The form of a contract: the domicilio in parts, and a contract that is there already."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.informativa.contrato import AS_FISCAL, TWICE, ContratoDialog
from icsoe_desktop.gui.icsoe.informativa.domicilio import DomicilioDialog
from icsoe_desktop.services.application import Application
from tests.domain.icsoe.informativas import contrato
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import child
from tests.gui.icsoe.comun import Entered
from tests.gui.icsoe.informativa.test_recorrido_informativa import closed, page_of
from tests.gui.programa import Box
from tests.support.reposo import settle


def test_it_is_typed_in_parts_and_saved_with_the_contract(
    qtbot: QtBot, shell: Shell, entered: Entered, application: Application, contratista: Sesion
) -> None:
    saved = application.contratos.save(contratista, contrato(1))
    icsoe = entered(contratista)
    icsoe.show_page("informativa")
    page = page_of(qtbot, shell, icsoe)
    settle(lambda: page.form.contratos_table.model().rowCount() == 1)
    page.form.contratos_table.selectRow(0)
    settle(page.form.modificar_button.isEnabled)
    page.form.modificar_button.click()
    dialog = child(qtbot, icsoe, ContratoDialog)
    assert (dialog.form.domicilio_edit.text(), dialog.unsaved) == (AS_FISCAL, False)
    dialog.form.domicilio_button.click()
    typed = child(qtbot, dialog, DomicilioDialog)
    form = typed.tab.form
    assert form.si_radio.isChecked()
    form.no_radio.click()
    form.codigo_postal_edit.setText("01000")
    form.colonia_combo.setEditText("La que sea")
    press(typed, "Ubicar")
    assert typed.unsaved
    for name in ("calle", "numero_exterior", "municipio", "estado"):
        getattr(form, f"{name}_edit").setText(name)
    press(typed, "Ubicar")
    press(typed, "Aceptar")
    closed(qtbot, shell, typed)
    assert dialog.unsaved
    assert dialog.form.domicilio_edit.text().startswith("calle numero_exterior, Col. La que sea")
    assert dialog.form.domicilio_edit.cursorPosition() == 0, "its beginning is what is seen"
    dialog.form.guardar_button.click()
    closed(qtbot, shell, dialog)
    kept = application.contratos.get(contratista, saved).datos.contratante.domicilio
    assert Domicilio.of(kept) == Domicilio(
        codigo_postal="01000",
        colonia="La que sea",
        calle="calle",
        numero_exterior="numero_exterior",
        municipio="municipio",
        estado="estado",
        fuera_de_catalogo=True,
    )


def test_the_same_contratante_number_and_dates_are_asked_about(
    qtbot: QtBot,
    shell: Shell,
    entered: Entered,
    application: Application,
    contratista: Sesion,
    message_box: Box,
) -> None:
    datos = contrato(1)
    application.contratos.save(contratista, datos)
    icsoe = entered(contratista)
    icsoe.show_page("informativa")
    page = page_of(qtbot, shell, icsoe)
    settle(lambda: page.form.contratos_table.model().rowCount() == 1)
    page.open_contract(None)
    dialog = child(qtbot, icsoe, ContratoDialog)
    form = dialog.form
    assert datos.inicio is not None
    form.rfc_edit.setText(datos.contratante.rfc)
    form.rfc_edit.editingFinished.emit()
    form.numero_edit.setText(datos.numero.lower())
    form.objeto_edit.setText("Otro objeto")
    form.inicio_edit.setText(f"{datos.inicio:%d/%m/%Y}")
    if datos.fin is not None:
        form.fin_edit.setText(f"{datos.fin:%d/%m/%Y}")
    form.guardar_button.click()
    box = message_box()
    assert box.text() == TWICE
    press(box, "Cancelar")
    assert dialog.isVisible()
    assert len(application.contratos.rows(contratista)) == 1
    form.guardar_button.click()
    press(message_box(), "Guardar de todos modos")
    closed(qtbot, shell, dialog)
    first, second = application.contratos.rows(contratista)
    assert first.clave == second.clave
    # Neither is asked about again, as long as that does not change.
    page.open_contract(second.id)
    again = child(qtbot, icsoe, ContratoDialog)
    again.form.objeto_edit.setText("Uno más")
    again.form.guardar_button.click()
    closed(qtbot, shell, again)
    assert application.contratos.get(contratista, second.id).datos.objeto == "Uno más"
