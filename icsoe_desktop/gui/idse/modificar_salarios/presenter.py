"""Modificar salarios: the reason and what was typed become a row for each worker."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.salarios.cambios import (
    NADA,
    Calculista,
    CambioSalario,
    EntradaSalario,
    TotalesSalario,
    totals,
)
from icsoe_desktop.domain.salarios.razones import (
    Criterio,
    Plantilla,
    Razon,
    missing_values,
    usual_days,
    usual_reason,
)
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.domain.valores_legales.factor import AGUINALDO_DIAS, PRIMA_VACACIONAL
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.idse.modificar_salarios.entradas import (
    Clave,
    Pegado,
    Tomado,
    pasted,
    taken,
    typed,
)
from icsoe_desktop.jobs import Job, JobQueue, Progress, empty, free_slowly
from icsoe_desktop.services.importacion.valores import FilasPropias
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.salarios.hoja import HojaLeida
from icsoe_desktop.services.salarios.service import SalariosService, as_import, chosen

BAD_NUMBER: Final = "Escriba sólo el número, con punto decimal, por ejemplo {}."
NEEDS_DAY: Final = "Escriba desde qué día."
WRONG_FIELDS: Final = "No se creó nada. Corrija antes lo que se señala arriba."
# More rows than these are made in the queue.
AT_ONCE: Final = 200


@dataclass(frozen=True)
class CapturaCriterio:
    """The fields above the table. fecha, hasta: None if missing or not a date."""

    razon: Razon
    fecha: date | None
    hasta: date | None
    textos: Mapping[str, str]

    def read(self) -> tuple[Criterio | None, dict[str, str]]:
        """The criterion, or None and its problems: field → sentence."""
        problems: dict[str, str] = {}

        def number(campo: str, usual: Decimal, ejemplo: str) -> Decimal:
            text = self.textos.get(campo, "").strip().removesuffix("%").strip()
            if text and not re.fullmatch(r"-?[0-9]{1,4}(\.[0-9]{1,6})?", text):
                problems[campo] = BAD_NUMBER.format(ejemplo)
            return usual if not text or campo in problems else Decimal(text)

        porcentaje = number("porcentaje", Decimal(0), "4.5")
        aguinaldo = number("aguinaldo", Decimal(AGUINALDO_DIAS), str(AGUINALDO_DIAS))
        prima = number("prima", PRIMA_VACACIONAL, str(PRIMA_VACACIONAL))
        if self.fecha is None:
            problems["fecha"] = NEEDS_DAY
        if problems or self.fecha is None:
            return None, problems
        hasta = self.hasta if self.razon is Razon.ANIVERSARIO and self.hasta else self.fecha
        try:
            return Criterio(self.razon, self.fecha, hasta, porcentaje, aguinaldo, prima), {}
        except InvalidInputError as error:
            return None, {str(error.campo): error.message}


@dataclass(frozen=True)
class ModificarState:
    """criterio: None until it can be read. busqueda: folded texts of the rows, to search by.

    at: the place of each worker in rows. version: grows when the rows are others, and not only
    other values of the same workers.
    faltan: values that the reason needs; without them there are no rows. propuestos: rows to
    show first, None after one of them was edited. con_variable: some row has a variable part.
    """

    criterio: Criterio | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    registros: tuple[str, ...] = ()
    rows: tuple[CambioSalario, ...] = field(default=(), repr=False)
    busqueda: tuple[str, ...] = field(default=(), repr=False)
    at: Mapping[Clave, int] = field(default_factory=dict, repr=False)
    propuestos: tuple[CambioSalario, ...] | None = field(default=(), repr=False)
    con_variable: bool = False
    totales: TotalesSalario | None = None
    faltan: tuple[str, ...] = ()
    version: int = 0
    working: bool = True
    message: tuple[str, str] = ("", "")  # sentence, role


class ModificarSalariosPresenter(StatePresenter[ModificarState]):
    """The rows are made in the queue; only a few edited ones are made at once."""

    begun = Signal(object)  # the Razon that is proposed

    def __init__(
        self,
        service: SalariosService,
        movimientos: MovimientosService,
        jobs: JobQueue,
        sesion: Sesion,
    ) -> None:
        super().__init__(jobs, ModificarState())
        self._service, self._movimientos, self._sesion = service, movimientos, sesion
        self._plantilla = Plantilla()
        self._registro = ""
        self._entradas: dict[Clave, EntradaSalario] = {}
        self._job: Job | None = None
        self._others = False  # the rows that are being made are of other workers
        self._brought: Callable[[Plantilla], HojaLeida] | None = None

    @property
    def has_entries(self) -> bool:
        """Whether something was typed, pasted or read that closing would lose."""
        return any(one.has_amount for one in self._entradas.values())

    @property
    def brings(self) -> bool:
        """Whether rows of another window are still to come."""
        return self._brought is not None

    def start(self) -> None:
        def begin(registros: tuple[str, ...]) -> None:
            self._show(registros=registros)
            self.begun.emit(Razon.HOJA if self.brings else usual_reason(self._service.today()))

        sesion, movimientos = self._sesion, self._movimientos
        self.ask(lambda _progress: movimientos.registros_patronales(sesion), begin)

    def days_of(self, razon: Razon) -> tuple[date, date]:
        return usual_days(razon, self._service.today())

    def choose(self, captura: CapturaCriterio, registro: str) -> None:
        """Take the fields above the table; read again who works there if they ask for it."""
        criterio, problems = captura.read()
        before, other = self.state.criterio, registro != self._registro
        if criterio is None or (criterio == before and not other and not self.state.problems):
            self._show(problems=problems)
            return
        again = other or before is None or (
            (before.razon, before.fecha, before.hasta)
            != (criterio.razon, criterio.fecha, criterio.hasta)
        )  # fmt: skip
        self._registro = registro
        self._show(criterio=criterio, problems={}, message=("", ""))
        self._make(again=again)

    def reload(self) -> None:
        """Read again who works, with the same criterion; what was typed stays."""
        if self.state.criterio is not None:
            self._make(again=True)

    def edit(self, clave: Clave, campo: str, text: str) -> None:
        """Take the text of one cell. campo: attribute of EntradaSalario."""
        before = self._entradas.get(clave, NADA)
        entrada = typed(before, campo, text)
        if entrada != before:
            self._show(message=("", ""))
            self._put({clave: entrada})

    def tick(self, claves: Collection[Clave], on: bool) -> None:
        # Most have the same entry: it is made once.
        ticked = lru_cache(2048)(lambda before: before._replace(elegido=on))
        self._put({clave: ticked(self._entradas.get(clave, NADA)) for clave in claves})

    def clear(self, claves: Iterable[Clave]) -> None:
        """Forget what was typed or read for these workers."""
        for clave in claves:
            self._entradas.pop(clave, None)
        self._make(again=False)

    def paste(self, text: str, campo: str, below: Sequence[Clave]) -> None:
        """Take a column of amounts: by NSS if it has one beside them, else from a row downwards.

        below: the rows as they are shown, from the current one on.
        """
        rows, known = self.state.rows, dict(self._entradas)

        def take(pegado: Pegado) -> None:
            entradas, told = pegado
            self._show(message=told, working=False)
            self._put(entradas)

        self._show(working=True)
        self.ask(lambda _progress: pasted(text, campo, below, rows, known), take)

    def read_sheet(self, path: Path, progress: Progress) -> HojaLeida:
        """Runs in a worker. Give its result to `take_sheet`."""
        return self._service.read_sheet(self._sesion, path, self._plantilla, progress)

    def bring(self, changes: Callable[[Plantilla], HojaLeida]) -> None:
        """Take rows of another window as a sheet, as soon as it is known who works."""
        self._brought = changes
        self.reload()

    def take_sheet(self, hoja: HojaLeida) -> None:
        known, plantilla = dict(self._entradas), self._plantilla

        def take(tomado: Tomado) -> None:
            if self._plantilla is not plantilla:  # who works was read again meanwhile
                self.take_sheet(hoja)
                return
            self._plantilla, entradas, told = tomado
            self._entradas.update(entradas)
            self._show(message=told)
            self._make(again=False, others=True)

        self._show(working=True)
        self.ask(lambda _progress: taken(hoja, known, plantilla), take)

    def notices(self) -> FilasPropias | None:
        """The notices of the ticked rows; None, with a message, if one cannot be made."""
        criterio = self.state.criterio
        if criterio is None or self.state.working:
            return None
        if self.state.problems:
            self._show(message=(WRONG_FIELDS, "error"))
            return None
        try:
            rows = chosen(self.state.rows)
        except InvalidInputError as error:
            self._show(message=(error.message, "error"))
            return None
        self._show(message=("", ""))
        return as_import(criterio, rows)

    def forget(self) -> None:
        """What was typed has become notices."""
        self._entradas.clear()
        self.reload()

    def say(self, text: str, role: str) -> None:
        self._show(message=(text, role))

    def release(self) -> None:
        """Free the rows of a closed window, which itself waits for a collection of everything."""
        if self._job is not None:
            self._job.cancel()
        gone = self._held()
        self._plantilla, self._entradas, self.state = Plantilla(), {}, ModificarState()
        free_slowly(*gone)

    def _held(self) -> list[list[object]]:
        """What to free slowly once other rows are shown."""
        state, empleos = self.state, self._plantilla.empleos
        return [list(each) for each in (state.rows, state.busqueda, state.at, empleos)]

    def _put(self, entradas: Mapping[Clave, EntradaSalario]) -> None:
        if not entradas:
            return
        self._entradas.update(entradas)
        state, criterio = self.state, self.state.criterio
        if len(entradas) > AT_ONCE or criterio is None or state.working:
            self._make(again=False)
            return
        rows, calculista = list(state.rows), Calculista(criterio, self._plantilla)
        for clave, entrada in entradas.items():
            at = state.at[clave]
            rows[at] = calculista.row(rows[at].empleo, entrada)
        self._show(rows=tuple(rows), propuestos=None, totales=totals(rows))

    def _make(self, *, again: bool, others: bool = False) -> None:
        """Make all rows in the queue. again: read the workers before. others: they changed."""
        criterio = self.state.criterio
        if criterio is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._others = self._others or again or others
        work = self._work_of(criterio, again=again)

        def take(made: tuple[Plantilla, dict[str, object]]) -> None:
            self._job = None
            gone = self._held()
            self._plantilla, shown = made
            grown, self._others = self._others, False
            self._show(**shown, version=self.state.version + grown, working=False)
            free_slowly(*gone)
            if self._brought is not None and criterio.razon is Razon.HOJA:
                changes, self._brought = self._brought, None
                self.ask(lambda _progress: changes(made[0]), self.take_sheet)

        def failed(error: Exception) -> None:
            self._job = None
            self._show(working=False)
            self.failed.emit(error)

        self._show(working=True)
        self._job = self.ask(work, take, failed, stopped=lambda: None)

    def _work_of(
        self, criterio: Criterio, *, again: bool
    ) -> Callable[[Progress], tuple[Plantilla, dict[str, object]]]:
        """The work gives the workers, and what changes of the state."""
        service, sesion, registro = self._service, self._sesion, self._registro
        known, entradas = self._plantilla, dict(self._entradas)

        def work(progress: Progress) -> tuple[Plantilla, dict[str, object]]:
            plantilla = known
            if again:
                plantilla = service.plantilla(
                    sesion, criterio.fecha, criterio.hasta, registro, progress
                )
                there = {one.clave for one in plantilla.empleos}
                loose = (one for one in known.empleos if one.nota and one.clave not in there)
                plantilla = replace(plantilla, empleos=(*loose, *plantilla.empleos))
                empty(there)
            faltan = missing_values(criterio, plantilla)
            rows: tuple[CambioSalario, ...] = ()
            if not faltan:
                rows = tuple(Calculista(criterio, plantilla).rows(entradas))
            return plantilla, {
                "rows": rows,
                "busqueda": tuple(_searched(row) for row in rows),
                "at": {row.empleo.clave: at for at, row in enumerate(rows)},
                "propuestos": tuple(row for row in rows if row.se_propone),
                "con_variable": any(row.variable is not None for row in rows),
                "totales": totals(rows),
                "faltan": faltan,
            }

        return work


def _searched(row: CambioSalario) -> str:
    one = row.empleo
    names = f"{one.nombres} {one.primer_apellido} {one.segundo_apellido} {one.nombres}"
    return f"{fold(names)} {one.nss}"
