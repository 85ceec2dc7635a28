from datetime import UTC, datetime

import pytest

from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.services.con_icsoe import buzon_real, fisica, moral, mundo
from tests.services.informativa.caso import caso as caso

__all__ = ["buzon_real", "fisica", "moral", "mundo"]


@pytest.fixture
def reloj() -> Reloj:
    reloj = Reloj()
    reloj.now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    return reloj


@pytest.fixture
def informativas(store: Store, bitacora: BitacoraService) -> InformativasService:
    return InformativasService(store, bitacora)


@pytest.fixture
def contratos(store: Store, bitacora: BitacoraService) -> ContratosService:
    return ContratosService(store, bitacora)
