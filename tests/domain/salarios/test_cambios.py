"""The new SBC of each worker by each reason, who is proposed, and what is said of a row."""

from __future__ import annotations

import weakref
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.salarios.calculo import DatosSbc, PeriodoDePago, Reglas, calculate
from icsoe_desktop.domain.salarios.cambios import (
    BY_THE_IMSS,
    LOWER,
    NADA,
    NEEDS_FIXED,
    NEEDS_PAY,
    NEEDS_SBC,
    NEEDS_VARIABLE,
    NO_FIRST_DAY,
    NOT_ANSWERED,
    OUT_OF_RANGE,
    REDUCED,
    SAME,
    Calculista,
    CambioSalario,
    EntradaSalario,
    totals,
)
from icsoe_desktop.domain.salarios.razones import (
    Criterio,
    Empleo,
    OtroAviso,
    Plantilla,
    Razon,
    missing_values,
    usual_days,
    usual_reason,
)
from icsoe_desktop.domain.valores_legales.valores import (
    DE_FABRICA,
    Certeza,
    Concepto,
    TablaValores,
    ValorLegal,
    Zona,
)
from icsoe_desktop.errors import InvalidInputError
from tests.domain.salarios.test_calculo import began

SUR, NORTE = "Y5412345109", "Z1112345101"
ENERO, FEBRERO = date(2027, 1, 1), date(2027, 2, 1)
# Invented: nobody knows them yet.
DE_2027 = (
    ValorLegal(Concepto.GENERAL, ENERO, 340_00, "inventado", Certeza.CAPTURADA),
    ValorLegal(Concepto.FRONTERA, ENERO, 480_00, "inventado", Certeza.CAPTURADA),
    ValorLegal(Concepto.UMA, FEBRERO, 122_00, "inventado", Certeza.CAPTURADA),
)
LIMITES = TablaLimites(TablaValores((*DE_FABRICA, *DE_2027)), {NORTE[:10]: Zona.FRONTERA})
FLOOR_2026, FLOOR_2026_NORTE = 330_57, 462_60  # docs/fuentes.md §8
CAP_2026, CAP_2027 = 2932_75, 3050_00


def empleo(sbc: int | None = 500_00, **changes: object) -> Empleo:
    one = Empleo("12345678903", SUR, "RIVERA", "SOTO", "GAEL", "", sbc, date(2026, 3, 2))
    return one._replace(**changes)  # type: ignore[arg-type]


def row(
    razon: Razon,
    one: Empleo,
    entrada: EntradaSalario = NADA,
    fecha: date = ENERO,
    *,
    porcentaje: str = "0",
    hasta: date | None = None,
    reglas: Reglas | None = None,
) -> CambioSalario:
    criterio = Criterio(razon, fecha, hasta or fecha, Decimal(porcentaje))
    plantilla = Plantilla((one,), limites=LIMITES, reglas=reglas or Reglas())
    return Calculista(criterio, plantilla).row(one, entrada)


def test_the_minimum_wage_raises_to_the_floor_of_the_zone_and_year_of_work() -> None:
    first = row(Razon.MINIMO, empleo(335_00))
    assert (first.sbc, first.factor, first.elegido) == (356_76, Decimal("1.0493"), True)
    third = row(Razon.MINIMO, empleo(335_00, alta=date(2024, 6, 3)))
    assert (third.sbc, third.factor) == (357_71, Decimal("1.0521"))
    north = row(Razon.MINIMO, empleo(470_00, registro_patronal=NORTE))
    assert north.sbc == 503_66
    assert row(Razon.MINIMO, empleo(470_00)).elegido is False
    unknown = row(Razon.MINIMO, empleo(335_00, alta=None))
    assert (unknown.sbc, unknown.observaciones) == (356_76, (NO_FIRST_DAY,))
    assert first.limite == date(2027, 1, 8)


def test_whom_the_imss_raises_comes_unticked_with_the_reason() -> None:
    for sbc, registro, fecha in (
        (FLOOR_2026, SUR, ENERO),
        (FLOOR_2026 - 1, SUR, ENERO),
        (FLOOR_2026_NORTE, NORTE, ENERO),
        (FLOOR_2026, SUR, date(2027, 1, 4)),  # the day of the change is not always what is typed
    ):
        found = row(Razon.MINIMO, empleo(sbc, registro_patronal=registro), fecha=fecha)
        assert (found.propuesto, found.elegido) == (True, False)
        assert found.observaciones[0] == BY_THE_IMSS
    # In the second year the IMSS's own raise would be too low.
    second = row(Razon.MINIMO, empleo(FLOOR_2026, alta=date(2025, 5, 6)))
    assert (second.elegido, second.sbc) == (True, 357_24)
    # What was typed is ticked.
    assert row(Razon.MINIMO, empleo(FLOOR_2026), EntradaSalario(salario=345_00)).elegido
    reduced = row(Razon.MINIMO, empleo(200_00, jornada="3"))
    assert not reduced.elegido
    assert REDUCED in reduced.observaciones


def test_the_cap_proposes_only_those_at_the_old_one_or_above_the_new_one() -> None:
    at = row(Razon.TOPE, empleo(CAP_2026), fecha=FEBRERO)
    assert (at.propuesto, at.elegido, at.sbc, at.textos) == (True, True, None, (NEEDS_PAY,))
    assert row(Razon.TOPE, empleo(CAP_2026), fecha=date(2027, 2, 3)).elegido
    below = row(Razon.TOPE, empleo(CAP_2026 - 1), fecha=FEBRERO)
    assert (below.propuesto, below.elegido, below.textos) == (False, False, ())
    above = row(Razon.TOPE, empleo(4000_00), fecha=FEBRERO)
    assert (above.elegido, above.sbc) == (True, CAP_2027)
    assert "Se recortó al tope, $3,050.00." in above.observaciones
    paid = row(Razon.TOPE, empleo(CAP_2026), EntradaSalario(salario=2850_00), FEBRERO)
    assert paid.sbc == 2990_51
    more = row(Razon.TOPE, empleo(CAP_2026), EntradaSalario(salario=9000_00), FEBRERO)
    assert more.sbc == CAP_2027


def test_an_anniversary_changes_the_factor_on_its_day() -> None:
    hired = empleo(524_65, alta=date(2025, 1, 15))
    found = row(Razon.ANIVERSARIO, hired, hasta=date(2027, 1, 31))
    assert (found.fecha, found.elegido) == (date(2027, 1, 15), True)
    assert found.sbc == int(
        Fraction(52465) / Fraction(10507, 10000) * Fraction(10521, 10000) + Fraction(1, 2)
    )
    assert found.observaciones == ("$524.65 ÷ 1.0507 × 1.0521",)
    for alta in (date(2026, 2, 1), date(2027, 1, 15), date(2018, 1, 15), None):
        # Not in these days, hired in them, the same vacation days, or unknown.
        other = row(Razon.ANIVERSARIO, empleo(alta=alta), hasta=date(2027, 1, 31))
        assert not other.propuesto
        assert not other.elegido
    leap = empleo(alta=date(2024, 2, 29))
    assert row(Razon.ANIVERSARIO, leap, fecha=FEBRERO, hasta=date(2027, 3, 1)).fecha == date(
        2027, 3, 1
    )
    mixed = empleo(alta=date(2025, 1, 15), tipo_salario="2")
    assert row(Razon.ANIVERSARIO, mixed, hasta=date(2027, 1, 31)).falta == NEEDS_FIXED


@given(alta=st.dates(date(2003, 1, 1), date(2025, 12, 31)), day=st.integers(0, 365))
def test_each_day_of_an_anniversary_year_is_on_its_side_of_the_step(alta: date, day: int) -> None:
    fecha = date(2026, 1, 1) + timedelta(days=day)
    one = empleo(524_65, alta=alta)
    found = row(Razon.PORCENTAJE, one, EntradaSalario(salario=500_00), fecha)
    completed = fecha.year - alta.year - ((fecha.month, fecha.day) < (alta.month, alta.day))
    year = completed + 1
    days = 10 + 2 * year if year <= 5 else 22 + 2 * ((year - 6) // 5)
    exact = 1 + (15 + Fraction(days, 4)) / 365
    factor = Fraction(int(exact * 10_000 + Fraction(1, 2)), 10_000)
    assert Fraction(found.factor or 0) == factor
    assert found.sbc == int(500_00 * factor + Fraction(1, 2))


@given(
    year=st.integers(1, 60),
    fecha=st.dates(date(2023, 2, 1), date(2027, 12, 31)),
    salario=st.integers(1, 600_000),
    pagado=st.integers(1, 5_000_000),
    dias=st.sampled_from([365, 366]),
    rounded=st.booleans(),
)
def test_with_the_pay_it_is_what_the_calculator_says(
    year: int, fecha: date, salario: int, pagado: int, dias: int, rounded: bool
) -> None:
    alta = began(fecha, year)
    reglas = Reglas(dias, redondea_factor=rounded)
    one = empleo(alta=alta)
    found = row(Razon.PORCENTAJE, one, EntradaSalario(salario), fecha, reglas=reglas)
    datos = DatosSbc(Decimal(salario) / 100, PeriodoDePago.DIARIO, alta, fecha)
    expected = calculate(datos, LIMITES.valores, reglas)
    assert (found.sbc, found.factor) == (expected.sbc, expected.factor)
    # Without the pay, variable pay is added to the SBC of today.
    added = row(Razon.PORCENTAJE, one, EntradaSalario(pagado=pagado, dias=30), fecha, reglas=reglas)
    if alta < fecha - timedelta(days=125):
        cap = LIMITES.on(fecha).tope
        assert cap is not None
        whole = int(500_00 + Fraction(pagado, 30) + Fraction(1, 2))
        assert added.sbc == min(cap, whole)


def test_variable_pay_is_added_to_the_fixed_part() -> None:
    found = row(Razon.VARIABLES, empleo(500_00), EntradaSalario(pagado=6100_00, dias=61))
    assert (found.sbc, found.variable, found.tipo_salario) == (600_00, 100_00, "2")
    assert found.elegido
    nothing = row(Razon.VARIABLES, empleo())
    assert (nothing.falta, nothing.elegido) == (NEEDS_VARIABLE, False)
    mixed = empleo(tipo_salario="2")
    assert row(Razon.VARIABLES, mixed, EntradaSalario(pagado=100_00, dias=61)).falta == NEEDS_FIXED
    with_pay = row(Razon.VARIABLES, mixed, EntradaSalario(salario=400_00, pagado=6100_00, dias=61))
    assert (with_pay.sbc, with_pay.tipo_salario) == (519_72, "2")
    pure = row(Razon.VARIABLES, empleo(tipo_salario="1"), EntradaSalario(pagado=36600_00, dias=61))
    assert (pure.sbc, pure.tipo_salario) == (600_00, "1")
    # In January it goes together with the new minimum wage: one notice, not two of one day.
    both = row(Razon.MINIMO, empleo(FLOOR_2026), EntradaSalario(pagado=610_00, dias=61))
    assert (both.sbc, both.elegido) == (366_76, True)


@pytest.mark.parametrize("dias", [None, 0, 62])
def test_days_that_a_bimestre_does_not_have_are_refused(dias: int | None) -> None:
    found = row(Razon.VARIABLES, empleo(), EntradaSalario(pagado=100_00, dias=dias))
    assert found.sbc is None
    assert "van de 1 a 61" in found.falta
    new = row(
        Razon.VARIABLES, empleo(alta=date(2027, 1, 2)), EntradaSalario(pagado=100_00, dias=5),
        date(2027, 1, 5),
    )  # fmt: skip
    assert "empezó a trabajar después" in new.falta


def test_a_percentage_raises_what_was_chosen_and_a_sheet_writes_it() -> None:
    raised = row(Razon.PORCENTAJE, empleo(500_01), porcentaje="4.5")
    assert (raised.sbc, raised.diferencia, raised.elegido) == (522_51, 22_50, False)
    lower = row(Razon.PORCENTAJE, empleo(), EntradaSalario(elegido=True), porcentaje="-10")
    assert (lower.sbc, lower.elegido, lower.observaciones) == (450_00, True, (LOWER,))
    written = row(Razon.HOJA, empleo(), EntradaSalario(sbc=612_34))
    assert (written.sbc, written.elegido) == (612_34, True)
    same = row(Razon.HOJA, empleo(), EntradaSalario(sbc=500_00))
    assert (same.elegido, same.observaciones) == (False, (SAME,))
    assert row(Razon.HOJA, empleo()).falta == NEEDS_SBC
    low = row(Razon.HOJA, empleo(), EntradaSalario(sbc=100_00))
    assert "menor que el salario mínimo" in low.observaciones[1]
    assert row(Razon.HOJA, empleo(), EntradaSalario(sbc=0)).falta == OUT_OF_RANGE
    assert row(Razon.HOJA, empleo(), EntradaSalario(sbc=1_000_000)).falta == OUT_OF_RANGE


def test_other_notices_are_told_and_untick() -> None:
    def of(tipo: str, fecha: date, estado: EstadoAviso = EstadoAviso.PENDIENTE) -> CambioSalario:
        return row(Razon.MINIMO, empleo(335_00, otros=(OtroAviso(tipo, fecha, estado),)))

    same = of("07", ENERO)
    assert not same.elegido
    assert same.observaciones == ("Ya tiene una modificación de ese día, pendiente.",)
    assert not of("02", date(2026, 12, 31)).elegido
    later = of("02", date(2027, 1, 20), EstadoAviso.ENVIADO)
    assert later.elegido
    assert later.observaciones == ("Tiene una baja del 20/01/2027, enviado.",)
    before = of("07", date(2026, 12, 1))
    assert before.elegido
    assert "su SBC de hoy puede ser otro" in before.observaciones[0]
    assert "Tiene otro aviso, del 15/01/2027" in of("08", date(2027, 1, 15)).observaciones[0]
    sent = row(Razon.MINIMO, empleo(335_00, presentado=True))
    assert sent.observaciones == (NOT_ANSWERED,)
    nobody = row(Razon.HOJA, empleo(None, nota="Renglón 3: nadie."), EntradaSalario(elegido=True))
    assert (nobody.elegido, nobody.textos) == (False, ("Renglón 3: nadie.",))


def test_a_year_without_its_value_cannot_be_chosen() -> None:
    one = (empleo(), empleo(registro_patronal=NORTE))
    shipped = Plantilla(one, limites=TablaLimites(zonas=LIMITES.zonas))
    enero, febrero = (Criterio(razon, day, day) for razon, day in (
        (Razon.MINIMO, ENERO), (Razon.TOPE, FEBRERO),
    ))  # fmt: skip
    assert missing_values(enero, shipped) == (
        "Falta el salario mínimo de 2027",
        "Falta el salario mínimo de la frontera norte de 2027",
    )
    assert missing_values(febrero, shipped) == ("Falta la UMA de 2027",)
    next_enero = Criterio(Razon.TOPE, date(2028, 1, 31), date(2028, 1, 31))
    assert missing_values(next_enero, shipped) == ("Falta la UMA de 2027",)
    known = Plantilla(one, limites=LIMITES)
    assert missing_values(enero, known) == missing_values(febrero, known) == ()
    assert missing_values(Criterio(Razon.PORCENTAJE, ENERO, ENERO), shipped) == ()


@pytest.mark.parametrize(
    ("change", "campo"),
    [
        ({"razon": Razon.ANIVERSARIO, "hasta": date(2026, 12, 31)}, "hasta"),
        ({"razon": Razon.ANIVERSARIO, "hasta": date(2028, 1, 3)}, "hasta"),
        ({"fecha": date(9999, 12, 31), "hasta": date(9999, 12, 31)}, "fecha"),
        ({"porcentaje": Decimal(-100)}, "porcentaje"),
        ({"porcentaje": Decimal(1001)}, "porcentaje"),
        ({"aguinaldo": Decimal(366)}, "aguinaldo"),
        ({"prima": Decimal(25)}, "prima"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(change: dict[str, object], campo: str) -> None:
    good: dict[str, object] = {"razon": Razon.PORCENTAJE, "fecha": ENERO, "hasta": ENERO}
    with pytest.raises(InvalidInputError) as refused:
        Criterio(**good | change)  # type: ignore[arg-type]
    assert refused.value.campo == campo


def test_the_calendar_proposes_the_reason_and_its_day() -> None:
    assert usual_reason(date(2027, 1, 4)) is Razon.MINIMO
    assert usual_days(Razon.MINIMO, date(2026, 12, 20))[0] == ENERO
    assert usual_days(Razon.MINIMO, date(2027, 1, 4))[0] == ENERO
    assert usual_reason(date(2027, 2, 3)) is Razon.TOPE
    assert usual_days(Razon.TOPE, date(2027, 2, 3))[0] == FEBRERO
    assert usual_reason(date(2027, 3, 2)) is Razon.VARIABLES
    assert usual_days(Razon.VARIABLES, date(2027, 3, 2))[0] == date(2027, 3, 1)
    assert usual_reason(date(2027, 3, 20)) is Razon.PORCENTAJE
    assert usual_days(Razon.ANIVERSARIO, date(2027, 2, 3)) == (FEBRERO, date(2027, 2, 28))


def test_who_made_the_rows_goes_without_a_collection() -> None:
    """It holds all workers, and one is made for every change of ten thousand rows."""
    calculista = Calculista(Criterio(Razon.MINIMO, ENERO, ENERO), Plantilla((), limites=LIMITES))
    calculista.row(empleo(335_00), NADA)
    gone = weakref.ref(calculista)
    del calculista
    assert gone() is None


def test_totals_count_what_is_ticked_and_what_it_lacks() -> None:
    rows = [
        row(Razon.TOPE, empleo(CAP_2026), fecha=FEBRERO),
        row(Razon.TOPE, empleo(CAP_2026), EntradaSalario(salario=2850_00), FEBRERO),
        row(Razon.TOPE, empleo(), fecha=FEBRERO),
    ]
    found = totals(rows)
    assert (found.filas, found.elegidos, found.incompletos) == (3, 2, 1)
    assert (found.hoy, found.nuevo) == (CAP_2026, 2990_51)
