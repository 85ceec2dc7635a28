"""Converts BER to DER: Windows, Java and Mozilla write .pfx files with indefinite lengths."""

from __future__ import annotations

from icsoe_desktop.domain.certificados.der import DerError

_MAX_DEPTH = 32
_CONSTRUCTED = 0x20
_OCTET_STRING = 0x04


def to_der(data: bytes) -> tuple[bytes, int]:
    """(first element of `data` in DER, offset of its end).

    Constructed octet strings become primitive. The contents of octet strings stay unchanged.
    Raises DerError for malformed data and for nesting deeper than in any .pfx.
    """
    return _convert(data, 0, len(data), 0)


def _convert(data: bytes, start: int, end: int, depth: int) -> tuple[bytes, int]:
    if depth > _MAX_DEPTH:
        raise DerError("nested too deep")
    if start + 2 > end:
        raise DerError("cut short")
    tag, length, body = data[start], data[start + 1], start + 2
    if tag & 0x1F == 0x1F:
        raise DerError("long tag")
    if length == 0x80:
        if not tag & _CONSTRUCTED:
            raise DerError("bad length")
        children, stop = _convert_children(data, body, end, depth, indefinite=True)
    else:
        if length > 0x80:
            octets = length & 0x7F
            if octets > 4 or body + octets > end:
                raise DerError("bad length")
            length = int.from_bytes(data[body : body + octets], "big")
            body += octets
        stop = body + length
        if stop > end:
            raise DerError("cut short")
        if not tag & _CONSTRUCTED:
            return data[start:stop], stop
        children, _ = _convert_children(data, body, stop, depth, indefinite=False)
    if tag == _CONSTRUCTED | _OCTET_STRING:
        return _encode(_OCTET_STRING, join_octets(children)), stop
    return _encode(tag, b"".join(children)), stop


def _convert_children(
    data: bytes, start: int, end: int, depth: int, *, indefinite: bool
) -> tuple[list[bytes], int]:
    children: list[bytes] = []
    while start < end:
        if indefinite and data[start : start + 2] == b"\0\0":
            return children, start + 2
        child, start = _convert(data, start, end, depth + 1)
        children.append(child)
    if indefinite:
        raise DerError("cut short")
    return children, start


def join_octets(children: list[bytes]) -> bytes:
    """The joined contents of octet strings. children: each in DER."""
    joined = bytearray()
    for child in children:
        if not child or child[0] != _OCTET_STRING:
            raise DerError("bad octet string")
        header = 2 if child[1] < 0x80 else 2 + (child[1] & 0x7F)
        joined += child[header:]
    return bytes(joined)


def _encode(tag: int, content: bytes) -> bytes:
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes(4, "big").lstrip(b"\0")
    return bytes([tag, 0x80 | len(length)]) + length + content
