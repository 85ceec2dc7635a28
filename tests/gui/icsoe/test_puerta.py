"""The first window: ICSOE's entry where nobody uses the other, and the door used last."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque.app import Program
from icsoe_desktop.gui.base.preferences import DOOR, OF_ICSOE, OF_IDSE
from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
from tests.gui.conftest import press
from tests.gui.contratistas import add_contratista
from tests.gui.icsoe.comun import Windows
from tests.gui.programa import ready, register
from tests.gui.programa import start as start
from tests.support.reposo import settle

Start = Callable[[], Program]


def contratista(program: Program) -> None:
    application = program.shell.application
    assert application is not None
    add_contratista(application.store, 112, "TBI990101QX5", "TORNILLOS Y BIRLOS SA DE CV")


def test_a_card_leads_to_icsoe_without_a_user_of_idse(qtbot: QtBot, start: Start) -> None:
    program = start()
    ready(qtbot, program)
    assert program.acceso.primera_vez.icsoe_button.isVisible()
    press(program.acceso.primera_vez, "Ingresar a ICSOE")
    Windows().wait(IcsoeAccesoWindow)
    assert not program.acceso.isVisible()


def test_with_icsoe_data_and_no_user_of_idse_the_entry_of_icsoe_opens(
    qtbot: QtBot, start: Start
) -> None:
    program = start()
    ready(qtbot, program)
    contratista(program)
    program = start()
    entrance = Windows().wait(IcsoeAccesoWindow)
    assert not program.acceso.isVisible()
    press(entrance, "Regresar al acceso a IDSE")
    settle(program.acceso.isVisible)


def test_with_both_the_door_used_last_opens(qtbot: QtBot, start: Start) -> None:
    program = start()
    ready(qtbot, program)
    contratista(program)
    register(qtbot, program)
    program = start()
    ready(qtbot, program)
    assert program.acceso.isVisible()
    program._preferences.set(DOOR, OF_ICSOE)
    program._preferences.save()
    program = start()
    Windows().wait(IcsoeAccesoWindow)
    program._preferences.set(DOOR, OF_IDSE)
    program._preferences.save()
    program = start()
    ready(qtbot, program)
    assert program.acceso.isVisible()
    Windows().none(IcsoeAccesoWindow)
