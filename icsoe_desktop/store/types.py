"""Column types: ids as 16 bytes, instants as UTC text that sorts."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.types import TypeDecorator

_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


class RowId(TypeDecorator[uuid.UUID]):
    """A UUID in 16 bytes."""

    impl = LargeBinary(16)
    cache_ok = True

    def process_bind_param(self, value: uuid.UUID | None, dialect: Any) -> bytes | None:
        return None if value is None else value.bytes

    def process_result_value(self, value: bytes | None, dialect: Any) -> uuid.UUID | None:
        return None if value is None else uuid.UUID(bytes=bytes(value))


class Instant(TypeDecorator[datetime]):
    """An aware instant as `AAAA-MM-DDTHH:MM:SS.ffffffZ`."""

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
