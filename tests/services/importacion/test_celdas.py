"""Sheets as offices make them: dates, amounts, numbers that Excel shortened, totals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.celdas import (
    DOUBTFUL_AMOUNT,
    DOUBTFUL_YEAR,
    MONTH_FIRST,
    column_mark,
    decimal_mark,
    filled_nss,
    is_total,
    plain_amount,
    read_fecha,
)
from icsoe_desktop.services.importacion.valores import Gravedad, ProblemaImportacion
from tests.services.con_movimientos import Caso
from tests.services.importacion.importados import everything
from tests.services.importacion.test_importacion_hojas import a_sheet

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "20/11/2026", "20-11-2026", "2026-11-20", "2026-11-20 00:00:00", "20112026", "20/nov/2026",
        "20-NOV-26", "20 nov. 2026", "20 de noviembre de 2026", "20 de Noviembre del 2026",
        "viernes, 20 de noviembre de 2026", "20-11-26", "20/11/26", "20.11.26", "46346",
        "46346.75", "2026-11-20T00:00:00", "20 de nov. de 2026",
    ],
)  # fmt: skip
def test_a_date_is_read_as_offices_write_it(text: str) -> None:
    assert read_fecha(text, TODAY)[0] == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("26-11-17", DOUBTFUL_YEAR), ("26/nov/17", DOUBTFUL_YEAR), ("11/20/2026", MONTH_FIRST),
        ("31/02/2026", ""), ("31-02-26", DOUBTFUL_YEAR), ("31/feb/2026", ""),
        ("32-02-99", ""), ("20/hoy/2026", ""), ("12345", ""), ("99999", ""),
        ("", ""), ("20/nov/2026" * 9_000, ""), ("9" * 30_000, ""),
    ],
)  # fmt: skip
def test_a_date_that_could_be_another_is_not_guessed(text: str, why: str) -> None:
    assert read_fecha(text, TODAY) == (None, why)


@pytest.mark.parametrize(
    ("text", "mark", "plain"),
    [
        ("687,23", ",", "687.23"), ("1.234,56", ",", "1234.56"), ("$1,234.50", ".", "1234.50"),
        ("1,234,567.8", ".", "1234567.8"), ("$ 500.5", ".", "500.5"), ("278.8123", ".", "278.8123"),
        ("0,125", ",", "0.125"), ("1,234", ".,", ""), ("1.234", ".,", ""), ("500", "", ""),
        ("1,23,4", "", ""), ("mucho", "", ""), ("1" + ",000" * 8_000, "", ""),
    ],
)  # fmt: skip
def test_the_decimal_mark_of_an_amount(text: str, mark: str, plain: str) -> None:
    assert decimal_mark(text) == mark
    if len(mark) == 1:
        assert plain_amount(text, mark) == plain


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (("1.234", "500", "687,23"), ","), (("1,234", "687.2"), "."), (("1,234", "500"), ""),
        (("687,23", "1,234.50"), ""), ((), ""),
    ],
)  # fmt: skip
def test_all_amounts_of_a_column_decide_its_decimal_mark(
    values: tuple[str, ...], mark: str
) -> None:
    assert column_mark(values) == mark


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("1234567897", "01234567897"), ("123456782", "00123456782"), ("1234567898", ""),
        ("12345678903", ""), ("0123-56789", ""), ("000000000", ""), ("mil", ""),
    ],
)  # fmt: skip
def test_only_the_check_digit_gives_an_nss_its_zeros(text: str, full: str) -> None:
    assert filled_nss(text) == full


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (("Total", "", "", "12,345.00"), True), (("", "GRAN TOTAL:", "25 movimientos"), True),
        (("Total de trabajadores", "", "25"), True), (("Sumas", "", "", "1"), True),
        (("", "", "", "12,345.00"), False), (("Baja", "Y6077636105", "", "Total"), False),
        (("02", "Y6077636105", "", "TOTAL", "", "EVA"), False), (("Totalmente", "1"), False),
        (("Total", "x" * 30_000), False), (("TOTAL", "", "", "Altas del mes", "5"), True),
        (("", "Total general:", "", "Norte"), True), (("Total Play", "08", "", "EVA"), False),
    ],
)  # fmt: skip
def test_a_row_of_totals_is_no_movement(cells: tuple[str, ...], total: bool) -> None:
    assert is_total(cells, cells[2] if len(cells) > 2 else "") is total
    assert not is_total(cells, "12345678903")


def alta(fecha: str, sbc: str, nss: str = "12345678903") -> list[str]:
    return ["08", "Y6077636105", nss, "Muñoz", "", "Íñigo", fecha, sbc, "1", "0", "", "", ""]


def problems_of(caso: Caso, path: Path) -> list[ProblemaImportacion]:
    vista = caso.importacion.preview(caso.sesion, [path], NoProgress())
    found = caso.importacion.problems(vista, 0, 99)
    caso.importacion.discard(vista)
    return found


def test_a_messy_sheet_comes_in_and_says_how_it_was_read(caso: Caso, tmp_path: Path) -> None:
    path = a_sheet(
        tmp_path,
        alta("20/feb/2026", "1.234"),
        alta("21/feb/2026", "687,23", "1234567897"),
        alta("46075", "500"),
        ["Total", "", "", "", "", "", "", "2.421,23"],
        ["Elaboró: Nóminas"],
    )
    said = [(one.linea, one.campo, one.encontrado, one.esperado) for one in problems_of(caso, path)]
    assert said[1:] == [
        (2, "Fecha del movimiento", "20/feb/2026",
         "Se leyó así: 20/feb/2026 → 20/02/2026, 2 filas."),
        (2, "SBC", "1.234", "Se leyó así: 1.234 → 1234, 2 filas."),
        (4, "Fecha del movimiento", "46075", "Se leyó así: 46075 → 22/02/2026, 1 fila."),
        (5, "Renglón de totales", "Total", "Se leyó así: Total → no es un movimiento, 1 fila."),
        (6, "Renglón de texto", "Elaboró: Nóminas",
         "Se leyó así: Elaboró: Nóminas → no es un movimiento, 1 fila."),
    ]  # fmt: skip
    assert said[0][:3] == (3, "NSS", "1234567897")
    assert said[0][3].startswith("Se leyó 01234567897: Excel")
    assert caso.bring(path).importados == 3
    assert [(one.fecha, one.sbc, one.nss) for one in everything(caso.movimientos)] == [
        (date(2026, 2, 20), 1234_00, "12345678903"),
        (date(2026, 2, 21), 687_23, "01234567897"),
        (date(2026, 2, 22), 500_00, "12345678903"),
    ]


def test_what_excel_computed_and_what_a_program_wrote_is_read_and_told(
    caso: Caso, tmp_path: Path
) -> None:
    path = a_sheet(
        tmp_path,
        alta("20/02/2026", "438.6074", "12345678903.0"),
        alta("21/02/2026", "438.605", "'98765432103"),
        alta("22/02/2026", "419.72", "1234567897.00"),
    )
    said = [(one.campo, one.esperado) for one in problems_of(caso, path)]
    assert ("SBC", "Se leyó así: 438.6074 → 438.61, 2 filas.") in said
    assert ("NSS", "Se leyó así: 12345678903.0 → 12345678903, 3 filas.") in said
    assert caso.bring(path).importados == 3
    assert [(one.sbc, one.nss) for one in everything(caso.movimientos)] == [
        (438_61, "12345678903"), (438_61, "98765432103"), (419_72, "01234567897"),
    ]  # fmt: skip


@pytest.mark.parametrize("nss", ["1.23457E+10", "12345678903.5", "12,345,678,903"])
def test_an_nss_that_lost_digits_is_asked_about(caso: Caso, tmp_path: Path, nss: str) -> None:
    (one,) = problems_of(caso, a_sheet(tmp_path, alta("20/02/2026", "500", nss)))
    assert (one.campo, one.gravedad) == ("NSS", Gravedad.ERROR)


def test_an_amount_that_its_column_does_not_explain_is_asked_about(
    caso: Caso, tmp_path: Path
) -> None:
    path = a_sheet(tmp_path, alta("20/02/2026", "1,234"), alta("21/02/2026", "500"))
    (one,) = problems_of(caso, path)
    assert (one.linea, one.campo, one.gravedad) == (2, "SBC", Gravedad.ERROR)
    assert one.esperado == DOUBTFUL_AMOUNT


def test_an_nss_of_nine_digits_is_told_what_excel_does(caso: Caso, tmp_path: Path) -> None:
    (one,) = problems_of(caso, a_sheet(tmp_path, alta("20/02/2026", "500", "123456789")))
    assert "9 números" in one.esperado
    assert "Si viene de Excel, puede haber perdido los ceros" in one.esperado
