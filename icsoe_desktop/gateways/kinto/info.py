"""Reads the description of a Kinto, and validates the names that Kinto accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from icsoe_desktop.gateways.kinto.dates import whole
from icsoe_desktop.gateways.kinto.errors import (
    NotKintoError,
    PasswordRejectedError,
    RequestRejectedError,
)
from icsoe_desktop.gateways.kinto.transport import Transport
from icsoe_desktop.gateways.kinto.values import ServerInfo

PRINCIPAL: Final = "account:"
# Kinto's own rules. bcrypt reads only 72 bytes of a password.
VALID_ACCOUNT: Final = re.compile(r"[a-zA-Z0-9][+.@a-zA-Z0-9_-]*")
VALID_OFFICE: Final = re.compile(r"of-[a-zA-Z0-9][a-zA-Z0-9_-]{0,60}")
VALID_ID: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
MAX_PASSWORD_BYTES: Final = 72


def read_info(transport: Transport) -> ServerInfo:
    try:
        answer = transport.request("GET", "/")
    except RequestRejectedError:
        raise NotKintoError from None
    body = answer.body
    version, settings = body.get("project_version"), as_object(body.get("settings"))
    if "http_api_version" not in body or not isinstance(version, str):
        raise NotKintoError
    user = str(as_object(body.get("user")).get("id", ""))
    most = settings.get("batch_max_requests")
    return ServerInfo(
        version=version,
        cuenta=user.removeprefix(PRINCIPAL) if user.startswith(PRINCIPAL) else "",
        max_batch=whole(str(most)),
        read_only=settings.get("readonly") is True,
        capabilities=frozenset(map(str, as_object(body.get("capabilities")))),
        server_time_ms=answer.server_time_ms,
    )


def valid_account(cuenta: str) -> str:
    """The same name. Raises PasswordRejectedError if it cannot be an account of Kinto."""
    if not VALID_ACCOUNT.fullmatch(cuenta):
        raise PasswordRejectedError
    return cuenta


def valid_password(contrasena: str) -> str:
    """The same password. Raises PasswordRejectedError if bcrypt would cut or refuse it."""
    size = len(contrasena.encode())
    if not 0 < size <= MAX_PASSWORD_BYTES or "\x00" in contrasena:
        raise PasswordRejectedError
    return contrasena


def valid_id(name: str) -> str:
    """The same id. Raises ValueError for characters that would change the path of the URL."""
    if not VALID_ID.fullmatch(name):
        raise ValueError("not an id of Kinto")
    return name


def as_object(value: Any) -> Mapping[str, Any]:
    """The JSON object, or an empty one if the value is not an object."""
    return value if isinstance(value, Mapping) else {}
