"""Reading the audit log: filter, page, export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.store.engine import Store


class Quien(NamedTuple):
    """Somebody who did something. clave: for FiltroBitacora.quien."""

    clave: str
    nombre: str


@dataclass(frozen=True)
class FiltroBitacora:
    """desde, hasta: days in central Mexico, both included. accion: an Accion's text.

    texto: words that all have to be in action, object or detail, accents and capitals aside.
    """

    desde: date | None = None
    hasta: date | None = None
    quien: str | None = None
    accion: str | None = None
    texto: str = ""


class LineaBitacora(NamedTuple):
    """cuando: UTC. quien: a name, or the role when the person is gone."""

    cuando: datetime
    quien: str
    accion: str
    objeto: str
    detalle: str


class ConsultaBitacoraService:
    """An IDSE user reads the lines of the installation, a contratista those of its own."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def count(self, sesion: Sesion, filtro: FiltroBitacora) -> int:
        raise NotImplementedError

    def page(
        self, sesion: Sesion, filtro: FiltroBitacora, offset: int, limit: int
    ) -> tuple[LineaBitacora, ...]:
        """The newest first."""
        raise NotImplementedError

    def quienes(self, sesion: Sesion) -> tuple[Quien, ...]:
        """Who is in the lines, for the filter."""
        raise NotImplementedError

    def acciones(self, sesion: Sesion) -> tuple[str, ...]:
        """What was done in the lines, for the filter."""
        raise NotImplementedError

    def export_rows(self, sesion: Sesion, filtro: FiltroBitacora) -> Iterator[LineaBitacora]:
        raise NotImplementedError

    def export(self, sesion: Sesion, filtro: FiltroBitacora, path: Path, progress: Progress) -> int:
        """Writes them to an Excel file; how many. Raises UserFacingError and Cancelled."""
        raise NotImplementedError
