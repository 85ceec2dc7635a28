"""The history of a record: which writes a version of it contains.

A write has a name and a number. The name belongs to one start of one desktop and is drawn at
random; the number is stored before the write leaves. So no pair is ever given twice, and a version
is named by its own write. What a version contains, a later one contains too: comparing two
versions is asking whether each one has the write of the other.
Source: docs/decisions/0028-sellos.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from typing import Any, Final

Write = tuple[str, int]  # name of a start of a desktop, number of its write

MAX_NUMBER: Final = 2**53 - 1
# The names that a version keeps, so that its history stays under 1 kB. See 0028, Bounded.
KEPT_NAMES: Final = 32
NAME_LENGTH: Final = 16


class Ancestry(Enum):
    """Which of two versions contains the other one."""

    NEWER = "newer"  # the received version contains the known one, or is the same
    OLDER = "older"  # the known version contains the received one
    APART = "apart"  # each has a write that the other one lacks


@dataclass(frozen=True, slots=True)
class History:
    """writes: the last write of each name, in the order of writing. The last one is the version's.

    Empty if nobody wrote it: somebody made the record by hand.
    """

    writes: tuple[Write, ...] = ()

    @property
    def own(self) -> Write | None:
        """The write that made this version."""
        return self.writes[-1] if self.writes else None

    def has(self, write: Write | None) -> bool:
        """Whether the version contains this write; everything contains None."""
        return write is None or any(
            name == write[0] and number >= write[1] for name, number in self.writes
        )

    def contains(self, other: History) -> bool:
        return all(map(self.has, other.writes))

    def written(self, write: Write) -> History:
        """The history after one more write."""
        others = (one for one in self.writes if one[0] != write[0])
        return History((*others, write)[-KEPT_NAMES:])

    def joined(self, newer: History) -> History:
        """The history of a version with the write of `newer` that contains both."""
        # In turns from the newest, so that the newest of both stay through several joins.
        kept: dict[str, int] = {}
        for pair in zip_longest(reversed(newer.writes), reversed(self.writes)):
            for name, number in (one for one in pair if one is not None):
                kept[name] = max(number, kept.get(name, 0))
        return History(tuple(reversed(list(kept.items())[:KEPT_NAMES])))


def ancestry(known: History, told: History) -> Ancestry:
    """How the received version `told` relates to the known one.

    One without any write counts as newer: the server sent it later.
    """
    if known.own is None or told.own is None or known.own == told.own:
        return Ancestry.NEWER
    here, there = known.has(told.own), told.has(known.own)
    if here and there:
        # Two desktops joined the same versions in the other order: only the whole tells.
        here, there = known.contains(told), told.contains(known)
    if there:
        return Ancestry.NEWER
    return Ancestry.OLDER if here else Ancestry.APART


def read_history(value: Any) -> History:
    """The history of its JSON form, [[name, number], …]. Raises ValueError for anything else."""
    if not isinstance(value, list) or len(value) > KEPT_NAMES:
        raise ValueError("no history")
    writes = tuple(_read_write(one) for one in value)
    if len({name for name, _ in writes}) < len(writes):
        raise ValueError("no history")
    return History(writes)


def _read_write(value: Any) -> Write:
    match value:
        case [str() as name, int() as number] if type(number) is int:
            if 0 < len(name) <= NAME_LENGTH and 0 < number <= MAX_NUMBER:
                return name, number
    raise ValueError("no write")
