"""The home of a capturista: which contratista to work for, and nothing more."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.informativa.page import InformativaPage
from icsoe_desktop.gui.icsoe.inicio_capturista.page import ElegirDialog, InicioCapturistaPage
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.gui.conftest import press
from tests.gui.icsoe.capturistas.comun import dialog_of, home
from tests.support.reposo import settle


def test_a_baja_ends_the_work_at_once(
    shell: Shell,
    flow: IcsoeFlow,
    application: Application,
    contratista: Sesion,
    registrada: Capturista,
    activated: None,
) -> None:
    icsoe = home(shell, flow)
    icsoe.show_page("inicio_capturista")
    settle()
    sesion = icsoe.context.require_sesion()
    [one] = application.acceso_icsoe.contratistas(sesion)
    working = application.acceso_icsoe.choose(sesion, one.id)
    application.capturistas.baja(contratista, registrada.id)
    with pytest.raises(NotAllowedError):
        application.contratistas.perfil(working)
    page = icsoe.page
    assert isinstance(page, InicioCapturistaPage)
    press(page, "Seleccionar otro contratista")
    dialog = dialog_of(page, ElegirDialog)
    settle(dialog.empty.title.isVisible)
    assert not dialog.form.siguiente_button.isEnabled()
    dialog.reject()


def test_a_capturista_sees_nothing_of_the_administration(
    shell: Shell, flow: IcsoeFlow, activated: None
) -> None:
    icsoe = home(shell, flow)
    menu = icsoe.form.menu_list
    assert [menu.item(at).text().strip() for at in range(menu.count())] == [
        "Inicio",
        "Informativa",
        "Acuses",
    ]
    for key in ("alta_capturista", "consulta_capturistas", "contratista"):
        icsoe.show_page(key)
        assert isinstance(icsoe.page, InformativaPage)
