"""Desktops that each put the same movement in a lote of their own: one is cancelled, or two."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

import pytest

from icsoe_desktop.gateways.kinto.errors import NoConnectionError
from icsoe_desktop.gateways.kinto.values import RecordWrite, WriteAnswer
from icsoe_desktop.services.sincronizacion.answers import RolOficina
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.recibir.test_pasos_mismo_movimiento import (
    capture,
    lotes_of_movements,
)
from tests.services.sincronizacion.recibir.test_pasos_movimientos import (
    PRESENTADO,
    Mesa,
    mesa,
    mesas,
    same,
)
from tests.services.sincronizacion.servidor_memoria import Memoria, ServidorMemoria
from tests.services.sincronizacion.test_pasos import meet

__all__ = ["mesas"]  # the fixture
Tres = tuple[Mesa, Mesa, Mesa]


@pytest.fixture
def tres(oficina: Oficina) -> Iterator[Tres]:
    one, other, third = (mesa(each) for each in oficina(RolOficina.MIEMBRO, RolOficina.MIEMBRO))
    yield one, other, third
    for each in (one, other, third):
        each.movimientos.close()


def all_meet(*all_of_them: Mesa) -> None:
    for _ in range(2):
        meet(*(one.equipo for one in all_of_them))
    assert all(same(all_of_them[0], one) for one in all_of_them[1:])


def in_two_lotes(mesas: tuple[Mesa, Mesa]) -> list[uuid.UUID]:
    """A movement that each desktop put in one."""
    one, other = mesas
    movimiento = capture(one, "512.00")
    meet(one.equipo, other.equipo)
    lotes = [each.lote(movimiento) for each in mesas]
    all_meet(*mesas)
    return lotes


@pytest.mark.parametrize("which", [0, 1])
def test_a_movement_in_two_lotes_stays_in_the_one_that_is_not_cancelled(
    mesas: tuple[Mesa, Mesa], which: int
) -> None:
    one, other = mesas
    lotes = in_two_lotes(mesas)
    mesas[which].lotes.cancel(mesas[which].equipo.sesion, lotes[which])
    left = lotes[1 - which]
    assert lotes_of_movements(mesas[which]) == [left]
    all_meet(*mesas)
    assert lotes_of_movements(one) == lotes_of_movements(other) == [left]
    assert one.states() == ["Pendiente"]
    # Cancelled too, it is free.
    mesas[1 - which].lotes.cancel(mesas[1 - which].equipo.sesion, left)
    all_meet(*mesas)
    assert lotes_of_movements(one) == lotes_of_movements(other) == [None]
    assert one.states() == ["Pendiente"]


def test_a_movement_goes_with_the_lote_that_the_imss_received(mesas: tuple[Mesa, Mesa]) -> None:
    one, other = mesas
    lotes = in_two_lotes(mesas)
    (kept,) = set(lotes) - set(lotes_of_movements(one))
    (given_up,) = set(lotes) - {kept}
    one.lotes.mark_sent(one.equipo.sesion, kept, PRESENTADO)
    one.lotes.mark_received(one.equipo.sesion, kept, PRESENTADO, "123456789")
    assert (lotes_of_movements(one), one.states()) == ([kept], ["Recibido"])
    other.lotes.cancel(other.equipo.sesion, given_up)
    all_meet(*mesas)
    assert lotes_of_movements(one) == [kept]
    assert one.states() == other.states() == ["Recibido"]


def test_a_correction_does_not_go_into_the_lote_that_was_rejected(
    mesas: tuple[Mesa, Mesa],
) -> None:
    one, other = mesas
    rejected = one.lote(capture(one, "512.00"))
    one.lotes.mark_sent(one.equipo.sesion, rejected, PRESENTADO)
    one.lotes.mark_rejected(one.equipo.sesion, rejected, PRESENTADO, "X1", "causa inventada")
    meet(one.equipo, other.equipo)
    again = other.lote(capture(other, "512.00"))
    meet(one.equipo, other.equipo)
    one.lotes.cancel(one.equipo.sesion, again)
    all_meet(*mesas)
    assert sorted(one.states()) == ["Pendiente", "Rechazado"]
    assert sorted(lotes_of_movements(one), key=str) == sorted([rejected, None], key=str)


def test_a_lote_takes_what_it_carries_before_their_states_arrive(
    mesas: tuple[Mesa, Mesa], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = mesas
    movimiento = capture(one, "512.00")
    meet(one.equipo, other.equipo)
    lote = one.lote(movimiento)
    with monkeypatch.context() as patch:
        patch.setattr(ServidorMemoria, "write", _cut_before_the_states)
        one.equipo.round()
    other.equipo.round()
    # Nobody puts it in another lote meanwhile.
    assert lotes_of_movements(other) == [lote]
    all_meet(*mesas)


def test_a_lote_that_was_received_elsewhere_takes_back_what_its_cancelling_freed(
    tres: Tres,
) -> None:
    one, other, third = tres
    movimiento = capture(one, "512.00")
    all_meet(*tres)
    lote, another = one.lote(movimiento), third.lote(movimiento)
    one.lotes.mark_sent(one.equipo.sesion, lote, PRESENTADO)
    meet(one.equipo, other.equipo)
    other.lotes.mark_received(other.equipo.sesion, lote, PRESENTADO, "123456789")
    meet(one.equipo, third.equipo)
    one.lotes.cancel(one.equipo.sesion, lote)
    assert lotes_of_movements(one) == [another]
    all_meet(*tres)
    assert [lotes_of_movements(each) for each in tres] == [[lote]] * 3
    assert third.states() == ["Recibido"]


_write = ServidorMemoria.write


def _cut_before_the_states(
    servidor: ServidorMemoria, coleccion: str, escrituras: Sequence[RecordWrite]
) -> tuple[WriteAnswer, ...]:
    if coleccion == "estados":
        raise NoConnectionError
    return _write(servidor, coleccion, escrituras)


@pytest.mark.larga
def test_a_state_whose_lote_was_spoilt_and_whose_author_is_gone_holds_up_nobody(
    tres: Tres, memoria: Memoria
) -> None:
    """The author may have been removed, or their disk lost. If it comes back, so does the lote."""
    one, other, author = tres
    taken, free = one.capture(3), one.capture(4)
    all_meet(*tres)
    lote = author.lote(taken)
    author.lotes.mark_sent(author.equipo.sesion, lote, PRESENTADO)
    author.equipo.round()
    name = str(lote)
    memoria.registros["lotes"][name] = (memoria.tick(), {"v": 1, "k": 1, "s": "basura"})
    one.equipo.round()
    mine = other.lote(free)
    for _ in range(3):
        meet(one.equipo, other.equipo)
    for each in (one, other):
        assert [
            a.registro_id for a in each.equipo.sync.conflictos.set_aside(each.equipo.sesion)
        ] == [lote]
        assert each.equipo.sync.state().esperan == 0
        assert sorted(lotes_of_movements(each), key=str) == sorted([None, mine], key=str)
        assert sorted(each.states()) == ["Enviado", "Pendiente"]
    assert same(one, other)
    all_meet(*tres)
    for each in tres:
        assert sorted(lotes_of_movements(each), key=str) == sorted([lote, mine], key=str)
        assert each.equipo.sync.conflictos.set_aside(each.equipo.sesion) == ()
