"""A list of movements knows when it may be old, and is not called old for what touches none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.pool import QueuePool

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import SIN_CAMBIOS, Accion, BitacoraService
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import Lote, OpcionesLote
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.terminos import DiaCalendario, PlazosService
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    MovimientoFila,
    OrdenMovimientos,
    VistaMovimientos,
)
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.tables import load_all
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.sincronizacion import CursorRow
from tests.services.con_movimientos import Caso
from tests.services.movimientos.test_captura import ALTA

load_all()

QUIET = NoProgress()
DIA = DiaCalendario(date(2026, 3, 17), False, "Aviso del IMSS")


@dataclass
class Mesa:
    """What is worked with, over one movement that is open in a list."""

    movimientos: MovimientosService
    lotes: LotesService
    plazos: PlazosService
    sesion: Sesion
    fila: MovimientoFila

    def prepare(self) -> VistaMovimientos:
        vista = self.movimientos.prepare(SESION_CONSULTA, TODOS, OrdenMovimientos(), QUIET)
        assert not self.movimientos.is_stale(vista)
        return vista

    def lote(self) -> Lote:
        plan = self.lotes.plan(self.sesion, [self.fila.id], OpcionesLote(), QUIET)
        (lote,) = self.lotes.generate(self.sesion, plan)
        return lote


@pytest.fixture
def mesa(
    movimientos: MovimientosService, lotes: LotesService, plazos: PlazosService, sesion: Sesion
) -> Mesa:
    fila = movimientos.capture(sesion, ALTA)
    return Mesa(movimientos, lotes, plazos, sesion, fila)


CHANGES: dict[str, Callable[[Mesa], object]] = {
    "one more": lambda m: m.movimientos.capture(m.sesion, replace(ALTA, fecha=date(2026, 2, 5))),
    "another value": lambda m: m.movimientos.edit(m.sesion, m.fila.id, replace(ALTA, sbc="600")),
    "one less": lambda m: m.movimientos.delete(m.sesion, [m.fila.id]),
    "in a lote": lambda m: m.lote(),
    "a day without work": lambda m: m.plazos.save_day(m.sesion, DIA),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_movements_is_noticed(
    mesa: Mesa, change: Callable[[Mesa], object]
) -> None:
    vista = mesa.prepare()
    change(mesa)
    assert mesa.movimientos.is_stale(vista)
    assert mesa.movimientos.is_stale(vista), "and stays so"


def test_each_state_of_a_lote_is_noticed(mesa: Mesa) -> None:
    lote = mesa.lote()
    day = date(2026, 3, 2)
    for step in (
        lambda: mesa.lotes.mark_sent(mesa.sesion, lote.id, day),
        lambda: mesa.lotes.mark_received(mesa.sesion, lote.id, day, "123", "F1"),
        lambda: mesa.lotes.mark_approved(mesa.sesion, lote.id, day),
    ):
        vista = mesa.prepare()
        step()
        assert mesa.movimientos.is_stale(vista)


def test_what_other_desktops_did_is_noticed_once_it_was_read(mesa: Mesa, store: Store) -> None:
    vista = mesa.prepare()
    with store.write() as db:
        db.add(CursorRow(coleccion="contratistas", cursor=5, completa=True))
    assert not mesa.movimientos.is_stale(vista)
    with store.write() as db:
        db.add(CursorRow(coleccion="estados", cursor=5, completa=True))
    assert mesa.movimientos.is_stale(vista)
    vista = mesa.prepare()
    with store.write() as db:
        db.get_one(CursorRow, "estados").cursor = 6
    assert mesa.movimientos.is_stale(vista)


def test_a_line_of_the_bitacora_that_changed_nothing_is_no_reason_to_read_again(
    mesa: Mesa, store: Store, bitacora: BitacoraService, sesion: Sesion
) -> None:
    vista = mesa.prepare()
    for accion in SIN_CAMBIOS:
        with store.write() as db:
            bitacora.record(db, sesion, accion)
        assert not mesa.movimientos.is_stale(vista), accion
    with store.write() as db:
        bitacora.record(db, sesion, Accion.CONSTANCIA_APLICADA)
    assert mesa.movimientos.is_stale(vista)


MORE_THAN_THE_POOL = 20


def test_views_that_are_dropped_take_no_connection_with_them(caso: Caso) -> None:
    for _ in range(MORE_THAN_THE_POOL):
        caso.movimientos.prepare(caso.sesion, TODOS, OrdenMovimientos(), NoProgress())
    vista = caso.movimientos.prepare(caso.sesion, TODOS, OrdenMovimientos(), NoProgress())
    assert caso.movimientos.rows(vista, 0, 10) == []
    assert not caso.movimientos.is_stale(vista)
    caso.movimientos.release(vista)
    assert caso.movimientos.is_stale(vista)


def test_an_export_that_fails_gives_its_connection_back_at_once(caso: Caso, tmp_path: Path) -> None:
    nowhere = tmp_path / "no existe" / "m.xlsx"
    # While the error is held, so are the variables of the function that raised it.
    with pytest.raises(UserFacingError) as held:
        caso.movimientos.export(caso.sesion, nowhere, TODOS, OrdenMovimientos(), NoProgress())
    pool = caso.store.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0, held


def search_of(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%trabajadores_buscados%'")
    )
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_the_migrated_search_equals_that_of_the_row_classes(store: Store, tmp_path: Path) -> None:
    made = open_engine(tmp_path / "hecho.db", DataKey.generate())
    with made.begin() as connection:
        Row.metadata.create_all(connection)
        expected = search_of(connection)
    made.dispose()
    with store.engine.connect() as connection:
        assert search_of(connection) == expected
    assert {
        "trabajadores_buscados",
        "trabajadores_buscados_alta",
        "trabajadores_buscados_baja",
        "trabajadores_buscados_cambio",
    } <= expected.keys()
