"""The whole of the guide, steps 3 to 16, with the certificates that the SAT published for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque.bootstrap import ENV_PRUEBAS, open_application
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.icsoe.contratista.page import COMPLETE, ContratistaPage
from icsoe_desktop.gui.icsoe.efirma.window import EfirmaWindow
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.terminos.window import TerminosDialog
from icsoe_desktop.gui.icsoe.window import GENERALES_FIRST, IcsoeWindow
from icsoe_desktop.gui.idse.usuarios.dialogs import CodigoRecuperacionDialog
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import press
from tests.gui.icsoe.comun import (
    CELULAR,
    CORREO,
    FECHA,
    Idle,
    Key,
    Windows,
    acuse_of,
    domicilio_of,
    generales_of,
    key,
    page_of,
    pdf_file,
    tab,
    type_text,
)

Box = Callable[[], QMessageBox]
CLAVE = "12345678a"
MORAL = ("EKU9003173C9", "efirma_moral_EKU9003173C9", "ESCUELA KEMPER URGATE SA DE CV")
FISICA = ("CACX7605101P8", "efirma_fisica_CACX7605101P8", "XOCHILT CASAS CHAVEZ")


@pytest.fixture
def application(
    reales: Path,
    folder: DataFolder,
    keyring: MemoryKeyring,
    reloj: Reloj,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Application]:
    """An installation for trials, which takes the SAT's test certificates."""
    assert reales.is_dir()
    monkeypatch.setenv(ENV_PRUEBAS, "1")
    application = open_application(folder, keyring=keyring, clock=reloj)
    yield application
    application.close()


@pytest.mark.parametrize("who", [MORAL, FISICA], ids=["moral", "fisica"])
def test_the_guide_is_walked_from_the_entrance_to_the_menu_without_mouse(
    qtbot: QtBot,
    flow: IcsoeFlow,
    windows: Windows,
    idle: Idle,
    message_box: Box,
    application: Application,
    reales: Path,
    tmp_path: Path,
    who: tuple[str, str, str],
) -> None:
    rfc, name, titular = who
    _enter_by_keyboard(flow, windows, idle, rfc, reales / f"{name}.cer", reales / f"{name}.key")

    # 6. Términos y condiciones.
    dialog = windows.wait(TerminosDialog)
    windows.activate(dialog)
    assert QApplication.focusWidget() is dialog.form.ingresar_button
    key(Key.Key_Return)

    # 7. Mensaje Datos generales.
    box = message_box()
    assert box.text() == GENERALES_FIRST
    windows.activate(box)
    key(Key.Key_Return)
    window = windows.wait(IcsoeWindow)
    windows.activate(window)
    page = page_of(qtbot, window, idle)
    assert window.form.nombre_value.text() == titular

    # 8. Generales del contratista.
    assert QApplication.focusWidget() is generales_of(page).form.correo_edit
    type_text(CORREO)
    tab()
    type_text(CELULAR)
    key(Key.Key_Return)

    # 9. Domicilio social, of a persona moral only.
    if who is MORAL:
        qtbot.waitUntil(lambda: page.tabs.currentIndex() == 1)
        idle()
        assert QApplication.focusWidget() is domicilio_of(page).form.si_radio
        key(Key.Key_Space)
        key(Key.Key_Return)

    # 13. to 15. Carga y adjunto de documentos.
    _attach(qtbot, page, idle, pdf_file(tmp_path))
    box = message_box()
    assert box.text() == COMPLETE
    windows.activate(box)
    key(Key.Key_Return)
    idle()

    # 16. The menu is open.
    menu = window.form.menu_list
    chosen = [menu.item(at) for at in range(menu.count()) if menu.item(at).flags().value]
    assert "Alta de usuarios" in [item.text().strip() for item in chosen]
    sesion = window.context.require_sesion()
    assert application.contratistas.informacion(sesion).paso is PasoContratista.COMPLETO


def _enter_by_keyboard(
    flow: IcsoeFlow, windows: Windows, idle: Idle, rfc: str, cer: Path, llave: Path
) -> None:
    """3. to 5.: Ingresa con firma electrónica, the fields, Validar, Ingresar."""
    flow.open_entrance()
    entrance = windows.wait(IcsoeAccesoWindow)
    assert entrance.form.prueba_label.isVisible()
    windows.activate(entrance)
    entrance.form.efirma_button.setFocus()
    key(Key.Key_Space)
    efirma = windows.wait(EfirmaWindow)
    windows.activate(efirma)
    type_text(rfc)
    tab()
    type_text(str(cer))
    tab(2)
    type_text(str(llave))
    tab(2)
    type_text(CLAVE)
    key(Key.Key_Return)
    idle()
    said = efirma.form.mensaje_label.text()
    assert said.startswith("La validación de la FIEL fue exitosa. La e.firma vence el ")
    key(Key.Key_Return)
    code = windows.wait(CodigoRecuperacionDialog)
    code.form.guardado_check.setChecked(True)
    press(code, "Continuar")


def _attach(qtbot: QtBot, page: ContratistaPage, idle: Idle, path: Path) -> None:
    acuse = acuse_of(page)
    qtbot.waitUntil(lambda: page.tabs.currentWidget() is acuse)
    idle()
    assert QApplication.focusWidget() is acuse.form.elegir_button
    # The system's file dialog is not ours to test.
    acuse.take_file(path)
    idle()
    assert QApplication.focusWidget() is acuse.form.fecha_edit
    QTest.keyClicks(acuse.form.fecha_edit, FECHA)
    key(Key.Key_Return)


@pytest.mark.parametrize(
    ("rfc", "name", "label", "sentence"),
    [
        (
            "EKU9003173C9",
            "csd_moral_EKU9003173C9",
            "certificado_error",
            "El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma.",
        ),
        (
            "CAÑF770131PA3",
            "efirma_fisica_vencida_con_enie",
            "certificado_error",
            "La e.firma venció el 13/06/2023.",
        ),
    ],
)
def test_the_published_certificates_that_are_not_good_get_their_sentence(
    flow: IcsoeFlow,
    windows: Windows,
    idle: Idle,
    reales: Path,
    rfc: str,
    name: str,
    label: str,
    sentence: str,
) -> None:
    flow.open_entrance()
    press(windows.wait(IcsoeAccesoWindow), "Ingresa con firma electrónica")
    efirma = windows.wait(EfirmaWindow)
    form = efirma.fields.form
    form.rfc_edit.setText(rfc)
    form.archivo_edit.setText(str(reales / f"{name}.cer"))
    form.llave_edit.setText(str(reales / f"{name}.key"))
    form.contrasena_edit.setText(CLAVE)
    press(efirma, "Validar")
    idle()
    assert getattr(form, label).text() == sentence
    assert not efirma.form.ingresar_button.isEnabled()
