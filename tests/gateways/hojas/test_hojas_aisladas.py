"""Sheets are read in a child process: the same rows and sentences, and whoever waits can stop."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas import excel as hojas_excel
from icsoe_desktop.gateways.hojas import lectura
from icsoe_desktop.gateways.hojas.comun import MAX_COLUMNS, MAX_FILE_BYTES
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.gateways.hojas.tabla import open_sheet_here
from icsoe_desktop.gateways.isolation import client
from icsoe_desktop.gateways.isolation.client import BROKEN, TOO_MUCH, IsolatedReader
from icsoe_desktop.jobs import Cancelled
from tests.gateways.hojas.libros import (
    WANTED,
    book,
    changed_part,
    damaged_bytes,
    plain_book,
    plain_shared_book,
    read,
    shared_book,
)
from tests.gateways.isolation.test_isolation import lies
from tests.support.progreso import StopAfter

Found = tuple[tuple[str, ...], dict[str, int], list[tuple[object, ...]]]


def through_a_child(path: Path) -> Found:
    with open_sheet(path, WANTED) as sheet:
        return (
            sheet.header.cells,
            dict(sheet.columns),
            [(row.line, *row.cells) for row in sheet.rows],
        )


def here(path: Path, *, careful: bool = False) -> Found:
    with open_sheet_here(path, WANTED, careful=careful) as sheet:
        return (
            sheet.header.cells,
            dict(sheet.columns),
            [(row.line, *row.cells) for row in sheet.rows],
        )


def told(path: Path) -> tuple[str, str | None]:
    with pytest.raises(InvalidInputError) as caught:
        through_a_child(path)
    return caught.value.message, caught.value.campo


def test_a_child_tells_the_rows_of_each_kind_of_sheet(tmp_path: Path) -> None:
    text = tmp_path / "lista ñ.csv"
    text.write_text("RFC;Notas\nÑuno;\n\nDos;x\n", encoding="utf-8")
    many = book(tmp_path / "muchos.xlsx", ["RFC", "n"], *(["x" * (n % 300), n] for n in range(900)))
    odd = book(tmp_path / "raros.xlsx", ["RFC"], ["a_x001F_b_x001E_c"], ["_x001E__x001F_x"])
    assert here(odd)[2] == [(2, "a b c"), (3, "x")]
    for path in (
        text,
        many,
        odd,
        plain_book(tmp_path / "a.xlsx"),
        shared_book(tmp_path / "b.xlsx"),
    ):
        assert through_a_child(path) == here(path), path.name


def test_a_file_that_is_no_sheet_gets_the_same_sentence_through_the_child(tmp_path: Path) -> None:
    for content in (b"", b"%PDF-1.7", b"PK\x03\x04" + bytes(100), b"RP\n" + b"x" * 40_000):
        path = tmp_path / "archivo.csv"
        path.write_bytes(content)
        with pytest.raises(InvalidInputError) as caught:
            read(path)
        assert told(path) == (caught.value.message, "archivo")


def test_a_row_that_would_not_fit_into_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ancha.csv"
    path.write_text("RP\n" + "\n".join(['"' + "x\n" * 16_000 + '",'] * 2), encoding="utf-8")
    assert len(through_a_child(path)[2]) == 2
    path.write_text("RP\n" + ('"' + "x\n" * 16_000 + '",') * 40 + "\n", encoding="utf-8")
    assert "El renglón 2 tiene más de 1,000,000 caracteres" in told(path)[0]


def test_cancelling_ends_a_reading_that_never_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lies(monkeypatch, "time.sleep(600)")
    started = time.monotonic()
    with (
        pytest.raises(Cancelled),
        open_sheet(book(tmp_path / "a.xlsx", ["RP"]), None, StopAfter(0.2)),
    ):
        pass
    assert time.monotonic() - started < 5


HEADER = "frame(['answer', [1, ['RFC'], {'rfc': 0}]])\n"


@pytest.mark.parametrize(
    "code",
    [
        "frame(['end'])",
        "frame(['answer', [1, ['RFC', 2], {}]])",
        "frame(['answer', [1, ['RFC'], {'rfc': 1}]])",
        "frame(['answer', None])",
        HEADER + "frame(['answer', 5])",
        HEADER + "frame(['answer', [2, 3]], b'uno')",
        HEADER + "frame(['answer', ['2']], b'uno')",
        HEADER + "frame(['answer', [2_000_000]], b'uno')",
        HEADER + "frame(['answer', [2]], b'\\xff')",
    ],
)
def test_whatever_a_child_says_of_a_sheet_is_rows_or_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    lies(monkeypatch, code)
    assert told(book(tmp_path / "a.xlsx", ["RP"])) == (BROKEN, "archivo")


def test_rows_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lectura, "MAX_ROWS_BYTES", 10)
    path = book(tmp_path / "a.xlsx", ["RP"], ["123456"], ["123456"])
    assert "sus celdas tienen más texto" in told(path)[0]


# Dies where it does not read carefully: at once, or after some rows of the real reader.
MORTAL = """
import json, os, struct, sys
sys.path.insert(0, {root!r})
from icsoe_desktop.gateways.hojas import tabla
from icsoe_desktop.gateways.isolation import answers, child
answers._BLOCK_ROWS = 2
real = tabla.read_task
def read_task(arguments, payload, report):
    for at, answer in enumerate(real(arguments, payload, report)):
        if at == {at} and (not arguments["careful"] or {always}):
            sys.stdout.flush()
            os.abort()
        yield answer
tabla.read_task = read_task
child.main(sys.argv[1:])
"""


def mortal(monkeypatch: pytest.MonkeyPatch, at: int, *, always: bool) -> None:
    root = str(Path(__file__).resolve().parents[3])
    code = MORTAL.format(root=root, at=at, always=always)
    monkeypatch.setattr(client, "child_command", lambda: [sys.executable, "-I", "-c", code])


@pytest.mark.parametrize("at", [0, 1, 3])
def test_where_calamine_dies_openpyxl_reads_on_and_no_row_is_lost_or_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    path = book(tmp_path / "a.xlsx", ["RFC"], *([str(n)] for n in range(9)))
    expected = here(path)
    mortal(monkeypatch, at, always=False)
    assert through_a_child(path) == expected


def test_where_both_readers_die_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mortal(monkeypatch, 1, always=True)
    assert told(book(tmp_path / "a.xlsx", ["RFC"], ["x"])) == (TOO_MUCH, "archivo")


def test_the_child_ends_with_the_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[IsolatedReader] = []
    begin = IsolatedReader._start

    def start(reader: IsolatedReader) -> None:
        started.append(reader)
        begin(reader)

    monkeypatch.setattr(IsolatedReader, "_start", start)
    path = book(tmp_path / "a.xlsx", ["RFC"], *([str(n)] for n in range(9)))
    with open_sheet(path) as sheet:
        assert next(sheet.rows).line == 2
        assert [reader.is_open for reader in started] == [True]
    assert [reader.is_open for reader in started] == [False]


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInputError) as caught:
        read(path)
    assert caught.value.campo == "archivo"
    assert "No se importó nada." in caught.value.message
    return caught.value.message


CFB = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"", "El archivo está vacío"),
        ("a.csv", b"\xef\xbb\xbf", "El archivo está vacío"),
        ("a.csv", b"\r\n , \r\n", "El archivo está vacío"),
        ("a.xls", CFB + "Workbook".encode("utf-16-le"), "Excel 97-2003"),
        ("a.xlsx", CFB + "EncryptedPackage".encode("utf-16-le"), "protegido con contraseña"),
        ("a.xlsx", b"%PDF-1.7\n%", "no es un libro de Excel (.xlsx) ni un CSV"),
        ("a.xls", b"<html><table><tr><td>RP</td></tr></table>", "no es un libro de Excel"),
        ("a.csv", bytes(range(256)), "no es un libro de Excel"),
        ("a.csv", b"RP;Nombre\nA;Nand\x81\n", "letras que no se pueden leer"),
        ("a.csv", b'RP;Nombre\nA;"Uno\nB;Dos\n', "En la línea 2 se abren unas comillas"),
        ("a.csv", b"RP\n" + b"x" * 40_000, "celda de más de 32,767 caracteres"),
        ("a.csv", b"RP\n" + b"x" * 2_000_000, "la línea 2 es demasiado larga"),
        ("a.csv", b"RP\n" + b",x" * (MAX_COLUMNS + 1), f"más de {MAX_COLUMNS} columnas"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "incompleto o dañado"),
    ],
)
def test_each_bad_file_is_named(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_other_archives_are_named(tmp_path: Path) -> None:
    for names, sentence in (
        (["facturas.xml"], "comprimido (.zip)"),
        (["[Content_Types].xml", "word/document.xml"], "no es un libro de Excel"),
        (["[Content_Types].xml", "xl/workbook.bin"], "libro binario de Excel"),
        (["mimetype", "content.xml"], "no es un libro de Excel"),
    ):
        path = tmp_path / "archivo.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        assert sentence in refusal(path)


def test_a_folder_a_missing_and_an_oversized_file_are_named(tmp_path: Path) -> None:
    assert "ya no está ahí" in refusal(tmp_path)
    assert "ya no está ahí" in refusal(tmp_path / "nada.csv")
    large = tmp_path / "grande.csv"
    with large.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert "pesa más de 64 MB" in refusal(large)


def test_a_cut_workbook_is_named(tmp_path: Path) -> None:
    whole = book(tmp_path / "libro.xlsx", ["RP"], ["Y6077636105"]).read_bytes()
    for size in (4, 100, len(whole) // 2, len(whole) - 1):
        path = tmp_path / "cortado.xlsx"
        path.write_bytes(whole[:size])
        assert "incompleto o dañado" in refusal(path)


def test_a_part_that_is_read_whole_is_bounded(tmp_path: Path) -> None:
    good = book(tmp_path / "bueno.xlsx", ["RP"])
    for content in (
        b"<x>" + b" " * (hojas_excel.MAX_WHOLE_BYTES + 1),
        b"<x>" + b"<y/>" * 4_300_000,
    ):
        bomb = changed_part(good, tmp_path / "b.xlsx", "xl/styles.xml", content)
        assert "demasiado grande" in refusal(bomb)


def _either_read_or_told(path: Path) -> None:
    with suppress(InvalidInputError):
        read(path, WANTED)


@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("hoja") / "archivo.csv"
    path.write_bytes(content)
    _either_read_or_told(path)


@pytest.mark.parametrize("make", [shared_book, plain_shared_book])
@pytest.mark.parametrize("part", ["sheet", "strings", "styles", "book", "types", "archive"])
def test_a_damaged_workbook_is_read_or_named(
    tmp_path: Path, part: str, make: Callable[[Path], Path]
) -> None:
    names = {
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
        "types": "[Content_Types].xml",
    }
    good = make(tmp_path / "bueno.xlsx")
    path = tmp_path / "mal.xlsx"
    chance = random.Random(part)  # noqa: S311
    for _ in range(60):
        if part == "archive":
            path.write_bytes(damaged_bytes(good.read_bytes(), chance))
        else:
            with zipfile.ZipFile(good) as archive:
                content = archive.read(names[part])
            changed_part(good, path, names[part], damaged_bytes(content, chance))
        _either_read_or_told(path)


def test_the_fuzz_harness_damages_files(tmp_path: Path) -> None:
    chance = random.Random(1)  # noqa: S311
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "b" * 100)
    assert all(damaged_bytes(buffer.getvalue(), chance) != buffer.getvalue() for _ in range(20))


def test_a_child_imports_neither_what_asks_it_nor_what_it_may_not_need() -> None:
    """Its start is a third of what a sheet of five thousand rows costs."""
    root = str(Path(__file__).resolve().parents[3])
    code = f"""
import sys
sys.path.insert(0, {root!r})
from icsoe_desktop.gateways.isolation import child
child.find_task("hojas.read")
print(*sys.modules)
"""
    command = [sys.executable, "-I", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert "icsoe_desktop.gateways.hojas.calamine" in loaded
    assert loaded & {"dataclasses", "inspect", "openpyxl", "subprocess"} == set()
