"""The order in time of a worker's notices: an alta, then modificaciones, then a baja."""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.movimientos.estado_aviso import Known, out_of_order
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento

ALTA, MOD, BAJA = TipoMovimiento.ALTA, TipoMovimiento.MODIFICACION, TipoMovimiento.BAJA


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("known", "tipo", "day", "said"),
    [
        # Nobody knows what happened elsewhere.
        ([], ALTA, 5, ""),
        ([], MOD, 5, ""),
        ([], BAJA, 5, ""),
        # Before the alta.
        ([(ALTA, 5)], MOD, 4, "Es anterior al alta de este trabajador, del 05/03/2026."),
        ([(ALTA, 5)], BAJA, 4, "Es anterior al alta de este trabajador, del 05/03/2026."),
        ([(ALTA, 5)], MOD, 5, ""),
        ([(ALTA, 5)], BAJA, 9, ""),
        # An alta while the worker is in.
        ([(ALTA, 5)], ALTA, 9, "tiene un alta del 05/03/2026 y ninguna baja después"),
        ([(ALTA, 5), (BAJA, 7)], ALTA, 9, ""),
        ([(ALTA, 5)], ALTA, 4, ""),
        # After the baja.
        ([(ALTA, 5), (BAJA, 7)], MOD, 8, "tiene una baja del 07/03/2026 y ningún reingreso"),
        ([(ALTA, 5), (BAJA, 7)], BAJA, 8, "tiene una baja del 07/03/2026 y ningún reingreso"),
        ([(ALTA, 5), (BAJA, 7), (ALTA, 8)], MOD, 8, ""),
        ([(ALTA, 5), (BAJA, 7)], MOD, 6, ""),
        # Out and in again on one day: the reingreso counts.
        ([(ALTA, 5), (ALTA, 7), (BAJA, 7)], MOD, 8, ""),
        # Only a baja is known: whatever came before it was filed elsewhere.
        ([(BAJA, 7)], MOD, 6, ""),
        ([(BAJA, 7)], MOD, 8, "tiene una baja del 07/03/2026"),
        # A modificación bounds nothing.
        ([(MOD, 7)], BAJA, 6, ""),
    ],
)
def test_a_notice_that_does_not_fit_the_others_is_told(
    known: list[tuple[TipoMovimiento, int]], tipo: TipoMovimiento, day: int, said: str
) -> None:
    found: list[Known] = [(kind, march(at)) for kind, at in known]
    for order in (found, found[::-1]):
        sentence = out_of_order(tipo, march(day), order)
        assert said in sentence
        assert bool(said) == bool(sentence)
