"""The services that most tests of this folder ask for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.services.correo.con_buzon import Enqueue


@dataclass(frozen=True)
class Caso:
    sesion: Sesion
    store: Store
    buzon: BuzonService
    enqueue: Enqueue
    ajustes: AjustesService
    reloj: Reloj
    gateway: MailGateway


@pytest.fixture
def caso(
    sesion: Sesion,
    store: Store,
    buzon: BuzonService,
    enqueue: Enqueue,
    ajustes: AjustesService,
    reloj: Reloj,
    gateway: MailGateway,
) -> Caso:
    return Caso(sesion, store, buzon, enqueue, ajustes, reloj, gateway)
