"""The writer of workbooks: typed cells, and nobody's text a formula."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.errors import NothingToDoError, UserFacingError
from icsoe_desktop.gateways.hojas import escritura as excel
from icsoe_desktop.gateways.hojas.escritura import (
    ColumnaHoja,
    HojaExcel,
    Tipo,
    write_sheets,
    write_workbook,
)
from icsoe_desktop.jobs import Cancelled, NoProgress
from tests.support.progreso import Stop

COLUMNAS = (
    ColumnaHoja("Texto & <más>"),
    ColumnaHoja("Entero", Tipo.ENTERO),
    ColumnaHoja("Importe", Tipo.IMPORTE),
    ColumnaHoja("Día", Tipo.FECHA),
    ColumnaHoja("Momento", Tipo.FECHA_HORA),
)


def write(path: Path, *rows: tuple[object, ...], **options: object) -> openpyxl.Workbook:
    write_workbook(path, "Hoja de Ñ", COLUMNAS, rows, NoProgress(), **options)  # type: ignore[arg-type]
    return openpyxl.load_workbook(path)


def test_every_kind_of_cell_comes_back_as_it_went_in(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 2, 9, 30, 15)  # noqa: DTZ001
    row = ("Íñigo & Co.", 7, Decimal("1234.50"), date(2026, 3, 2), moment)
    book = write(tmp_path / "a.xlsx", row, (None,) * 5)
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
    assert [cell.number_format for cell in sheet[2]] == [
        "@",
        "General",
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
    assert book.properties.creator is None


@pytest.mark.parametrize("text", ["=1+1", "+52 55", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_no_text_is_a_formula_even_after_it_is_edited(tmp_path: Path, text: str) -> None:
    sheet = write(tmp_path / "a.xlsx", (text, None, None, None, None)).active
    cell = sheet["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.number_format == "@"
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
        ("dos\r\nrenglones\r", *[None] * 4),
    ).active
    assert sheet["A2"].value == "abcd"
    assert (
        "_x005F_x0041_"
        in zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()
    )
    assert sheet["A4"].value == " orilla \n"
    assert (len(sheet["A5"].value), sheet["A5"].value[-1]) == (32_767, "…")
    assert sheet["A6"].value is None
    assert sheet["A7"].value == "dos\nrenglones\n"


@given(st.lists(st.text(max_size=50), max_size=20))
def test_any_text_makes_a_file_that_opens(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sheet = write(
            Path(folder) / "a.xlsx", *((text, *[None] * 4) for text in texts), empty=True
        ).active
    held = [cell.value for cell in sheet["A"]]
    for text, value in zip_longest(texts, held[1 : len(texts) + 1]):
        # Letters and digits always arrive, in their order.
        assert re.sub(r"\W", "", value or "") == re.sub(r"\W", "", text)


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
    many = (("a", n, n, None, None) for n in range(3_000))
    with pytest.raises(Cancelled):
        write_workbook(path, "H", COLUMNAS, many, Stop(lambda done, *_: done))
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (b"antes", 1)


def test_progress_is_reported_and_rows_over_the_sheet_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Stop(lambda *_: False)
    rows = [("a", n, n, None, None) for n in range(2_500)]
    assert write_workbook(tmp_path / "a.xlsx", "H", COLUMNAS, rows, watch, total=2_500) == 2_500
    assert watch.reports == [(1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]
    monkeypatch.setattr(excel, "MAX_ROWS", 2_500)
    with pytest.raises(UserFacingError, match="no caben en una hoja"):
        write_workbook(tmp_path / "b.xlsx", "H", COLUMNAS, rows, NoProgress())
    assert not (tmp_path / "b.xlsx").exists()


def test_a_workbook_without_rows_has_its_header(tmp_path: Path) -> None:
    empty = write_workbook(tmp_path / "a.xlsx", "H", COLUMNAS, [], NoProgress(), empty=True)
    assert empty == 0
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [[cell.value for cell in row] for row in sheet] == [[c.titulo for c in COLUMNAS]]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:E2")


def test_an_empty_list_is_said_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"antes")
    with pytest.raises(NothingToDoError, match="está vacía"):
        write_workbook(tmp_path / "a.xlsx", "H", COLUMNAS, [], NoProgress())
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"antes"]


def test_two_columns_of_one_title_are_our_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="same title"):
        write_workbook(tmp_path / "a.xlsx", "H", [ColumnaHoja("A")] * 2, [], NoProgress())


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="no se pudo guardar"):
        write_workbook(tmp_path / "no" / "a.xlsx", "H", COLUMNAS, [], NoProgress())


FULL_DISK = """
import resource, sys
from pathlib import Path
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.hojas.escritura import ColumnaHoja, write_workbook
from icsoe_desktop.jobs import NoProgress

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
rows = ((f"{n * 7919:040d}",) for n in range(int(sys.argv[2])))
try:
    write_workbook(Path(sys.argv[1]), "H", [ColumnaHoja("A")], rows, NoProgress())
except UserFacingError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
@pytest.mark.parametrize("renglones", [1_100, 50_000])
def test_no_room_for_the_temporary_file_is_told(tmp_path: Path, renglones: int) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"antes")
    command = [sys.executable, "-c", FULL_DISK, str(path), str(renglones)]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}
    )
    assert done.stdout.startswith("El archivo no se pudo guardar"), done.stderr
    assert (path.read_bytes(), len(list(tmp_path.iterdir()))) == (b"antes", 1)


def test_the_name_of_the_sheet_is_escaped_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, "D'Amico & <Cía>", COLUMNAS, [], NoProgress(), empty=True)
    text = zipfile.ZipFile(path).read("xl/workbook.xml").decode()
    assert re.search(r"'D''Amico &amp; &lt;Cía&gt;'!\$A\$1:\$E\$2", text)
    assert openpyxl.load_workbook(path).sheetnames == ["D'Amico & <Cía>"]


def test_several_sheets_each_with_its_own_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    resumen = HojaExcel(
        "Resumen",
        (ColumnaHoja("Clase"), ColumnaHoja("Cuántas", Tipo.ENTERO)),
        [("Falta en el IMSS", 2)],
    )
    vacia = HojaExcel("Vacía", (ColumnaHoja("Clase"),), ())
    personas = HojaExcel(
        "Personas",
        (ColumnaHoja("NSS"), ColumnaHoja("SBC", Tipo.IMPORTE)),
        (("0123", 1.5), ('=HYPERLINK("x")', 2.0)),
    )
    assert write_sheets(path, [resumen, vacia, personas], NoProgress()) == 3
    book = openpyxl.load_workbook(path)
    assert {
        sheet.title: [[cell.value for cell in row] for row in sheet.rows]
        for sheet in book.worksheets
    } == {
        "Resumen": [["Clase", "Cuántas"], ["Falta en el IMSS", 2]],
        "Vacía": [["Clase"]],
        "Personas": [["NSS", "SBC"], ["0123", 1.5], ['=HYPERLINK("x")', 2]],
    }
    last = book["Personas"]
    assert (last["A3"].data_type, last["B2"].number_format) == ("s", "#,##0.00")
    assert (last.freeze_panes, last.auto_filter.ref) == ("A2", "A1:B3")


def test_a_later_sheet_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def rows() -> Iterator[tuple[str]]:
        yield ("uno",)
        raise OSError("of the rows")

    hojas = [HojaExcel(name, (ColumnaHoja("A"),), rows()) for name in ("Uno", "Dos")]
    with pytest.raises(OSError, match="of the rows"):
        write_sheets(path, hojas, NoProgress())
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.xlsx", b"old")]


def test_what_a_killed_save_left_goes_with_the_next_one(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path\n"
        "from icsoe_desktop.regular_file import replacing\n"
        "with replacing(Path(sys.argv[1])) as temporary:\n"
        "    temporary.write_bytes(b'half'); os._exit(9)\n"
    )
    target, mine = tmp_path / "a.xlsx", tmp_path / ".mine.tmp"
    mine.write_bytes(b"")
    subprocess.run([sys.executable, "-c", program, str(target)], check=False)
    (left,) = (path for path in tmp_path.iterdir() if path != mine)
    write(target, (None,) * 5)
    assert left.exists()  # somebody may be writing it
    os.utime(left, (0, 0))
    os.utime(mine, (0, 0))
    write(target, (None,) * 5)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mine.tmp", "a.xlsx"]
