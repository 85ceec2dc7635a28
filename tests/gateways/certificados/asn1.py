"""A writer of DER that lets a string carry any octets under any tag, as real certificates do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

UTF8, PRINTABLE, T61, IA5, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1E


def tlv(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*contents: bytes) -> bytes:
    return tlv(0x30, *contents)


def set_of(*contents: bytes) -> bytes:
    return tlv(0x31, *contents)


def octets(content: bytes) -> bytes:
    return tlv(0x04, content)


def bits(content: bytes, unused: int = 0) -> bytes:
    return tlv(0x03, bytes([unused]), content)


def context(number: int, *contents: bytes) -> bytes:
    return tlv(0xA0 | number, *contents)


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    arcs = [int(arc) for arc in dotted.split(".")]
    encoded = b""
    for arc in (40 * arcs[0] + arcs[1], *arcs[2:]):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        encoded += bytes(reversed(septets))
    return tlv(0x06, encoded)


def null() -> bytes:
    return b"\x05\0"


def true() -> bytes:
    return b"\x01\x01\xff"


def utc_time(moment: datetime) -> bytes:
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def text(value: str, tag: int = UTF8) -> bytes:
    """The value as honest writers encode it; T61String in latin-1, as the SAT does."""
    encodings = {T61: "latin-1", BMP: "utf-16-be"}
    return tlv(tag, value.encode(encodings.get(tag, "utf-8")))


def name(attributes: Iterable[tuple[str, bytes]]) -> bytes:
    """attributes: OID and the encoded string."""
    return sequence(*(set_of(sequence(oid(kind), value)) for kind, value in attributes))


def to_ber(der: bytes) -> bytes:
    """The same outermost elements with indefinite length, octet strings in pieces."""
    tag, body = der[0], 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
    content = der[body:]
    if tag == 0x04:
        pieces = (octets(content[i : i + 1000]) for i in range(0, len(content), 1000))
        return b"\x24\x80" + b"".join(pieces) + b"\0\0"
    if not tag & 0x20:
        return der
    children = b""
    while content:
        size, start = content[1], 2
        if size & 0x80:
            start = 2 + (size & 0x7F)
            size = int.from_bytes(content[2:start], "big")
        children += to_ber(content[: start + size])
        content = content[start + size :]
    return bytes([tag, 0x80]) + children + b"\0\0"
