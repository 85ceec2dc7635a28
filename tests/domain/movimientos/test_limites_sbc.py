from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from icsoe_desktop.domain.movimientos.limites_sbc import TABLA_LIMITES, Limites, TablaLimites
from icsoe_desktop.domain.valores_legales.valores import TablaValores, Zona

FRONTERIZO = "Y607763610"
CON_ZONA = TablaLimites(zonas={FRONTERIZO: Zona.FRONTERA})


@pytest.mark.parametrize(
    ("fecha", "piso", "integrado", "tope"),
    [
        # IDC, 2026: 330.57 integrated in the general zone; UMA 117.31 × 25, from 1 February.
        (date(2026, 2, 1), 315_04, 330_57, 2932_75),
        (date(2026, 12, 31), 315_04, 330_57, 2932_75),
        # January still has the UMA of 2025: 113.14 × 25 = 2,828.50.
        (date(2026, 1, 31), 315_04, 330_57, 2828_50),
        (date(2026, 1, 1), 315_04, 330_57, 2828_50),
        # IDC, 2018: 2,015.00 from 1 February, 1,887.25 before it. Six vacation days: × 1.0452.
        (date(2018, 2, 1), 88_36, 92_35, 2015_00),
        (date(2018, 1, 31), 88_36, 92_35, 1887_25),
        # DOF 24-Nov-2017: 88.36 since 1 December.
        (date(2017, 12, 1), 88_36, 92_35, 1887_25),
        (date(2017, 11, 30), 80_04, 83_66, 1887_25),
    ],
)
def test_the_limits_of_a_date(fecha: date, piso: int, integrado: int, tope: int) -> None:
    found = TABLA_LIMITES.on(fecha)
    assert (found.piso, found.piso_integrado, found.tope) == (piso, integrado, tope)
    assert (found.zona, found.faltan) == (Zona.GENERAL, ())


def test_a_registro_patronal_at_the_border_has_the_floors_of_its_zone() -> None:
    # IDC, 2026: 462.60.
    assert CON_ZONA.on(date(2026, 6, 1), FRONTERIZO + "5") == Limites(
        Zona.FRONTERA, 440_87, 462_60, 2932_75, Decimal("1.0493"), ()
    )
    assert CON_ZONA.on(date(2026, 6, 1), "Y3926552104").piso == 315_04
    # The zone begins in 2019: before, the country's wage, without a word about the border.
    before = CON_ZONA.on(date(2018, 12, 31), FRONTERIZO + "5")
    assert (before.zona, before.piso, before.faltan) == (Zona.GENERAL, 88_36, ())


@pytest.mark.parametrize(
    ("fecha", "faltan", "tope"),
    [
        (date(2027, 1, 1), ("el salario mínimo de 2027",), 2932_75),
        (date(2027, 2, 1), ("el salario mínimo de 2027", "la UMA de 2027"), None),
        (date(2016, 6, 1), ("el salario mínimo de 2016", "la UMA de 2016"), None),
        (date(2017, 1, 31), ("la UMA de 2016",), None),
    ],
)
def test_a_value_that_the_program_lacks_is_told(
    fecha: date, faltan: tuple[str, ...], tope: int | None
) -> None:
    found = TABLA_LIMITES.on(fecha)
    assert (found.faltan, found.tope) == (faltan, tope)


def test_an_sbc_out_of_its_limits_is_a_warning_with_its_article() -> None:
    limites = TABLA_LIMITES.on(date(2026, 6, 1))
    assert limites.warnings(330_57) == limites.warnings(2932_75) == ()
    assert limites.warnings(315_03) == (
        "El SBC, $315.03, es menor que el salario mínimo de esa fecha, $315.04 (LSS 28).",
    )
    assert limites.warnings(330_55) == (
        "El SBC, $330.55, es menor que el salario mínimo de esa fecha con las prestaciones "
        "mínimas, $330.57: $315.04 por 1.0493 (LFT 76, 80 y 87). Así sólo va con semana o jornada "
        "reducida.",
    )
    assert limites.warnings(2932_76) == (
        "El SBC, $2,932.76, es mayor que el tope de esa fecha, 25 veces la UMA: $2,932.75 "
        "(LSS 28).",
    )


def test_one_centavo_below_the_integrated_floor_is_a_remark_since_published_floors_differ() -> None:
    # CANACINTRA, 06/12/2024: 278.80 gives 292.54 or 292.55, as the factor is rounded or not.
    assert TABLA_LIMITES.on(date(2025, 6, 1)).warnings(292_53) == (
        "El SBC, $292.53, es un centavo menor que el salario mínimo de esa fecha con las "
        "prestaciones mínimas, $292.54. No es un error: según cómo se redondee el factor se "
        "publican las dos cifras.",
    )
    assert TABLA_LIMITES.on(date(2025, 6, 1)).warnings(292_54) == ()


def test_a_reduced_week_may_earn_less_than_the_integrated_floor_but_not_than_the_minimum() -> None:
    limites = TABLA_LIMITES.on(date(2026, 6, 1))
    assert limites.warnings(315_04, reducida=True) == ()
    assert limites.warnings(315_03, reducida=True) == limites.warnings(315_03)


def test_the_sentence_names_the_border_zone() -> None:
    assert CON_ZONA.on(date(2026, 6, 1), FRONTERIZO).warnings(400_00) == (
        "El SBC, $400.00, es menor que el salario mínimo de esa fecha en la zona libre de la "
        "frontera norte, $440.87 (LSS 28).",
    )


def test_a_year_that_is_not_in_the_table_is_a_warning() -> None:
    assert TablaLimites(TablaValores(())).on(date(2024, 6, 1)).warnings(100_00) == (
        "No se revisó el SBC contra el salario mínimo de 2024: el programa no lo tiene. Agregue "
        "el valor en Valores.",
        "No se revisó el SBC contra la UMA de 2024: el programa no la tiene. Agregue el valor en "
        "Valores.",
    )


def test_the_year_of_366_days_of_some_payroll_programs_is_a_setting() -> None:
    # 1 + 18/366 = 1.0492; 315.04 × 1.0492 = 330.54.
    assert TablaLimites(dias_del_anio=366).on(date(2026, 6, 1)).piso_integrado == 330_54
