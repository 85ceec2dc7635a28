"""What a constancia would change, and what it changed."""

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
    """What a row of the constancia found here; only COINCIDE changes anything."""

    COINCIDE = "Coincide"
    YA_ANOTADO = "Ya estaba anotado"
    OTRA_RESPUESTA = "Ya tiene otra respuesta"
    NO_ESTA = "No está en el programa"
    VARIOS = "Hay varios iguales"
    ILEGIBLE = "No se pudo leer"


@dataclass(frozen=True, slots=True)
class RenglonCotejado:
    """nota: what to know of it, a finished sentence, or empty."""

    renglon: RenglonConstancia
    cotejo: Cotejo
    movimiento_id: uuid.UUID | None = None
    nota: str = field(default="", repr=False)


@dataclass(frozen=True)
class VistaConstancia:
    """What the file says and whom it speaks of; nothing is changed yet.

    lotes: the names of the files here that it answers.
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
    """omitidos: rows that changed nothing."""

    constancia_id: uuid.UUID
    aprobados: int
    rechazados: int
    omitidos: int


@dataclass(frozen=True)
class ConstanciaAplicada:
    """deshecha: when it was undone."""

    id: uuid.UUID
    cuando: datetime
    quien: str
    archivo: str
    aprobados: int
    rechazados: int
    deshecha: datetime | None
