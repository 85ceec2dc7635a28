"""Reads times and numbers from the headers of a server."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

# Seventeen digits are more milliseconds than there are in a million years.
_MAX_DIGITS: Final = 17


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
