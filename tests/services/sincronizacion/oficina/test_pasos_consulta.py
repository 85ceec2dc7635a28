"""A desktop whose account only reads: it follows the others, and what is changed there stays."""

from __future__ import annotations

from icsoe_desktop.services.sincronizacion.answers import Luz, RolOficina
from tests.services.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.equipos import Equipo, join_office
from tests.services.sincronizacion.recibir.test_pasos_mismo_movimiento import (
    capture,
    lotes_of_movements,
)
from tests.services.sincronizacion.recibir.test_pasos_movimientos import PRESENTADO, mesa
from tests.services.sincronizacion.servidor_memoria import Memoria

RFC = "OFI010101AB1"


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


def test_who_only_reads_keeps_what_was_changed_and_is_told(
    uno: Equipo, abrir: Abrir, memoria: Memoria
) -> None:
    dos = abrir("dos")
    join_office(uno, dos, "dos", "2", RolOficina.CONSULTA)
    uno.add_contratista(RFC)
    assert uno.round().motivo == ""
    assert dos.round().motivo == ""
    assert dos.count("contratistas") == 1
    dos.add_registro("Y6077636105", "De consulta")
    said = dos.round()
    assert "sólo puede consultar" in said.motivo
    assert said.pendientes == 1
    # The light says it too, and that everything was received.
    state = dos.sync.state()
    assert (state.luz, state.motivo, state.esperan) == (Luz.SOLO_CONSULTA, said.motivo, 1)
    assert state.ultimo_exito is not None
    memoria.papeles["dos"] = RolOficina.MIEMBRO
    assert dos.round().enviados == 1
    assert (dos.sync.state().luz, dos.sync.state().motivo) == (Luz.AL_DIA, "")
