"""The new SBC of each worker, by the reason and by what was typed or read for them.

The arithmetic is that of `calculo`; this adds what is known of a worker when the pay is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final, NamedTuple

from icsoe_desktop.domain.movimientos.catalogos_imss import Jornada, TipoMovimiento, TipoSalario
from icsoe_desktop.domain.movimientos.limites_sbc import Limites
from icsoe_desktop.domain.movimientos.movimiento import MAX_SBC
from icsoe_desktop.domain.movimientos.plazos import plazo_of
from icsoe_desktop.domain.salarios.bimestres import Variable, bimestre_of, refuse_variable
from icsoe_desktop.domain.salarios.calculo import factor_of, to_centavos
from icsoe_desktop.domain.salarios.razones import Criterio, Empleo, Plantilla, Razon
from icsoe_desktop.domain.valores_legales.factor import start_of_year, vacation_days, year_of_work
from icsoe_desktop.domain.valores_legales.valores import DE_ZONA, Concepto, pesos
from icsoe_desktop.errors import InvalidInputError

_DAY: Final = timedelta(days=1)
_ALL: Final = Decimal(100)
_NOTHING: Final = Decimal(0), None

NEEDS_PAY: Final = "Falta su salario diario."
NEEDS_FIXED: Final = (
    "Falta su salario diario: su SBC de hoy ya trae parte variable, y no se sabe cuánta es fija."
)
NEEDS_VARIABLE: Final = "Falta lo que se le pagó de variable en el bimestre y sus días."
NEEDS_SBC: Final = "Falta su SBC: la hoja no lo trae."
OUT_OF_RANGE: Final = "El SBC va de $0.01 a $9,999.99 diarios."
BY_THE_IMSS: Final = (
    "Lo sube el IMSS de oficio: hoy tiene justo el mínimo con las prestaciones mínimas (RACERF 55)."
)
REDUCED: Final = "Semana o jornada reducida: puede ir por debajo del mínimo integrado. Revíselo."
SAME_DAY: Final = "Ya tiene una modificación de ese día, {}."
LEAVING: Final = "Tiene una baja del {:%d/%m/%Y}, {}."
LATER: Final = "Tiene otro aviso, del {:%d/%m/%Y}, {}."
UNANSWERED: Final = "Tiene una modificación del {:%d/%m/%Y}, {}: su SBC de hoy puede ser otro."
NOT_ANSWERED: Final = "Su último aviso se presentó y no tiene respuesta."
NO_FIRST_DAY: Final = "No se sabe su primer día: se toma el factor del primer año."
LOWER: Final = "Es menor que el de hoy."
SAME: Final = "Es igual al de hoy."
CUT: Final = "Se recortó al tope, {}."
RAISED: Final = "Se subió al salario mínimo, {}."
HAS_VARIABLE: Final = "Su SBC de hoy trae parte variable, que también cambia."


class EntradaSalario(NamedTuple):
    """What was typed, pasted or read for a worker; None for nothing.

    salario: a day, centavos. pagado, dias: variable pay of the bimestre before in centavos, and
    the days in which it was earned. sbc: as written. elegido: ticked by hand. nota: what could not
    be read.
    """

    salario: int | None = None
    pagado: int | None = None
    dias: int | None = None
    sbc: int | None = None
    fecha: date | None = None
    elegido: bool | None = None
    nota: str = ""

    @property
    def has_amount(self) -> bool:
        return not (self.salario is None and self.pagado is None and self.sbc is None)


NADA: Final = EntradaSalario()


class CambioSalario(NamedTuple):
    """A row. sbc: the new one, centavos; None if it is not known, `falta` says why.

    propuesto: the reason is for this worker. limite: last day in time. factor: None where none was
    used. variable: daily, centavos. tipo_salario: of the notice.
    """

    empleo: Empleo
    entrada: EntradaSalario
    elegido: bool
    propuesto: bool
    fecha: date
    limite: date
    factor: Decimal | None
    variable: int | None
    sbc: int | None
    tipo_salario: str
    falta: str
    observaciones: tuple[str, ...]

    @property
    def diferencia(self) -> int | None:
        if self.sbc is None or self.empleo.sbc is None:
            return None
        return self.sbc - self.empleo.sbc

    @property
    def se_propone(self) -> bool:
        """By the reason, or by hand."""
        return self.propuesto or self.elegido

    @property
    def textos(self) -> tuple[str, ...]:
        """What is missing, where it matters, and then the remarks."""
        missing = self.falta and (self.propuesto or self.elegido)
        return (self.falta, *self.observaciones) if missing else self.observaciones


class Calculista:
    """Makes the rows of a criterion. Caches what many workers share."""

    def __init__(self, criterio: Criterio, plantilla: Plantilla) -> None:
        self.criterio = criterio
        self._plantilla = plantilla
        # Not of methods: a circle would keep all workers until the next collection.
        self._limites_on = lru_cache(2048)(plantilla.limites.on)
        self._factor_in = lru_cache(2048)(partial(_find_factor, criterio, plantilla))
        self._limite_of = lru_cache(2048)(partial(_find_limite, plantilla))
        self._before = lru_cache(2048)(partial(_find_before, plantilla))

    def rows(self, entradas: Mapping[tuple[str, str], EntradaSalario]) -> Iterator[CambioSalario]:
        get = entradas.get
        for empleo in self._plantilla.empleos:
            yield self.row(empleo, get(empleo.clave, NADA))

    def row(self, empleo: Empleo, entrada: EntradaSalario) -> CambioSalario:
        fecha = entrada.fecha or self._day(empleo)
        if empleo.sbc is None:
            return self._blocked(empleo, entrada, fecha)
        limites = self._limites(fecha, empleo)
        notas = [one for one in (entrada.nota, empleo.nota) if one]
        factor: Decimal | None = None
        daily: Decimal | None = None
        falta = ""
        sbc = entrada.sbc
        if sbc is None:
            fijo, factor, falta = self._fixed(empleo, entrada, fecha, notas)
            if not falta and entrada.pagado is not None:
                daily, falta = _variable(empleo, entrada, fecha)
            if not falta:
                calculado = to_centavos(fijo + (daily or 0))
                sbc = limites.bounded(calculado)
                if sbc < calculado:
                    notas.append(CUT.format(pesos(sbc)))
                elif sbc > calculado:
                    notas.append(RAISED.format(pesos(sbc)))
        if sbc is not None and not 0 < sbc <= MAX_SBC:
            sbc, falta = None, OUT_OF_RANGE
        tipo_salario = empleo.tipo_salario
        if daily and tipo_salario == TipoSalario.FIJO:
            tipo_salario = TipoSalario.MIXTO.value
        propuesto = entrada.has_amount or self._is_meant(empleo, fecha)
        if sbc is not None and sbc <= empleo.sbc and (propuesto or sbc < empleo.sbc):
            notas.append(SAME if sbc == empleo.sbc else LOWER)
        unticked = self._remark(empleo, entrada, fecha, notas) or sbc == empleo.sbc
        if sbc is not None:
            reducida = empleo.jornada not in ("", Jornada.NORMAL)
            notas.extend(limites.out_of_limits(sbc, reducida=reducida))
        elegido = propuesto and not unticked if entrada.elegido is None else entrada.elegido
        return CambioSalario(
            empleo,
            entrada,
            elegido,
            propuesto,
            fecha,
            self._limite_of(fecha, tipo_salario),
            factor,
            None if daily is None else to_centavos(daily),
            sbc,
            tipo_salario,
            falta,
            tuple(notas),
        )

    def _blocked(self, empleo: Empleo, entrada: EntradaSalario, fecha: date) -> CambioSalario:
        limite = self._limite_of(fecha, empleo.tipo_salario)
        # fmt: off
        return CambioSalario(
            empleo, entrada, False, True, fecha, limite, None, None, None, empleo.tipo_salario,
            empleo.nota, (),
        )
        # fmt: on

    def _fixed(
        self, empleo: Empleo, entrada: EntradaSalario, fecha: date, notas: list[str]
    ) -> tuple[Decimal, Decimal | None, str]:
        """The fixed part in pesos, its factor, and why there is none."""
        hoy = Decimal(empleo.sbc or 0) / 100
        fijo = empleo.tipo_salario == TipoSalario.FIJO
        if entrada.salario is not None:
            factor = self._factor(empleo, fecha, notas)
            return Decimal(entrada.salario) / 100 * factor, factor, ""
        if entrada.pagado is not None and not fijo:
            # With variable pay alone, all of the SBC of today is replaced.
            alone = empleo.tipo_salario == TipoSalario.VARIABLE
            return *_NOTHING, "" if alone else NEEDS_FIXED
        match self.criterio.razon:
            case Razon.MINIMO:
                own = self._own_floor(empleo, fecha)
                if own is None or (empleo.sbc or 0) >= own:
                    return hoy, None, ""
                return Decimal(own) / 100, self._factor(empleo, fecha, notas), ""
            case Razon.TOPE:
                tope = self._limites(fecha, empleo).tope
                if tope is not None and (empleo.sbc or 0) > tope:
                    return hoy, None, ""
                return *_NOTHING, NEEDS_PAY
            case Razon.ANIVERSARIO:
                if not fijo:
                    return *_NOTHING, NEEDS_FIXED
                before, now = self._factors_around(empleo, fecha)
                if before != now:
                    notas.append(f"{pesos(empleo.sbc or 0)} ÷ {before:.6} × {now:.6}")
                return hoy / before * now, now, ""
            case Razon.VARIABLES:
                missing = entrada.pagado is None
                return hoy, None, NEEDS_VARIABLE if missing else ""
            case Razon.PORCENTAJE:
                if not fijo:
                    notas.append(HAS_VARIABLE)
                return hoy * (_ALL + self.criterio.porcentaje) / _ALL, None, ""
            case Razon.HOJA:
                if entrada.pagado is not None:
                    return hoy, None, ""
                return *_NOTHING, NEEDS_SBC

    def _is_meant(self, empleo: Empleo, fecha: date) -> bool:
        sbc = empleo.sbc or 0
        match self.criterio.razon:
            case Razon.MINIMO:
                own = self._own_floor(empleo, fecha)
                return own is not None and sbc < own
            case Razon.TOPE:
                before = self._limites(self._before(Concepto.UMA, fecha), empleo).tope
                now = self._limites(fecha, empleo).tope
                return sbc == before or (now is not None and sbc > now)
            case Razon.ANIVERSARIO:
                before_factor, factor = self._factors_around(empleo, fecha)
                return self._anniversary(empleo) == fecha and before_factor != factor
            case Razon.PORCENTAJE:
                return self.criterio.todos
        return False

    def _remark(
        self, empleo: Empleo, entrada: EntradaSalario, fecha: date, notas: list[str]
    ) -> bool:
        """Add what is odd about a row; True if it should not be ticked."""
        unticked = False
        hoy = empleo.sbc or 0
        for otro in empleo.otros:
            estado = otro.estado.value.lower()
            if otro.tipo == TipoMovimiento.BAJA:
                notas.append(LEAVING.format(otro.fecha, estado))
                unticked = unticked or otro.fecha <= fecha
            elif otro.fecha == fecha and otro.tipo == TipoMovimiento.MODIFICACION:
                notas.append(SAME_DAY.format(estado))
                unticked = True
            elif otro.fecha >= fecha:
                notas.append(LATER.format(otro.fecha, estado))
            elif otro.tipo == TipoMovimiento.MODIFICACION:
                notas.append(UNANSWERED.format(otro.fecha, estado))
        if empleo.presentado and not empleo.otros:
            notas.append(NOT_ANSWERED)
        if self.criterio.razon is not Razon.MINIMO or entrada.has_amount:
            return unticked
        if empleo.jornada not in ("", Jornada.NORMAL) and self._is_meant(empleo, fecha):
            notas.append(REDUCED)
            return True
        wage = DE_ZONA[self._limites(fecha, empleo).zona]
        last_year = self._limites(self._before(wage, fecha), empleo).piso_integrado
        first_year = empleo.alta is None or year_of_work(empleo.alta, fecha) == 1
        # Published floors differ by a centavo.
        if last_year is not None and abs(hoy - last_year) <= 1 and first_year:
            notas.insert(0, BY_THE_IMSS)
            return True
        return unticked

    def _day(self, empleo: Empleo) -> date:
        return self._anniversary(empleo) or self.criterio.fecha

    def _anniversary(self, empleo: Empleo) -> date | None:
        """The one within the days of the criterion."""
        criterio, alta = self.criterio, empleo.alta
        if criterio.razon is not Razon.ANIVERSARIO or alta is None or alta >= criterio.hasta:
            return None
        day = start_of_year(alta, year_of_work(alta, criterio.hasta))
        return day if day > alta and criterio.fecha <= day else None

    def _own_floor(self, empleo: Empleo, fecha: date) -> int | None:
        """The minimum wage with the benefits of the worker's year."""
        piso = self._limites(fecha, empleo).piso
        return None if piso is None else to_centavos(piso * self._factor(empleo, fecha) / _ALL)

    def _factor(self, empleo: Empleo, fecha: date, notas: list[str] | None = None) -> Decimal:
        if empleo.alta is None and notas is not None:
            notas.append(NO_FIRST_DAY)
        return self._factor_in(_year(empleo, fecha), fecha)

    def _factors_around(self, empleo: Empleo, fecha: date) -> tuple[Decimal, Decimal]:
        """Of the day before, and of the day."""
        before = fecha - _DAY
        return self._factor_in(_year(empleo, before), before), self._factor(empleo, fecha)

    def _limites(self, fecha: date, empleo: Empleo) -> Limites:
        registro = empleo.registro_patronal[:10]
        return self._limites_on(
            fecha, registro if registro in self._plantilla.limites.zonas else ""
        )


def _find_factor(criterio: Criterio, plantilla: Plantilla, year: int, fecha: date) -> Decimal:
    vacaciones = vacation_days(year, fecha)
    return factor_of(vacaciones, criterio.aguinaldo, criterio.prima, plantilla.reglas)


def _find_before(plantilla: Plantilla, concepto: Concepto, fecha: date) -> date:
    """The last day of the value before the one of `fecha`, also where that is a later day."""
    value = plantilla.limites.valores.on(concepto, fecha)
    return (fecha if value is None else value.desde) - _DAY


def _find_limite(plantilla: Plantilla, fecha: date, tipo_salario: str) -> date:
    return plazo_of(
        TipoMovimiento.MODIFICACION,
        fecha,
        plantilla.calendario,
        tipo_salario=TipoSalario(tipo_salario),
    ).seguro


def _year(empleo: Empleo, fecha: date) -> int:
    """The year of work; the first one if it is not known or did not begin."""
    if empleo.alta is None or fecha < empleo.alta:
        return 1
    return year_of_work(empleo.alta, fecha)


def _variable(empleo: Empleo, entrada: EntradaSalario, fecha: date) -> tuple[Decimal, str]:
    """The variable part a day in pesos, and why there is none."""
    variable = Variable(
        pagado=Decimal(entrada.pagado or 0) / 100, dias_devengados=entrada.dias or 0
    )
    try:
        refuse_variable(variable, bimestre_of(fecha).before(), empleo.alta or date.min)
    except InvalidInputError as error:
        return Decimal(0), error.message
    if not variable.total:
        return Decimal(0), ""
    return variable.total / variable.dias_devengados, ""


class TotalesSalario(NamedTuple):
    """elegidos: ticked rows. incompletos: of them, without an SBC. SBC sums in centavos a day."""

    filas: int
    elegidos: int
    incompletos: int
    hoy: int
    nuevo: int


def totals(rows: Iterable[CambioSalario]) -> TotalesSalario:
    """hoy, nuevo: of the ticked rows whose new SBC is known."""
    filas = elegidos = incompletos = hoy = nuevo = 0
    for row in rows:
        filas += 1
        if row.elegido:
            elegidos += 1
            if row.sbc is None:
                incompletos += 1
            else:
                hoy += row.empleo.sbc or 0
                nuevo += row.sbc
    return TotalesSalario(filas, elegidos, incompletos, hoy, nuevo)
