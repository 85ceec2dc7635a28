"""What ends: its state on a day, and the dated obligations."""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import Calendario, plazo_of
from icsoe_desktop.domain.vigencias.obligaciones import (
    dues_day,
    of_the_contratista,
    of_the_employer,
)
from icsoe_desktop.domain.vigencias.vencimiento import EstadoVencimiento, Vencimiento

LEY = Calendario()
HOY = date(2026, 11, 22)


def one(ultimo: date, *, perdido: bool = False) -> Vencimiento:
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
    assert one(date(2028, 1, 1), perdido=True).estado(HOY) is EstadoVencimiento.VENCIDO


def test_the_dates_of_the_new_year_are_those_of_the_law() -> None:
    found = {
        item.clave: item.ultimo
        for item in (*of_the_employer(HOY, LEY), *of_the_contratista(HOY, LEY, "Ejemplo"))
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
