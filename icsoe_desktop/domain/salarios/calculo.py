"""The SBC of a worker from pay and benefits, step by step, each step with its article.

Sources: LSS 27 (what is not part of it), 28 (floor and cap), 29 and 30 (fixed, variable, mixed),
LFT 76, 80 and 87 (factor); docs/fuentes.md §8. Amounts are Decimal pesos; only the factor, where
the office rounds it, and the daily amounts of the result are rounded (half up).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Final

from icsoe_desktop.domain.movimientos.catalogos_imss import refuse_year
from icsoe_desktop.domain.movimientos.limites_sbc import Limites, TablaLimites
from icsoe_desktop.domain.salarios.bimestres import (
    MAX_PESOS,
    NO_VARIABLE_YET,
    Bimestre,
    Variable,
    bimestre_of,
    refuse_variable,
)
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.factor import (
    AGUINALDO_DIAS,
    DIAS_DEL_ANIO,
    PRIMA_VACACIONAL,
    REFORMA_VACACIONES,
    exact_factor,
    rounded_factor,
    start_of_year,
    vacation_days,
    year_of_work,
)
from icsoe_desktop.domain.valores_legales.valores import (
    DE_ZONA,
    Concepto,
    TablaValores,
    Zona,
    pesos,
)
from icsoe_desktop.errors import InvalidInputError

PARTE_DESPENSA: Final = Decimal("0.40")  # of the UMA of each day: LSS 27-VI
PARTE_PREMIO: Final = Decimal("0.10")  # of the SBC, each premio: LSS 27-VII
_SHOWN: Final = Decimal("0.000001")
_NEARLY: Final = Decimal("1e-12")  # a half centavo of quotients that have no end


class PeriodoDePago(Enum):
    """How often a pay is paid, and its days."""

    DIARIO = "diario", Decimal(1)
    SEMANAL = "semanal", Decimal(7)
    CATORCENAL = "catorcenal", Decimal(14)
    QUINCENAL = "quincenal", Decimal(15)
    MENSUAL = "mensual", Decimal(30)
    MENSUAL_304 = "mensual-30.4", Decimal("30.4")

    def __init__(self, nombre: str, dias: Decimal) -> None:
        self.nombre = nombre
        self.dias = dias


@dataclass(frozen=True, slots=True)
class DatosSbc:
    """What the SBC of `fecha` is computed from.

    salario: pesos a period. vacaciones: days a year; None for the minimum of the law.
    otras: other fixed pay of a year, in pesos. reducida: reduced week or day.
    """

    salario: Decimal
    periodo: PeriodoDePago
    ingreso: date
    fecha: date
    zona: Zona = Zona.GENERAL
    aguinaldo: Decimal = Decimal(AGUINALDO_DIAS)
    vacaciones: Decimal | None = None
    prima: Decimal = PRIMA_VACACIONAL
    otras: Decimal = Decimal(0)
    variable: Variable = field(default_factory=Variable)
    reducida: bool = False


@dataclass(frozen=True, slots=True)
class Reglas:
    """The settings of the office. dias_del_anio: 365 or 366.

    redondea_factor: to four decimals, as most payroll programs do.
    """

    dias_del_anio: int = DIAS_DEL_ANIO
    redondea_factor: bool = True

    @property
    def nombre(self) -> str:
        rounded = "a cuatro decimales" if self.redondea_factor else "sin redondear"
        return f"{rounded}, con {self.dias_del_anio} días"


@dataclass(frozen=True, slots=True)
class Paso:
    """A line of the calculation: «Factor», «1 + (15 + 12 × 0.25) ÷ 365», «1.0493», «LFT 76…»."""

    nombre: str
    operacion: str
    resultado: str
    fundamento: str


@dataclass(frozen=True, slots=True)
class ResultadoSbc:
    """calculado: before floor and cap. sbc: after them; both in centavos.

    factor: as used. desde: the first day for which this calculation holds.
    """

    factor: Decimal
    calculado: int
    sbc: int
    desde: date
    pasos: tuple[Paso, ...]
    advertencias: tuple[str, ...]

    def as_text(self) -> str:
        """The steps, the remarks and the SBC as lines."""
        lines = [
            f"{paso.nombre}: {paso.operacion} = {paso.resultado}"
            + (f" ({paso.fundamento})" if paso.fundamento else "")
            for paso in self.pasos
        ]
        result = f"SBC: {pesos(self.sbc)}, desde el {self.desde:%d/%m/%Y}"
        return "\n".join([*lines, *self.advertencias, result])


def calculate(datos: DatosSbc, valores: TablaValores, reglas: Reglas | None = None) -> ResultadoSbc:
    """Raises InvalidInputError; campo: the attribute of DatosSbc or Variable."""
    return _Calculo(datos, valores, reglas or Reglas()).result()


def factor_of(
    vacaciones: Decimal | int, aguinaldo: Decimal | int, prima: Decimal, reglas: Reglas
) -> Decimal:
    """The integration factor by the settings of the office. vacaciones, aguinaldo: days a year."""
    factor = exact_factor(vacaciones, reglas.dias_del_anio, aguinaldo=aguinaldo, prima=prima)
    return rounded_factor(factor) if reglas.redondea_factor else factor


class _Calculo:
    def __init__(self, datos: DatosSbc, valores: TablaValores, reglas: Reglas) -> None:
        _refuse(datos)
        self._datos = datos
        self._valores = valores
        self._reglas = reglas
        self._anio = year_of_work(datos.ingreso, datos.fecha)
        self._de_ley = vacation_days(self._anio, datos.fecha)
        self._pasos: list[Paso] = []

    def result(self) -> ResultadoSbc:
        diario = self._daily_pay()
        factor = self._factor()
        fijo = diario * factor
        self._step(
            "Parte fija", f"{_plain(diario)} × {_plain(factor)}", _money(fijo), "LSS 27 y 30-I"
        )
        fijo += self._other_fixed()
        total = fijo + self._variable(fijo)
        calculado = to_centavos(total)
        tabla = TablaLimites(self._valores, {"": self._datos.zona}, self._reglas.dias_del_anio)
        limites = tabla.on(self._datos.fecha)
        sbc = self._bounded(calculado, limites)
        return ResultadoSbc(
            factor,
            calculado,
            sbc,
            self._since(calculado, sbc, limites),
            tuple(self._pasos),
            tuple(self._warnings(calculado, limites)),
        )

    def _step(self, nombre: str, operacion: str, resultado: str, fundamento: str) -> None:
        self._pasos.append(Paso(nombre, operacion, resultado, fundamento))

    def _daily_pay(self) -> Decimal:
        datos = self._datos
        diario = datos.salario / datos.periodo.dias
        if datos.periodo is not PeriodoDePago.DIARIO:
            operation = f"{_plain(datos.salario)} ÷ {datos.periodo.dias}"
            self._step("Salario diario", operation, _plain(diario), "LSS 29")
        return diario

    def _factor(self) -> Decimal:
        datos, dias = self._datos, self._reglas.dias_del_anio
        vacaciones = Decimal(self._de_ley) if datos.vacaciones is None else datos.vacaciones
        self._step(
            "Vacaciones",
            f"año de trabajo {self._anio}, que corre desde el "
            f"{start_of_year(datos.ingreso, self._anio):%d/%m/%Y}",
            counted(int(vacaciones), "día", "días") if vacaciones == int(vacaciones)
            else f"{_plain(vacaciones)} días",
            "LFT 76" if datos.vacaciones is None else "las que da la empresa",
        )  # fmt: skip
        factor = factor_of(vacaciones, datos.aguinaldo, datos.prima, self._reglas)
        self._step(
            "Factor de integración",
            f"1 + ({_plain(datos.aguinaldo)} + {_plain(vacaciones)} × "
            f"{_plain(datos.prima)}) ÷ {dias}",
            _plain(factor),
            "LFT 76, 80 y 87",
        )
        return factor

    def _other_fixed(self) -> Decimal:
        otras, dias = self._datos.otras, self._reglas.dias_del_anio
        if not otras:
            return Decimal(0)
        self._step(
            "Otras percepciones fijas", f"{_plain(otras)} ÷ {dias}", _money(otras / dias), "LSS 27"
        )
        return otras / dias

    def _variable(self, fijo: Decimal) -> Decimal:
        variable = self._datos.variable
        if not variable.total:
            return Decimal(0)
        bimestre = bimestre_of(self._datos.fecha).before()
        counted_pay = variable.pagado
        if variable.despensa:
            counted_pay += self._beyond(
                "Despensa", variable.despensa, self._exempt_food(bimestre), "LSS 27-VI"
            )
        for nombre, premio in (
            ("Premio de puntualidad", variable.puntualidad),
            ("Premio de asistencia", variable.asistencia),
        ):
            if premio:
                exempt = fijo * PARTE_PREMIO * variable.dias_devengados
                counted_pay += self._beyond(nombre, premio, exempt, "LSS 27-VII")
        daily = counted_pay / variable.dias_devengados
        self._step(
            "Parte variable",
            f"{_plain(counted_pay)} ÷ {counted(variable.dias_devengados, 'día', 'días')} del "
            f"{bimestre.nombre}",
            _money(daily),
            "LSS 30-II",
        )
        return daily

    def _beyond(self, nombre: str, paid: Decimal, exempt: Decimal, fundamento: str) -> Decimal:
        """The part of a benefit that is beyond its exempt part."""
        left = max(paid - exempt, Decimal(0))
        self._step(
            nombre,
            f"{_plain(paid)} menos lo que no integra, {_plain(exempt)}",
            _money(left),
            fundamento,
        )
        return left

    def _exempt_food(self, bimestre: Bimestre) -> Decimal:
        """40 % of the UMA of each day of the bimestre, less the days without pay."""
        umas = Decimal(0)
        for day in bimestre.days():
            uma = self._valores.on(Concepto.UMA, day)
            if uma is None:
                raise InvalidInputError(
                    f"El programa no tiene la UMA del {day:%d/%m/%Y}, y sin ella no se sabe cuánta "
                    "despensa no integra. Agréguela en Valores.",
                    "despensa",
                )
            umas += uma.centavos
        part = Decimal(self._datos.variable.dias_devengados) / bimestre.dias
        return umas / 100 * PARTE_DESPENSA * part

    def _bounded(self, calculado: int, limites: Limites) -> int:
        self._step("SBC antes de piso y tope", "suma", pesos(calculado), "")
        sbc = limites.bounded(calculado)
        if sbc < calculado:
            self._step("Tope", "25 veces la UMA de la fecha", pesos(sbc), "LSS 28")
        if sbc > calculado:
            self._step("Piso", "salario mínimo de la zona", pesos(sbc), "LSS 28")
        return sbc

    def _since(self, calculado: int, sbc: int, limites: Limites) -> date:
        """The latest of what the result depends on: year of work, reform, bimestre, limit."""
        datos = self._datos
        days = [start_of_year(datos.ingreso, self._anio)]
        if sbc != calculado:
            limite = Concepto.UMA if sbc < calculado else DE_ZONA[limites.zona]
            value = self._valores.on(limite, datos.fecha)
            days += [value.desde] if value is not None else []
        if datos.fecha >= REFORMA_VACACIONES and datos.vacaciones is None:
            days.append(REFORMA_VACACIONES)
        if datos.variable.total:
            days.append(bimestre_of(datos.fecha).primero)
        return max(datos.ingreso, *days)

    def _warnings(self, calculado: int, limites: Limites) -> Iterator[str]:
        datos = self._datos
        yield from limites.warnings(calculado, reducida=datos.reducida)
        if datos.vacaciones is not None:
            if datos.vacaciones < self._de_ley:
                yield (
                    f"Son menos vacaciones que las de la ley, {self._de_ley} días en el año "
                    f"{self._anio} (LFT 76)."
                )
            elif datos.vacaciones > 2 * self._de_ley:
                yield (
                    f"Son más del doble de las vacaciones de la ley, {self._de_ley} días en el año "
                    f"{self._anio}. Revise el dato."
                )
        if datos.aguinaldo < AGUINALDO_DIAS:
            yield f"Es menos aguinaldo que el de la ley, {AGUINALDO_DIAS} días (LFT 87)."
        if datos.prima < PRIMA_VACACIONAL:
            yield "Es menos prima vacacional que la de la ley, 0.25 (LFT 80)."
        if not datos.variable.total and datos.ingreso >= bimestre_of(datos.fecha).primero:
            yield NO_VARIABLE_YET


def _refuse(datos: DatosSbc) -> None:
    """Raise InvalidInputError for what cannot be computed."""
    if not 0 < datos.salario < MAX_PESOS:
        raise InvalidInputError(
            "El salario debe ser mayor que cero y menor que 10,000,000.00 pesos.", "salario"
        )
    refuse_year(datos.ingreso, "ingreso")
    refuse_year(datos.fecha, "fecha")
    if datos.fecha < datos.ingreso:
        raise InvalidInputError(
            f"La fecha del cálculo, {datos.fecha:%d/%m/%Y}, es anterior al primer día de trabajo, "
            f"{datos.ingreso:%d/%m/%Y}. Revise las dos.",
            "fecha",
        )
    for campo, days in (("aguinaldo", datos.aguinaldo), ("vacaciones", datos.vacaciones)):
        if days is not None and not 0 <= days <= DIAS_DEL_ANIO:
            raise InvalidInputError(f"Los días de {campo} van de 0 a {DIAS_DEL_ANIO}.", campo)
    refuse_prima(datos.prima)
    if not 0 <= datos.otras < MAX_PESOS:
        raise InvalidInputError("Escriba un importe de 0 a 10,000,000.00 pesos.", "otras")
    refuse_variable(datos.variable, bimestre_of(datos.fecha).before(), datos.ingreso)


def refuse_prima(prima: Decimal) -> None:
    """Raise InvalidInputError (campo «prima»); ask where 25 was written for 0.25."""
    if 1 < prima <= 100:
        raise InvalidInputError(
            f"La prima vacacional va como fracción. ¿Quiso decir {_plain(prima / 100)}, que "
            f"es {_plain(prima)} %?",
            "prima",
        )
    if not 0 <= prima <= 1:
        raise InvalidInputError("La prima vacacional va de 0 a 1: 0.25 es 25 %.", "prima")


def to_centavos(amount: Decimal) -> int:
    """Rounded half up. amount: pesos."""
    return int((amount * 100).quantize(_NEARLY).to_integral_value(ROUND_HALF_UP))


def _money(amount: Decimal) -> str:
    return pesos(to_centavos(amount))


def _plain(number: Decimal) -> str:
    """Up to six decimals, without trailing zeros: 1.0493, 0.25, 15."""
    shown = number.quantize(_SHOWN, ROUND_HALF_UP).normalize()
    return f"{shown:,f}"
