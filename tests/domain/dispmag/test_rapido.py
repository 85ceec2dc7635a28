"""The fast path takes nearly all records, and what it remembers stays small."""

from __future__ import annotations

from datetime import date

from benchmarks.datos import linea_168
from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.dispmag.rapido import Rapido, Remembered

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


def test_records_without_problems_take_the_fast_path() -> None:
    fast = Rapido(lambda _raw: (date(2026, 3, 2), 1, 10_000_00))
    records = list(generated(300))
    assert sum(bool(record.curp) for record in records) > 100
    read = [fast.record(1, linea_168(record)) for record in records]
    assert None not in read
