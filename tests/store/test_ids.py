"""Row ids: UUIDv7 by RFC 9562, that sort as they were made."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.store.engine import IdSource, Store
from tests.conftest import Reloj

# The example of RFC 9562, A.6: 22 February 2022, 19:22:22 UTC.
RFC_MS, RFC_HEAD = 0x017F22E279B0, "017f22e2-79b0-7"


def milliseconds(one: uuid.UUID) -> int:
    return one.int >> 80


def test_an_id_is_a_uuid_of_version_seven() -> None:
    one = IdSource(lambda: RFC_MS).new()
    assert str(one).startswith(RFC_HEAD)
    assert one.version == 7
    assert one.variant == uuid.RFC_4122
    assert milliseconds(one) == RFC_MS


@given(st.lists(st.integers(min_value=0, max_value=2**47), min_size=1, max_size=50))
def test_ids_grow_however_the_clock_goes(clock: list[int]) -> None:
    ticks = iter(clock)
    source = IdSource(lambda: next(ticks))
    ids = [source.new() for _ in clock]
    for before, after in pairwise(ids):
        assert before < after
        assert before.bytes < after.bytes
        assert str(before) < str(after)
    for one in ids:
        assert (one.version, one.variant) == (7, uuid.RFC_4122)
    assert milliseconds(ids[0]) == clock[0]


def test_a_stopped_clock_runs_out_of_counter_and_still_grows() -> None:
    source = IdSource(lambda: RFC_MS)
    ids = [source.new() for _ in range(20_000)]
    assert ids == sorted(set(ids))
    # Two thousand or more fit in a millisecond, so few are borrowed from what is to come.
    assert milliseconds(ids[-1]) - RFC_MS <= 20_000 // 2_048


def test_a_clock_set_back_does_not_go_back_in_the_ids() -> None:
    now = [RFC_MS]
    source = IdSource(lambda: now[0])
    first = source.new()
    now[0] -= 3_600_000
    second = source.new()
    assert first < second
    assert milliseconds(second) == RFC_MS
    now[0] = RFC_MS + 5
    assert milliseconds(source.new()) == RFC_MS + 5


def test_threads_never_share_an_id() -> None:
    source = IdSource(lambda: RFC_MS)
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: [source.new() for _ in range(2_000)], range(8)))
    assert len({one for run in runs for one in run}) == 16_000
    for run in runs:
        assert run == sorted(run)


def test_two_programs_make_different_ids_in_the_same_millisecond() -> None:
    ids = {IdSource(lambda: RFC_MS).new().int & (2**62 - 1) for _ in range(100)}
    assert len(ids) == 100


def test_the_store_takes_its_own_clock(store: Store, reloj: Reloj) -> None:
    assert milliseconds(store.new_id()) == int(reloj.now.timestamp() * 1000)
