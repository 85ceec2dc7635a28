"""Filters, orders and rows of movements."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.persona import IdentidadPersona
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    EstadoAviso,
    Jornada,
    Movimiento,
    Situacion,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal, Plazo


def _header(name: str) -> str:
    return CAMPOS_MOVIMIENTO.title(name, Place.GRID)


class ColumnaMovimiento(StrEnum):
    """A sortable column of the grid and the Excel sheet. The value is its header."""

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
    LIMITE = _header("limite")
    LOTE = _header("lote")
    FECHA_EMISION = _header("emitido")
    AVISO_RECIBIDO = _header("recibido")
    AVISO_APROBACION = _header("aprobado")
    AVISO_RECHAZO = _header("rechazado")
    CAUSA_RECHAZO = _header("causa_rechazo")


class Deuda(StrEnum):
    """What has to be done about a notice that is still owed to the IMSS.

    POR_PRESENTAR: it has no answer and was not marked as sent; a rejected one counts until it is
    presented again.
    """

    POR_PRESENTAR = "por_presentar"
    SIN_RESPUESTA = "sin_respuesta"
    POR_REPETIR = "por_repetir"
    SIN_ARCHIVO = "sin_archivo"


@dataclass(frozen=True, slots=True)
class FiltroMovimientos:
    """Filter of movements. None or empty does not restrict.

    registro_patronal: ten or eleven characters. The check digit is ignored.
    texto: as typed: words of names, an NSS, a CURP, or parts of them. All must match.
    por_resolver: only what is still owed to the IMSS: not in a file, in a file without its answer,
    or rejected and not presented again. deuda: of that, only a part.
    limite: last day in time under the strict reading of the law.
    """

    registro_patronal: str | None = field(default=None, repr=False)
    desde: date | None = None
    hasta: date | None = None
    situacion: Situacion | None = None
    tipo: TipoMovimiento | None = None
    texto: str = field(default="", repr=False)
    plazo: EstadoLegal | None = None
    lote_id: uuid.UUID | None = None
    importacion_id: uuid.UUID | None = None
    por_resolver: bool = False
    deuda: Deuda | None = None
    limite: date | None = None


TODOS = FiltroMovimientos()


@dataclass(frozen=True, slots=True)
class OrdenMovimientos:
    columna: ColumnaMovimiento = ColumnaMovimiento.FECHA
    descendente: bool = True


DOUBTFUL_CLOCK: Final = "Reloj dudoso"
CORRECTED: Final = "Corregido"


class MovimientoFila(NamedTuple):
    """A movement of the grid with all its data. Never log it.

    sbc: centavos. lote: number assigned by the IMSS, or empty. archivo: name of the lote's file, or
    empty. extemporaneo: flag of the IMSS, None before its answer. limite: last day in time under
    the strict reading of the law. costo: sentence on what a notice that the IMSS does not have may
    cost, an estimate; empty if nothing. reloj_dudoso: plazo depends on a day that cannot be today.
    corregido: a rejected one that another notice corrects.
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
    rfc: str
    folio: str
    lote_id: uuid.UUID | None
    archivo: str
    costo: str = ""
    reloj_dudoso: bool = False
    corregido: bool = False

    @property
    def expuesto(self) -> bool:
        """Whether the term ended and the IMSS does not have the notice."""
        return bool(self.costo) and self.plazo is EstadoLegal.EXTEMPORANEO

    @property
    def plazo_texto(self) -> str:
        """The legal state, with the day since when the worker is not covered; empty if cancelled:
        nobody presents it any more, and «Corregido» if another notice does.
        """
        if self.corregido:
            return CORRECTED
        if self.estado is EstadoAviso.CANCELADO:
            return ""
        if self.reloj_dudoso:
            return DOUBTFUL_CLOCK
        if self.plazo is EstadoLegal.SIN_CUBRIR:
            return f"{self.plazo.value} desde {self.fecha:%d/%m}"
        return self.plazo.value

    @property
    def plazo_corto(self) -> str:
        """`plazo_texto` for a narrow column."""
        text = self.plazo_texto
        return text.replace(", ya trabaja", "").replace(", plazo dudoso", "")

    @property
    def situacion(self) -> Situacion:
        return Situacion.of(self.estado, in_lote=self.lote_id is not None)

    @property
    def lote_o_archivo(self) -> str:
        """The IMSS's number of the lote; before it is known, the name of its file."""
        return self.lote or self.archivo


@dataclass(frozen=True, slots=True, weakref_slot=True)
class VistaMovimientos:
    """The result of `prepare`: movements of a filter in an order, read by position."""

    serie: int
    filtro: FiltroMovimientos
    orden: OrdenMovimientos
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrabajadorConocido(IdentidadPersona):
    """Data from a worker's newest movements, to fill in the form.

    tiene_baja: the newest movement is a baja.
    """

    nss: str = field(repr=False)
    registro_patronal: str = field(repr=False)
    clave_trabajador: str = field(repr=False)
    umf: str
    guia: str
    sbc: int | None  # centavos, of the newest movement with an SBC
    tipo_trabajador: TipoTrabajador | None
    tipo_salario: TipoSalario | None
    jornada: Jornada | None
    ultima_fecha: date
    tiene_baja: bool
    rfc: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Habituales:
    """What is usual for a new notice. guia, umf: empty if nothing is.

    propios: from the registro patronal, as the catalogue has it or as in its own notices.
    """

    tipo_salario: TipoSalario = TipoSalario.FIJO
    jornada: Jornada = Jornada.NORMAL
    tipo_trabajador: TipoTrabajador = TipoTrabajador.PERMANENTE
    propios: bool = False
    guia: str = ""
    umf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturaMovimiento:
    """The form, as typed. Unknown text is empty."""

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
    rfc: str = field(default="", repr=False)
    curp: str = field(default="", repr=False)


class Duda(StrEnum):
    """What the user is asked about before a movement is saved."""

    DUPLICADO = "duplicado"
    OTRA_PERSONA = "otra_persona"


@dataclass(frozen=True, slots=True)
class RevisionMovimiento:
    """Result of judging a form. movimiento: None if there are problems.

    problemas, advertencias: field → Spanish sentence.
    captura: the judged form. dia: day of the judgement, because a CURP with a future date becomes
    valid later.
    dudas: Duda → Spanish sentence; none of a form with problems.
    plazo: None without type and date. costo: sentence on what the notice may cost, an estimate.
    """

    captura: CapturaMovimiento
    dia: date
    movimiento: Movimiento | None
    problemas: dict[str, str] = field(repr=False)
    advertencias: dict[str, str] = field(repr=False)
    dudas: dict[Duda, str] = field(repr=False)
    plazo: Plazo | None
    estado_legal: EstadoLegal | None
    costo: str = ""

    @property
    def duplicado(self) -> bool:
        """Whether a movement with the same registro patronal, NSS, type and date exists."""
        return Duda.DUPLICADO in self.dudas
