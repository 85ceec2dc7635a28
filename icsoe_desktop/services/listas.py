"""A list that a user brings, row by row: what each would do, and what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")
D = TypeVar("D")


class EstadoRenglon(StrEnum):
    NUEVO = "Nuevo"
    CAMBIADO = "Cambia"
    YA_REGISTRADO = "Ya registrado"
    REPETIDO = "Repetido en la lista"
    CON_PROBLEMAS = "Con problemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class HallazgoCelda:
    """An error (es_error) or a warning about one cell. esperado: if there is more to say of it."""

    linea: int
    campo: str
    encontrado: str = field(repr=False)
    mensaje: str = field(repr=False)
    es_error: bool
    esperado: str = field(default="", repr=False)


@dataclass(frozen=True)
class RenglonLista(Generic[T, D]):
    """A row of the list. nuevo: as typed. datos: checked; None if it has errors."""

    linea: int
    estado: EstadoRenglon
    nuevo: T = field(repr=False)
    datos: D | None = field(repr=False)
    hallazgos: tuple[HallazgoCelda, ...] = field(repr=False)


@dataclass(frozen=True)
class VistaPreviaLista(Generic[T, D]):
    """columnas: name of the kept columns that were used."""

    archivo: str
    renglones: tuple[RenglonLista[T, D], ...]
    columnas: str = ""

    def with_estado(self, estado: EstadoRenglon) -> tuple[RenglonLista[T, D], ...]:
        return tuple(one for one in self.renglones if one.estado is estado)

    @property
    def hallazgos(self) -> tuple[HallazgoCelda, ...]:
        return tuple(one for renglon in self.renglones for one in renglon.hallazgos)


@dataclass(frozen=True)
class ResultadoLista:
    nuevos: int
    omitidos: int
    cambiados: int = 0
    iguales: int = 0
