"""What the desktops of an office share: the collections and the kinds of records.

Source: dominio/sincronizacion.md.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

# An honest record has 64 kB; more than this is somebody's attempt to fill the memory.
MAX_CONTENT_BYTES: Final = 8 * 1024 * 1024
COMPRESSION_LEVEL: Final = 6

Content = Mapping[str, Any]


class RecordCollection(StrEnum):
    """In the order in which they are sent and read: what is named before what names it."""

    CONTRATISTAS = "contratistas"
    CAPTURISTAS = "capturistas"
    CERTIFICADOS = "certificados"
    LOTES = "lotes"
    ESTADOS = "estados"


KEYS_COLLECTION: Final = "llaves"
INVITATION_SUFFIX: Final = ".icsoe-invitacion"


class RecordKind(StrEnum):
    """The kinds of records, each after those that it names."""

    CONTRATISTA = "contratista"
    REGISTRO_PATRONAL = "registro patronal"
    PERSONA = "persona"
    RELACION = "capturista"
    CERTIFICADO = "certificado"
    LOTE = "lote"
    PAQUETE = "movimientos"
    ESTADOS = "estados de movimientos"

    @property
    def collection(self) -> RecordCollection:
        return _COLLECTION[self]


_COLLECTION: Final = {
    RecordKind.CONTRATISTA: RecordCollection.CONTRATISTAS,
    RecordKind.REGISTRO_PATRONAL: RecordCollection.CONTRATISTAS,
    RecordKind.PERSONA: RecordCollection.CAPTURISTAS,
    RecordKind.RELACION: RecordCollection.CAPTURISTAS,
    RecordKind.CERTIFICADO: RecordCollection.CERTIFICADOS,
    RecordKind.LOTE: RecordCollection.LOTES,
    RecordKind.PAQUETE: RecordCollection.LOTES,
    RecordKind.ESTADOS: RecordCollection.ESTADOS,
}


class RolOficina(StrEnum):
    """What an account may do in the office; the server enforces it."""

    RESPONSABLE = "responsable"
    MIEMBRO = "miembro"
    CONSULTA = "consulta"


def parse_record_id(name: str) -> uuid.UUID | None:
    """None for a name that no desktop gives a record; there are no two names of one id."""
    try:
        found = uuid.UUID(name)
    except ValueError:
        return None
    return found if str(found) == name else None


def pack(value: Any) -> bytes:
    """JSON that is the same for equal values, compressed."""
    return zlib.compress(canonical(value), COMPRESSION_LEVEL)


def unpack(data: bytes) -> Any:
    """Raises ValueError for what `pack` did not make or what is too large."""
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(data, MAX_CONTENT_BYTES)
    except zlib.error as error:
        raise ValueError("not compressed") from error
    if engine.unconsumed_tail or not engine.eof:
        raise ValueError("too large or cut short")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
