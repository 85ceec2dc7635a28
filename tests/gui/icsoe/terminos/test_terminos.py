"""Términos y condiciones, at the first entry of a contratista."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.icsoe.terminos.window import TerminosDialog
from icsoe_desktop.gui.icsoe.window import GENERALES_FIRST, IcsoeWindow
from icsoe_desktop.gui.kit.dialogs import TextoDialog
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.comun import Entered, Windows, bitacora
from tests.support.reposo import settle


def test_the_terms_can_be_read_and_their_acceptance_is_noted_with_the_version(
    entered: Entered, enter: Callable[[str], Sesion], application: Application, windows: Windows
) -> None:
    sesion = enter("moral")
    entered(sesion)
    dialog = windows.wait(TerminosDialog)
    assert dialog.form.pregunta_label.text() == (
        "Aceptas los términos y condiciones del Sistema ICSOE (Informativa de contratos de "
        "servicio u obra especializados)."
    )
    press(dialog, "Ver Términos y Condiciones")
    text = windows.wait(TextoDialog)
    shown = text.form.texto_browser.toPlainText()
    assert f"Versión {TERMINOS_VERSION}" in shown
    assert "Aviso de privacidad" in shown
    press(text, "Cerrar")
    press(dialog, "Ingresar")
    settle()
    box = shown_box()
    assert box.text() == GENERALES_FIRST
    assert box.defaultButton().text().replace("&", "") == "Continuar"
    assert ("términos y condiciones aceptados", TERMINOS_VERSION) in bitacora(application, sesion)


@pytest.mark.parametrize("way", ["Cancelar", "close"])
def test_leaving_the_terms_leaves_and_asks_again_the_next_time(
    entered: Entered, enter: Callable[[str], Sesion], windows: Windows, way: str
) -> None:
    entered(enter("moral"))
    dialog = windows.wait(TerminosDialog)
    if way == "close":
        dialog.close()
    else:
        press(dialog, way)
    windows.none(IcsoeWindow)
    windows.wait(IcsoeAccesoWindow)
    settle()
    entered(enter("moral"))
    windows.wait(TerminosDialog)
