"""OAuth 2.0 for mail: the providers, the office's application, and what a server may answer.

Sources: RFC 6749, RFC 7636 (PKCE), RFC 8252 (loopback), RFC 8628 (device); Microsoft Learn,
«Authenticate an IMAP, POP or SMTP connection using OAuth»; Google for Developers, «OAuth 2.0 for
iOS & Desktop Apps».
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NoReturn, Self

from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

MAX_TOKEN_LENGTH: Final = 16 * 1024
USUAL_TENANT: Final = "organizations"
# An access token is asked for again this long before its end.
MARGIN_S: Final = 120
MAX_LIFE_S: Final = 24 * 3600
MAX_DEVICE_S: Final = 1800

_CLIENT = re.compile(r"[A-Za-z0-9._-]{8,200}")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_SECRET = re.compile(r"[\x21-\x7e]{0,200}")
# RFC 6750, b64token. It goes into a command of SMTP and into a form: no separator may be in it.
_ACCESS = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_OPAQUE = re.compile(r"[\x20-\x7e]+")
_USER_CODE = re.compile(r"[A-Za-z0-9-]{4,20}")
_ERROR = re.compile(r"[a-z_]{1,40}")


class ProveedorIdentidad(StrEnum):
    MICROSOFT = "Microsoft"
    GOOGLE = "Google"


class FormaVincular(StrEnum):
    """How a person gives consent: in this desktop's browser, or with a code in any browser."""

    NAVEGADOR = "navegador"
    CODIGO = "codigo"


@dataclass(frozen=True, kw_only=True)
class PuntosIdentidad:
    """What the program knows of a provider. A token goes to no other host.

    {inquilino} stands for the Microsoft tenant. dispositivo: empty if the provider does not allow
    mail with a code. paginas: hosts where a person may type a code.
    """

    autorizar: str
    token: str
    dispositivo: str
    alcance: str
    extra: tuple[tuple[str, str], ...] = ()
    servidores: tuple[str, ...]
    paginas: tuple[str, ...] = ()


_LOGIN: Final = "https://login.microsoftonline.com/{inquilino}/oauth2/v2.0/"
PUNTOS: Final[Mapping[ProveedorIdentidad, PuntosIdentidad]] = {
    ProveedorIdentidad.MICROSOFT: PuntosIdentidad(
        autorizar=_LOGIN + "authorize",
        token=_LOGIN + "token",
        dispositivo=_LOGIN + "devicecode",
        alcance="https://outlook.office.com/SMTP.Send offline_access",
        servidores=("smtp.office365.com", "smtp-mail.outlook.com"),
        paginas=("microsoft.com", "www.microsoft.com", "login.microsoftonline.com"),
    ),
    # Google does not allow its mail scope to devices with a code.
    ProveedorIdentidad.GOOGLE: PuntosIdentidad(
        autorizar="https://accounts.google.com/o/oauth2/v2/auth",
        token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        dispositivo="",
        alcance="https://mail.google.com/",
        extra=(("access_type", "offline"), ("prompt", "consent")),
        servidores=("smtp.gmail.com",),
    ),
}


@dataclass(frozen=True, kw_only=True)
class ClienteOAuth:
    """The application that the office registered with its provider.

    inquilino: Microsoft's tenant. secreto: Google gives one to desktop applications and asks for
    it, though it protects nothing there. Raises InvalidInputError with `campo`.
    """

    proveedor: ProveedorIdentidad
    cliente: str
    inquilino: str = USUAL_TENANT
    secreto: str = field(default="", repr=False)

    @classmethod
    def parse(
        cls, proveedor: ProveedorIdentidad, cliente: str, inquilino: str = "", secreto: str = ""
    ) -> Self:
        return cls(
            proveedor=proveedor,
            cliente=clean(cliente),
            inquilino=clean(inquilino).lower() or USUAL_TENANT,
            secreto=clean(secreto),
        )

    def __post_init__(self) -> None:
        if not self.cliente:
            _refuse(
                "Escriba el identificador de la aplicación que su oficina registró con "
                f"{self.proveedor.value}: este programa no trae ninguno.",
                "cliente",
            )
        if not _CLIENT.fullmatch(self.cliente):
            _refuse(
                "El identificador de la aplicación lleva sólo letras, números, puntos y guiones; "
                "cópielo de la página de su proveedor.",
                "cliente",
            )
        if not _TENANT.fullmatch(self.inquilino) or ".." in self.inquilino:
            _refuse(
                "El inquilino es el dominio o el identificador de su organización en Microsoft, "
                "por ejemplo empresa.onmicrosoft.com.",
                "inquilino",
            )
        if not _SECRET.fullmatch(self.secreto):
            _refuse("Revise el secreto de la aplicación: cópielo otra vez.", "secreto")

    def same_application(self, other: ClienteOAuth) -> bool:
        """True if a permission given to one serves the other."""
        return (self.proveedor, self.cliente, self.inquilino) == (
            other.proveedor,
            other.cliente,
            other.inquilino,
        )


@dataclass(frozen=True)
class PermisoCorreo:
    """What the identity server gave: for sending now, and for asking again.

    renovacion: empty if the server keeps the one before. dura: seconds.
    """

    acceso: str = field(repr=False)
    renovacion: str = field(repr=False)
    dura: int

    @classmethod
    def read(cls, answer: Mapping[str, object]) -> Self:
        """Raises ValueError for anything that is no answer of RFC 6749 §5.1."""
        acceso, renovacion = answer.get("access_token"), answer.get("refresh_token", "")
        kind, life = answer.get("token_type"), answer.get("expires_in", 3600)
        if not isinstance(acceso, str) or not isinstance(renovacion, str):
            raise ValueError("a token is no text")
        if len(acceso) > MAX_TOKEN_LENGTH or len(renovacion) > MAX_TOKEN_LENGTH:
            raise ValueError("a token is too long")
        if not _ACCESS.fullmatch(acceso) or (renovacion and not _OPAQUE.fullmatch(renovacion)):
            raise ValueError("a token has other characters")
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise ValueError("another kind of token")
        # Microsoft once sent the seconds as text.
        if isinstance(life, str) and life.isascii() and life.isdigit() and len(life) < 9:
            life = int(life)
        if isinstance(life, bool) or not isinstance(life, int) or life <= 0:
            raise ValueError("no duration")
        return cls(acceso, renovacion, min(life, MAX_LIFE_S))


@dataclass(frozen=True)
class CodigoDispositivo:
    """What a person types, where, and what the program asks with meanwhile. Seconds."""

    codigo: str
    direccion: str
    dispositivo: str = field(repr=False)
    dura: int
    cada: int

    @classmethod
    def read(cls, answer: Mapping[str, object]) -> Self:
        """Raises ValueError. The caller compares the host of `direccion`."""
        code, address = answer.get("user_code"), answer.get("verification_uri")
        device = answer.get("device_code")
        if not isinstance(code, str) or not _USER_CODE.fullmatch(code):
            raise ValueError("no code")
        if not isinstance(address, str) or not _OPAQUE.fullmatch(address) or len(address) > 300:
            raise ValueError("no address")
        if not isinstance(device, str) or not _OPAQUE.fullmatch(device):
            raise ValueError("no device code")
        if len(device) > MAX_TOKEN_LENGTH:
            raise ValueError("a device code too long")
        return cls(
            code,
            address,
            device,
            _seconds(answer.get("expires_in"), 900, 1, MAX_DEVICE_S),
            _seconds(answer.get("interval"), 5, 1, 60),
        )


def error_code(answer: Mapping[str, object]) -> str:
    """The code of RFC 6749 §5.2; empty for anything else. Its description is never used."""
    code = answer.get("error")
    return code if isinstance(code, str) and _ERROR.fullmatch(code) else ""


def proveedor_of_servidor(
    servidor: str, puntos: Mapping[ProveedorIdentidad, PuntosIdentidad] = PUNTOS
) -> ProveedorIdentidad | None:
    """The provider whose tokens this SMTP server may see."""
    name = servidor.strip().lower().rstrip(".")
    return next((one for one, known in puntos.items() if name in known.servidores), None)


def _seconds(value: object, usual: int, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return usual
    return max(least, min(value, most))


def _refuse(message: str, campo: str) -> NoReturn:
    raise InvalidInputError(message, campo)
