"""Row ids: UUIDv7 made here, because other desktops will one day share the rows."""

from __future__ import annotations

import secrets
import struct
import threading
import uuid
from collections.abc import Callable

_RANDOM_A_MAX = 0xFFF
_PAIR = struct.Struct(">QQ")


class IdSource:
    """Makes UUIDv7 ids that grow within one program even when the clock stands still or goes back.

    clock_ms: milliseconds since 1970, UTC.
    Source: RFC 9562, 5.7 and 6.2 (method 1, a counter in rand_a).
    """

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def new(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.many(1)[0])

    def many(self, count: int) -> list[bytes]:
        """So many ids, each as its 16 bytes, in growing order."""
        tails = struct.unpack(f">{count}Q", secrets.token_bytes(8 * count))
        with self._lock:
            heads = [self._next_head() for _ in range(count)]
        return [
            _PAIR.pack(head, 0b10 << 62 | tail >> 2)
            for head, tail in zip(heads, tails, strict=True)
        ]

    def _next_head(self) -> int:
        now = self._clock_ms()
        if now > self._last_ms:
            self._last_ms = now
            # Half the counter's room is kept for ids of the same millisecond.
            self._counter = secrets.randbelow(_RANDOM_A_MAX // 2)
        else:
            self._counter += 1
            if self._counter > _RANDOM_A_MAX:
                self._last_ms += 1
                self._counter = 0
        return (self._last_ms & 0xFFFFFFFFFFFF) << 16 | 0x7 << 12 | self._counter
