"""The calendar day that every term counts: that of central Mexico, at UTC-6 all year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from icsoe_desktop.domain.certificados.certificado import fecha_local


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 3, 5, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 3, 6, tzinfo=UTC), date(2026, 3, 3)),
        # No summer time since October 2022.
        (datetime(2026, 7, 3, 5, 59, 59, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 7, 3, 6, tzinfo=UTC), date(2026, 7, 3)),
    ],
)
def test_a_day_ends_at_six_in_the_morning_of_utc(moment: datetime, day: date) -> None:
    assert fecha_local(moment) == day
