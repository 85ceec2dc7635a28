"""«Consulta» and «Exportar Excel»: the capturistas of a contratista, a hundred thousand of them."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from icsoe_desktop.domain.capturista import AccionFila, Estatus
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.store.engine import Store


class Orden(StrEnum):
    """The columns that the grid sorts by."""

    ID = "Id"
    CURP = "Clave Usuario (CURP)"
    NOMBRE = "Razón Social/Nombre"
    CORREO = "Correo"
    ESTATUS = "Estatus"
    FECHA_ALTA = "Fecha Alta"


@dataclass(frozen=True)
class Filtro:
    """texto: words that all have to be in the row, accents and capitals aside."""

    texto: str = ""
    estatus: Estatus | None = None
    orden: Orden = Orden.ID
    descendente: bool = False


class Fila(NamedTuple):
    """A row of the grid, in the seed's order. id: of the relation."""

    id: uuid.UUID
    numero: int
    rol: str
    curp: str
    nombre: str
    correo: str
    estatus: Estatus
    grupo: str
    contratista: str
    fecha_alta: datetime
    usuario_alta: str
    bloqueado: bool

    @property
    def acciones(self) -> frozenset[AccionFila]:
        raise NotImplementedError


class ConsultaCapturistasService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None: ...

    def count(self, sesion: Sesion, filtro: Filtro) -> int:
        raise NotImplementedError

    def numeros(self, sesion: Sesion, filtro: Filtro) -> array[int]:
        """The Ids of everything that the filter lets through, in its order, for a grid's model."""
        raise NotImplementedError

    def rows(self, sesion: Sesion, numeros: Sequence[int]) -> tuple[Fila, ...]:
        """The rows with these Ids, in the order asked for; those that are gone are left out."""
        raise NotImplementedError

    def page(self, sesion: Sesion, filtro: Filtro, offset: int, limit: int) -> tuple[Fila, ...]:
        raise NotImplementedError

    def file_name(self, sesion: Sesion) -> str:
        """`Capturistas_<contratista id>_<epoch ms>.xlsx`"""
        raise NotImplementedError

    def export(self, sesion: Sesion, path: Path, progress: Progress) -> int:
        """Writes all of them to an Excel file; how many. Raises UserFacingError and Cancelled."""
        raise NotImplementedError

    def export_rows(self, sesion: Sesion) -> Iterator[tuple[object, ...]]:
        raise NotImplementedError
