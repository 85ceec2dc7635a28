"""How far a notice and its lote have come, said by the order of the law and not by the code's."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from icsoe_desktop.domain.movimientos.estado_aviso import (
    EstadoAviso,
    EstadoLote,
    Known,
    Situacion,
    out_of_order,
)
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento

AVISOS = ["Pendiente", "Enviado", "Cancelado", "Recibido", "Rechazado", "Aprobado"]
LOTES = ["Generado", *AVISOS[1:]]


@pytest.mark.parametrize(("kind", "order"), [(EstadoAviso, AVISOS), (EstadoLote, LOTES)])
def test_a_state_only_goes_up_and_of_two_the_higher_stays(
    kind: type[EstadoAviso] | type[EstadoLote], order: list[str]
) -> None:
    for (at, one), (other_at, other) in product(enumerate(order), repeat=2):
        here, there = kind(one), kind(other)
        assert here.can_become(there) is (at < other_at)  # type: ignore[arg-type]
        assert here.merge(there) is kind(order[max(at, other_at)])  # type: ignore[arg-type]


def test_only_a_rejected_or_approved_notice_is_answered() -> None:
    assert [name for name in AVISOS if EstadoAviso(name).is_answered] == ["Rechazado", "Aprobado"]


def test_a_lote_is_cancelled_only_before_the_imss_received_it() -> None:
    assert [name for name in LOTES if EstadoLote(name).can_be_cancelled] == ["Generado", "Enviado"]


def test_the_notices_of_a_lote_are_as_far_as_it_is() -> None:
    assert [EstadoLote(name).estado_aviso for name in LOTES] == AVISOS


@pytest.mark.parametrize("estado", EstadoAviso)
@pytest.mark.parametrize("in_lote", [True, False])
def test_only_a_pending_notice_of_a_lote_shows_as_in_a_file(
    estado: EstadoAviso, in_lote: bool
) -> None:
    shown = Situacion.of(estado, in_lote=in_lote)
    pending_in_lote = in_lote and estado is EstadoAviso.PENDIENTE
    assert shown.value == ("En archivo" if pending_in_lote else estado.value)
    assert shown.estado is estado


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
