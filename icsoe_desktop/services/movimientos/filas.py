"""Converts stored values of movements to MovimientoFila, and a filter to a request to the store."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
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
from icsoe_desktop.domain.movimientos.plazos import (
    REGLAS,
    Calendario,
    EstadoLegal,
    Plazo,
    cortes_of,
    estimate,
    legal_state,
    plazo_of,
    uncovered,
)
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.domain.valores_legales.valores import TablaValores
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.movimientos.valores import (
    ColumnaMovimiento,
    FiltroMovimientos,
    MovimientoFila,
    OrdenMovimientos,
)
from icsoe_desktop.store.ajustes import kept_values
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.movimientos.list_sql import MovementSelection, registros_patronales_like
from icsoe_desktop.store.movimientos.ordered_lists import ListRequest, MovementValues
from icsoe_desktop.store.movimientos.stored_terms import GROUPS, Cut, Cuts
from icsoe_desktop.store.tables.movimientos import ESTADOS, ImportacionRow
from icsoe_desktop.store.types import day_number, day_of

# The setting that says with which calendar and rules the stored terms were made.
HECHOS_CON, HUELLA = "movimientos.plazos", "huella"
ESTADO_DE = tuple(EstadoAviso(nombre) for nombre in ESTADOS)
NUMERO_DE = {estado: numero for numero, estado in enumerate(ESTADO_DE)}

_CANCELADO, _RECHAZADO = NUMERO_DE[EstadoAviso.CANCELADO], NUMERO_DE[EstadoAviso.RECHAZADO]
_PLACES = {state: place for place, state in enumerate(EstadoLegal)}
_MAX_REMEMBERED = 50_000

_TIPOS = {each.value: each for each in TipoMovimiento}
_TRABAJADORES: dict[str, TipoTrabajador | None] = {"": None}
_TRABAJADORES |= {each.value: each for each in TipoTrabajador}
_SALARIOS: dict[str, TipoSalario | None] = {"": None} | {each.value: each for each in TipoSalario}
_JORNADAS: dict[str, Jornada | None] = {"": None} | {each.value: each for each in Jornada}
_CAUSAS: dict[str, CausaBaja | None] = {"": None} | {each.value: each for each in CausaBaja}

_V = TypeVar("_V")


class Lector:
    """Builds rows for one day and one calendar, and caches computed terms."""

    def __init__(
        self,
        calendario: Calendario,
        today: date,
        valores: TablaValores | None = None,
        *,
        dudoso: bool = False,
    ) -> None:
        """valores: with which costs are estimated; the shipped ones if None.

        dudoso: `today` cannot be right.
        """
        self._dudoso = dudoso
        self.calendario = calendario
        self.today = today
        self._valores = valores or TablaValores()
        self._costs: dict[tuple[str, int, EstadoLegal], str] = {}
        self._plazos: dict[tuple[str, int, str], Plazo] = {}
        self._legal: dict[tuple[str, int, str, int | None, int, int | None], EstadoLegal] = {}
        self._limites: dict[tuple[str, int, str], int] = {}
        self._legal_sql: dict[tuple[Any, ...], int] = {}
        self._days: dict[int, date] = {}
        self._hoy = day_number(today)
        self._cut_of: dict[tuple[str, str], Cut] | None = None

    def plazo(self, tipo: str, fecha: int, tipo_salario: str) -> Plazo:
        key = (tipo, fecha, tipo_salario)
        found = self._plazos.get(key)
        if found is None:
            _bound(self._plazos)
            found = self._plazos[key] = plazo_of(
                _TIPOS[tipo], day_of(fecha), self.calendario, tipo_salario=_SALARIOS[tipo_salario]
            )
        return found

    def legal(
        self,
        tipo: str,
        fecha: int,
        tipo_salario: str,
        recibido: int | None,
        estado: int,
        extemporaneo: int | None,
    ) -> EstadoLegal:
        key = (tipo, fecha, tipo_salario, recibido, estado, extemporaneo)
        found = self._legal.get(key)
        if found is None:
            _bound(self._legal)
            found = self._legal[key] = legal_state(
                self.plazo(tipo, fecha, tipo_salario),
                self.today,
                presentado=None if recibido is None else day_of(recibido),
                rechazado=ESTADO_DE[estado] is EstadoAviso.RECHAZADO,
                extemporaneo_imss=None if extemporaneo is None else bool(extemporaneo),
                inicio=self._inicio(tipo, fecha, estado),
            )
        return found

    def legal_unpresented(self, tipo: str, fecha: int, tipo_salario: str) -> EstadoLegal:
        """The legal state of a notice to be presented, without computing its term."""
        if self._cut_of is None:
            groups = self.cuts.groups
            self._cut_of = {(cut.tipo, cut.tipo_salario): cut for cut in groups}
        cut = self._cut_of[tipo, tipo_salario]
        if fecha <= cut.late:
            return EstadoLegal.EXTEMPORANEO
        if fecha <= cut.risk:
            return EstadoLegal.EN_RIESGO
        if _TIPOS[tipo] is TipoMovimiento.ALTA and fecha <= self._hoy:
            return EstadoLegal.SIN_CUBRIR
        return EstadoLegal.EN_PLAZO

    def cost(self, tipo: str, fecha: int, estado_legal: EstadoLegal) -> str:
        """What a notice that the IMSS has not received may cost; empty if nothing."""
        key = (tipo, fecha, estado_legal)
        found = self._costs.get(key)
        if found is None:
            _bound(self._costs)
            found = ""
            if estado_legal is EstadoLegal.SIN_CUBRIR:
                found = uncovered(day_of(fecha))
            elif estado_legal is EstadoLegal.EXTEMPORANEO:
                found = estimate(_TIPOS[tipo], day_of(fecha), self.today, self._valores)
            self._costs[key] = found
        return found

    def _inicio(self, tipo: str, fecha: int, estado: int) -> date | None:
        """The first day of work of an alta that was not cancelled."""
        alta = _TIPOS[tipo] is TipoMovimiento.ALTA
        return day_of(fecha) if alta and ESTADO_DE[estado] is not EstadoAviso.CANCELADO else None

    def limite_sql(self, tipo: str, fecha: int, tipo_salario: str) -> int:
        """The last day of the term, as a day number, which sorts by date."""
        # Called for each of a million rows, as `legal_sql`.
        key = (tipo, fecha, tipo_salario)
        found = self._limites.get(key)
        if found is None:
            _bound(self._limites)
            found = self._limites[key] = day_number(self.plazo(*key).seguro)
        return found

    def term(self, tipo: str, fecha: int, tipo_salario: str) -> tuple[int, int]:
        """The last day under every reading, and under the kindest, as the store keeps them."""
        plazo = self.plazo(tipo, fecha, tipo_salario)
        return day_number(plazo.seguro), day_number(plazo.limite)

    @property
    def cuts(self) -> Cuts:
        """What tells the legal state today of each notice whose term runs."""
        return _cuts(self.calendario, self.today)

    def legal_sql(self, *values: Any) -> int:
        """The place in EstadoLegal."""
        # Called for each of a million rows while the windows wait for the GIL: one look-up.
        found = self._legal_sql.get(values)
        if found is None:
            _bound(self._legal_sql)
            found = self._legal_sql[values] = _PLACES[self.legal(*values)]
        return found

    def fila(self, values: MovementValues) -> MovimientoFila | None:
        """The row, or None if the movement is gone."""
        if values[0] is None:
            return None
        # fmt: off
        (
            id_, tipo, registro, nombres, primer, segundo, nss, sbc, fecha, curp, umf,
            tipo_trabajador, tipo_salario, jornada, causa, estado, emitido, recibido, aprobado,
            rechazado, codigo_rechazo, causa_rechazo, extemporaneo, guia, clave, rfc, lote_id,
            c_lote, c_folio, l_numero, l_folio, l_archivo, corregido,
        ) = values
        day = self._day
        legal = self.legal(tipo, fecha, tipo_salario, recibido, estado, extemporaneo)
        waits = recibido is None and extemporaneo is None and estado != _CANCELADO
        return MovimientoFila(
            uuid.UUID(bytes=id_), _TIPOS[tipo], registro, nombres, primer, segundo, nss, sbc,
            self._known_day(fecha), curp, umf, _TRABAJADORES[tipo_trabajador],
            _SALARIOS[tipo_salario], _JORNADAS[jornada], _CAUSAS[causa], ESTADO_DE[estado],
            legal, c_lote or l_numero or "", day(emitido), day(recibido), day(aprobado),
            day(rechazado),
            codigo_rechazo, causa_rechazo, None if extemporaneo is None else bool(extemporaneo),
            self.plazo(tipo, fecha, tipo_salario).seguro, guia, clave, rfc,
            c_folio or l_folio or "",
            None if lote_id is None else uuid.UUID(bytes=lote_id),
            l_archivo or "",
            self.cost(tipo, fecha, legal) if waits or estado == _RECHAZADO else "",
            self._dudoso and (waits or estado == _RECHAZADO),
            bool(corregido),
        )
        # fmt: on

    def filas(self, rows: Iterable[MovementValues]) -> list[MovimientoFila | None]:
        return [self.fila(values) for values in rows]

    def present(self, rows: Iterable[MovementValues]) -> list[MovimientoFila]:
        """The rows without deleted movements."""
        return [fila for values in rows if (fila := self.fila(values)) is not None]

    def _day(self, number: int | None) -> date | None:
        return None if number is None else self._known_day(number)

    def _known_day(self, number: int) -> date:
        found = self._days.get(number)
        if found is None:
            _bound(self._days)
            found = self._days[number] = day_of(number)
        return found


@lru_cache(maxsize=4)
def _cuts(calendario: Calendario, today: date) -> Cuts:
    # Some 400 terms, for every list that is read.
    groups = []
    for tipo, salario in GROUPS:
        cortes = cortes_of(_TIPOS[tipo], _SALARIOS[salario], calendario, today)
        late, risk = day_number(cortes.extemporaneo), day_number(cortes.riesgo)
        groups.append(Cut(tipo, salario, late, risk))
    return Cuts(day_number(today), tuple(groups))


def _bound(remembered: dict[Any, _V]) -> None:
    if len(remembered) >= _MAX_REMEMBERED:
        remembered.clear()


_TYPED = CAMPOS_MOVIMIENTO.names(Place.FORM)


def movimiento_of(fila: MovimientoFila) -> Movimiento:
    return Movimiento(**{name: getattr(fila, name) for name in _TYPED})


NO_SUCH_IMPORT = "La importación ya no existe. Actualice la lista."

_ORDEN = {
    ColumnaMovimiento(each.title(Place.GRID)): each.name
    for each in CAMPOS_MOVIMIENTO.at(Place.GRID)
}
_ESTADOS = tuple(EstadoLegal)


def list_request_of(
    db: Session, filtro: FiltroMovimientos, orden: OrdenMovimientos, lector: Lector
) -> ListRequest:
    """Raises UserFacingError if the import of the filter is gone."""
    return ListRequest(
        _selection(db, filtro),
        _ORDEN[orden.columna],
        orden.descendente,
        clean(filtro.texto),
        lector.legal_sql,
        lector.limite_sql,
        lector.cuts if stored_terms_hold(db, lector.calendario) else None,
    )


def _selection(db: Session, filtro: FiltroMovimientos) -> MovementSelection:
    registros_patronales = importacion = None
    if filtro.registro_patronal:
        base = RegistroPatronal.parse(filtro.registro_patronal).base
        registros_patronales = registros_patronales_like(raw_of(db), base)
    if filtro.importacion_id is not None:
        row = db.get(ImportacionRow, filtro.importacion_id)
        if row is None:
            raise UserFacingError(NO_SUCH_IMPORT)
        importacion = (row.numero, row.primera, row.ultima)
    return MovementSelection(
        registros_patronales=registros_patronales,
        from_day=None if filtro.desde is None else day_number(filtro.desde),
        to_day=None if filtro.hasta is None else day_number(filtro.hasta),
        estado=None if filtro.situacion is None else NUMERO_DE[filtro.situacion.estado],
        en_archivo=None if filtro.situacion is None else filtro.situacion is Situacion.EN_ARCHIVO,
        owed=filtro.por_resolver or filtro.deuda is not None,
        owed_part=None if filtro.deuda is None else filtro.deuda.value,
        limite=None if filtro.limite is None else day_number(filtro.limite),
        tipo=None if filtro.tipo is None else filtro.tipo.value,
        lote=None if filtro.lote_id is None else filtro.lote_id.bytes,
        importacion=importacion,
        plazo=None if filtro.plazo is None else _ESTADOS.index(filtro.plazo),
    )


def stored_terms_hold(db: Session, calendario: Calendario) -> bool:
    """Whether the stored terms were made with this calendar and the present rules."""
    return kept_values(db, HECHOS_CON).get(HUELLA) == huella_of(calendario)


def huella_of(calendario: Calendario) -> str:
    parts = [str(REGLAS)]
    for days in (calendario.inhabiles, calendario.habiles):
        parts.append(",".join(day.isoformat() for day in sorted(days)))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
