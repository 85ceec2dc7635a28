"""Inicio de sesión and Ingreso con e.firma."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.verificacion import EXITO
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.icsoe.efirma.window import EfirmaWindow
from icsoe_desktop.gui.icsoe.flujo import CODE_AT_EACH_START, IcsoeFlow
from icsoe_desktop.gui.icsoe.terminos.window import TerminosDialog
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.idse.usuarios.dialogs import CodigoRecuperacionDialog
from icsoe_desktop.services.acceso.icsoe import NOT_ENTERED
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from tests.conftest import Reloj
from tests.gateways.certificados.generador import efirma_con_enie
from tests.gui.conftest import drop, press, shown_box, usuario_nuevo
from tests.gui.icsoe.comun import RFC_FISICA, Key, Windows, key, tab, type_text
from tests.services.archivos_prueba import CLAVE, RAZON_SOCIAL, REGISTRO, RFC_MORAL, Archivos
from tests.support.reposo import settle

VENCIDA = datetime(2025, 12, 31, 18, 0, tzinfo=UTC)


@pytest.fixture
def entrance(flow: IcsoeFlow, windows: Windows) -> IcsoeAccesoWindow:
    flow.open_entrance()
    return windows.wait(IcsoeAccesoWindow)


@pytest.fixture
def efirma(entrance: IcsoeAccesoWindow, windows: Windows) -> EfirmaWindow:
    press(entrance, "Ingresa con firma electrónica")
    return windows.wait(EfirmaWindow)


def fill(window: EfirmaWindow, rfc: str, archivo: object, llave: object, clave: str) -> None:
    form = window.fields.form
    form.rfc_edit.setText(rfc)
    form.archivo_edit.setText(str(archivo))
    form.llave_edit.setText(str(llave))
    form.contrasena_edit.setText(clave)


def said(window: EfirmaWindow) -> dict[str, str]:
    """The sentences under the fields, and the one below them all."""
    form = window.fields.form
    labels = {
        "rfc": form.rfc_error,
        "certificado": form.certificado_error,
        "llave": form.llave_error,
        "contrasena": form.contrasena_error,
        "": window.form.mensaje_label,
    }
    return {name: label.text() for name, label in labels.items() if label.isVisible()}


def test_ingresar_opens_only_after_validar_and_any_edit_closes_it_again(
    efirma: EfirmaWindow, archivos: Archivos
) -> None:
    fill(efirma, RFC_MORAL, *archivos.efirma(), CLAVE)
    assert not efirma.form.ingresar_button.isEnabled()
    press(efirma, "Validar")
    settle()
    assert said(efirma)[""].startswith("La validación de la FIEL fue exitosa. La e.firma vence el ")
    for edit in (
        efirma.fields.form.rfc_edit,
        efirma.fields.form.archivo_edit,
        efirma.fields.form.llave_edit,
        efirma.fields.form.contrasena_edit,
    ):
        press(efirma, "Validar")
        settle()
        assert efirma.form.ingresar_button.isEnabled()
        text = edit.text()
        edit.setText(f"{text}x")
        assert not efirma.form.ingresar_button.isEnabled()
        assert said(efirma) == {}
        edit.setText(text)


WRONG_TURNS = {
    "wrong password": {"contrasena": "La contraseña de la llave privada es incorrecta."},
    "key as cer": {
        "certificado": "Seleccionó la llave privada (.key) en lugar del certificado (.cer)."
    },
    "cer as key": {"llave": "El archivo no es una llave privada (.key)."},
    "expired with Ñ": {"certificado": "La e.firma venció el 31/12/2025."},
    "no RFC": {"rfc": "Escriba el RFC: 12 caracteres si es persona moral, 13 si es física."},
}


@pytest.mark.parametrize("turn", WRONG_TURNS)
def test_each_wrong_turn_is_named_under_its_field_and_nothing_typed_is_lost(
    efirma: EfirmaWindow, archivos: Archivos, turn: str
) -> None:
    cer, llave = archivos.efirma()
    vencida = archivos.efirma(efirma_con_enie().con(hasta=VENCIDA), "enie")
    typed = {
        "wrong password": (RFC_MORAL, cer, llave, "Otra.Clave93"),
        "key as cer": (RFC_MORAL, llave, llave, CLAVE),
        "cer as key": (RFC_MORAL, cer, cer, CLAVE),
        "expired with Ñ": ("ÑUPI900101QX3", *vencida, CLAVE),
        "no RFC": ("", cer, llave, CLAVE),
    }[turn]
    fill(efirma, *typed)
    press(efirma, "Validar")
    settle()
    assert said(efirma) == WRONG_TURNS[turn]
    assert not efirma.form.ingresar_button.isEnabled()
    form = efirma.fields.form
    edits = (form.rfc_edit, form.archivo_edit, form.llave_edit, form.contrasena_edit)
    assert tuple(edit.text() for edit in edits) == tuple(str(one) for one in typed)


def test_a_registered_efirma_is_chosen_by_name_and_needs_only_its_password(
    efirma: EfirmaWindow, application: Application, archivos: Archivos
) -> None:
    usuario = application.usuarios.register(None, usuario_nuevo()).sesion
    registro = application.registros_patronales.add(
        usuario, registro_patronal=REGISTRO, razon_social=RAZON_SOCIAL, rfc=RFC_MORAL
    )
    cer, llave = archivos.efirma()
    application.certificados.save(
        usuario,
        CertificadoElegido(
            registro_id=registro.id, archivo=cer, llave=llave, usuario="", contrasena=CLAVE
        ),
    )
    form = efirma.fields.form
    QTest.keyClicks(form.rfc_edit, RFC_MORAL[:-1])
    settle()
    assert not form.origen_combo.isVisible(), "half an RFC tells nothing"
    QTest.keyClicks(form.rfc_edit, RFC_MORAL[-1])
    settle(form.origen_combo.isVisible)
    assert form.origen_combo.itemText(1) == "TALLERES DEL BAJIO IMAGINARIO SA DE CV, vigente"
    form.origen_combo.setCurrentIndex(1)
    form.origen_combo.activated.emit(1)
    assert not form.archivo_edit.isVisible()
    form.contrasena_edit.setText(CLAVE)
    press(efirma, "Validar")
    settle()
    # It also says until when the e.firma serves.
    assert said(efirma)[""].startswith(f"{EXITO}. La e.firma vence el ")


def test_a_validation_that_is_too_old_must_be_made_again(
    efirma: EfirmaWindow, archivos: Archivos, reloj: Reloj
) -> None:
    fill(efirma, RFC_MORAL, *archivos.efirma(), CLAVE)
    press(efirma, "Validar")
    settle()
    reloj.advance(minutes=6)
    press(efirma, "Ingresar")
    settle()
    assert "Elija Validar otra vez" in said(efirma)[""]
    assert not efirma.form.ingresar_button.isEnabled()
    assert efirma.isVisible()


def test_dropped_files_go_where_their_names_say(efirma: EfirmaWindow, archivos: Archivos) -> None:
    drop(efirma, *reversed(archivos.efirma()))
    settle()
    assert efirma.fields.form.archivo_edit.text().endswith("efirma.cer")
    assert efirma.fields.form.llave_edit.text().endswith("efirma.key")


def test_a_certificate_in_the_place_of_the_key_is_put_in_its_own(
    efirma: EfirmaWindow, archivos: Archivos
) -> None:
    cer, key = archivos.efirma()
    form = efirma.fields.form
    for archivo, llave in ((key, cer), ("", cer), (key, "")):
        form.archivo_edit.setText(str(archivo))
        form.llave_edit.setText(str(llave))
        form.llave_edit.editingFinished.emit()
        assert form.archivo_edit.text() == (str(cer) if llave else "")
        assert form.llave_edit.text() == (str(key) if archivo else "")


def test_the_first_contratista_gets_the_recovery_code_before_anything_else(
    efirma: EfirmaWindow, archivos: Archivos, windows: Windows
) -> None:
    fill(efirma, RFC_MORAL, *archivos.efirma(), CLAVE)
    press(efirma, "Validar")
    settle()
    press(efirma, "Ingresar")
    code = windows.wait(CodigoRecuperacionDialog)
    code.form.guardado_check.setChecked(True)
    press(code, "Continuar")
    window = windows.wait(IcsoeWindow)
    windows.wait(TerminosDialog)
    windows.none(IcsoeAccesoWindow)
    form = window.form
    assert [form.clave_label.text(), form.clave_value.text()] == ["RFC:", RFC_MORAL]
    assert form.nombre_label.text() == "Denominación o razón social:"
    assert form.nombre_value.text() == "TALLERES DEL BAJIO IMAGINARIO SA DE CV"
    assert form.rol_value.text() == "Contratista"


def test_who_enters_second_without_a_keyring_is_told_whose_code_opens_the_data(
    application: Application,
    efirma: EfirmaWindow,
    archivos: Archivos,
    windows: Windows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(efirma, RFC_MORAL, *archivos.efirma(), CLAVE)
    press(efirma, "Validar")
    settle()
    enter = application.acceso_icsoe.enter
    monkeypatch.setattr(
        application.acceso_icsoe,
        "enter",
        lambda found: replace(enter(found), codigo_recuperacion=None, cada_vez=True),
    )
    press(efirma, "Ingresar")
    box = shown_box()
    assert box.text() == CODE_AT_EACH_START
    box.accept()
    windows.wait(IcsoeWindow)


def test_entering_needs_no_mouse(
    entrance: IcsoeAccesoWindow, archivos: Archivos, windows: Windows
) -> None:
    cer, llave = archivos.efirma()
    windows.activate(entrance)
    tab(6)
    assert QApplication.focusWidget() is entrance.form.efirma_button
    key(Key.Key_Space)
    efirma = windows.wait(EfirmaWindow)
    windows.activate(efirma)
    type_text(RFC_MORAL)
    settle()
    tab()
    type_text(str(cer))
    tab(2)
    type_text(str(llave))
    tab(2)
    type_text(CLAVE)
    key(Key.Key_Return)
    settle()
    assert QApplication.focusWidget() is efirma.form.ingresar_button
    key(Key.Key_Return)
    windows.wait(CodigoRecuperacionDialog)


def test_cancelling_goes_back_to_the_entrance_and_esc_to_idse(
    flow: IcsoeFlow, efirma: EfirmaWindow, windows: Windows
) -> None:
    press(efirma, "Cancelar")
    windows.none(EfirmaWindow)
    entrance = windows.wait(IcsoeAccesoWindow)
    windows.activate(entrance)
    back: list[None] = []
    flow.back.connect(lambda: back.append(None))
    QTest.keyClick(entrance, Key.Key_Escape)
    settle(lambda: back)
    windows.none(IcsoeAccesoWindow)


def test_the_entrance_of_capturistas_names_what_is_missing_and_refuses_in_one_sentence(
    entrance: IcsoeAccesoWindow,
) -> None:
    form = entrance.form
    press(entrance, "Ingresar")
    assert form.usuario_error.text() == "Escriba su usuario, que es su CURP."
    assert form.contrasena_error.text() == "Escriba su contraseña."
    form.usuario_edit.setText("ROTJ850314MDFBPL09")
    assert form.usuario_error.isHidden(), "also without keys, as a password manager writes"
    form.contrasena_edit.setText("Papel.Verde93")
    press(entrance, "Ingresar")
    settle()
    assert form.mensaje_label.text() == NOT_ENTERED
    assert form.usuario_edit.text() == "ROTJ850314MDFBPL09"


def test_each_contratista_sees_its_own_name(
    flow: IcsoeFlow, entrance: IcsoeAccesoWindow, enter: Callable[[str], Sesion], windows: Windows
) -> None:
    enter("moral")
    flow.enter(enter("fisica"), entrance)
    window = windows.wait(IcsoeWindow)
    settle()
    assert window.form.clave_value.text() == RFC_FISICA
    assert window.form.nombre_label.text() == "Nombre completo:"
    assert window.form.nombre_value.text() == "JULIA ROBLES TAPIA"
