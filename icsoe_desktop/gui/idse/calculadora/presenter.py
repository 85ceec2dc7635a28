"""Calculadora de SBC: what is typed becomes the steps and the result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites, parse_sbc
from icsoe_desktop.domain.salarios.bimestres import Variable
from icsoe_desktop.domain.salarios.calculo import (
    DatosSbc,
    PeriodoDePago,
    Reglas,
    ResultadoSbc,
    calculate,
)
from icsoe_desktop.domain.valores_legales.factor import AGUINALDO_DIAS, PRIMA_VACACIONAL
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.valores_legales.service import ValoresLegalesService

BAD_AMOUNT: Final = (
    "Escriba el importe en pesos, sin signo y con punto decimal, por ejemplo 1,234.56."
)
BAD_NUMBER: Final = "Escriba sólo el número, con punto decimal, por ejemplo {ejemplo}."
BAD_DAYS: Final = "Escriba los días con números, sin decimales."
NEEDS_PAY: Final = "Escriba el salario del periodo de pago."
NEEDS_FIRST_DAY: Final = "Escriba el primer día de trabajo: de él sale el factor."
NEEDS_DATE: Final = "Escriba para qué día es el cálculo."


@dataclass(frozen=True)
class CapturaSalario:
    """textos: field → text as typed. ingreso, fecha: None if missing or not a date."""

    textos: Mapping[str, str]
    ingreso: date | None
    fecha: date | None
    periodo: PeriodoDePago = PeriodoDePago.DIARIO
    zona: Zona = Zona.GENERAL
    reducida: bool = False

    def read(self) -> tuple[DatosSbc | None, dict[str, str]]:
        """The data, None if a field cannot be read; and field → sentence of each such field."""
        problems: dict[str, str] = {}

        def amount(campo: str) -> Decimal:
            text = self.textos[campo].strip()
            centavos = parse_sbc(text) if text else 0
            if centavos is None:
                problems[campo] = BAD_AMOUNT
            return Decimal(centavos or 0) / 100

        def number(campo: str, usual: Decimal | None, ejemplo: object) -> Decimal | None:
            text = self.textos[campo].strip()
            if not text:
                return usual
            if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,6})?", text):
                problems[campo] = BAD_NUMBER.format(ejemplo=ejemplo)
                return usual
            return Decimal(text)

        dias = self.textos["dias_devengados"].strip()
        if not re.fullmatch(r"[0-9]{0,4}", dias):
            problems["dias_devengados"] = BAD_DAYS
            dias = ""
        salario = amount("salario")
        if not self.textos["salario"].strip():
            problems["salario"] = NEEDS_PAY
        aguinaldo = number("aguinaldo", Decimal(AGUINALDO_DIAS), AGUINALDO_DIAS)
        vacaciones = number("vacaciones", None, 12)
        prima = number("prima", PRIMA_VACACIONAL, PRIMA_VACACIONAL)
        otras = amount("otras")
        variable = Variable(
            pagado=amount("pagado"),
            despensa=amount("despensa"),
            puntualidad=amount("puntualidad"),
            asistencia=amount("asistencia"),
            dias_devengados=int(dias or 0),
        )
        if self.ingreso is None:
            problems["ingreso"] = NEEDS_FIRST_DAY
        if self.fecha is None:
            problems["fecha"] = NEEDS_DATE
        if problems or self.ingreso is None or self.fecha is None:
            return None, problems
        datos = DatosSbc(
            salario=salario,
            periodo=self.periodo,
            ingreso=self.ingreso,
            fecha=self.fecha,
            zona=self.zona,
            aguinaldo=Decimal(AGUINALDO_DIAS) if aguinaldo is None else aguinaldo,
            vacaciones=vacaciones,
            prima=PRIMA_VACACIONAL if prima is None else prima,
            otras=otras,
            variable=variable,
            reducida=self.reducida,
        )
        return datos, problems


@dataclass(frozen=True)
class CalculadoraState:
    """limites: None until they are read. refused: all was read, but it cannot be computed."""

    reglas: Reglas = field(default_factory=Reglas)
    limites: TablaLimites | None = None
    hoy: date | None = None
    resultado: ResultadoSbc | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    refused: bool = False

    def zona(self, registro_patronal: str) -> Zona:
        zonas = self.limites.zonas if self.limites is not None else {}
        return zonas.get(registro_patronal[:10], Zona.GENERAL)


class CalculadoraPresenter(StatePresenter[CalculadoraState]):
    def __init__(self, service: ValoresLegalesService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, CalculadoraState())
        self._service = service
        self._sesion = sesion

    def start(self) -> None:
        """Read the settings and values of the office."""
        service, sesion = self._service, self._sesion

        def take(read: tuple[Reglas, TablaLimites, date]) -> None:
            reglas, limites, hoy = read
            self._show(reglas=reglas, limites=limites, hoy=hoy)

        self.ask(lambda _progress: service.rules(sesion), take)

    def type_in(self, captura: CapturaSalario) -> None:
        """Compute what the form says now. It takes less than a millisecond."""
        if self.state.limites is None:
            return
        datos, problems = captura.read()
        resultado = None
        if datos is not None:
            try:
                resultado = calculate(datos, self.state.limites.valores, self.state.reglas)
            except InvalidInputError as error:
                problems = {str(error.campo): error.message}
        refused = datos is not None and resultado is None
        self._show(resultado=resultado, problems=problems, refused=refused)
