"""Every window of this issue: labels, keys, order, Spanish, and nothing cut at 150 %."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.activacion.window import ActivacionWindow
from icsoe_desktop.gui.icsoe.capturistas.modificar import ModificarDialog
from icsoe_desktop.gui.icsoe.capturistas.persona import PersonaDialog
from icsoe_desktop.gui.icsoe.inicio_capturista.elegir import ElegirDialog
from icsoe_desktop.gui.icsoe.inicio_capturista.page import InicioCapturistaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow, create
from icsoe_desktop.services.application import Application
from tests.completas import espacio, pantalla
from tests.gui.icsoe.capturistas.comun import (
    CONTRASENA,
    PERSONA,
    alta_page,
    child,
    consulta_page,
    fill,
    last_link,
    receive,
    validate,
)
from tests.gui.icsoe.capturistas.test_lista import BAD, GOOD, book, preview
from tests.services.mundo import nuevo
from tests.support.reposo import settle
from tests.support.smtp_real import SmtpReal


class World:
    """What a scene may need."""

    def __init__(
        self,
        qtbot: QtBot,
        shell: Shell,
        icsoe: IcsoeWindow,
        application: Application,
        contratista: Sesion,
        smtp: SmtpReal,
        folder: Path,
    ) -> None:
        self.qtbot = qtbot
        self.shell = shell
        self.icsoe = icsoe
        self.application = application
        self.contratista = contratista
        self.smtp = smtp
        self.folder = folder

    def register(self) -> str:
        """A capturista; the link that she got."""
        self.application.capturistas.register(self.contratista, PERSONA)
        receive(self.application, self.smtp)
        return last_link(self.smtp)

    def activate(self) -> None:
        link = self.register()
        self.application.activacion.create_password(link, CONTRASENA, CONTRASENA, acepta_aviso=True)

    def activation(self, link: str = "") -> ActivacionWindow:
        window = self.shell.open("activacion", None)
        assert isinstance(window, ActivacionWindow)
        self.qtbot.addWidget(window)
        if link:
            window.open_link(link)
            self.qtbot.waitUntil(lambda: not window.form.codigo_page.isVisible())
        return window

    def as_capturista(self) -> IcsoeWindow:
        self.activate()
        sesion = self.application.acceso_icsoe.enter_capturista(PERSONA.curp, CONTRASENA)
        window = create(self.shell.context(sesion), None)
        assert isinstance(window, IcsoeWindow)
        self.qtbot.addWidget(window)
        window.resize(1300, 690)
        window.show()
        self.qtbot.waitUntil(lambda: isinstance(window.page, InicioCapturistaPage))
        self.qtbot.waitUntil(lambda: not self.shell.jobs.busy)
        return window


def _alta(world: World) -> QWidget:
    alta_page(world.qtbot, world.icsoe)
    return world.icsoe


def _alta_llena(world: World) -> QWidget:
    page = alta_page(world.qtbot, world.icsoe)
    validate(world.qtbot, page)
    fill(page)
    return world.icsoe


def _consulta(world: World) -> QWidget:
    for n in range(30):
        world.application.capturistas.register(world.contratista, nuevo(n))
    consulta_page(world.qtbot, world.icsoe).table.select(0)
    return world.icsoe


def _consulta_vacia(world: World) -> QWidget:
    consulta_page(world.qtbot, world.icsoe)
    return world.icsoe


def _modificar(world: World) -> QWidget:
    world.register()
    page = consulta_page(world.qtbot, world.icsoe)
    page.table.select(0)
    page.form.editar_button.click()
    return child(world.qtbot, page, ModificarDialog)


def _persona(world: World) -> QWidget:
    world.register()
    page = consulta_page(world.qtbot, world.icsoe)
    page.table.select(0)
    page.form.persona_button.click()
    return child(world.qtbot, page, PersonaDialog)


def _lista(world: World) -> QWidget:
    return preview(world.qtbot, world.icsoe, book(world.folder, GOOD, BAD))


def _codigo(world: World) -> QWidget:
    return world.activation()


def _contrasena(world: World) -> QWidget:
    return world.activation(world.register())


def _olvido(world: World) -> QWidget:
    window = world.shell.open("olvido_capturista", None)
    world.qtbot.addWidget(window)
    return window


def _inicio(world: World) -> QWidget:
    return world.as_capturista()


def _elegir(world: World) -> QWidget:
    page = world.as_capturista().page
    assert isinstance(page, InicioCapturistaPage)
    page.form.seleccionar_button.click()
    dialog = child(world.qtbot, page, ElegirDialog)
    world.qtbot.waitUntil(lambda: dialog.form.siguiente_button.isEnabled())
    return dialog


SCENES: dict[str, Callable[[World], QWidget]] = {
    "alta": _alta,
    "alta llena": _alta_llena,
    "consulta": _consulta,
    "consulta vacía": _consulta_vacia,
    "modificar": _modificar,
    "persona": _persona,
    "lista": _lista,
    "código": _codigo,
    "contraseña": _contrasena,
    "olvido": _olvido,
    "inicio": _inicio,
    "elegir": _elegir,
}
each_scene = pytest.mark.parametrize("scene", SCENES)


@pytest.fixture
def see(
    qtbot: QtBot,
    shell: Shell,
    icsoe: IcsoeWindow,
    application: Application,
    contratista: Sesion,
    smtp: SmtpReal,
    tmp_path: Path,
) -> Iterator[Callable[[str], QWidget]]:
    world = World(qtbot, shell, icsoe, application, contratista, smtp, tmp_path)
    found: list[QWidget] = []

    def open_(name: str) -> QWidget:
        icsoe.resize(1300, 690)
        window = SCENES[name](world)
        found.append(window)
        settle()
        return window

    yield open_
    for window in found:
        if isValid(window) and isinstance(window, QDialog):
            window.done(0)


@each_scene
def test_everything_is_found_by_its_label_reached_by_key_and_read_in_spanish(
    scene: str, see: Callable[[str], QWidget]
) -> None:
    window = see(scene)
    assert pantalla.unnamed(window) == []
    assert pantalla.without_key(window) == []
    assert pantalla.unreachable_actions(window) == []
    assert pantalla.disordered(window) == []
    # At home there is nothing to type: what comes next has the focus.
    if scene != "inicio":
        assert pantalla.badly_focused(window) == []
    assert pantalla.english(window) == []


@each_scene
def test_nothing_is_cut_at_150_percent(
    scene: str, see: Callable[[str], QWidget], larger: Callable[[float], None]
) -> None:
    larger(1.5)
    assert espacio.cut(see(scene)) == []


@pytest.mark.parametrize("scene", ["alta", "consulta", "consulta vacía", "inicio"])
def test_tab_reaches_what_the_status_bar_shows_late_after_the_page(
    scene: str, see: Callable[[str], QWidget]
) -> None:
    window = see(scene)
    assert isinstance(window, IcsoeWindow)
    for button in window.estado.findChildren(QToolButton):
        button.setText("Tarde")
        button.show()
    settle()
    assert pantalla.disordered(window) == []
