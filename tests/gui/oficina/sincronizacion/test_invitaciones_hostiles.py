"""Hostile invitations at the window that joins an office: named, under their field."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.conftest import press
from tests.gui.oficina.sincronizacion.comun import Escritorio
from tests.hostiles.certificados import sin_fin
from tests.hostiles.respaldos import CODIGO, invitaciones, seal


@pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene tubos con nombre")
def test_a_hostile_invitation_is_refused_under_its_field(
    uno: Escritorio, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "cosas"
    folder.mkdir()
    paths = list(sin_fin(folder).values())
    for at, (_name, octets) in enumerate(invitaciones(seal)):
        path = folder / f"{at}<img src=x>.icsoe-invitacion"
        path.write_bytes(octets)
        paths.append(path)
    window = uno.open()
    qtbot.waitUntil(window.inicio.isVisible)
    press(window, "Unirse con una invitación")
    page = window.unirse
    errors = (page.form.archivo_error, page.form.codigo_error)
    for path in paths:
        page.form.archivo_edit.clear()
        page.form.codigo_edit.clear()
        qtbot.waitUntil(lambda: all(error.isHidden() for error in errors))
        page.take(path)
        page.form.codigo_edit.setText(CODIGO)
        press(window, "Continuar")
        # Noise that has the form of an invitation is one that the code does not open.
        qtbot.waitUntil(lambda: not all(error.isHidden() for error in errors))
        assert all(error.textFormat() is Qt.TextFormat.PlainText for error in errors)
        assert not page.form.unirse_button.isVisible()
