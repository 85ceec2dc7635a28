"""The stored terms: right whoever writes a movement, and made again when the calendar changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.movimientos.plazos import Calendario, EstadoLegal
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.movimientos.filas import NUMERO_DE, Lector
from icsoe_desktop.services.movimientos.terminos import (
    DiaCalendario,
    PlazosService,
    TerminosService,
)
from icsoe_desktop.services.movimientos.valores import (
    ColumnaMovimiento,
    FiltroMovimientos,
    OrdenMovimientos,
)
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos import stored_terms
from icsoe_desktop.store.movimientos.movement_counts import owed_by_day
from tests.conftest import Reloj
from tests.services.con_movimientos import Apply, Archivo, Caso
from tests.support.progreso import StopAt

HOY = date(2026, 3, 2)
BY_PLAZO = OrdenMovimientos(ColumnaMovimiento.PLAZO, descendente=True)


@pytest.fixture
def terminos(store: Store) -> TerminosService:
    return TerminosService(store)


def stored(store: Store) -> dict[tuple[str, int, str], set[Any]]:
    """The terms in the rows, by key."""
    found: dict[tuple[str, int, str], set[Any]] = {}
    with store.read() as db:
        for *key, seguro, limite in raw_of(db).execute(
            "SELECT tipo, fecha, tipo_salario, seguro, limite FROM movimientos"
        ):
            found.setdefault((key[0], key[1], key[2]), set()).add((seguro, limite))
    return found


def assert_right(store: Store, calendario: Calendario) -> None:
    rule = Lector(calendario, HOY).term
    for key, terms in stored(store).items():
        assert terms == {rule(*key)}, key


def execute(store: Store, sql: str, *values: Any) -> None:
    with store.write() as db:
        raw_of(db).execute(sql, values)


def test_an_import_brings_the_terms_with_it(caso: Caso, terminos: TerminosService) -> None:
    caso.bring(caso.archivo(*generated(200)))
    assert_right(caso.store, Calendario())
    # Nobody has said yet with which calendar: that is all there is to do.
    assert terminos.update(SESION_CONSULTA, NoProgress()) == 0


def test_a_program_that_knows_no_terms_leaves_none_or_the_right_one(
    store: Store, bring: Apply, archivo: Archivo, terminos: TerminosService
) -> None:
    """It names the columns that it knows; triggers do the rest."""
    bring(archivo(*generated(50)))
    terminos.update(SESION_CONSULTA, NoProgress())
    execute(store, "UPDATE movimientos SET fecha = 20251230 WHERE fila = 1")
    execute(store, "UPDATE movimientos SET tipo_salario = '1' WHERE fila = 2")
    execute(
        store,
        "INSERT INTO movimientos (id, trabajador, tipo, registro_patronal, fecha, tipo_trabajador, "
        "tipo_salario, jornada, causa_baja, umf, guia, clave_trabajador, estado, codigo_rechazo, "
        "causa_rechazo) SELECT randomblob(16), trabajador, tipo, registro_patronal, fecha, '', "
        "tipo_salario, '', '', '', '', '', 0, '', '' FROM movimientos WHERE fila > 40",
    )
    rule = Lector(Calendario(), HOY).term
    for key, terms in stored(store).items():
        assert terms <= {rule(*key), (None, None)}
    assert terminos.update(SESION_CONSULTA, NoProgress()) >= 1
    assert_right(store, Calendario())


def test_a_day_of_rest_moves_the_terms_around_it_and_no_other(
    caso: Caso, bring: Apply, archivo: Archivo, plazos: PlazosService, terminos: TerminosService
) -> None:
    bring(archivo(*generated(600)))
    terminos.update(SESION_CONSULTA, NoProgress())
    rest = date(2026, 2, 24)
    plazos.save_day(caso.sesion, DiaCalendario(rest, habil=False, motivo="Aviso del IMSS"))
    calendario = Calendario(inhabiles=frozenset({rest}))
    filtro = FiltroMovimientos(plazo=EstadoLegal.EXTEMPORANEO)
    before = caso.movimientos.first_page(SESION_CONSULTA, filtro, BY_PLAZO, 999)
    moved = terminos.update(SESION_CONSULTA, NoProgress())
    assert 0 < moved < 60
    assert_right(caso.store, calendario)
    # The list was right before it, too: it does not use the terms of another calendar.
    after = caso.movimientos.first_page(SESION_CONSULTA, filtro, BY_PLAZO, 999)
    assert {row.id for row in after} == {row.id for row in before}
    assert all(row.plazo is EstadoLegal.EXTEMPORANEO for row in after)
    plazos.remove_day(caso.sesion, rest)
    terminos.update(SESION_CONSULTA, NoProgress())
    assert_right(caso.store, Calendario())


def test_a_new_calendar_can_be_cancelled_before_it_writes_any_term(
    caso: Caso, bring: Apply, archivo: Archivo, plazos: PlazosService, terminos: TerminosService
) -> None:
    bring(archivo(*generated(600)))
    terminos.update(SESION_CONSULTA, NoProgress())
    before = stored(caso.store)
    rest = date(2026, 2, 24)
    plazos.save_day(caso.sesion, DiaCalendario(rest, habil=False, motivo="Aviso del IMSS"))
    with pytest.raises(Cancelled):
        terminos.update(SESION_CONSULTA, StopAt(1))
    assert stored(caso.store) == before
    assert terminos.update(SESION_CONSULTA, NoProgress()) > 0
    assert_right(caso.store, Calendario(inhabiles=frozenset({rest})))


def test_whoever_stops_it_keeps_what_is_done(
    caso: Caso, terminos: TerminosService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_terms, "ROWS_AT_ONCE", 20)
    caso.bring(caso.archivo(*generated(100)))
    execute(caso.store, "UPDATE movimientos SET seguro = NULL, limite = NULL")
    expected = [row.id for row in caso.movimientos.first_page(SESION_CONSULTA, orden=BY_PLAZO)]
    left = []
    for stop in range(1, 12):
        try:
            terminos.update(SESION_CONSULTA, StopAt(nth=3))
        except Cancelled:
            with caso.store.read() as db:
                left.append(stored_terms.count_unknown(raw_of(db)))
            found = caso.movimientos.first_page(SESION_CONSULTA, orden=BY_PLAZO)
            assert {row.id for row in found} == set(expected), stop
            continue
        break
    else:
        pytest.fail("it never ended")
    assert left == sorted(left, reverse=True)
    assert left[0] < 100
    assert_right(caso.store, Calendario())


def test_a_new_day_is_a_comparison_and_writes_nothing(
    caso: Caso, bring: Apply, archivo: Archivo, terminos: TerminosService, reloj: Reloj
) -> None:
    bring(archivo(*generated(300)))
    terminos.update(SESION_CONSULTA, NoProgress())
    filtro = FiltroMovimientos(plazo=EstadoLegal.EXTEMPORANEO)
    before = caso.movimientos.first_page(SESION_CONSULTA, filtro, BY_PLAZO, 999)
    reloj.advance(days=30)
    assert terminos.update(SESION_CONSULTA, NoProgress()) == 0
    after = caso.movimientos.first_page(SESION_CONSULTA, filtro, BY_PLAZO, 999)
    assert {row.id for row in before} < {row.id for row in after}
    everything = caso.movimientos.first_page(SESION_CONSULTA, limit=999)
    late = {row.id for row in everything if row.plazo is EstadoLegal.EXTEMPORANEO}
    assert {row.id for row in after} == late


def test_a_list_of_yesterday_is_stale(caso: Caso, reloj: Reloj) -> None:
    caso.bring(caso.archivo(*generated(5)))
    vista = caso.movimientos.prepare(SESION_CONSULTA, FiltroMovimientos(), BY_PLAZO, NoProgress())
    assert not caso.movimientos.is_stale(vista)
    reloj.advance(days=1)
    assert caso.movimientos.is_stale(vista)
    caso.movimientos.release(vista)


def test_what_settled_many_rejections_is_kept_in_steps_and_the_figures_are_the_same(
    store: Store, bring: Apply, archivo: Archivo, terminos: TerminosService
) -> None:
    bring(archivo(*generated(500)))
    # Some are of one worker and kind, and the later one presents the other again.
    execute(store, "UPDATE movimientos SET estado = 4 WHERE fila <= 400")
    with store.read() as db:
        before = sorted(owed_by_day(raw_of(db)))
    with pytest.raises(Cancelled):
        terminos.update(SESION_CONSULTA, StopAt(2))
    terminos.update(SESION_CONSULTA, NoProgress())
    with store.read() as db:
        raw = raw_of(db)
        settled = "SELECT por IS NOT NULL, count(*) FROM rechazados GROUP BY 1"
        (_, left), (_, again) = raw.execute(settled).fetchall()
        assert left + again == 400
        assert again
        assert sorted(owed_by_day(raw)) == before


EN_PLAZO, SIN_CUBRIR, EN_RIESGO, EXTEMPORANEO = EstadoLegal
# Monday 5 October 2026: in time until Friday 9, in risk on Monday 12.
ALTA = ("08", 2026_10_05, "0")
RECIBIDO, RECHAZADO, CANCELADO = (
    NUMERO_DE[each] for each in (EstadoAviso.RECIBIDO, EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)
)


@pytest.mark.parametrize(
    ("today", "recibido", "estado", "extemporaneo", "expected"),
    [
        # The day before the start it is in time; from the start nobody is covered until it arrives.
        (date(2026, 10, 2), None, 0, None, EN_PLAZO),
        (date(2026, 10, 5), None, 0, None, SIN_CUBRIR),
        (date(2026, 10, 9), None, 0, None, SIN_CUBRIR),
        (date(2026, 10, 9), None, CANCELADO, None, EN_PLAZO),
        (date(2026, 10, 12), None, 0, None, EN_RIESGO),
        (date(2026, 10, 13), None, 0, None, EXTEMPORANEO),
        # The day it was received counts, and not today.
        (date(2026, 10, 13), 2026_10_09, RECIBIDO, None, EN_PLAZO),
        (date(2026, 10, 13), 2026_10_12, RECIBIDO, None, EN_RIESGO),
        # What the IMSS printed wins.
        (date(2026, 10, 13), 2026_10_12, RECIBIDO, 0, EN_PLAZO),
        (date(2026, 10, 5), 2026_10_05, RECIBIDO, 1, EXTEMPORANEO),
        # A rejected notice never took effect: its clock keeps running.
        (date(2026, 10, 13), 2026_10_09, RECHAZADO, 0, EXTEMPORANEO),
        (date(2026, 10, 9), 2026_10_05, RECHAZADO, 1, SIN_CUBRIR),
    ],
)
def test_a_list_counts_the_term_as_the_law_does(
    today: date, recibido: int | None, estado: int, extemporaneo: int | None, expected: EstadoLegal
) -> None:
    lector = Lector(Calendario(), today)
    for _ in range(2):  # as it was counted, and as it was remembered
        assert lector.legal(*ALTA, recibido, estado, extemporaneo) is expected
        assert lector.legal_sql(*ALTA, recibido, estado, extemporaneo) == list(EstadoLegal).index(
            expected
        )


def test_a_day_of_rest_that_the_user_adds_moves_the_term_in_the_list() -> None:
    lector = Lector(Calendario(inhabiles=frozenset({date(2026, 10, 6)})), date(2026, 10, 12))
    assert lector.legal(*ALTA, None, 0, None) is SIN_CUBRIR
