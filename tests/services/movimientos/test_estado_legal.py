"""The state of the law in a list: counted from the numbers that lie in the store."""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.movimientos.plazos import Calendario, EstadoLegal
from icsoe_desktop.services.movimientos.filas import NUMERO_DE, Lector

EN_PLAZO, SIN_CUBRIR, EN_RIESGO, EXTEMPORANEO = EstadoLegal
# Monday 5 October 2026: in time until Friday 9, in risk on Monday 12.
ALTA = ("08", 2026_10_05, "0")
RECIBIDO, RECHAZADO, CANCELADO = (
    NUMERO_DE[each] for each in (EstadoAviso.RECIBIDO, EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)
)


@pytest.mark.parametrize(
    ("today", "recibido", "estado", "extemporaneo", "expected"),
    [
        # The day before the start it is in time; from the start nobody is covered until it arrives.
        (date(2026, 10, 2), None, 0, None, EN_PLAZO),
        (date(2026, 10, 5), None, 0, None, SIN_CUBRIR),
        (date(2026, 10, 9), None, 0, None, SIN_CUBRIR),
        (date(2026, 10, 9), None, CANCELADO, None, EN_PLAZO),
        (date(2026, 10, 12), None, 0, None, EN_RIESGO),
        (date(2026, 10, 13), None, 0, None, EXTEMPORANEO),
        # The day it was received counts, and not today.
        (date(2026, 10, 13), 2026_10_09, RECIBIDO, None, EN_PLAZO),
        (date(2026, 10, 13), 2026_10_12, RECIBIDO, None, EN_RIESGO),
        # What the IMSS printed wins.
        (date(2026, 10, 13), 2026_10_12, RECIBIDO, 0, EN_PLAZO),
        (date(2026, 10, 5), 2026_10_05, RECIBIDO, 1, EXTEMPORANEO),
        # A rejected notice never took effect: its clock keeps running.
        (date(2026, 10, 13), 2026_10_09, RECHAZADO, 0, EXTEMPORANEO),
        (date(2026, 10, 9), 2026_10_05, RECHAZADO, 1, SIN_CUBRIR),
    ],
)
def test_a_list_counts_the_term_as_the_law_does(
    today: date, recibido: int | None, estado: int, extemporaneo: int | None, expected: EstadoLegal
) -> None:
    lector = Lector(Calendario(), today)
    for _ in range(2):  # as it was counted, and as it was remembered
        assert lector.legal(*ALTA, recibido, estado, extemporaneo) is expected
        assert lector.legal_sql(*ALTA, recibido, estado, extemporaneo) == list(EstadoLegal).index(
            expected
        )


def test_a_day_of_rest_that_the_user_adds_moves_the_term_in_the_list() -> None:
    lector = Lector(Calendario(inhabiles=frozenset({date(2026, 10, 6)})), date(2026, 10, 12))
    assert lector.legal(*ALTA, None, 0, None) is SIN_CUBRIR
