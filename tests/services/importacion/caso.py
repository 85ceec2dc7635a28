"""The services that most tests of this folder ask for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.store.engine import Store
from tests.services.con_movimientos import Apply, Archivo


@dataclass(frozen=True)
class Caso:
    importacion: ImportacionMovimientosService
    sesion: Sesion
    archivo: Archivo
    bring: Apply
    movimientos: MovimientosService
    store: Store


@pytest.fixture
def caso(
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    archivo: Archivo,
    bring: Apply,
    movimientos: MovimientosService,
    store: Store,
) -> Caso:
    return Caso(importacion, sesion, archivo, bring, movimientos, store)
