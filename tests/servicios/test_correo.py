"""SMTP against a real server: what arrives, and what is said when it does not."""

from __future__ import annotations

import logging
import socket
import time
import traceback
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.correo import Mensaje, Seguridad, ServidorCorreo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways import correo as gateway_module
from icsoe_desktop.gateways.correo import CorreoGateway, as_email
from icsoe_desktop.gateways.correo_fallos import EnvioFallidoError
from tests.smtp_real import (
    PASSWORD,
    USER,
    Certificado,
    SmtpReal,
    free_port,
    make_certificado,
    raw_server,
    smtp_server,
)

MENSAJE_ID = uuid.UUID("0195a000-0000-7000-8000-000000000001")
WRONG_PASSWORD = "Otra-contraseña"
CREADO = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
MENSAJE = Mensaje(
    "beto@ejemplo.mx",
    "Vence la e.firma de Íñigo Núñez, apoderado de la empresa Comercializadora del Ñandú",
    "Hola:\n\nMañana vence.\n" + "ñ" * 3000 + "\n.\nUn punto solo no termina el correo.\n",
    "<p>Mañana <b>vence</b>.</p>",
)


@pytest.fixture
def certificado(tmp_path: Path) -> Certificado:
    return make_certificado(tmp_path)


def _send(
    gateway: CorreoGateway,
    servidor: ServidorCorreo,
    mensaje: Mensaje = MENSAJE,
    contrasena: str = PASSWORD,
) -> None:
    with gateway.connect(servidor, contrasena) as conexion:
        conexion.send(mensaje, MENSAJE_ID, CREADO)


def _failure(
    gateway: CorreoGateway,
    servidor: ServidorCorreo,
    mensaje: Mensaje = MENSAJE,
    contrasena: str = PASSWORD,
) -> tuple[str, bool, bool]:
    with pytest.raises(EnvioFallidoError) as caught:
        _send(gateway, servidor, mensaje, contrasena)
    error = caught.value
    # A logged traceback must not show the server's words, which hold addresses.
    assert "@" not in "".join(traceback.format_exception(error))
    return error.message, error.permanent, error.whole_server


@pytest.mark.parametrize("seguridad", list(Seguridad))
def test_a_mail_arrives_whole_whatever_the_security(
    seguridad: Seguridad, certificado: Certificado
) -> None:
    gateway = CorreoGateway(certificado.trusting, step_timeout_s=5)
    starttls = certificado.server if seguridad is Seguridad.STARTTLS else None
    implicit = certificado.server if seguridad is Seguridad.SSL else None
    with smtp_server(login=True, starttls=starttls, ssl_context=implicit) as smtp:
        _send(gateway, smtp.servidor(seguridad))
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
    smtp: SmtpReal, gateway: CorreoGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda *_: "pc-de-alma.ejemplo.local")
    _send(gateway, smtp.servidor())
    [received] = smtp.received
    assert received.ehlo == "[127.0.0.1]"
    assert b"pc-de-alma" not in received.content


def test_several_mails_leave_by_one_connection(smtp: SmtpReal, gateway: CorreoGateway) -> None:
    with gateway.connect(smtp.servidor(), PASSWORD) as conexion:
        for number in range(3):
            conexion.send(Mensaje(f"n{number}@ejemplo.mx", "Hola", "Hola"), MENSAJE_ID, CREADO)
    assert [one.rcpt_to for one in smtp.received] == [
        ["n0@ejemplo.mx"],
        ["n1@ejemplo.mx"],
        ["n2@ejemplo.mx"],
    ]
    assert len(smtp.logins) == 1


def test_a_server_that_only_knows_login_is_logged_into(gateway: CorreoGateway) -> None:
    with smtp_server(login=True, without_mechanisms=("PLAIN",)) as smtp:
        _send(gateway, smtp.servidor())
    assert smtp.logins == [(USER, PASSWORD)]


def test_a_wrong_password_needs_a_person(smtp: SmtpReal, gateway: CorreoGateway) -> None:
    sentence, permanent, whole_server = _failure(gateway, smtp.servidor(), contrasena="otra")
    assert sentence.startswith("El servidor de correo no aceptó el usuario o la contraseña.")
    assert sentence.endswith("(Respuesta del servidor: 535.)")
    assert (permanent, whole_server, smtp.received) == (True, True, [])


def test_a_server_without_logins_is_named(gateway: CorreoGateway) -> None:
    with smtp_server(login=True, without_mechanisms=("PLAIN", "LOGIN")) as smtp:
        sentence, permanent, whole_server = _failure(gateway, smtp.servidor())
    assert sentence.startswith("El servidor de correo no permite entrar con usuario y contraseña.")
    assert (permanent, whole_server) == (True, True)


def test_a_server_that_wants_a_login_says_so(smtp: SmtpReal, gateway: CorreoGateway) -> None:
    without = ServidorCorreo("localhost", smtp.port, Seguridad.NINGUNA, "", USER, "")
    sentence, permanent, whole_server = _failure(gateway, without)
    assert sentence.startswith("El servidor de correo pide usuario y contraseña.")
    assert (permanent, whole_server) == (True, True)


@pytest.mark.parametrize(
    ("command", "answer", "start", "permanent", "whole_server"),
    [
        ("RCPT", "550 5.1.1 no such user", "El servidor de correo no aceptó la dir", True, False),
        ("RCPT", "451 4.7.1 greylisted", "El servidor de correo pidió intentarlo", False, False),
        ("RCPT", "421 4.3.2 going down", "El servidor de correo pidió intentarlo", False, True),
        ("MAIL", "553 5.7.1 not your address", "El servidor de correo no permite env", True, True),
        ("MAIL", "552 5.3.4 too big", "El mensaje es más grande", True, False),
        ("MAIL", "452 4.3.1 full", "El servidor de correo pidió intentarlo", False, True),
        ("DATA", "554 5.7.1 looks like spam", "El servidor de correo rechazó el me", True, False),
        ("DATA", "552 5.3.4 too big", "El mensaje es más grande", True, False),
        ("DATA", "451 4.3.0 later", "El servidor de correo pidió intentarlo", False, False),
    ],
)
def test_each_refusal_has_its_sentence_and_kind(
    smtp: SmtpReal,
    gateway: CorreoGateway,
    command: str,
    answer: str,
    start: str,
    permanent: bool,
    whole_server: bool,
) -> None:
    smtp.answers[command] = answer
    sentence, *kind = _failure(gateway, smtp.servidor())
    assert sentence.startswith(start)
    assert sentence.endswith(f"(Respuesta del servidor: {answer[:3]}.)")
    assert kind == [permanent, whole_server]


def test_the_provider_that_gave_up_passwords_is_named(gateway: CorreoGateway) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hola\r\n")
        while line := connection.recv(1000):
            if line.upper().startswith(b"EHLO"):
                connection.sendall(b"250-hola\r\n250 AUTH PLAIN\r\n")
            else:
                connection.sendall(b"535 5.7.139 Authentication unsuccessful\r\n")

    with raw_server(talk) as port:
        sentence, *kind = _failure(
            gateway, ServidorCorreo("127.0.0.1", port, Seguridad.NINGUNA, USER, USER, "")
        )
    assert sentence.startswith("El proveedor ya no permite entrar al correo con usuario")
    assert kind == [True, True]


def test_nobody_at_the_port(gateway: CorreoGateway) -> None:
    port = free_port()
    servidor = ServidorCorreo("127.0.0.1", port, Seguridad.STARTTLS, "", USER, "")
    sentence, *kind = _failure(gateway, servidor)
    assert sentence.startswith(f"El servidor «127.0.0.1» no recibe correo en el puerto {port}.")
    assert kind == [False, True]


def test_a_name_that_nobody_has(gateway: CorreoGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    servidor = ServidorCorreo("smtp.ejemplo.mx", 587, Seguridad.STARTTLS, "", USER, "")
    sentence, *kind = _failure(gateway, servidor)
    assert sentence.startswith("No se encontró el servidor de correo «smtp.ejemplo.mx».")
    assert kind == [False, True]


def test_no_network(gateway: CorreoGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_args: object, **_kwargs: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", unreachable)
    servidor = ServidorCorreo("smtp.ejemplo.mx", 465, Seguridad.SSL, "", USER, "")
    sentence, *kind = _failure(gateway, servidor)
    assert sentence.startswith("No hay conexión con la red.")
    assert kind == [False, True]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_cut_connection_is_for_later(
    smtp: SmtpReal, gateway: CorreoGateway, command: str
) -> None:
    smtp.cut_at = command
    sentence, *kind = _failure(gateway, smtp.servidor())
    assert sentence.startswith("El servidor de correo cortó la conexión.")
    assert kind == [False, True]


def test_a_server_that_hangs_is_left_after_the_time_of_a_step(smtp: SmtpReal) -> None:
    smtp.hang_at = "DATA"
    started = time.monotonic()
    sentence, *kind = _failure(CorreoGateway(step_timeout_s=0.3), smtp.servidor())
    assert sentence.startswith("El servidor «127.0.0.1» no respondió a tiempo.")
    assert kind == [False, True]
    assert time.monotonic() - started < 3


def test_a_server_that_never_ends_its_answer_is_left_too() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hola\r\n")
        connection.recv(1000)
        connection.sendall(b"250 hola\r\n")
        end = time.monotonic() + 4
        while time.monotonic() < end:
            connection.sendall(b"250-espere\r\n")
            time.sleep(0.02)

    with raw_server(talk) as port:
        servidor = ServidorCorreo("127.0.0.1", port, Seguridad.NINGUNA, "", USER, "")
        started = time.monotonic()
        sentence, *kind = _failure(CorreoGateway(step_timeout_s=5, message_timeout_s=0.5), servidor)
    assert sentence.startswith("El servidor «127.0.0.1» no respondió a tiempo.")
    assert kind == [False, True]
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("greeting", "start", "permanent"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "Lo que responde en «127.0.0.1», puerto", True),
        (b"554 5.7.1 not from you\r\n", "El servidor «127.0.0.1» no acepta correo de", True),
        (b"421 4.7.0 too busy\r\n", "El servidor de correo pidió intentarlo más tarde.", False),
        (b"", "El servidor de correo cortó la conexión.", False),
    ],
)
def test_a_strange_greeting(
    gateway: CorreoGateway, greeting: bytes, start: str, permanent: bool
) -> None:
    with raw_server(lambda connection: connection.sendall(greeting)) as port:
        servidor = ServidorCorreo("127.0.0.1", port, Seguridad.NINGUNA, "", USER, "")
        sentence, *kind = _failure(gateway, servidor)
    assert sentence.startswith(start)
    assert kind == [permanent, True]


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
    gateway = CorreoGateway(certificado.trusting) if trusted else CorreoGateway()
    starttls = certificado.server if seguridad is Seguridad.STARTTLS else None
    implicit = certificado.server if seguridad is Seguridad.SSL else None
    with smtp_server(login=True, starttls=starttls, ssl_context=implicit) as smtp:
        sentence, *kind = _failure(gateway, smtp.servidor(seguridad))
    assert sentence.startswith(f"El certificado de «127.0.0.1» {reason}:")
    assert kind == [True, True]
    assert (smtp.logins, smtp.received) == ([], [])


def test_nothing_is_sent_in_clear_when_starttls_is_missing(
    smtp: SmtpReal, gateway: CorreoGateway
) -> None:
    sentence, *kind = _failure(gateway, smtp.servidor(Seguridad.STARTTLS))
    assert sentence.startswith("El servidor de correo no ofrece STARTTLS")
    assert kind == [True, True]
    assert smtp.logins == []


def test_ssl_against_a_port_in_clear(smtp: SmtpReal, gateway: CorreoGateway) -> None:
    sentence, *kind = _failure(gateway, smtp.servidor(Seguridad.SSL))
    assert "no pudo cifrar la conexión" in sentence
    assert "Pruebe con STARTTLS" in sentence
    assert kind == [True, True]


@pytest.fixture
def all_logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.expects_log
def test_neither_passwords_nor_addresses_reach_the_logs_or_the_output(
    smtp: SmtpReal,
    gateway: CorreoGateway,
    all_logs: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    _send(gateway, smtp.servidor())
    smtp.answers["RCPT"] = "550 beto@ejemplo.mx unknown"
    try:
        _send(gateway, smtp.servidor())
    except EnvioFallidoError:
        logging.getLogger("icsoe_desktop").exception("a mail")
    try:
        _send(gateway, smtp.servidor(), contrasena=WRONG_PASSWORD)
    except EnvioFallidoError:
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


@given(asunto=st.text(max_size=220), nombre=st.text(max_size=90), texto=st.text(max_size=300))
def test_whatever_the_values_accept_becomes_a_mail_with_the_same_headers(
    asunto: str, nombre: str, texto: str
) -> None:
    try:
        mensaje = Mensaje("beto@ejemplo.mx", asunto, texto)
        servidor = ServidorCorreo("smtp.ejemplo.mx", 587, Seguridad.STARTTLS, "", USER, nombre)
    except InvalidInputError:
        return
    content = as_email(servidor, mensaje, MENSAJE_ID, CREADO).as_bytes(
        policy=gateway_module._POLICY
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
