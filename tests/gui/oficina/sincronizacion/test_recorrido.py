"""An office from its first desktop to the one that leaves, at the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.services.sincronizacion.answers import Conexion
from tests.completas import persona
from tests.completas.persona import Key, alt, press, says, type_in, wait_for, window
from tests.gui.oficina.sincronizacion.comun import OFICINA, RAZON, Escritorio
from tests.gui.oficina.sincronizacion.conftest import Abrir

ALT = Qt.KeyboardModifier.AltModifier
TITLE = "Sincronización"


def fill(**fields: str) -> None:
    for label, text in fields.items():
        alt(label.replace("_", " "))
        type_in(text)


def shown(kind: type[QWidget], name: str) -> QWidget:
    """The part of the front window with that name."""
    front = QApplication.activeModalWidget() or QApplication.activeWindow()
    assert front is not None
    found = front.findChild(kind, name)
    assert isinstance(found, kind)
    return found


def closed(one: QWidget) -> None:
    one.close()
    wait_for("the window to go", lambda: not isValid(one))


def rows() -> list[list[str]]:
    table = persona._focused()
    assert isinstance(table, QTableView)
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def make_office(conexion: Conexion) -> None:
    window(TITLE)
    says("La sincronización es opcional")
    alt("Crear la oficina")
    fill(
        Dirección_del_servidor=conexion.direccion,
        Cuenta=conexion.cuenta,
        Contraseña=conexion.contrasena,
        Clave_de_la_oficina=conexion.oficina,
        Nombre_de_la_oficina=OFICINA,
        Nombre_de_este_equipo="Recepción",
    )
    press(Key.Key_Return)
    window("Papel de recuperación de la oficina")
    alt("Ya lo imprimí o lo guardé en un lugar seguro")
    alt("Continuar")
    window(TITLE)
    says("Guarde el papel de recuperación")
    alt("Sincronizar ahora")
    says("Sincronizado hace un momento")


def invite(conexion: Conexion, folder: Path) -> tuple[Path, str]:
    """File and code of an invitation for that account."""
    press(Key.Key_Q, ALT)
    alt("Equipos de la oficina")
    wait_for("the desktops of the office", lambda: rows() != [])
    assert [row[0::2] for row in rows()] == [["Recepción", "Responsable"]]
    alt("Invitar a otro equipo")
    window("Invitar a otro equipo")
    type_in(conexion.cuenta)
    fill(Contraseña_inicial=conexion.contrasena)
    press(Key.Key_Return)
    window("Invitación")
    field = shown(QLineEdit, "codigo_edit")
    assert isinstance(field, QLineEdit)
    code = field.text()
    path = folder / "nominas.icsoe-invitacion"
    press(Key.Key_Return)
    window("Guardar la invitación")
    type_in(str(path))
    press(Key.Key_Return)
    window("Invitación")
    says("Se guardó «nominas.icsoe-invitacion»")
    says("Sirve una vez, hasta el")
    press(Key.Key_Escape)
    window(TITLE)
    wait_for("the guest in the list", lambda: len(rows()) == 2)
    assert sorted(row[0] for row in rows()) == ["Por unirse", "Recepción"]
    return path, code


def join(path: Path, code: str) -> None:
    window(TITLE)
    says("La sincronización es opcional")
    press(Key.Key_Return)
    fill(Archivo_de_la_invitación=str(path), Código=code)
    press(Key.Key_Return)
    says(OFICINA)
    says("Miembro. Comparte lo que cambia")
    type_in("Nóminas")
    press(Key.Key_Return)
    says("Sincronizado hace un momento")


@pytest.fixture
def cuentas(cuentas_reales: tuple[Conexion, Conexion]) -> tuple[Conexion, Conexion]:
    return cuentas_reales


@pytest.fixture
def dos(abrir: Abrir) -> Escritorio:
    return abrir("dos")


def test_an_office_from_its_first_desktop_to_the_one_that_leaves(
    uno: Escritorio,
    dos: Escritorio,
    cuentas: tuple[Conexion, Conexion],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    uno.add_registro()
    one = uno.open()
    make_office(cuentas[0])
    path, code = invite(cuentas[1], tmp_path)
    closed(one)

    two = dos.open()
    join(path, code)
    assert dos.names() == [RAZON]
    closed(two)

    # Both change the same while neither sees the other.
    uno.rename("Talleres del Norte")
    dos.rename("Talleres del Sur")
    uno.sync()
    two = dos.open()
    alt("Sincronizar ahora")
    says("1 conflicto por decidir")
    press(Key.Key_F, ALT)
    alt("Conflictos por decidir")
    assert [row[:3] for row in rows()] == [
        ["Registro patronal", "Z9912345106 Talleres del Sur", "Razón social"]
    ]
    values = [shown(QPlainTextEdit, f"{side}_text") for side in ("vigente", "perdido")]
    assert [value.toPlainText() for value in values if isinstance(value, QPlainTextEdit)] == [
        "Talleres del Sur",
        "Talleres del Norte",
    ]
    says("Nóminas (Alma Prieto Soto)")
    says("Recepción (Alma Prieto Soto)")
    alt("Usar el otro valor")
    says("Se puso el otro valor")
    says("No hay conflictos por decidir")
    press(Key.Key_E, ALT)
    alt("Sincronizar ahora")
    says("Sincronizado hace un momento")
    closed(two)
    uno.sync()
    assert (uno.names(), dos.names()) == (["Talleres del Norte"], ["Talleres del Norte"])

    one = uno.open()
    says("Sincronizado")
    press(Key.Key_Q, ALT)
    alt("Equipos de la oficina")
    wait_for("the desktops of the office", lambda: rows() != [])
    assert [row[0::2] for row in rows()] == [["Nóminas", "Miembro"], ["Recepción", "Responsable"]]
    press(Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    alt("Retirar de la oficina")
    says("Conserva lo que ya recibió")
    alt("Retirar y cambiar la llave")
    says("«Nóminas» ya no está en la oficina y la llave se cambió.")
    closed(one)

    two = dos.open()
    alt("Sincronizar ahora")
    says("Sincronización detenida")
    assert dos.names() == ["Talleres del Norte"]
