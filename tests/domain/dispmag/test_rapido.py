"""What the fast path remembers stays small, whatever a file holds."""

from __future__ import annotations

from icsoe_desktop.domain.dispmag.rapido import Remembered

MOST = 40_000


def test_no_more_than_40_000_texts_are_remembered_and_each_is_computed_once() -> None:
    asked: list[int] = []

    def compute(key: int) -> str:
        asked.append(key)
        return str(key)

    remembered = Remembered(compute)
    for key in range(MOST):
        assert remembered[key] == str(key)
    assert remembered[0] == "0"
    assert (len(remembered), asked) == (MOST, list(range(MOST)))
    assert remembered[MOST] == str(MOST)
    assert remembered == {MOST: str(MOST)}
