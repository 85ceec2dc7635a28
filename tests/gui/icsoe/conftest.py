"""An installation that trusts the test's own authority, and the ICSOE windows over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
from icsoe_desktop.gui.icsoe.paginas import FIRST_PAGE
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.gui.inicio.bloqueo.guardia import SessionGuard
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.acceso.icsoe import EfirmaElegida
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.conftest import MemoryKeyring, Reloj
from tests.gateways.certificados.generador import Emisora, efirma_fisica
from tests.gui.conftest import press, shown_box
from tests.gui.contratistas import add_contratista
from tests.gui.icsoe.capturistas.comun import CONTRASENA, PERSONA, last_link, receive
from tests.gui.icsoe.comun import (
    RFC_FISICA,
    Entered,
    Idle,
    RelojDePared,
    Windows,
    contratista_page,
    do_steps,
    domicilio_of,
)
from tests.services.archivos_prueba import CLAVE, RFC_MORAL, Archivos
from tests.support.plantillas import Alma
from tests.support.reposo import close_windows, settle
from tests.support.smtp_real import PASSWORD, SmtpReal, smtp_server


@pytest.fixture(autouse=True)
def tablero_later(shell: Shell) -> None:
    """Most tests here begin at the page after it; the Tablero has tests of its own."""
    shell.preferences.set(FIRST_PAGE, "otra")


@pytest.fixture
def application(
    folder: DataFolder,
    alma: Alma | None,
    keyring: MemoryKeyring,
    reloj: Reloj,
    emisora: Emisora,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Application]:
    pinned = Autoridades([emisora.autoridad(Cadena.SAT)])
    monkeypatch.setattr(Autoridades, "pinned", lambda *_: pinned)
    application = open_application(folder, keyring=keyring, clock=reloj)
    if alma is not None:
        alma.go_on(application.store)
    yield application
    application.close()


@pytest.fixture
def idle() -> Idle:
    """Waits until nothing is being worked on."""
    return settle


@pytest.fixture
def pared() -> RelojDePared:
    return RelojDePared()


@pytest.fixture
def guard(shell: Shell, pared: RelojDePared) -> Iterator[SessionGuard]:
    guard = SessionGuard(shell, clock=pared)
    yield guard
    guard.rest()


@pytest.fixture
def flow(shell: Shell, guard: SessionGuard) -> IcsoeFlow:
    flow = IcsoeFlow(shell)
    flow.entered.connect(guard.watch)
    shell.left.connect(flow.resume)
    return flow


@pytest.fixture
def windows(flow: IcsoeFlow, guard: SessionGuard) -> Iterator[Windows]:
    """What is on the screen, by class; everything is gone after the test."""
    yield Windows()
    settle()
    guard.rest()
    close_windows()


@pytest.fixture
def enter(application: Application, archivos: Archivos) -> Callable[[str], Sesion]:
    """Enters as «moral» or «fisica» without windows."""

    def granted(who: str) -> Sesion:
        moral = who == "moral"
        cer, key = archivos.efirma(None if moral else efirma_fisica(), who)
        elegida = EfirmaElegida(RFC_MORAL if moral else RFC_FISICA, CLAVE, cer, key)
        acceso = application.acceso_icsoe
        return acceso.enter(acceso.verify(elegida)).sesion

    return granted


@pytest.fixture
def sesion_moral(
    enter: Callable[[str], Sesion], application: Application, tmp_path: Path, paso: PasoContratista
) -> Sesion:
    """A persona moral that did all the steps before the one that `paso` of the file says."""
    sesion = enter("moral")
    do_steps(application, sesion, paso, tmp_path)
    return sesion


@pytest.fixture
def page(flow: IcsoeFlow, windows: Windows, sesion_moral: Sesion) -> ContratistaPage:
    """The persona moral's, on the screen."""
    flow.open_entrance()
    flow.enter(sesion_moral, windows.wait(IcsoeAccesoWindow))
    window = windows.wait(IcsoeWindow)
    windows.activate(window)
    return contratista_page(window)


@pytest.fixture
def domicilio(page: ContratistaPage) -> DomicilioTab:
    return domicilio_of(page)


@pytest.fixture
def entered(flow: IcsoeFlow, windows: Windows) -> Entered:
    """The window of somebody who just entered."""

    def begin(sesion: Sesion) -> IcsoeWindow:
        flow.open_entrance()
        flow.enter(sesion, windows.wait(IcsoeAccesoWindow))
        window = windows.wait(IcsoeWindow)
        settle()
        return window

    return begin


@pytest.fixture
def first_page(entered: Entered, sesion_moral: Sesion) -> ContratistaPage:
    """What it sees, at its first entry, once it was told that its datos generales come first."""
    window = entered(sesion_moral)
    press(shown_box(), "Continuar")
    return contratista_page(window)


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
