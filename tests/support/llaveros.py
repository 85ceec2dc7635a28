"""Keyrings for the tests."""

from __future__ import annotations


class NoLlavero:
    """A machine without a keyring."""

    def available(self) -> bool:
        return False

    def get(self, database_id: str) -> bytes | None:
        return None

    def set(self, database_id: str, key: bytes) -> bool:
        return False
