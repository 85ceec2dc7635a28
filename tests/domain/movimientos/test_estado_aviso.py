"""How far a notice and its lote have come, said by the order of the law and not by the code's."""

from __future__ import annotations

from itertools import product

import pytest

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso, EstadoLote, Situacion

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
