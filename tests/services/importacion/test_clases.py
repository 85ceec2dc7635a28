"""What a chosen file is, by its content before its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.importacion.lectura import (
    IS_EMPTY,
    NO_FILE,
    OTHER_KIND,
    ClaseArchivoImportado,
    clase_of,
)

MOVIMIENTOS, HOJA, CONSTANCIA = ClaseArchivoImportado
LINE = b" " * 167 + b"9"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", LINE + b"\r\n", MOVIMIENTOS),
        ("a.csv", b"\xef\xbb\xbf" + LINE, MOVIMIENTOS),
        ("a.txt", b"nombre\r\n", MOVIMIENTOS),
        ("a.txt", b"nombre,curp\r\n", MOVIMIENTOS),
        ("a.txt", b"nss\r\n", MOVIMIENTOS),
        ("a.txt", LINE[:-1] + b"8\r\n", MOVIMIENTOS),
        ("a.txt", b"\r\n\r\n", MOVIMIENTOS),
        *((name, b"x\r\n", HOJA) for name in ("a.csv", "a.XLSX", "a.xlsm")),
        *(("a.txt", b"Nombre" + sign + b"NSS\r\n", HOJA) for sign in (b",", b";", b"\t", b"|")),
        ("a.txt", b"PK\x03\x04", HOJA),
        ("a.xlsx", b"\n%PDF-1.7", CONSTANCIA),
        ("a.txt", b"x" * 1019 + b"%PDF-", CONSTANCIA),
    ],
)
def test_a_file_is_known_by_what_is_in_it(
    tmp_path: Path, name: str, content: bytes, kind: ClaseArchivoImportado
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert clase_of(path) is kind


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", IS_EMPTY), (b"\x89PNG\r\n", OTHER_KIND), (b"MZ", OTHER_KIND), (None, NO_FILE)],
)
def test_a_file_of_another_kind_is_refused_with_the_reason(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInputError) as refused:
        clase_of(path)
    assert (refused.value.message, refused.value.campo) == (message, "archivo")
