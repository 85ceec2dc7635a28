"""What the sync server is told and answers: frozen values, nothing of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

JsonObject = Mapping[str, Any]

MAX_WRITES: Final = 50
MAX_BATCH_BYTES: Final = 512 * 1024
RECORDS_PER_PAGE: Final = 500
# A row that commits late is older than rows already read; no transaction of the server lives
# this long (gunicorn -t 30 and the timeouts of PostgreSQL bound it).
CURSOR_MARGIN_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class RemoteRecord:
    """A record at the server. version: its last_modified. datos: None when it is deleted."""

    id: str
    version: int
    data: JsonObject | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordPage:
    """siguiente: for the next page, None at the end. ahora_ms: the server's clock when asked.

    total: live records of the collection, for the first page from 0 only: where there are more
    pages it costs a request of its own, and an idle poll costs one.
    marca: the version of the collection; a smaller one later means that the server went back.
    """

    records: tuple[RemoteRecord, ...]
    next_page: str | None
    total: int | None
    server_time_ms: int
    collection_version: int = 0


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """version: what the server must still have; None when there must be nothing yet."""

    id: str
    data: JsonObject = field(repr=False)
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
    other: RemoteRecord | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class OfficeData:
    """generacion: changes when the server's data are restored or purged."""

    generation: str
    data: JsonObject = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What the server says of itself. cuenta: as whom it knows us; empty when it does not.

    capacidades: the names of its plugins. ahora_ms: its clock when it was asked.
    """

    version: str
    cuenta: str
    max_batch: int | None
    read_only: bool
    capabilities: frozenset[str]
    server_time_ms: int


@dataclass(frozen=True, slots=True)
class ServerFinding:
    """One setting of the server. bien: None when the rights at hand did not let it be tried.

    encontrado, remedio: finished sentences; remedio is empty for a good one.
    """

    setting: str
    ok: bool | None
    found: str
    remedy: str = ""


def safe_cursor(read_until: int, first_page: RecordPage) -> int:
    """From where the next pull must ask: never past the first page's clock less the margin.

    leido_hasta: the greatest version that was read. The rows of the last minute come twice.
    """
    return max(0, min(read_until, first_page.server_time_ms - CURSOR_MARGIN_MS))
