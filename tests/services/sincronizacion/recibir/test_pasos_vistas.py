"""A list of movements that is open while rounds come and go."""

from __future__ import annotations

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from tests.services.sincronizacion.recibir.test_pasos_movimientos import PRESENTADO, Mesa, mesas
from tests.services.sincronizacion.servidor_memoria import Memoria

__all__ = ["mesas"]

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
