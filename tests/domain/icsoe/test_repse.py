"""The renewal window of the REPSE: every month from 2021 to 2026, by hand.

Source: the tables of three law firms for DOF 21-Feb-2024, décimo sexto, which agree; the examples
of June 2021 and June 2024 are theirs.
"""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.icsoe.repse import EstadoRepse, VentanaRepse

# Month of the registration → first and last month of its window. * is of the year before.
MONTHS = {
    1: ("10*", "12*"), 2: ("11*", "01"), 3: ("12*", "02"), 4: ("01", "03"), 5: ("02", "04"),
    6: ("03", "05"), 7: ("04", "06"), 8: ("05", "07"), 9: ("06", "08"), 10: ("07", "09"),
    11: ("08", "10"), 12: ("09", "11"),
}  # fmt: skip
LAST_DAY = {
    "01": 31, "02": 28, "03": 31, "04": 30, "05": 31, "06": 30, "07": 31, "08": 31, "09": 30,
    "10": 31, "11": 30, "12": 31,
}  # fmt: skip
LEAP = {2024, 2028}


@pytest.mark.parametrize("year", range(2021, 2027))
@pytest.mark.parametrize("month", range(1, 13))
def test_the_window_of_every_month(year: int, month: int) -> None:
    first, last = MONTHS[month]

    def year_of(text: str) -> int:
        return year + 3 - text.endswith("*")

    last_month = last.rstrip("*")
    last_day = 29 if last_month == "02" and year_of(last) in LEAP else LAST_DAY[last_month]
    for day in (1, 15, 28):
        ventana = VentanaRepse(date(year, month, day))
        assert ventana.abre == date(year_of(first), int(first.rstrip("*")), 1)
        assert ventana.cierra == date(year_of(last), int(last_month), last_day)


def test_the_examples_of_the_tables() -> None:
    ventana = VentanaRepse(date(2024, 6, 20))
    assert (ventana.abre, ventana.cierra, ventana.vence) == (
        date(2027, 3, 1),
        date(2027, 5, 31),
        date(2027, 6, 20),
    )
    first = VentanaRepse(date(2021, 6, 1))
    assert (first.abre, first.cierra) == (date(2024, 3, 1), date(2024, 5, 31))
    assert VentanaRepse(date(2024, 2, 29)).vence == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("hoy", "estado"),
    [
        (date(2027, 2, 28), EstadoRepse.VIGENTE),
        (date(2027, 3, 1), EstadoRepse.ABIERTA),
        (date(2027, 4, 30), EstadoRepse.ABIERTA),
        (date(2027, 5, 1), EstadoRepse.ULTIMO_MES),
        (date(2027, 5, 31), EstadoRepse.ULTIMO_MES),
        # Twenty days before the three years end, and nothing can be renewed any more.
        (date(2027, 6, 1), EstadoRepse.CERRADA),
        (date(2027, 6, 21), EstadoRepse.CERRADA),
    ],
)
def test_its_state_on_a_day(hoy: date, estado: EstadoRepse) -> None:
    ventana = VentanaRepse(date(2024, 6, 20))
    assert ventana.on(hoy) is estado
    assert ("31/05/2027" in ventana.sentence(hoy)) is True
