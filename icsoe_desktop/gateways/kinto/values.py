"""What the sync server is told and answers: frozen values, nothing of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

JsonObject = Mapping[str, Any]

MAX_ESCRITURAS: Final = 50
MAX_LOTE_BYTES: Final = 512 * 1024
REGISTROS_POR_PAGINA: Final = 500
# A row that commits late is older than rows already read; no transaction of the server lives
# this long (gunicorn -t 30 and the timeouts of PostgreSQL bound it).
MARGEN_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class RemoteRecord:
    """A record at the server. version: its last_modified. datos: None when it is deleted."""

    id: str
    version: int
    datos: JsonObject | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordPage:
    """siguiente: for the next page, None at the end. ahora_ms: the server's clock when asked.

    total: live records of the collection, for the first page from 0 only: where there are more
    pages it costs a request of its own, and an idle poll costs one.
    marca: the version of the collection; a smaller one later means that the server went back.
    """

    registros: tuple[RemoteRecord, ...]
    siguiente: str | None
    total: int | None
    ahora_ms: int
    marca: int = 0


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """version: what the server must still have; None when there must be nothing yet."""

    id: str
    datos: JsonObject = field(repr=False)
    version: int | None


@dataclass(frozen=True, slots=True)
class WriteAnswer:
    """What became of one write.

    version: of the record as written, None when it was not. otra: somebody else's is there now;
    with neither, nor a motivo, there is no record any more. motivo: why the server refuses this
    record for good, a finished sentence.
    """

    id: str
    version: int | None = None
    otra: RemoteRecord | None = None
    motivo: str = ""


@dataclass(frozen=True, slots=True)
class OfficeData:
    """generacion: changes when the server's data are restored or purged."""

    generacion: str
    datos: JsonObject = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What the server says of itself. cuenta: as whom it knows us; empty when it does not.

    capacidades: the names of its plugins. ahora_ms: its clock when it was asked.
    """

    version: str
    cuenta: str
    max_lote: int | None
    solo_lectura: bool
    capacidades: frozenset[str]
    ahora_ms: int


@dataclass(frozen=True, slots=True)
class ServerFinding:
    """One setting of the server. bien: None when the rights at hand did not let it be tried.

    encontrado, remedio: finished sentences; remedio is empty for a good one.
    """

    ajuste: str
    bien: bool | None
    encontrado: str
    remedio: str = ""


def safe_cursor(leido_hasta: int, primera: RecordPage) -> int:
    """From where the next pull must ask: never past the first page's clock less the margin.

    leido_hasta: the greatest version that was read. The rows of the last minute come twice.
    """
    return max(0, min(leido_hasta, primera.ahora_ms - MARGEN_MS))
