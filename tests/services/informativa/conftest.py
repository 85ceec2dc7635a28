"""The services of the Informativa, on 22 November 2026."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.services.mundo import Mundo


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


@dataclass(frozen=True)
class Caso:
    mundo: Mundo
    moral: Sesion
    contratos: ContratosService
    informativas: InformativasService
    reloj: Reloj


@pytest.fixture
def caso(request: pytest.FixtureRequest) -> Caso:
    return Caso(**{each.name: request.getfixturevalue(each.name) for each in fields(Caso)})
