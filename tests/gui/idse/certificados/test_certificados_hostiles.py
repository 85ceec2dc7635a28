"""Hostile certificates in the window, chosen and dropped: named, and drawn as plain text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.icsoe.efirma.window import EfirmaWindow
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.idse.certificados.window import CertificadosWindow, create
from icsoe_desktop.services.certificados.service import CertificadosService
from tests.gateways.certificados import asn1
from tests.gui.conftest import drop, press
from tests.gui.icsoe.comun import Windows
from tests.gui.icsoe.conftest import flow, guard, idle, pared, windows
from tests.hostiles.certificados import CERTIFICADOS, CLAVE, LLAVES, TEXTOS, certificado, sin_fin
from tests.hostiles.espia import Espia
from tests.services.archivos_prueba import RFC_MORAL, Archivos
from tests.support.reposo import settle, until
from tests.support.servicios import with_services

__all__ = ["flow", "guard", "idle", "pared", "windows"]

# Iterations are counted in tests/hostiles; here they would be waited for.
SOME = [name for name in CERTIFICADOS if not name.startswith("mac")]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify y tubos son de Linux")


@pytest.fixture
def espia(tmp_path: Path) -> Iterator[Espia]:
    one = Espia(tmp_path / "espia.png")
    yield one
    one.close()


@pytest.fixture
def files(tmp_path: Path, espia: Espia) -> list[Path]:
    folder = tmp_path / "cosas"
    folder.mkdir()
    made = [path for path in sin_fin(folder).values() if "\0" not in str(path)]
    contents = [certificado(asn1.text(f'<img src="{espia.path}">'))]
    contents += [CERTIFICADOS[name]() for name in SOME]
    for at, octets in enumerate(contents):
        path = folder / f"{at}<img src=x>\u202e.cer"
        path.write_bytes(octets)
        made.append(path)
    return made


def plain_labels(window: CertificadosWindow | EfirmaWindow) -> bool:
    labels = window.findChildren(QLabel)
    for label in labels:
        label.repaint()
    return all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_what_is_chosen_or_dropped_is_answered_and_drawn_as_text(
    qtbot: QtBot, context: Context, archivos: Archivos, files: list[Path], espia: Espia
) -> None:
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
    presenter = window._presenter
    until(lambda: presenter.state.loaded)
    for path in files:
        window.form.archivo_edit.clear()
        window.campos.look_now()
        assert presenter.state.elegido is None
        drop(window, path)
        window.form.archivo_edit.setText(str(path))
        window.campos.look_now()
        until(lambda: presenter.state.elegido is not None)
        window.form.llave_edit.setText(str(path))
        window.campos.look_now()
        settle()
        assert plain_labels(window)
        assert window.minimumSizeHint().width() < 2_000, path
    assert not espia.opened
    assert len(files) > 10 + len(TEXTOS)


def test_the_entrance_with_an_efirma_answers(
    windows: Windows, flow: IcsoeFlow, archivos: Archivos, files: list[Path], espia: Espia
) -> None:
    flow.open_entrance()
    press(windows.wait(IcsoeAccesoWindow), "Ingresa con firma electrónica")
    window = windows.wait(EfirmaWindow)
    form = window.fields.form
    cer, _key = archivos.efirma()
    keys = []
    for at, (name, make) in enumerate(LLAVES.items()):
        if "todas las vueltas" not in name and "limite" not in name:
            path = espia.path.with_name(f"{at}.key")
            path.write_bytes(make())
            keys.append(path)
    pairs = [*((path, path) for path in files), *((cer, key) for key in keys)]
    for archivo, llave in pairs:
        drop(window, archivo)
        form.rfc_edit.setText(RFC_MORAL)
        form.archivo_edit.setText(str(archivo))
        form.llave_edit.setText(str(llave))
        form.contrasena_edit.setText(CLAVE)
        press(window, "Validar")
        settle()
        assert plain_labels(window)
        assert not window.form.ingresar_button.isEnabled()
    assert not espia.opened
