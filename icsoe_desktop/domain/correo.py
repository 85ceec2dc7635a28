"""Mail: the SMTP server, a message, and the states of a mail in the buzón."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NoReturn, Self

from icsoe_desktop.domain.identificadores.contacto import Correo
from icsoe_desktop.domain.texto import clean, is_invisible
from icsoe_desktop.errors import InvalidInputError

MAX_SUBJECT_LENGTH = 200
MAX_NAME_LENGTH = 80
MAX_USER_LENGTH = 254
FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=1)
JITTER = 0.25  # of the delay

# RFC 2047. Python's mail library decodes such a word and writes the line breaks that it hides:
# whoever gives a name or a subject would add headers and a body.
ENCODED_WORD = "=?"

_HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Seguridad(StrEnum):
    STARTTLS = "STARTTLS"
    SSL = "SSL/TLS"
    NINGUNA = "Ninguna"


USUAL_PORTS = {Seguridad.STARTTLS: 587, Seguridad.SSL: 465, Seguridad.NINGUNA: 25}


class EstadoCorreo(StrEnum):
    PENDIENTE = "Pendiente"
    ENVIANDO = "Enviando"
    ENVIADO = "Enviado"
    DETENIDO = "Detenido"  # stays until a person changes something
    ENTREGADO = "Entregado a su programa de correo"  # nobody knows whether it was sent
    DESCARTADO = "Descartado"
    VENCIDO = "Vencido"


@dataclass(frozen=True, kw_only=True)
class ServidorCorreo:
    """The user's SMTP server, without its password.

    servidor: host name or IP address. usuario: empty if the server needs no login.
    Raises InvalidInputError with the field's name in `campo`.
    """

    servidor: str
    puerto: int
    seguridad: Seguridad
    usuario: str
    remitente: str
    nombre_remitente: str

    @classmethod
    def parse(
        cls,
        servidor: str,
        puerto: str,
        seguridad: Seguridad,
        usuario: str,
        remitente: str,
        nombre_remitente: str = "",
    ) -> Self:
        """A server from the texts of the form."""
        digits = clean(puerto)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
            _refuse("El puerto es un número del 1 al 65535; el usual es 587 o 465.", "puerto")
        return cls(
            servidor=clean(servidor).lower().rstrip("."),
            puerto=int(digits),
            seguridad=seguridad,
            usuario=clean(usuario),
            remitente=clean(remitente).lower(),
            nombre_remitente=clean(nombre_remitente),
        )

    def __post_init__(self) -> None:
        if not self.servidor:
            _refuse(
                "Escriba el servidor de correo saliente (SMTP), por ejemplo smtp.empresa.mx.",
                "servidor",
            )
        if not (_is_host_name(self.servidor) or _is_address(self.servidor)):
            _refuse(
                "El servidor es sólo un nombre, por ejemplo smtp.empresa.mx: sin https://, sin "
                "diagonales, sin espacios y sin puerto.",
                "servidor",
            )
        if not 1 <= self.puerto <= 65535:
            _refuse("El puerto es un número del 1 al 65535; el usual es 587 o 465.", "puerto")
        if self.seguridad is Seguridad.NINGUNA and not self.is_local:
            _refuse(
                "Sin cifrado, la contraseña y los correos viajarían a la vista de todos: sólo se "
                "permite con un servidor en este mismo equipo. Elija STARTTLS o SSL/TLS.",
                "seguridad",
            )
        if len(self.usuario) > MAX_USER_LENGTH or not _is_one_line(self.usuario):
            _refuse("Revise el usuario de la cuenta de correo.", "usuario")
        try:
            Correo(self.remitente)
        except InvalidInputError as error:
            raise InvalidInputError(error.message, "remitente") from error
        if len(self.nombre_remitente) > MAX_NAME_LENGTH:
            _refuse(
                f"El nombre del remitente lleva como máximo {MAX_NAME_LENGTH} caracteres.",
                "nombre_remitente",
            )
        if not _is_one_line(self.nombre_remitente):
            _refuse("El nombre del remitente va en un solo renglón.", "nombre_remitente")
        if ENCODED_WORD in self.nombre_remitente:
            _refuse(f"El nombre del remitente no lleva «{ENCODED_WORD}».", "nombre_remitente")

    @property
    def is_local(self) -> bool:
        if _is_address(self.servidor):
            return ipaddress.ip_address(self.servidor).is_loopback
        return self.servidor == "localhost"

    def same_account(self, other: ServidorCorreo) -> bool:
        """True if both use the same server and user, so that they share a password."""
        return (self.servidor, self.usuario) == (other.servidor, other.usuario)


@dataclass(frozen=True, kw_only=True)
class MensajeCorreo:
    """A mail to one person.

    Raises InvalidInputError with the wrong field: para, asunto or texto.
    """

    para: str = field(repr=False)
    asunto: str
    texto: str = field(repr=False)
    html: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        try:
            Correo(self.para)
        except InvalidInputError as error:
            raise InvalidInputError(error.message, "para") from error
        if not self.asunto.strip():
            _refuse("Escriba el asunto del correo.", "asunto")
        # A line break in the subject would let its author add headers to the mail.
        if not _is_one_line(self.asunto):
            _refuse("El asunto del correo va en un solo renglón.", "asunto")
        if ENCODED_WORD in self.asunto:
            _refuse(f"El asunto del correo no lleva «{ENCODED_WORD}».", "asunto")
        if len(self.asunto) > MAX_SUBJECT_LENGTH:
            _refuse(
                f"El asunto del correo lleva como máximo {MAX_SUBJECT_LENGTH} caracteres.",
                "asunto",
            )
        if not self.texto.strip():
            _refuse("Escriba el texto del correo.", "texto")
        if any("\ud800" <= c <= "\udfff" for c in self.texto + (self.html or "")):
            _refuse("El texto del correo tiene caracteres dañados.", "texto")


def retry_after(intentos: int, random_share: float) -> timedelta:
    """Delay after this many failed attempts: 1, 2, 4 … 60 minutes, plus up to 25 %.

    random_share: 0 ≤ random_share < 1. It keeps the desktops of one office from retrying at the
    same moment.
    """
    delay = min(FIRST_RETRY * (1 << min(max(intentos - 1, 0), 10)), LAST_RETRY)
    return delay * (1 + JITTER * random_share)


def _is_one_line(text: str) -> bool:
    return len(text.splitlines()) <= 1 and not any(map(is_invisible, text))


def _is_host_name(text: str) -> bool:
    labels = text.split(".")
    # A last label of digits is a mistyped IP address.
    return (
        len(text) <= 253
        and all(_HOST_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    # A zone («fe80::1%eth0») is arbitrary text.
    return "%" not in text


def _refuse(message: str, campo: str) -> NoReturn:
    raise InvalidInputError(message, campo)
