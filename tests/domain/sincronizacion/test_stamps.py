"""Which of two versions of a record contains the other one, without any clock."""

from __future__ import annotations

import json
import random

import pytest

from icsoe_desktop.domain.sincronizacion.stamps import (
    KEPT_NAMES,
    MAX_NUMBER,
    Ancestry,
    History,
    ancestry,
    read_history,
)


def writes(start: History, *names: str, first: int = 1) -> History:
    for number, name in enumerate(names, first):
        start = start.written((name, number))
    return start


def test_what_follows_is_newer_and_what_came_before_is_older() -> None:
    one = writes(History(), "uno")
    far = writes(one, *(["dos", "tres"] * 100), first=2)
    for later in (one, writes(one, "dos", first=2), far):
        assert ancestry(one, later) is Ancestry.NEWER
        if later != one:
            assert ancestry(later, one) is Ancestry.OLDER


def test_two_that_wrote_over_the_same_version_are_apart_until_somebody_joins_them() -> None:
    base = writes(History(), "uno")
    one, other = base.written(("uno", 2)), base.written(("dos", 1))
    assert ancestry(one, other) is ancestry(other, one) is Ancestry.APART
    joined = one.joined(other).written(("tres", 1))
    assert ancestry(one, joined) is ancestry(other, joined) is Ancestry.NEWER
    assert ancestry(joined, one) is ancestry(joined, other) is Ancestry.OLDER


def test_a_version_that_was_joined_to_what_was_here_is_still_that_version() -> None:
    base = writes(History(), "uno")
    mine, told = base.written(("dos", 1)), base.written(("tres", 1))
    known = mine.joined(told)
    assert ancestry(known, told) is Ancestry.NEWER
    assert ancestry(known, told.written(("uno", 2))) is Ancestry.NEWER
    assert ancestry(known, mine) is Ancestry.OLDER


def test_two_desktops_that_joined_the_same_versions_apart_do_not_send_them_for_ever() -> None:
    """Each has the other's own write: found older by both, each put its own back every round."""
    base = writes(History(), "uno")
    one, other = base.written(("dos", 1)), base.written(("tres", 1))
    here, there = one.joined(other), other.joined(one)
    assert here != there
    assert ancestry(here, there) is ancestry(there, here) is Ancestry.NEWER
    # Neither is older while it has something that the other one lacks.
    more = one.written(("uno", 2)).written(("dos", 2)).joined(other)
    less = other.joined(one.written(("dos", 2)))
    assert ancestry(less, more) is Ancestry.NEWER
    assert ancestry(more, less) is Ancestry.OLDER
    apart = other.written(("diez", 1)).written(("tres", 2)).joined(one.written(("dos", 2)))
    wide = one.written(("uno", 2)).written(("dos", 2)).joined(other.written(("tres", 2)))
    assert ancestry(apart, wide) is ancestry(wide, apart) is Ancestry.APART


def test_a_version_that_somebody_made_by_hand_is_newer() -> None:
    known = writes(History(), "uno", "dos")
    assert ancestry(known, History()) is ancestry(History(), known) is Ancestry.NEWER
    assert known.joined(History()) == known


def test_whatever_desktops_do_the_order_is_that_of_what_they_saw() -> None:
    chance = random.Random(14)  # noqa: S311
    known: list[tuple[History, frozenset[int]]] = []
    for at in range(1, 400):
        history, seen = chance.choice(known[-6:]) if at > 3 else (History(), frozenset())
        if at > 3 and chance.random() < 0.2:
            other, also = chance.choice(known[-6:])
            history, seen = history.joined(other), seen | also
        # A start writes over what it wrote before, as a desktop keeps its own edits.
        name = f"{chance.choice('abc')}{at // 60}"
        mine = [one for one in known if one[0].own is not None and one[0].own[0] == name]
        if mine:
            history, seen = mine[-1][0].joined(history), seen | mine[-1][1]
        known.append((history.written((name, at)), seen | {at}))
    for history, seen in known:
        for other, also in known:
            found = ancestry(history, other)
            if seen <= also:
                assert found is Ancestry.NEWER
            elif also <= seen:
                assert found is Ancestry.OLDER
            else:
                assert found is Ancestry.APART


def test_a_record_edited_in_1000_starts_of_20_desktops_has_a_history_below_1_kb() -> None:
    chance = random.Random(30)  # noqa: S311
    first = known = History().written(("f" * 16, 1))
    for start in range(1_000):
        name = f"{start % 20:08x}{chance.getrandbits(32):08x}"
        former, known = known, known.written((name, chance.randrange(1, 1_000_000)))
        assert ancestry(former, known) is Ancestry.NEWER
        assert ancestry(known, former) is Ancestry.OLDER
    assert len(json.dumps(known.writes, separators=(",", ":"))) < 1_000
    # Whoever did not look for so long has both values kept: a folded name never means «seen».
    assert ancestry(first, known) is Ancestry.APART


@pytest.mark.parametrize(
    "value",
    [None, {}, [["a", 0]], [["a", -1]], [["a", True]], [["a", 1.0]], [["a", "1"]], [["", 1]],
     [["a", MAX_NUMBER + 1]], [["a" * 17, 1]], [["a", 1, 2]], ["a1"], [["a", 1], ["a", 2]],
     [[str(at), 1] for at in range(KEPT_NAMES + 1)]],
    ids=["none", "object", "zero", "below", "bool", "float", "text", "nobody", "huge", "name",
         "three", "no pair", "twice", "many"],
)  # fmt: skip
def test_what_is_no_history_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"no (history|write)"):
        read_history(value)
