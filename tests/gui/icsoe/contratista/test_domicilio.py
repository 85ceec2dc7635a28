"""Domicilio social of a persona moral: the same as the fiscal one, or typed without catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QAccessibleActionInterface
from PySide6.QtWidgets import QApplication

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from tests.gateways.sepomex import postales
from tests.gui.conftest import press
from tests.gui.icsoe.comun import Key, key, tab, type_text
from tests.gui.icsoe.contratista.con_domicilio import kept, locate
from tests.support.reposo import settle


@pytest.fixture
def paso() -> PasoContratista:
    return PasoContratista.DOMICILIO


def test_without_catalogue_the_address_is_typed_and_marked(
    page: ContratistaPage, domicilio: DomicilioTab, application: Application, sesion_moral: Sesion
) -> None:
    locate(domicilio, "01000", "La que sea")
    form = domicilio.form
    press(domicilio, "Ubicar")
    missing = {
        form.calle_error: "Escriba la calle.",
        form.numero_exterior_error: "Escriba el número exterior; si no tiene, escriba S/N.",
        form.municipio_error: "Escriba el municipio o la alcaldía.",
        form.estado_error: "Escriba el estado.",
    }
    assert {label: label.text() for label in missing} == missing
    for edit, text in (
        (form.calle_edit, "Sur"),
        (form.numero_exterior_edit, "S/N"),
        (form.municipio_edit, "Querétaro"),
        (form.estado_edit, "Querétaro"),
    ):
        edit.setText(text)
    press(domicilio, "Ubicar")
    assert form.fuera_label.text() == "La colonia quedará marcada «fuera de catálogo»."
    press(domicilio, "Aceptar")
    settle(lambda: page.tabs.currentIndex() == 2)
    igual, domicilio_kept = kept(application, sesion_moral)
    assert igual is False
    assert domicilio_kept == Domicilio(
        codigo_postal="01000",
        colonia="La que sea",
        calle="Sur",
        numero_exterior="S/N",
        numero_interior="",
        entre_calles="",
        municipio="Querétaro",
        estado="Querétaro",
        fuera_de_catalogo=True,
        catalogo="",
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Escriba el código postal: son 5 números."),
        ("ABCDE", "El código postal lleva sólo números, 5 en total."),
        (
            "1000",
            "El código postal tiene 4 números y debe tener 5. Si viene de Excel, puede haber "
            "perdido el cero del principio.",
        ),
        ("00123", "Ningún código postal de México empieza con 00."),
    ],
)
def test_an_invalid_code_is_refused_and_stays_to_be_mended(
    domicilio: DomicilioTab, typed: str, sentence: str
) -> None:
    locate(domicilio, typed, "Centro")
    form = domicilio.form
    assert form.codigo_postal_error.text() == sentence
    assert (form.codigo_postal_edit.text(), form.colonia_combo.currentText()) == (typed, "Centro")
    assert form.codigo_page.isVisible()


def test_si_and_no_can_be_changed_later(
    page: ContratistaPage, domicilio: DomicilioTab, application: Application, sesion_moral: Sesion
) -> None:
    domicilio.form.si_radio.click()
    assert domicilio.unsaved
    press(domicilio, "Guardar")
    settle(lambda: page.tabs.currentIndex() == 2)
    assert kept(application, sesion_moral) == (True, None)
    page.tabs.setCurrentIndex(1)
    domicilio.form.no_radio.click()
    assert domicilio.form.codigo_page.isVisible()
    domicilio.discard()
    settle()
    assert domicilio.form.si_radio.isChecked()
    assert not domicilio.unsaved


def test_the_address_is_captured_without_mouse(
    page: ContratistaPage, domicilio: DomicilioTab, application: Application, sesion_moral: Sesion
) -> None:
    form = domicilio.form
    assert QApplication.focusWidget() is form.si_radio
    key(Key.Key_Right)
    key(Key.Key_Space)
    settle(lambda: QApplication.focusWidget() is form.codigo_postal_edit)
    type_text("01000")
    tab()
    type_text("La que sea")
    key(Key.Key_Return)
    for text in ("Sur", "1", "", "", "Queretaro", "Queretaro"):
        type_text(text)
        tab()
    key(Key.Key_Return)
    assert form.resumen_page.isVisible()
    key(Key.Key_Return)
    settle(lambda: page.tabs.currentIndex() == 2)
    igual, _domicilio = kept(application, sesion_moral)
    assert igual is False


def test_a_screen_reader_answers_and_what_is_saved_asks_for_nothing_more(
    page: ContratistaPage, domicilio: DomicilioTab, application: Application, sesion_moral: Sesion
) -> None:
    """The accessibility action of a radio button toggles it, without a click."""
    form = domicilio.form
    interface = QAccessible.queryAccessibleInterface(form.no_radio)
    action = interface.actionInterface()
    assert action is not None
    action.doAction(QAccessibleActionInterface.toggleAction())
    assert form.etapa_stack.currentWidget() is form.codigo_page
    form.si_radio.toggle()
    assert form.etapa_stack.currentWidget() is form.igual_page
    assert form.igual_label.text().endswith("Guarde para continuar.")
    press(domicilio, "Guardar")
    settle(lambda: kept(application, sesion_moral)[0] is True)
    page.tabs.setCurrentWidget(domicilio)
    settle(lambda: form.igual_label.text().endswith("que el fiscal."))


def test_a_catalogue_that_another_window_imported_is_noticed(
    domicilio: DomicilioTab, application: Application, sesion_moral: Sesion, tmp_path: Path
) -> None:
    form = domicilio.form
    before = form.catalogo_label.text()
    codigos = application.codigos_postales
    vista = codigos.preview_import(
        sesion_moral, postales.txt(tmp_path / "CPdescarga.txt", postales.ROWS), NoProgress()
    )
    codigos.apply_import(sesion_moral, vista, NoProgress())
    assert form.catalogo_label.text() == before
    QApplication.sendEvent(domicilio, QEvent(QEvent.Type.WindowActivate))
    settle(lambda: form.catalogo_label.text() != before)
    assert "3 renglones" in form.catalogo_label.text()
