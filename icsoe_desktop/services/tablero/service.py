"""The Tablero: figures of what is owed, lotes without an answer, what ends, and this desktop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso, EstadoLote
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.gateways.atomic_write import replace_file
from icsoe_desktop.services.acceso.autorizacion import authorize, reading
from icsoe_desktop.services.acceso.avisos import datos_of
from icsoe_desktop.services.bitacora.reloj import problem_of
from icsoe_desktop.services.bitacora.service import Accion
from icsoe_desktop.services.confronta.service import month_done
from icsoe_desktop.services.correo.buzon import BuzonService, CuentaBuzon
from icsoe_desktop.services.movimientos.filas import NUMERO_DE, Lector, stored_terms_hold
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.movimientos.valores import Deuda, FiltroMovimientos
from icsoe_desktop.services.respaldo.service import RespaldoService
from icsoe_desktop.services.vigencias.service import VigenciasService
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.lotes.carriers import waiting_lotes
from icsoe_desktop.store.movimientos.movement_counts import (
    OwedOfDay,
    ReceivedOfDay,
    ReceivedOfMonth,
    owed_by_day,
    received_by_day,
    received_by_month,
)
from icsoe_desktop.store.tables.movimientos import MovimientoRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from icsoe_desktop.store.types import day_number

MONTHS: Final = 12
_APROBADO = NUMERO_DE[EstadoAviso.APROBADO]
_ESTADOS_LEGALES: Final = tuple(EstadoLegal)
_LATE: Final = EstadoLegal.EXTEMPORANEO
_TIPOS: Final = {each.value: each for each in TipoMovimiento}


class Cumplimiento(StrEnum):
    """Whether a notice was in time. A notice still to be presented counts once it is late."""

    EN_PLAZO = "En plazo"
    EN_RIESGO = "Plazo dudoso"
    TARDE = "Tarde"


_CUMPLIMIENTO: Final = {
    EstadoLegal.EN_PLAZO: Cumplimiento.EN_PLAZO,
    EstadoLegal.EN_RIESGO: Cumplimiento.EN_RIESGO,
    EstadoLegal.EXTEMPORANEO: Cumplimiento.TARDE,
}


@dataclass(frozen=True)
class MesAvisos:
    """The notices whose movement is of one month. primero: its first day.

    tipos: all but the cancelled ones and the rejected ones that were presented again.
    plazos: those that the IMSS received on a known day, and those whose term ended.
    """

    primero: date
    tipos: dict[TipoMovimiento, int] = field(
        default_factory=lambda: dict.fromkeys(TipoMovimiento, 0)
    )
    plazos: dict[Cumplimiento, int] = field(default_factory=lambda: dict.fromkeys(Cumplimiento, 0))

    @property
    def ultimo(self) -> date:
        return following(self.primero) - timedelta(days=1)

    @property
    def filtro(self) -> FiltroMovimientos:
        return FiltroMovimientos(desde=self.primero, hasta=self.ultimo)


def following(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def first_months(hoy: date) -> tuple[MesAvisos, ...]:
    """Twelve months without notices, up to the month of `hoy`."""
    count = hoy.year * 12 + hoy.month - MONTHS
    return tuple(MesAvisos(date(at // 12, at % 12 + 1, 1)) for at in range(count, count + MONTHS))


def add_owed(months: tuple[MesAvisos, ...], owed: Iterable[OwedOfDay], lector: Lector) -> None:
    """Add the daily counts of owed notices to their months."""
    by_month = _by_month(months)
    for tipo, salario, fecha, free, in_file, presented, rejected in owed:
        month = by_month[fecha // 100]
        to_present = free + in_file + rejected
        month.tipos[_TIPOS[tipo]] += to_present + presented
        if to_present and lector.legal_unpresented(tipo, fecha, salario) is _LATE:
            month.plazos[Cumplimiento.TARDE] += to_present


def add_received(months: tuple[MesAvisos, ...], received: Iterable[ReceivedOfMonth]) -> None:
    """Add the daily counts of received notices to their months."""
    by_month = _by_month(months)
    for at, tipo, estado, dictamen, count in received:
        month = by_month[at]
        if estado == _APROBADO:  # the others are owed
            month.tipos[_TIPOS[tipo]] += count
        if dictamen is not None and dictamen >= 0:
            month.plazos[_CUMPLIMIENTO[_ESTADOS_LEGALES[dictamen]]] += count


def with_terms(received: Iterable[ReceivedOfDay], lector: Lector) -> list[ReceivedOfMonth]:
    """The counts with their months, and with terms that are computed now."""
    found: list[ReceivedOfMonth] = []
    for tipo, salario, fecha, estado, late, day, count in received:
        dictamen = -1
        if day is not None or late is not None:
            legal = lector.legal(tipo, fecha, salario, day, estado, late)
            dictamen = _ESTADOS_LEGALES.index(legal)
        found.append((fecha // 100, tipo, estado, dictamen, count))
    return found


def _by_month(months: tuple[MesAvisos, ...]) -> dict[int, MesAvisos]:
    return {one.primero.year * 100 + one.primero.month: one for one in months}


MOST_LOTES: Final = 20
MOST_VENCIMIENTOS: Final = 5
# The IMSS puts an emission into IDSE in the first days of a month; dues end on the 17th (RACERF 3).
FIRST_DAY_OF_EMISSION, LAST_DAY_OF_DUES = 5, 17


class Cifra(StrEnum):
    """A figure of the Tablero. The value is its name on screen."""

    HOY = "Terminan hoy"
    EN_RIESGO = "Urgen"
    SIN_CUBRIR = "Ya trabajan"
    EXPUESTOS = "Tarde"
    SIN_ARCHIVO = "Sin archivo"
    SIN_RESPUESTA = "Sin respuesta"
    RECHAZADOS = "Rechazados"

    def filtro(self, hoy: date) -> FiltroMovimientos:
        """The filter of the movements that it counts."""
        match self:
            case Cifra.HOY:
                return FiltroMovimientos(deuda=Deuda.POR_PRESENTAR, limite=hoy)
            case Cifra.SIN_ARCHIVO | Cifra.SIN_RESPUESTA | Cifra.RECHAZADOS:
                return FiltroMovimientos(deuda=_DEUDAS[self])
            case _:
                return FiltroMovimientos(deuda=Deuda.POR_PRESENTAR, plazo=_PLAZOS[self])


class PrimerPaso(StrEnum):
    """What a new installation has still to do. The value is its short name."""

    REGISTRO = "Registro"
    CERTIFICADO = "Certificado"
    MOVIMIENTO = "Movimiento"
    RESPALDO = "Respaldo"
    CORREO = "Correo"


_DEUDAS: Final = {
    Cifra.SIN_ARCHIVO: Deuda.SIN_ARCHIVO,
    Cifra.SIN_RESPUESTA: Deuda.SIN_RESPUESTA,
    Cifra.RECHAZADOS: Deuda.POR_REPETIR,
}
_PLAZOS: Final = {
    Cifra.EN_RIESGO: EstadoLegal.EN_RIESGO,
    Cifra.SIN_CUBRIR: EstadoLegal.SIN_CUBRIR,
    Cifra.EXPUESTOS: EstadoLegal.EXTEMPORANEO,
}
_CIFRA_OF: Final = {plazo: cifra for cifra, plazo in _PLAZOS.items()}


@dataclass(frozen=True, slots=True)
class LoteSinRespuesta:
    """desde: the day on which it was marked as sent; before that, on which it was made."""

    archivo: str
    movimientos: int
    estado: EstadoLote
    desde: date


@dataclass(frozen=True)
class TableroDiario:
    """What today asks for, as far as the session may know it.

    lotes: the first ones. lotes, vencimientos: the most urgent first. correos, respaldo: None if
    unknown to the session; respaldo: last scheduled backup, also None before the first.
    pasos: the first steps and whether they are done; empty if they are not the session's.
    reloj: why the clock of the computer is doubtful, or empty.
    sin_responsable: the session may say who answers for the data, and nobody did.
        por_confrontar: first day of the month whose emission has still to be compared.
    """

    hoy: date
    cifras: dict[Cifra, int]
    lotes: tuple[LoteSinRespuesta, ...] = ()
    vencimientos: tuple[Vencimiento, ...] = field(default=(), repr=False)
    correos: CuentaBuzon | None = None
    respaldo: datetime | None = None
    pasos: dict[PrimerPaso, bool] = field(default_factory=dict)
    sin_responsable: bool = False
    por_confrontar: date | None = None
    reloj: str = ""

    @property
    def proximos(self) -> tuple[Vencimiento, ...]:
        """What is lost or ends soon; if nothing, what ends next."""
        near = [one for one in self.vencimientos if one.needs_attention(self.hoy)]
        return tuple(near[:MOST_VENCIMIENTOS] or self.vencimientos[:1])


class TableroService:
    def __init__(
        self,
        store: Store,
        vigencias: VigenciasService,
        buzon: BuzonService,
        respaldo: RespaldoService,
        ejemplo: bool = False,
    ) -> None:
        """ejemplo: these are the sample data, which have no first steps."""
        self._ejemplo = ejemplo
        self._store = store
        self._vigencias = vigencias
        self._buzon = buzon
        self._respaldo = respaldo

    def read(self, sesion: Sesion) -> TableroDiario:
        """Call it in a job."""
        now = self._store.clock()
        hoy = fecha_local(now)
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            reloj = problem_of(db, now)
            rows = owed_by_day(raw_of(db))
            lector = Lector(calendario_of(db), hoy)
            begins = sesion.rol is Rol.USUARIO_IDSE and not self._ejemplo
            pasos = self._steps(db) if begins else {}
            may = sesion.can
            unnamed = may(Permiso.CONFIGURAR) and not self._ejemplo and not datos_of(db).completo
            lotes = _waiting(db, sesion) if may(Permiso.ESCRIBIR_MOVIMIENTOS) else ()
            por_confrontar = month_to_compare(hoy, month_done(db))
        return TableroDiario(
            hoy,
            _figures(rows, lector),
            lotes,
            self._vigencias.all(sesion) if may(Permiso.CONSULTAR_BITACORA) else (),
            self._buzon.counts() if may(Permiso.CONFIGURAR_CORREO) else None,
            self._respaldo.last(sesion) if may(Permiso.CONFIGURAR) else None,
            pasos,
            unnamed,
            por_confrontar,
            reloj,
        )

    def months(self, sesion: Sesion) -> tuple[MesAvisos, ...]:
        """The notices of the last twelve months, by the day of their movement. Call it in a job."""
        hoy = self._store.today()
        months = first_months(hoy)
        days = (months[0].primero, months[-1].ultimo)
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            raw = raw_of(db)
            calendario = calendario_of(db)
            lector = Lector(calendario, hoy)
            add_owed(months, owed_by_day(raw, *days), lector)
            hold = stored_terms_hold(db, calendario)
            received = received_by_month(raw, *days) if hold else None
            if received is None:
                received = with_terms(received_by_day(raw, *days), lector)
            add_received(months, received)
        return months

    def save_picture(self, path: Path, png: bytes) -> None:
        """Write the picture of a chart. Raises UserFacingError; an existing file then stays."""
        replace_file(path, png)

    def _steps(self, db: Session) -> dict[PrimerPaso, bool]:
        def has(found: Select[Any]) -> bool:
            return db.scalar(found.limit(1)) is not None

        backup = BitacoraRow.accion == Accion.RESPALDO_CREADO
        return {
            PrimerPaso.REGISTRO: has(select(RegistroPatronalRow.id)),
            PrimerPaso.CERTIFICADO: has(select(CertificadoRow.id)),
            PrimerPaso.MOVIMIENTO: has(select(MovimientoRow.fila)),
            PrimerPaso.RESPALDO: has(select(BitacoraRow.id).where(backup)),
            PrimerPaso.CORREO: self._buzon.can_send(db),
        }


def month_to_compare(hoy: date, done: str) -> date | None:
    """First day of the month before, from the day on which its emission is there until its dues
    end. done: the last month that was compared, «2026-02».
    """
    if not FIRST_DAY_OF_EMISSION <= hoy.day <= LAST_DAY_OF_DUES:
        return None
    first = (hoy.replace(day=1) - timedelta(1)).replace(day=1)
    return None if done >= f"{first:%Y-%m}" else first


def _waiting(db: Session, sesion: Sesion) -> tuple[LoteSinRespuesta, ...]:
    """The lotes without an answer, the oldest first."""
    authorize(db, sesion, Permiso.ESCRIBIR_MOVIMIENTOS)
    found = [
        LoteSinRespuesta(archivo, movimientos, EstadoLote(estado), enviado or fecha_local(creado))
        for archivo, movimientos, estado, enviado, creado in waiting_lotes(db)
    ]
    return tuple(sorted(found, key=lambda one: (one.desde, one.archivo))[:MOST_LOTES])


def _figures(rows: list[OwedOfDay], lector: Lector) -> dict[Cifra, int]:
    """The count of each figure."""
    counts = dict.fromkeys(Cifra, 0)
    hoy = day_number(lector.today)
    for tipo, salario, fecha, free, in_file, presented, rejected in rows:
        counts[Cifra.SIN_ARCHIVO] += free
        counts[Cifra.SIN_RESPUESTA] += in_file + presented
        counts[Cifra.RECHAZADOS] += rejected
        owed = free + in_file + rejected
        # A rejected notice has the term of one that was not presented.
        legal = lector.legal_unpresented(tipo, fecha, salario)
        cifra = _CIFRA_OF.get(legal)
        if cifra is not None:
            counts[cifra] += owed
        # Later days end later, and those at risk have passed this one.
        running = legal in (EstadoLegal.SIN_CUBRIR, EstadoLegal.EN_PLAZO)
        if running and fecha <= hoy and lector.limite_sql(tipo, fecha, salario) == hoy:
            counts[Cifra.HOY] += owed
    return counts
