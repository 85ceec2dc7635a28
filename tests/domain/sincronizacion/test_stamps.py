"""Which of two versions of a record contains the other one, without any clock."""

from __future__ import annotations

import random

import pytest

from icsoe_desktop.domain.sincronizacion.stamps import (
    KEPT_OPERATIONS,
    MAX_NUMBER,
    Ancestry,
    History,
    ancestry,
    read_stamps,
)


def op(at: int) -> bytes:
    return at.to_bytes(16, "big")


def writes(start: History, *desktops: str, first: int = 1) -> History:
    for at, desktop in enumerate(desktops, first):
        start = start.written(op(at), desktop)
    return start


def test_what_follows_is_newer_and_what_came_before_is_older() -> None:
    one = writes(History(), "uno")
    far = writes(one, *(["dos", "tres"] * KEPT_OPERATIONS), first=2)
    for later in (one, writes(one, "dos", first=2), far):
        assert ancestry(one, later) is Ancestry.NEWER
        if later != one:
            assert ancestry(later, one) is Ancestry.OLDER


def test_two_that_wrote_over_the_same_version_are_apart_until_somebody_joins_them() -> None:
    base = writes(History(), "uno")
    one, other = base.written(op(100), "uno"), base.written(op(200), "dos")
    assert ancestry(one, other) is ancestry(other, one) is Ancestry.APART
    joined = one.joined(other).written(op(300), "tres")
    assert ancestry(one, joined) is ancestry(other, joined) is Ancestry.NEWER
    assert ancestry(joined, one) is Ancestry.OLDER


def test_the_first_writes_of_two_desktops_are_apart() -> None:
    older = History((op(1),))  # without stamps
    one, other = older.written(op(2), "uno"), older.written(op(3), "dos")
    assert ancestry(one, other) is ancestry(other, one) is Ancestry.APART


def test_the_same_number_of_the_same_desktop_is_another_write_after_a_restoration() -> None:
    base = writes(History(), "uno")
    assert ancestry(base.written(op(7), "uno"), base.written(op(8), "uno")) is Ancestry.APART


def test_a_write_that_was_sent_again_over_an_older_version_is_apart() -> None:
    base = writes(History(), "uno")
    over = base.written(op(7), "dos").written(op(8), "uno")
    again = base.written(op(8), "uno")
    assert ancestry(over, again) is Ancestry.APART
    assert ancestry(over, again.written(op(9), "dos")) is Ancestry.APART
    assert ancestry(again, over) is Ancestry.NEWER
    followed = over.written(op(9), "tres")
    assert ancestry(followed, again) is Ancestry.OLDER


def test_a_number_given_twice_is_seen_also_when_one_side_went_on() -> None:
    base = writes(History(), "uno")
    first, again = base.written(op(7), "uno"), base.written(op(8), "uno")
    for further in range(1, 4):
        again = again.written(op(20 + further), "dos")
        assert ancestry(first, again) is ancestry(again, first) is Ancestry.APART


def test_a_version_without_stamps_is_known_by_its_operations_and_else_is_newer() -> None:
    known = writes(History(), "uno", "dos", "uno")
    older = History(known.operations[:2])
    assert ancestry(known, older) is Ancestry.OLDER
    assert ancestry(known, History((*known.operations, op(9)))) is Ancestry.NEWER
    assert ancestry(known, History((op(50),))) is Ancestry.NEWER
    assert ancestry(History(), known) is Ancestry.NEWER


def test_whatever_desktops_do_the_order_is_that_of_what_they_saw() -> None:
    chance = random.Random(14)  # noqa: S311
    known: list[tuple[History, frozenset[bytes]]] = [(History(), frozenset())]
    for at in range(1, 300):
        history, seen = chance.choice(known[-6:])
        if chance.random() < 0.2:
            other, also = chance.choice(known[-6:])
            history, seen = history.joined(other), seen | also
        known.append((history.written(op(at), chance.choice("abc") + str(at % 7)), seen | {op(at)}))
    for history, seen in known[1:]:
        for other, also in known[1:]:
            found = ancestry(history, other)
            if seen <= also:
                assert found is Ancestry.NEWER
            elif also <= seen:
                assert found is Ancestry.OLDER


@pytest.mark.parametrize(
    "value",
    [None, [], {"a": 0}, {"a": -1}, {"a": True}, {"a": 1.0}, {"a": "1"}, {"a": MAX_NUMBER + 1},
     {"a" * 13: 1}, {str(at): 1 for at in range(3_000)}],
    ids=["none", "list", "zero", "below", "bool", "float", "text", "huge", "name", "many"],
)  # fmt: skip
def test_what_are_no_stamps_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no stamp"):
        read_stamps(value)


def test_the_last_number_stays_so_that_the_record_can_still_be_read() -> None:
    last = History((), {"uno": MAX_NUMBER}).written(op(1), "dos")
    assert read_stamps(dict(last.stamps)) == {"uno": MAX_NUMBER, "dos": MAX_NUMBER}


def test_a_first_write_is_not_in_the_many_writes_of_another_desktop() -> None:
    base = History((op(1),))
    one = base.written(op(2), "uno")
    many = writes(base, *["dos"] * KEPT_OPERATIONS, first=3)
    assert ancestry(one, many) is ancestry(many, one) is Ancestry.APART
