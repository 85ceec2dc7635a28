"""Making an office or joining one in the window: fields, focus, invitations, the first download."""

from __future__ import annotations

import base64
import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.gui.oficina.respaldo.restaurar import OF_AN_OFFICE, in_words
from icsoe_desktop.gui.oficina.sincronizacion.alta import NO_FILE, NOTHING_HANDED
from icsoe_desktop.gui.oficina.sincronizacion.conexion import MISSING
from icsoe_desktop.gui.oficina.sincronizacion.window import SincronizacionWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.seguridad.invitation import MAGIC
from icsoe_desktop.services.sincronizacion.answers import Conexion, RolOficina
from icsoe_desktop.services.sincronizacion.oficina.connection import connect
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import drop, press
from tests.gui.oficina.sincronizacion.comun import OFICINA, QUIET, RAZON, Escritorio
from tests.gui.oficina.sincronizacion.conftest import Abrir
from tests.hostiles.certificados import sin_fin
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.servicios import with_services

MessageBox = Callable[[], QMessageBox]


def test_what_is_left_empty_is_named_and_goes_away_as_it_is_filled_in(
    uno: Escritorio, qtbot: QtBot
) -> None:
    window = uno.open_at("Crear la oficina")
    page, form = window.crear, window.crear.conexion.form
    assert not form.direccion_error.isVisible()
    form.direccion_edit.clear()
    press(window, "Crear la oficina")
    assert form.direccion_error.text() == MISSING["direccion"]
    assert page.form.oficina_error.text() == MISSING["oficina"]
    assert form.direccion_edit.hasFocus() or not window.isActiveWindow()
    QTest.keyClicks(form.direccion_edit, "https://icsoe.ejemplo.mx")
    assert not form.direccion_error.isVisible()
    assert form.cuenta_error.isVisible()


def test_an_office_that_is_none_is_said_under_its_field(
    uno: Escritorio, cuentas: tuple[Conexion, Conexion], qtbot: QtBot
) -> None:
    window = uno.open_at("Crear la oficina")
    page = window.crear
    for name, edit in page.conexion.edits.items():
        edit.setText(getattr(cuentas[0], name))
    page.form.oficina_edit.setText("mi oficina")
    page.form.nombre_edit.setText(OFICINA)
    press(window, "Crear la oficina")
    qtbot.waitUntil(page.form.oficina_error.isVisible)
    assert page.form.oficina_error.text().startswith("Escriba la oficina que le dio")
    assert not uno.application.is_sharing


def test_what_was_typed_is_not_lost_without_asking(
    uno: Escritorio, message_box: MessageBox, qtbot: QtBot
) -> None:
    window = uno.open_at("Crear la oficina")
    window.crear.form.nombre_edit.setText("Mi despacho")
    window.close()
    box = message_box()
    assert box.text().startswith("Tiene cambios sin guardar en esta página")
    press(box, "Seguir editando")
    assert window.isVisible()
    window.reject()
    press(message_box(), "Descartar cambios")
    qtbot.waitUntil(lambda: not isValid(window))


def test_the_address_that_an_administrator_set_is_there_and_fixed(
    uno: Escritorio, qtbot: QtBot
) -> None:
    app = uno.application
    service = SincronizacionService(
        app.store, app.bitacora, connect, lambda *_: (), "https://icsoe.ejemplo.mx"
    )
    uno.shell.application = with_services(app, _sincronizacion=lambda: service)
    window = uno.open()
    edit = window.crear.conexion.edits["direccion"]
    qtbot.waitUntil(lambda: edit.text() == "https://icsoe.ejemplo.mx")
    assert edit.isReadOnly()
    press(window, "Crear la oficina")
    (notice,) = window.crear.conexion.findChildren(FixedNotice)
    assert notice.isVisible()
    assert edit.accessibleDescription() == notice.label.text()
    assert not window.crear.dirty


def test_an_invitation_that_is_dropped_is_taken_and_a_wrong_one_refused(
    uno: Escritorio, tmp_path: Path, qtbot: QtBot
) -> None:
    window = uno.open_at("Unirse con una invitación")
    page, path = window.unirse, tmp_path / "otra.icsoe-invitacion"
    drop(page, path)
    qtbot.waitUntil(lambda: page.form.archivo_edit.text() == str(path))
    page.form.codigo_edit.setText("AAAA-BBBB-CCCC")
    press(window, "Continuar")
    qtbot.waitUntil(lambda: page.form.archivo_error.text() == NO_FILE)
    path.write_text("una carta")
    press(window, "Continuar")
    qtbot.waitUntil(lambda: page.form.archivo_error.text() not in ("", NO_FILE))
    assert page.form.archivo_error.isVisible()


def test_a_first_download_that_is_cancelled_goes_on_later(
    en_oficina: Escritorio,
    abrir: Abrir,
    cuentas: tuple[Conexion, Conexion],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    service, other = en_oficina.application.sincronizacion, cuentas[1]
    made = service.miembros.invite(
        en_oficina.sesion, other.cuenta, other.contrasena, RolOficina.MIEMBRO, QUIET
    )
    path = tmp_path / made.nombre_archivo
    path.write_bytes(made.archivo)
    dos = abrir("dos")
    window = dos.open_at("Unirse con una invitación")
    window.unirse.take(path)
    window.unirse.form.codigo_edit.setText(made.codigo)
    press(window, "Continuar")
    qtbot.waitUntil(window.unirse.form.unirse_button.isVisible)
    presenter = window.presenters.unirse
    shown: list[bool] = []

    def cancel_once_it_downloads() -> None:
        state = presenter.state
        if state.step is not None and state.step.what and not state.cancelling:
            shown.append(window.unirse.form.avance_bar.isVisible())
            window.unirse.form.cancelar_button.click()

    presenter.changed.connect(cancel_once_it_downloads)
    press(window, "Unirse y descargar")
    form = window.estado.form
    qtbot.waitUntil(form.sincronizar_button.isVisible)
    assert shown == [True]
    qtbot.waitUntil(lambda: "Falta terminar la primera descarga" in form.motivo_label.text())
    assert window.form.luz_label.text() == "Descarga sin terminar"
    press(window, "Sincronizar ahora")
    qtbot.waitUntil(lambda: window.form.luz_label.text() == "Sincronizado hace un momento")
    assert dos.names() == [RAZON]


@pytest.fixture
def window(en_oficina: Escritorio, qtbot: QtBot) -> SincronizacionWindow:
    window = en_oficina.open()
    qtbot.waitUntil(lambda: window.estado.form.oficina_label.text() == OFICINA)
    return window


def test_who_is_refused_is_back_in_the_field_where_she_was(
    abrir: Abrir, cuentas: tuple[Conexion, Conexion], qtbot: QtBot
) -> None:
    window = abrir("uno").open_at("Crear la oficina")
    page, given = window.crear, dataclasses.replace(cuentas[0], contrasena="Otra-Muy-Distinta-8")
    for name, edit in page.conexion.edits.items():
        edit.setText(getattr(given, name))
    page.form.oficina_edit.setText(given.oficina)
    page.form.nombre_edit.setText(OFICINA)
    password = page.conexion.edits["contrasena"]
    password.setFocus()
    press(window, "Crear la oficina")
    assert window.focusWidget() is not password
    qtbot.waitUntil(lambda: not window.presenters.crear.state.busy)
    assert page.form.mensaje_label.isVisible()
    assert window.focusWidget() is password


def test_who_cancels_is_back_at_the_button_and_who_went_elsewhere_stays(
    window: SincronizacionWindow,
) -> None:
    form, presenter = window.estado.form, window.presenters.oficina
    form.sincronizar_button.setFocus()
    presenter._show(busy=True, syncing=True)
    form.cancelar_button.setFocus()
    presenter._show(busy=False, syncing=False)
    assert window.focusWidget() is form.sincronizar_button
    presenter._show(busy=True, syncing=True)
    window.form.cerrar_button.setFocus()
    elsewhere = window.focusWidget()
    presenter._show(busy=False, syncing=False)
    assert elsewhere is not form.sincronizar_button
    assert window.focusWidget() is elsewhere


@pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene tubos con nombre")
def test_a_hostile_invitation_is_refused_under_its_field(
    uno: Escritorio, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "cosas"
    folder.mkdir()
    paths = list(sin_fin(folder).values())
    # No invitation, the same with a form, and one that the code does not open.
    for at, octets in enumerate(
        (b"", MAGIC + b"<img src=x>" * 100, MAGIC + base64.b64encode(bytes(44)))
    ):
        path = folder / f"{at}<img src=x>.icsoe-invitacion"
        path.write_bytes(octets)
        paths.append(path)
    window = uno.open_at("Unirse con una invitación")
    page = window.unirse
    errors = (page.form.archivo_error, page.form.codigo_error)
    for path in paths:
        page.form.archivo_edit.clear()
        page.form.codigo_edit.clear()
        qtbot.waitUntil(lambda: all(error.isHidden() for error in errors))
        page.take(path)
        page.form.codigo_edit.setText("AAAA-BBBB-CCCC")
        press(window, "Continuar")
        # Noise that has the form of an invitation is one that the code does not open.
        qtbot.waitUntil(lambda: not all(error.isHidden() for error in errors))
        assert all(error.textFormat() is Qt.TextFormat.PlainText for error in errors)
        assert not page.form.unirse_button.isVisible()


CLAVE = "Tres.Tristes.Tigres"
HANDED = """Hola, te paso lo del servidor:
> Dirección: https://sync.ejemplo.mx/v1
> Cuenta: ana
  Contraseña: a:b c
Oficina: of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab
"""


def test_a_backup_of_a_desktop_in_an_office_says_what_happens_to_it(
    en_oficina: Escritorio, memoria: Memoria, tmp_path: Path
) -> None:
    file = tmp_path / "uno.icsoe-respaldo"
    en_oficina.application.respaldo.create(en_oficina.sesion, file, CLAVE)
    en_oficina.rename("Después del respaldo")
    en_oficina.sync()
    (tmp_path / "otra").mkdir()
    folder, keyring = DataFolder(tmp_path / "otra"), MemoryKeyring()
    restoring = build_restauracion(folder, keyring, Reloj())
    assert OF_AN_OFFICE in in_words(restoring.preview(file, CLAVE))
    restoring.restore(file, CLAVE)
    assert restoring.finish()
    told = []
    for _ in range(2):
        application = open_application(folder, keyring=keyring)
        told.append(application.sincronizacion.state().restaurado)
        assert application.sincronizacion.sync(NoProgress()).completa
        told.append(application.sincronizacion.state().restaurado)
        application.close()
    assert told == [-1, 1, 1, None]


def test_what_the_administrator_handed_over_is_pasted_whole(uno: Escritorio, qtbot: QtBot) -> None:
    window = uno.open_at("Crear la oficina")
    page = window.crear
    QGuiApplication.clipboard().setText("otra cosa")
    press(window, "Pegar los datos")
    assert page.form.mensaje_label.text() == NOTHING_HANDED
    QGuiApplication.clipboard().setText(HANDED)
    press(window, "Pegar los datos")
    typed = page.conexion.typed(page.form.oficina_edit.text())
    assert (typed.direccion, typed.cuenta, typed.contrasena) == (
        "https://sync.ejemplo.mx/v1", "ana", "a:b c",
    )  # fmt: skip
    assert typed.oficina == "of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab"
    assert not page.form.mensaje_label.isVisible()
