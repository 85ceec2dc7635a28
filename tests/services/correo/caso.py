"""What most tests of this folder ask for: services, what waits and arrived, a mail that is sent."""

from __future__ import annotations

import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo, ServidorCorreo
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.support.smtp_real import PASSWORD, SmtpReal

Enqueue = Callable[..., None]


def states(buzon: BuzonService, sesion: Sesion) -> dict[str, tuple[EstadoCorreo, str]]:
    return {one.para.split("@")[0]: (one.estado, one.motivo) for one in buzon.pending(sesion)}


def arrived(smtp: SmtpReal) -> list[str]:
    return [one.rcpt_to[0].split("@")[0] for one in smtp.received]


MENSAJE_ID = uuid.UUID("0195a000-0000-7000-8000-000000000001")
CREADO = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
MENSAJE = MensajeCorreo(
    para="beto@ejemplo.mx",
    asunto="Vence la e.firma de Íñigo Núñez, apoderado de la empresa Comercializadora del Ñandú",
    texto="Hola:\n\nMañana vence.\n" + "ñ" * 3000 + "\n.\nUn punto solo no termina el correo.\n",
    html="<p>Mañana <b>vence</b>.</p>",
)


def send(gateway: MailGateway, servidor: ServidorCorreo, contrasena: str = PASSWORD) -> None:
    with gateway.connect(servidor, contrasena) as conexion:
        conexion.send(MENSAJE, MENSAJE_ID, CREADO)


def failure(
    gateway: MailGateway, servidor: ServidorCorreo, contrasena: str = PASSWORD
) -> tuple[str, bool, bool]:
    with pytest.raises(MailNotSentError) as caught:
        send(gateway, servidor, contrasena)
    error = caught.value
    # A logged traceback must not show the server's words, which hold addresses.
    assert "@" not in "".join(traceback.format_exception(error))
    return error.message, error.permanent, error.whole_server


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
def caso(request: pytest.FixtureRequest) -> Caso:
    return Caso(**{each.name: request.getfixturevalue(each.name) for each in fields(Caso)})
