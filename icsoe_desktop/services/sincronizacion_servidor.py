"""What the synchronisation asks of a server; the gateway answers, or a stand-in where only the
order of the steps is tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from icsoe_desktop.domain.sincronizacion import RolOficina
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion_valores import Comprobacion, Conexion

Datos = Mapping[str, Any]


class ServidorError(UserFacingError):
    """The server cannot be used now. detenida: trying again by itself will not help."""

    def __init__(self, message: str, *, detenida: bool = False) -> None:
        super().__init__(message)
        self.detenida = detenida


@dataclass(frozen=True, slots=True)
class Remoto:
    """A record at the server. version: its last_modified. datos: None when it is deleted."""

    id: str
    version: int
    datos: Datos | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pagina:
    """siguiente: for the next page, None at the end. total: records of the whole collection.

    ahora_ms: the server's clock when it answered.
    """

    registros: tuple[Remoto, ...]
    siguiente: str | None
    total: int
    ahora_ms: int


@dataclass(frozen=True, slots=True)
class Escritura:
    """version: what the server must still have; None when there must be nothing yet."""

    id: str
    datos: Datos = field(repr=False)
    version: int | None


@dataclass(frozen=True, slots=True)
class Respuesta:
    """What became of one write.

    version: of the record as written, None when it was not. otra: somebody else's is there now.
    motivo: why the server refuses this record for good, a finished sentence.
    """

    id: str
    version: int | None = None
    otra: Remoto | None = None
    motivo: str = ""


@dataclass(frozen=True, slots=True)
class DatosOficina:
    """generacion: changes when the server's data are restored or purged."""

    generacion: str
    datos: Datos = field(repr=False)


class Servidor(Protocol):
    """One office with one account. Raises ServidorError whenever it cannot be used."""

    def office(self) -> DatosOficina: ...

    def set_office(self, datos: Datos) -> None:
        """Replaces these keys of the bucket's data; others stay."""
        ...

    def page(self, coleccion: str, desde: int, siguiente: str | None) -> Pagina: ...

    def versions(self, coleccion: str, progress: Progress) -> dict[str, int]:
        """Every record that there is, with its version."""
        ...

    def get(self, coleccion: str, registro: str) -> Remoto | None: ...

    def write(self, coleccion: str, escrituras: Sequence[Escritura]) -> tuple[Respuesta, ...]:
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


Conectar = Callable[[Conexion], Servidor]
Probar = Callable[[Conexion, Progress], tuple[Comprobacion, ...]]
