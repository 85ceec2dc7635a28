"""Reads times, numbers and objects of a Kinto's answers, and validates the names it accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Final

from icsoe_desktop.gateways.kinto.errors import PasswordRejectedError

# Seventeen digits are more milliseconds than there are in a million years.
_MAX_DIGITS: Final = 17
PRINCIPAL: Final = "account:"
# Kinto's own rules. bcrypt reads only 72 bytes of a password.
VALID_ACCOUNT: Final = re.compile(r"[a-zA-Z0-9][+.@a-zA-Z0-9_-]*")
VALID_OFFICE: Final = re.compile(r"of-[a-zA-Z0-9][a-zA-Z0-9_-]{0,60}")
VALID_ID: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
MAX_PASSWORD_BYTES: Final = 72


def whole(text: str | None) -> int | None:
    """A whole number that fits the store's integers; None for anything else."""
    said = (text or "").strip()
    # isdigit() is True for «²», and int() refuses more than 4300 digits.
    if not (said.isascii() and said.isdigit() and len(said) <= _MAX_DIGITS):
        return None
    return int(said)


def seconds(text: str | None) -> float | None:
    """A whole number of seconds; None for anything else."""
    if text is None or not text.strip().isascii() or not text.strip().isdigit():
        return None
    return float(text.strip()[:9])


def moment(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date; None if the text is not a date."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        return found.timestamp()
    except (OverflowError, ValueError):
        return None


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
