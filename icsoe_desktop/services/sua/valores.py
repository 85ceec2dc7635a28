"""An export to SUA: options, plan, and who is left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from icsoe_desktop.domain.dispmag.escritura import Cambio
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.sua.escritura import ENIE_SIGNS
from icsoe_desktop.domain.sua.formato import DisposicionSua
from icsoe_desktop.domain.sua.lectura import AsegRow, MovtRow


@dataclass(frozen=True, slots=True)
class OpcionesSua:
    """desde, hasta: days of the movements, both included.

    registros_patronales: of eleven characters; none for all. enie: one of ENIE_SIGNS.
    con_aseg: altas of workers that are new to the registro patronal go in ASEG.
    """

    desde: date
    hasta: date
    registros_patronales: tuple[str, ...] = ()
    enie: str = ENIE_SIGNS[0]
    con_aseg: bool = True


@dataclass(frozen=True, slots=True)
class FueraSua:
    """A notice that is in no file, with the reason in a sentence.

    en_movt: it is in MOVT, and only ASEG lacks its worker.
    """

    registro_patronal: str = field(repr=False)
    nss: str = field(repr=False)
    nombre: str = field(repr=False)
    tipo: TipoMovimiento
    fecha: date
    motivo: str
    en_movt: bool = False


@dataclass(frozen=True, slots=True)
class CambioSua:
    """A text that a file changes. nombre: of the worker, as known here."""

    nombre: str = field(repr=False)
    cambio: Cambio


@dataclass(frozen=True)
class ArchivoSua:
    """A planned file. filas: what a reader has to find in it."""

    disposicion: DisposicionSua
    registro_patronal: str = field(repr=False)
    nombre_archivo: str
    filas: tuple[AsegRow | MovtRow, ...] = field(repr=False)
    contenido: bytes = field(repr=False)


@dataclass(frozen=True)
class PlanSua:
    """The files that `write` would write; ASEG before MOVT, as SUA has to take them."""

    opciones: OpcionesSua
    archivos: tuple[ArchivoSua, ...]
    cambios: tuple[CambioSua, ...]
    fuera: tuple[FueraSua, ...]

    @property
    def movimientos(self) -> int:
        return sum(len(archivo.filas) for archivo in self.archivos)
