"""Times and numbers as a server says them."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

# Seventeen digits are more milliseconds than there are in a million years.
_MAX_DIGITS: Final = 17


def whole(text: str | None) -> int | None:
    """A whole number that the store can hold; None for anything else."""
    said = (text or "").strip()
    # «²» is a digit too, and int() takes no more than 4300 of them.
    if not (said.isascii() and said.isdigit() and len(said) <= _MAX_DIGITS):
        return None
    return int(said)


def seconds(text: str | None) -> float | None:
    """A whole number of seconds; None for anything else."""
    if text is None or not text.strip().isascii() or not text.strip().isdigit():
        return None
    return float(text.strip()[:9])


def moment(text: str) -> float | None:
    """Seconds since 1970 of a date; None for what is none."""
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
