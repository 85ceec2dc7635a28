"""Translates errors of SMTP, TLS and the network into Spanish sentences.

They say what happened and what to do; the caller adds what becomes of the mail. The server's own
text is dropped, because it contains addresses.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from icsoe_desktop.domain.correo import Seguridad, ServidorCorreo
from icsoe_desktop.errors import UserFacingError

SHUTTING_DOWN = 421
AUTHENTICATION_NEEDED = 530
TOO_BIG = 552
# OpenSSL: X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH, and CERT_HAS_EXPIRED.
_OF_ANOTHER_HOST = (62, 64)
_EXPIRED = 10

NO_NETWORK = "No hay conexión con la red. Revise la conexión a internet de este equipo."
WRONG_PASSWORD = (
    "El servidor de correo no aceptó el usuario o la contraseña. Corríjalos en la configuración "
    "del correo; si su cuenta usa verificación en dos pasos, necesita una contraseña de aplicación "
    "de su proveedor."
)
BASIC_LOGIN_OFF = (
    "El proveedor ya no permite entrar al correo con usuario y contraseña. En Servidor de correo "
    "elija entrar con la cuenta de Microsoft o de Google, o pida a quien la administra que active "
    "«SMTP autenticado»."
)
NO_OAUTH_OFFERED = (
    "El servidor de correo no permite entrar con una cuenta vinculada. Revise el servidor y el "
    "puerto, o entre con usuario y contraseña."
)
ACCOUNT_REFUSED = (
    "El servidor de correo no aceptó la cuenta vinculada. Revise que el usuario sea el de la "
    "cuenta que dio el permiso y que quien la administra permita «SMTP autenticado» en ese buzón; "
    "después vincúlela de nuevo en Servidor de correo."
)
NO_LOGIN_OFFERED = (
    "El servidor de correo no permite entrar con usuario y contraseña. Revise el puerto y la "
    "seguridad, o deje vacío el usuario."
)
LOGIN_NEEDED = (
    "El servidor de correo pide usuario y contraseña. Escríbalos en la configuración del correo."
)
NO_STARTTLS = (
    "El servidor de correo no ofrece STARTTLS y nada se envía sin cifrar. Revise el puerto, o "
    "elija SSL/TLS con el puerto 465."
)
SENDER_REFUSED = (
    "El servidor de correo no permite enviar con la dirección del remitente. Use como remitente la "
    "dirección de su cuenta."
)
RECIPIENT_REFUSED = (
    "El servidor de correo no aceptó la dirección del destinatario. Revise que la dirección exista."
)
MESSAGE_REFUSED = (
    "El servidor de correo rechazó el mensaje. Pregunte la razón a quien administra el servidor."
)
MESSAGE_TOO_BIG = (
    "El mensaje es más grande de lo que acepta el servidor de correo. Pida a quien administra el "
    "servidor que aumente el límite."
)
TRY_LATER = "El servidor de correo pidió intentarlo más tarde."
CUT = "El servidor de correo cortó la conexión. Inténtelo más tarde."


class MailNotSentError(UserFacingError):
    """The mail was not sent.

    permanent: a retry without a change fails again.
    whole_server: the server would refuse every other mail too.
    """

    def __init__(self, message: str, *, permanent: bool, whole_server: bool) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.whole_server = whole_server


class TokenRefusedError(MailNotSentError):
    """The server did not accept the access token. It may only be too old."""


@contextmanager
def translated(servidor: ServidorCorreo) -> Iterator[None]:
    """Turn every error of the block into MailNotSentError."""
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        failure = _failure(error, servidor)
    else:
        return
    # Without the cause: its text contains addresses and may be logged.
    raise failure from None


def login_refused(code: int, answer: bytes) -> MailNotSentError:
    if 400 <= code < 500:
        return _of_server(f"{TRY_LATER}{_code(code)}", permanent=False)
    off = (
        any(one in answer for one in (b"5.7.139", b"5.7.30"))
        or b"basic authentication is disabled" in answer.lower()
    )
    return _of_server(f"{BASIC_LOGIN_OFF if off else WRONG_PASSWORD}{_code(code)}", permanent=True)


def token_refused(code: int) -> MailNotSentError:
    if 400 <= code < 500:
        return _of_server(f"{TRY_LATER}{_code(code)}", permanent=False)
    return TokenRefusedError(f"{ACCOUNT_REFUSED}{_code(code)}", permanent=True, whole_server=True)


def _failure(error: Exception, servidor: ServidorCorreo) -> MailNotSentError:
    match error:
        case smtplib.SMTPRecipientsRefused():
            [(code, _answer)] = error.recipients.values()
            return _of_code(code, RECIPIENT_REFUSED)
        case smtplib.SMTPSenderRefused(smtp_code=code) if code == TOO_BIG:
            return _of_code(code, MESSAGE_TOO_BIG)
        case smtplib.SMTPSenderRefused(smtp_code=code) if 500 <= code < 600:
            sentence = LOGIN_NEEDED if code == AUTHENTICATION_NEEDED else SENDER_REFUSED
            return _of_server(f"{sentence}{_code(code)}", permanent=True)
        case smtplib.SMTPDataError(smtp_code=code):
            return _of_code(code, MESSAGE_TOO_BIG if code == TOO_BIG else MESSAGE_REFUSED)
        case smtplib.SMTPResponseException(smtp_code=code):
            return _of_answer(code, servidor)
        case smtplib.SMTPNotSupportedError():
            return _of_server(NO_STARTTLS, permanent=True)
        case smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return _of_server(_timed_out(servidor), permanent=False)
        case smtplib.SMTPException():
            return _of_server(CUT, permanent=False)
        case ssl.SSLCertVerificationError():
            return _of_server(_untrusted(error, servidor), permanent=True)
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | ConnectionResetError():
            return _of_server(CUT, permanent=False)
        case ssl.SSLError():
            return _of_server(_not_tls(servidor), permanent=True)
        case socket.gaierror():
            return _of_server(
                f"No se encontró el servidor de correo «{servidor.servidor}». Revise la "
                "conexión a internet y el nombre del servidor.",
                permanent=False,
            )
        case TimeoutError():
            return _of_server(_timed_out(servidor), permanent=False)
        case ConnectionRefusedError():
            return _of_server(
                f"El servidor «{servidor.servidor}» no recibe correo en el puerto "
                f"{servidor.puerto}. Revise el puerto y la seguridad: 587 con STARTTLS, 465 con "
                "SSL/TLS.",
                permanent=False,
            )
        case _:
            return _of_server(NO_NETWORK, permanent=False)


def _of_code(code: int, refused: str) -> MailNotSentError:
    """The error for a server's answer about one mail."""
    if 500 <= code < 600 and code != AUTHENTICATION_NEEDED:
        return MailNotSentError(f"{refused}{_code(code)}", permanent=True, whole_server=False)
    if code == AUTHENTICATION_NEEDED:
        return _of_server(f"{LOGIN_NEEDED}{_code(code)}", permanent=True)
    if 400 <= code < 500:
        return MailNotSentError(
            f"{TRY_LATER}{_code(code)}", permanent=False, whole_server=code == SHUTTING_DOWN
        )
    return _of_server(CUT, permanent=False)


def _of_answer(code: int, servidor: ServidorCorreo) -> MailNotSentError:
    """The error for a server's answer before any mail."""
    if 400 <= code < 500:
        return _of_server(f"{TRY_LATER}{_code(code)}", permanent=False)
    if 500 <= code < 600:
        return _of_server(
            f"El servidor «{servidor.servidor}» no acepta correo de este equipo. Pregunte a "
            f"quien administra el servidor.{_code(code)}",
            permanent=True,
        )
    return _of_server(
        f"Lo que responde en «{servidor.servidor}», puerto {servidor.puerto}, no es un servidor de "
        "correo saliente. Revise el servidor y el puerto.",
        permanent=True,
    )


def _of_server(sentence: str, *, permanent: bool) -> MailNotSentError:
    return MailNotSentError(sentence, permanent=permanent, whole_server=True)


def _code(code: int) -> str:
    return f" (Respuesta del servidor: {code}.)"


def _timed_out(servidor: ServidorCorreo) -> str:
    return (
        f"El servidor «{servidor.servidor}» no respondió a tiempo. Si sucede siempre, revise el "
        "puerto y la seguridad: 587 con STARTTLS, 465 con SSL/TLS."
    )


def _not_tls(servidor: ServidorCorreo) -> str:
    other = "SSL/TLS" if servidor.seguridad is Seguridad.STARTTLS else "STARTTLS"
    return (
        f"El servidor «{servidor.servidor}» no pudo cifrar la conexión en el puerto "
        f"{servidor.puerto}. Pruebe con {other}: 587 con STARTTLS, 465 con SSL/TLS."
    )


def _untrusted(error: ssl.SSLCertVerificationError, servidor: ServidorCorreo) -> str:
    if error.verify_code in _OF_ANOTHER_HOST:
        reason = "es de otro servidor"
    elif error.verify_code == _EXPIRED:
        reason = "está vencido"
    else:
        reason = "no es de una autoridad en la que este equipo confía"
    return (
        f"El certificado de «{servidor.servidor}» {reason}: no se puede saber si es el servidor "
        "verdadero y no se le envió nada. Revise el nombre del servidor y la fecha de este "
        "equipo, o pregunte a quien administra el correo."
    )
