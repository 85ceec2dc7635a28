"""Working days: not Saturday, not Sunday, not a day of LFT 74, nor one that the user adds.

Election days (LFT 74-IX) are set by law each time: they are added by the user, like the IMSS's own.
Sources: LFT 74; dominio/idse.md §5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def lft_holidays(year: int) -> frozenset[date]:
    """The obligatory days of rest of a year, without election days.

    Until 2005 the three that move to a Monday stood on their own dates (DOF 17-Jan-2006); the
    federal power changes hands on 1 October from 2024 on, and did on 1 December until 2018.
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
    """inhabiles: days of rest besides the law's. habiles: days that count in spite of the law's."""

    inhabiles: frozenset[date] = field(default=frozenset())
    habiles: frozenset[date] = field(default=frozenset())

    def is_working(self, day: date) -> bool:
        if day in self.habiles:
            return True
        return day.weekday() < 5 and day not in self.inhabiles and day not in lft_holidays(day.year)

    def nth_working_day(self, start: date, nth: int) -> date:
        """The nth working day, `start` being the first where it is one.

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
