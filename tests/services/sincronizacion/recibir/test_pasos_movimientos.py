"""Movements, lotes and their states between two desktops, over a server in memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from tests.services.movimientos.test_captura import ALTA
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet

PRESENTADO = date(2026, 3, 2)


@dataclass
class Mesa:
    """A desktop with what captures movements and makes lotes."""

    equipo: Equipo
    movimientos: MovimientosService
    lotes: LotesService

    def capture(self, day: int, nombres: str = "Íñigo") -> uuid.UUID:
        return self.capture_on(date(2026, 2, day), nombres)

    def capture_on(self, fecha: date, nombres: str = "Íñigo") -> uuid.UUID:
        captura = replace(ALTA, fecha=fecha, nombres=nombres)
        return self.movimientos.capture(self.equipo.sesion, captura).id

    def lote(self, *ids: uuid.UUID) -> uuid.UUID:
        plan = self.lotes.plan(self.equipo.sesion, ids, OpcionesLote(), NoProgress())
        (lote,) = self.lotes.generate(self.equipo.sesion, plan)
        return lote.id

    def states(self) -> list[str]:
        with self.equipo.store.read() as db:
            ids = db.execute(text("SELECT id FROM movimientos ORDER BY fecha")).scalars()
            return [
                self.movimientos.get(self.equipo.sesion, uuid.UUID(bytes=one)).estado.value
                for one in ids
            ]


def mesa(equipo: Equipo) -> Mesa:
    bitacora = BitacoraService(equipo.store)
    movimientos = MovimientosService(equipo.store, bitacora)
    return Mesa(equipo, movimientos, LotesService(equipo.store, bitacora, movimientos))


@pytest.fixture
def mesas(uno: Equipo, dos: Equipo) -> Iterator[tuple[Mesa, Mesa]]:
    one, other = mesa(uno), mesa(dos)
    yield one, other
    one.movimientos.close()
    other.movimientos.close()


def same(one: Mesa, other: Mesa) -> bool:
    return one.equipo.replica() == other.equipo.replica()


def test_movements_and_their_lote_with_its_file_arrive_whole(mesas: tuple[Mesa, Mesa]) -> None:
    one, other = mesas
    ids = [one.capture(day) for day in (2, 3, 4)]
    lote = one.lote(*ids)
    one.lotes.mark_sent(one.equipo.sesion, lote, PRESENTADO)
    meet(one.equipo, other.equipo)
    assert same(one, other)
    assert other.lotes.content(other.equipo.sesion, lote) == one.lotes.content(
        one.equipo.sesion, lote
    )
    assert other.states() == ["Enviado"] * 3


def test_an_answer_moves_only_the_small_records(mesas: tuple[Mesa, Mesa], memoria: Memoria) -> None:
    one, other = mesas
    lote = one.lote(*[one.capture(day) for day in (2, 3, 4)])
    meet(one.equipo, other.equipo)
    before = {name: kept[0] for name, kept in memoria.registros["lotes"].items()}
    other.lotes.mark_sent(other.equipo.sesion, lote, PRESENTADO)
    other.lotes.mark_received(other.equipo.sesion, lote, PRESENTADO, "123456789")
    other.lotes.mark_approved(other.equipo.sesion, lote, PRESENTADO)
    meet(one.equipo, other.equipo)
    after = {name: kept[0] for name, kept in memoria.registros["lotes"].items()}
    assert {name for name in after if after[name] != before[name]} == {str(lote)}
    assert one.states() == ["Aprobado"] * 3
    assert same(one, other)


def test_pending_movements_are_changed_and_deleted_on_both_sides(
    mesas: tuple[Mesa, Mesa],
) -> None:
    one, other = mesas
    first, second, third = (one.capture(day) for day in (2, 3, 4))
    meet(one.equipo, other.equipo)
    other.movimientos.edit(
        other.equipo.sesion, first, replace(ALTA, fecha=date(2026, 2, 2), sbc="700.00")
    )
    one.movimientos.delete(one.equipo.sesion, [second])
    one.capture(6)
    other.capture(9)
    meet(one.equipo, other.equipo)
    assert same(one, other)
    assert one.movimientos.get(one.equipo.sesion, first).sbc == 70000
    assert len(one.states()) == 4
    assert one.movimientos.get(one.equipo.sesion, third).sbc == 123450


def test_a_movement_deleted_here_and_put_in_a_lote_there_stays(
    mesas: tuple[Mesa, Mesa],
) -> None:
    one, other = mesas
    kept, gone = one.capture(2), one.capture(3)
    meet(one.equipo, other.equipo)
    one.movimientos.delete(one.equipo.sesion, [kept, gone])
    lote = other.lote(kept)
    other.lotes.mark_sent(other.equipo.sesion, lote, PRESENTADO)
    meet(one.equipo, other.equipo)
    meet(one.equipo, other.equipo)
    assert same(one, other)
    assert one.states() == other.states() == ["Enviado"]


A_MINUTE_MS = 61_000  # what the server may still be committing is read again for as long


def test_rounds_without_news_of_movements_leave_a_list_as_good_as_new(
    mesas: tuple[Mesa, Mesa], memoria: Memoria
) -> None:
    one, other = mesas
    one.capture(2)
    one.equipo.round()
    memoria.ahora_ms += A_MINUTE_MS
    one.equipo.round()
    vista = one.movimientos.prepare(SESION_CONSULTA, TODOS, OrdenMovimientos(), NoProgress())
    for _ in range(3):
        memoria.ahora_ms += A_MINUTE_MS
        assert one.equipo.round().completa
        assert not one.movimientos.is_stale(vista)
    other.equipo.round()
    other.capture(3)
    other.equipo.round()
    memoria.ahora_ms += A_MINUTE_MS
    assert one.equipo.round().recibidos
    assert one.movimientos.is_stale(vista)


def test_another_state_is_noticed_at_the_latest_a_round_later(
    mesas: tuple[Mesa, Mesa], memoria: Memoria
) -> None:
    one, other = mesas
    ids = [one.capture(2)]
    one.equipo.round()
    other.equipo.round()
    memoria.ahora_ms += A_MINUTE_MS
    one.equipo.round()
    vista = one.movimientos.prepare(SESION_CONSULTA, TODOS, OrdenMovimientos(), NoProgress())
    other.lotes.mark_sent(other.equipo.sesion, other.lote(*ids), PRESENTADO)
    other.equipo.round()
    one.equipo.round()
    assert one.states() == [EstadoAviso.ENVIADO.value]
    memoria.ahora_ms += A_MINUTE_MS
    one.equipo.round()
    assert one.movimientos.is_stale(vista)
