"""Periods of the Informativa and their windows."""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.icsoe.periodo import Periodo, Urgencia, por_presentar
from icsoe_desktop.domain.movimientos.plazos import Calendario

LEY = Calendario()
# The 17th of May and September of the year, and of January of the next one, by hand: a Saturday
# moves to the 19th, a Sunday to the 18th.
DIAS = {
    2021: (17, 17, 17),
    2022: (17, 19, 17),
    2023: (17, 18, 17),
    2024: (17, 17, 17),
    2025: (19, 17, 19),
    2026: (18, 17, 18),
    2027: (17, 17, 17),
    2028: (17, 18, 17),
    2029: (17, 17, 17),
    2030: (17, 17, 17),
}


@pytest.mark.parametrize("year", DIAS)
def test_the_deadline_of_each_period_is_the_17th_or_the_next_working_day(year: int) -> None:
    mayo, septiembre, enero = DIAS[year]
    assert [Periodo(year, n).vence(LEY) for n in (1, 2, 3)] == [
        date(year, 5, mayo),
        date(year, 9, septiembre),
        date(year + 1, 1, enero),
    ]


def test_days_that_the_user_adds_move_the_deadline() -> None:
    inhabiles = Calendario(inhabiles=frozenset({date(2027, 1, 18), date(2027, 1, 19)}))
    assert Periodo(2026, 3).vence(inhabiles) == date(2027, 1, 20)
    habil = Calendario(habiles=frozenset({date(2027, 1, 17)}))
    assert Periodo(2026, 3).vence(habil) == date(2027, 1, 17)


def test_a_period_knows_its_days_and_its_window() -> None:
    tercero = Periodo(2026, 3)
    assert (tercero.primero, tercero.ultimo, tercero.abre) == (
        date(2026, 9, 1),
        date(2026, 12, 31),
        date(2027, 1, 1),
    )
    assert tercero.nombre == "septiembre–diciembre 2026"
    assert (tercero.previous, tercero.next) == (Periodo(2026, 2), Periodo(2027, 1))
    assert Periodo(2027, 1).previous == tercero
    assert [Periodo.of(date(2026, month, 1)).cuatrimestre for month in range(1, 13)] == [
        *[1] * 4,
        *[2] * 4,
        *[3] * 4,
    ]


@pytest.mark.parametrize(
    ("day", "urgencia", "plazo"),
    [
        (date(2026, 12, 31), Urgencia.AUN_NO, "vence el 18/01/2027, faltan 18 días"),
        (date(2027, 1, 1), Urgencia.ABIERTO, "vence el 18/01/2027, faltan 17 días"),
        (date(2027, 1, 17), Urgencia.POR_VENCER, "vence el 18/01/2027, falta 1 día"),
        (
            date(2027, 1, 18),
            Urgencia.POR_VENCER,
            "vence hoy, 18/01/2027, a las 23:59 de la Ciudad de México",
        ),
        (date(2027, 1, 20), Urgencia.VENCIDO, "venció el 18/01/2027, hace 2 días"),
    ],
)
def test_what_is_left_is_said_in_words(day: date, urgencia: Urgencia, plazo: str) -> None:
    tercero = Periodo(2026, 3)
    assert tercero.urgencia(day, LEY) is urgencia
    assert tercero.plazo(day, LEY) == plazo


def test_reminders_come_on_days_1_10_15_and_the_last() -> None:
    assert Periodo(2026, 3).recordatorios(LEY) == (
        date(2027, 1, 1),
        date(2027, 1, 10),
        date(2027, 1, 15),
        date(2027, 1, 18),
    )


@pytest.mark.parametrize(
    ("day", "periodo"),
    [
        (date(2026, 11, 22), Periodo(2026, 3)),
        (date(2027, 1, 18), Periodo(2026, 3)),
        (date(2027, 1, 19), Periodo(2027, 1)),
        (date(2021, 1, 5), Periodo(2021, 1)),
    ],
)
def test_the_period_to_work_on_is_the_one_whose_window_is_open(day: date, periodo: Periodo) -> None:
    assert por_presentar(day, LEY) == periodo


@pytest.mark.parametrize(
    ("ejercicio", "cuatrimestre"), [(2020, 1), (2100, 1), (2026, 0), (2026, 4)]
)
def test_a_period_that_does_not_exist_is_refused(ejercicio: int, cuatrimestre: int) -> None:
    with pytest.raises(ValueError, match="no such"):
        Periodo(ejercicio, cuatrimestre)
