"""The sealed record that travels through the sync server: `seal_record` and `open_record`.

At the server a record is `v` (format), `k` (number of the office key), `i` (blind index) and
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

FORMATO: Final = 1
OPERACIONES_RECORDADAS: Final = 16
OPERACION_BYTES: Final = 16
_ZLIB_HEADER: Final = bytes([0x78, 0x9C])  # a window of 32 kB


class EnvelopeUnreadableError(Exception):
    """A record that does not open. falta_llave: it may when a newer key of the office arrives."""

    def __init__(self, reason: str, falta_llave: bool = False) -> None:
        super().__init__(reason)
        self.falta_llave = falta_llave


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a record says. contenido: None when it was deleted; reemplazo: what it became then.

    operaciones: of its last writers, the newest last. desconocidos: what a newer program wrote.
    """

    clase: RecordKind
    contenido: Content | None = field(repr=False)
    operaciones: tuple[bytes, ...] = ()
    reemplazo: uuid.UUID | None = None
    indice: bytes | None = None

    def written_by(self, operacion: bytes) -> Envelope:
        """The same with one more writer."""
        last = (*self.operaciones, operacion)[-OPERACIONES_RECORDADAS:]
        return Envelope(self.clase, self.contenido, last, self.reemplazo, self.indice)


@dataclass(frozen=True, slots=True)
class PackedContent:
    """A content written and compressed once, for its envelope and to be kept.

    comprimido: raw deflate up to a whole byte, without an end, so that it stands between others.
    """

    texto: bytes = field(repr=False)
    comprimido: bytes = field(repr=False)

    @classmethod
    def of(cls, contenido: Content) -> PackedContent:
        texto = canonical(contenido)
        engine = zlib.compressobj(COMPRESSION_LEVEL, wbits=-zlib.MAX_WBITS)
        return cls(texto, engine.compress(texto) + engine.flush(zlib.Z_FULL_FLUSH))

    def alone(self) -> bytes:
        """As `pack` tells the content, to be kept."""
        return self.between(b"", b"")

    def between(self, before: bytes, after: bytes) -> bytes:
        """The same as `pack`, of a text that holds this one. before, after: at most 64 kB each.

        Source: RFC 1950, 2.2 and RFC 1951, 3.2.4: blocks that are stored as they are.
        """
        check = zlib.adler32(after, zlib.adler32(self.texto, zlib.adler32(before)))
        parts = (_stored(before, False), self.comprimido, _stored(after, True))
        return _ZLIB_HEADER + b"".join(parts) + check.to_bytes(4, "big")


def _stored(text: bytes, last: bool) -> bytes:
    size = len(text)
    return bytes([last]) + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + text


def seal_record(
    sobre: Envelope,
    llave: OfficeKey,
    oficina: str,
    registro: uuid.UUID,
    empacado: PackedContent | None = None,
) -> dict[str, Any]:
    """The data of the record, ready for the server. empacado: of its content, where it is made."""
    before = {"clase": sobre.clase.value}
    after = {
        "ops": [_text(one) for one in sobre.operaciones],
        "reemplazo": sobre.reemplazo.hex if sobre.reemplazo else None,
    }
    if empacado is None:
        plain = pack({**before, "contenido": sobre.contenido, **after})
    else:
        head = canonical(before)[:-1] + b',"contenido":'
        plain = empacado.between(head, b"," + canonical(after)[1:])
    sealed = llave.seal(plain, _place(oficina, sobre.clase.coleccion, registro, llave.numero))
    data: dict[str, Any] = {"v": FORMATO, "k": llave.numero, "s": _text(sealed)}
    if sobre.indice is not None:
        data["i"] = _text(sobre.indice)
    return data


def open_record(
    data: Mapping[str, Any], llavero: OfficeKeys, oficina: str, coleccion: str, registro: uuid.UUID
) -> Envelope:
    """What `seal_record` was given. Raises EnvelopeUnreadableError, for damaged records too."""
    numero, text = data.get("k"), data.get("s")
    if data.get("v") != FORMATO or not isinstance(numero, int) or not isinstance(text, str):
        raise EnvelopeUnreadableError("unknown format", falta_llave=data.get("v") == FORMATO + 1)
    llave = llavero.get(numero)
    if llave is None:
        raise EnvelopeUnreadableError("no such key", falta_llave=True)
    try:
        place = _place(oficina, coleccion, registro, numero)
        plain = unpack(llave.unseal(_bytes(text), place))
        clase = RecordKind(plain["clase"])
        contenido = plain["contenido"]
        operaciones = tuple(_bytes(one) for one in plain["ops"])
        reemplazo = uuid.UUID(plain["reemplazo"]) if plain["reemplazo"] else None
        indice = _bytes(data["i"]) if "i" in data else None
    except (OfficeSealBrokenError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EnvelopeUnreadableError("does not open") from error
    if clase.coleccion != coleccion or not isinstance(contenido, dict | None):
        raise EnvelopeUnreadableError("in the wrong place")
    return Envelope(clase, contenido, operaciones[-OPERACIONES_RECORDADAS:], reemplazo, indice)


def _place(oficina: str, coleccion: str, registro: uuid.UUID, llave: int) -> bytes:
    return f"{oficina}|{coleccion}|{registro.hex}|{FORMATO}.{llave}".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
