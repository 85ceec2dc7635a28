"""«Probar conexión», and what an office cannot be founded with."""

from __future__ import annotations

import socket
import time
import uuid

from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from icsoe_desktop.gateways.kinto.errors import NO_CONNECTION
from icsoe_desktop.gui.oficina.sincronizacion.conexion import SAFE, UNSAFE, RevisionDialog
from icsoe_desktop.gui.oficina.sincronizacion.palabras import LOOK_FIRST
from icsoe_desktop.gui.oficina.sincronizacion.presenter import FOUNDED
from icsoe_desktop.services.sincronizacion.answers import Conexion
from icsoe_desktop.services.sincronizacion.oficina.connection import WRONG_PASSWORD
from tests.gateways.kinto.kinto_terco import Said, terco
from tests.gui.conftest import press
from tests.gui.oficina.sincronizacion.comun import Escritorio
from tests.support.kinto_real import KintoReal


def conexion(server: KintoReal) -> Conexion:
    cuenta = f"recepcion-{uuid.uuid4().hex[:6]}"
    oficina = server.office({cuenta: "responsable"})
    return Conexion(
        direccion=server.direccion,
        cuenta=cuenta,
        contrasena=server.account(cuenta),
        oficina=oficina,
    )


def fill(uno: Escritorio, wanted: Conexion, qtbot: QtBot) -> None:
    window = uno.open_at("Crear la oficina")
    page = window.crear
    for name, edit in page.conexion.edits.items():
        edit.setText(getattr(wanted, name))
    page.form.oficina_edit.setText(wanted.oficina)
    page.form.nombre_edit.setText("Despacho Imaginario")


def reviewed(uno: Escritorio, qtbot: QtBot) -> tuple[str, dict[str, str]]:
    """The verdict, and the result of each thing that was looked at."""
    window = uno.open()
    press(window, "Probar conexión")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RevisionDialog)
    qtbot.waitUntil(dialog.form.revision_table.isVisible)
    assert not dialog.findChild(QLabel, "avance_bar_cuenta").isVisible()
    model = dialog.table.model
    rows = [
        [str(model.index(row, column).data()) for column in range(3)]
        for row in range(model.rowCount())
    ]
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    press(dialog, "Copiar para quien administra el servidor")
    copied = QApplication.clipboard().text().splitlines()
    assert copied[0] == "Resultado\tQué se revisó\tQué se encontró y qué hacer"
    assert copied[1:] == ["\t".join(row) for row in rows]
    verdict = dialog.form.veredicto_label.text()
    press(dialog, "Cerrar")
    return verdict, {row[1]: row[0] for row in rows}


def test_a_server_made_by_the_recipe_is_good_and_takes_the_office(
    uno: Escritorio, kinto_postgres: KintoReal, qtbot: QtBot
) -> None:
    fill(uno, conexion(kinto_postgres), qtbot)
    verdict, results = reviewed(uno, qtbot)
    assert (verdict, set(results.values())) == (SAFE, {"Bien"})
    window = uno.open()
    press(window, "Crear la oficina")
    # The name may be read before the founding has ended.
    qtbot.waitUntil(lambda: window.estado.form.mensaje_label.text() == FOUNDED)
    qtbot.waitUntil(lambda: window.estado.form.oficina_label.text() == "Despacho Imaginario")


def test_a_server_with_other_settings_is_told_line_by_line_and_refused(
    uno: Escritorio, kinto_memoria: KintoReal, qtbot: QtBot
) -> None:
    fill(uno, conexion(kinto_memoria), qtbot)
    verdict, results = reviewed(uno, qtbot)
    assert verdict == UNSAFE
    assert results == {"Servidor": "Mal", "Oficina": "Bien", "Reloj": "Bien"}
    window = uno.open()
    press(window, "Crear la oficina")
    message = window.crear.form.mensaje_label
    qtbot.waitUntil(lambda: message.text().startswith("El servidor no se puede usar. No se cambió"))
    assert "reinicie el servicio icsoe-sync" in message.text()
    assert not uno.application.is_sharing


def test_a_mistyped_password_is_answered_at_the_account(uno: Escritorio, qtbot: QtBot) -> None:
    with terco() as server:
        server.will(Said(401, {"code": 401, "errno": 104}))
        wanted = Conexion(
            direccion=server.direccion, cuenta="ana", contrasena="mal", oficina="of-1"
        )
        fill(uno, wanted, qtbot)
        window = uno.open()
        press(window, "Crear la oficina")
        problem = window.crear.conexion.form.cuenta_error
        qtbot.waitUntil(lambda: problem.text() == WRONG_PASSWORD)
        press(window, "Probar conexión")
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RevisionDialog)
        qtbot.waitUntil(lambda: dialog.form.veredicto_label.text() == WRONG_PASSWORD)
        press(dialog, "Cerrar")
        assert len(server.asked) == 2


def test_a_server_that_is_not_reached_promises_no_attempt_of_its_own(
    uno: Escritorio, qtbot: QtBot
) -> None:
    with socket.socket() as deaf:  # its port is taken, and nobody listens there
        deaf.bind(("127.0.0.1", 0))
        direccion = f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"
        wanted = Conexion(direccion=direccion, cuenta="ana", contrasena="x", oficina="of-1")
        fill(uno, wanted, qtbot)
        window = uno.open()
        press(window, "Crear la oficina")
        message = window.crear.form.mensaje_label
        qtbot.waitUntil(lambda: message.text().startswith(NO_CONNECTION))
        said = message.text()
        assert said.endswith(f"{LOOK_FIRST}.")
        press(window, "Probar conexión")
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RevisionDialog)
        qtbot.waitUntil(lambda: dialog.form.veredicto_label.text() == said)
        press(dialog, "Cerrar")


def test_cancelling_ends_the_wait_for_a_server_that_says_nothing(
    uno: Escritorio, qtbot: QtBot
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        direccion = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        wanted = Conexion(direccion=direccion, cuenta="ana", contrasena="x", oficina="of-1")
        fill(uno, wanted, qtbot)
        window = uno.open()
        press(window, "Crear la oficina")
        taken, _ = silent.accept()
        with taken:
            started = time.monotonic()
            press(window, "Cancelar")
            qtbot.waitUntil(lambda: not window.presenters.crear.state.busy)
            assert time.monotonic() - started < 1
