"""The writer of workbooks: typed cells, and nobody's text a formula."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways import excel
from icsoe_desktop.gateways.excel import Columna, Tipo, column_name, write_workbook
from icsoe_desktop.jobs import Cancelled, NoProgress

COLUMNAS = (
    Columna("Texto & <más>"),
    Columna("Entero", Tipo.ENTERO),
    Columna("Importe", Tipo.IMPORTE),
    Columna("Día", Tipo.FECHA),
    Columna("Momento", Tipo.FECHA_HORA),
)


def write(path: Path, *rows: tuple[object, ...], **options: object) -> openpyxl.Workbook:
    write_workbook(path, "Hoja de Ñ", COLUMNAS, rows, NoProgress(), **options)  # type: ignore[arg-type]
    return openpyxl.load_workbook(path)


def test_every_kind_of_cell_comes_back_as_it_went_in(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 2, 9, 30, 15)  # noqa: DTZ001
    row = ("Íñigo & Co.", 7, Decimal("1234.50"), date(2026, 3, 2), moment)
    book = write(tmp_path / "a.xlsx", row, (None,) * 5, creado=datetime(2026, 3, 2, tzinfo=UTC))
    sheet = book["Hoja de Ñ"]
    assert [cell.value for cell in sheet[1]] == [each.titulo for each in COLUMNAS]
    assert [cell.value for cell in sheet[2]] == [
        "Íñigo & Co.",
        7,
        1234.5,
        datetime(2026, 3, 2),  # noqa: DTZ001
        moment,
    ]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n", "d", "d"]
    assert [cell.number_format for cell in sheet[2]][2:] == [
        "#,##0.00",
        "dd/mm/yyyy",
        "dd/mm/yyyy\\ hh:mm:ss",
    ]
    assert [cell.value for cell in sheet[3]] == [None] * 5
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].font.bold) == (
        "A2",
        "A1:E3",
        True,
    )
    assert book.properties.creator == "ICSOE Desktop"


@pytest.mark.parametrize("text", ["=1+1", "+52 55", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_no_text_is_a_formula_even_after_it_is_edited(tmp_path: Path, text: str) -> None:
    sheet = write(tmp_path / "a.xlsx", (text, None, None, None, None)).active
    cell = sheet["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix
    xml = zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml


def test_text_that_xml_or_excel_cannot_hold_is_tamed(tmp_path: Path) -> None:
    sheet = write(
        tmp_path / "a.xlsx",
        ("a\x00b\x0bc\ud800d\uffff", *[None] * 4),
        ("_x0041_", *[None] * 4),
        (" orilla \n", *[None] * 4),
        ("x" * 40_000, *[None] * 4),
        ("", *[None] * 4),
    ).active
    assert sheet["A2"].value == "abcd"
    assert (
        "_x005F_x0041_"
        in zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()
    )
    assert sheet["A4"].value == " orilla \n"
    assert (len(sheet["A5"].value), sheet["A5"].value[-1]) == (32_767, "…")
    assert sheet["A6"].value is None


@given(st.text(max_size=50))
@settings(max_examples=100, deadline=None)
def test_any_text_makes_a_file_that_opens(text: str) -> None:
    cell = excel._text_cell(text)
    import xml.dom.minidom

    xml.dom.minidom.parseString(f'<c r="A1{cell}')  # noqa: S318


def test_days_before_excels_calendar_are_text(tmp_path: Path) -> None:
    sheet = write(
        tmp_path / "a.xlsx",
        (None, None, None, date(1900, 2, 28), datetime(1899, 1, 1, 1, 2, 3)),  # noqa: DTZ001
        (None, None, None, date(1900, 3, 1), datetime(1900, 3, 1)),  # noqa: DTZ001
    ).active
    assert (sheet["D2"].value, sheet["E2"].value) == ("28/02/1900", "01/01/1899 01:02:03")
    assert sheet["D3"].value == datetime(1900, 3, 1)  # noqa: DTZ001


@pytest.mark.parametrize(
    "row",
    [
        (None, "7", None, None, None),
        (None, None, None, "2026-03-02", None),
        (None, None, None, None, datetime(2026, 3, 2, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_cell_of_another_kind_is_our_bug_and_leaves_no_file(
    tmp_path: Path, row: tuple[object, ...]
) -> None:
    with pytest.raises((TypeError, ValueError)):
        write(tmp_path / "a.xlsx", row)
    assert list(tmp_path.iterdir()) == []


def test_the_former_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"antes")

    def rows() -> Iterator[tuple[object, ...]]:
        yield ("a", 1, 1, None, None)
        raise RuntimeError("a mitad")

    with pytest.raises(RuntimeError, match="a mitad"):
        write_workbook(path, "H", COLUMNAS, rows(), NoProgress())
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (b"antes", 1)

    class Stop(NoProgress):
        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            if done:
                raise Cancelled

    many = (("a", n, n, None, None) for n in range(3_000))
    with pytest.raises(Cancelled):
        write_workbook(path, "H", COLUMNAS, many, Stop())
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (b"antes", 1)


def test_progress_is_reported_and_rows_over_the_sheet_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int | None]] = []

    class Watch(NoProgress):
        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            told.append((done, total))

    rows = [("a", n, n, None, None) for n in range(2_500)]
    assert write_workbook(tmp_path / "a.xlsx", "H", COLUMNAS, rows, Watch(), total=2_500) == 2_500
    assert told == [(999, 2_500), (1_999, 2_500), (2_500, 2_500)]
    monkeypatch.setattr(excel, "MAX_ROWS", 2_500)
    with pytest.raises(UserFacingError, match="no caben en una hoja"):
        write_workbook(tmp_path / "b.xlsx", "H", COLUMNAS, rows, NoProgress())
    assert not (tmp_path / "b.xlsx").exists()


def test_columns_are_named_as_excel_does() -> None:
    assert [column_name(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"
    ]  # fmt: skip


def test_the_name_of_the_sheet_is_escaped_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, "D'Amico & <Cía>", COLUMNAS, [], NoProgress())
    text = zipfile.ZipFile(path).read("xl/workbook.xml").decode()
    assert re.search(r"'D''Amico &amp; &lt;Cía&gt;'!\$A\$1:\$E\$1", text)
    assert openpyxl.load_workbook(path).sheetnames == ["D'Amico & <Cía>"]
