from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.movimientos.limites_sbc import TABLA_LIMITES, Limites, pesos


@pytest.mark.parametrize(
    ("fecha", "expected"),
    [
        # 2026: 315.04 and 440.87; UMA 117.31 × 25 = 2,932.75, from 1 February.
        (date(2026, 2, 1), Limites(315_04, 440_87, 2932_75, ())),
        (date(2026, 12, 31), Limites(315_04, 440_87, 2932_75, ())),
        # January still has the UMA of 2025: 113.14 × 25 = 2,828.50.
        (date(2026, 1, 31), Limites(315_04, 440_87, 2828_50, ())),
        (date(2026, 1, 1), Limites(315_04, 440_87, 2828_50, ())),
        (date(2025, 2, 1), Limites(278_80, 419_88, 2828_50, ())),
        (date(2025, 1, 31), Limites(278_80, 419_88, None, ("la UMA de 2024",))),
        (date(2027, 1, 1), Limites(None, None, 2932_75, ("el salario mínimo de 2027",))),
        (
            date(2027, 2, 1),
            Limites(None, None, None, ("el salario mínimo de 2027", "la UMA de 2027")),
        ),
    ],
)
def test_the_limits_of_a_date(fecha: date, expected: Limites) -> None:
    assert TABLA_LIMITES.on(fecha) == expected


def test_an_sbc_out_of_its_limits_is_a_warning() -> None:
    limites = TABLA_LIMITES.on(date(2026, 6, 1))
    assert limites.warnings(315_04) == limites.warnings(2932_75) == ()
    assert limites.warnings(315_03) == (
        "El SBC, $315.03, es menor que el salario mínimo de esa fecha, $315.04.",
    )
    assert limites.warnings(2932_76) == (
        "El SBC, $2,932.76, es mayor que el tope de esa fecha, 25 veces la UMA: $2,932.75.",
    )


def test_a_year_that_is_not_in_the_table_is_a_warning() -> None:
    assert TABLA_LIMITES.on(date(2024, 6, 1)).warnings(100_00) == (
        "No se revisó el SBC contra el salario mínimo de 2024: el programa no lo tiene.",
        "No se revisó el SBC contra la UMA de 2024: el programa no la tiene.",
    )


def test_pesos() -> None:
    assert [pesos(amount) for amount in (5, 100, 9999_99)] == ["$0.05", "$1.00", "$9,999.99"]
