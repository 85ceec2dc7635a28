"""The SBC against published examples, an independent calculation, and impossible input."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from icsoe_desktop.domain.salarios.bimestres import Variable, bimestre_of
from icsoe_desktop.domain.salarios.calculo import (
    DatosSbc,
    PeriodoDePago,
    Reglas,
    ResultadoSbc,
    calculate,
)
from icsoe_desktop.domain.valores_legales.factor import start_of_year, vacation_days, year_of_work
from icsoe_desktop.domain.valores_legales.valores import TablaValores, Zona
from icsoe_desktop.errors import InvalidInputError
from tests.conftest import SHARED

VALORES = TablaValores()
DATOS = DatosSbc(Decimal(500), PeriodoDePago.DIARIO, date(2020, 3, 1), date(2026, 11, 23))
UNROUNDED = Reglas(redondea_factor=False)


def sbc(result: ResultadoSbc) -> str:
    return f"{result.sbc // 100}.{result.sbc % 100:02d}"


def began(fecha: date, year: int) -> date:
    """A first day of work whose `year` runs on `fecha`."""
    return date(fecha.year - year + 1, 1, 1)


@pytest.mark.parametrize(
    ("datos", "reglas", "factor", "expected"),
    [
        # IDC, 02/01/2026.
        ((2026, "315.04", 15, 12, "0.25", 1, Zona.GENERAL), Reglas(), "1.0493", "330.57"),
        ((2026, "440.87", 15, 12, "0.25", 1, Zona.FRONTERA), Reglas(), "1.0493", "462.60"),
        # CANACINTRA León, 06/12/2024: one page with both roundings.
        ((2025, "419.88", 15, 12, "0.25", 1, Zona.FRONTERA), Reglas(), "1.0493", "440.58"),
        ((2025, "278.80", 15, 12, "0.25", 1, Zona.GENERAL), Reglas(), "1.0493", "292.54"),
        ((2025, "278.80", 15, 12, "0.25", 1, Zona.GENERAL), UNROUNDED, None, "292.55"),
        # TRESS, recálculo de integrados: 20 days of aguinaldo and of vacation, 30 %.
        ((2020, "200.00", 20, 20, "0.30", 10, Zona.GENERAL), Reglas(), "1.0712", "214.24"),
        ((2025, "500.00", 15, 26, "0.25", 16, Zona.GENERAL), Reglas(), "1.0589", "529.45"),
        # Before the reform: noesystem, tabla de integración.
        ((2022, "400.00", 15, 6, "0.25", 1, Zona.GENERAL), Reglas(), "1.0452", "418.08"),
        # isrcalcula.online prints 1.0863 and 543.15 for this: wrong.
        ((2025, "500.00", 30, 12, "0.25", 1, Zona.GENERAL), Reglas(), "1.0904", "545.20"),
    ],
)
def test_published_examples(
    datos: tuple[int, str, int, int, str, int, Zona],
    reglas: Reglas,
    factor: str | None,
    expected: str,
) -> None:
    year, salario, aguinaldo, vacaciones, prima, work, zona = datos
    fecha = date(year, 6, 1)
    found = calculate(
        DatosSbc(
            Decimal(salario),
            PeriodoDePago.DIARIO,
            began(fecha, work),
            fecha,
            zona,
            Decimal(aguinaldo),
            Decimal(vacaciones),
            Decimal(prima),
        ),
        VALORES,
        reglas,
    )
    assert sbc(found) == expected
    assert factor is None or str(found.factor) == factor


def test_every_example_of_the_shared_list_gives_its_result() -> None:
    """All 19, and not what a calculator prints wrong.

    Vacation days that are those of the law of their year are not told.
    """
    path = SHARED / "datos" / "ejemplos_sbc.csv"
    if not path.is_file():
        pytest.skip("no está la lista de ejemplos (../shared)")
    checked = refused = 0
    for row in csv.DictReader(path.read_text("utf-8").splitlines()):
        fecha = date.fromisoformat(row["fecha"])
        work = int(row["anio_de_trabajo"] or 1)
        rounded = "sin redondear" not in row["redondeo"].split("(")[0]
        own = int(row["vacaciones"])
        law = vacation_days(work, fecha)
        datos = DatosSbc(
            Decimal(row["salario"]),
            PeriodoDePago.DIARIO,
            began(fecha, work),
            fecha,
            Zona(row["zona"]),
            Decimal(row["aguinaldo"]),
            None if own == law else Decimal(own),
            Decimal(row["prima"]),
            variable=variable_of(row),
        )
        found = calculate(datos, VALORES, Reglas(redondea_factor=rounded))
        wrong = re.search(r"prints ([0-9.]+) and ([0-9.]+): WRONG", row["fuente"])
        if wrong is not None:
            assert (str(found.factor), sbc(found)) != wrong.groups(), row["id"]
            refused += 1
        if row["factor"]:
            digits = Decimal(row["factor"])
            assert found.factor.quantize(digits) == digits, row["id"]
        if row["sbc"] and found.calculado >= 100_00 and fecha.year != 2022:
            assert sbc(found) == row["sbc"], row["id"]
        elif row["sbc"]:
            # 100.00 a day is below the minimum wage of its year: a figure before the floor.
            assert found.calculado == int(Decimal(row["sbc"]) * 100), row["id"]
        checked += 1
    assert (checked, refused) == (19, 1)


def variable_of(row: dict[str, str]) -> Variable:
    """«40.00 al dia», or «vales 3086.73 + 2887.59, exento…» of so many days; nothing if empty."""
    amounts = [Decimal(one) for one in re.findall(r"[0-9]+\.[0-9]{2}", row["variable"])]
    if "al dia" in row["variable"]:
        return Variable(pagado=amounts[0] * 30, dias_devengados=30)
    return Variable(
        despensa=sum(amounts, Decimal(0)), dias_devengados=int(row["dias_devengados"] or 0)
    )


def test_the_food_benefit_counts_beyond_40_percent_of_the_uma_of_each_day() -> None:
    # IDC, 26/02/2024. January 31 × 103.74, February 29 × 108.57: exempt 2,545.79 of 5,974.32.
    datos = DatosSbc(
        Decimal(500), PeriodoDePago.DIARIO, date(2022, 3, 2), date(2024, 3, 1), Zona.GENERAL,
        Decimal(30), None, Decimal("0.30"),
        variable=Variable(despensa=Decimal("5974.32"), dias_devengados=60),
    )  # fmt: skip
    found = calculate(datos, VALORES)
    assert (str(found.factor), sbc(found), found.desde) == ("1.0937", "603.99", date(2024, 3, 1))


def test_premios_count_beyond_ten_percent_of_the_sbc_each() -> None:
    # Fixed 528.10; exempt 52.81 a day, of 61 days 3,221.41. 4,000 leaves 778.59; 3,000 nothing.
    variable = Variable(puntualidad=Decimal(4000), asistencia=Decimal(3000), dias_devengados=61)
    found = calculate(replace(DATOS, variable=variable), VALORES)
    assert sbc(found) == "540.86"  # 528.10 + 778.59 ÷ 61 = 12.7638


def test_the_year_of_work_changes_on_the_anniversary() -> None:
    first = date(2020, 3, 15)
    assert year_of_work(first, first) == 1
    assert year_of_work(first, date(2021, 3, 14)) == 1
    assert year_of_work(first, date(2021, 3, 15)) == 2
    # A year that begins on 29 February ends on the 28th.
    leap = date(2020, 2, 29)
    assert year_of_work(leap, date(2021, 2, 28)) == 1
    assert year_of_work(leap, date(2021, 3, 1)) == 2
    assert year_of_work(leap, date(2024, 2, 29)) == 5
    assert [start_of_year(leap, year) for year in (1, 2, 5)] == [
        leap, date(2021, 3, 1), date(2024, 2, 29),
    ]  # fmt: skip


def test_vacation_days_follow_the_law_of_the_day() -> None:
    before = date(2022, 12, 31)
    assert [vacation_days(year, before) for year in (1, 2, 3, 4, 5, 9, 10, 15, 25)] == [
        6, 8, 10, 12, 14, 14, 16, 18, 22,
    ]  # fmt: skip
    assert vacation_days(5, date(2023, 1, 1)) == 20


@pytest.mark.parametrize(
    ("change", "campo"),
    [
        ({"salario": Decimal(0)}, "salario"),
        ({"salario": Decimal(-1)}, "salario"),
        ({"salario": Decimal(10_000_000)}, "salario"),
        ({"fecha": date(2020, 2, 29)}, "fecha"),
        ({"fecha": date(9999, 12, 31)}, "fecha"),
        ({"ingreso": date(1, 1, 1), "fecha": date(1, 1, 2)}, "ingreso"),
        ({"prima": Decimal(25)}, "prima"),
        ({"prima": Decimal("-0.25")}, "prima"),
        ({"vacaciones": Decimal(366)}, "vacaciones"),
        ({"aguinaldo": Decimal(-1)}, "aguinaldo"),
        ({"otras": Decimal(-1)}, "otras"),
        ({"variable": Variable(Decimal(1))}, "dias_devengados"),
        # September and October have 61 days.
        ({"variable": Variable(Decimal(1), dias_devengados=62)}, "dias_devengados"),
        ({"variable": Variable(Decimal(-1), dias_devengados=1)}, "pagado"),
        # Nobody earned anything in the bimestre before the first day.
        (
            {"ingreso": date(2026, 11, 2), "variable": Variable(Decimal(1), dias_devengados=1)},
            "pagado",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(change: dict[str, object], campo: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        calculate(replace(DATOS, **change), VALORES)  # type: ignore[arg-type]
    assert refused.value.campo == campo


def test_it_holds_from_the_last_day_on_which_something_changed() -> None:
    hired = replace(DATOS, ingreso=date(2020, 1, 15))
    for salario, since in (
        (500, date(2026, 1, 15)),  # the anniversary
        (9000, date(2026, 2, 1)),  # at the cap, its UMA
        (200, date(2026, 1, 15)),  # at the floor, whose wage is older
    ):
        assert calculate(replace(hired, salario=Decimal(salario)), VALORES).desde == since
    low = replace(DATOS, salario=Decimal(200), ingreso=date(2025, 12, 1))
    assert calculate(low, VALORES).desde == date(2026, 1, 1)


def test_a_variable_part_may_be_of_one_day() -> None:
    of_a_day = replace(DATOS, variable=Variable(Decimal(100), dias_devengados=1))
    assert calculate(of_a_day, VALORES).sbc - calculate(DATOS, VALORES).sbc == 10_000


def test_what_is_odd_is_calculated_and_told() -> None:
    odd = replace(
        DATOS, vacaciones=Decimal(6), aguinaldo=Decimal(10), prima=Decimal("0.2"),
        ingreso=date(2026, 11, 3),
    )  # fmt: skip
    told = calculate(odd, VALORES).advertencias
    assert [sentence.split(",")[0] for sentence in told] == [
        "Son menos vacaciones que las de la ley",
        "Es menos aguinaldo que el de la ley",
        "Es menos prima vacacional que la de la ley",
        "En su primer bimestre no hay un bimestre anterior: la parte variable se estima con lo que "
        "se espera que perciba (LSS 30-II).",
    ]
    many = calculate(replace(DATOS, ingreso=date(2026, 9, 1), vacaciones=Decimal(40)), VALORES)
    assert many.advertencias[0].startswith("Son más del doble de las vacaciones de la ley, 12 días")


# The exact amount is 36,829.5 centavos, but 366ths have no end in decimals.
@example(30, date(2017, 3, 27), 348_31, 366, Zona.GENERAL, False)
@given(
    year=st.integers(1, 60),
    fecha=st.dates(date(2017, 2, 1), date(2026, 12, 31)),
    centavos=st.integers(1, 500_000),
    dias=st.sampled_from([365, 366]),
    zona=st.sampled_from(list(Zona)),
    rounded=st.booleans(),
)
def test_it_agrees_with_an_independent_calculation_and_grows_with_vacation_days(
    year: int, fecha: date, centavos: int, dias: int, zona: Zona, rounded: bool
) -> None:
    ingreso = began(fecha, year)
    reglas = Reglas(dias, redondea_factor=rounded)
    datos = DatosSbc(Decimal(centavos) / 100, PeriodoDePago.DIARIO, ingreso, fecha, zona)
    found = calculate(datos, VALORES, reglas)

    days = [12, 14, 16, 18, 20] if fecha.year >= 2023 else [6, 8, 10, 12]
    step = 5
    while len(days) < year:
        days += [days[-1] + 2] * step
    factor = 1 + (15 + Fraction(days[year - 1], 4)) / dias
    if rounded:
        factor = Fraction(int(factor * 10_000 + Fraction(1, 2)), 10_000)
    expected = int(centavos * factor + Fraction(1, 2))
    assert found.calculado == expected

    def in_force(concepto: str) -> int:
        values = {one.desde: one.centavos for one in VALORES.valores if one.concepto == concepto}
        return values[max(day for day in values if day <= fecha)]

    # One wage for the whole country until 2018.
    wage = Zona.GENERAL if fecha.year < 2019 else zona
    floor = in_force("salario_minimo_frontera" if wage is Zona.FRONTERA else "salario_minimo")
    assert found.sbc == max(min(expected, 25 * in_force("uma")), floor)
    more = calculate(replace(datos, vacaciones=Decimal(days[year - 1] + 1)), VALORES, reglas)
    assert more.calculado >= found.calculado
    assert more.factor > found.factor


@given(fecha=st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_every_day_lies_in_its_bimestre(fecha: date) -> None:
    bimestre = bimestre_of(fecha)
    assert bimestre.primero <= fecha <= bimestre.ultimo
    assert bimestre.primero.month % 2 == 1
    assert bimestre_of(bimestre.ultimo + timedelta(1)).before() == bimestre
    assert 59 <= bimestre.dias <= 62
