"""Row ids: UUIDv7 made on this desktop, because other desktops share the rows."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable

_RANDOM_A_MAX = 0xFFF


class IdSource:
    """Makes UUIDv7 ids that increase while the program runs, even if the clock stops or goes back.

    clock_ms: milliseconds since 1970, UTC.
    Source: RFC 9562, 5.7 and 6.2 (method 1, a counter in rand_a).
    """

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock_ms = clock_ms
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def new(self) -> uuid.UUID:
        with self._lock:
            now = self._clock_ms()
            if now > self._last_ms:
                self._last_ms = now
                # Start in the lower half: the upper half is reserved for more ids in
                # the same millisecond.
                self._counter = secrets.randbelow(_RANDOM_A_MAX // 2)
            else:
                self._counter += 1
                if self._counter > _RANDOM_A_MAX:
                    self._last_ms += 1
                    self._counter = 0
            head = (self._last_ms & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | self._counter << 64
        return uuid.UUID(int=head | 0b10 << 62 | secrets.randbits(62))
