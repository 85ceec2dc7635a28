"""What is asked of the movements and what is answered: filters, orders, rows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.persona import IdentidadPersona
from icsoe_desktop.domain.movimientos.movimiento import (
    CAMPOS_MOVIMIENTO,
    CausaBaja,
    EstadoAviso,
    Jornada,
    Movimiento,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal, Plazo


def _header(name: str) -> str:
    return CAMPOS_MOVIMIENTO.title(name, Place.GRID)


class ColumnaMovimiento(StrEnum):
    """A column of the grid and of the Excel sheet, by its header; any can be sorted by."""

    MOVIMIENTO = _header("tipo")
    REGISTRO_PATRONAL = _header("registro_patronal")
    NOMBRE = _header("nombres")
    APELLIDO_PATERNO = _header("primer_apellido")
    APELLIDO_MATERNO = _header("segundo_apellido")
    NSS = _header("nss")
    SBC = _header("sbc")
    FECHA = _header("fecha")
    CURP = _header("curp")
    UMF = _header("umf")
    TIPO_TRABAJADOR = _header("tipo_trabajador")
    SALARIO = _header("tipo_salario")
    JORNADA = _header("jornada")
    CAUSA_BAJA = _header("causa_baja")
    ESTADO = _header("estado")
    PLAZO = _header("plazo")
    LOTE = _header("lote")
    FECHA_EMISION = _header("emitido")
    AVISO_RECIBIDO = _header("recibido")
    AVISO_APROBACION = _header("aprobado")
    AVISO_RECHAZO = _header("rechazado")
    CAUSA_RECHAZO = _header("causa_rechazo")


@dataclass(frozen=True, slots=True)
class FiltroMovimientos:
    """Which movements; what is None or empty does not restrict.

    registro_patronal: ten or eleven characters; the check digit does not count.
    texto: as typed: words of names, an NSS, a CURP, or pieces of them; all must be there.
    """

    registro_patronal: str | None = field(default=None, repr=False)
    desde: date | None = None
    hasta: date | None = None
    estado: EstadoAviso | None = None
    tipo: TipoMovimiento | None = None
    texto: str = field(default="", repr=False)
    plazo: EstadoLegal | None = None
    lote_id: uuid.UUID | None = None
    importacion_id: uuid.UUID | None = None


TODOS = FiltroMovimientos()


@dataclass(frozen=True, slots=True)
class OrdenMovimientos:
    columna: ColumnaMovimiento = ColumnaMovimiento.FECHA
    descendente: bool = True


class MovimientoFila(NamedTuple):
    """A movement as the grid shows it, with the rest that is known of it. Never logged.

    sbc: centavos. lote: the number that the IMSS gave, empty before. extemporaneo: the IMSS's own
    flag, None before it answers. limite: the last day that is in time as the law is read strictly.
    """

    id: uuid.UUID
    tipo: TipoMovimiento
    registro_patronal: str
    nombres: str
    primer_apellido: str
    segundo_apellido: str
    nss: str
    sbc: int | None
    fecha: date
    curp: str
    umf: str
    tipo_trabajador: TipoTrabajador | None
    tipo_salario: TipoSalario | None
    jornada: Jornada | None
    causa_baja: CausaBaja | None
    estado: EstadoAviso
    plazo: EstadoLegal
    lote: str
    emitido: date | None
    recibido: date | None
    aprobado: date | None
    rechazado: date | None
    codigo_rechazo: str
    causa_rechazo: str
    extemporaneo: bool | None
    limite: date
    guia: str
    clave_trabajador: str
    folio: str
    lote_id: uuid.UUID | None
    importacion_id: uuid.UUID | None


@dataclass(frozen=True, slots=True, weakref_slot=True)
class VistaMovimientos:
    """All movements of a filter in an order, ready to be read by position until it is released."""

    serie: int
    filtro: FiltroMovimientos
    orden: OrdenMovimientos
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrabajadorConocido(IdentidadPersona):
    """What the newest movement of a worker says, to fill a form in.

    tiene_baja: the newest movement is a baja.
    """

    nss: str = field(repr=False)
    registro_patronal: str = field(repr=False)
    clave_trabajador: str = field(repr=False)
    umf: str
    guia: str
    sbc: int | None  # centavos, of the newest movement that has one
    tipo_trabajador: TipoTrabajador | None
    tipo_salario: TipoSalario | None
    jornada: Jornada | None
    ultima_fecha: date
    tiene_baja: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturaMovimiento:
    """What the form holds, as typed. Text that is not known is empty."""

    tipo: TipoMovimiento
    registro_patronal: str = field(default="", repr=False)
    nss: str = field(default="", repr=False)
    primer_apellido: str = field(default="", repr=False)
    segundo_apellido: str = field(default="", repr=False)
    nombres: str = field(default="", repr=False)
    fecha: date | None = None
    sbc: str = ""  # pesos: «687.70», «$1,234.56»
    tipo_trabajador: TipoTrabajador | None = None
    tipo_salario: TipoSalario | None = None
    jornada: Jornada | None = None
    causa_baja: CausaBaja | None = None
    umf: str = ""
    guia: str = ""
    clave_trabajador: str = field(default="", repr=False)
    curp: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RevisionMovimiento:
    """A form judged: field → finished sentence. `movimiento` is None while there are problems.

    captura: what was judged. dia: when, for a CURP of the future may be good later.
    duplicado: the same movement (registro patronal, NSS, type, date) is there already.
    plazo: None until type and date are known.
    """

    captura: CapturaMovimiento
    dia: date
    movimiento: Movimiento | None
    problemas: dict[str, str] = field(repr=False)
    advertencias: dict[str, str] = field(repr=False)
    duplicado: bool
    plazo: Plazo | None
    estado_legal: EstadoLegal | None
