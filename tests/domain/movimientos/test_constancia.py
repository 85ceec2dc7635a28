"""The printed figures of a constancia against each other and against its rows."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.domain.movimientos.constancia import (
    Cifras,
    ClaseTotales,
    Constancia,
    RenglonConstancia,
    campo_de_causa,
    cross_foot,
)

ALTA, MODIFICACION, BAJA = TipoMovimiento
REINGRESOS, TOTAL = ClaseTotales.REINGRESO, ClaseTotales.TOTAL


def renglon(tipo: TipoMovimiento | None, *, rechazado: bool = False) -> RenglonConstancia:
    return RenglonConstancia(1, 1, tipo, "", "", rechazado=rechazado)


# Two altas and a baja, one alta of them rejected.
RENGLONES = (renglon(ALTA), renglon(ALTA, rechazado=True), renglon(BAJA))
TOTALES = {
    ClaseTotales.BAJA: Cifras(1, 1, 0),
    ClaseTotales.MODIFICACION: Cifras(0, 0, 0),
    REINGRESOS: Cifras(2, 1, 1),
    TOTAL: Cifras(3, 2, 1),
}


def problems(
    totales: dict[ClaseTotales, Cifras], renglones: tuple[RenglonConstancia, ...] = RENGLONES
) -> list[tuple[str, str, str]]:
    found = cross_foot(Constancia(folio="", lote="", registro_patronal="", totales=totales,
                                  renglones=renglones))  # fmt: skip
    assert all((one.pagina, one.renglon, one.grave) == (0, 0, True) for one in found)
    return [(one.campo, one.encontrado, one.esperado) for one in found]


def test_figures_that_agree_have_no_problem_and_count_the_rows() -> None:
    assert problems(TOTALES) == []
    whole = Constancia(folio="", lote="", registro_patronal="", renglones=RENGLONES)
    assert (whole.operados, whole.rechazados) == (2, 1)


def test_a_constancia_without_totals_says_so() -> None:
    assert problems({}) == [("Totales", "(no se encontraron)", "los totales impresos")]


@pytest.mark.parametrize(
    ("cifras", "expected"),
    [
        (
            Cifras(3, 1, 1),
            [
                ("Reingreso: recibidos", "3", "2: operados más rechazados"),
                ("Total: recibidos", "3", "4: la suma por tipo"),
            ],
        ),
        (
            Cifras(3, 2, 1),
            [
                ("Total: recibidos", "3", "4: la suma por tipo"),
                ("Total: operados", "2", "3: la suma por tipo"),
                ("Reingreso: operados", "2", "1: los renglones que se leyeron"),
            ],
        ),
        (
            Cifras(3, 1, 2),
            [
                ("Total: recibidos", "3", "4: la suma por tipo"),
                ("Total: rechazados", "1", "2: la suma por tipo"),
                ("Reingreso: rechazados", "2", "1: los renglones que se leyeron"),
            ],
        ),
    ],
)
def test_a_figure_that_disagrees_is_named_with_what_it_should_be(
    cifras: Cifras, expected: list[tuple[str, str, str]]
) -> None:
    assert problems({**TOTALES, REINGRESOS: cifras}) == expected


def test_a_figure_that_is_not_printed_is_compared_with_nothing() -> None:
    blank = Cifras(None, None, None)
    assert problems(dict.fromkeys(TOTALES, blank)) == []
    assert problems({**TOTALES, REINGRESOS: blank}) == []
    assert problems({TOTAL: TOTALES[TOTAL]}) == []


def test_a_constancia_that_lists_only_what_was_accepted_is_not_short_of_the_rejected() -> None:
    assert problems(TOTALES, (renglon(ALTA), renglon(BAJA))) == []


def test_a_row_whose_type_is_not_printed_counts_in_the_total_only() -> None:
    rows = (renglon(ALTA), renglon(None, rechazado=True), renglon(BAJA))
    assert problems(TOTALES, rows) == [
        ("Reingreso: rechazados", "1", "0: los renglones que se leyeron")
    ]


@pytest.mark.parametrize(
    ("causa", "campo"),
    [
        ("CURP NO CORRESPONDE AL ASEGURADO", "curp"),
        ("Número de Seguridad Social inválido", "nss"),
        ("TIPO DE SALARIO ERRÓNEO", "tipo_salario"),
        ("SALARIO MENOR AL MÍNIMO", "sbc"),
        ("Guía de la subdelegación no válida", "guia"),
        ("REGISTRO PATRONAL DADO DE BAJA", "registro_patronal"),
        ("Fecha de movimiento anterior al alta", "fecha"),
        ("Nombre no coincide", "primer_apellido"),
        ("ERROR 999", None),
        ("", None),
    ],
)
def test_the_field_that_a_cause_of_rejection_speaks_of(causa: str, campo: str | None) -> None:
    assert campo_de_causa(causa) == campo
