"""Column types: ids as 16 bytes, instants as UTC text that sorts, days as small numbers."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from icsoe_desktop.domain.identificadores.valor import Identificador
from icsoe_desktop.errors import InvalidInputError

MAX_INTEGER: Final = 2**63 - 1  # largest integer of SQLite
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


class RowId(TypeDecorator[uuid.UUID]):
    """A UUID, stored in 16 bytes."""

    impl = LargeBinary(16)
    cache_ok = True

    def process_bind_param(self, value: uuid.UUID | None, dialect: Any) -> bytes | None:
        return None if value is None else value.bytes

    def process_result_value(self, value: bytes | None, dialect: Any) -> uuid.UUID | None:
        return None if value is None else uuid.UUID(bytes=bytes(value))


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC as `AAAA-MM-DDTHH:MM:SS.ffffffZ`."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC).strftime(_INSTANT)

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return datetime.strptime(value, _INSTANT).replace(tzinfo=UTC)


def day_number(day: date) -> int:
    """The day as a number, 20260302 for 2 March 2026: sortable, readable, four bytes."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)


def is_day(number: object) -> bool:
    """Whether `number` is a day as `day_number` gives it, not near the ends of the calendar."""
    if type(number) is not int or not 1000_00_00 < number < 9000_00_00:
        return False
    try:
        day_of(number)
    except ValueError:
        return False
    return True


def check_identifier(kind: type[Identificador], value: str) -> None:
    """Raises ValueError if `value`, which another member may have written, is not valid."""
    try:
        kind(value)
    except InvalidInputError as error:
        raise ValueError(f"no {kind.campo}") from error


def signs_of_control(text: str) -> set[str]:
    """The signs that no window takes and no printed form, list or mail may get."""
    return set(_CONTROL.findall(text))


class Dia(TypeDecorator[date]):
    """A date, stored as `day_number` gives it."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Any) -> int | None:
        return None if value is None else day_number(value)

    def process_result_value(self, value: int | None, dialect: Any) -> date | None:
        return None if value is None else day_of(value)
