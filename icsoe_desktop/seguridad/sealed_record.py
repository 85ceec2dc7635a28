"""The sealed record that travels through the sync server: `seal_record` and `open_record`.

At the server a record has `v` (format), `k` (number of the office key) and `s` (everything else,
sealed).
Source: docs/decisions/0014-sincronizacion.md, docs/decisions/0028-sellos.md.
"""

from __future__ import annotations

import base64
import binascii
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from icsoe_desktop.domain.sincronizacion.records import (
    COMPRESSION_LEVEL,
    Autor,
    Content,
    RecordKind,
    canonical,
    read_autor,
    unpack,
)
from icsoe_desktop.domain.sincronizacion.stamps import History, read_history
from icsoe_desktop.seguridad.office_keys import (
    OfficeKey,
    OfficeKeys,
    OfficeSealBrokenError,
)

FORMAT: Final = 1
_ZLIB_HEADER: Final = bytes([0x78, 0x9C])  # a window of 32 kB
# Sealed records have few different lengths, so that a length tells little of the content.
SMALLEST_BYTES: Final = 512
_MAX_STORED: Final = 0xFFFF


class EnvelopeUnreadableError(Exception):
    """A record does not open.

    missing_key: an office key that is still to come opens it.
    garbage: no program sealed it: neither a key nor an update will open it.
    """

    def __init__(self, reason: str, missing_key: bool = False, garbage: bool = False) -> None:
        super().__init__(reason)
        self.missing_key = missing_key
        self.garbage = garbage


@dataclass(frozen=True, slots=True)
class Envelope:
    """The plain form of a record.

    content: None if the record was deleted. replacement: the id of the record that it joined.
    autor: who edited it, where somebody may have to choose between two versions.
    """

    kind: RecordKind
    content: Content | None = field(repr=False)
    replacement: uuid.UUID | None = None
    history: History = field(default_factory=History)
    autor: Autor | None = None


@dataclass(frozen=True, slots=True)
class PackedContent:
    """A content that is serialised and compressed once, for its envelope and for the store.

    compressed: raw deflate, flushed to a byte boundary and without end block, so that other
    blocks can stand before and after it.
    """

    text: bytes = field(repr=False)
    compressed: bytes = field(repr=False)

    @classmethod
    def of(cls, content: Content | None) -> PackedContent:
        text = canonical(content)
        engine = zlib.compressobj(COMPRESSION_LEVEL, wbits=-zlib.MAX_WBITS)
        return cls(text, engine.compress(text) + engine.flush(zlib.Z_FULL_FLUSH))

    def alone(self) -> bytes:
        """The bytes of `pack(content)`."""
        return self.between(b"", b"")

    def between(self, before: bytes, after: bytes) -> bytes:
        """The bytes of `pack` for the text before + content + after.

        before, after: at most 64 kB each.
        Source: RFC 1950, 2.2 and RFC 1951, 3.2.4 (stored blocks).
        """
        check = zlib.adler32(after, zlib.adler32(self.text, zlib.adler32(before)))
        parts = (_stored(before, False), self.compressed, _stored(after, True))
        return _ZLIB_HEADER + b"".join(parts) + check.to_bytes(4, "big")


def _stored(text: bytes, last: bool) -> bytes:
    size = len(text)
    return bytes([last]) + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + text


def seal_record(
    envelope: Envelope,
    office_key: OfficeKey,
    oficina: str,
    record_id: uuid.UUID,
    packed: PackedContent | None = None,
) -> dict[str, Any]:
    """The JSON object of the record at the server. packed: the packed content, if it exists."""
    before = {"clase": envelope.kind.value}
    after = {
        "reemplazo": envelope.replacement.hex if envelope.replacement else None,
        "relleno": "",
        "sellos": envelope.history.writes,
        **({"autor": envelope.autor.plain()} if envelope.autor else {}),
    }
    head = canonical(before)[:-1] + b',"contenido":'
    packed = packed or PackedContent.of(envelope.content)
    plain = packed.between(head, b"," + canonical(after)[1:])
    room = _MAX_STORED - len(canonical(after))
    after["relleno"] = "0" * min(padded(len(plain)) - len(plain), room)
    plain = packed.between(head, b"," + canonical(after)[1:])
    sealed = office_key.seal(
        plain, _place(oficina, envelope.kind.collection, record_id, office_key.number)
    )
    return {"v": FORMAT, "k": office_key.number, "s": _text(sealed)}


def padded(size: int) -> int:
    """The length to which so many bytes are padded: at most an eighth more.

    Source: Padmé, https://lbarman.ch/blog/padme, with three bits of the length kept.
    """
    step = 1 << max((size - 1).bit_length() - 4, 0)
    return max(SMALLEST_BYTES, -(-size // step) * step)


def open_record(
    data: Mapping[str, Any],
    office_keys: OfficeKeys,
    oficina: str,
    collection: str,
    record_id: uuid.UUID,
    formats: int = FORMAT,
) -> Envelope:
    """The envelope of `seal_record`. Raises EnvelopeUnreadableError, also for damaged records.

    formats: the newest format that the office uses.
    """
    number, text, version = data.get("k"), data.get("s"), data.get("v")
    if type(version) is int and version > FORMAT:
        raise EnvelopeUnreadableError("unknown format", garbage=version > formats)
    if version != FORMAT or type(number) is not int or number < 1 or not isinstance(text, str):
        raise EnvelopeUnreadableError("no record", garbage=True)
    if number not in office_keys:
        raise EnvelopeUnreadableError("no such key", missing_key=True)
    opened = _open(text, office_keys[number], oficina, collection, record_id)
    try:
        plain = unpack(opened)
        kind = RecordKind(plain["clase"])
        content = plain["contenido"]
        replacement = uuid.UUID(plain["reemplazo"]) if plain["reemplazo"] else None
        history = read_history(plain["sellos"])
        autor = read_autor(plain.get("autor"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EnvelopeUnreadableError("of another program") from error
    if kind.collection != collection or not isinstance(content, dict | None):
        raise EnvelopeUnreadableError("in the wrong place")
    return Envelope(kind, content, replacement, history, autor)


def _open(
    text: str, office_key: OfficeKey, oficina: str, collection: str, record_id: uuid.UUID
) -> bytes:
    place = _place(oficina, collection, record_id, office_key.number)
    try:
        return office_key.unseal(_bytes(text), place)
    except (OfficeSealBrokenError, ValueError):
        raise EnvelopeUnreadableError("does not open", garbage=True) from None


def _place(oficina: str, collection: str, record_id: uuid.UUID, office_key: int) -> bytes:
    return f"{oficina}|{collection}|{record_id.hex}|{FORMAT}.{office_key}".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
