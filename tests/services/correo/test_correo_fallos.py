"""What is said when a mail does not leave, and whether it is for later or for a person."""

from __future__ import annotations

import socket
import time
import tracemalloc
from collections.abc import Callable

import pytest

from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.gateways.correo.smtp import MailGateway
from tests.services.correo.caso import failure
from tests.support.smtp_real import USER, SmtpReal, free_port, raw_server, smtp_server

# What a gateway would wait for if it did not keep the shorter time that it is given.
WHOLE_S = 300.0


def server(name: str, port: int, seguridad: Seguridad, usuario: str = "") -> ServidorCorreo:
    return ServidorCorreo.parse(name, str(port), seguridad, usuario, USER)


def test_a_wrong_password_needs_a_person(smtp: SmtpReal, gateway: MailGateway) -> None:
    sentence, permanent, whole_server = failure(gateway, smtp.servidor(), contrasena="otra")
    assert sentence.startswith("El servidor de correo no aceptó el usuario o la contraseña.")
    assert sentence.endswith("(Respuesta del servidor: 535.)")
    assert (permanent, whole_server, smtp.received) == (True, True, [])


def test_a_server_without_logins_is_named(gateway: MailGateway) -> None:
    with smtp_server(login=True, without_mechanisms=("PLAIN", "LOGIN")) as smtp:
        sentence, permanent, whole_server = failure(gateway, smtp.servidor())
    assert sentence.startswith("El servidor de correo no permite entrar con usuario y contraseña.")
    assert (permanent, whole_server) == (True, True)


def test_a_server_that_wants_a_login_says_so(smtp: SmtpReal, gateway: MailGateway) -> None:
    without = server("localhost", smtp.port, Seguridad.NINGUNA)
    sentence, permanent, whole_server = failure(gateway, without)
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
    gateway: MailGateway,
    command: str,
    answer: str,
    start: str,
    permanent: bool,
    whole_server: bool,
) -> None:
    smtp.answers[command] = answer
    sentence, *kind = failure(gateway, smtp.servidor())
    assert sentence.startswith(start)
    assert sentence.endswith(f"(Respuesta del servidor: {answer[:3]}.)")
    assert kind == [permanent, whole_server]


def test_the_provider_that_gave_up_passwords_is_named(gateway: MailGateway) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hola\r\n")
        while line := connection.recv(1000):
            if line.upper().startswith(b"EHLO"):
                connection.sendall(b"250-hola\r\n250 AUTH PLAIN\r\n")
            else:
                connection.sendall(b"535 5.7.139 Authentication unsuccessful\r\n")

    with raw_server(talk) as port:
        sentence, *kind = failure(
            gateway,
            server("127.0.0.1", port, Seguridad.NINGUNA, usuario=USER),
        )
    assert sentence.startswith("El proveedor ya no permite entrar al correo con usuario")
    assert kind == [True, True]


def test_nobody_at_the_port(gateway: MailGateway) -> None:
    port = free_port()
    sentence, *kind = failure(gateway, server("127.0.0.1", port, Seguridad.STARTTLS))
    assert sentence.startswith(f"El servidor «127.0.0.1» no recibe correo en el puerto {port}.")
    assert kind == [False, True]


@pytest.mark.parametrize(
    ("asked", "error", "start"),
    [
        (
            "getaddrinfo",
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "No se encontró el servidor de correo «smtp.ejemplo.mx».",
        ),
        (
            "create_connection",
            OSError(101, "Network is unreachable"),
            "No hay conexión con la red.",
        ),
    ],
)
def test_without_a_name_or_a_network_it_is_for_later(
    gateway: MailGateway, monkeypatch: pytest.MonkeyPatch, asked: str, error: OSError, start: str
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(socket, asked, fail)
    sentence, *kind = failure(gateway, server("smtp.ejemplo.mx", 587, Seguridad.STARTTLS))
    assert sentence.startswith(start)
    assert kind == [False, True]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_cut_connection_is_for_later(smtp: SmtpReal, gateway: MailGateway, command: str) -> None:
    smtp.cut_at = command
    sentence, *kind = failure(gateway, smtp.servidor())
    assert sentence.startswith("El servidor de correo cortó la conexión.")
    assert kind == [False, True]


def test_a_server_that_hangs_is_left_after_the_time_of_a_step(smtp: SmtpReal) -> None:
    smtp.hang_at = "DATA"
    started = time.monotonic()
    sentence, *kind = failure(
        MailGateway(step_timeout_s=0.3, message_timeout_s=WHOLE_S), smtp.servidor()
    )
    assert sentence.startswith("El servidor «127.0.0.1» no respondió a tiempo.")
    assert kind == [False, True]
    assert time.monotonic() - started < WHOLE_S / 5


def test_a_server_that_never_ends_its_answer_is_left_too() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hola\r\n")
        connection.recv(1000)
        connection.sendall(b"250 hola\r\n")
        end = time.monotonic() + WHOLE_S
        while time.monotonic() < end:
            connection.sendall(b"250-espere\r\n")
            time.sleep(0.02)

    with raw_server(talk) as port:
        servidor = server("127.0.0.1", port, Seguridad.NINGUNA)
        started = time.monotonic()
        sentence, *kind = failure(
            MailGateway(step_timeout_s=WHOLE_S, message_timeout_s=0.5), servidor
        )
    assert sentence.startswith("El servidor «127.0.0.1» no respondió a tiempo.")
    assert kind == [False, True]
    assert time.monotonic() - started < WHOLE_S / 5


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
    gateway: MailGateway, greeting: bytes, start: str, permanent: bool
) -> None:
    with raw_server(lambda connection: connection.sendall(greeting)) as port:
        servidor = server("127.0.0.1", port, Seguridad.NINGUNA)
        sentence, *kind = failure(gateway, servidor)
    assert sentence.startswith(start)
    assert kind == [permanent, True]


def _endless_lines(one: socket.socket) -> None:
    one.sendall(b"220 x\r\n")
    one.recv(1000)
    for _ in range(20_000):
        one.sendall(b"250-" + b"x" * 4000 + b"\r\n")


def _endless_drip(one: socket.socket) -> None:
    one.sendall(b"220 x\r\n")
    one.recv(1000)
    for _ in range(600):
        one.sendall(b"250-")
        time.sleep(0.05)


def _greeting_without_end(one: socket.socket) -> None:
    for _ in range(600):
        one.sendall(b"2")
        time.sleep(0.05)


@pytest.mark.parametrize("talk", [_endless_lines, _endless_drip, _greeting_without_end])
@pytest.mark.parametrize("seguridad", [Seguridad.NINGUNA, Seguridad.SSL])
def test_a_server_that_never_ends_its_answer_is_left_in_time_and_memory(
    talk: Callable[[socket.socket], None], seguridad: Seguridad
) -> None:
    gateway = MailGateway(step_timeout_s=30, connect_timeout_s=1.5)
    tracemalloc.start()
    began = time.monotonic()
    try:
        with raw_server(talk) as port:
            servidor = server("127.0.0.1", port, seguridad)
            _sentence, permanent, whole = failure(gateway, servidor)
            waited = time.monotonic() - began
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert waited < 20
    assert peak < 20_000_000
    assert whole
    assert not permanent or seguridad is Seguridad.SSL
