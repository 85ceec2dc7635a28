"""The first entries of a contratista: message, menu, and the steps in the order of the guide."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import DatosGenerales, PasoContratista
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.base.windows import WINDOWS
from icsoe_desktop.gui.icsoe import paginas
from icsoe_desktop.gui.icsoe.catalogo_postal.window import CatalogoPostalWindow
from icsoe_desktop.gui.icsoe.contratista.page import COMPLETE, ContratistaPage
from icsoe_desktop.gui.icsoe.paginas import PAGES
from icsoe_desktop.gui.icsoe.window import FIRST_STEPS, IcsoeWindow
from icsoe_desktop.gui.kit.unsaved_changes import UNSAVED
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press, shown_box
from tests.gui.icsoe.comun import (
    CELULAR,
    CORREO,
    FECHA,
    Entered,
    Windows,
    acuse_of,
    bitacora,
    contratista_page,
    do_steps,
    domicilio_of,
    generales_of,
    pdf_file,
)
from tests.support.reposo import settle


@pytest.fixture
def paso() -> PasoContratista:
    return PasoContratista.DATOS_GENERALES


def menu_of(window: IcsoeWindow) -> dict[str, bool]:
    """Each line of the menu at the left, and whether it can be chosen."""
    menu = window.form.menu_list
    items = [menu.item(at) for at in range(menu.count())]
    texts = [item.text().strip() for item in items]
    assert len(texts) == len(set(texts)), "a heading stands once"
    return {item.text().strip(): bool(item.flags().value) for item in items}


def test_the_menu_of_the_guide_opens_once_all_steps_are_done(
    entered: Entered, enter: Callable[[str], Sesion], application: Application, tmp_path: Path
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, PasoContratista.ACUSE, tmp_path)
    window = entered(sesion)
    page = contratista_page(window)
    before = menu_of(window)
    assert list(before)[:6] == [
        "Tablero",
        "Administración",
        "Información del contratista",
        "Alta de usuarios",
        "Consulta",
        "Exportar excel",
    ]
    # What belongs to no step (its expiry dates, mails and log) is open from the start.
    tools = [entry.name for entry in WINDOWS if entry.page]
    opened = [name for name, is_open in before.items() if is_open and name not in tools]
    assert opened == ["Información del contratista"]
    assert FIRST_STEPS in {
        window.form.menu_list.item(at).toolTip() for at in range(window.form.menu_list.count())
    }
    window.show_page("alta_capturista")
    assert window.page is page, "no command opens what the menu does not"
    tab = acuse_of(page)
    tab.take_file(pdf_file(tmp_path))
    settle()
    tab.form.fecha_edit.setText(FECHA)
    press(tab, "Guardar")
    settle()
    assert shown_box().text() == COMPLETE
    press(shown_box(), "Aceptar")
    settle()
    after = menu_of(window)
    assert all(
        is_open for name, is_open in after.items() if name not in ("Administración", "Herramientas")
    )


def test_a_persona_moral_goes_through_three_tabs_in_their_order(
    first_page: ContratistaPage, application: Application, sesion_moral: Sesion
) -> None:
    page, tabs = first_page, first_page.tabs
    assert [tabs.tabText(at) for at in range(tabs.count())] == [
        "Generales del contratista",
        "Domicilio social",
        "Carga y adjunto de documentos",
        "Domicilio convencional",
    ]
    assert [tabs.isTabEnabled(at) for at in range(4)] == [True, False, False, False]
    generales = generales_of(page)
    generales.form.correo_edit.setText(CORREO)
    generales.form.celular_edit.setText("(55) 1234-5678")
    press(generales, "Guardar")
    settle(lambda: tabs.currentIndex() == 1)
    assert [tabs.isTabEnabled(at) for at in range(3)] == [True, True, False]
    domicilio = domicilio_of(page)
    domicilio.form.si_radio.click()
    press(domicilio, "Guardar")
    settle(lambda: tabs.currentIndex() == 2)
    info = application.contratistas.informacion(sesion_moral)
    assert (info.paso, info.generales, info.social.igual) == (
        PasoContratista.ACUSE,
        DatosGenerales(correo=CORREO, celular=CELULAR, telefono_fijo=""),
        True,
    )


def test_a_persona_fisica_has_no_domicilio_social(
    entered: Entered, enter: Callable[[str], Sesion], application: Application, tmp_path: Path
) -> None:
    sesion = enter("fisica")
    do_steps(application, sesion, PasoContratista.ACUSE, tmp_path)
    page = contratista_page(entered(sesion))
    assert [page.tabs.tabText(at) for at in range(page.tabs.count())] == [
        "Generales del contratista",
        "Carga y adjunto de documentos",
        "Domicilio convencional",
    ]
    assert page.tabs.currentIndex() == 1
    # Nobody asks for it: no mark of something that is missing.
    assert page.tabs.tabIcon(2).isNull()


@pytest.mark.parametrize(
    ("paso", "tab"),
    [
        (PasoContratista.DATOS_GENERALES, 0),
        (PasoContratista.DOMICILIO, 1),
        (PasoContratista.ACUSE, 2),
    ],
)
def test_whoever_leaves_in_the_middle_goes_on_where_it_was(
    entered: Entered,
    enter: Callable[[str], Sesion],
    application: Application,
    shell: Shell,
    tmp_path: Path,
    windows: Windows,
    paso: PasoContratista,
    tab: int,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, paso, tmp_path)
    before = application.contratistas.informacion(sesion)
    for _visit in range(2):
        window = entered(enter("moral"))
        if paso is PasoContratista.DATOS_GENERALES:
            press(shown_box(), "Continuar")
        page = contratista_page(window)
        assert page.tabs.currentIndex() == tab
        shell.close_session()
        windows.none(IcsoeWindow)
        settle()
    assert application.contratistas.informacion(sesion) == before


def test_closing_with_something_typed_asks_first_and_keeps_it(
    entered: Entered,
    enter: Callable[[str], Sesion],
    application: Application,
    tmp_path: Path,
    windows: Windows,
) -> None:
    sesion = enter("moral")
    do_steps(application, sesion, PasoContratista.COMPLETO, tmp_path)
    window = entered(sesion)
    generales = generales_of(contratista_page(window))
    generales.form.telefono_fijo_edit.setText("5587654321")
    # Catálogo postal stands over the page: nothing is lost, nothing is asked.
    window._go("catalogo_postal")
    postal = windows.wait(CatalogoPostalWindow)
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox)]
    assert generales.form.telefono_fijo_edit.text() == "5587654321"
    postal.close()
    window.close()
    box = shown_box()
    assert box.text() == UNSAVED.format(donde="esta página")
    press(box, "Seguir editando")
    assert window.isVisible()
    assert generales.form.telefono_fijo_edit.text() == "5587654321"
    window.close()
    press(shown_box(), "Descartar cambios")
    windows.none(IcsoeWindow)
    settle()
    assert bitacora(application, sesion)[-1][0] == "salida"
    assert application.contratistas.informacion(sesion).generales == DatosGenerales(
        correo=CORREO, celular=CELULAR, telefono_fijo=""
    )


def test_the_pages_are_imported_ahead_and_not_in_the_thread_of_the_windows(
    entered: Entered,
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
    do_steps(application, sesion, PasoContratista.COMPLETO, tmp_path)
    entered(sesion)
    assert set(imported) == {entry.module for entry in PAGES if sesion.can(entry.permiso)}
    assert threading.main_thread().name not in imported.values()
