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
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from icsoe_desktop.domain.correo import MensajeCorreo, Seguridad, ServidorCorreo
from icsoe_desktop.gateways.correo.fallos import (
    NO_LOGIN_OFFERED,
    MailNotSentError,
    login_refused,
    translated,
)

STEP_TIMEOUT_S = 15.0
MESSAGE_TIMEOUT_S = 120.0
# The default would send the machine's name to the server.
EHLO_NAME = "[127.0.0.1]"
# 7bit: also servers without 8BITMIME accept it.
_POLICY = email.policy.SMTP.clone(cte_type="7bit")


class MailConnection:
    """An open, logged-in connection, for one thread."""

    def __init__(
        self, smtp: smtplib.SMTP, servidor: ServidorCorreo, message_timeout_s: float
    ) -> None:
        self._smtp = smtp
        self._servidor = servidor
        self._message_timeout_s = message_timeout_s

    def send(self, mensaje: MensajeCorreo, mensaje_id: uuid.UUID, creado: datetime) -> None:
        """Send a mail. Returns after the server accepted it.

        mensaje_id: becomes the Message-ID; most clients then show a mail that was sent twice
        once. Takes at most `message_timeout_s`. Raises MailNotSentError.
        """
        content = as_email(self._servidor, mensaje, mensaje_id, creado).as_bytes(policy=_POLICY)
        with translated(self._servidor), self._deadline():
            self._smtp.sendmail(self._servidor.remitente, [mensaje.para], content)

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """Close the connection if the block takes too long, even if each step is in time."""
        hung_up = threading.Event()

        def hang_up() -> None:
            hung_up.set()
            if self._smtp.sock is not None:
                # SSLSocket.shutdown would remove the TLS layer while the other thread reads.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(self._smtp.sock, socket.SHUT_RDWR)

        timer = threading.Timer(self._message_timeout_s, hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if hung_up.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()


class MailGateway:
    """Opens connections.

    tls: makes the TLS context.
    step_timeout_s: for connecting and for each answer. message_timeout_s: for a whole mail.
    """

    def __init__(
        self,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        step_timeout_s: float = STEP_TIMEOUT_S,
        message_timeout_s: float = MESSAGE_TIMEOUT_S,
    ) -> None:
        self._tls = tls
        self._step_timeout_s = step_timeout_s
        self._message_timeout_s = message_timeout_s

    @contextmanager
    def connect(self, servidor: ServidorCorreo, contrasena: str) -> Iterator[MailConnection]:
        """Open a connection for any number of mails.

        contrasena: empty if `servidor` has no usuario.
        Raises MailNotSentError with `whole_server`.
        """
        with translated(servidor):
            smtp = self._open(servidor)
            try:
                if servidor.usuario:
                    _log_in(smtp, servidor.usuario, contrasena)
            except BaseException:
                smtp.close()
                raise
        try:
            yield MailConnection(smtp, servidor, self._message_timeout_s)
        finally:
            # Accepted mails stay accepted, even if the closing dialogue fails.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _open(self, servidor: ServidorCorreo) -> smtplib.SMTP:
        host, port = servidor.servidor, servidor.puerto
        if servidor.seguridad is Seguridad.SSL:
            return smtplib.SMTP_SSL(
                host, port, EHLO_NAME, timeout=self._step_timeout_s, context=self._tls()
            )
        smtp = smtplib.SMTP(host, port, EHLO_NAME, timeout=self._step_timeout_s)
        try:
            if servidor.seguridad is Seguridad.STARTTLS:
                # Raises if the server does not offer it: nothing is ever sent in clear.
                smtp.starttls(context=self._tls())
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp


def as_email(
    servidor: ServidorCorreo, mensaje: MensajeCorreo, mensaje_id: uuid.UUID, creado: datetime
) -> EmailMessage:
    """The mail with headers, plain text in UTF-8 and, if the message has one, its HTML.

    Source: RFC 5322; RFC 3834 for Auto-Submitted, which suppresses automatic replies.
    """
    message = EmailMessage(policy=_POLICY)
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


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
