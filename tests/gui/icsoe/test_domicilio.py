"""Domicilio social of a persona moral, with the postal catalogue and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.contratista import Paso
from icsoe_desktop.domain.domicilio import Domicilio
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.gui.catalogo_postal.window import CatalogoPostalWindow
from icsoe_desktop.gui.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.contratista.page import ContratistaPage
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press
from tests.gui.icsoe.comun import (
    Idle,
    Key,
    Windows,
    do_steps,
    domicilio_of,
    key,
    tab,
    type_text,
)
from tests.gui.registros_patronales.comun import cells

HEADER = (
    "d_codigo|d_asenta|d_tipo_asenta|D_mnpio|d_estado|d_ciudad|d_CP|c_estado|c_oficina|c_CP|"
    "c_tipo_asenta|c_mnpio|id_asenta_cpcons|d_zona|c_cve_ciudad"
)
ROWS = (
    "01000|Bosque Inventado|Colonia|Álvaro Obregón|Ciudad de México|Ciudad de México"
    "|01001|09|01001||09|010|0001|Urbano|01",
    "01000|Barrio Imaginario|Barrio|Álvaro Obregón|Ciudad de México|Ciudad de México"
    "|01001|09|01001||09|010|0002|Urbano|01",
    "76000|Única|Colonia|Querétaro|Querétaro|Querétaro|76001|22|76001||09|014|0003|Urbano|01",
)
EXPECTED = Domicilio(
    codigo_postal="01000",
    colonia="Barrio Imaginario",
    calle="Norte",
    numero_exterior="12",
    numero_interior="",
    entre_calles="",
    municipio="Álvaro Obregón",
    estado="Ciudad de México",
    fuera_de_catalogo=False,
    catalogo="CPdescarga.txt",
)


def catalogue(folder: Path, *rows: str) -> Path:
    path = folder / "CPdescarga.txt"
    lines = ("El Catálogo Nacional de Códigos Postales es de prueba", HEADER, *rows)
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("latin-1"))
    return path


@pytest.fixture
def sesion_moral(
    enter: Callable[[str], Sesion], application: Application, tmp_path: Path
) -> Sesion:
    sesion = enter("moral")
    do_steps(application, sesion, Paso.DOMICILIO, tmp_path)
    return sesion


@pytest.fixture
def domicilio(page: ContratistaPage) -> DomicilioTab:
    return domicilio_of(page)


@pytest.fixture
def with_catalogue(application: Application, sesion_moral: Sesion, tmp_path: Path) -> None:
    service = application.codigos_postales
    vista = service.preview_import(sesion_moral, catalogue(tmp_path, *ROWS), NoProgress())
    service.apply_import(sesion_moral, vista, NoProgress())


def kept(application: Application, sesion: Sesion) -> tuple[bool | None, Domicilio | None]:
    info = application.contratistas.informacion(sesion)
    return info.domicilio_igual, info.domicilio


def locate(domicilio: DomicilioTab, idle: Idle, codigo: str, colonia: str) -> None:
    form = domicilio.form
    form.no_radio.click()
    form.codigo_postal_edit.clear()
    QTest.keyClicks(form.codigo_postal_edit, codigo)
    idle()
    form.colonia_combo.setEditText(colonia)
    press(domicilio, "Ubicar")


@pytest.mark.usefixtures("with_catalogue")
def test_a_code_that_is_dictated_offers_its_colonias_too(
    domicilio: DomicilioTab, idle: Idle
) -> None:
    form = domicilio.form
    form.no_radio.click()
    form.codigo_postal_edit.setText("76000")
    idle()
    assert form.colonia_combo.itemText(0) == "Única (Colonia)"
    form.colonia_combo.setEditText("Única")
    press(domicilio, "Ubicar")
    press(domicilio, "Ubicar")
    assert form.calle_error.text() != ""
    form.calle_edit.setText("Norte")
    assert form.calle_error.text() == ""


@pytest.mark.usefixtures("with_catalogue")
def test_the_catalogue_offers_the_colonias_and_fills_in_municipio_and_estado(
    qtbot: QtBot,
    page: ContratistaPage,
    domicilio: DomicilioTab,
    application: Application,
    sesion_moral: Sesion,
    idle: Idle,
) -> None:
    form = domicilio.form
    assert not form.si_radio.isChecked()
    assert not form.no_radio.isChecked()
    form.no_radio.click()
    QTest.keyClicks(form.codigo_postal_edit, "01000")
    qtbot.waitUntil(lambda: form.colonia_combo.count() == 2)
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
    qtbot.waitUntil(lambda: page.tabs.currentIndex() == 2)
    assert kept(application, sesion_moral) == (False, EXPECTED)


@pytest.mark.usefixtures("with_catalogue")
def test_the_only_colonia_of_a_code_is_filled_in(
    qtbot: QtBot, domicilio: DomicilioTab, idle: Idle
) -> None:
    domicilio.form.no_radio.click()
    QTest.keyClicks(domicilio.form.codigo_postal_edit, "76000")
    qtbot.waitUntil(lambda: domicilio.form.colonia_combo.currentText() == "Única (Colonia)")


def test_without_catalogue_the_address_is_typed_and_marked(
    qtbot: QtBot,
    page: ContratistaPage,
    domicilio: DomicilioTab,
    application: Application,
    sesion_moral: Sesion,
    idle: Idle,
) -> None:
    locate(domicilio, idle, "01000", "La que sea")
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
    qtbot.waitUntil(lambda: page.tabs.currentIndex() == 2)
    igual, domicilio_kept = kept(application, sesion_moral)
    assert igual is False
    assert domicilio_kept == Domicilio(
        "01000",
        "La que sea",
        "Sur",
        "S/N",
        "",
        "",
        "Querétaro",
        "Querétaro",
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
    domicilio: DomicilioTab, idle: Idle, typed: str, sentence: str
) -> None:
    locate(domicilio, idle, typed, "Centro")
    form = domicilio.form
    assert form.codigo_postal_error.text() == sentence
    assert (form.codigo_postal_edit.text(), form.colonia_combo.currentText()) == (typed, "Centro")
    assert form.codigo_page.isVisible()


@pytest.mark.usefixtures("with_catalogue")
def test_a_code_that_the_catalogue_lacks_does_not_block(
    domicilio: DomicilioTab, idle: Idle
) -> None:
    locate(domicilio, idle, "99999", "")
    form = domicilio.form
    assert form.colonia_hint.text().startswith("El catálogo no tiene este código postal.")
    form.colonia_combo.setEditText("Nueva")
    press(domicilio, "Ubicar")
    assert form.componentes_page.isVisible()


@pytest.mark.usefixtures("with_catalogue")
def test_going_back_keeps_what_was_typed(domicilio: DomicilioTab, idle: Idle) -> None:
    locate(domicilio, idle, "01000", "Barrio Imaginario (Barrio)")
    form = domicilio.form
    form.calle_edit.setText("Norte")
    press(domicilio, "Regresar")
    idle()
    assert form.codigo_postal_edit.text() == "01000"
    assert form.colonia_combo.currentText() == "Barrio Imaginario"
    press(domicilio, "Ubicar")
    assert form.calle_edit.text() == "Norte"


def test_si_and_no_can_be_changed_later(
    qtbot: QtBot,
    page: ContratistaPage,
    domicilio: DomicilioTab,
    application: Application,
    sesion_moral: Sesion,
    idle: Idle,
) -> None:
    domicilio.form.si_radio.click()
    assert domicilio.unsaved
    press(domicilio, "Guardar")
    qtbot.waitUntil(lambda: page.tabs.currentIndex() == 2)
    idle()
    assert kept(application, sesion_moral) == (True, None)
    page.tabs.setCurrentIndex(1)
    domicilio.form.no_radio.click()
    assert domicilio.form.codigo_page.isVisible()
    domicilio.discard()
    idle()
    assert domicilio.form.si_radio.isChecked()
    assert not domicilio.unsaved


def test_the_catalogue_is_imported_from_where_it_is_missed(
    qtbot: QtBot,
    domicilio: DomicilioTab,
    idle: Idle,
    windows: Windows,
    tmp_path: Path,
) -> None:
    domicilio.form.no_radio.click()
    QTest.keyClicks(domicilio.form.codigo_postal_edit, "01000")
    idle()
    assert domicilio.form.catalogo_label.text().startswith("Aún no hay catálogo postal")
    press(domicilio, "Importar el catálogo postal…")
    dialog = windows.wait(CatalogoPostalWindow)
    dialog._presenter.choose(catalogue(tmp_path, *ROWS, "0|Mala|Colonia|X|Y|Z|||||||||"))
    qtbot.waitUntil(lambda: dialog.form.importar_button.isEnabled())
    assert dialog.form.resumen_label.text().startswith("3 renglones; 1 con problemas")
    assert [row[1] for row in cells(dialog.form.muestra_table)] == [
        "Bosque Inventado",
        "Barrio Imaginario",
        "Única",
    ]
    assert [row[0] for row in cells(dialog.form.problemas_table)] == ["6"]
    press(dialog, "Importar")
    qtbot.waitUntil(lambda: "Se importó" in dialog.form.mensaje_label.text())
    press(dialog, "Cerrar")
    qtbot.waitUntil(lambda: domicilio.form.colonia_combo.count() == 2)
    assert "3 renglones" in domicilio.form.catalogo_label.text()


def test_the_address_is_captured_without_mouse(
    qtbot: QtBot,
    page: ContratistaPage,
    domicilio: DomicilioTab,
    application: Application,
    sesion_moral: Sesion,
) -> None:
    form = domicilio.form
    assert QApplication.focusWidget() is form.si_radio
    key(Key.Key_Right)
    key(Key.Key_Space)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is form.codigo_postal_edit)
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
    qtbot.waitUntil(lambda: page.tabs.currentIndex() == 2)
    igual, _domicilio = kept(application, sesion_moral)
    assert igual is False
