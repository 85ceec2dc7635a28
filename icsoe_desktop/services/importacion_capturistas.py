"""Alta of many capturistas from an Excel or CSV list."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from icsoe_desktop.domain.capturista import CapturistaNuevo
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.capturistas import CapturistasService
from icsoe_desktop.store.engine import Store


class EstadoRenglon(StrEnum):
    NUEVO = "Nuevo"
    YA_REGISTRADO = "Ya registrado"
    REPETIDO = "Repetido en el archivo"
    CON_PROBLEMAS = "Con problemas"


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """Something wrong (es_error) or odd in one cell."""

    linea: int
    campo: str
    encontrado: str = field(repr=False)
    mensaje: str = field(repr=False)
    es_error: bool


@dataclass(frozen=True, slots=True)
class Renglon:
    linea: int
    estado: EstadoRenglon
    nuevo: CapturistaNuevo = field(repr=False)
    hallazgos: tuple[Hallazgo, ...] = field(repr=False)


@dataclass(frozen=True)
class VistaPrevia:
    archivo: str
    renglones: tuple[Renglon, ...]

    def with_estado(self, estado: EstadoRenglon) -> tuple[Renglon, ...]:
        return tuple(one for one in self.renglones if one.estado is estado)

    @property
    def hallazgos(self) -> tuple[Hallazgo, ...]:
        return tuple(one for renglon in self.renglones for one in renglon.hallazgos)


@dataclass(frozen=True)
class ResultadoImportacion:
    nuevos: int
    omitidos: int


class ImportacionCapturistasService:
    def __init__(self, store: Store, capturistas: CapturistasService) -> None: ...

    def preview(self, sesion: Sesion, path: Path, progress: Progress) -> VistaPrevia:
        """What the list would do, and every problem of every row; changes nothing.

        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        raise NotImplementedError

    def apply(
        self, sesion: Sesion, vista: VistaPrevia, progress: Progress, *, only_good: bool = False
    ) -> ResultadoImportacion:
        """Registers the new ones, all of them or none; each gets mails 1 and 2.

        only_good: leaves out the rows with problems; without it, they are refused.
        Raises InvalidInputError and Cancelled.
        """
        raise NotImplementedError
