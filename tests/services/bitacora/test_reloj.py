"""A clock that cannot be right: terms are not told by it, and a long absence is asked once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.bitacora.reloj import EstadoReloj
from icsoe_desktop.services.movimientos.valores import TODOS
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import usuario_nuevo
from tests.gui.idse.comun import alta

DAY = timedelta(days=1)


@pytest.fixture
def application(tmp_path: Path, keyring: MemoryKeyring, reloj: Reloj) -> Iterator[Application]:
    application = open_application(DataFolder(tmp_path), keyring=keyring, clock=reloj)
    yield application
    application.close()


@pytest.fixture
def alma(application: Application) -> Sesion:
    return application.usuarios.register(None, usuario_nuevo()).sesion


def state(application: Application, sesion: Sesion) -> EstadoReloj:
    return application.reloj.state(sesion)


def plazo(application: Application, sesion: Sesion) -> list[str]:
    return [one.plazo_texto for one in application.movimientos.first_page(sesion, TODOS, None, 9)]


def test_a_clock_before_the_newest_line_is_doubtful_until_it_is_right(
    application: Application, alma: Sesion, reloj: Reloj
) -> None:
    application.movimientos.capture(alma, alta())
    before = plazo(application, alma)
    assert state(application, alma) == EstadoReloj()
    reloj.now -= 40 * DAY
    told = state(application, alma).problema
    assert told.startswith("Reloj dudoso: este equipo dice que hoy es ")
    assert application.tablero.read(alma).reloj == told
    assert plazo(application, alma) == ["Reloj dudoso"]
    # What is done meanwhile does not make it right.
    application.movimientos.capture(alma, alta(nss="98765432103", curp=""))
    assert state(application, alma).problema == told
    reloj.now += 40 * DAY
    assert state(application, alma) == EstadoReloj()
    assert plazo(application, alma)[-1:] == before


def test_an_hour_back_is_no_doubt(application: Application, alma: Sesion, reloj: Reloj) -> None:
    application.movimientos.capture(alma, alta())
    reloj.now -= timedelta(hours=7)
    assert state(application, alma) == EstadoReloj()


@pytest.mark.parametrize("is_right", [True, False])
def test_a_long_absence_is_asked_once(
    application: Application, alma: Sesion, reloj: Reloj, *, is_right: bool
) -> None:
    application.movimientos.capture(alma, alta())
    written = reloj.now
    reloj.now += 61 * DAY
    # The session's own line is of the day that may be wrong.
    application.acceso.enter_consulta()
    asked = state(application, alma)
    assert "pasaron 61 días" in asked.pregunta
    assert asked.problema == ""
    application.reloj.answer(alma, is_right=is_right)
    after = state(application, alma)
    assert (after.pregunta, bool(after.problema)) == ("", not is_right)
    application.acceso.enter_consulta()
    assert state(application, alma).pregunta == ""
    reloj.now = written + DAY
    # Said to be wrong: set right, nothing is doubtful. Said to be right: now it goes back.
    assert bool(state(application, alma).problema) == is_right
    application.reloj.answer(alma, is_right=True)
    assert state(application, alma) == EstadoReloj()


def test_who_only_looks_is_not_asked(application: Application, alma: Sesion, reloj: Reloj) -> None:
    application.movimientos.capture(alma, alta())
    reloj.now += 100 * DAY
    assert state(application, SESION_CONSULTA).pregunta == ""
