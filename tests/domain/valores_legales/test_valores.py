from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from icsoe_desktop.domain.valores_legales.factor import (
    integration_factor,
    lowest_factor,
    vacation_days,
)
from icsoe_desktop.domain.valores_legales.valores import (
    DE_FABRICA,
    Certeza,
    Concepto,
    TablaValores,
    ValorLegal,
    missing_text,
    pesos,
    refuse_jump,
)
from icsoe_desktop.errors import InvalidInputError

SALARIO_2027 = ValorLegal(Concepto.GENERAL, date(2027, 1, 1), 350_00, "CONASAMI", Certeza.CAPTURADA)
FRONTERA_2027 = ValorLegal(
    Concepto.FRONTERA, date(2027, 1, 1), 490_00, "CONASAMI", Certeza.CAPTURADA
)
UMA_2027 = ValorLegal(Concepto.UMA, date(2027, 2, 1), 122_00, "INEGI", Certeza.CAPTURADA)


def test_pesos() -> None:
    assert [pesos(amount) for amount in (5, 100, 9999_99)] == ["$0.05", "$1.00", "$9,999.99"]


def test_the_eleven_factors_of_the_law() -> None:
    # Published tables of factors with LFT 76 since 2023: years 1 to 5, 6–10, … 31–35.
    firsts = (1, 2, 3, 4, 5, 6, 11, 16, 21, 26, 31)
    assert [vacation_days(year) for year in firsts] == [
        12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32,
    ]  # fmt: skip
    assert [vacation_days(year) for year in (10, 15, 20, 25, 30, 35)] == [22, 24, 26, 28, 30, 32]
    assert [str(integration_factor(vacation_days(year))) for year in firsts] == [
        "1.0493", "1.0507", "1.0521", "1.0534", "1.0548", "1.0562",
        "1.0575", "1.0589", "1.0603", "1.0616", "1.0630",
    ]  # fmt: skip


def test_before_the_reform_of_2023_the_first_year_had_six_days_of_vacation() -> None:
    assert lowest_factor(date(2022, 12, 31)) == Decimal("1.0452")
    assert lowest_factor(date(2023, 1, 1)) == Decimal("1.0493")


def test_the_values_from_2017_to_2026_come_with_the_program_and_say_their_source() -> None:
    tabla = TablaValores()
    for year in range(2017, 2027):
        for concepto in Concepto:
            known = tabla.on(concepto, date(year, 6, 1)) is not None
            assert known == (concepto is not Concepto.FRONTERA or year >= 2019), (concepto, year)
    assert all(one.fuente and one.certeza for one in DE_FABRICA)


def test_the_minimum_wages_are_those_of_the_dof() -> None:
    """CONASAMI's resolutions: general, free zone of the northern border; centavos."""
    published = {
        2019: (102_68, 176_72),
        2020: (123_22, 185_56),
        2021: (141_70, 213_39),
        2022: (172_87, 260_34),
        2023: (207_44, 312_41),
        2024: (248_93, 374_89),
        2025: (278_80, 419_88),
        2026: (315_04, 440_87),
    }
    tabla = TablaValores()
    for year, wages in published.items():
        found = [
            tabla.on(concepto, date(year, 6, 1))
            for concepto in (Concepto.GENERAL, Concepto.FRONTERA)
        ]
        assert tuple(one.centavos for one in found if one is not None) == wages, year


def test_the_wages_of_2017_have_the_source_of_their_day_and_the_border_begins_in_2019() -> None:
    first = TablaValores().on(Concepto.GENERAL, date(2017, 6, 1))
    assert first is not None
    assert (first.centavos, first.fuente) == (80_04, "CONASAMI, DOF 19/12/2016")
    border = [one.desde for one in DE_FABRICA if one.concepto is Concepto.FRONTERA]
    assert min(border) == date(2019, 1, 1)


def test_a_value_ends_where_its_year_does() -> None:
    tabla = TablaValores()
    assert tabla.on(Concepto.GENERAL, date(2027, 1, 1)) is None
    found = tabla.on(Concepto.UMA, date(2027, 1, 31))
    assert found is not None
    assert found.centavos == 117_31
    assert tabla.on(Concepto.UMA, date(2027, 2, 1)) is None


def test_a_value_of_the_office_replaces_the_shipped_one() -> None:
    other = ValorLegal(Concepto.UMA, date(2026, 2, 1), 117_32, "DOF", Certeza.CAPTURADA)
    assert TablaValores((*DE_FABRICA, other)).on(Concepto.UMA, date(2026, 6, 1)) is other


@pytest.mark.parametrize(
    ("today", "added", "expected"),
    [
        (date(2026, 11, 30), (), ()),
        (
            date(2026, 12, 1),
            (),
            (
                "Falta el salario mínimo de 2027",
                "Falta el salario mínimo de la frontera norte de 2027",
            ),
        ),
        (date(2026, 12, 10), (SALARIO_2027, FRONTERA_2027), ()),
        (date(2027, 1, 2), (FRONTERA_2027,), ("Falta el salario mínimo de 2027",)),
        (date(2027, 1, 10), (SALARIO_2027, FRONTERA_2027), ()),
        (date(2027, 1, 11), (SALARIO_2027, FRONTERA_2027), ("Falta la UMA de 2027",)),
        (date(2027, 1, 11), (SALARIO_2027, FRONTERA_2027, UMA_2027), ()),
    ],
)
def test_what_is_missing_is_told_from_the_day_it_can_be_known(
    today: date, added: tuple[ValorLegal, ...], expected: tuple[str, ...]
) -> None:
    missing = TablaValores((*DE_FABRICA, *added)).missing(today)
    assert tuple(missing_text(*one) for one in missing) == expected


@pytest.mark.parametrize(
    ("values", "campo"),
    [
        ((Concepto.UMA, date(2027, 1, 1), 120_00, "INEGI"), "desde"),
        ((Concepto.GENERAL, date(1999, 12, 31), 30_00, "CONASAMI"), "desde"),
        ((Concepto.GENERAL, date(2101, 1, 1), 300_00, "CONASAMI"), "desde"),
        ((Concepto.GENERAL, date(2027, 1, 1), 0, "CONASAMI"), "importe"),
        ((Concepto.GENERAL, date(2027, 1, 1), 10_000_00, "CONASAMI"), "importe"),
        ((Concepto.GENERAL, date(2027, 1, 1), 330_00, ""), "fuente"),
    ],
)
def test_what_cannot_be_a_value_is_refused(
    values: tuple[Concepto, date, int, str], campo: str
) -> None:
    with pytest.raises(InvalidInputError) as error:
        ValorLegal(*values, Certeza.CAPTURADA)
    assert error.value.campo == campo


@pytest.mark.parametrize("centavos", [315_03, 630_09])
def test_a_slip_of_the_finger_is_no_new_wage(centavos: int) -> None:
    slip = ValorLegal(Concepto.GENERAL, date(2027, 1, 1), centavos, "DOF", Certeza.CAPTURADA)
    with pytest.raises(InvalidInputError, match=r"\$315\.04, en vigor desde el 01/01/2026"):
        refuse_jump(slip, DE_FABRICA)
    refuse_jump(SALARIO_2027, DE_FABRICA)
