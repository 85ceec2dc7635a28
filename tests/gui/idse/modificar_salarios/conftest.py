"""An office on the fourth of January, and its window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shiboken6 import isValid

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.modificar_salarios.window import ModificarSalariosWindow
from tests.conftest import Reloj
from tests.services.salarios.enero import EL_CUATRO, PEQUENA, open_office
from tests.support.reposo import until


@pytest.fixture
def office(context: Context, reloj: Reloj, tmp_path: Path) -> Context:
    reloj.now = EL_CUATRO
    application = context.application
    open_office(
        PEQUENA,
        application.store,
        context.require_sesion(),
        application.importacion_movimientos,
        tmp_path,
    )
    return context


@pytest.fixture
def window(office: Context) -> Iterator[ModificarSalariosWindow]:
    found = office.shell.open("modificar_salarios", office.sesion)
    assert isinstance(found, ModificarSalariosWindow)
    until(lambda: bool(found._presenter.state.rows))
    yield found
    if isValid(found):
        found.leave()
