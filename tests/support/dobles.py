"""What stands for the machine: a clock that a test moves, a keyring in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Reloj:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class MemoryKeyring:
    """A keyring that keeps its entries for as long as the test."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def available(self) -> bool:
        return True

    def get(self, database_id: str) -> bytes | None:
        return self.entries.get(database_id)

    def set(self, database_id: str, key: bytes) -> bool:
        self.entries[database_id] = key
        return True
