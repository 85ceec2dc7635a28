"""A server that went back in time: each sign of it alone is enough, with the program closed too."""

from __future__ import annotations

import pytest

from icsoe_desktop.services.sincronizacion.recibir import reception
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import CursorRow
from tests.services.sincronizacion.equipos import Equipo, open_again
from tests.services.sincronizacion.recibir.test_pasos_sin_novedades import RFC, quiet
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

CURPS = (CURP, "FIDP850505HDFCMS01", "GOLA900101MDFMPN05")


def test_a_deletion_that_the_server_forgot_is_not_told_again(uno: Equipo, memoria: Memoria) -> None:
    kept = uno.add_registro("Y6077636105", "Razón de Uno")
    gone = uno.add_registro("Y3926552104", "Razón de Dos")
    uno.round()
    with uno.store.write() as db:
        db.delete(db.get_one(RegistroPatronalRow, gone))
    uno.round()
    memoria.registros["contratistas"].clear()
    memoria.generacion = "g2"
    open_again(uno)
    assert uno.round().motivo == ""
    assert set(memoria.registros["contratistas"]) == {str(kept)}


def test_a_record_less_alone_brings_it_back(uno: Equipo, dos: Equipo, memoria: Memoria) -> None:
    contratista = uno.add_contratista(RFC)
    quiet(memoria, uno, dos)
    # Restored by hand, so that the generation is the same.
    del memoria.registros["contratistas"][str(contratista)]
    open_again(dos)
    assert dos.round().motivo == ""
    assert str(contratista) in memoria.registros["contratistas"]
    meet(uno)
    assert dos.replica() == uno.replica()


@pytest.mark.parametrize(("most", "one_by_one"), [(6, 6), (5, 0)])
def test_many_records_that_a_comparison_finds_unknown_are_read_by_pages(
    uno: Equipo,
    dos: Equipo,
    memoria: Memoria,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    one_by_one: int,
) -> None:
    """One by one they would hold up a round for as long as a server likes."""
    monkeypatch.setattr(reception, "_MOST_UNKNOWN", most)
    contratista = uno.add_contratista(RFC)
    quiet(memoria, uno, dos)
    for curp in CURPS:
        uno.add_capturista(contratista, curp)
    uno.round()
    with dos.store.write() as db:  # it read on, and does not know them
        db.merge(CursorRow(coleccion="capturistas", cursor=memoria.ahora_ms, completa=False))
    dos.sync._round.look_again()
    memoria.peticiones.clear()
    assert dos.round().recibidos == one_by_one
    assert memoria.peticiones.count("get") == one_by_one + 1  # and one for the office's keys
    quiet(memoria, dos)
    assert dos.replica() == uno.replica()
