"""Sends mail through the user's own SMTP server over verified TLS."""

from __future__ import annotations

import base64
import contextlib
import email.policy
import email.utils
import smtplib
import socket
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, Final

from icsoe_desktop.domain.correo import MensajeCorreo, Seguridad, ServidorCorreo
from icsoe_desktop.gateways.correo.fallos import (
    NO_LOGIN_OFFERED,
    NO_OAUTH_OFFERED,
    MailNotSentError,
    login_refused,
    token_refused,
    translated,
)

MAX_LINES: Final = 200


class _BoundedAnswer:
    """The connection's file, which gives up on an answer without end."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.read = 0

    def readline(self, limit: int) -> bytes:
        self.read += 1
        if self.read > MAX_LINES:
            raise smtplib.SMTPServerDisconnected("too many lines")
        line: bytes = self._file.readline(limit)
        return line

    def close(self) -> None:
        self._file.close()


class BoundedSmtp(smtplib.SMTP):
    """SMTP without TLS, or before STARTTLS."""

    # A second handle: TLS takes the first one over before its handshake has ended.
    _handle: socket.socket | None = None

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _BoundedAnswer(self.sock.makefile("rb"))
        if isinstance(self.file, _BoundedAnswer):
            self.file.read = 0
        return super().getreply()

    def hang_up(self) -> None:
        """End the connection: a running read or write fails at once. Any thread may call it."""
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        opened = socket.create_connection((host, port), timeout)
        self._handle = opened.dup()
        return opened


class BoundedSmtpTls(BoundedSmtp, smtplib.SMTP_SSL):
    """SMTP inside TLS."""

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        opened = super()._get_socket(host, port, timeout)
        try:
            return self.context.wrap_socket(opened, server_hostname=host)
        except BaseException:
            self.close()
            raise


@contextmanager
def deadline(smtp: BoundedSmtp, seconds: float) -> Iterator[None]:
    """End the connection after that time, even if each step is in time. Raises TimeoutError."""
    hung_up = threading.Event()

    def end() -> None:
        hung_up.set()
        smtp.hang_up()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        if hung_up.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()


STEP_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 60.0
MESSAGE_TIMEOUT_S = 120.0
# The default would send the machine's name to the server.
EHLO_NAME = "[127.0.0.1]"
# 7bit: also servers without 8BITMIME accept it.
MAIL_POLICY = email.policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class AccessToken:
    """What OAuth 2.0 gives in place of a password."""

    valor: str = field(repr=False)


class MailConnection:
    """An open, logged-in connection, for one thread."""

    def __init__(
        self, smtp: BoundedSmtp, servidor: ServidorCorreo, message_timeout_s: float
    ) -> None:
        self._smtp = smtp
        self._servidor = servidor
        self._message_timeout_s = message_timeout_s

    def send(self, mensaje: MensajeCorreo, mensaje_id: uuid.UUID, creado: datetime) -> None:
        """Send a mail. Returns after the server accepted it.

        mensaje_id: becomes the Message-ID; most clients then show a mail that was sent twice
        once. Takes at most `message_timeout_s`. Raises MailNotSentError.
        """
        content = as_email(self._servidor, mensaje, mensaje_id, creado).as_bytes(policy=MAIL_POLICY)
        with translated(self._servidor), deadline(self._smtp, self._message_timeout_s):
            self._smtp.sendmail(self._servidor.remitente, [mensaje.para], content)


class MailGateway:
    """Opens connections.

    tls: makes the TLS context.
    step_timeout_s: for each answer. connect_timeout_s: until the account is entered.
    message_timeout_s: for a whole mail.
    """

    def __init__(
        self,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        step_timeout_s: float = STEP_TIMEOUT_S,
        message_timeout_s: float = MESSAGE_TIMEOUT_S,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
    ) -> None:
        self._tls = tls
        self._connect_timeout_s = connect_timeout_s
        self._step_timeout_s = step_timeout_s
        self._message_timeout_s = message_timeout_s

    @contextmanager
    def connect(
        self, servidor: ServidorCorreo, credencial: str | AccessToken
    ) -> Iterator[MailConnection]:
        """Open a connection for any number of mails.

        credencial: the password, empty if `servidor` has no usuario; or a token of OAuth 2.0.
        Raises MailNotSentError with `whole_server`; TokenRefusedError for a token.
        """
        smtp = self._client(servidor)
        try:
            with translated(servidor), deadline(smtp, self._connect_timeout_s):
                self._open(smtp, servidor)
                if isinstance(credencial, AccessToken):
                    _log_in_with_token(smtp, servidor.usuario, credencial)
                elif servidor.usuario:
                    _log_in(smtp, servidor.usuario, credencial)
        except BaseException:
            smtp.close()
            raise
        try:
            yield MailConnection(smtp, servidor, self._message_timeout_s)
        finally:
            # Accepted mails stay accepted, even if the closing dialogue fails.
            with (
                contextlib.suppress(OSError, smtplib.SMTPException),
                deadline(smtp, self._step_timeout_s),
            ):
                smtp.quit()
            smtp.close()

    def _client(self, servidor: ServidorCorreo) -> BoundedSmtp:
        """A client that is not connected yet, so that a deadline can end its connecting too."""
        timeout = self._step_timeout_s
        if servidor.seguridad is Seguridad.SSL:
            return BoundedSmtpTls(local_hostname=EHLO_NAME, timeout=timeout, context=self._tls())
        return BoundedSmtp(local_hostname=EHLO_NAME, timeout=timeout)

    def _open(self, smtp: BoundedSmtp, servidor: ServidorCorreo) -> None:
        # STARTTLS verifies this name; smtplib sets it only in a constructor that connects.
        smtp._host = servidor.servidor  # type: ignore[attr-defined]
        code, answer = smtp.connect(servidor.servidor, servidor.puerto)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        if servidor.seguridad is Seguridad.STARTTLS:
            # Raises if the server does not offer it: nothing is ever sent in clear.
            smtp.starttls(context=self._tls())
        smtp.ehlo_or_helo_if_needed()


def as_email(
    servidor: ServidorCorreo, mensaje: MensajeCorreo, mensaje_id: uuid.UUID, creado: datetime
) -> EmailMessage:
    """The mail with headers, plain text in UTF-8 and, if the message has one, its HTML.

    Source: RFC 5322; RFC 3834 for Auto-Submitted, which suppresses automatic replies.
    """
    message = EmailMessage(policy=MAIL_POLICY)
    message["From"] = Address(servidor.nombre_remitente, addr_spec=servidor.remitente)
    message["To"] = Address(addr_spec=mensaje.para)
    message["Subject"] = mensaje.asunto
    message["Date"] = email.utils.format_datetime(creado)
    message["Message-ID"] = f"<{mensaje_id.hex}@{servidor.remitente.split('@')[1]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mensaje.texto)
    if mensaje.html is not None:
        message.add_alternative(mensaje.html, subtype="html")
    return message


def _log_in(smtp: smtplib.SMTP, usuario: str, contrasena: str) -> None:
    """Log in with UTF-8. smtplib's own login fails for a password with «ñ».

    Source: RFC 4954, RFC 4616 (PLAIN, UTF-8); LOGIN for Microsoft's servers.
    """
    smtp.ehlo_or_helo_if_needed()
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, answer = smtp.docmd("AUTH", "PLAIN " + _base64(f"\0{usuario}\0{contrasena}"))
    elif "LOGIN" in offered:
        code, answer = smtp.docmd("AUTH", "LOGIN " + _base64(usuario))
        if code == 334:
            code, answer = smtp.docmd(_base64(contrasena))
    else:
        raise MailNotSentError(NO_LOGIN_OFFERED, permanent=True, whole_server=True)
    if code != 235:
        raise login_refused(code, answer)


def _log_in_with_token(smtp: smtplib.SMTP, usuario: str, token: AccessToken) -> None:
    """SASL XOAUTH2, in two steps: with its token the command would pass 512 octets (RFC 4954 §4).

    Source: Google and Microsoft, «XOAUTH2 protocol». A refusal comes as a challenge, which an
    empty line answers.
    """
    smtp.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise MailNotSentError(NO_OAUTH_OFFERED, permanent=True, whole_server=True)
    code, _answer = smtp.docmd("AUTH", "XOAUTH2")
    if code == 334:
        blob = f"user={usuario}\1auth=Bearer {token.valor}\1\1"
        code, _answer = smtp.docmd(_base64(blob))
    if code == 334:
        code, _answer = smtp.docmd("")
    if code != 235:
        raise token_refused(code)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
