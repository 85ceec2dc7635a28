"""What another member may have written into a record of movements: taken only where it fits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from icsoe_desktop.store.lotes.carriers import key_of_line
from icsoe_desktop.store.sincronizacion import packets, states
from icsoe_desktop.store.sincronizacion.shared_rows import from_plain, to_plain
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.types import is_day

LOTE = "0" * 31 + "1"
# Invented; NSS and registro patronal with good check digits (Luhn, by hand).
ALTA: list[Any] = [
    "12345678903", "", "RIVERA", "DIEGO", "GAEL", "08", "A1234567895", 2026_10_06, 400_00,
    "1", "0", "0", "", "035", "01400", "", "", "",
]  # fmt: skip
BAJA: list[Any] = [
    *ALTA[:5], "02", *ALTA[6:8], None, "", "", "", "2", "", "01400", "A1", "", 32 * "a",
]  # fmt: skip
ESTADO: list[Any] = ["Enviado", None, 2026_10_06, None, None, None, "", "", LOTE]


def changed(values: list[Any], at: int, value: Any) -> list[Any]:
    return [*values[:at], value, *values[at + 1 :]]


@pytest.mark.parametrize(
    "values",
    [
        ALTA,
        BAJA,
        changed(ALTA, 7, 1000_01_01),
        changed(ALTA, 8, 0),
        changed(ALTA, 16, "RIDG900215AB1"),
        changed(ALTA, 8, 2**63 - 1),
        [*ALTA, "de una versión más nueva"],
    ],
)
def test_the_values_of_a_movement_are_taken(values: list[Any]) -> None:
    packets.check(values)


@pytest.mark.parametrize(
    "values",
    [
        ALTA[:-1],
        changed(ALTA, 0, "12345678904"[:-1]),
        changed(ALTA, 2, 7),
        changed(ALTA, 5, "09"),
        changed(ALTA, 6, "A123456789"),
        changed(ALTA, 6, "*1234567895"),
        changed(ALTA, 7, 2026_13_01),
        changed(ALTA, 7, None),
        changed(ALTA, 7, 999_12_31),
        changed(ALTA, 8, -1),
        changed(ALTA, 8, 2**63),
        changed(ALTA, 8, 400.0),
        changed(ALTA, 8, "40000"),
        changed(ALTA, 9, "5"),
        changed(ALTA, 10, "3"),
        changed(ALTA, 11, "7"),
        changed(BAJA, 12, "0"),
        changed(ALTA, 15, None),
        changed(ALTA, 16, "RIDG900215"),
        *(changed(ALTA, 17, corrige) for corrige in ("A" * 32, "de otro", None)),
    ],
)
def test_values_that_no_movement_has_are_refused(values: list[Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        packets.check(values)


@pytest.mark.parametrize(
    "told",
    [
        ESTADO,
        changed(ESTADO, 8, None),
        *(changed(ESTADO, 1, late) for late in (0, 1)),
        ["Rechazado", 1, 2026_10_06, 2026_10_07, None, 2026_10_08, "X1", "causa inventada", LOTE],
    ],
)
def test_a_state_is_read_and_told_again_as_it_came(told: list[Any]) -> None:
    assert states._state_out(states.state_in(told)) == told


@pytest.mark.parametrize(
    "told",
    [
        ESTADO[:-1],
        [*ESTADO[:-1], "", LOTE],
        changed(ESTADO, 0, "Perdido"),
        changed(ESTADO, 1, 2),
        changed(ESTADO, 2, 2026_13_01),
        changed(ESTADO, 5, "20261006"),
        changed(ESTADO, 6, None),
        changed(ESTADO, 7, 3),
        changed(ESTADO, 8, "no es"),
    ],
)
def test_a_state_that_no_notice_has_is_refused(told: list[Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        states.state_in(told)


@pytest.mark.parametrize(
    ("column", "day"),
    [
        (RelacionRow.__table__.c.cotejada, date(1000, 1, 1)),
        (RelacionRow.__table__.c.creado, datetime(1000, 1, 1, tzinfo=UTC)),
    ],
    ids=["day", "instant"],
)
def test_a_year_has_four_digits_so_that_no_time_zone_leaves_the_calendar(
    column: Any, day: date
) -> None:
    assert from_plain(column, to_plain(day)) == day
    before = to_plain(day).replace("1000-01-01", "0999-12-31")
    with pytest.raises(ValueError, match="no such year"):
        from_plain(column, before)


def test_a_line_of_a_lote_with_a_digit_that_is_none_is_of_no_movement() -> None:
    line = "Y551234510" + "5" + "1" * 11 + " " * 96 + "02032026" + " " * 5 + "08" + " " * 35
    assert key_of_line(line) == ("Y5512345105", "1" * 11, 20260302, "08")
    assert key_of_line(line.replace("02032026", "0203202²")) is None


@pytest.mark.parametrize("number", [0, -1, 20260230, 99991231, 10**30, True, 2026.0, "20260302"])
def test_what_is_no_day_is_no_day(number: object) -> None:
    assert is_day(20260302)
    assert not is_day(number)
