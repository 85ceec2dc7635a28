"""Working days: all except weekends, holidays of LFT 74 and days that the user adds.

Law sets election days (LFT 74-IX) each time. The user adds them, like the IMSS's own holidays.
Sources: LFT 74; docs/fuentes.md §5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def lft_holidays(year: int) -> frozenset[date]:
    """The obligatory holidays of a year, without election days.

    Three holidays moved to Mondays in 2006 (DOF 17-Jan-2006). The federal government takes office
    on 1 October since 2024, and took it on 1 December until 2018.
    """
    monday = 0
    if year >= 2006:
        movable = {
            _nth_weekday(year, 2, monday, 1),
            _nth_weekday(year, 3, monday, 3),
            _nth_weekday(year, 11, monday, 3),
        }
    else:
        movable = {date(year, 2, 5), date(year, 3, 21), date(year, 11, 20)}
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 9, 16), date(year, 12, 25)}
    if year % 6 == 2024 % 6:
        fixed.add(date(year, 10, 1) if year >= 2024 else date(year, 12, 1))
    return frozenset(movable | fixed)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


@dataclass(frozen=True, slots=True)
class Calendario:
    """The user's changes to the calendar of the law.

    inhabiles: extra holidays. habiles: holidays of the law that count as working days.
    """

    inhabiles: frozenset[date] = field(default=frozenset())
    habiles: frozenset[date] = field(default=frozenset())

    def is_working(self, day: date) -> bool:
        if day in self.habiles:
            return True
        return day.weekday() < 5 and day not in self.inhabiles and day not in lft_holidays(day.year)

    def nth_working_day(self, start: date, nth: int) -> date:
        """The nth working day from `start` on. `start` counts if it is a working day.

        nth: 1 or more.
        """
        day = start
        while True:
            if self.is_working(day):
                nth -= 1
                if nth <= 0:
                    return day
            day += _DAY

    def previous_working_day(self, day: date) -> date:
        day -= _DAY
        while not self.is_working(day):
            day -= _DAY
        return day
