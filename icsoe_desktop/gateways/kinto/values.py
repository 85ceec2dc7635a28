"""Parameters and results of the sync server, as frozen values without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

JsonObject = Mapping[str, Any]

# What one request may hold.
MAX_WRITES: Final = 50
MAX_BATCH_BYTES: Final = 512 * 1024
RECORDS_PER_PAGE: Final = 500
# A transaction that commits late writes versions older than those already read. No transaction
# of the server lasts this long: gunicorn -t 30 and the timeouts of PostgreSQL bound it.
CURSOR_MARGIN_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class RemoteRecord:
    """A record at the server. version: its last_modified. data: None for a tombstone."""

    id: str
    version: int
    data: JsonObject | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordPage:
    """next_page: the query of the next page; None on the last page.

    server_time_ms: the server's clock when the request was sent.
    total: number of records without tombstones, only on the first page from version 0: it may
    cost a second request.
    collection_version: a lower value later means that the server was restored or purged.
    """

    records: tuple[RemoteRecord, ...]
    next_page: str | None
    total: int | None
    server_time_ms: int
    collection_version: int = 0


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """A conditional write. version: what the server must still have; None for a new record."""

    id: str
    data: JsonObject = field(repr=False)
    version: int | None


@dataclass(frozen=True, slots=True)
class WriteAnswer:
    """The result of one write.

    version: the new version; None if the record was not written.
    other: the record that the server has instead.
    refusal: why the server will never accept the record, a finished sentence.
    doubtful: nothing else was written with it, so perhaps the server accepts nothing now.
    Without any of the three, the server no longer has the record.
    """

    id: str
    version: int | None = None
    other: RemoteRecord | None = None
    refusal: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class OfficeData:
    """generation: changes when the server's data are restored or purged."""

    generation: str
    data: JsonObject = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServerNews:
    """What the server's plugin tells of an office and of itself.

    newest: collection → newest version, also of deletions. different: settings of the recipe
    that this server has otherwise. server_time_ms: its clock at the request.
    """

    newest: Mapping[str, int]
    different: tuple[str, ...]
    version: str
    server_time_ms: int


@dataclass(frozen=True, slots=True)
class ServerFinding:
    """The result of one check. found, remedy: finished sentences; no remedy if `ok`."""

    setting: str
    ok: bool
    found: str
    remedy: str = ""

    @property
    def text(self) -> str:
        return f"{self.found} {self.remedy}".strip()


class SafeCursor:
    """How far a desktop has read one collection for good.

    Versions follow the clock of the server's database, unless it was once set ahead: what was read
    a minute ago by the server's other clock is therefore behind the cursor too, whatever its
    version.
    """

    def __init__(self) -> None:
        self._settled = 0
        # Version and clock of an earlier reading.
        self._earlier: tuple[int, int] | None = None

    def after(self, read_until: int, first_page: RecordPage, *, last: bool = True) -> int:
        """The cursor of the next reading. Records of the last minute are read twice.

        read_until: the highest version that was read so far. last: there are no more pages.
        """
        now = first_page.server_time_ms
        if first_page.collection_version < self._settled:  # the server was restored
            self._settled, self._earlier = 0, None
        if self._earlier is not None and now - self._earlier[1] >= CURSOR_MARGIN_MS:
            self._settled, self._earlier = self._earlier[0], None
        if last and self._earlier is None and now:
            self._earlier = read_until, now
        return min(read_until, max(self._settled, now - CURSOR_MARGIN_MS, 0))
