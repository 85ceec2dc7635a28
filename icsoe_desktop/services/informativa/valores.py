"""What the services of the Informativa give to windows and the command line."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from icsoe_desktop.domain.icsoe.contrato import DatosContrato, Motivo
from icsoe_desktop.domain.icsoe.hoja import BloqueHoja
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa, stands
from icsoe_desktop.domain.icsoe.periodo import Periodo, Urgencia
from icsoe_desktop.domain.icsoe.trabajadores import ArchivoCsv, TrabajadorContrato
from icsoe_desktop.domain.movimientos.limites_sbc import Limites
from icsoe_desktop.domain.movimientos.plazos import Calendario


@dataclass(frozen=True, slots=True)
class PasoHistorial:
    """A state that the return took: when, who did it, and why it was sent back."""

    estado: EstadoInformativa
    cuando: datetime
    quien: str = field(repr=False)
    nota: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AcuseGuardado:
    """The kept acuse. tarde: presented after the last day of the window."""

    folio: str
    presentada: datetime
    contratos: int
    nombre: str
    tarde: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InformativaFila:
    """A return on the board. contratos: their number."""

    id: uuid.UUID
    periodo: Periodo
    tipo: TipoInformativa
    estado: EstadoInformativa
    contratos: int
    declarados: int | None
    historial: tuple[PasoHistorial, ...]
    acuse: AcuseGuardado | None
    plazo: str
    urgencia: Urgencia | None

    @property
    def devuelta(self) -> PasoHistorial | None:
        """The step that sent it back with a note, while nobody went on since."""
        last = self.historial[-1] if self.historial else None
        return last if last is not None and last.nota else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadoSisub:
    """The return to INFONAVIT: the newest kept acuse first, and what is due.

    atrasados: those that ended without an acuse here, the oldest first. multa: estimate.
    """

    filas: tuple[InformativaFila, ...]
    periodo: Periodo
    plazo: str
    urgencia: Urgencia
    presentada: bool
    calendario: Calendario
    atrasados: tuple[Periodo, ...]
    multa: str

    @property
    def se_presenta(self) -> bool:
        """Whether the window of the period is open and its acuse is not kept yet."""
        return self.urgencia is not Urgencia.AUN_NO and not self.presentada


@dataclass(frozen=True, slots=True)
class Tablero:
    """The board: every return, the newest first.

    periodo: the one to work on. plazo: its deadline in words. presentada: whether it has a
    presented return already. abierta: its return that may still change. multa: estimate of what it
    costs not to present one. atrasados: those whose window closed while this contratista was
    here, and nothing shows that they were presented; the oldest first.
    """

    filas: tuple[InformativaFila, ...]
    periodo: Periodo
    plazo: str
    urgencia: Urgencia
    presentada: bool
    abierta: uuid.UUID | None
    calendario: Calendario
    sisub: EstadoSisub
    multa: str = ""
    atrasados: tuple[Periodo, ...] = ()

    @property
    def sin_efectos(self) -> bool:
        """Whether what was presented of the period was left without effects."""
        own = [fila for fila in self.filas if fila.periodo == self.periodo]
        return self.presentada and not any(stands(fila.tipo, fila.estado) for fila in own)

    @property
    def se_presenta(self) -> bool:
        """Whether the window of the period is open and its return is not presented yet."""
        return self.urgencia is not Urgencia.AUN_NO and not self.presentada


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratoFila:
    """A contract in the list. dentro: whether it is in the return that the list is for.

    clave: see DatosContrato.
    """

    id: uuid.UUID
    numero: str
    contratante: str = field(repr=False)
    rfc: str = field(repr=False)
    servicio: str
    inicio: date
    fin: date | None
    trabajadores: int
    rechazos: int
    dentro: bool
    motivo: Motivo
    clave: tuple[object, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ContratoGuardado:
    id: uuid.UUID
    datos: DatosContrato = field(repr=False)
    trabajadores: int


@dataclass(frozen=True, slots=True)
class ListaTrabajadores:
    """The workers of a contract, as last saved. rechazos: NSS → reason of the portal. limites: of
    their SBC.
    """

    contrato_id: uuid.UUID
    nombre: str
    filas: tuple[TrabajadorContrato, ...] = field(repr=False)
    rechazos: Mapping[str, str] = field(repr=False)
    limites: Limites


class Llenado(NamedTuple):
    """Workers that the movements show as active. inactivos: NSS of those whose baja they show."""

    filas: tuple[TrabajadorContrato, ...]
    inactivos: frozenset[str]

    def __repr__(self) -> str:
        return "Llenado()"


@dataclass(frozen=True, slots=True)
class Salida:
    """The sheet of a return and its CSV files."""

    informativa: InformativaFila
    bloques: tuple[BloqueHoja, ...] = field(repr=False)
    archivos: tuple[ArchivoCsv, ...] = field(repr=False)
