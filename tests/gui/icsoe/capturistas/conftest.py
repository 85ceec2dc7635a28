"""The page Consulta of a contratista with one capturista."""

from __future__ import annotations

import pytest

from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.window import IcsoeWindow
from icsoe_desktop.services.capturistas.relaciones import Capturista
from tests.gui.icsoe.capturistas.comun import consulta_page


@pytest.fixture
def page(icsoe: IcsoeWindow, registrada: Capturista) -> ConsultaPage:
    return consulta_page(icsoe)
