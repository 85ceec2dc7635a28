"""No password and no mail leave over a connection that is not as private as was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.domain.correo import Seguridad
from icsoe_desktop.gateways.correo.smtp import MailGateway
from tests.services.correo.con_correo import failure
from tests.support.smtp_real import SmtpReal, make_certificado, smtp_server


@pytest.mark.parametrize("seguridad", [Seguridad.STARTTLS, Seguridad.SSL])
@pytest.mark.parametrize(
    ("for_host", "expired", "trusted", "reason"),
    [
        ("127.0.0.1", False, False, "no es de una autoridad en la que este equipo confía"),
        ("correo.ejemplo.mx", False, True, "es de otro servidor"),
        ("127.0.0.1", True, True, "está vencido"),
    ],
)
def test_no_password_goes_to_a_server_whose_certificate_is_not_good(
    tmp_path: Path,
    seguridad: Seguridad,
    for_host: str,
    expired: bool,
    trusted: bool,
    reason: str,
) -> None:
    certificado = make_certificado(tmp_path, for_host=for_host, expired=expired)
    gateway = MailGateway(certificado.trusting) if trusted else MailGateway()
    starttls = certificado.server if seguridad is Seguridad.STARTTLS else None
    implicit = certificado.server if seguridad is Seguridad.SSL else None
    with smtp_server(login=True, starttls=starttls, ssl_context=implicit) as smtp:
        sentence, *kind = failure(gateway, smtp.servidor(seguridad))
    assert sentence.startswith(f"El certificado de «127.0.0.1» {reason}:")
    assert kind == [True, True]
    assert (smtp.logins, smtp.received) == ([], [])


def test_nothing_is_sent_in_clear_when_starttls_is_missing(
    smtp: SmtpReal, gateway: MailGateway
) -> None:
    sentence, *kind = failure(gateway, smtp.servidor(Seguridad.STARTTLS))
    assert sentence.startswith("El servidor de correo no ofrece STARTTLS")
    assert kind == [True, True]
    assert smtp.logins == []


def test_ssl_against_a_port_in_clear(smtp: SmtpReal, gateway: MailGateway) -> None:
    sentence, *kind = failure(gateway, smtp.servidor(Seguridad.SSL))
    assert "no pudo cifrar la conexión" in sentence
    assert "Pruebe con STARTTLS" in sentence
    assert kind == [True, True]
