"""A small bounded reader of DER, the encoding of certificates, keys and .pfx files.

General libraries refuse certificates of the SAT: these have latin-1 in T61String, UTF-8 in
PrintableString, and a PrintableString where the standard has a BIT STRING (OID 2.5.4.45).
The reader does not recurse and never reads past its slice. It raises only DerError.
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
    """One tag-length-value. The header begins at `start` of `data`, the content at `body`."""

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
        """Header and content, unchanged."""
        return bytes(self.data[self.start : self.end])

    def open(self) -> Reader:
        """A reader of the nested elements."""
        return Reader(self.data, self.body, self.end)


class Reader:
    """Reads the elements of one slice, in order."""

    __slots__ = ("_data", "_end", "_pos")

    def __init__(self, data: bytes | bytearray, start: int = 0, end: int | None = None) -> None:
        self._data = data
        self._pos = start
        self._end = len(data) if end is None else end

    @property
    def at_end(self) -> bool:
        return self._pos >= self._end

    def peek(self) -> int | None:
        """Tag of the next element, or None at the end."""
        return self._data[self._pos] if self._pos < self._end else None

    def read(self, tag: int | None = None) -> Element:
        """The next element. Raises DerError if it is truncated or has another tag than `tag`."""
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
        """Read the next element and return a reader of its nested elements."""
        return self.read(tag).open()

    def optional(self, tag: int) -> Element | None:
        """The next element if it has the tag `tag`. Otherwise None, and the position stays."""
        return self.read(tag) if self.peek() == tag else None

    def rest(self) -> Iterator[Element]:
        while not self.at_end:
            yield self.read()

    def finish(self) -> None:
        """Raises DerError if elements are left."""
        if not self.at_end:
            raise DerError("something is left over")


def read_only(data: bytes | bytearray, tag: int = SEQUENCE) -> Element:
    """The single element that fills `data`. Raises DerError for anything else."""
    reader = Reader(data)
    element = reader.read(tag)
    reader.finish()
    return element


def read_integer(element: Element, octets: int = 8) -> int:
    """Value of an INTEGER of at most `octets`. Raises DerError for anything else."""
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
    """Octets of a BIT STRING, without the leading count of unused bits."""
    content = element.content
    if element.tag != BIT_STRING or not content or content[0] > 7:
        raise DerError("bad BIT STRING")
    return content[1:]


def read_text(element: Element) -> str:
    """Text of a string element of any type.

    The tag is often wrong, so the content decides. Source: 17 of 108 certificates of the SAT have
    latin-1 in T61String; AC6 has UTF-8 in PrintableString. Unprintable characters become spaces.
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
            # RFC 5280, 4.1.2.5.1: years below 50 belong to 20xx.
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
    """The attributes of a Name as (OID, text), in file order."""
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
