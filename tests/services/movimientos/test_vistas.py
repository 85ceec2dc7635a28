"""Lists of movements: every filter and every order gives what a plain loop over them gives."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.datos import PRIMER_DIA, registros_patronales
from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, Situacion, TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.terminos import TerminosService
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    ColumnaMovimiento,
    FiltroMovimientos,
    MovimientoFila,
    OrdenMovimientos,
)
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store, open_engine
from icsoe_desktop.store.migrate import migrate
from icsoe_desktop.store.movimientos import list_sql
from tests.conftest import MemoryKeyring, Reloj
from tests.services.con_movimientos import Caso, write_archivo
from tests.support.dobles import enabled_user
from tests.support.progreso import StopAt

ROWS = 300
LOTE = UUID("00000000-0000-7000-8000-000000000001")
ASCENDING = OrdenMovimientos(ColumnaMovimiento.FECHA, descendente=False)

# What each column is sorted by, said again here; ties are free.
KEYS: dict[ColumnaMovimiento, Callable[[MovimientoFila], Any]] = {
    ColumnaMovimiento.MOVIMIENTO: lambda f: f.tipo.value,
    ColumnaMovimiento.REGISTRO_PATRONAL: lambda f: f.registro_patronal,
    ColumnaMovimiento.NOMBRE: lambda f: fold(f.nombres),
    ColumnaMovimiento.APELLIDO_PATERNO: lambda f: fold(f.primer_apellido),
    ColumnaMovimiento.APELLIDO_MATERNO: lambda f: fold(f.segundo_apellido),
    ColumnaMovimiento.NSS: lambda f: f.nss,
    ColumnaMovimiento.SBC: lambda f: -1 if f.sbc is None else f.sbc,
    ColumnaMovimiento.FECHA: lambda f: f.fecha,
    ColumnaMovimiento.CURP: lambda f: f.curp,
    ColumnaMovimiento.UMF: lambda f: f.umf,
    ColumnaMovimiento.TIPO_TRABAJADOR: lambda f: f.tipo_trabajador or "",
    ColumnaMovimiento.SALARIO: lambda f: f.tipo_salario or "",
    ColumnaMovimiento.JORNADA: lambda f: f.jornada or "",
    ColumnaMovimiento.CAUSA_BAJA: lambda f: f.causa_baja or "",
    ColumnaMovimiento.ESTADO: lambda f: [
        "Pendiente", "En archivo", "Enviado", "Cancelado", "Recibido", "Rechazado", "Aprobado"
    ].index(f.situacion),
    ColumnaMovimiento.PLAZO: lambda f: list(EstadoLegal).index(f.plazo),
    ColumnaMovimiento.LIMITE: lambda f: f.limite,
    ColumnaMovimiento.LOTE: lambda f: f.lote or f.archivo,
    ColumnaMovimiento.FECHA_EMISION: lambda f: f.emitido or date.min,
    ColumnaMovimiento.AVISO_RECIBIDO: lambda f: f.recibido or date.min,
    ColumnaMovimiento.AVISO_APROBACION: lambda f: f.aprobado or date.min,
    ColumnaMovimiento.AVISO_RECHAZO: lambda f: f.rechazado or date.min,
    ColumnaMovimiento.CAUSA_RECHAZO: lambda f: f.causa_rechazo,
}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """A store that is closed, to be copied. sesion: of its only user."""

    path: Path
    key: DataKey
    sesion: Sesion


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Three hundred movements, a few of them answered, a few in the file of a lote."""
    folder = tmp_path_factory.mktemp("movimientos")
    reloj = Reloj()
    key = Boveda(folder / "llaves.json", MemoryKeyring()).create()
    engine = open_engine(folder / "icsoe.db", key)
    migrate(engine, folder / "respaldos", reloj)
    store = Store(engine, key, reloj)
    sesion = enabled_user(store)
    file = write_archivo(folder / "movimientos.txt", *generated(ROWS))
    with closing(ImportacionMovimientosService(store, BitacoraService(store))) as importacion:
        preview = importacion.preview(sesion, [file], NoProgress())
        importacion.apply(sesion, preview, Decision(), NoProgress())
        importacion.discard(preview)
    with store.write() as db:
        raw = raw_of(db)
        raw.execute(
            "UPDATE movimientos SET estado = 5, recibido = 20260210, aprobado = 20260211, "
            "emitido = 20260209, extemporaneo = 0 WHERE fila % 7 = 0"
        )
        raw.execute(
            "UPDATE movimientos SET estado = 4, recibido = 20260212, rechazado = 20260213, "
            "codigo_rechazo = 'X9', causa_rechazo = 'NSS ' || fila WHERE fila % 11 = 0"
        )
        raw.execute(
            "INSERT INTO lotes (id, registro_patronal, tipo, nombre_archivo, contenido, sha256, "
            "movimientos, estado, creado, numero, folio) VALUES (?, '', NULL, 'varios.txt', '', "
            "'', 1, 'Generado', '2026-03-01T00:00:00.000000Z', '', '')",
            (LOTE.bytes,),
        )
        raw.execute("UPDATE movimientos SET lote_id = ? WHERE fila % 5 = 0", (LOTE.bytes,))
        raw.execute("UPDATE movimientos SET estado = 1 WHERE fila % 17 = 0 AND estado = 0")
    store.close()
    return Filled(folder / "icsoe.db", key, sesion)


@pytest.fixture
def store(filled: Filled, tmp_path: Path, reloj: Reloj) -> Iterator[Store]:
    """A copy of its own for each test."""
    assert not filled.path.with_name("icsoe.db-wal").exists()
    store = Store(
        open_engine(shutil.copyfile(filled.path, tmp_path / "icsoe.db"), filled.key),
        filled.key,
        reloj,
    )
    yield store
    store.close()


@pytest.fixture
def sesion(filled: Filled) -> Sesion:
    return filled.sesion


@pytest.fixture
def loaded(movimientos: MovimientosService) -> MovimientosService:
    return movimientos


def every(
    service: MovimientosService, filtro: FiltroMovimientos, orden: OrdenMovimientos
) -> list[MovimientoFila]:
    """All rows of a view, read in blocks that do not fit its length."""
    vista = service.prepare(SESION_CONSULTA, filtro, orden, NoProgress())
    found: list[MovimientoFila | None] = []
    for start in range(0, vista.count, 37):
        found += service.rows(vista, start, 37)
    service.release(vista)
    assert len(found) == vista.count
    assert None not in found
    return [fila for fila in found if fila is not None]


@pytest.mark.parametrize("known", [True, False], ids=["terms stored", "terms not stored"])
@pytest.mark.parametrize("descendente", [False, True])
@pytest.mark.parametrize("columna", list(ColumnaMovimiento))
def test_any_column_sorts_the_rows(
    loaded: MovimientosService,
    store: Store,
    columna: ColumnaMovimiento,
    descendente: bool,
    known: bool,
) -> None:
    if known:
        TerminosService(store).update(SESION_CONSULTA, NoProgress())
    orden = OrdenMovimientos(columna, descendente)
    rows = every(loaded, TODOS, orden)
    keys = [KEYS[columna](row) for row in rows]
    assert keys == sorted(keys, reverse=descendente)
    assert len({row.id for row in rows}) == ROWS
    assert loaded.first_page(SESION_CONSULTA, TODOS, orden, 50) == rows[:50]


def words_of(fila: MovimientoFila) -> list[str]:
    return [
        *fold(fila.primer_apellido).split(),
        *fold(fila.segundo_apellido).split(),
        *fold(fila.nombres).split(),
        fila.nss,
        fila.curp.lower(),
    ]


def is_found(fila: MovimientoFila, texto: str) -> bool:
    """What a search promises: three characters anywhere, or the start of a word."""
    places = [
        fold(fila.primer_apellido),
        fold(fila.segundo_apellido),
        fold(fila.nombres),
        fila.nss,
        fila.curp.lower(),
    ]
    return all(
        any(word in place for place in places)
        if len(word) >= 3
        else any(each.startswith(word) for each in words_of(fila))
        for word in fold(texto).split()
    )


TEXTS = [
    "garcia", "García", "GARCÍA l", "muñoz", "munoz", "MUÑOZ alma", "ruz", "ma", "a", "lop ma",
    "zzz", '"', "a OR b", "%", "920", "*", "e.f",
]  # fmt: skip


@pytest.mark.parametrize("texto", TEXTS)
@pytest.mark.parametrize(
    "columna", [ColumnaMovimiento.FECHA, ColumnaMovimiento.NOMBRE, ColumnaMovimiento.UMF]
)
def test_free_text_finds_what_people_type(
    loaded: MovimientosService, texto: str, columna: ColumnaMovimiento
) -> None:
    everything = every(loaded, TODOS, OrdenMovimientos(columna))
    rows = every(loaded, FiltroMovimientos(texto=texto), OrdenMovimientos(columna))
    assert rows == [row for row in everything if is_found(row, texto)]
    assert (
        loaded.first_page(
            SESION_CONSULTA, FiltroMovimientos(texto=texto), OrdenMovimientos(columna), 9
        )
        == rows[:9]
    )


def test_an_nss_and_a_curp_are_found_as_they_are_grouped_for_the_eye(
    loaded: MovimientosService,
) -> None:
    someone = next(row for row in every(loaded, TODOS, ASCENDING) if row.curp)
    nss, curp = someone.nss, someone.curp
    for texto in (
        f"{nss[:4]} {nss[4:6]} {nss[6:10]} {nss[10]}",
        f"{curp[:4]} {curp[4:10]} {curp[10:]}",
        curp.lower(),
        nss[:10],
    ):
        found = every(loaded, FiltroMovimientos(texto=texto), ASCENDING)
        assert someone in found
        assert {row.nss for row in found} == {nss}


# Of few workers found their rows are sorted; of many, the index of the order is walked.
WAYS = {"walks": {"BROAD_SHARE": 0.0}, "sorts": {"BROAD_SHARE": 2.0, "FEW_WORKERS": 1_000}}


@given(
    registro=st.none() | st.integers(0, 39),
    tipo=st.none() | st.sampled_from(list(TipoMovimiento)),
    situacion=st.none() | st.sampled_from(list(Situacion)),
    debo=st.booleans(),
    days=st.none() | st.tuples(st.integers(0, 690), st.integers(0, 200)),
    plazo=st.none() | st.sampled_from(list(EstadoLegal)),
    texto=st.sampled_from(["", "gar", "ma", "lopez ana"]),
    columna=st.sampled_from(list(ColumnaMovimiento)),
    descendente=st.booleans(),
)
@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("known", [True, False], ids=["terms stored", "terms not stored"])
def test_filters_together_give_what_a_loop_gives(
    loaded: MovimientosService,
    store: Store,
    way: str,
    known: bool,
    registro: int | None,
    tipo: TipoMovimiento | None,
    situacion: Situacion | None,
    debo: bool,
    days: tuple[int, int] | None,
    plazo: EstadoLegal | None,
    texto: str,
    columna: ColumnaMovimiento,
    descendente: bool,
) -> None:
    if known:
        TerminosService(store).update(SESION_CONSULTA, NoProgress())
    which = None if registro is None else registros_patronales(40)[registro]
    desde = hasta = None
    if days is not None:
        desde = date.fromordinal(PRIMER_DIA.toordinal() + days[0])
        hasta = date.fromordinal(desde.toordinal() + days[1])
    orden = OrdenMovimientos(columna, descendente)
    # Without its check digit, as the IMSS prints it too.
    filtro = FiltroMovimientos(
        registro_patronal=which and which[:10],
        desde=desde,
        hasta=hasta,
        situacion=situacion,
        tipo=tipo,
        texto=texto,
        plazo=plazo,
        por_resolver=debo,
    )
    everything = every(loaded, TODOS, orden)
    expected = [
        row
        for row in everything
        if (which is None or row.registro_patronal == which)
        and (desde is None or row.fecha >= desde)
        and (hasta is None or row.fecha <= hasta)
        and (situacion is None or row.situacion is situacion)
        and (not debo or is_owed(row, everything))
        and (tipo is None or row.tipo is tipo)
        and (plazo is None or row.plazo is plazo)
        and is_found(row, texto)
    ]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WAYS[way].items():
            patch.setattr(list_sql, name, value)
        assert every(loaded, filtro, orden) == expected
        assert loaded.first_page(SESION_CONSULTA, filtro, orden, 9) == expected[:9]


@pytest.mark.parametrize("situacion", list(Situacion))
def test_a_state_is_found_in_every_order(loaded: MovimientosService, situacion: Situacion) -> None:
    filtro = FiltroMovimientos(situacion=situacion)
    expected = {row.id for row in every(loaded, TODOS, ASCENDING) if row.situacion is situacion}
    for columna in ColumnaMovimiento:
        orden = OrdenMovimientos(columna, descendente=False)
        found = every(loaded, filtro, orden)
        keys = [KEYS[columna](row) for row in found]
        assert keys == sorted(keys), columna
        assert {row.id for row in found} == expected
        assert loaded.first_page(SESION_CONSULTA, filtro, orden, 7) == found[:7], columna


def is_owed(fila: MovimientoFila, everything: list[MovimientoFila]) -> bool:
    """Without a file, in a file without its answer, or rejected and not presented again."""
    if fila.estado is EstadoAviso.RECHAZADO:
        return not any(
            other.estado not in (EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)
            and (other.nss, other.tipo) == (fila.nss, fila.tipo)
            and other.registro_patronal[:10] == fila.registro_patronal[:10]
            and (other.tipo is not TipoMovimiento.MODIFICACION or other.fecha == fila.fecha)
            and other.id > fila.id
            for other in everything
        )
    return fila.estado not in (EstadoAviso.APROBADO, EstadoAviso.CANCELADO)


def test_a_registro_patronal_that_is_none_is_refused_by_name(loaded: MovimientosService) -> None:
    with pytest.raises(InvalidInputError) as refused:
        loaded.first_page(SESION_CONSULTA, FiltroMovimientos(registro_patronal="Y60"))
    assert refused.value.campo == "registro_patronal"


def test_a_view_keeps_its_rows_while_others_write(caso: Caso, loaded: MovimientosService) -> None:
    vista = loaded.prepare(SESION_CONSULTA, TODOS, ASCENDING, NoProgress())
    before = loaded.rows(vista, 0, ROWS)
    gone = next(row for row in before if row is not None and row.estado is EstadoAviso.PENDIENTE)
    assert not loaded.is_stale(vista)
    loaded.delete(caso.sesion, [gone.id])
    assert loaded.is_stale(vista)
    assert loaded.rows(vista, 0, ROWS) == [None if row == gone else row for row in before]
    loaded.release(vista)
    assert loaded.rows(vista, 0, 10) == []


def test_a_view_is_read_from_many_threads_at_once(loaded: MovimientosService) -> None:
    vista = loaded.prepare(SESION_CONSULTA, TODOS, ASCENDING, NoProgress())
    expected = loaded.rows(vista, 0, ROWS)
    wrong: list[int] = []

    def read(at: int) -> None:
        for start in range(at, ROWS, 8):
            if loaded.rows(vista, start, 5) != expected[start : start + 5]:
                wrong.append(start)

    threads = [threading.Thread(target=read, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loaded.release(vista)
    assert wrong == []


def test_more_views_than_connections_are_prepared_and_released(loaded: MovimientosService) -> None:
    for _ in range(40):
        vista = loaded.prepare(SESION_CONSULTA, TODOS, ASCENDING, NoProgress())
        loaded.release(vista)
    assert len(loaded.first_page(SESION_CONSULTA, TODOS, ASCENDING, 5)) == 5


def test_preparing_can_be_cancelled(loaded: MovimientosService) -> None:
    with pytest.raises(Cancelled):
        loaded.prepare(SESION_CONSULTA, TODOS, ASCENDING, StopAt(1))
    assert len(every(loaded, TODOS, ASCENDING)) == ROWS


def test_the_search_is_kept_by_whatever_is_written(caso: Caso, loaded: MovimientosService) -> None:
    with caso.store.write() as db:
        raw = raw_of(db)
        # FTS5 compares every entry of its index with the table; it raises when one differs.
        raw.execute(
            "INSERT INTO trabajadores_buscados(trabajadores_buscados, rank) "
            "VALUES('integrity-check', 1)"
        )
        raw.execute("PRAGMA integrity_check")
