"""Every window and mail tells the hours of one zone, whatever the machine's."""

from __future__ import annotations

import re

from tests.arranque.test_capas import SOURCES

NAIVE = re.compile(r"\.astimezone\(\)")


def test_no_hour_is_told_in_the_zone_of_the_machine() -> None:
    files = sorted(SOURCES.rglob("*.py"))
    assert len(files) > 300
    found = [path.name for path in files if NAIVE.search(path.read_text(encoding="utf-8"))]
    assert found == []
