"""What stands for somebody who cancels while work reports how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from icsoe_desktop.jobs import Cancelled


@dataclass
class Stop:
    """Asks to stop at the first report of which `when` says so. reports: how far each told."""

    when: Callable[[int, int | None, str], object] = lambda _done, _total, _what: True
    reports: list[tuple[int, int | None]] = field(default_factory=list)

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        self.reports.append((done, total))
        if self.when(done, total, what):
            raise Cancelled


class StopAt(Stop):
    """Asks to stop at its nth report."""

    def __init__(self, nth: int) -> None:
        super().__init__(lambda *_: len(self.reports) >= nth)


class StopAfter(Stop):
    """Asks to stop after so many seconds. late_s: how much later it was last told anything."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.late_s = 0.0
        super().__init__(self._is_late)

    def _is_late(self, *_: object) -> bool:
        self.late_s = time.monotonic() - self._end
        return self.late_s > 0
