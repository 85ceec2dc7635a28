"""Which reminder is due, and that each is told once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.vigencias.recordatorios import (
    PASOS,
    Dichos,
    Recordatorios,
    due,
    noted,
    paso_of,
)
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.errors import InvalidInputError

HOY = date(2026, 11, 22)


def thing(dias: int, clave: str = "efirma", perdido: bool = False) -> Vencimiento:
    day = HOY + timedelta(days=dias)
    return Vencimiento(clave, "e.firma", "Talleres", day, day, "Renuévela.", perdido=perdido)


@pytest.mark.parametrize(
    ("dias", "paso"),
    [
        (61, None),
        (60, 60),
        (31, 60),
        (30, 30),
        (16, 30),
        (15, 15),
        (8, 15),
        (7, 7),
        (2, 7),
        (1, 1),
        (0, 1),
        (-1, None),
    ],
)
def test_the_nearest_step_is_due(dias: int, paso: int | None) -> None:
    assert paso_of(dias) == paso


def walk(days: list[int], ultimo: date) -> list[int]:
    """The steps told to somebody who looks on these days, counted from HOY."""
    one = Vencimiento("x", "e.firma", "Talleres", ultimo, ultimo, "Renuévela.")
    told: Dichos = {}
    steps = []
    for day in days:
        hoy = HOY + timedelta(days=day)
        if due([one], hoy, told):
            steps.append(paso_of(one.dias(hoy)) or 0)
            told = noted(told, [one], hoy)
    return steps


def test_each_step_is_told_once_and_a_missed_one_gives_way_to_the_nearest() -> None:
    ultimo = HOY + timedelta(days=70)
    assert walk(list(range(80)), ultimo) == [60, 30, 15, 7, 1]
    # Away from day 11 to day 60: of 30, 15 only the nearest.
    assert walk([10, 11, 60, 61, 62, 63, 69, 70, 71], ultimo) == [60, 15, 7, 1]


def test_a_clock_that_jumps_repeats_nothing_and_loses_nothing() -> None:
    ultimo = HOY + timedelta(days=70)
    # A year ahead, back, two weeks back, and on.
    assert walk([10, 365, 10, 0, 10, 40, 20, 41, 55], ultimo) == [60, 30, 15]
    # A jump to the last day tells it at once; the others come in their time, each once.
    assert walk([69, 10, 40, 55, 63, 69, 70], ultimo) == [1, 60, 30, 15, 7]


@given(days=st.lists(st.integers(-400, 400), max_size=60), ahead=st.integers(-100, 400))
def test_whatever_the_clock_does_no_step_is_told_twice(days: list[int], ahead: int) -> None:
    steps = walk(days, HOY + timedelta(days=ahead))
    assert len(steps) == len(set(steps))
    assert set(steps) <= set(PASOS)


def test_a_renewed_thing_is_another_thing_and_a_lost_one_is_not_told() -> None:
    told = noted({}, [thing(1)], HOY)
    assert due([thing(1)], HOY, told) == ()
    assert due([thing(30)], HOY, told) == (thing(30),)
    assert due([thing(5, perdido=True)], HOY, {}) == ()


def test_what_ended_long_ago_is_forgotten() -> None:
    old: Dichos = {"vieja": ("2025-01-01", (1,)), "otra": ("2026-11-01", (7, 1))}
    assert noted(old, [thing(7)], HOY) == {
        "otra": ("2026-11-01", (7, 1)),
        "efirma": ("2026-11-29", (7,)),
    }


@pytest.mark.parametrize(
    ("activos", "para", "sentence"),
    [
        (True, "", "Escriba a quién"),
        (True, " , ; ", "Escriba a quién"),
        (False, "no es correo", "correo"),
        (True, "a@ejemplo.mx, mal@", "correo"),
        (True, ",".join(f"a{n}@ejemplo.mx" for n in range(11)), "como máximo 10"),
    ],
)
def test_recipients_that_cannot_be_are_refused(activos: bool, para: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as caught:
        Recordatorios.parse(activos, para, True)
    assert caught.value.campo == "para"


def test_recipients_are_read_however_they_are_separated_and_once_each() -> None:
    read = Recordatorios.parse(True, "Alma@ejemplo.mx; beto@ejemplo.mx\n,alma@ejemplo.mx", False)
    assert read.para == ("alma@ejemplo.mx", "beto@ejemplo.mx")
    assert Recordatorios.parse(False, "", True) == Recordatorios()
