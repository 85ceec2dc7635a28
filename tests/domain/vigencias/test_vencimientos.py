"""What ends: its state on a day, the dated obligations, and which reminder is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import Calendario, plazo_of
from icsoe_desktop.domain.vigencias.obligaciones import (
    ICSOE,
    SISUB,
    Obligacion,
    dues_day,
    of_the_contratista,
    of_the_employer,
)
from icsoe_desktop.domain.vigencias.recordatorios import (
    PASOS,
    Dichos,
    Recordatorios,
    due,
    noted,
    paso_of,
)
from icsoe_desktop.domain.vigencias.vencimiento import (
    EstadoVencimiento,
    Vencimiento,
    count_near,
)
from icsoe_desktop.errors import InvalidInputError

LEY = Calendario()
HOY = date(2026, 11, 22)


def one(ultimo: date, *, perdido: str = "") -> Vencimiento:
    return Vencimiento("x", "e.firma", "Alma", ultimo, ultimo, "Renuévela.", perdido=perdido)


@pytest.mark.parametrize(
    ("ultimo", "texto"),
    [
        (date(2026, 11, 21), "Vencido"),
        (date(2026, 11, 22), "Por vencer: hoy"),
        (date(2026, 11, 23), "Por vencer: 1 día"),
        (date(2027, 1, 21), "Por vencer: 60 días"),
        (date(2027, 1, 22), "Vigente"),
    ],
)
def test_its_state_on_a_day(ultimo: date, texto: str) -> None:
    assert one(ultimo).plazo(HOY) == texto


def test_what_serves_no_more_is_lost_whatever_its_dates_say() -> None:
    lost = one(date(2028, 1, 1), perdido="Ya no sirve en IDSE")
    assert lost.estado(HOY) is EstadoVencimiento.VENCIDO
    assert lost.plazo(HOY) == "Ya no sirve en IDSE"


@pytest.mark.parametrize("hoy", [date(2026, 11, 22), date(2026, 11, 1), date(2027, 2, 28)])
def test_the_twelve_months_are_whole(hoy: date) -> None:
    """The dues of each of the twelve months ahead, also the last, and RCV in every other."""
    dues = [item for item in of_the_employer(hoy, LEY) if item.clave.startswith("cuotas-")]
    after = date(hoy.year + 1, hoy.month, hoy.day)
    assert dues[-1].ultimo <= after + timedelta(days=1)
    assert len(dues) == 12
    for item in dues:
        assert ("RCV e INFONAVIT" in item.que) == (item.ultimo.month % 2 == 1)
        assert ("bimestre anterior" in item.que_hacer) == (item.ultimo.month % 2 == 1)


def test_one_count_of_what_is_lost_or_ends_soon_leaves_the_obligations_apart() -> None:
    found = (
        *of_the_employer(HOY, LEY),
        one(date(2026, 11, 21)),
        one(date(2026, 12, 1)),
        one(date(2028, 1, 1)),
        one(date(2028, 1, 1), perdido="Ya no sirve en IDSE"),
    )
    assert count_near(found, HOY) == (2, 1)


OWED = {ICSOE: Obligacion(LEY), SISUB: Obligacion(LEY)}


def test_each_return_has_its_own_days_and_what_is_overdue_stays() -> None:
    """INFONAVIT's non-working days move SISUB alone; an acuse ends one of both."""
    infonavit = Calendario(inhabiles=frozenset({date(2027, 1, 18)}))
    owed = {
        ICSOE: Obligacion(LEY, atrasados=(Periodo(2026, 1), Periodo(2026, 2))),
        SISUB: Obligacion(infonavit, {Periodo(2026, 2), Periodo(2027, 1)}),
    }
    found = {one.clave: one for one in of_the_contratista(HOY, "Ejemplo", owed)}
    assert found["icsoe-2026-09"].ultimo == date(2027, 1, 18)
    assert found["sisub-2026-09"].ultimo == date(2027, 1, 19)
    late = [found[name] for name in ("icsoe-2026-01", "icsoe-2026-05")]
    assert [one.ultimo for one in late] == [date(2026, 5, 18), date(2026, 9, 17)]
    assert {one.plazo(HOY) for one in late} == {"Vencida, aquí sin acuse"}
    assert {"sisub-2026-05", "sisub-2027-01"}.isdisjoint(found)
    # Twelve months, as for the employer.
    days = {one.ultimo for one in of_the_contratista(date(2027, 1, 2), "Ejemplo", OWED)}
    assert max(days) == date(2027, 9, 17)
    days = {one.ultimo for one in of_the_contratista(date(2028, 1, 17), "Ejemplo", OWED)}
    assert (min(days), max(days)) == (date(2028, 1, 17), date(2029, 1, 17)), "of a leap year too"


def test_the_dates_of_the_new_year_are_those_of_the_law() -> None:
    found = {
        item.clave: item.ultimo
        for item in (*of_the_employer(HOY, LEY), *of_the_contratista(HOY, "Ejemplo", OWED))
    }
    # 1-Jan-2027 → 8-Jan; variables Nov–Dec 4–8 Jan; ICSOE until Monday 18, for the 17th is a
    # Sunday; 1-Feb-2027 is a holiday (LFT 74) → 8-Feb.
    assert {
        name: found[name]
        for name in ("salario-minimo-2027", "variables-2027-01", "icsoe-2026-09", "uma-2027")
    } == {
        "salario-minimo-2027": date(2027, 1, 8),
        "variables-2027-01": date(2027, 1, 8),
        "icsoe-2026-09": date(2027, 1, 18),
        "uma-2027": date(2027, 2, 8),
    }
    assert min(found.values()) >= HOY


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (3, date(2026, 3, 17)),  # Tuesday
        (7, date(2026, 7, 20)),  # Friday 17 → Monday
        (5, date(2026, 5, 18)),  # Sunday 17
        (10, date(2026, 10, 19)),  # Saturday 17
    ],
)
def test_the_dues_are_moved_from_a_rest_day_and_from_a_friday(month: int, day: date) -> None:
    assert dues_day(2026, month, LEY) == day


def test_the_rule_of_the_dues_never_reaches_a_notice() -> None:
    # A baja of Friday 10 July 2026 ends on Friday 17, the very day from which the dues move.
    plazo = plazo_of(TipoMovimiento.BAJA, date(2026, 7, 10), LEY)
    assert plazo.limite == plazo.seguro == date(2026, 7, 17)
    assert dues_day(2026, 7, LEY) == date(2026, 7, 20)


def thing(dias: int, clave: str = "efirma", perdido: str = "") -> Vencimiento:
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
    assert due([thing(5, perdido="Vencido desde 01/01/2027")], HOY, {}) == ()


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


def test_an_open_window_is_asked_for_before_the_last_sixty_days() -> None:
    """The renewal of the REPSE opens three months before it closes."""
    repse = one(HOY + timedelta(days=85))
    assert not repse.needs_attention(HOY)
    opened = replace(repse, desde=HOY)
    assert opened.needs_attention(HOY)
    assert opened.plazo(HOY) == "Por vencer: 85 días"
    assert not replace(repse, desde=HOY + timedelta(days=1)).needs_attention(HOY)
