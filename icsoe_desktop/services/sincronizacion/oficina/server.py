"""What the synchronisation asks of a server; the gateway answers, or a stand-in where only the
order of the steps is tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from icsoe_desktop.domain.sincronizacion.records import RolOficina
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
from icsoe_desktop.services.sincronizacion.answers import Comprobacion, Conexion

__all__ = [
    "Connect",
    "JsonObject",
    "OfficeData",
    "RecordPage",
    "RecordWrite",
    "RemoteRecord",
    "SyncServer",
    "SyncServerError",
    "TryOut",
    "WriteAnswer",
]


class SyncServer(Protocol):
    """One office with one account. Raises SyncServerError whenever it cannot be used."""

    def close(self) -> None: ...

    def office(self) -> OfficeData: ...

    def set_office(self, datos: JsonObject) -> None:
        """Replaces these keys of the bucket's data; others stay."""
        ...

    def page(self, collection: str, desde: int, siguiente: str | None) -> RecordPage: ...

    def count(self, collection: str) -> int:
        """Live records."""
        ...

    def versions(self, collection: str, progress: Progress) -> dict[str, int]:
        """Every record that there is, with its version."""
        ...

    def get(self, collection: str, record_id: str) -> RemoteRecord | None: ...

    def write(self, collection: str, escrituras: Sequence[RecordWrite]) -> tuple[WriteAnswer, ...]:
        """One answer each, in order. Nothing is known of any when it raises."""
        ...

    def roles(self) -> Mapping[str, RolOficina]:
        """account → role, of everybody in the office."""
        ...

    def set_role(self, cuenta: str, rol: RolOficina | None) -> None:
        """None takes the account out of the office."""
        ...

    def change_password(self, contrasena: str) -> None:
        """Of the own account."""
        ...


Connect = Callable[[Conexion], SyncServer]
TryOut = Callable[[Conexion, Progress], tuple[Comprobacion, ...]]
