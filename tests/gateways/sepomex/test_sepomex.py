"""The reader of postal catalogues: their forms, and how they are broken."""

from __future__ import annotations

import os
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.sepomex import catalogo as sepomex
from icsoe_desktop.gateways.sepomex.catalogo import open_postal_catalogue
from icsoe_desktop.gateways.sepomex.renglones import BadPostalRow
from icsoe_desktop.jobs import Cancelled, NoProgress
from tests.gateways.sepomex import postales
from tests.gateways.sepomex.postales import HEADER, LEGEND, ROWS
from tests.support.progreso import Stop

EXPECTED = [Asentamiento(*row) for row in ROWS]


def read(path: Path) -> list[Asentamiento | BadPostalRow]:
    with open_postal_catalogue(path, NoProgress()) as lectura:
        return list(lectura.rows)


def read_or_refuse(path: Path) -> tuple[list[Asentamiento | BadPostalRow], str | None]:
    """The rows, or the field of the refusal; any other failure is the test's."""
    try:
        return read(path), None
    except InvalidInputError as error:
        return [], error.campo


def refused(path: Path) -> str:
    with pytest.raises(InvalidInputError) as error:
        read(path)
    assert error.value.campo == "archivo"
    return error.value.message


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("latin-1", "ISO-8859-1"), ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8")],
)
def test_the_txt_is_read_in_both_of_its_encodings(
    tmp_path: Path, encoding: str, shown: str
) -> None:
    path = postales.txt(tmp_path / "CPdescarga.txt", encoding=encoding)
    os.utime(path, (0, 1_770_000_000))  # 2 February 2026
    with open_postal_catalogue(path, NoProgress()) as lectura:
        assert (lectura.nombre, lectura.formato, lectura.codificacion, lectura.fecha) == (
            "CPdescarga.txt",
            "TXT",
            shown,
            date(2026, 2, 2),
        )
        assert list(lectura.rows) == EXPECTED


CFB = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600


def test_the_catalogue_in_excel_or_xml_is_refused_with_what_to_download(tmp_path: Path) -> None:
    xls, xlsx = tmp_path / "CPdescarga.xls", tmp_path / "CPdescarga.xlsx"
    xml = tmp_path / "CPdescarga.xml"
    xls.write_bytes(CFB)
    openpyxl.Workbook().save(xlsx)
    xml.write_bytes(b'\xef\xbb\xbf<?xml version="1.0"?><NewDataSet/>')
    forms = [xls, xlsx, xml]
    for number, member in enumerate((xls, xlsx, xml)):
        forms.append(postales.zipped(tmp_path / f"{number}.zip", member, member.name))
    for path in forms:
        assert "elija «TXT»" in refused(path), path.name


def test_the_zip_is_read_with_the_date_inside(tmp_path: Path) -> None:
    member = postales.txt(tmp_path / "dentro.txt")
    path = postales.zipped(tmp_path / "CPdescarga.zip", member, "CPdescarga.TXT")
    with open_postal_catalogue(path, NoProgress()) as lectura:
        assert lectura.fecha == date(2026, 2, 14)
        assert lectura.formato == "TXT en ZIP"
        assert lectura.nombre == "CPdescarga.zip"
        assert list(lectura.rows) == EXPECTED


def test_columns_are_found_by_name_and_codes_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "otro orden.txt"
    path.write_text(
        "D_ESTADO|d_codigo|d_mnpio|d_asenta\nPuebla|1010|Cholula|Centro\n", encoding="utf-8"
    )
    assert read(path) == [
        Asentamiento(
            codigo_postal="01010", colonia="Centro", tipo="", municipio="Cholula", estado="Puebla"
        )
    ]


def test_bad_rows_are_told_by_line_and_the_rest_is_read(tmp_path: Path) -> None:
    bad = (
        ("0101", *ROWS[0][1:]),  # Excel's lost zero
        ("ABCDE", *ROWS[0][1:]),
        ("010101", *ROWS[0][1:]),
        ("01010", "  ", *ROWS[0][2:]),
        ("01010", "Una", "Colonia", "", "Puebla", ""),
        ("01010", "Una", "Colonia", "Puebla", "", ""),
        ("01010", "x" * 201, *ROWS[0][2:]),
    )
    path = postales.txt(tmp_path / "a.txt", (*bad, ROWS[2]))
    with path.open("ab") as file:
        file.write(b"solo|dos\r\n\r\n")
    found = read(path)
    assert found[0] == Asentamiento("00101", *ROWS[0][1:])
    assert found[1:] == [
        BadPostalRow(4, "El código postal no son cinco números."),
        BadPostalRow(5, "El código postal no son cinco números."),
        BadPostalRow(6, "Falta la colonia."),
        BadPostalRow(7, "Falta el municipio."),
        BadPostalRow(8, "Falta el estado."),
        BadPostalRow(9, "Tiene un texto de más de 200 caracteres."),
        EXPECTED[2],
        BadPostalRow(11, "Tiene 2 columnas y el encabezado 15."),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "está vacío"),
        (b"hola", "no es el catálogo"),
        (b"a|b|c\n1|2|3\n", "no es el catálogo"),
        (b"%PDF-1.4\n", "no es el catálogo"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "no es el catálogo"),
        (f"{LEGEND}\n{HEADER}\n".encode("latin-1"), "no tiene renglones"),
        (b"x" * 20_000, "no es el catálogo"),
        (b"<html><body>hola</body></html>", "no es el catálogo"),
        (b"PK\x03\x04 no soy un zip", "incompleto o dañado"),
        (f"{HEADER}\n".encode("utf-16"), "no es el catálogo"),
    ],
)
def test_what_is_no_catalogue_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "archivo"
    path.write_bytes(content)
    assert sentence in refused(path)


def test_a_zip_without_a_catalogue_or_with_a_password_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = postales.txt(tmp_path / "a.txt")
    assert "no es el catálogo" in refused(postales.zipped(tmp_path / "z.zip", member, "a.pdf"))
    inner = postales.zipped(tmp_path / "dentro.zip", member)
    assert "otro ZIP dentro" in refused(postales.zipped(tmp_path / "y.zip", inner, "a.txt"))
    path = postales.zipped(tmp_path / "x.zip", member)
    data = bytearray(path.read_bytes())
    # The bit that says «encrypted», in the entry and in the directory.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "tiene contraseña" in refused(path)
    monkeypatch.setattr(sepomex, "MAX_FILE_BYTES", 100)
    assert "demasiado grande" in refused(postales.zipped(tmp_path / "w.zip", member))


def test_too_many_rows_and_a_file_that_is_gone_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sepomex, "MAX_ROWS", 2)
    assert "más de 2 renglones" in refused(postales.txt(tmp_path / "a.txt"))
    assert "no se puede leer" in refused(tmp_path / "nada.txt")
    with pytest.raises(InvalidInputError, match="no se puede leer"):
        sepomex.digest(tmp_path / "nada.txt", NoProgress())


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    path = postales.txt(tmp_path / "a.txt", ROWS * 2_000)
    with pytest.raises(Cancelled), open_postal_catalogue(path, Stop()) as lectura:
        list(lectura.rows)
    with pytest.raises(Cancelled):
        sepomex.digest(path, Stop())


def damaged(content: bytes, at: int, piece: bytes, cut: int) -> bytes:
    at %= len(content) + 1
    return content[:at] + piece + content[at + cut :]


@pytest.mark.parametrize("kind", ["txt", "zip"])
@given(
    at=st.integers(0, 10_000),
    piece=st.binary(max_size=40),
    cut=st.integers(0, 2_000),
)
def test_whatever_is_damaged_is_read_or_refused(kind: str, at: int, piece: bytes, cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archivo"
        if kind == "zip":
            postales.zipped(path, postales.txt(Path(folder) / "a.txt"))
        else:
            postales.txt(path)
        path.write_bytes(damaged(path.read_bytes(), at, piece, cut))
        rows, campo = read_or_refuse(path)
        assert campo in (None, "archivo")
        assert all(isinstance(row, BadPostalRow) or len(row.codigo_postal) == 5 for row in rows)


@given(st.binary(max_size=400))
def test_any_bytes_below_the_header_are_read_or_told(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archivo"
        path.write_bytes(f"{HEADER}\n".encode() + content)
        assert read_or_refuse(path)[1] in (None, "archivo")


def test_a_member_with_a_day_that_does_not_exist_takes_the_day_of_the_zip(tmp_path: Path) -> None:
    member = postales.txt(tmp_path / "a.txt")
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt", (2026, 2, 31, 0, 0, 0)), member.read_bytes())
    os.utime(path, (0, 1_770_000_000))
    with open_postal_catalogue(path, NoProgress()) as lectura:
        assert lectura.fecha == date(2026, 2, 2)
