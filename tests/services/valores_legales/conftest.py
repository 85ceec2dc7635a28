from __future__ import annotations

import pytest

from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.valores_legales.service import ValoresLegalesService
from icsoe_desktop.store.engine import Store


@pytest.fixture
def valores(store: Store, bitacora: BitacoraService) -> ValoresLegalesService:
    return ValoresLegalesService(store, bitacora)
