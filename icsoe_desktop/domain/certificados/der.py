"""A small bounded reader of DER: what certificates, keys and .pfx files are written in.

Of our own because the libraries refuse what the SAT writes: latin-1 in T61String, UTF-8 in
PrintableString, a PrintableString where the standard has a BIT STRING (OID 2.5.4.45).
It never recurses, never reads past its slice, and raises DerError alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OID = 0x06
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
UNIVERSAL_STRING = 0x1C
BMP_STRING = 0x1E
SEQUENCE = 0x30
SET = 0x31
CONTEXT_0 = 0xA0
CONTEXT_3 = 0xA3

_MAX_TEXT = 1024  # characters; X.520 allows at most 64 in most names
_MAX_OID = 64  # octets


class DerError(ValueError):
    """The bytes are not the DER that was expected."""


@dataclass(frozen=True, slots=True)
class Element:
    """One tag-length-value inside `data`: its header begins at `start`, its content at `body`."""

    data: bytes | bytearray
    tag: int
    start: int
    body: int
    end: int

    @property
    def content(self) -> bytes:
        return bytes(self.data[self.body : self.end])

    @property
    def encoded(self) -> bytes:
        """Header and content, byte for byte as they stand."""
        return bytes(self.data[self.start : self.end])

    def open(self) -> Reader:
        """A reader of the elements inside this one."""
        return Reader(self.data, self.body, self.end)


class Reader:
    """Walks the elements of one slice, in order."""

    __slots__ = ("_data", "_end", "_pos")

    def __init__(self, data: bytes | bytearray, start: int = 0, end: int | None = None) -> None:
        self._data = data
        self._pos = start
        self._end = len(data) if end is None else end

    @property
    def at_end(self) -> bool:
        return self._pos >= self._end

    def peek(self) -> int | None:
        """The tag of the next element; None at the end."""
        return self._data[self._pos] if self._pos < self._end else None

    def read(self, tag: int | None = None) -> Element:
        """The next element. Raises DerError when it is cut short, or not of `tag`."""
        data, start, end = self._data, self._pos, self._end
        if start + 2 > end:
            raise DerError("cut short")
        found, length = data[start], data[start + 1]
        if tag is not None and found != tag:
            raise DerError(f"tag {found:#04x} in the place of {tag:#04x}")
        if found & 0x1F == 0x1F:
            raise DerError("long tag")
        body = start + 2
        if length >= 0x80:
            octets = length & 0x7F
            if not 1 <= octets <= 4 or body + octets > end:
                raise DerError("bad length")
            length = int.from_bytes(data[body : body + octets], "big")
            body += octets
        if length > end - body:
            raise DerError("cut short")
        self._pos = body + length
        return Element(data, found, start, body, body + length)

    def enter(self, tag: int = SEQUENCE) -> Reader:
        """A reader of the elements inside the next one."""
        return self.read(tag).open()

    def optional(self, tag: int) -> Element | None:
        """The next element when it is of `tag`; otherwise nothing is read."""
        return self.read(tag) if self.peek() == tag else None

    def rest(self) -> Iterator[Element]:
        while not self.at_end:
            yield self.read()

    def finish(self) -> None:
        """Raises DerError when something is left."""
        if not self.at_end:
            raise DerError("something is left over")


def read_only(data: bytes | bytearray, tag: int = SEQUENCE) -> Element:
    """The one element that `data` is made of."""
    reader = Reader(data)
    element = reader.read(tag)
    reader.finish()
    return element


def read_integer(element: Element, octets: int = 8) -> int:
    """The value of a small INTEGER, of at most `octets`."""
    content = element.content
    if element.tag != INTEGER or not 1 <= len(content) <= octets:
        raise DerError("bad INTEGER")
    return int.from_bytes(content, "big", signed=True)


def read_oid(element: Element) -> str:
    """An OBJECT IDENTIFIER in dotted form."""
    content = element.content
    if element.tag != OID or not 1 <= len(content) <= _MAX_OID or content[-1] & 0x80:
        raise DerError("bad OBJECT IDENTIFIER")
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            if not arcs:
                first = min(value // 40, 2)
                arcs += [first, value - 40 * first]
            else:
                arcs.append(value)
            value = 0
    return ".".join(map(str, arcs))


def read_bits(element: Element) -> bytes:
    """The octets of a BIT STRING, without the leading count of unused bits."""
    content = element.content
    if element.tag != BIT_STRING or not content or content[0] > 7:
        raise DerError("bad BIT STRING")
    return content[1:]


def read_text(element: Element) -> str:
    """A string of any type, read liberally: what the tag promises is often not what is inside.

    Source: 17 of 108 certificates of the SAT have latin-1 in T61String, AC6 has UTF-8 in
    PrintableString. Characters that cannot be shown become spaces.
    """
    content = element.content
    if element.tag == BMP_STRING:
        text = content.decode("utf-16-be", "replace")
    elif element.tag == UNIVERSAL_STRING:
        text = content.decode("utf-32-be", "replace")
    else:
        if element.tag == BIT_STRING:
            content = content[1:]
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    text = text[:_MAX_TEXT]
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return text.strip()


def read_time(element: Element) -> datetime:
    """A UTCTime or GeneralizedTime as an aware UTC datetime."""
    try:
        text = element.content.decode("ascii")
        if element.tag == UTC_TIME:
            # RFC 5280, 4.1.2.5.1: two digits below 50 belong to 20xx.
            text = ("20" if int(text[:2]) < 50 else "19") + text
        elif element.tag != GENERALIZED_TIME:
            raise DerError("not a time")
        digits, offset = _split_zone(text)
        digits = digits.partition(".")[0].ljust(14, "0")
        if len(digits) != 14 or not digits.isdigit():
            raise DerError("bad time")
        fields = [int(digits[i : i + 2]) for i in range(4, 14, 2)]
        local = datetime(int(digits[:4]), *fields, tzinfo=UTC)  # type: ignore[arg-type,misc]
        return local - offset
    except (ValueError, OverflowError) as error:
        raise DerError("bad time") from error


def _split_zone(text: str) -> tuple[str, timedelta]:
    if text.endswith("Z"):
        return text[:-1], timedelta()
    for sign in "+-":
        digits, found, zone = text.partition(sign)
        if found and len(zone) == 4 and zone.isdigit():
            offset = timedelta(hours=int(zone[:2]), minutes=int(zone[2:]))
            return digits, offset if sign == "+" else -offset
    return text, timedelta()


def read_name(name: Element) -> list[tuple[str, str]]:
    """The attributes of a Name, OID and text, in their order."""
    attributes: list[tuple[str, str]] = []
    for relative in name.open().rest():
        if relative.tag != SET:
            raise DerError("bad Name")
        for attribute in relative.open().rest():
            if attribute.tag != SEQUENCE:
                raise DerError("bad Name")
            pair = attribute.open()
            attributes.append((read_oid(pair.read(OID)), read_text(pair.read())))
    return attributes
