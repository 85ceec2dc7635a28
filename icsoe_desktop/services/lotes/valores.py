"""Lotes: what will be in a file before it is written, and what is known of it after."""

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
    """enie: what stands for Ñ, «#» or «N». guia: where a movement has none, five digits.

    separar: one file for each registro patronal and type.
    """

    enie: str = "#"
    guia: str = ""
    separar: bool = True
    con_totales: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AvisoLote:
    """What is changed or odd in one movement of the file; an impide keeps it from being written."""

    movimiento_id: uuid.UUID
    nombre: str = field(repr=False)
    campo: str
    mensaje: str = field(repr=False)
    antes: str = field(default="", repr=False)
    despues: str = field(default="", repr=False)
    impide: bool = False


@dataclass(frozen=True)
class ArchivoLote:
    """One file to be. tipo and registro_patronal: None where several are in it."""

    registro_patronal: str | None = field(repr=False)
    tipo: TipoMovimiento | None
    nombre_archivo: str
    ids: tuple[uuid.UUID, ...]
    contenido: bytes = field(repr=False)


@dataclass(frozen=True)
class PlanLote:
    """What `generate` would write; nothing is written while an aviso impide."""

    archivos: tuple[ArchivoLote, ...]
    avisos: tuple[AvisoLote, ...]
    opciones: OpcionesLote

    @property
    def impedido(self) -> bool:
        return any(aviso.impide for aviso in self.avisos)

    @property
    def movimientos(self) -> int:
        return sum(len(archivo.ids) for archivo in self.archivos)


@dataclass(frozen=True, kw_only=True)
class Lote:
    """A file that was generated. numero and folio: the IMSS's, empty before it answers."""

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
    constancia: str  # the file's name, empty without one
    acuse: str


@dataclass(frozen=True)
class Cedula:
    """The printable cédula of a lote."""

    lote: Lote
    razon_social: str = field(repr=False)
    rfc: str = field(repr=False)
    movimientos: tuple[Movimiento, ...] = field(repr=False)
    por_tipo: dict[TipoMovimiento, int]
    suma_sbc: int  # centavos
