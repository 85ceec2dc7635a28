"""Recognizes a document by its content (PDF, PNG or JPG) and checks that it is complete."""

from __future__ import annotations

import re
import struct
import zlib
from enum import StrEnum

from icsoe_desktop.errors import InvalidInputError

MAX_BYTES = 10 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_MAX_SIDE = 30_000  # pixels; a larger side is an attempt to exhaust memory
_PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
# PDF readers accept the header and the trailer within this distance of the ends.
_PDF_SLACK = 1024

EMPTY = "El archivo está vacío. Elija otro."
TOO_LARGE = "El archivo pesa más de 10 MB. Guárdelo con menos resolución y vuelva a elegirlo."
OTHER_KIND = "El archivo no es un PDF, PNG o JPG. Elija el acuse en uno de esos formatos."
DAMAGED = "El archivo está incompleto o dañado. Vuelva a descargarlo o a escanearlo."


class TipoDocumento(StrEnum):
    PDF = "PDF"
    PNG = "PNG"
    JPG = "JPG"


def recognize(data: bytes) -> TipoDocumento:
    """The kind of a complete document. The file name does not count.

    Raises InvalidInputError (campo «archivo») for another kind, a damaged or a large file.
    """
    if not data:
        raise InvalidInputError(EMPTY, "archivo")
    if len(data) > MAX_BYTES:
        raise InvalidInputError(TOO_LARGE, "archivo")
    if data.startswith(_PNG):
        whole, tipo = _png_is_whole(data), TipoDocumento.PNG
    elif data.startswith(b"\xff\xd8\xff"):
        whole, tipo = _jpg_is_whole(data), TipoDocumento.JPG
    elif _PDF_HEADER.search(data, 0, _PDF_SLACK):
        whole, tipo = _pdf_is_whole(data), TipoDocumento.PDF
    else:
        raise InvalidInputError(OTHER_KIND, "archivo")
    if not whole:
        raise InvalidInputError(DAMAGED, "archivo")
    return tipo


def _pdf_is_whole(data: bytes) -> bool:
    """True if the trailer points to a table of objects inside the file."""
    end = data[-_PDF_SLACK:]
    found = re.search(rb"startxref\s+(\d{1,10})\s+%%EOF", end)
    if found is None or b" obj" not in data:
        return False
    return int(found.group(1)) < len(data)


def _png_is_whole(data: bytes) -> bool:
    """True if every chunk up to the last has a valid check sum and the size is plausible."""
    at, parts = len(_PNG), 0
    has_pixels = False
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            return False
        content = data[at + 8 : end]
        if zlib.crc32(kind + content) != int.from_bytes(data[end : end + 4]):
            return False
        if parts == 0:
            if kind != b"IHDR" or length != 13:
                return False
            width, height = struct.unpack_from(">II", content)
            if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
                return False
        has_pixels = has_pixels or kind == b"IDAT"
        if kind == b"IEND":
            return has_pixels
        parts += 1
        at = end + 4
    return False


def _jpg_is_whole(data: bytes) -> bool:
    """True if the segments lead to a frame of plausible size, to pixels and to an end marker."""
    at = 2
    has_frame = False
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return False
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        if length < 2 or at + 2 + length > len(data):
            return False
        # SOF0 to SOF15. DHT, JPG and DAC have numbers between them.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if length < 8:
                return False
            height, width = struct.unpack_from(">HH", data, at + 5)
            has_frame = 0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE
        if marker == 0xDA:
            return has_frame and data.rfind(b"\xff\xd9") > at
        at += 2 + length
    return False
