"""A real SMTP server on this machine that keeps what it received, and misbehaves when told to."""

from __future__ import annotations

import asyncio
import base64
import email.policy
import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo

USER, PASSWORD = "nomina@ejemplo.mx", "Contraseña del correo 7-ñandú"


@dataclass
class Received:
    """A mail as the server has it."""

    ehlo: str
    mail_from: str
    rcpt_to: list[str]
    authenticated: bool
    encrypted: bool
    content: bytes = field(repr=False)

    @property
    def message(self) -> EmailMessage:
        parsed = BytesParser(policy=email.policy.default).parsebytes(self.content)
        assert isinstance(parsed, EmailMessage)
        return parsed


class SmtpReal:
    """What a test tells the server to do, and what it got.

    answers: by command («MAIL», «RCPT», «DATA»), what it answers instead of accepting; a function
    gets the recipients and may give None to accept.
    cut_at, hang_at: the command at which it hangs up, or never answers.
    tokens: access tokens that it takes by XOAUTH2; token_logins: user, token and whether it did.
    token_answer: what it says to every token instead.
    """

    def __init__(self, port: int, login: bool) -> None:
        self.port = port
        self.login = login
        self.received: list[Received] = []
        self.answers: dict[str, str | Callable[[list[str]], str | None]] = {}
        self.cut_at: str | None = None
        self.hang_at: str | None = None
        self.keep_before_hanging = False
        self.delay_s = 0.0
        self.hanging = threading.Event()
        self.logins: list[tuple[str, str]] = []
        self.tokens: set[str] = set()
        self.token_logins: list[tuple[str, str, bool]] = []
        self.token_answer: str | None = None

    def servidor(self, seguridad: Seguridad = Seguridad.NINGUNA) -> ServidorCorreo:
        return ServidorCorreo(
            servidor="127.0.0.1",
            puerto=self.port,
            seguridad=seguridad,
            usuario=USER if self.login else "",
            remitente=USER,
            nombre_remitente="Nóminas de Ejemplo, S.A.",
        )

    # The names are aiosmtpd's.
    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        refusal = await self._misbehave("MAIL", server, envelope)
        if refusal:
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        refusal = await self._misbehave("RCPT", server, envelope, address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        received = Received(
            session.host_name,
            envelope.mail_from,
            list(envelope.rcpt_tos),
            bool(session.authenticated),
            session.ssl is not None or server._over_ssl,
            envelope.content,
        )
        if self.keep_before_hanging:
            self.received.append(received)
        refusal = await self._misbehave("DATA", server, envelope)
        if refusal:
            return refusal
        await asyncio.sleep(self.delay_s)
        self.received.append(received)
        return "250 OK"

    async def _misbehave(
        self, command: str, server: Any, envelope: Any, address: str = ""
    ) -> str | None:
        if self.cut_at == command:
            server.transport.abort()
        if self.hang_at == command:
            self.hanging.set()
            await asyncio.sleep(3600)
        answer = self.answers.get(command)
        return answer([*envelope.rcpt_tos, address]) if callable(answer) else answer

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        right = self.logins[-1] == (USER, PASSWORD)
        return AuthResult(success=right, handled=False, auth_data=data if right else None)


class OAuthSmtp(SmtpReal):
    """One that also offers XOAUTH2, as Google's and Microsoft's do."""

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        if len(args) == 1:
            blob = await server.challenge_auth("")
        else:
            blob = base64.b64decode(args[1])
        if self.token_answer is not None:
            await server.push(self.token_answer)
            return AuthResult(success=False, handled=True)
        head, token, *end = bytes(blob).decode().split("\1")
        user = head.removeprefix("user=")
        token = token.removeprefix("auth=Bearer ")
        right = user == USER and token in self.tokens and end == ["", ""]
        self.token_logins.append((user, token, right))
        if right:
            return AuthResult(success=True, auth_data=user)
        # As both do: a challenge with JSON, which the client answers with an empty line.
        await server.challenge_auth(base64.b64encode(b'{"status":"401"}').decode())
        await server.push("535 5.7.3 Authentication unsuccessful nomina@ejemplo.mx")
        return AuthResult(success=False, handled=True)


class _Controller(Controller):
    """aiosmtpd's, which may be given port 0."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server(
    port: int = 0,
    *,
    login: bool = False,
    starttls: ssl.SSLContext | None = None,
    ssl_context: ssl.SSLContext | None = None,
    without_mechanisms: tuple[str, ...] = (),
    kind: type[SmtpReal] = SmtpReal,
) -> Iterator[SmtpReal]:
    """A running server on 127.0.0.1; PLAIN and LOGIN, with USER and PASSWORD, when `login`."""
    real = kind(port, login)
    controller = _Controller(
        real,
        hostname="127.0.0.1",
        port=port,
        ready_timeout=60,
        ssl_context=ssl_context,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=real.authenticate if login else None,
        # aiosmtpd does not count implicit TLS as TLS here.
        auth_require_tls=starttls is not None,
        auth_exclude_mechanism=without_mechanisms if login else ("PLAIN", "LOGIN"),
        ident="prueba",
    )
    # It warns of its own deprecations, and of clients who hang up.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    controller.start()
    real.port = controller.port
    try:
        yield real
    finally:
        controller.stop()


def free_port() -> int:
    """A port of 127.0.0.1 where nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that is not SMTP, or only looks so: `talk` gets each connection; gives the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    listening.settimeout(0.05)

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(10)
                try:
                    talk(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        over.set()
        thread.join()
        listening.close()


@dataclass(frozen=True)
class Certificado:
    """A self-made certificate: for the server, and for clients who trust it."""

    server: ssl.SSLContext
    trusting: Callable[[], ssl.SSLContext]


def make_certificado(
    folder: Path, *, for_host: str = "127.0.0.1", expired: bool = False
) -> Certificado:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Servidor de prueba")])
    # Real time: OpenSSL looks at the clock of the machine.
    end = datetime.now(UTC) + timedelta(days=-1 if expired else 1)
    try:
        san: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(for_host))
    except ValueError:
        san = x509.DNSName(for_host)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=30))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([san]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    path = folder / "servidor.pem"
    path.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return Certificado(server, lambda: ssl.create_default_context(cadata=pem.decode()))


@pytest.fixture
def smtp() -> Iterator[SmtpReal]:
    """A server on this machine, without TLS, that asks for USER and PASSWORD."""
    with smtp_server(login=True) as real:
        yield real
