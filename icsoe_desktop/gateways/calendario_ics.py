"""Writes what ends as an iCalendar file (RFC 5545), through the library icalendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.gateways.atomic_write import replace_file

PRODUCT: Final = "-//ICSOE Desktop//Vigencias//ES"
DOMAIN: Final = "vigencias.icsoe-desktop"
ALARM_DAYS: Final = (30, 7)


def write_calendar(path: Path, vencimientos: Iterable[Vencimiento], now: datetime) -> None:
    """Replace `path` by a calendar of whole-day events.

    The UID of an event comes from its subject, so that importing twice changes events instead of
    repeating them. Raises UserFacingError; the file then stays as it was.
    """
    replace_file(path, calendar_of(vencimientos, now))


def calendar_of(vencimientos: Iterable[Vencimiento], now: datetime) -> bytes:
    # Imported here: only who saves a calendar pays for it.
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for one in vencimientos:
        event = Event()
        event.add("uid", f"{one.clave}@{DOMAIN}")
        event.add("dtstamp", now)
        event.add("dtstart", one.ultimo)
        event.add("dtend", one.ultimo + timedelta(days=1))
        event.add("summary", f"{one.que}: {one.de_quien}")
        event.add("description", one.que_hacer)
        event.add("transp", "TRANSPARENT")
        # One whose day is past would ring when it is imported, and say «faltan 30 días».
        left = (one.ultimo - now.date()).days
        for days in (days for days in ALARM_DAYS if days < left):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", f"{one.que}: faltan {days} días")
            alarm.add("trigger", timedelta(days=-days))
            event.add_component(alarm)
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
