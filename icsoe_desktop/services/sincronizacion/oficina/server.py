"""The protocol that synchronisation expects of a server. The Kinto gateway implements it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from icsoe_desktop.domain.sincronizacion.records import (
    KEYS_COLLECTION,
    RecordCollection,
    RolOficina,
)
from icsoe_desktop.gateways.kinto.errors import SyncServerError
from icsoe_desktop.gateways.kinto.values import (
    JsonObject,
    OfficeData,
    RecordPage,
    RecordWrite,
    RemoteRecord,
    WriteAnswer,
)
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion.answers import Conexion, ServerFinding

ATTEMPTS: Final = 5
_AFTER_EVERYTHING: Final = 2**52
WRITTEN_TWICE: Final = (
    "Otro equipo cambió la oficina al mismo tiempo. No se cambió nada. Inténtelo de nuevo."
)


class SyncServer(Protocol):
    """One office with one account. Every method raises SyncServerError."""

    def close(self) -> None: ...

    def office(self) -> OfficeData: ...

    def set_office(self, data: JsonObject) -> None:
        """Replace these keys of the bucket's data. Other keys stay."""
        ...

    def page(self, collection: str, since: int = 0, next_page: str | None = None) -> RecordPage: ...

    def count(self, collection: str) -> int:
        """Number of records without tombstones."""
        ...

    def versions(self, collection: str, progress: Progress) -> dict[str, int]:
        """id → version of every record without tombstones."""
        ...

    def listing(self, collection: str) -> Mapping[str, RemoteRecord] | None:
        """id → record without tombstones. None if the office has no such collection."""
        ...

    def make_collection(self, collection: str) -> None:
        """Create a collection where only responsables write, unless it exists."""
        ...

    def get(self, collection: str, record_id: str) -> RemoteRecord | None: ...

    def write(self, collection: str, escrituras: Sequence[RecordWrite]) -> tuple[WriteAnswer, ...]:
        """One answer a write, in order. If it raises, any of the writes may have happened."""
        ...

    def roles(self) -> Mapping[str, RolOficina]:
        """account → role, for all accounts of the office."""
        ...

    def set_role(self, cuenta: str, rol: RolOficina | None) -> None:
        """rol: None removes the account from the office."""
        ...

    def change_password(self, contrasena: str) -> None:
        """Change the password of the connected account."""
        ...


Connect = Callable[[Conexion], SyncServer]
TryOut = Callable[[Conexion, Progress], tuple[ServerFinding, ...]]


def put(server: SyncServer, collection: str, name: str, data: Mapping[str, Any]) -> None:
    """Write a record, whatever stands in its place.

    Raises SyncServerError, also if the server refuses the record or others write all the time.
    """
    version: int | None = None
    for _ in range(ATTEMPTS):
        (answer,) = server.write(collection, [RecordWrite(name, data, version)])
        if answer.version is not None:
            return
        if answer.refusal:
            raise SyncServerError(answer.refusal)
        other = answer.other
        if other is not None and other.data is not None and dict(other.data) == dict(data):
            return
        version = other.version if other is not None and other.data is not None else None
    raise SyncServerError(WRITTEN_TWICE)


def server_now(server: SyncServer) -> datetime:
    """The server's clock: those of the desktops may be wrong by years."""
    page = server.page(KEYS_COLLECTION, since=_AFTER_EVERYTHING)
    return datetime.fromtimestamp(page.server_time_ms / 1000, UTC)


def data_versions(server: SyncServer) -> dict[str, int]:
    """collection → version of its last change, for every collection of records."""
    return {
        one.value: server.page(one.value, since=_AFTER_EVERYTHING).collection_version
        for one in RecordCollection
    }
