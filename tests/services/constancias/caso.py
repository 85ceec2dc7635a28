"""The services that most tests of this folder ask for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.services.constancias.service import ConstanciasService
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.store.engine import Store
from tests.services.constancias.con_constancia import Papel


@dataclass(frozen=True)
class Caso:
    constancias: ConstanciasService
    sesion: Sesion
    papel: Papel
    store: Store
    movimientos: MovimientosService
    lotes: LotesService


@pytest.fixture
def caso(
    constancias: ConstanciasService,
    sesion: Sesion,
    papel: Papel,
    store: Store,
    movimientos: MovimientosService,
    lotes: LotesService,
) -> Caso:
    return Caso(constancias, sesion, papel, store, movimientos, lotes)
