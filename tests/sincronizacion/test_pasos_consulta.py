"""A desktop whose account only reads follows the others and has nothing to send."""

from __future__ import annotations

from icsoe_desktop.services.sincronizacion_valores import RolOficina
from tests.sincronizacion.conftest import Abrir
from tests.sincronizacion.equipos import Equipo, join_office
from tests.sincronizacion.test_pasos_mismo_movimiento import capture, lotes_of_movements
from tests.sincronizacion.test_pasos_movimientos import PRESENTADO, mesa


def test_what_follows_from_what_came_is_no_change_of_its_own(uno: Equipo, abrir: Abrir) -> None:
    lee = abrir("lee")
    join_office(uno, lee, "dos", "2", RolOficina.CONSULTA)
    writer, reader = mesa(uno), mesa(lee)
    lote = writer.lote(capture(writer, "512.00"))
    marks = (
        lambda: None,
        lambda: writer.lotes.mark_sent(uno.sesion, lote, PRESENTADO),
        lambda: writer.lotes.cancel(uno.sesion, lote),
    )
    for mark in marks:
        mark()
        uno.round()
        said = lee.round()
        assert (said.motivo, said.pendientes) == ("", 0)
    assert lotes_of_movements(reader) == [None]
    for one in (writer, reader):
        one.movimientos.close()
