"""Sample rows in bulk, read back by the services that people use."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.capturistas.consulta import (
    ConsultaCapturistasService,
    FiltroCapturistas,
)
from icsoe_desktop.services.ejemplo.masivo import fill_capturistas, fill_movimientos
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import TODOS, FiltroMovimientos, OrdenMovimientos
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.trabajadores import raw_of
from icsoe_desktop.store.tables import ContratistaRow

FILAS = 1_200


@pytest.fixture
def movimientos(store: Store, bitacora: BitacoraService) -> MovimientosService:
    fill_movimientos(store, FILAS)
    return MovimientosService(store, bitacora)


def count(movimientos: MovimientosService, sesion: Sesion, filtro: FiltroMovimientos) -> int:
    vista = movimientos.prepare(sesion, filtro, OrdenMovimientos(), NoProgress())
    try:
        return vista.count
    finally:
        movimientos.release(vista)


def test_bulk_movements_are_listed_in_every_state(
    movimientos: MovimientosService, sesion: Sesion
) -> None:
    each = {one: count(movimientos, sesion, FiltroMovimientos(estado=one)) for one in EstadoAviso}
    assert all(each.values())
    assert sum(each.values()) == count(movimientos, sesion, TODOS) == FILAS
    movimientos.close()


def test_a_bulk_worker_is_found_by_nss_name_and_curp(
    movimientos: MovimientosService, sesion: Sesion
) -> None:
    person = trabajadores(FILAS // 6)[7]
    mine = count(movimientos, sesion, FiltroMovimientos(texto=person.nss))
    assert mine == len(movimientos.history(sesion, person.nss)) > 0
    assert count(movimientos, sesion, FiltroMovimientos(texto=person.curp)) == mine
    name = f"{person.primer_apellido} {person.nombres}"
    assert count(movimientos, sesion, FiltroMovimientos(texto=name)) >= mine
    movimientos.close()


def test_the_store_is_as_sound_after_bulk_rows_as_before(store: Store) -> None:
    def indexes() -> set[str]:
        with store.read() as db:
            names = raw_of(db).execute("SELECT name FROM sqlite_master WHERE type = 'index'")
            return {row[0] for row in names}

    before = indexes()
    # Enough for the indexes to be let go and made again.
    fill_movimientos(store, 21_000)
    assert indexes() == before
    with store.read() as db:
        raw = raw_of(db)
        assert raw.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_is_stopped_half_way_leaves_nothing(store: Store) -> None:
    class Stop:
        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            if what == "Escribiendo movimientos" and done:
                raise Cancelled

    with pytest.raises(Cancelled):
        fill_movimientos(store, 30_000, Stop())
    with store.read() as db:
        raw = raw_of(db)
        assert raw.execute("SELECT count(*) FROM movimientos").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM trabajadores").fetchone() == (0,)


def test_bulk_capturistas_are_numbered_on_and_listed_in_every_estatus(
    store: Store, bitacora: BitacoraService
) -> None:
    contratista = uuid.uuid4()
    now = store.clock()
    with store.write() as db:
        db.add(
            ContratistaRow(
                id=contratista,
                numero=1,
                rfc="EJE000101ZZ0",
                nombre="EJEMPLO",
                es_persona_moral=True,
                efirma_numero="1",
                efirma_hasta=now + timedelta(days=400),
                terminos_version=TERMINOS_VERSION,
                completado=now,
                siguiente_relacion=4,
                creado=now,
                actualizado=now,
            )
        )
    fill_capturistas(store, contratista, 90)
    sesion = Sesion(Rol.CONTRATISTA, contratista, "EJEMPLO", contratista)
    consulta = ConsultaCapturistasService(store, bitacora)
    each = [consulta.count(sesion, FiltroCapturistas(estatus=one)) for one in Estatus]
    assert all(each)
    assert sum(each) == 90
    rows = consulta.page(sesion, FiltroCapturistas(), 0, 90)
    assert [row.numero for row in rows] == list(range(4, 94))
    found = consulta.page(sesion, FiltroCapturistas(texto=rows[40].curp), 0, 5)
    assert [row.id for row in found] == [rows[40].id]
    with store.read() as db:
        assert db.get_one(ContratistaRow, contratista).siguiente_relacion == 94
