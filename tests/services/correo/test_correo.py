"""SMTP against a real server: what arrives, and what nobody else reads of it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.correo import MensajeCorreo, Seguridad, ServidorCorreo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.correo import smtp as gateway_module
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.smtp import AccessToken, MailGateway, as_email
from tests.services.correo.caso import CREADO, MENSAJE, MENSAJE_ID, failure, send
from tests.support.smtp_real import (
    PASSWORD,
    USER,
    Certificado,
    SmtpReal,
    make_certificado,
    raw_server,
    smtp_server,
)

WRONG_PASSWORD = "Otra-contraseña"


@pytest.fixture
def certificado(tmp_path: Path) -> Certificado:
    return make_certificado(tmp_path)


@pytest.mark.parametrize("seguridad", list(Seguridad))
def test_a_mail_arrives_whole_whatever_the_security(
    seguridad: Seguridad, certificado: Certificado
) -> None:
    gateway = MailGateway(certificado.trusting, step_timeout_s=30)
    starttls = certificado.server if seguridad is Seguridad.STARTTLS else None
    implicit = certificado.server if seguridad is Seguridad.SSL else None
    with smtp_server(login=True, starttls=starttls, ssl_context=implicit) as smtp:
        send(gateway, smtp.servidor(seguridad))
    [received] = smtp.received
    message = received.message
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert {
        "logins": smtp.logins,
        "encrypted": received.encrypted,
        "envelope": (received.mail_from, received.rcpt_to),
        "headers": {name: str(value) for name, value in message.items() if "Content" not in name},
        "text": text.get_content().replace("\r\n", "\n"),
        "html": html.get_content().rstrip(),
        "ascii": received.content.isascii(),
    } == {
        "logins": [(USER, PASSWORD)],
        "encrypted": seguridad is not Seguridad.NINGUNA,
        "envelope": (USER, ["beto@ejemplo.mx"]),
        "headers": {
            "From": '"Nóminas de Ejemplo, S.A." <nomina@ejemplo.mx>',
            "To": "beto@ejemplo.mx",
            "Subject": MENSAJE.asunto,
            "Date": "Mon, 02 Mar 2026 15:30:00 +0000",
            "Message-ID": "<0195a000000070008000000000000001@ejemplo.mx>",
            "Auto-Submitted": "auto-generated",
            "MIME-Version": "1.0",
        },
        "text": MENSAJE.texto,
        "html": "<p>Mañana <b>vence</b>.</p>",
        "ascii": True,
    }


def test_the_server_does_not_learn_the_name_of_the_machine(
    smtp: SmtpReal, gateway: MailGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda *_: "pc-de-alma.ejemplo.local")
    send(gateway, smtp.servidor())
    [received] = smtp.received
    assert received.ehlo == "[127.0.0.1]"
    assert b"pc-de-alma" not in received.content


def test_several_mails_leave_by_one_connection(smtp: SmtpReal, gateway: MailGateway) -> None:
    with gateway.connect(smtp.servidor(), PASSWORD) as conexion:
        for number in range(3):
            conexion.send(
                MensajeCorreo(para=f"n{number}@ejemplo.mx", asunto="Hola", texto="Hola"),
                MENSAJE_ID,
                CREADO,
            )
    assert [one.rcpt_to for one in smtp.received] == [
        ["n0@ejemplo.mx"],
        ["n1@ejemplo.mx"],
        ["n2@ejemplo.mx"],
    ]
    assert len(smtp.logins) == 1


def test_a_server_that_only_knows_login_is_logged_into(gateway: MailGateway) -> None:
    with smtp_server(login=True, without_mechanisms=("PLAIN",)) as smtp:
        send(gateway, smtp.servidor())
    assert smtp.logins == [(USER, PASSWORD)]


@pytest.fixture
def all_logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.expects_log
def test_neither_passwords_nor_addresses_reach_the_logs_or_the_output(
    smtp: SmtpReal,
    gateway: MailGateway,
    all_logs: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    send(gateway, smtp.servidor())
    smtp.answers["RCPT"] = "550 beto@ejemplo.mx unknown"
    try:
        send(gateway, smtp.servidor())
    except MailNotSentError:
        logging.getLogger("icsoe_desktop").exception("a mail")
    try:
        send(gateway, smtp.servidor(), contrasena=WRONG_PASSWORD)
    except MailNotSentError:
        logging.getLogger("icsoe_desktop").exception("a login")
    # The server of the tests logs for itself under «mail.».
    ours = [record for record in all_logs.records if not record.name.startswith("mail.")]
    written = "\n".join(logging.Formatter().format(record) for record in ours) + "".join(
        capfd.readouterr()
    )
    assert written.count("Traceback") == 2
    for secret in (PASSWORD, WRONG_PASSWORD, "beto@ejemplo.mx", USER, "Mañana vence"):
        assert secret not in written
    assert PASSWORD not in repr(smtp.servidor())
    assert "beto" not in repr(MENSAJE)


def test_a_token_is_never_said_without_being_asked_for(gateway: MailGateway) -> None:
    """The long token goes in its own line, after the challenge (RFC 4954 §4)."""
    said: list[bytes] = []

    def talk(one: socket.socket) -> None:
        file = one.makefile("rwb")
        for answer in (b"220 x", b"250-x\r\n250 AUTH PLAIN XOAUTH2", b"334 ", b"535 no"):
            file.write(answer + b"\r\n")
            file.flush()
            said.append(file.readline())

    with raw_server(talk) as port:
        servidor = ServidorCorreo.parse(
            "127.0.0.1", str(port), Seguridad.NINGUNA, USER, USER, "Nóminas"
        )
        token = AccessToken("t" * 3000)
        with pytest.raises(MailNotSentError), gateway.connect(servidor, token):
            pass
    assert said[1] == b"AUTH XOAUTH2\r\n"
    assert len(said[2]) > 4000


@given(asunto=st.text(max_size=220), nombre=st.text(max_size=90), texto=st.text(max_size=300))
def test_whatever_the_values_accept_becomes_a_mail_with_the_same_headers(
    asunto: str, nombre: str, texto: str
) -> None:
    try:
        mensaje = MensajeCorreo(para="beto@ejemplo.mx", asunto=asunto, texto=texto)
        servidor = ServidorCorreo(
            servidor="smtp.ejemplo.mx",
            puerto=587,
            seguridad=Seguridad.STARTTLS,
            usuario="",
            remitente=USER,
            nombre_remitente=nombre,
        )
    except InvalidInputError:
        return
    content = as_email(servidor, mensaje, MENSAJE_ID, CREADO).as_bytes(
        policy=gateway_module.MAIL_POLICY
    )
    head, _, _ = content.partition(b"\r\n\r\n")
    names = [line.split(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert sorted(names) == sorted(
        [
            b"from",
            b"to",
            b"subject",
            b"date",
            b"message-id",
            b"auto-submitted",
            b"mime-version",
            b"content-type",
            b"content-transfer-encoding",
        ]
    )


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
