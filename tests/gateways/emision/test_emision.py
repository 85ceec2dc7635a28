"""The IMSS's emission is read by its headers, and its sums are checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from icsoe_desktop.domain.confronta.persona import ClaseFuente, Descuadre, Renglon
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.emision import libro
from icsoe_desktop.gateways.emision.lectura import Emision, day_of, read_emission
from icsoe_desktop.gateways.hojas.tabla import open_sheet_here
from icsoe_desktop.jobs import NoProgress
from tests.support.biff import Cell, write_xls
from tests.support.emision import EmisionHecha, FilaEmision

FILAS = (
    FilaEmision("01234567897", "PEREZ#LOPEZ ANA", 3, 512.34),
    FilaEmision("01234567897", "PEREZ#LOPEZ ANA", 28, 600.5, "7", date(2025, 10, 4)),
    FilaEmision("12345678903", "", 31, 315.04),
    FilaEmision("55667788991", "RUIZ BETO", 10, 400.0),
    FilaEmision("55667788991", "RUIZ BETO", 0, 400.0, "2", date(2025, 10, 10)),
)
OCTUBRE = EmisionHecha(2025, 10, FILAS)


def read(path: Path) -> list[Emision]:
    return read_emission(path, NoProgress())


def of(tmp_path: Path, sheets: dict[str, list[list[Cell]]]) -> list[Emision]:
    return read(write_xls(tmp_path / "emision.xls", sheets))


def refused(path: Path) -> str:
    with pytest.raises(InvalidInputError) as caught:
        read(path)
    assert caught.value.campo == "archivo"
    return caught.value.message


def test_the_summary_and_every_row_are_read(tmp_path: Path) -> None:
    (ema,) = read(OCTUBRE.write(tmp_path / "sin_extension"))
    head = ema.encabezado
    assert (head.clase, head.registro_patronal) == (ClaseFuente.EMA, "Y123456710")
    assert head.razon_social == "EMPRESA DE PRUEBA SA DE CV"
    assert head.desde == date(2025, 10, 1).toordinal()
    assert head.hasta == date(2025, 10, 31).toordinal()
    assert (head.cotizantes, head.descuadres) == (3, ())
    fourth, tenth = date(2025, 10, 4).toordinal(), date(2025, 10, 10).toordinal()
    ana, beto = "PEREZ#LOPEZ ANA", "RUIZ BETO"
    assert ema.renglones == [
        Renglon(6, "", "01234567897", "", "", ana, "", 0, 3, 51_234),
        Renglon(7, "", "01234567897", "", "", ana, "7", fourth, 28, 60_050),
        Renglon(8, "", "12345678903", "", "", "", "", 0, 31, 31_504),
        Renglon(9, "", "55667788991", "", "", beto, "", 0, 10, 40_000),
        Renglon(10, "", "55667788991", "", "", beto, "2", tenth, 0, 40_000),
    ]


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    (plain,) = read(OCTUBRE.write(tmp_path / "a.xls"))
    for name in ("a.xlsx", "a.pdf", "a"):
        (found,) = read(OCTUBRE.write(tmp_path / name))
        assert found == plain


def test_an_even_month_has_two_lists(tmp_path: Path) -> None:
    both = read(EmisionHecha(2025, 10, FILAS, con_eba=True).write(tmp_path / "a.xls"))
    assert [each.encabezado.clase for each in both] == [ClaseFuente.EBA, ClaseFuente.EMA]
    eba, ema = both
    assert eba.encabezado.desde == date(2025, 9, 1).toordinal()
    assert eba.encabezado.hasta == ema.encabezado.hasta
    assert eba.renglones == ema.renglones
    assert not eba.encabezado.descuadres


def test_headers_are_found_wherever_they_stand_and_in_any_order(tmp_path: Path) -> None:
    sheets = OCTUBRE.sheets()
    *_, name = sheets
    rows = sheets[name]
    turned = [[row[1], "nota", *row[2:], row[0]] if row else [] for row in rows[4:]]
    turned[0] = [rows[4][1], "Revisó", *rows[4][2:], rows[4][0]]
    moved: list[list[Cell]] = [[], ["x"], [], *([None, *row] for row in turned)]
    (found,) = of(tmp_path, sheets | {name: moved})
    (plain,) = read(OCTUBRE.write(tmp_path / "plain.xls"))
    assert [each[1:] for each in found.renglones] == [each[1:] for each in plain.renglones]
    assert found.renglones[0].renglon == 5
    assert not found.encabezado.descuadres


def test_rows_with_a_date_that_is_not_understood_are_counted(tmp_path: Path) -> None:
    sheets = OCTUBRE.sheets()
    *_, name = sheets
    at = sheets[name][4].index("Fecha del Movimiento")
    for row, text in zip(sheets[name][5:8], ("35/ABC/2025", " - ", ""), strict=False):
        row[at] = text
    (found,) = of(tmp_path, sheets)
    assert found.encabezado.sin_fecha == 1
    assert [row.fecha for row in found.renglones[:3]] == [0, 0, 0]


def test_columns_without_a_name_are_known_by_their_place(tmp_path: Path) -> None:
    sheets = OCTUBRE.sheets()
    *_, name = sheets
    rows = sheets[name]
    rows[4] = ["NSS", *[""] * 6, *rows[4][7:]]
    (found,) = of(tmp_path, sheets)
    (plain,) = read(OCTUBRE.write(tmp_path / "plain.xls"))
    assert found.renglones == plain.renglones


def test_a_book_that_excel_saved_again_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in OCTUBRE.sheets().items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    (plain,) = read(OCTUBRE.write(tmp_path / "plain.xls"))
    for name in ("emision.xlsx", "emision.xls"):
        book.save(tmp_path / name)
        (found,) = read(tmp_path / name)
        assert found.renglones == plain.renglones


@pytest.mark.parametrize(
    ("label", "value", "wanted"),
    [
        ("Total Cotizantes IMSS", 9, Descuadre("Cotizantes", 9, 3)),
        ("Total Cotizantes IMSS", 2, None),
        ("Días", 73, None),
        ("Días", 79, Descuadre("Días", 79, 72)),
        ("Total", 1.5, "Total de las cuotas"),
    ],
)
def test_a_figure_that_is_not_the_sum_of_the_rows_is_told(
    tmp_path: Path, label: str, value: float, wanted: Descuadre | str | None
) -> None:
    (found,) = read(OCTUBRE.with_figure(label, value).write(tmp_path / "a.xls"))
    told = found.encabezado.descuadres
    if isinstance(wanted, str):
        assert [each.que for each in told] == [wanted]
    else:
        assert told == ((wanted,) if wanted else ())


def test_a_row_whose_total_is_not_the_sum_of_its_parts_is_told(tmp_path: Path) -> None:
    sheets = OCTUBRE.sheets()
    *_, name = sheets
    row = sheets[name][6]
    total = row[18]
    assert isinstance(total, float)
    row[18] = total + 0.04
    (found,) = of(tmp_path, sheets)
    (told,) = found.encabezado.descuadres
    assert (told.renglon, told.dice - told.suma, told.dinero) == (7, 4, True)


def test_totals_below_the_rows_are_no_person_and_a_row_without_nss_is_one(tmp_path: Path) -> None:
    sheets = OCTUBRE.sheets()
    *_, name = sheets
    sheets[name] += [
        ["00000000000", "SIN NUMERO", "1", "0", "-", 31, 300.0],
        ["Total", None, None, None, None, 103, 2000.0],
        [None, "TOTALES", None, None, None, 103, 2000.0],
    ]
    (found,) = of(tmp_path, sheets)
    assert [each.nombre for each in found.renglones[5:]] == ["SIN NUMERO"]
    assert found.renglones[5].nss == ""


def test_headers_that_are_repeated_at_each_page_are_no_person(tmp_path: Path) -> None:
    summary, rows = OCTUBRE.sheets().values()
    (ema,) = of(tmp_path, {"Emisión": summary, "EMA": [*rows, *[rows[4]] * 1_000, *rows[5:]]})
    assert [one.nss for one in ema.renglones] == [one.nss for one in FILAS] * 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("4/OCT/2025", date(2025, 10, 4)),
        ("04-dic-2025", date(2025, 12, 4)),
        ("1/SEPT/2025", date(2025, 9, 1)),
        ("04/10/2025", date(2025, 10, 4)),
        ("2025-10-04", date(2025, 10, 4)),
        ("-", None),
        ("31/FEB/2025", None),
        ("4/XXX/2025", None),
        ("99/99/9999", None),
    ],
)
def test_days_in_all_forms(text: str, wanted: date | None) -> None:
    assert day_of(text) == (wanted.toordinal() if wanted else 0)


def test_other_books_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    path = OCTUBRE.write(tmp_path / "a.xls")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    assert refused(path) == libro.DAMAGED
    assert refused(tmp_path / "no está.xls") == libro.UNREADABLE
    nomina = write_xls(tmp_path / "nomina.xls", {"Hoja1": [["Empleado", "Sueldo"], ["1", 500]]})
    assert refused(nomina) == libro.NOT_EMISSION


def test_an_import_that_gets_one_says_where_it_belongs(tmp_path: Path) -> None:
    path = OCTUBRE.write(tmp_path / "a.xls")
    with pytest.raises(InvalidInputError) as caught, open_sheet_here(path):
        pass
    assert "Si es la emisión del IMSS, elíjala en Confrontar" in caught.value.message
