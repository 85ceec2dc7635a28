"""The services that most tests of this folder ask for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.store.engine import Store


@dataclass(frozen=True)
class Caso:
    movimientos: MovimientosService
    store: Store
    sesion: Sesion


@pytest.fixture
def caso(movimientos: MovimientosService, store: Store, sesion: Sesion) -> Caso:
    return Caso(movimientos, store, sesion)
