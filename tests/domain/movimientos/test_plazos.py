"""Dates counted by hand on the calendars of 2018, 2024, 2026 and 2027."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.movimiento import TipoSalario
from icsoe_desktop.domain.movimientos.plazos import (
    Calendario,
    EstadoLegal,
    Plazo,
    cortes_of,
    estimate,
    legal_state,
    lft_holidays,
    plazo_of,
    uncovered,
)
from icsoe_desktop.domain.valores_legales.valores import TablaValores

ALTA, MODIFICACION, BAJA = TipoMovimiento
EN_PLAZO, SIN_CUBRIR, EN_RIESGO, EXTEMPORANEO = EstadoLegal
LEY = Calendario()


def days(plazo: Plazo) -> tuple[date, date, date]:
    return plazo.desde, plazo.seguro, plazo.limite


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2026, ["01-01", "02-02", "03-16", "05-01", "09-16", "11-16", "12-25"]),
        (2024, ["01-01", "02-05", "03-18", "05-01", "09-16", "10-01", "11-18", "12-25"]),
        (2030, ["01-01", "02-04", "03-18", "05-01", "09-16", "10-01", "11-18", "12-25"]),
        (2018, ["01-01", "02-05", "03-19", "05-01", "09-16", "11-19", "12-01", "12-25"]),
        (2005, ["01-01", "02-05", "03-21", "05-01", "09-16", "11-20", "12-25"]),
    ],
)
def test_the_days_of_rest_of_lft_74(year: int, expected: list[str]) -> None:
    assert sorted(lft_holidays(year)) == [date.fromisoformat(f"{year}-{day}") for day in expected]


@pytest.mark.parametrize(
    ("inicio", "desde", "seguro", "limite"),
    [
        # Monday 5 October: 5 6 7 8 9; from the 6th: 6 7 8 9 12.
        (date(2026, 10, 5), date(2026, 10, 2), date(2026, 10, 9), date(2026, 10, 12)),
        # A Saturday: both ways of counting begin on Monday.
        (date(2026, 10, 10), date(2026, 10, 9), date(2026, 10, 16), date(2026, 10, 16)),
        # 14 15 (16 is Independence Day) 17 18 21; from the 15th, until the 22nd.
        (date(2026, 9, 14), date(2026, 9, 11), date(2026, 9, 21), date(2026, 9, 22)),
    ],
)
def test_an_alta_is_in_time_in_risk_or_late(
    inicio: date, desde: date, seguro: date, limite: date
) -> None:
    plazo = plazo_of(ALTA, inicio, LEY)
    assert days(plazo) == (desde, seguro, limite)
    assert legal_state(plazo, seguro) is EN_PLAZO
    assert legal_state(plazo, limite) is (EN_PLAZO if limite == seguro else EN_RIESGO)
    assert legal_state(plazo, limite + timedelta(days=1)) is EXTEMPORANEO


@pytest.mark.parametrize(
    ("calendario", "fecha", "limite"),
    [
        # Friday 18 December: 21 22 23 24 (25) 28.
        (LEY, date(2026, 12, 18), date(2026, 12, 28)),
        # 30 September, (1 October 2024, change of government) 2 3 4 7.
        (LEY, date(2024, 9, 27), date(2024, 10, 7)),
        # 1 April, (Holy Thursday and Friday, given by the IMSS) 6 7 8 9.
        (
            Calendario(inhabiles=frozenset({date(2026, 4, 2), date(2026, 4, 3)})),
            date(2026, 3, 31),
            date(2026, 4, 9),
        ),
        # (16 November) 17 18 19 20 23, unless the user says that the 16th was worked.
        (LEY, date(2026, 11, 13), date(2026, 11, 23)),
        (
            Calendario(habiles=frozenset({date(2026, 11, 16)})),
            date(2026, 11, 13),
            date(2026, 11, 20),
        ),
    ],
)
def test_a_baja_has_five_working_days_from_the_day_after(
    calendario: Calendario, fecha: date, limite: date
) -> None:
    plazo = plazo_of(BAJA, fecha, calendario)
    assert days(plazo) == (fecha, limite, limite)
    assert plazo.on(limite) is EN_PLAZO
    assert plazo.on(limite + timedelta(days=1)) is EXTEMPORANEO


@pytest.mark.parametrize(
    ("tipo_salario", "fecha", "expected"),
    [
        # 29 30 January, (2 February) 3 4 5.
        (TipoSalario.FIJO, "2026-01-28", ("2026-01-28", "2026-02-05", "2026-02-05")),
        (None, "2026-01-28", ("2026-01-28", "2026-02-05", "2026-02-05")),
        # 1 March is a Sunday: 2 3 4 5 6.
        (TipoSalario.VARIABLE, "2026-03-01", ("2026-03-01", "2026-03-06", "2026-03-06")),
        (TipoSalario.VARIABLE, "2026-02-14", ("2026-03-01", "2026-03-06", "2026-03-06")),
        (TipoSalario.VARIABLE, "2026-03-06", ("2026-03-01", "2026-03-06", "2026-03-06")),
        # Those of March are over; (1 May) 4 5 6 7 8.
        (TipoSalario.VARIABLE, "2026-03-07", ("2026-05-01", "2026-05-08", "2026-05-08")),
        # (1 January 2027, a Friday) 4 5 6 7 8.
        (TipoSalario.VARIABLE, "2026-12-20", ("2027-01-01", "2027-01-08", "2027-01-08")),
        (TipoSalario.VARIABLE, "2026-11-30", ("2027-01-01", "2027-01-08", "2027-01-08")),
        # The fixed part until 4 5 6 9 10 March, the variable one until 6.
        (TipoSalario.MIXTO, "2026-03-03", ("2026-03-01", "2026-03-06", "2026-03-10")),
        (TipoSalario.MIXTO, "2026-02-20", ("2026-02-20", "2026-02-27", "2026-03-06")),
    ],
)
def test_a_modificacion_depends_on_the_kind_of_salary(
    tipo_salario: TipoSalario | None, fecha: str, expected: tuple[str, str, str]
) -> None:
    plazo = plazo_of(MODIFICACION, date.fromisoformat(fecha), LEY, tipo_salario=tipo_salario)
    assert tuple(day.isoformat() for day in days(plazo)) == expected
    assert plazo.fundamento.endswith(".")


def test_the_day_it_was_received_counts_and_not_today() -> None:
    plazo = plazo_of(BAJA, date(2026, 12, 18), LEY)
    later = date(2027, 6, 1)
    assert legal_state(plazo, later) is EXTEMPORANEO
    assert legal_state(plazo, later, presentado=date(2026, 12, 28)) is EN_PLAZO
    assert legal_state(plazo, later, presentado=date(2026, 12, 29)) is EXTEMPORANEO


def test_the_flag_of_the_imss_wins() -> None:
    plazo = plazo_of(BAJA, date(2026, 12, 18), LEY)
    on_time, late = date(2026, 12, 21), date(2027, 1, 21)
    assert legal_state(plazo, on_time, presentado=on_time, extemporaneo_imss=True) is EXTEMPORANEO
    assert legal_state(plazo, late, presentado=late, extemporaneo_imss=False) is EN_PLAZO


def test_an_alta_ahead_says_how_the_first_day_is_covered() -> None:
    said = plazo_of(ALTA, date(2026, 10, 5), LEY).fundamento
    assert (
        "el día hábil anterior al ingreso, queda cubierto desde el primer día (RACERF 45)" in said
    )


def test_the_clock_of_a_rejected_notice_keeps_running() -> None:
    plazo = plazo_of(ALTA, date(2026, 10, 5), LEY)
    presented = date(2026, 10, 5)
    for today, state in (
        (date(2026, 10, 9), EN_PLAZO),
        (date(2026, 10, 12), EN_RIESGO),
        (date(2026, 10, 13), EXTEMPORANEO),
    ):
        found = legal_state(
            plazo, today, presentado=presented, rechazado=True, extemporaneo_imss=False
        )
        assert found is state


@given(
    st.sampled_from(TipoMovimiento),
    st.sampled_from(TipoSalario),
    st.dates(date(1943, 1, 1), date(2100, 12, 31)),
)
def test_a_term_ends_on_a_working_day_after_it_begins(
    tipo: TipoMovimiento, tipo_salario: TipoSalario, fecha: date
) -> None:
    plazo = plazo_of(tipo, fecha, LEY, tipo_salario=tipo_salario)
    assert plazo.desde < plazo.seguro <= plazo.limite
    assert LEY.is_working(plazo.seguro)
    assert LEY.is_working(plazo.limite)
    assert fecha <= plazo.limite <= fecha + timedelta(days=75)


def test_an_alta_of_somebody_who_already_works_is_not_covered_inside_the_term() -> None:
    # Source: LSS 77, §4: an accident before the notice counts even inside the five days.
    plazo = plazo_of(ALTA, date(2026, 10, 5), LEY)
    start = date(2026, 10, 5)
    assert legal_state(plazo, date(2026, 10, 2), inicio=start) is EN_PLAZO
    assert legal_state(plazo, start, inicio=start) is SIN_CUBRIR
    assert legal_state(plazo, date(2026, 10, 9), inicio=start) is SIN_CUBRIR
    assert legal_state(plazo, date(2026, 10, 12), inicio=start) is EN_RIESGO
    # Rejected, it never took effect; received, the worker is covered.
    assert legal_state(plazo, start, presentado=start, rechazado=True, inicio=start) is SIN_CUBRIR
    assert legal_state(plazo, date(2026, 11, 5), presentado=start, inicio=start) is EN_PLAZO


@given(
    tipo=st.sampled_from(list(TipoMovimiento)),
    salario=st.none() | st.sampled_from(list(TipoSalario)),
    hoy=st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    inhabiles=st.frozensets(st.dates(date(2024, 1, 1), date(2028, 1, 1)), max_size=12),
    habiles=st.frozensets(st.dates(date(2024, 1, 1), date(2028, 1, 1)), max_size=12),
    before=st.integers(-40, 160),
)
def test_two_days_of_each_type_tell_the_state_of_every_date(
    tipo: TipoMovimiento,
    salario: TipoSalario | None,
    hoy: date,
    inhabiles: frozenset[date],
    habiles: frozenset[date],
    before: int,
) -> None:
    calendario = Calendario(inhabiles, habiles)
    cortes = cortes_of(tipo, salario, calendario, hoy)
    fecha = hoy - timedelta(days=before)
    told = EN_PLAZO
    if fecha <= cortes.extemporaneo:
        told = EXTEMPORANEO
    elif fecha <= cortes.riesgo:
        told = EN_RIESGO
    assert plazo_of(tipo, fecha, calendario, tipo_salario=salario).on(hoy) is told


def test_a_year_without_working_days_before_today_leaves_old_notices_in_time() -> None:
    rest = frozenset(date(2025, 1, 1) + timedelta(days=each) for each in range(426))
    cortes = cortes_of(BAJA, None, Calendario(rest), date(2026, 3, 2))
    # The fifth working day of 2024 before the rest: what ended after it has not ended yet.
    assert cortes.extemporaneo == cortes.riesgo == date(2024, 12, 23)


VALORES = TablaValores()
START = date(2026, 10, 5)


def test_an_alta_costs_a_fine_of_twenty_to_350_uma_and_maybe_the_capital() -> None:
    # UMA of 2026: 117.31 × 20 = 2,346.20; × 350 = 41,058.50.
    assert estimate(TipoMovimiento.ALTA, START, date(2026, 10, 20), VALORES) == (
        "Estimación: multa de $2,346.20 a $41,058.50, de 20 a 350 UMA de $117.31, la de hoy "
        "(LSS 304-A II y 304-B IV). No hay multa si se presenta antes "
        "de que el Instituto lo requiera (LSS 304-C). "
        "Un accidente de trabajo antes de que el Instituto reciba el aviso lleva capital "
        "constitutivo (LSS 77); una enfermedad también, porque el aviso es tardío (LSS 88). No se "
        "puede estimar."
    )


def test_the_uma_is_that_of_the_day() -> None:
    # January still has the UMA of the year before: 113.14 × 20 and × 125.
    assert estimate(TipoMovimiento.MODIFICACION, START, date(2026, 1, 31), VALORES) == (
        "Estimación: multa de $2,262.80 a $14,142.50, de 20 a 125 UMA de $113.14, la de hoy "
        "(LSS 304-A III y 304-B II). No hay multa si se presenta antes "
        "de que el Instituto lo requiera (LSS 304-C). "
        "Se agregan las diferencias de cuotas con sus recargos y, si hay un accidente de trabajo "
        "antes del aviso, el capital constitutivo de la parte que faltaba (LSS 77)."
    )


def test_without_the_uma_the_range_stays_in_uma() -> None:
    found = estimate(TipoMovimiento.ALTA, START, date(2027, 2, 1), VALORES)
    assert found.startswith(
        "Estimación: multa de 20 a 350 UMA (LSS 304-A II y 304-B IV); falta la UMA de hoy."
    )


def test_a_late_baja_has_no_fine_but_its_dues_run() -> None:
    assert estimate(TipoMovimiento.BAJA, START, date(2026, 10, 20), VALORES) == (
        "Estimación: 15 días de cuotas hasta hoy, que siguen corriendo hasta que el Instituto "
        "reciba la baja, salvo pensión o defunción (LSS 37). No hay multa."
    )


def test_an_accident_on_the_first_day_is_not_covered_either_before_the_notice() -> None:
    # Source: LSS 77, §4. There is no grace of a day.
    assert uncovered(START) == (
        "Está en plazo, pero el trabajador no está cubierto desde el 05/10/2026: si sufre un "
        "accidente de trabajo antes de que el Instituto reciba el aviso, hay capital constitutivo "
        "aunque se presente dentro de los cinco días, también el primer día (LSS 77)."
    )
