"""The services that most tests of this folder ask for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.service import InformativasService
from tests.conftest import Reloj
from tests.services.mundo import Mundo


@dataclass(frozen=True)
class Caso:
    mundo: Mundo
    moral: Sesion
    contratos: ContratosService
    informativas: InformativasService
    reloj: Reloj


@pytest.fixture
def caso(
    mundo: Mundo,
    moral: Sesion,
    contratos: ContratosService,
    informativas: InformativasService,
    reloj: Reloj,
) -> Caso:
    return Caso(mundo, moral, contratos, informativas, reloj)
