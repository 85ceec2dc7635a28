"""Splits the bytes of a file into lines, in bounded memory.

CRLF, CR and LF end a line. Each line is decoded on its own, so one file may mix encodings.
Source: docs/fuentes.md §1.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from icsoe_desktop.domain.dispmag.formato import LONGITUD, CampoDispmag
from icsoe_desktop.domain.texto import nfc

# Long enough for many records without line ends between them.
MAX_LINEA: Final = 1 << 20

# The five bytes that cp1252 leaves undefined are read as latin-1.
_CP1252: Final = "".join(
    bytes([code]).decode("cp1252" if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "latin-1")
    for code in range(256)
)


class Bloque(NamedTuple):
    """Consecutive lines without their line ends.

    sobrantes: count of bytes dropped beyond MAX_LINEA. If not 0, the block has only that line.
    """

    lineas: list[bytes]
    sobrantes: int


def blocks(chunks: Iterable[bytes]) -> Iterator[Bloque]:
    """The lines of a file that arrives in pieces of any size."""
    pending: list[bytes] = []
    size = dropped = 0
    for chunk in _with_plain_ends(_without_bom(chunks)):
        *lines, tail = chunk.split(b"\n")
        if lines:
            if dropped:
                yield Bloque([b"".join(pending)], dropped + len(lines.pop(0)))
            else:
                lines[0] = b"".join(pending) + lines[0]
            if lines:
                yield Bloque(lines, 0)
            pending, size, dropped = [], 0, 0
        kept = tail[: MAX_LINEA - size]
        if kept:
            pending.append(kept)
        size += len(kept)
        dropped += len(tail) - len(kept)
    if pending:
        yield Bloque([b"".join(pending)], dropped)


def _with_plain_ends(chunks: Iterable[bytes]) -> Iterator[bytes]:
    after_cr = False
    for chunk in chunks:
        if not chunk:
            continue
        ends_in_cr = chunk.endswith(b"\r")
        if after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        after_cr = ends_in_cr
        yield chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _without_bom(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Recode UTF-16 (called Unicode in Notepad) as UTF-8, and drop a UTF-8 BOM."""
    source = iter(chunks)
    start = b""
    for chunk in source:
        start += chunk
        if len(start) >= len(codecs.BOM_UTF8):
            break
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        yield decoder.decode(start).encode()
        for chunk in source:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
        return
    yield start.removeprefix(codecs.BOM_UTF8)
    yield from source


def decode(raw: bytes) -> str:
    """Text of a line: UTF-8 if the whole line is valid UTF-8, otherwise cp1252."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        text: str = codecs.charmap_decode(raw, "strict", _CP1252)[0]
        return text


def to_168(raw: bytes, campos: Iterable[CampoDispmag]) -> str:
    """Text of a line, corrected to 168 characters if the writer counted in another unit.

    Some programs pad by UTF-8 bytes. Others write a letter as two code points.
    """
    text = decode(raw)
    if len(text) == LONGITUD:
        return text
    if len(raw) == LONGITUD:
        try:
            parts = [raw[campo.corte].decode("utf-8").ljust(campo.longitud) for campo in campos]
        except UnicodeDecodeError:
            return text
        return "".join(parts)
    composed = nfc(text)
    return composed if len(composed) == LONGITUD else text
