"""Preview and result of applying a constancia."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from icsoe_desktop.domain.movimientos.constancia import (
    Constancia,
    ProblemaConstancia,
    RenglonConstancia,
)


class Cotejo(StrEnum):
    """Result of matching one row. Only COINCIDE changes a movement."""

    COINCIDE = "Coincide"
    YA_ANOTADO = "Ya estaba anotado"
    OTRA_RESPUESTA = "Ya tiene otra respuesta"
    NO_ESTA = "No está en el programa"
    VARIOS = "Hay varios iguales"
    ILEGIBLE = "No se pudo leer"


@dataclass(frozen=True, slots=True)
class RenglonCotejado:
    """A row and its match. nota: Spanish sentence about it, or empty."""

    renglon: RenglonConstancia
    cotejo: Cotejo
    movimiento_id: uuid.UUID | None = None
    nota: str = field(default="", repr=False)


@dataclass(frozen=True)
class VistaConstancia:
    """Preview of a constancia. Nothing is changed yet.

    lotes: file names of the lotes that it answers.
    """

    archivo: str
    constancia: Constancia
    cotejados: tuple[RenglonCotejado, ...] = field(repr=False)
    problemas: tuple[ProblemaConstancia, ...] = field(repr=False)
    lotes: tuple[str, ...]
    ya_aplicada: bool
    contenido: bytes = field(repr=False)

    def count(self, *cotejos: Cotejo) -> int:
        return sum(one.cotejo in cotejos for one in self.cotejados)

    @property
    def por_anotar(self) -> int:
        return self.count(Cotejo.COINCIDE)

    @property
    def graves(self) -> int:
        return sum(problema.grave for problema in self.problemas)


@dataclass(frozen=True, slots=True)
class ResultadoConstancia:
    """Result of applying a constancia. omitidos: rows without effect."""

    constancia_id: uuid.UUID
    aprobados: int
    rechazados: int
    omitidos: int


@dataclass(frozen=True)
class ConstanciaAplicada:
    """A constancia that was applied. deshecha: time of its undo, or None."""

    id: uuid.UUID
    cuando: datetime
    quien: str
    archivo: str
    aprobados: int
    rechazados: int
    deshecha: datetime | None
