"""A mail that is sent, and what is said when it does not leave."""

from __future__ import annotations

import traceback
import uuid
from datetime import UTC, datetime

import pytest

from icsoe_desktop.domain.correo import MensajeCorreo, ServidorCorreo
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.smtp import MailGateway
from tests.support.smtp_real import PASSWORD

MENSAJE_ID = uuid.UUID("0195a000-0000-7000-8000-000000000001")
CREADO = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
MENSAJE = MensajeCorreo(
    para="beto@ejemplo.mx",
    asunto="Vence la e.firma de Íñigo Núñez, apoderado de la empresa Comercializadora del Ñandú",
    texto="Hola:\n\nMañana vence.\n" + "ñ" * 3000 + "\n.\nUn punto solo no termina el correo.\n",
    html="<p>Mañana <b>vence</b>.</p>",
)


def send(
    gateway: MailGateway,
    servidor: ServidorCorreo,
    mensaje: MensajeCorreo = MENSAJE,
    contrasena: str = PASSWORD,
) -> None:
    with gateway.connect(servidor, contrasena) as conexion:
        conexion.send(mensaje, MENSAJE_ID, CREADO)


def failure(
    gateway: MailGateway,
    servidor: ServidorCorreo,
    mensaje: MensajeCorreo = MENSAJE,
    contrasena: str = PASSWORD,
) -> tuple[str, bool, bool]:
    with pytest.raises(MailNotSentError) as caught:
        send(gateway, servidor, mensaje, contrasena)
    error = caught.value
    # A logged traceback must not show the server's words, which hold addresses.
    assert "@" not in "".join(traceback.format_exception(error))
    return error.message, error.permanent, error.whole_server
