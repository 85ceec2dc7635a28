"""The first entry of a contratista: términos, message, and the steps in the order of the guide."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.contratista import DatosGenerales, Paso
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.domain.terminos import TERMINOS_VERSION
from icsoe_desktop.gui.contratista.page import COMPLETE
from icsoe_desktop.gui.icsoe import paginas
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.paginas import PAGES
from icsoe_desktop.gui.icsoe.window import FIRST_STEPS, GENERALES_FIRST, UNSAVED, IcsoeWindow
from icsoe_desktop.gui.icsoe_acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.shell import Shell
from icsoe_desktop.gui.terminos.window import TerminosDialog
from icsoe_desktop.gui.texto import TextoDialog
from icsoe_desktop.services.application import Application
from tests.conftest import Reloj
from tests.gui.conftest import press
from tests.gui.icsoe.comun import (
    CELULAR,
    CORREO,
    FECHA,
    Idle,
    Windows,
    acuse_of,
    do_steps,
    domicilio_of,
    generales_of,
    page_of,
    pdf_file,
)

Box = Callable[[], QMessageBox]
Opened = Callable[[Sesion], IcsoeWindow]


@pytest.fixture
def opened(flow: IcsoeFlow, windows: Windows, idle: Idle) -> Opened:
    """The window of somebody who just entered."""

    def begin(sesion: Sesion) -> IcsoeWindow:
        flow.open_entrance()
        flow.enter(sesion, windows.wait(IcsoeAccesoWindow))
        window = windows.wait(IcsoeWindow)
        idle()
        return window

    return begin


def menu_of(window: IcsoeWindow) -> dict[str, bool]:
    """Each line of the menu at the left, and whether it can be chosen."""
    menu = window.form.menu_list
    items = [menu.item(at) for at in range(menu.count())]
    return {item.text().strip(): bool(item.flags().value) for item in items}


def bitacora(application: Application, sesion: Sesion) -> list[tuple[str, str]]:
    with application.store.read() as db:
        from sqlalchemy import select

        from icsoe_desktop.store.tables import BitacoraRow

        query = select(BitacoraRow.accion, BitacoraRow.detalle).order_by(BitacoraRow.id)
        rows = db.execute(query.where(BitacoraRow.contratista_id == sesion.contratista_id))
        return [(row.accion, row.detalle) for row in rows]


def test_the_terms_can_be_read_and_their_acceptance_is_noted_with_the_version(
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    idle: Idle,
    windows: Windows,
    message_box: Box,
) -> None:
    sesion = enter("moral")
    opened(sesion)
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
    idle()
    box = message_box()
    assert box.text() == GENERALES_FIRST
    assert box.defaultButton().text().replace("&", "") == "Continuar"
    assert ("términos y condiciones aceptados", TERMINOS_VERSION) in bitacora(application, sesion)


@pytest.mark.parametrize("way", ["Cancelar", "close"])
def test_leaving_the_terms_leaves_and_asks_again_the_next_time(
    opened: Opened, enter: Callable[[str], Sesion], windows: Windows, way: str, idle: Idle
) -> None:
    opened(enter("moral"))
    dialog = windows.wait(TerminosDialog)
    if way == "close":
        dialog.close()
    else:
        press(dialog, way)
    windows.none(IcsoeWindow)
    windows.wait(IcsoeAccesoWindow)
    idle()
    opened(enter("moral"))
    windows.wait(TerminosDialog)


def test_the_menu_of_the_guide_opens_once_all_steps_are_done(
    qtbot: QtBot,
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    tmp_path: Path,
    idle: Idle,
    message_box: Box,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, Paso.ACUSE, tmp_path)
    window = opened(sesion)
    page = page_of(qtbot, window, idle)
    before = menu_of(window)
    assert list(before)[:5] == [
        "Administración",
        "Información del contratista",
        "Alta de usuarios",
        "Consulta",
        "Exportar excel",
    ]
    assert [name for name, is_open in before.items() if is_open] == ["Información del contratista"]
    assert FIRST_STEPS in {
        window.form.menu_list.item(at).toolTip() for at in range(window.form.menu_list.count())
    }
    window.show_page("alta_capturista")
    assert window.page is page, "no command opens what the menu does not"
    tab = acuse_of(page)
    tab.take_file(pdf_file(tmp_path))
    idle()
    tab.form.fecha_edit.setText(FECHA)
    press(tab, "Guardar")
    idle()
    assert message_box().text() == COMPLETE
    press(message_box(), "Aceptar")
    idle()
    after = menu_of(window)
    assert all(is_open for name, is_open in after.items() if name != "Administración")


def test_a_persona_moral_goes_through_three_tabs_in_their_order(
    qtbot: QtBot,
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    tmp_path: Path,
    idle: Idle,
    message_box: Box,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, Paso.DATOS_GENERALES, tmp_path)
    window = opened(sesion)
    press(message_box(), "Continuar")
    page = page_of(qtbot, window, idle)
    tabs = page.tabs
    assert [tabs.tabText(at) for at in range(tabs.count())] == [
        "Generales del contratista",
        "Domicilio social",
        "Carga y adjunto de documentos",
    ]
    assert [tabs.isTabEnabled(at) for at in range(3)] == [True, False, False]
    generales = generales_of(page)
    generales.form.correo_edit.setText(CORREO)
    generales.form.celular_edit.setText("(55) 1234-5678")
    press(generales, "Guardar")
    qtbot.waitUntil(lambda: tabs.currentIndex() == 1)
    idle()
    assert [tabs.isTabEnabled(at) for at in range(3)] == [True, True, False]
    domicilio = domicilio_of(page)
    domicilio.form.si_radio.click()
    press(domicilio, "Guardar")
    qtbot.waitUntil(lambda: tabs.currentIndex() == 2)
    idle()
    info = application.contratistas.informacion(sesion)
    assert (info.paso, info.generales, info.domicilio_igual) == (
        Paso.ACUSE,
        DatosGenerales(CORREO, CELULAR, ""),
        True,
    )


def test_a_persona_fisica_has_no_domicilio_social(
    qtbot: QtBot,
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    tmp_path: Path,
    idle: Idle,
) -> None:
    sesion = enter("fisica")
    do_steps(application, sesion, Paso.ACUSE, tmp_path)
    page = page_of(qtbot, opened(sesion), idle)
    assert [page.tabs.tabText(at) for at in range(page.tabs.count())] == [
        "Generales del contratista",
        "Carga y adjunto de documentos",
    ]
    assert page.tabs.currentIndex() == 1


@pytest.mark.parametrize(
    ("paso", "tab"), [(Paso.DATOS_GENERALES, 0), (Paso.DOMICILIO, 1), (Paso.ACUSE, 2)]
)
def test_whoever_leaves_in_the_middle_goes_on_where_it_was(
    qtbot: QtBot,
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    shell: Shell,
    tmp_path: Path,
    idle: Idle,
    windows: Windows,
    message_box: Box,
    paso: Paso,
    tab: int,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, paso, tmp_path)
    before = application.contratistas.informacion(sesion)
    for _visit in range(2):
        window = opened(enter("moral"))
        if paso is Paso.DATOS_GENERALES:
            press(message_box(), "Continuar")
        page = page_of(qtbot, window, idle)
        assert page.tabs.currentIndex() == tab
        shell.close_session()
        windows.none(IcsoeWindow)
        idle()
    assert application.contratistas.informacion(sesion) == before


def test_closing_with_something_typed_asks_first_and_keeps_it(
    qtbot: QtBot,
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    tmp_path: Path,
    idle: Idle,
    windows: Windows,
    message_box: Box,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, Paso.COMPLETO, tmp_path)
    window = opened(sesion)
    generales = generales_of(page_of(qtbot, window, idle))
    generales.form.telefono_fijo_edit.setText("5587654321")
    window.close()
    box = message_box()
    assert box.text() == UNSAVED
    press(box, "Seguir editando")
    assert window.isVisible()
    assert generales.form.telefono_fijo_edit.text() == "5587654321"
    window.close()
    press(message_box(), "Descartar cambios")
    windows.none(IcsoeWindow)
    idle()
    assert bitacora(application, sesion)[-1][0] == "salida"
    assert application.contratistas.informacion(sesion).generales == DatosGenerales(
        CORREO, CELULAR, ""
    )


def test_the_pages_are_imported_ahead_and_not_in_the_thread_of_the_windows(
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported: dict[str, str] = {}

    def noted(name: str) -> ModuleType:
        imported.setdefault(name, threading.current_thread().name)
        return sys.modules[name]

    monkeypatch.setattr(paginas, "import_module", noted)
    sesion = enter("moral")
    do_steps(application, sesion, Paso.COMPLETO, tmp_path)
    opened(sesion)
    assert set(imported) == {entry.module for entry in PAGES if sesion.can(entry.permiso)}
    assert threading.main_thread().name not in imported.values()


def test_each_field_says_under_itself_what_is_wrong(
    qtbot: QtBot,
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    tmp_path: Path,
    idle: Idle,
    message_box: Box,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, Paso.DATOS_GENERALES, tmp_path)
    window = opened(sesion)
    press(message_box(), "Continuar")
    generales = generales_of(page_of(qtbot, window, idle))
    form = generales.form
    assert not form.correo_error.isVisible(), "nothing is said before anything was typed"
    press(generales, "Guardar")
    assert form.correo_error.text() == "Escriba el correo electrónico."
    assert form.celular_error.text() == "Escriba el teléfono: son 10 números."
    assert not form.telefono_fijo_error.isVisible()
    form.correo_edit.setText("ventas@gmial.com")
    qtbot.keyClicks(form.celular_edit, "551234567")
    assert form.correo_advertencia.text() == (
        "¿Quiso escribir @gmail.com? Revise el correo electrónico."
    )
    assert "tiene 9 números y debe tener 10" in form.celular_error.text()
    qtbot.keyClicks(form.celular_edit, "8")
    assert not form.celular_error.isVisible()
    press(generales, "Aviso de privacidad")
    idle()
    assert application.contratistas.informacion(sesion).generales is None


def test_a_contratista_is_told_that_its_acuse_ends_soon(
    qtbot: QtBot,
    opened: Opened,
    enter: Callable[[str], Sesion],
    application: Application,
    reloj: Reloj,
    tmp_path: Path,
    idle: Idle,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, Paso.COMPLETO, tmp_path)
    # Three years from 05/03/2025, less 20 days.
    reloj.advance(days=(reloj.now.replace(year=2028, month=2, day=14) - reloj.now).days)
    window = opened(sesion)
    page_of(qtbot, window, idle)
    assert window.form.aviso_label.isVisible()
    assert window.form.aviso_label.text().startswith(
        "El acuse de registro en el padrón de la STPS vence el 05/03/2028."
    )
