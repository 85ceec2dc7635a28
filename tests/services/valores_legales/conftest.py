from __future__ import annotations

import pytest

from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.valores_legales.service import ValoresLegalesService
from icsoe_desktop.store.engine import Store
from tests.services.con_movimientos import archivo, bring, importacion, lotes, movimientos

__all__ = ["archivo", "bring", "importacion", "lotes", "movimientos"]


@pytest.fixture
def valores(store: Store, bitacora: BitacoraService) -> ValoresLegalesService:
    return ValoresLegalesService(store, bitacora)
