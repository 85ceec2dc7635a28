"""Lotes: options, plan and generated file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from icsoe_desktop.domain.movimientos.movimiento import EstadoLote, Movimiento, TipoMovimiento


class ClaseDocumento(StrEnum):
    CONSTANCIA = "Constancia"
    ACUSE = "Acuse"


@dataclass(frozen=True, slots=True)
class OpcionesLote:
    """Options of a plan.

    enie: replacement of Ñ, «#» or «N». guia: five digits, for movements without one.
    separar: one file per registro patronal and type.
    """

    enie: str = "#"
    guia: str = ""
    separar: bool = True
    con_totales: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AvisoLote:
    """A change or a warning about one movement of a file. impide: prevents the file."""

    movimiento_id: uuid.UUID
    nombre: str = field(repr=False)
    campo: str
    mensaje: str = field(repr=False)
    antes: str = field(default="", repr=False)
    despues: str = field(default="", repr=False)
    impide: bool = False


@dataclass(frozen=True)
class ArchivoLote:
    """A planned file. tipo, registro_patronal: None if the file mixes several."""

    registro_patronal: str | None = field(repr=False)
    tipo: TipoMovimiento | None
    nombre_archivo: str
    ids: tuple[uuid.UUID, ...]
    contenido: bytes = field(repr=False)


@dataclass(frozen=True)
class PlanLote:
    """The files that `generate` would store.

    fuera: movements that an aviso with `impide` keeps out of the files. They stay Pendiente.
    """

    archivos: tuple[ArchivoLote, ...]
    avisos: tuple[AvisoLote, ...]
    opciones: OpcionesLote
    fuera: tuple[uuid.UUID, ...] = ()

    @property
    def movimientos(self) -> int:
        return sum(len(archivo.ids) for archivo in self.archivos)


@dataclass(frozen=True, kw_only=True)
class Lote:
    """A generated file. numero, folio: from the IMSS, empty before its answer."""

    id: uuid.UUID
    registro_patronal: str = field(repr=False)
    tipo: TipoMovimiento | None
    nombre_archivo: str
    sha256: str
    bytes: int
    movimientos: int
    estado: EstadoLote
    creado: datetime
    enviado: date | None
    recibido: date | None
    respondido: date | None
    cancelado: date | None
    numero: str
    folio: str
    constancia: str  # file name, or empty
    acuse: str


@dataclass(frozen=True)
class Cedula:
    """Data of the printed cédula of a lote."""

    lote: Lote
    razon_social: str = field(repr=False)
    rfc: str = field(repr=False)
    movimientos: tuple[Movimiento, ...] = field(repr=False)
    por_tipo: dict[TipoMovimiento, int]
    suma_sbc: int  # centavos
