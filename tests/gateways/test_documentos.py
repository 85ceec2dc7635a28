"""Documents of the IMSS: as they are, or in the ZIP that the portal delivers."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.documentos import NO_PDF, SEVERAL_PDF, has_pdf, read_document

LARGE = "Es demasiado grande."


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return path


def test_the_only_pdf_in_a_zip_is_the_document(tmp_path: Path) -> None:
    path = zipped(tmp_path / "Constancia Lote_1.zip", Lote1_PDF=b"%PDF-1", leeme_txt=b"hola")
    assert read_document(path, 100, LARGE) == ("Lote1.PDF", b"%PDF-1")
    assert has_pdf(path)
    plain = tmp_path / "a.pdf"
    plain.write_bytes(b"%PDF-2")
    assert read_document(plain, 100, LARGE) == ("a.pdf", b"%PDF-2")
    assert not has_pdf(plain)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"a_txt": b"1"}, NO_PDF),
        ({"a_pdf": b"1", "b_pdf": b"2"}, SEVERAL_PDF),
        ({"a_pdf": bytes(101)}, LARGE),
    ],
)
def test_another_zip_is_refused_with_the_reason(
    tmp_path: Path, members: dict[str, bytes], sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_document(zipped(tmp_path / "a.zip", **members), 100, LARGE)
    assert (refused.value.message, refused.value.campo) == (sentence, "archivo")
