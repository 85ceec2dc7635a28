"""What a constancia de presentación says, and which movements it speaks of."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from icsoe_desktop.domain.movimiento import TipoMovimiento


@dataclass(frozen=True, slots=True)
class RenglonConstancia:
    """A row: approved unless it has a codigo or causa of rejection. sbc: centavos."""

    tipo: TipoMovimiento
    nss: str = field(repr=False)
    nombre: str = field(repr=False)
    sbc: int | None
    extemporaneo: bool
    umf: str
    tipo_salario: str
    fecha: date | None
    tipo_trabajador: str
    causa_baja: str
    rechazado: bool = False
    codigo_rechazo: str = ""
    causa_rechazo: str = ""


@dataclass(frozen=True, slots=True)
class Cifras:
    recibidos: int
    operados: int
    rechazados: int


@dataclass(frozen=True)
class Constancia:
    folio: str
    lote: str
    rfc: str = field(repr=False)
    registro_patronal: str = field(repr=False)
    razon_social: str = field(repr=False)
    recibido: datetime | None  # as printed, Mexico City
    serial: str
    huella: str
    totales: dict[str, Cifras]  # «Baja», «Modificación», «Reingreso», «Total»
    renglones: tuple[RenglonConstancia, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenglonCasado:
    """A row and its movement; None where there is none, or more than one that could be it."""

    renglon: RenglonConstancia
    movimiento_id: uuid.UUID | None
    motivo: str  # why there is none, or what does not agree; empty when all is well


@dataclass(frozen=True)
class VistaConstancia:
    """descuadres: what does not add up in the constancia itself, finished sentences.

    lote_id: the lote here that it answers, None where no lote here fits.
    """

    archivo: str
    constancia: Constancia
    casados: tuple[RenglonCasado, ...]
    descuadres: tuple[str, ...]
    lote_id: uuid.UUID | None
    ya_aplicada: bool
    contenido: bytes = field(repr=False)

    @property
    def sin_movimiento(self) -> tuple[RenglonCasado, ...]:
        return tuple(one for one in self.casados if one.movimiento_id is None)


@dataclass(frozen=True, slots=True)
class ResultadoConstancia:
    aprobados: int
    rechazados: int
    sin_movimiento: int
