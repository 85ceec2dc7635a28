"""The sealed record that travels through the sync server: `seal_record` and `open_record`.

At the server a record has `v` (format), `k` (number of the office key), `i` (blind index) and
`s` (everything else, sealed). Source: dominio/sincronizacion.md.
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
    Content,
    RecordKind,
    canonical,
    pack,
    unpack,
)
from icsoe_desktop.seguridad.office_keys import OfficeKey, OfficeKeys, OfficeSealBrokenError

FORMAT: Final = 1
KEPT_OPERATIONS: Final = 16
OPERATION_BYTES: Final = 16
_ZLIB_HEADER: Final = bytes([0x78, 0x9C])  # a window of 32 kB


class EnvelopeUnreadableError(Exception):
    """A record does not open. missing_key: an office key that is still to come opens it."""

    def __init__(self, reason: str, missing_key: bool = False) -> None:
        super().__init__(reason)
        self.missing_key = missing_key


@dataclass(frozen=True, slots=True)
class Envelope:
    """The plain form of a record.

    content: None if the record was deleted. replacement: the id of the record that it joined.
    operations: ids of its last writes, the newest last.
    """

    kind: RecordKind
    content: Content | None = field(repr=False)
    operations: tuple[bytes, ...] = ()
    replacement: uuid.UUID | None = None
    blind_index: bytes | None = None

    def written_by(self, operation: bytes) -> Envelope:
        """A copy with one more operation; keeps the last KEPT_OPERATIONS."""
        last = (*self.operations, operation)[-KEPT_OPERATIONS:]
        return Envelope(self.kind, self.content, last, self.replacement, self.blind_index)


@dataclass(frozen=True, slots=True)
class PackedContent:
    """A content that is serialised and compressed once, for its envelope and for the store.

    compressed: raw deflate, flushed to a byte boundary and without end block, so that other
    blocks can stand before and after it.
    """

    text: bytes = field(repr=False)
    compressed: bytes = field(repr=False)

    @classmethod
    def of(cls, content: Content) -> PackedContent:
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
        "ops": [_text(one) for one in envelope.operations],
        "reemplazo": envelope.replacement.hex if envelope.replacement else None,
    }
    if packed is None:
        plain = pack({**before, "contenido": envelope.content, **after})
    else:
        head = canonical(before)[:-1] + b',"contenido":'
        plain = packed.between(head, b"," + canonical(after)[1:])
    sealed = office_key.seal(
        plain, _place(oficina, envelope.kind.collection, record_id, office_key.number)
    )
    data: dict[str, Any] = {"v": FORMAT, "k": office_key.number, "s": _text(sealed)}
    if envelope.blind_index is not None:
        data["i"] = _text(envelope.blind_index)
    return data


def open_record(
    data: Mapping[str, Any],
    office_keys: OfficeKeys,
    oficina: str,
    collection: str,
    record_id: uuid.UUID,
) -> Envelope:
    """The envelope of `seal_record`. Raises EnvelopeUnreadableError, also for damaged records."""
    number, text = data.get("k"), data.get("s")
    if data.get("v") != FORMAT or not isinstance(number, int) or not isinstance(text, str):
        raise EnvelopeUnreadableError("unknown format")
    office_key = office_keys.get(number)
    if office_key is None:
        raise EnvelopeUnreadableError("no such key", missing_key=True)
    try:
        place = _place(oficina, collection, record_id, number)
        plain = unpack(office_key.unseal(_bytes(text), place))
        kind = RecordKind(plain["clase"])
        content = plain["contenido"]
        operations = tuple(_bytes(one) for one in plain["ops"])
        replacement = uuid.UUID(plain["reemplazo"]) if plain["reemplazo"] else None
        blind_index = _bytes(data["i"]) if "i" in data else None
    except (OfficeSealBrokenError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EnvelopeUnreadableError("does not open") from error
    if kind.collection != collection or not isinstance(content, dict | None):
        raise EnvelopeUnreadableError("in the wrong place")
    return Envelope(kind, content, operations[-KEPT_OPERATIONS:], replacement, blind_index)


def _place(oficina: str, collection: str, record_id: uuid.UUID, office_key: int) -> bytes:
    return f"{oficina}|{collection}|{record_id.hex}|{FORMAT}.{office_key}".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
