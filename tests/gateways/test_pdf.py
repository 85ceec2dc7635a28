"""Pages of a PDF as pictures."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.documentos import NO_PDF, SEVERAL_PDF, has_pdf, read_document
from icsoe_desktop.gateways.pdf import MAX_SIDE, UNREADABLE, count_pages, render_page

RED_LEFT_HALF = b"1 0 0 rg 0 0 100 100 re f"


def pdf(width: int = 200, height: int = 100) -> bytes:
    """One page, its left half red, written by hand."""
    drawing = RED_LEFT_HALF
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 %d %d] >>" % (width, height),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def test_a_page_is_drawn_in_its_colours_and_as_wide_as_asked() -> None:
    assert count_pages(pdf()) == 1
    image = render_page(pdf(), 0, 400)
    assert (image.ancho, image.alto, len(image.pixeles)) == (400, 200, 400 * 200 * 4)

    def at(x: int, y: int) -> bytes:
        place = (y * image.ancho + x) * 4
        return image.pixeles[place : place + 3]

    # Blue, green, red.
    assert at(50, 100) == b"\x00\x00\xff"
    assert at(350, 100) == b"\xff\xff\xff"


@pytest.mark.parametrize(("width", "height"), [(14_400, 1), (1, 14_400), (14_400, 14_400)])
def test_no_page_makes_a_picture_that_fills_the_memory(width: int, height: int) -> None:
    image = render_page(pdf(width, height), 0, 1_000_000)
    assert max(image.ancho, image.alto) <= MAX_SIDE + 1


@given(st.integers(0, len(pdf()) - 1), st.integers(0, 255))
def test_a_damaged_pdf_is_drawn_or_refused_in_a_sentence(place: int, octet: int) -> None:
    whole = bytearray(pdf())
    whole[place] = octet
    with contextlib.suppress(UserFacingError):
        image = render_page(bytes(whole), 0, 50)
        assert len(image.pixeles) == image.ancho * image.alto * 4


@pytest.mark.parametrize("size", [0, 9, 60, 200])
def test_a_pdf_that_is_cut_short_is_refused(size: int) -> None:
    with pytest.raises(UserFacingError) as caught:
        render_page(pdf()[:size], 0, 50)
    assert caught.value.message == UNREADABLE


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
