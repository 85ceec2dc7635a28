"""Certificados IMSS, as a person uses the window."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.certificados.presenter import (
    AFTER_RENEWAL,
    DELETED,
    FIRST_EFIRMA,
    SAVED,
)
from icsoe_desktop.gui.idse.certificados.window import (
    NO_CERTIFICATES,
    CertificadosWindow,
    LimitePfxDialog,
    create,
)
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from tests.conftest import Reloj
from tests.gateways.certificados.generador import efirma_moral
from tests.gui.conftest import drag, drop, press
from tests.services.archivos_prueba import CLAVE, RAZON_SOCIAL, REGISTRO, RFC_MORAL, Archivos
from tests.support.reposo import until
from tests.support.servicios import with_services

Box = Callable[[], QMessageBox]

SAVED_EFIRMA = f"{SAVED}\n{AFTER_RENEWAL}"
SAVED_FIRST = f"{SAVED}\n{FIRST_EFIRMA}"


@pytest.fixture
def with_registro(context: Context, application: Application, sesion: Sesion) -> uuid.UUID:
    return application.registros_patronales.add(
        sesion, registro_patronal=REGISTRO, razon_social=RAZON_SOCIAL, rfc=RFC_MORAL
    ).id


@pytest.fixture
def window(qtbot: QtBot, context: Context, archivos: Archivos) -> CertificadosWindow:
    """The window over real services that trust the test's own authority."""
    application = context.application
    service = CertificadosService(
        application.store, application.bitacora, archivos.verificador(), pruebas=False
    )
    window = create(
        replace(context, application=with_services(application, certificados=service)), None
    )
    assert isinstance(window, CertificadosWindow)
    qtbot.addWidget(window)
    window.show()
    until(lambda: window._presenter.state.loaded)
    return window


def type_into(edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    QTest.keyClicks(edit, text)


def rows(window: CertificadosWindow) -> list[list[str]]:
    model = window.table.view.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


@pytest.mark.usefixtures("with_registro")
def test_an_efirma_is_saved_by_keyboard_and_shown_before_its_password(
    window: CertificadosWindow, archivos: Archivos, message_box: Box
) -> None:
    form = window.form
    cer, key = archivos.efirma()
    type_into(form.archivo_edit, str(cer))
    until(lambda: form.dice_rfc_label.text().startswith(RFC_MORAL))
    assert form.dice_titular_label.text() == "TALLERES DEL BAJIO IMAGINARIO SA DE CV"
    assert form.dice_tipo_label.text() == "e.firma"
    assert form.dice_vigencia_label.text() == "Del 10/05/2024 al 10/05/2028"
    assert form.usuario_edit.text() == RFC_MORAL
    type_into(form.llave_edit, str(key))
    type_into(form.contrasena_edit, CLAVE)
    QTest.keyClick(form.contrasena_edit, Qt.Key.Key_Return)
    box = message_box()
    assert box.text() == SAVED_FIRST
    press(box, "Aceptar")
    until(lambda: rows(window)[0][2] == "e.firma")
    assert rows(window) == [
        [
            "Z99 12345 10 6",
            RAZON_SOCIAL,
            "e.firma",
            "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
            "10/05/2028",
            "Vigente",
            RFC_MORAL,
        ]
    ]
    window.table.view.selectRow(0)
    window.table.copy()
    assert QApplication.clipboard().text().splitlines()[1].split("\t")[0] == REGISTRO
    assert form.contrasena_edit.text() == "", "the password leaves the screen"


@pytest.mark.usefixtures("with_registro")
def test_each_mistaken_file_is_named_under_its_field(
    window: CertificadosWindow, archivos: Archivos
) -> None:
    form = window.form
    cer, key = archivos.efirma()
    form.archivo_edit.setText(str(key))
    until(
        lambda: (
            form.archivo_error.text()
            == "Seleccionó la llave privada (.key) en lugar del certificado (.cer)."
        )
    )
    form.archivo_edit.setText(str(cer))
    form.llave_edit.setText(str(cer))
    until(lambda: form.llave_error.text() == "El archivo no es una llave privada (.key).")
    form.llave_edit.setText(str(key))
    until(lambda: form.archivo_error.isHidden() and form.llave_error.isHidden())
    form.contrasena_edit.setText("equivocada")
    press(window, "Guardar")
    until(
        lambda: form.contrasena_error.text() == "La contraseña de la llave privada es incorrecta."
    )
    assert form.archivo_edit.text() == str(cer), "nothing that was chosen is lost"
    form.contrasena_edit.setText("otra")  # by a password manager, without keys
    assert form.contrasena_error.isHidden()


@pytest.mark.usefixtures("with_registro")
def test_a_dictated_user_is_not_overwritten_by_what_the_certificate_says(
    window: CertificadosWindow, archivos: Archivos
) -> None:
    form = window.form
    cer, _key = archivos.efirma()
    form.usuario_edit.setText("OTRO")
    form.archivo_edit.setText(str(cer))
    until(lambda: form.dice_rfc_label.text().startswith(RFC_MORAL))
    assert form.usuario_edit.text() == "OTRO"


@pytest.mark.usefixtures("with_registro")
def test_a_pfx_needs_no_key_asks_for_its_user_and_gives_way_to_a_first_efirma(
    window: CertificadosWindow, archivos: Archivos, message_box: Box
) -> None:
    form = window.form
    form.archivo_edit.setText(str(archivos.pfx()))
    until(lambda: not form.llave_edit.isEnabled())
    form.contrasena_edit.setText(CLAVE)
    until(lambda: window._presenter.state.elegido is not None)
    press(window, "Guardar")
    until(lambda: not form.usuario_error.isHidden())
    form.usuario_edit.setText("USUARIO99")
    press(window, "Guardar")
    box = message_box()
    assert box.text() == SAVED
    press(box, "Aceptar")
    until(lambda: rows(window)[0][2] == "Certificado IMSS")
    fill(window, *archivos.efirma())
    press(window, "Guardar")
    press(message_box(), "Reemplazar")
    until(lambda: message_box().text() == SAVED_FIRST)


@pytest.mark.usefixtures("with_registro")
def test_files_dropped_on_the_window_find_their_fields(
    window: CertificadosWindow, archivos: Archivos
) -> None:
    cer, key = archivos.efirma()
    drag(window, key, cer)
    drop(window, key, cer)
    until(lambda: window.form.llave_edit.text() == str(key))
    assert Path(window.form.archivo_edit.text()) == cer
    assert Path(window.form.llave_edit.text()) == key
    until(lambda: window.form.dice_rfc_label.text().startswith(RFC_MORAL))


@pytest.mark.usefixtures("with_registro")
def test_deleting_asks_and_confirms(
    window: CertificadosWindow, archivos: Archivos, message_box: Box
) -> None:
    save(window, archivos, message_box)
    window.table.view.selectRow(0)
    press(window, "Eliminar")
    question = message_box()
    assert REGISTRO in question.text()
    default = question.defaultButton()
    assert default is not None
    assert default.text() == "Cancelar"
    press(question, "Eliminar")
    until(lambda: message_box().text() == DELETED)
    press(message_box(), "Aceptar")
    until(lambda: rows(window)[0][5] == "Sin certificado")


@pytest.mark.usefixtures("with_registro")
def test_an_expired_one_is_deleted_before_the_new_one(
    window: CertificadosWindow, archivos: Archivos, message_box: Box, reloj: Reloj
) -> None:
    save(window, archivos, message_box)
    reloj.advance(days=900)
    cer, key = archivos.efirma(efirma_moral().con(hasta=reloj.now.replace(year=2032)), "nueva")
    fill(window, cer, key)
    press(window, "Guardar")
    until(lambda: "ya venció" in window.form.registro_error.text())


def test_leaving_without_any_certificate_says_what_is_missing(
    window: CertificadosWindow, message_box: Box
) -> None:
    assert window.form.vacia_label.isVisible(), "the empty list says what belongs here"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    box = message_box()
    assert box.text() == NO_CERTIFICATES
    press(box, "Aceptar")
    until(lambda: not window.isVisible())


@pytest.mark.usefixtures("with_registro")
def test_a_chosen_file_is_not_forgotten_without_asking(
    window: CertificadosWindow, archivos: Archivos, message_box: Box
) -> None:
    cer, _key = archivos.efirma()
    window.form.archivo_edit.setText(str(cer))
    window.close()
    box = message_box()
    assert window.isVisible()
    press(box, "Seguir editando")
    assert window.form.archivo_edit.text() == str(cer)


def fill(window: CertificadosWindow, cer: Path, key: Path) -> None:
    window.form.archivo_edit.setText(str(cer))
    window.form.llave_edit.setText(str(key))
    window.form.contrasena_edit.setText(CLAVE)


def save(
    window: CertificadosWindow,
    archivos: Archivos,
    message_box: Box,
    row: int = 0,
) -> None:
    fill(window, *archivos.efirma())
    press(window, "Guardar")
    press(message_box(), "Aceptar")
    until(lambda: rows(window)[row][5] == "Vigente")


OTRO, OTRA_RAZON = "A1234567895", "Obras Ficticias SA de CV"


@pytest.fixture
def two_registros(
    with_registro: uuid.UUID, application: Application, sesion: Sesion
) -> tuple[uuid.UUID, uuid.UUID]:
    """The one whose RFC the certificate of the tests has, and one before it in the list."""
    other = application.registros_patronales.add(
        sesion, registro_patronal=OTRO, razon_social=OTRA_RAZON, rfc="OFI010101AB1"
    )
    return with_registro, other.id


def chosen(window: CertificadosWindow) -> tuple[str, str | None]:
    """The registro patronal of the form, and that of the list."""
    row = window.table.selected()
    named = window.form.registro_combo.currentText().split()[0]
    return named, row.registro_patronal if row else None


def choose_in_combo(window: CertificadosWindow, registro: str) -> None:
    combo = window.form.registro_combo
    at = combo.findText(registro, Qt.MatchFlag.MatchStartsWith)
    combo.setCurrentIndex(at)
    combo.activated.emit(at)


@pytest.mark.usefixtures("two_registros")
def test_form_and_list_name_one_registro_also_while_files_are_chosen(
    window: CertificadosWindow, archivos: Archivos, message_box: Box
) -> None:
    assert chosen(window) == (OTRO, OTRO)
    choose_in_combo(window, REGISTRO)
    assert chosen(window) == (REGISTRO, REGISTRO)
    save(window, archivos, message_box, row=1)
    assert chosen(window) == (REGISTRO, REGISTRO)
    window.form.archivo_edit.setText("algo.cer")
    window.table.view.selectRow(0)
    assert chosen(window) == (OTRO, OTRO)
    assert not window.form.eliminar_button.isEnabled(), "it has no certificate"
    choose_in_combo(window, REGISTRO)
    press(window, "Eliminar")
    assert REGISTRO in message_box().text()


@pytest.mark.usefixtures("two_registros")
def test_the_rfc_of_the_file_chooses_the_registro_patronal_and_says_so(
    qtbot: QtBot, window: CertificadosWindow, archivos: Archivos
) -> None:
    form = window.form
    cer, _key = archivos.efirma()
    form.archivo_edit.setText(str(cer))
    until(lambda: chosen(window) == (REGISTRO, REGISTRO))
    assert form.mensaje_label.text() == (
        f"Se eligió el registro patronal {REGISTRO}: es el que corresponde al certificado."
    )
    until(lambda: form.dice_rfc_label.text().startswith(RFC_MORAL))
    assert form.registro_error.isHidden()
    # What the user chooses after that stays, with what is wrong about it.
    choose_in_combo(window, OTRO)
    until(lambda: bool(window._presenter.state.problems))
    qtbot.wait(400)
    assert chosen(window) == (OTRO, OTRO)


@pytest.mark.usefixtures("two_registros")
def test_certificate_and_key_in_each_others_place_are_swapped_with_a_word(
    window: CertificadosWindow, archivos: Archivos
) -> None:
    form = window.form
    cer, key = archivos.efirma()
    form.archivo_edit.setText(str(key))
    form.llave_edit.setText(str(cer))
    until(lambda: form.archivo_edit.text() == str(cer))
    assert form.llave_edit.text() == str(key)
    until(lambda: form.dice_rfc_label.text().startswith(RFC_MORAL))
    until(lambda: form.archivo_error.isHidden() and form.llave_error.isHidden())
    assert (form.archivo_edit.text(), form.llave_edit.text()) == (str(cer), str(key))


@pytest.mark.usefixtures("with_registro")
def test_nobody_is_asked_to_replace_a_certificate_by_one_that_is_not_good(
    window: CertificadosWindow, archivos: Archivos, message_box: Box
) -> None:
    save(window, archivos, message_box)
    form = window.form
    fill(window, *archivos.efirma())
    form.contrasena_edit.setText("equivocada")
    press(window, "Guardar")
    until(lambda: not form.contrasena_error.isHidden())
    form.contrasena_edit.setText(CLAVE)
    press(window, "Guardar")
    question = message_box()
    assert question.text().startswith("El registro patronal Z99123451")
    press(question, "Reemplazar")
    until(lambda: message_box().text() == SAVED_EFIRMA)


def test_the_efirma_of_a_representative_is_saved_after_its_tick(
    application: Application,
    sesion: Sesion,
    window: CertificadosWindow,
    archivos: Archivos,
    message_box: Box,
) -> None:
    application.registros_patronales.add(
        sesion, registro_patronal="Z990020210", razon_social="Otra", rfc="EKU9003173C9"
    )
    window._presenter.load()
    form = window.form
    until(lambda: form.registro_combo.count() == 1)
    assert form.representante_check.isHidden()
    fill(window, *archivos.efirma())
    until(form.representante_check.isVisible)
    least, letters = form.elegido_group_layout4, form.representante_check.fontMetrics()
    row = least.getItemPosition(least.indexOf(form.representante_check))[0]  # type: ignore[index]
    assert least.rowMinimumHeight(row) >= 2 * letters.height(), "of two lines"
    assert RFC_MORAL in form.representante_check.text()
    assert "no corresponde" in form.registro_error.text()
    form.representante_check.setChecked(True)
    assert form.registro_error.isHidden()
    press(window, "Guardar")
    assert message_box().text() == SAVED_FIRST
    press(message_box(), "Aceptar")
    until(lambda: rows(window)[0][-1] == RFC_MORAL)


def test_the_date_of_the_agreement_is_changed_from_the_window(
    window: CertificadosWindow,
    with_registro: uuid.UUID,
    archivos: Archivos,
    application: Application,
    sesion: Sesion,
    reloj: Reloj,
) -> None:
    application.certificados._verificador = archivos.verificador()
    application.certificados.save(
        sesion, CertificadoElegido(with_registro, archivos.pfx(), None, "usuario123", CLAVE)
    )
    reloj.now = datetime(2026, 11, 22, 18, tzinfo=UTC)
    window._presenter.load()
    until(lambda: bool(rows(window)) and "Ya no sirve en IDSE" in rows(window)[0])
    window.form.limite_button.click()
    until(lambda: window.findChild(LimitePfxDialog) is not None)
    dialog = window.findChild(LimitePfxDialog)
    assert isinstance(dialog, LimitePfxDialog)
    assert dialog.form.ultimo_edit.text() == "13/10/2026"
    dialog.form.ultimo_edit.setText("1/7/2026")
    press(dialog, "Guardar")
    until(lambda: "posterior" in dialog.form.ultimo_error.text())
    dialog.form.ultimo_edit.setText("31/12/2026")
    dialog.form.fuente_edit.setText("el acuerdo del DOF 01/12/2026")
    press(dialog, "Guardar")
    until(lambda: "Vigente" in rows(window)[0])
    assert application.certificados.limite_pfx(sesion).ultimo == date(2026, 12, 31)
