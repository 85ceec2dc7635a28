"""«Probar conexión» and a server that loses data, over PostgreSQL with four workers."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.oficina.sincronizacion.conexion import SAFE, UNSAFE, RevisionDialog
from icsoe_desktop.services.sincronizacion.answers import Conexion
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
    window = uno.open()
    qtbot.waitUntil(window.inicio.isVisible)
    press(window, "Crear la oficina")
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
    assert verdict == SAFE
    assert set(results.values()) == {"Bien"}
    assert len(results) > 10
    window = uno.open()
    press(window, "Crear la oficina")
    qtbot.waitUntil(lambda: window.estado.form.oficina_label.text() == "Despacho Imaginario")


@pytest.mark.larga
def test_a_server_that_loses_data_is_told_line_by_line_and_refused(
    uno: Escritorio, kinto_postgres: KintoReal, kinto_peligroso: KintoReal, qtbot: QtBot
) -> None:
    wanted = conexion(kinto_postgres)
    dangerous = dataclasses.replace(wanted, direccion=kinto_peligroso.direccion)
    fill(uno, dangerous, qtbot)
    verdict, results = reviewed(uno, qtbot)
    assert verdict == UNSAFE
    bad = {name for name, result in results.items() if result == "Mal"}
    assert len(bad) >= 6, results
    assert set(results.values()) == {"Bien", "Mal"}
    window = uno.open()
    press(window, "Crear la oficina")
    message = window.crear.form.mensaje_label
    qtbot.waitUntil(lambda: message.text().startswith("El servidor no se puede usar. No se cambió"))
    assert not uno.application.is_sharing
