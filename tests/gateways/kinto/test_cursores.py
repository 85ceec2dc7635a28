"""How far a collection was read for good, whatever the clocks of the server say."""

from __future__ import annotations

from icsoe_desktop.gateways.kinto.values import RecordPage, SafeCursor

NOW = 1_795_248_000_000
IN_2099 = 4_083_000_000_000
MINUTE = 60_000


def page(now: int, version: int, more: str | None = None) -> RecordPage:
    return RecordPage((), more, None, now, version)


def test_what_was_read_is_behind_the_cursor_after_a_minute() -> None:
    cursor = SafeCursor()
    assert cursor.after(NOW - 5, page(NOW, NOW - 5)) == NOW - MINUTE
    assert cursor.after(NOW - 5, page(NOW + 30_000, NOW - 5)) == NOW - 30_000
    assert cursor.after(NOW - 5, page(NOW + 70_000, NOW - 5)) == NOW - 5
    assert SafeCursor().after(1234, page(NOW, NOW)) == 1234


def test_versions_of_a_clock_set_ahead_are_read_once_and_not_in_every_round() -> None:
    cursor = SafeCursor()
    assert cursor.after(IN_2099, page(NOW, IN_2099)) == NOW - MINUTE
    # Perhaps somebody was still writing an older one.
    assert cursor.after(IN_2099, page(NOW + 59_999, IN_2099)) == NOW - 1
    assert cursor.after(IN_2099 + 3, page(NOW + MINUTE, IN_2099 + 3)) == IN_2099
    assert cursor.after(IN_2099 + 3, page(NOW + 2 * MINUTE, IN_2099 + 3)) == IN_2099 + 3


def test_a_page_is_never_passed_before_it_was_read() -> None:
    cursor = SafeCursor()
    cursor.after(IN_2099, page(NOW, IN_2099))
    later = page(NOW + MINUTE, IN_2099, "_token=1")
    assert cursor.after(IN_2099 - 500, later, last=False) == IN_2099 - 500


def test_after_a_restored_server_the_margin_holds_again() -> None:
    cursor = SafeCursor()
    cursor.after(IN_2099, page(NOW, IN_2099))
    assert cursor.after(IN_2099, page(NOW + MINUTE, IN_2099)) == IN_2099
    restored = NOW + 2 * MINUTE
    assert cursor.after(restored - 1, page(restored, restored - 1)) == restored - MINUTE


def test_without_the_servers_clock_the_cursor_stays() -> None:
    cursor = SafeCursor()
    assert [cursor.after(NOW, page(0, NOW)) for _ in range(3)] == [0, 0, 0]
