"""Mail, for the tests of services: a real server, the outbox, the settings that lead to it."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.correo import Mensaje
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.gateways.correo import CorreoGateway
from icsoe_desktop.services.ajustes import AjustesService
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from tests.smtp_real import PASSWORD, SmtpReal
from tests.smtp_real import smtp as smtp


@pytest.fixture
def gateway() -> CorreoGateway:
    return CorreoGateway(step_timeout_s=30, message_timeout_s=30)


@pytest.fixture
def ajustes(store: Store, bitacora: BitacoraService, gateway: CorreoGateway) -> AjustesService:
    return AjustesService(store, bitacora, gateway)


@pytest.fixture
def buzon(store: Store, ajustes: AjustesService, gateway: CorreoGateway) -> BuzonService:
    return BuzonService(store, ajustes, gateway)


@pytest.fixture
def configured(sesion: Sesion, ajustes: AjustesService, smtp: SmtpReal) -> SmtpReal:
    """The server, with the settings that lead to it kept."""
    ajustes.save_servidor_correo(sesion, smtp.servidor(), PASSWORD)
    return smtp


@pytest.fixture
def mensaje() -> Mensaje:
    return Mensaje(
        "beto@ejemplo.mx", "Aviso a Íñigo Núñez", "Mañana vence el certificado de Ñandú, S.A."
    )
