"""Times as HTTP headers say them."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime


def seconds(text: str | None) -> float | None:
    """A whole number of seconds; None for anything else."""
    if text is None or not text.strip().isascii() or not text.strip().isdigit():
        return None
    return float(text.strip()[:9])


def moment(text: str) -> float | None:
    """Seconds since 1970 of a date; None for what is none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        return found.timestamp()
    except (OverflowError, ValueError):
        return None
