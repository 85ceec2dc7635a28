"""The history of a record: which writes of which desktops a version of it contains.

The stamp of a desktop is the number of its last write that the version contains. A new write has
one more than the highest number of the version that it replaces. So histories can be compared
without the clock or the versions of any machine.
Source: docs/decisions/0028-sellos.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import zip_longest
from typing import Any, Final

Stamps = Mapping[str, int]  # desktop → number of its last write

KEPT_OPERATIONS: Final = 16
MAX_NUMBER: Final = 2**53 - 1
# Desktops that ever wrote one record. A genuine office has fewer.
MAX_STAMPS: Final = 2_000
_NAME_LENGTH: Final = 12
_SAME_DESKTOP: Final = 8  # first characters of the names that a desktop had in all its lives


class Ancestry(Enum):
    """Which of two versions contains the other one."""

    NEWER = "newer"  # the received version contains the known one, or is the same
    OLDER = "older"  # the known version contains the received one
    APART = "apart"  # each has a write that the other one lacks


@dataclass(frozen=True, slots=True)
class History:
    """operations: ids of the last writes, the newest last. stamps: empty if none wrote it."""

    operations: tuple[bytes, ...] = ()
    stamps: Stamps = field(default_factory=dict)

    def written(self, operation: bytes, desktop: str) -> History:
        """The history after one more write."""
        number = min(max(self.stamps.values(), default=0) + 1, MAX_NUMBER)
        return History(
            (*self.operations, operation)[-KEPT_OPERATIONS:], {**self.stamps, desktop: number}
        )

    def joined(self, other: History) -> History:
        """The history of a version that contains both. The operations of `other` are the newer."""
        # In turns from the newest, so that the newest of both stay through several joins.
        mine = tuple(one for one in self.operations if one not in other.operations)
        pairs = zip_longest(reversed(other.operations), reversed(mine))
        kept = [one for pair in pairs for one in pair if one is not None][:KEPT_OPERATIONS]
        return History(tuple(reversed(kept)), join(self.stamps, other.stamps))


def desktop_name(miembro: uuid.UUID, vida: str = "") -> str:
    """The name of a desktop in stamps.

    miembro: the id of its member record. vida: empty, or four hexadecimal digits since it noticed
    that its disk was restored. It would give the numbers of its former name a second time.
    """
    name = miembro.hex[-_NAME_LENGTH:]
    return name[:_SAME_DESKTOP] + vida if vida else name


def unremembered(known: Stamps, told: Stamps, desktop: str) -> bool:
    """Whether `told` has a write of this desktop, in any of its lives, that `known` lacks."""
    return any(
        number > known.get(name, 0)
        for name, number in told.items()
        if name[:_SAME_DESKTOP] == desktop[:_SAME_DESKTOP]
    )


def join(one: Stamps, other: Stamps) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}


def ancestry(known: History, told: History) -> Ancestry:
    """How the received version `told` relates to the known one.

    A version that somebody made by hand may have no stamps. If the operations do not tell either,
    the received version counts as newer: the server sent it later.
    """
    if known.operations and known.operations[-1] in told.operations:
        return Ancestry.APART if _was_sent_twice(known, told) else Ancestry.NEWER
    if told.operations and told.operations[-1] in known.operations:
        return Ancestry.OLDER
    if not known.stamps or not told.stamps:
        return Ancestry.NEWER
    has_all = all(told.stamps.get(name, 0) >= number for name, number in known.stamps.items())
    is_had = all(known.stamps.get(name, 0) >= number for name, number in told.stamps.items())
    if has_all == is_had:
        return Ancestry.APART
    later, earlier = (told, known) if has_all else (known, told)
    if _repeats(later, earlier):
        return Ancestry.APART
    return Ancestry.NEWER if has_all else Ancestry.OLDER


def forgot_own(known: History, told: History, desktop: str) -> bool:
    """Whether this desktop wrote the known version after its disk was restored, unseen by `told`.

    Then `told` has a number of it that it does not remember, and lacks its last write, which the
    others took for an old one.
    """
    newest = max(known.stamps.values(), default=0)
    last = {
        name: number
        for name, number in known.stamps.items()
        if number == newest and name[:_SAME_DESKTOP] == desktop[:_SAME_DESKTOP]
    }
    return (
        any(told.stamps.get(name, 0) > number for name, number in last.items())
        and known.operations[-1:] != ()
        and known.operations[-1] not in told.operations
    )


def _was_sent_twice(known: History, told: History) -> bool:
    """Whether the last write of the known version was sent again, over an older version.

    A desktop sent it, its disk was restored to before that, and the server went back. `told` then
    has that write, and lacks what the known version has under it.
    """
    newest = max(known.stamps.values(), default=0)
    authors = [name for name, number in known.stamps.items() if number == newest]
    if not told.stamps or all(told.stamps.get(name, 0) >= newest for name in authors):
        return False
    is_whole = len(told.operations) < KEPT_OPERATIONS
    has_former = is_whole or told.operations[0] != known.operations[-1]
    return has_former and not set(known.operations[-2:]) <= set(told.operations)


def _repeats(later: History, earlier: History) -> bool:
    """Whether the later version has the earlier one's stamps without its last write.

    A desktop whose disk was restored, at a server that went back, gives a number a second time.
    """
    steps = max(later.stamps.values()) - max(earlier.stamps.values())
    if not earlier.operations or not later.operations or steps >= KEPT_OPERATIONS // 4:
        return False
    return earlier.operations[-1] not in later.operations


def read_stamps(value: Any) -> dict[str, int]:
    """Raises ValueError for a value that is not a stamp of each desktop."""
    if not isinstance(value, dict) or len(value) > MAX_STAMPS:
        raise ValueError("no stamps")
    for name, number in value.items():
        if len(name) > _NAME_LENGTH or type(number) is not int or not 0 < number <= MAX_NUMBER:
            raise ValueError("no stamp")
    return value
