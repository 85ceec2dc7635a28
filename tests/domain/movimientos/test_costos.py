"""What late may cost: always an estimate, with its article."""

from __future__ import annotations

from datetime import date

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.costos import estimate, uncovered
from icsoe_desktop.domain.valores_legales.valores import TablaValores

VALORES = TablaValores()
START = date(2026, 10, 5)


def test_an_alta_costs_a_fine_of_twenty_to_350_uma_and_maybe_the_capital() -> None:
    # UMA of 2026: 117.31 × 20 = 2,346.20; × 350 = 41,058.50.
    assert estimate(TipoMovimiento.ALTA, START, date(2026, 10, 20), VALORES) == (
        "Estimación: multa de $2,346.20 a $41,058.50, de 20 a 350 UMA de $117.31 (LSS 304-A II y "
        "304-B IV). No hay multa si se presenta antes de que el Instituto lo requiera (LSS 304-C). "
        "Un accidente de trabajo antes de que el Instituto reciba el aviso lleva capital "
        "constitutivo (LSS 77); una enfermedad también, porque el aviso es tardío (LSS 88). No se "
        "puede estimar."
    )


def test_the_uma_is_that_of_the_day() -> None:
    # January still has the UMA of the year before: 113.14 × 20 and × 125.
    assert estimate(TipoMovimiento.MODIFICACION, START, date(2026, 1, 31), VALORES) == (
        "Estimación: multa de $2,262.80 a $14,142.50, de 20 a 125 UMA de $113.14 (LSS 304-A III y "
        "304-B II). No hay multa si se presenta antes de que el Instituto lo requiera (LSS 304-C). "
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
