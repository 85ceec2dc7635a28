"""PDF, PNG and JPG by their content: whole ones, cut ones, and what only looks like one."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.icsoe.documento import MAX_BYTES, TipoDocumento, recognize
from icsoe_desktop.errors import InvalidInputError


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(width: int = 2, height: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0\0" * 2)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"tEXt", b"Author\0nadie")
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpg(width: int = 2, height: int = 2) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
        + segment(0xDB, bytes(65))
        + segment(0xC4, bytes(17))
        + segment(0xC0, frame)
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + b"\x12\x34\xff\x00\x56"
        + b"\xff\xd9"
    )


PDF = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 1\n"
    b"trailer<</Root 1 0 R>>\nstartxref\n52\n%%EOF\n"
)
WHOLE = {TipoDocumento.PDF: PDF, TipoDocumento.PNG: png(), TipoDocumento.JPG: jpg()}


@pytest.mark.parametrize("tipo", WHOLE)
def test_a_whole_document_is_what_its_content_says(tipo: TipoDocumento) -> None:
    assert recognize(WHOLE[tipo]) is tipo


def test_a_pdf_may_have_a_little_before_and_after_it() -> None:
    assert recognize(b"\r\n" * 20 + PDF + b"\0" * 200) is TipoDocumento.PDF
    assert recognize(jpg() + b"\0" * 50) is TipoDocumento.JPG


@pytest.mark.parametrize("tipo", WHOLE)
def test_one_cut_anywhere_is_refused(tipo: TipoDocumento) -> None:
    whole = WHOLE[tipo].rstrip()
    for length in range(1, len(whole)):
        with pytest.raises(InvalidInputError) as refused:
            recognize(whole[:length])
        assert refused.value.campo == "archivo"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "está vacío"),
        (b"MZ\x90\0", "no es un PDF, PNG o JPG"),
        (b"<html>", "no es un PDF, PNG o JPG"),
        (b"GIF89a", "no es un PDF, PNG o JPG"),
        (b"hola %PDF", "no es un PDF, PNG o JPG"),
        (PDF.replace(b"52", b"99999"), "incompleto o dañado"),
        (png(0, 2), "incompleto o dañado"),
        (png(40_000, 2), "incompleto o dañado"),
        (png().replace(b"nadie", b"otros"), "incompleto o dañado"),
        (jpg(0, 2), "incompleto o dañado"),
        (jpg(40_000, 2), "incompleto o dañado"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "incompleto o dañado"),
    ],
)
def test_what_is_none_or_broken_is_told(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        recognize(content)


def test_ten_megabytes_are_the_limit() -> None:
    filler = b"\0" * (MAX_BYTES - len(jpg()))
    assert recognize(jpg() + filler) is TipoDocumento.JPG
    with pytest.raises(InvalidInputError, match="más de 10 MB"):
        recognize(jpg() + filler + b"\0")


@given(
    kind=st.sampled_from(sorted(WHOLE)),
    at=st.integers(0, 400),
    piece=st.binary(max_size=12),
    cut=st.integers(0, 40),
)
def test_damage_is_refused_or_harmless(
    kind: TipoDocumento, at: int, piece: bytes, cut: int
) -> None:
    data = WHOLE[kind][:at] + piece + WHOLE[kind][at + cut :]
    try:
        assert recognize(data) in TipoDocumento
    except InvalidInputError as error:
        campo = error.campo
    else:
        campo = "archivo"
    assert campo == "archivo"


@given(st.binary(max_size=300))
def test_any_bytes_after_a_signature_end_in_an_answer(content: bytes) -> None:
    for signature in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-1.4\n"):
        with pytest.raises(InvalidInputError):
            recognize(signature + content)


def test_a_jpg_with_an_empty_comment_is_whole() -> None:
    picture = jpg()
    assert recognize(picture[:2] + segment(0xFE, b"") + picture[2:]) is TipoDocumento.JPG


@pytest.mark.parametrize("marker", range(0xC0, 0xD0))
def test_the_frame_of_a_jpg_has_one_of_the_thirteen_markers_of_a_frame(marker: int) -> None:
    """ITU-T T.81, table B.1: C4 is DHT, C8 is reserved, CC is DAC."""
    frame = jpg().replace(b"\xff\xc0", bytes([0xFF, marker]))
    if marker in (0xC4, 0xC8, 0xCC):
        with pytest.raises(InvalidInputError):
            recognize(frame)
    else:
        assert recognize(frame) is TipoDocumento.JPG
