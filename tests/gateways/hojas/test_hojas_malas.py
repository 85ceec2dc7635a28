"""Files that are no sheet, damaged or hostile: each is named, none breaks the reader."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas import excel as hojas_excel
from icsoe_desktop.gateways.hojas.comun import MAX_COLUMNS, MAX_FILE_BYTES
from tests.gateways.hojas.libros import (
    WANTED,
    book,
    changed_part,
    damaged_bytes,
    plain_shared_book,
    read,
    shared_book,
)


def told(path: Path) -> str:
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
    assert sentence in told(path)


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
        assert sentence in told(path)


def test_a_folder_a_missing_and_an_oversized_file_are_named(tmp_path: Path) -> None:
    assert "ya no está ahí" in told(tmp_path)
    assert "ya no está ahí" in told(tmp_path / "nada.csv")
    large = tmp_path / "grande.csv"
    with large.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert "pesa más de 64 MB" in told(large)


def test_a_cut_workbook_is_named(tmp_path: Path) -> None:
    whole = book(tmp_path / "libro.xlsx", ["RP"], ["Y6077636105"]).read_bytes()
    for size in (4, 100, len(whole) // 2, len(whole) - 1):
        path = tmp_path / "cortado.xlsx"
        path.write_bytes(whole[:size])
        assert "incompleto o dañado" in told(path)


def test_a_part_that_is_read_whole_is_bounded(tmp_path: Path) -> None:
    good = book(tmp_path / "bueno.xlsx", ["RP"])
    for content in (
        b"<x>" + b" " * (hojas_excel.MAX_WHOLE_BYTES + 1),
        b"<x>" + b"<y/>" * 4_300_000,
    ):
        bomb = changed_part(good, tmp_path / "b.xlsx", "xl/styles.xml", content)
        assert "demasiado grande" in told(bomb)


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
