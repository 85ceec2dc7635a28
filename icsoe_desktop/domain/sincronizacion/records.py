"""Collections, kinds and packed form of the records that the desktops of an office share.

Source: docs/decisions/0014-sincronizacion.md.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

# A genuine record has at most 64 kB unpacked. The limit stops attempts to exhaust the memory.
MAX_CONTENT_BYTES: Final = 8 * 1024 * 1024
COMPRESSION_LEVEL: Final = 6

Content = Mapping[str, Any]


class RecordCollection(StrEnum):
    """The collections in the order of reading: referenced records before their references."""

    CONTRATISTAS = "contratistas"
    CAPTURISTAS = "capturistas"
    CERTIFICADOS = "certificados"
    LOTES = "lotes"
    ESTADOS = "estados"


KEYS_COLLECTION: Final = "llaves"
ACTS_COLLECTION: Final = "actas"  # only responsables write there
RESTORED: Final = "restaurado"  # noted in a store that comes from a backup
INVITATION_SUFFIX: Final = ".icsoe-invitacion"


class RecordKind(StrEnum):
    """The kinds of records, each after the kinds that it refers to.

    The rest stands in one table a layer: how they merge in `merge.RULES`, their tables in
    `shared_rows.SHARED` (store), and what else is special in `kinds.KINDS` (services).
    """

    CONTRATISTA = "contratista"
    REGISTRO_PATRONAL = "registro patronal"
    PERSONA = "persona"
    RELACION = "capturista"
    CERTIFICADO = "certificado"
    LOTE = "lote"
    MOVIMIENTOS = "movimientos"
    ESTADOS = "estados de movimientos"
    CONTRATANTE = "contratante"
    FOLIO_REPSE = "folio REPSE"
    CONTRATO = "contrato"
    INFORMATIVA = "informativa"

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
    RecordKind.MOVIMIENTOS: RecordCollection.LOTES,
    RecordKind.ESTADOS: RecordCollection.ESTADOS,
    # Few and small: a collection of their own would need other rights on each server.
    RecordKind.CONTRATANTE: RecordCollection.CONTRATISTAS,
    RecordKind.FOLIO_REPSE: RecordCollection.CONTRATISTAS,
    RecordKind.CONTRATO: RecordCollection.CONTRATISTAS,
    RecordKind.INFORMATIVA: RecordCollection.CONTRATISTAS,
}


class RolOficina(StrEnum):
    """The rights of an account in the office. The server enforces them."""

    RESPONSABLE = "responsable"
    MIEMBRO = "miembro"
    CONSULTA = "consulta"


@dataclass(frozen=True, slots=True)
class Autor:
    """Who made a version, for people to read. A member may write any name there.

    usuario: empty if nobody knows. cuando: by the clock of that desktop.
    """

    equipo: str = field(repr=False)
    usuario: str = field(repr=False)
    cuando: datetime

    def plain(self) -> list[str]:
        return [self.equipo, self.usuario, self.cuando.astimezone(UTC).isoformat()]


_MAX_AUTOR: Final = 320  # characters


def read_autor(value: Any) -> Autor | None:
    """The author of its JSON form. None for anything else."""
    match value:
        case [str() as equipo, str() as usuario, str() as cuando]:
            if not (equipo + usuario).isprintable() or len(equipo + usuario) > _MAX_AUTOR:
                return None
            with suppress(ValueError, OverflowError):
                return Autor(equipo, usuario, datetime.fromisoformat(cuando).astimezone(UTC))
    return None


def parse_record_id(name: str) -> uuid.UUID | None:
    """The id of a record's name; None unless the name is the canonical text of a UUID."""
    try:
        found = uuid.UUID(name)
    except ValueError:
        return None
    return found if str(found) == name else None


def pack(value: Any) -> bytes:
    """Compressed canonical JSON: equal values give equal JSON."""
    return zlib.compress(canonical(value), COMPRESSION_LEVEL)


def unpack(data: bytes) -> Any:
    """The value of `pack`. Raises ValueError for other data and for more than MAX_CONTENT_BYTES."""
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


_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    return _CANONICAL.encode(value).encode()
