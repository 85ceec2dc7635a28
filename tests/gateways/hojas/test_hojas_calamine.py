"""Plain workbooks are read with calamine: the same rows, nothing unbounded, nothing left behind."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas import calamine as hojas_calamine
from icsoe_desktop.gateways.hojas import excel as hojas_excel
from icsoe_desktop.gateways.hojas.calamine import NotPlain, open_plain
from icsoe_desktop.gateways.hojas.tabla import open_sheet_here
from icsoe_desktop.jobs import Cancelled, NoProgress
from tests.gateways.hojas.libros import (
    MAIN_NS,
    book,
    changed_part,
    plain_book,
    plain_shared_book,
    read,
    shared_book,
)
from tests.support.progreso import StopAt

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporal"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def plain(path: Path) -> list[tuple[object, ...]]:
    with open_plain(path, NoProgress()) as sheets:
        return [(row.line, *row.cells) for row in sheets[0]()]


def carefully(path: Path) -> Any:
    with patch.object(hojas_excel, "open_plain", side_effect=NotPlain):
        return read(path)


def test_a_plain_workbook_keeps_its_lines_and_columns_without_openpyxl(tmp_path: Path) -> None:
    path = plain_book(tmp_path / "libro.xlsx")
    with patch.object(hojas_excel, "_workbook", side_effect=AssertionError):
        header, rows = read(path)
    assert header == ("", "", "Registro patronal", "Razón social", "SBC", "Fecha", "Sí")
    assert rows == [
        (4, "", "", "Y6077636105", "Ñandú S.A.", "687.7", "2026-02-28", "VERDADERO"),
        (5, "", "", "12345678901", "José & <Cía.>", "0.3", "2026-02-28 09:05:00", "FALSO"),
        (6, "", "", "", "x", "-3", "07:30:00", ""),
    ]


# Excel knows no time zones, and no milliseconds that people see; days before March 1900 are moot.
MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(2399, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=12)
NUMBERS = (
    st.integers(-(10**17), 10**17)
    | st.floats(-1e12, 1e12)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.integers(0, 99_999_999_999),
    NUMBERS,
    st.booleans(),
    MOMENTS,
    MOMENTS.map(datetime.date),
    st.integers(0, 86_399).map(lambda s: time(s // 3600, s // 60 % 60, s % 60)),
    st.sampled_from(["_x0041_", "_x005F_x0041_", "_x0000_", "a_x00F1_o"]),
    st.sampled_from(["#N/A", "#DIV/0!", "_x000D_", "a_x000D_\nb", " x", "=1+1", "12345678901"]),
)


@given(
    table=st.lists(st.lists(VALUES, min_size=1, max_size=4), min_size=1, max_size=6),
    skip=st.tuples(st.integers(1, 4), st.integers(1, 30)),
    formats=st.lists(st.sampled_from(["General", "0", "00000000000", "@", "0.00"]), min_size=1),
)
def test_both_readers_tell_the_same(
    table: list[list[Any]],
    skip: tuple[int, int],
    formats: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("hoja") / "libro.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.cell(skip[0], skip[1]).value = "Encabezado"
    for line, row in enumerate(table, start=skip[0] + 1):
        for at, value in enumerate(row):
            cell = workbook.active.cell(line, skip[1] + at)
            cell.value = value
            if isinstance(value, int | float):
                cell.number_format = formats[(line + at) % len(formats)]
    workbook.save(path)
    assert read(path) == carefully(path)


@pytest.mark.parametrize("first", ["plain", "not plain"])
def test_a_number_that_calamine_cuts_is_read_whole_and_no_line_twice(
    tmp_path: Path, first: str
) -> None:
    rows = [["CLABE"], *([n] for n in range(300)), [1234567890123456]]
    if first == "not plain":
        rows.insert(1, [8765432109876543])
    header, found = read(book(tmp_path / "libro.xlsx", *rows))
    assert header == ("CLABE",)
    assert found == [(line, str(value)) for line, (value,) in enumerate(rows[1:], start=2)]


def test_errors_padded_numbers_and_texts_in_several_formats_are_not_plain(tmp_path: Path) -> None:
    with pytest.raises(NotPlain):
        plain(shared_book(tmp_path / "libro.xlsx"))


CELL = b"<v>1</v></c>"
ODD = {
    "two corners": b'<row r="1"><c r="A1">%s</row><row r="1048576"><c r="XFD1048576">%s</row>',
    "far below": b'<row r="1"><c r="A1">%s</row><row r="9999999"><c r="A9999999">%s</row>',
    "hidden in the middle": b'<row r="1"><c r="A1">%s</row>' + b"<row><c r='XFD1048576'>%s</row>",
    "far to the right, between": b'<c r="A1">%s<c r="ZZ1">%s<c r="B1"/>' + b" " * 300_000,
    "spaces": b'<c  r="A1">%s<c r = "XFD1048576">%s',
    "line end": b'<c\nr="XFD1048576">%s<c r="A1">%s',
    "small letters": b'<c r="a1">%s<c r="xfd1048576">%s',
    "a prefix": b'<x:c r="XFD1048576"><v>1</v></x:c><c r="A1">%s<c r="A2">%s',
    "no reference": b"<row><c>%s</row><row><c>%s</row>",
    "twice": b'<c r="A1" r="XFD1048576">%s<c r="B1">%s',
    "an error": b'<c r="A1" t="e">%s<c r="B1">%s',
    "a day in ISO 8601": b'<c r="A1" t="d">%s<c r="B1">%s',
}


@pytest.mark.parametrize("name", ODD)
def test_calamine_never_gets_a_sheet_of_unusual_cells(tmp_path: Path, name: str) -> None:
    data = ODD[name].replace(b"%s", CELL)
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (
        MAIN_NS.encode(),
        b" " * 300_000 + data + b" " * 300_000,
    )
    good = book(tmp_path / "bueno.xlsx", ["RP"])
    bad = changed_part(good, tmp_path / "raro.xlsx", SHEET, sheet)
    with (
        patch.object(python_calamine, "CalamineWorkbook", side_effect=AssertionError),
        pytest.raises(NotPlain),
    ):
        plain(bad)


@pytest.mark.parametrize(
    "head",
    [
        b'<?xml version="1.0" encoding="UTF-16"?>',
        b'<?xml version="1.0" encoding="iso-8859-1"?>',
        b'<!DOCTYPE x [<!ENTITY a "b">]>',
        b"<!-- -->",
    ],
)
def test_calamine_never_gets_another_encoding_or_a_doctype(tmp_path: Path, head: bytes) -> None:
    good = plain_book(tmp_path / "bueno.xlsx")
    with zipfile.ZipFile(good) as archive:
        sheet = archive.read(SHEET)
    for content in (head + sheet, (head + sheet).decode().encode("utf-16")):
        with pytest.raises(NotPlain):
            plain(changed_part(good, tmp_path / "otro.xlsx", SHEET, content))


@pytest.mark.parametrize("limit", ["MAX_BYTES", "MAX_PLACES"])
def test_what_unpacks_to_too_much_is_for_the_other_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, temporary: Path
) -> None:
    path = plain_book(tmp_path / "libro.xlsx")
    assert len(plain(path)) == 4
    monkeypatch.setattr(hojas_calamine, limit, 30)
    with pytest.raises(NotPlain):
        plain(path)
    assert len(read(path)[1]) == 3
    assert list(temporary.iterdir()) == []


class PanicException(BaseException):
    """As pyo3 names what a Rust panic becomes; its own cannot be made from Python."""


@pytest.mark.parametrize("step", ["from_path", "get_sheet_by_index", "iter_rows"])
def test_a_panic_in_calamine_does_not_end_the_program(
    tmp_path: Path, step: str, temporary: Path
) -> None:
    path = plain_book(tmp_path / "libro.xlsx")
    expected = carefully(path)
    with patch.object(python_calamine, "CalamineWorkbook", _panicking(step)):
        assert read(path) == expected
    assert list(temporary.iterdir()) == []


def _panicking(step: str) -> Any:
    class Sheet:
        def __init__(self, sheet: Any) -> None:
            self._sheet = sheet
            self.start, self.end = sheet.start, sheet.end

        def iter_rows(self) -> Iterator[object]:
            for at, row in enumerate(self._sheet.iter_rows()):
                if step == "iter_rows" and at == 4:
                    raise PanicException
                yield row

    class Workbook:
        def __init__(self, path: str) -> None:
            self._book = real.from_path(path)
            self.sheets_metadata = self._book.sheets_metadata

        @classmethod
        def from_path(cls, path: str) -> Workbook:
            if step == "from_path":
                raise PanicException
            return cls(path)

        def get_sheet_by_index(self, at: int) -> Sheet:
            if step == "get_sheet_by_index":
                raise PanicException
            return Sheet(self._book.get_sheet_by_index(at))

        def close(self) -> None:
            self._book.close()

    real = python_calamine.CalamineWorkbook
    return Workbook


def test_reading_can_be_stopped_while_unpacking_and_nothing_stays(
    tmp_path: Path, temporary: Path
) -> None:
    good = plain_book(tmp_path / "bueno.xlsx")
    with zipfile.ZipFile(good) as archive:
        sheet = archive.read(SHEET).replace(b"<sheetData>", b"<sheetData>" + b"<!---->" * 700_000)
    path = changed_part(good, tmp_path / "libro.xlsx", SHEET, sheet)
    with pytest.raises(Cancelled), open_sheet_here(path, None, StopAt(3)):
        pass
    assert list(temporary.iterdir()) == []


def test_a_sheet_of_empty_rows_and_hidden_sheets_are_passed_over(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["oculta"])
    workbook.active.sheet_state = "hidden"
    workbook.create_sheet("vacía")
    workbook.create_sheet("datos").append(["RP", date(2026, 3, 1), time(8)])
    workbook.save(tmp_path / "libro.xlsx")
    with open_plain(tmp_path / "libro.xlsx", NoProgress()) as sheets:
        assert [[row.cells for row in rows()] for rows in sheets] == [
            [],
            [("RP", "2026-03-01", "08:00:00")],
        ]


def test_a_cell_and_a_row_over_the_limits_are_told_by_their_line(tmp_path: Path) -> None:
    for row, sentence in (
        (["x" * 32_768], "El renglón 2 tiene una celda de más de 32,767 caracteres"),
        (["x"] * 513, "el renglón 2 tiene más de 512 columnas"),
    ):
        path = book(tmp_path / "libro.xlsx", ["RP"], row)
        # openpyxl cuts a text that long when it writes.
        with zipfile.ZipFile(path) as archive:
            sheet = archive.read(SHEET).replace(b"x" * 32_767, b"x" * 32_768)
        path = changed_part(path, tmp_path / "largo.xlsx", SHEET, sheet)
        with pytest.raises(InvalidInputError, match=sentence):
            plain(path)


def test_a_table_of_texts_is_plain(tmp_path: Path) -> None:
    assert plain(plain_shared_book(tmp_path / "libro.xlsx")) == [
        (2, "Registro", "", "Razónsocial"),
        (4, "123456780", "", "Uno Dos"),
        (5, "12345678000", "", "Razónsocial"),
    ]


def test_an_escaped_character_is_read_as_excel_shows_it(tmp_path: Path) -> None:
    path = book(tmp_path / "libro.xlsx", ["RP"], ["Pe_x00F1_a_x000D_\nUno _x005F_x0041_ _x7f_"])
    expected = (("RP",), [(2, "Peña Uno _x0041_ _x7f_")])
    assert read(path) == expected
    assert carefully(path) == expected


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_that_says_what_cells_mean_has_to_be_whole(tmp_path: Path, part: str) -> None:
    good = plain_book(tmp_path / "bueno.xlsx")
    with zipfile.ZipFile(good) as archive:
        content = archive.read(part)
    for bad in (content[:-3], content.replace(b"/>", b">", 1), content + b"<a/>"):
        path = changed_part(good, tmp_path / "malo.xlsx", part, bad)
        with pytest.raises(InvalidInputError, match="incompleto o dañado"):
            read(path)


def test_a_sheet_without_its_end_is_damaged(tmp_path: Path) -> None:
    good = plain_book(tmp_path / "bueno.xlsx")
    with zipfile.ZipFile(good) as archive:
        content = archive.read(SHEET)
    path = changed_part(good, tmp_path / "malo.xlsx", SHEET, content.removesuffix(b"</worksheet>"))
    with pytest.raises(NotPlain):
        plain(path)


def _is_plain(chunks: list[bytes], padded: list[int]) -> bool:
    tags = hojas_calamine._Tags(padded)
    try:
        for chunk in chunks:
            tags.feed(chunk)
        tags.end()
    except NotPlain:
        return False
    return True


LOOKED_AT = {
    b'<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>': True,
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="AB2"/></row>': True,
    b'<row r="1"><c r="A1" s="7"><v>1</v></c></row>': False,
    b'<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"/></row>': False,
    b'<c r="A1"/><x:c r="B1"></x:c>': False,
    b'<c r="A1" t="inlineStr"><is><r><t>Una </t></r><r><t>y</t></r></is></c>': False,
    b'<c r="A1" t="inlineStr"><is><r><t>Una</t></r><r><t> y</t></r></is></c>': False,
    b'<c r="A1" t="inlineStr"><is><t>Una </t></is></c>': True,
}


@pytest.mark.parametrize("data", LOOKED_AT)
def test_wherever_a_sheet_is_cut_into_chunks_the_same_is_seen(data: bytes) -> None:
    plain_one = LOOKED_AT[data]
    assert _is_plain([data], [7]) is plain_one
    assert _is_plain([data[at : at + 1] for at in range(len(data))], [7]) is plain_one
    for at in range(len(data)):
        assert _is_plain([data[:at], data[at:]], [7]) is plain_one


def test_a_sheet_in_a_part_that_nobody_looked_at_is_not_plain(tmp_path: Path) -> None:
    good = plain_book(tmp_path / "bueno.xlsx")
    path = tmp_path / "otra parte.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"worksheets/sheet1", b"hojas/sheet1")
            new.writestr(name.replace("worksheets/sheet1", "hojas/sheet1"), content)
    with pytest.raises(NotPlain):
        plain(path)
    assert read(path) == read(good)


def test_calamine_is_not_asked_where_too_many_formats_have_leading_zeros(tmp_path: Path) -> None:
    good = plain_book(tmp_path / "bueno.xlsx")
    with zipfile.ZipFile(good) as archive:
        styles = archive.read("xl/styles.xml").decode()
    one = '<numFmt numFmtId="199" formatCode="000"/></numFmts>'
    assert "</numFmts>" in styles
    for count, refused in (
        (hojas_calamine.MAX_PADDED_STYLES, False),
        (hojas_calamine.MAX_PADDED_STYLES + 1, True),
    ):
        xfs = '<xf numFmtId="199"/>' * count + "</cellXfs>"
        more = styles.replace("</numFmts>", one).replace("</cellXfs>", xfs)
        path = changed_part(good, tmp_path / "ceros.xlsx", "xl/styles.xml", more.encode())
        if refused:
            with pytest.raises(NotPlain):
                plain(path)
        else:
            assert len(plain(path)) == 4
