"""Domicilio social of a persona moral: as the fiscal one, typed, or found in a catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QAccessibleActionInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.gui.icsoe.catalogo_postal.window import CatalogoPostalWindow
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from tests.gateways.sepomex import postales
from tests.gui.conftest import press
from tests.gui.icsoe.comun import Key, Windows, key, tab, type_text
from tests.gui.idse.comun import cells
from tests.support.reposo import settle

ALVARO = ("Álvaro Obregón", "Ciudad de México", "Ciudad de México")
ROWS = (
    ("01000", "Bosque Inventado", "Colonia", *ALVARO),
    ("01000", "Barrio Imaginario", "Barrio", *ALVARO),
    ("76000", "Única", "Colonia", "Querétaro", "Querétaro", "Querétaro"),
)


def kept(application: Application, sesion: Sesion) -> tuple[bool | None, Domicilio | None]:
    info = application.contratistas.informacion(sesion)
    return info.social.igual, info.social.domicilio


def locate(domicilio: DomicilioTab, codigo: str, colonia: str) -> None:
    form = domicilio.form
    form.no_radio.click()
    form.codigo_postal_edit.clear()
    QTest.keyClicks(form.codigo_postal_edit, codigo)
    settle()
    form.colonia_combo.setEditText(colonia)
    press(domicilio, "Ubicar")


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
        form.numero_exterior_error: "Escriba el núm. exterior; si no tiene, escriba S/N.",
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
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Escriba el código postal: son 5 números."),
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


EXPECTED = Domicilio(
    codigo_postal="01000",
    colonia="Barrio Imaginario",
    calle="Norte",
    numero_exterior="12",
    numero_interior="",
    entre_calles="",
    municipio="Álvaro Obregón",
    estado="Ciudad de México",
)


@pytest.fixture
def with_catalogue(application: Application, sesion_moral: Sesion, tmp_path: Path) -> None:
    service = application.codigos_postales
    path = postales.txt(tmp_path / "CPdescarga.txt", ROWS)
    vista = service.preview_import(sesion_moral, path, NoProgress())
    service.apply_import(sesion_moral, vista, NoProgress())


@pytest.mark.usefixtures("with_catalogue")
def test_a_code_that_is_dictated_offers_its_colonias_too(domicilio: DomicilioTab) -> None:
    form = domicilio.form
    form.no_radio.click()
    form.codigo_postal_edit.setText("76000")
    settle()
    assert form.colonia_combo.itemText(0) == "Única (Colonia)"
    form.colonia_combo.setEditText("Única")
    press(domicilio, "Ubicar")
    press(domicilio, "Ubicar")
    assert form.calle_error.text() != ""
    form.calle_edit.setText("Norte")
    assert form.calle_error.text() == ""


@pytest.mark.usefixtures("with_catalogue")
def test_the_catalogue_offers_the_colonias_and_fills_in_municipio_and_estado(
    page: ContratistaPage, domicilio: DomicilioTab, application: Application, sesion_moral: Sesion
) -> None:
    form = domicilio.form
    assert not form.si_radio.isChecked()
    assert not form.no_radio.isChecked()
    form.no_radio.click()
    QTest.keyClicks(form.codigo_postal_edit, "01000")
    settle(lambda: form.colonia_combo.count() == 2)
    offered = [form.colonia_combo.itemText(at) for at in range(2)]
    assert offered == ["Barrio Imaginario (Barrio)", "Bosque Inventado (Colonia)"]
    assert form.colonia_combo.currentText() == "", "nobody is given a colonia by chance"
    form.colonia_combo.setCurrentIndex(0)
    press(domicilio, "Ubicar")
    assert form.ubicacion_label.text() == "Col. Barrio Imaginario, C. P. 01000"
    assert form.municipio_edit.text() == "Álvaro Obregón"
    assert form.estado_edit.text() == "Ciudad de México"
    form.calle_edit.setText("Norte")
    form.numero_exterior_edit.setText("12")
    press(domicilio, "Ubicar")
    assert form.resumen_value.text() == (
        "Norte 12\nCol. Barrio Imaginario, C. P. 01000\nÁlvaro Obregón, Ciudad de México"
    )
    assert not form.fuera_label.isVisible()
    assert kept(application, sesion_moral) == (None, None), "nothing is kept before Aceptar"
    press(domicilio, "Aceptar")
    settle(lambda: page.tabs.currentIndex() == 2)
    assert kept(application, sesion_moral) == (False, EXPECTED)


@pytest.mark.usefixtures("with_catalogue")
def test_the_only_colonia_of_a_code_is_filled_in(domicilio: DomicilioTab) -> None:
    domicilio.form.no_radio.click()
    QTest.keyClicks(domicilio.form.codigo_postal_edit, "76000")
    settle(lambda: domicilio.form.colonia_combo.currentText() == "Única (Colonia)")


@pytest.mark.usefixtures("with_catalogue")
def test_a_code_that_the_catalogue_lacks_does_not_block(domicilio: DomicilioTab) -> None:
    locate(domicilio, "99999", "")
    form = domicilio.form
    assert form.colonia_hint.text().startswith("El catálogo no tiene este código postal.")
    form.colonia_combo.setEditText("Nueva")
    press(domicilio, "Ubicar")
    assert form.componentes_page.isVisible()


@pytest.mark.usefixtures("with_catalogue")
def test_going_back_keeps_what_was_typed(domicilio: DomicilioTab) -> None:
    locate(domicilio, "01000", "Barrio Imaginario (Barrio)")
    form = domicilio.form
    form.calle_edit.setText("Norte")
    press(domicilio, "Regresar")
    settle()
    assert form.codigo_postal_edit.text() == "01000"
    assert form.colonia_combo.currentText() == "Barrio Imaginario"
    press(domicilio, "Ubicar")
    assert form.calle_edit.text() == "Norte"


def test_the_catalogue_is_imported_from_where_it_is_missed(
    domicilio: DomicilioTab, windows: Windows, tmp_path: Path
) -> None:
    domicilio.form.no_radio.click()
    QTest.keyClicks(domicilio.form.codigo_postal_edit, "01000")
    settle()
    assert domicilio.form.catalogo_label.text().startswith("Aún no hay catálogo postal")
    press(domicilio, "Importar el catálogo postal…")
    dialog = windows.wait(CatalogoPostalWindow)
    path = tmp_path / "CPdescarga.txt"
    dialog.choose(postales.txt(path, (*ROWS, ("0", "Mala", "Colonia", "X", "Y", "Z"))))
    settle(lambda: dialog.form.importar_button.isEnabled())
    assert dialog.form.resumen_label.text().startswith("3 renglones; 1 con problemas")
    assert [row[1] for row in cells(dialog.form.muestra_table)] == [
        "Bosque Inventado",
        "Barrio Imaginario",
        "Única",
    ]
    assert [row[0] for row in cells(dialog.form.problemas_table)] == ["6"]
    press(dialog, "Importar")
    settle(lambda: "Se importó" in dialog.form.mensaje_label.text())
    press(dialog, "Cerrar")
    settle(lambda: domicilio.form.colonia_combo.count() == 2)
    assert "3 renglones" in domicilio.form.catalogo_label.text()
