"""Sheets of text: what people see in Excel is what is read."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas import excel
from icsoe_desktop.gateways.hojas.comun import SheetRow
from icsoe_desktop.gateways.hojas.encabezado import match_columns
from icsoe_desktop.gateways.hojas.tabla import open_sheet_here
from icsoe_desktop.jobs import Cancelled, NoProgress
from tests.gateways.hojas.libros import WANTED, book, changed_part, read, shared_book
from tests.support.progreso import StopAt

# Excel knows no time zones.
DAY = datetime(2026, 2, 28)  # noqa: DTZ001


def test_a_workbook_reads_as_people_see_it(tmp_path: Path) -> None:
    cells: list[tuple[object, str, str]] = [
        ("  Ñandú\n  S.A. ", "General", "Ñandú S.A."),
        (12345678901, "General", "12345678901"),
        (12345678901.0, "0.00E+00", "12345678901"),
        (1.2e10, "General", "12000000000"),
        (123456789, "00000000000", "00123456789"),
        ("00123", "@", "00123"),
        (687.7, "0.00", "687.7"),
        (0.1 + 0.2, "General", "0.3"),
        (-0.00001, "General", "-0.00001"),
        (True, "General", "VERDADERO"),
        (DAY, "dd/mm/yyyy", "2026-02-28"),
        (DAY + timedelta(hours=9, minutes=5), "dd/mm/yyyy hh:mm", "2026-02-28 09:05:00"),
        (date(1999, 12, 31), "dd/mm/yyyy", "1999-12-31"),
        (time(7, 30), "hh:mm", "07:30:00"),
        (timedelta(hours=49, minutes=2), "[h]:mm", "49:02:00"),
    ]
    path = book(tmp_path / "libro.xlsx", ["Valor"], *([value] for value, _, _ in cells))
    workbook = openpyxl.load_workbook(path)
    for line, (_, number_format, _) in enumerate(cells, start=2):
        workbook.active.cell(line, 1).number_format = number_format
    workbook.save(path)

    header, rows = read(path)

    assert header == ("Valor",)
    assert rows == [(line, seen) for line, (_, _, seen) in enumerate(cells, start=2)]


def test_a_workbook_of_shared_texts_keeps_the_lines_of_excel(tmp_path: Path) -> None:
    assert read(shared_book(tmp_path / "libro.xlsx")) == (
        ("Registro", "", "Razón social"),
        [(4, "00123456780", "", "Uno Dos"), (5, "12345678000", "", "#N/A")],
    )


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", "\t"), ("utf-16", "\t"), ("cp1252", "|")],
)
def test_a_csv_is_read_in_each_encoding_and_with_each_delimiter(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "lista.csv"
    lines = [
        delimiter.join(["Registro", "Razón social"]),
        delimiter.join(["00123", f'"Peña{delimiter} ""La Ñ"" \r\ny Cía."']),
        "",
        delimiter.join(['="0045"', "José"]),
    ]
    path.write_bytes("\r\n".join(lines).encode(encoding))

    assert read(path) == (
        ("Registro", "Razón social"),
        [(2, "00123", f'Peña{delimiter.strip()} "La Ñ" y Cía.'), (5, "0045", "José")],
    )


def test_the_line_that_names_the_delimiter_is_not_the_header(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("sep=;\nA,1;B\n1,5;2\n", encoding="utf-8")
    assert read(path) == (("A,1", "B"), [(3, "1,5", "2")])


def test_an_amount_that_its_comma_parts_is_not_read_as_another(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("NSS,SBC,Clave\n1,$1,735.00,A\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"renglón 2 .* 1,735\.00"):
        read(path)
    path.write_text("NSS,SBC,Clave\n1,735.00,A\n1,$ 2,A,una nota\n", encoding="utf-8")
    assert len(read(path)[1]) == 2


def test_commas_inside_names_do_not_hide_the_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("RP;Empresa\nA1;Uno, S.A.\nA2;Dos, S.A.\nA3;Tres, S.A.\n", encoding="utf-8")
    assert read(path)[1] == [
        (2, "A1", "Uno, S.A."),
        (3, "A2", "Dos, S.A."),
        (4, "A3", "Tres, S.A."),
    ]


def test_the_header_is_found_under_titles_and_on_another_sheet(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["Instrucciones: llene la otra hoja"])
    hidden = workbook.create_sheet("vieja")
    hidden.append(["Registro patronal", "Razón social", "RFC"])
    hidden.sheet_state = "hidden"
    data = workbook.create_sheet("datos")
    for row in (["Empresa X"], [], ["RFC", None, "REGISTRO  PATRONAL:", "Notas"], ["a", None, "b"]):
        data.append(row)
    workbook.save(tmp_path / "libro.xlsx")

    with open_sheet_here(tmp_path / "libro.xlsx", WANTED) as sheet:
        assert dict(sheet.columns) == {"rfc": 0, "registro": 2}
        assert sheet.header.line == 3
        assert list(sheet.rows) == [SheetRow(4, ("a", "", "b", ""))]


def test_columns_match_without_accents_case_or_punctuation() -> None:
    header = ("  NÚM.", "r f c", "Razon_Social", "Nombre", "REGISTRO PATRONAL")
    assert match_columns(header, WANTED | {"nombre": ("Razón social", "Nombre")}) == {
        "registro": 4,
        "nombre": 3,  # named like the field itself, which comes before its aliases
        "rfc": 1,
    }


def test_two_columns_of_one_name_are_refused_by_their_letters() -> None:
    with pytest.raises(InvalidInputError, match="columnas A y AB se llaman igual, «RFC»"):
        match_columns(["RFC"] + ["x"] * 26 + ["R.F.C."], WANTED)


def test_a_wrong_size_in_the_workbook_does_not_cut_rows(tmp_path: Path) -> None:
    good = book(tmp_path / "bueno.xlsx", *([n, n * 2, n * 3] for n in range(1, 6)))
    with zipfile.ZipFile(good) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b'ref="A1:C5"' in sheet
    wrong = changed_part(
        good,
        tmp_path / "mal.xlsx",
        "xl/worksheets/sheet1.xml",
        sheet.replace(b'ref="A1:C5"', b'ref="A1:A1"'),
    )
    assert read(wrong) == read(good)
    assert len(read(wrong)[1]) == 4
    # The reader for what calamine cannot tell, too.
    with excel.open_workbook(wrong, NoProgress(), careful=True) as sheets:
        assert [len(list(rows)) for rows in sheets] == [5]


def test_reading_tells_how_far_it_is_and_stops_when_asked(tmp_path: Path) -> None:
    rows = [["RP", "Nombre"], *([str(n), "X"] for n in range(1000))]
    excel = book(tmp_path / "libro.xlsx", *rows)
    text = tmp_path / "lista.csv"
    text.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    for path, total in ((excel, 1001), (text, text.stat().st_size)):
        watcher = StopAt(6)
        with pytest.raises(Cancelled), open_sheet_here(path, None, watcher) as sheet:
            list(sheet.rows)
        assert [done for done, _ in watcher.reports] == sorted(d for d, _ in watcher.reports)
        assert watcher.reports[-1][1] == total
        assert watcher.reports[-1][0] <= total


# openpyxl writes _x0041_ as it is, and Excel reads an A there.
TEXTS = st.text(
    st.characters(codec="cp1252", exclude_categories=("Cc", "Cf", "Zs")), min_size=1, max_size=12
).filter(lambda text: "_x" not in text)


@given(table=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=2, max_size=6))
def test_what_excel_holds_is_what_is_read(
    table: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("hoja") / "libro.xlsx"
    workbook = openpyxl.Workbook()
    for line, row in enumerate(table, start=1):
        for column, text in enumerate(row, start=1):
            cell = workbook.active.cell(line, column)
            cell.value, cell.data_type = text, "s"  # a text that begins with = is no formula
    workbook.save(path)

    header, rows = read(path)

    assert header == tuple(table[0])
    assert rows == [(line, *row) for line, row in enumerate(table[1:], start=2)]
