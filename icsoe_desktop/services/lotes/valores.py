"""Lotes: options, plan and generated file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from icsoe_desktop.domain.movimientos.constancia import respuestas
from icsoe_desktop.domain.movimientos.movimiento import EstadoLote, Movimiento, TipoMovimiento
from icsoe_desktop.domain.texto import counted


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


class NivelAviso(StrEnum):
    """How much an aviso matters, the most first. The value is its name on screen."""

    IMPIDE = "Queda fuera"
    PELIGRO = "Revisar"
    TARDE = "Tarde"
    NOTA = "Nota"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvisoLote:
    """A change or a warning about one movement of a file."""

    movimiento_id: uuid.UUID
    nombre: str = field(repr=False)
    campo: str
    mensaje: str = field(repr=False)
    antes: str = field(default="", repr=False)
    despues: str = field(default="", repr=False)
    nivel: NivelAviso = NivelAviso.NOTA

    @property
    def impide(self) -> bool:
        """Whether it keeps the movement out of the files."""
        return self.nivel is NivelAviso.IMPIDE

    @property
    def clase(self) -> str:
        """What avisos of one kind have in common; all but dangers are shown as one."""
        return self.mensaje if self.antes or self.despues else self.campo


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

    avisos: first those that keep a movement out, then dangers, what is late, and notes.
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
    """A generated file. numero, folio: from the IMSS, empty before its answer.

    rechazados: how many of its movements the IMSS rejected.
    """

    id: uuid.UUID
    registro_patronal: str = field(repr=False)
    tipo: TipoMovimiento | None
    nombre_archivo: str
    sha256: str
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
    rechazados: int = 0

    @property
    def tiene_rechazados(self) -> bool:
        """Whether some were rejected, and the state of the whole does not say so."""
        return self.rechazados > 0 and self.estado is not EstadoLote.RECHAZADO

    @property
    def situacion(self) -> str:
        """Its state for a person: what was rejected before what was approved."""
        if self.tiene_rechazados:
            return counted(self.rechazados, "rechazado", "rechazados")
        return self.estado.value

    @property
    def respuestas(self) -> str:
        """«58 aprobados, 1 rechazado»; before all are answered, only the rejected ones."""
        all_answered = self.estado is EstadoLote.APROBADO
        approved = max(0, self.movimientos - self.rechazados) if all_answered else 0
        return respuestas(approved, self.rechazados)


@dataclass(frozen=True)
class Cedula:
    """Data of the printed cédula of a lote."""

    lote: Lote
    razon_social: str = field(repr=False)
    rfc: str = field(repr=False)
    movimientos: tuple[Movimiento, ...] = field(repr=False)
    por_tipo: dict[TipoMovimiento, int]
    suma_sbc: int  # centavos
