"""A contratista in its window, and a mail server that keeps what it gets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.pagina import FIRST_PAGE
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.gui.contratistas import add_contratista
from tests.gui.icsoe.capturistas.comun import (
    CONTRASENA,
    PERSONA,
    consulta_page,
    last_link,
    receive,
)
from tests.support.reposo import settle
from tests.support.smtp_real import PASSWORD, SmtpReal, smtp_server


@pytest.fixture(autouse=True)
def tablero_later(shell: Shell) -> None:
    """Most tests here begin at the page after it; the Tablero has tests of its own."""
    shell.preferences.set(FIRST_PAGE, "otra")


@pytest.fixture
def contratista(application: Application) -> Sesion:
    return add_contratista(application.store, 112, "TBI990101QX5", "TORNILLOS Y BIRLOS SA DE CV")


@pytest.fixture
def otro_contratista(application: Application) -> Sesion:
    return add_contratista(application.store, 113, "ROTJ850314QX7", "JUAN ROBLES TORRES")


@pytest.fixture
def icsoe(shell: Shell, contratista: Sesion) -> IcsoeWindow:
    """The ICSOE window of the contratista."""
    window = shell.open("icsoe", contratista)
    assert isinstance(window, IcsoeWindow)

    def settled() -> bool:
        page = window.page
        return isinstance(page, ContratistaPage) and bool(page.tab_of) and not shell.jobs.busy

    settle(settled)
    return window


@pytest.fixture
def smtp(application: Application, sesion: Sesion) -> Iterator[SmtpReal]:
    """The server that mail leaves by."""
    with smtp_server(login=True) as real:
        application.ajustes.save_servidor_correo(sesion, real.servidor(), PASSWORD)
        yield real


@pytest.fixture
def registrada(application: Application, contratista: Sesion) -> Capturista:
    return application.capturistas.register(contratista, PERSONA).capturista


@pytest.fixture
def link(application: Application, smtp: SmtpReal, registrada: Capturista) -> str:
    """The link of the second mail."""
    receive(application, smtp)
    return last_link(smtp)


@pytest.fixture
def activated(application: Application, link: str) -> None:
    application.activacion.create_password(link, CONTRASENA, CONTRASENA, acepta_aviso=True)


@pytest.fixture
def flow(shell: Shell) -> Iterator[IcsoeFlow]:
    flow = IcsoeFlow(shell)
    shell.left.connect(flow.resume)
    yield flow
    shell.left.disconnect(flow.resume)


@pytest.fixture
def page(icsoe: IcsoeWindow, registrada: Capturista) -> ConsultaPage:
    return consulta_page(icsoe)
