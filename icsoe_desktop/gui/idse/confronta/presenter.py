"""Confrontar: reads the files, compares, filters and sorts what differs, off the GUI thread."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.confronta.atributo_sbc import Atributo
from icsoe_desktop.domain.confronta.diferencias import (
    DE_SALARIO,
    ClaseDiferencia,
    Diferencia,
    EstadoDiferencia,
)
from icsoe_desktop.domain.confronta.persona import Lado, PeriodoConfronta, months_until
from icsoe_desktop.domain.salarios.razones import Plantilla
from icsoe_desktop.domain.texto import counted, fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.idse.confronta.columns import FilaConteo, counters_of
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.paged import Order
from icsoe_desktop.jobs import Job, JobQueue, Progress, Step, free_slowly, in_order
from icsoe_desktop.services.confronta.excel import apart_of, write_confronta
from icsoe_desktop.services.confronta.fuentes import FuenteLeida, read_sources
from icsoe_desktop.services.confronta.service import Confronta, ConfrontaService, OpcionesConfronta
from icsoe_desktop.services.movimientos.valores import MovimientoFila
from icsoe_desktop.services.salarios.diferencias import changes_of
from icsoe_desktop.services.salarios.hoja import HojaLeida

FREEZE_EVERY_MS: Final = 20
MAX_GUESSES: Final = 3
STOPPED: Final = "Se detuvo. No quedó nada a medias."
WRITTEN: Final = "Se guardaron {cuantas} en {nombre}."
ACCEPTED: Final = "Se aceptó, y así se mostrará mientras los valores no cambien."
WITHDRAWN: Final = "Ya no está aceptada."
CAPTURED: Final = "Se capturó: {tipo} del {fecha}."
GUESSED: Final = (
    "Ningún salario del IMSS coincide con los recibos de {rfc}: se supone que el SBC está en "
    "{atributo}. Compruébelo en «SBC»."
)
NO_SALARIES: Final = "Ninguna de las que se muestran es de SBC por modificar."
BOTH: Final = "Ya están los dos lados: elija Comparar."


@dataclass(frozen=True)
class FiltroDiferencias:
    """que: a kind, a state, or everything that is open. texto: folded."""

    que: ClaseDiferencia | EstadoDiferencia | None = None
    registro: str = ""
    texto: str = ""

    def takes(self, one: Diferencia) -> bool:
        if isinstance(self.que, EstadoDiferencia):
            if one.estado is not self.que:
                return False
        elif not one.is_open or (self.que is not None and one.clase is not self.que):
            return False
        if self.registro and one.registro_patronal != self.registro:
            return False
        return not self.texto or self.texto in fold(f"{one.nombre} {one.nss} {one.curp}")


@dataclass(frozen=True)
class Filas:
    """The differences that are shown, in order: a Snapshot. conteos: of all of them.

    lugar: where the one is that was chosen before; 0 if it is gone.
    """

    todas: tuple[Diferencia, ...] = field(default=(), repr=False)
    conteos: tuple[FilaConteo, ...] = ()
    lugar: int = 0

    @property
    def count(self) -> int:
        return len(self.todas)

    def rows(self, start: int, count: int) -> Sequence[Diferencia]:
        return self.todas[start : start + count]


@dataclass(frozen=True)
class ConfrontaState:
    """resultado: None until it was compared, and after a file changed."""

    fuentes: tuple[FuenteLeida, ...] = ()
    resultado: Confronta | None = None
    filtro: FiltroDiferencias = field(default_factory=FiltroDiferencias)
    orden: Order | None = None
    filas: Filas = field(default_factory=Filas)
    step: Step | None = None
    stopping: bool = False
    message: str = ""
    role: str = "success"
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def working(self) -> bool:
        return self.step is not None

    @property
    def can_compare(self) -> bool:
        sides = {one.lado for one in self.fuentes if one.is_readable}
        return not self.working and sides == set(Lado)


SORTS: Final[dict[str, Callable[[Diferencia], object]]] = {
    "clase": lambda one: (one.clase, one.registro_patronal, one.nombre),
    "registro": lambda one: (one.registro_patronal, one.clase, one.nombre),
    "nss": lambda one: (one.nss, one.clase),
    "nombre": lambda one: (fold(one.nombre), one.clase),
    "sbc_imss": lambda one: (one.sbc_imss or 0, one.clase, one.nombre),
    "sbc_nomina": lambda one: (one.sbc_nomina or 0, one.clase, one.nombre),
}


class ConfrontaPresenter(StatePresenter[ConfrontaState]):
    """One long job at a time, which `stop` ends; filtering has a queue of its own."""

    compared = Signal()
    decided = Signal()  # one was accepted, or is no more
    month_wanted = Signal(object)  # no file says it: list[PeriodoConfronta]

    def __init__(
        self,
        service: ConfrontaService,
        jobs: JobQueue,
        pages: JobQueue,
        sesion: Sesion,
        hoy: Callable[[], date],
    ) -> None:
        super().__init__(jobs, ConfrontaState())
        self._service, self._pages, self._sesion, self._hoy = service, pages, sesion, hoy
        self._job: Job | None = None
        self._periodo: PeriodoConfronta | None = None
        self.chosen: Diferencia | None = None
        self._still = QTimer(self)
        self._still.setInterval(FREEZE_EVERY_MS)
        self._still.timeout.connect(self._keep_from_collector)

    def add(self, paths: Sequence[Path]) -> None:
        """Read these files and folders, in place of what was read of them before."""
        if self.state.working or not paths:
            return
        hoy, before = self._hoy(), self.state.fuentes
        fresh = {path.absolute() for path in paths}
        kept = tuple(one for one in before if not fresh.issuperset(one.rutas))

        def work(progress: Progress) -> tuple[FuenteLeida, ...]:
            found = read_sources(paths, hoy, progress, others=kept)
            return tuple(one.summed_up() for one in found)

        def done(found: tuple[FuenteLeida, ...]) -> None:
            self._replace((*kept, *found))
            if self.state.can_compare:
                self._say(BOTH, "hint")

        self._begin(work, done, "Leyendo los archivos")

    def move(self, fuente: FuenteLeida) -> None:
        """To the other side."""
        try:
            moved = fuente.moved()
        except InvalidInputError as error:
            self._say(error.message, "warning")
            return
        sources = tuple(moved if one is fuente else one for one in self.state.fuentes)
        self._replace(sources)

    def remove(self, fuente: FuenteLeida) -> None:
        left = tuple(one for one in self.state.fuentes if one is not fuente)
        self._replace(left)

    def compare(self, periodo: PeriodoConfronta | None = None) -> None:
        """periodo: None for that of the files."""
        if not self.state.can_compare:
            return
        self._periodo = periodo or self._periodo
        fuentes, filtro, orden = self.state.fuentes, FiltroDiferencias(), self.state.orden
        opciones = OpcionesConfronta(self._periodo)

        def work(progress: Progress) -> tuple[Confronta, Filas]:
            found = self._service.compare(self._sesion, fuentes, opciones, progress)
            return found, _shown(found, filtro, orden, None)

        def done(found: tuple[Confronta, Filas]) -> None:
            release((), self.state.resultado)
            self.chosen = None
            guesses = [
                GUESSED.format(rfc=voto.rfc, atributo=voto.atributo.nombre)
                for voto in found[0].comparacion.votos.values()
                if voto.adivinado
            ]
            message = " ".join((*guesses[:MAX_GUESSES], apart_of(found[0]))).strip()
            self._show(
                resultado=found[0],
                filas=found[1],
                filtro=filtro,
                message=message,
                role="warning" if guesses else "hint",
            )
            self.compared.emit()

        def failed(error: Exception) -> None:
            if not isinstance(error, InvalidInputError):
                self._fail(error)
            elif error.campo == "periodo":
                self.month_wanted.emit(months_until(self._hoy()))
            else:
                self._say(error.message, "warning")

        self._begin(work, done, "Comparando", failed)

    def show(self, **changes: object) -> None:
        """Filter by other values of FiltroDiferencias."""
        self._renew(filtro=replace(self.state.filtro, **changes))  # type: ignore[arg-type]

    def sort(self, orden: Order) -> None:
        self._renew(orden=orden)

    def accept(self, one: Diferencia | None, motivo: str) -> None:
        """Keep it, or with a difference that is accepted already, withdraw that."""
        if one is None:
            return
        accepted = one.estado is EstadoDiferencia.ACEPTADA

        def work(_progress: Progress) -> None:
            if accepted:
                self._service.withdraw(self._sesion, [one])
            else:
                self._service.accept(self._sesion, [one], motivo)

        def done(_none: None) -> None:
            self._say(WITHDRAWN if accepted else ACCEPTED, "success")
            self.decided.emit()
            self._renew()

        def failed(error: Exception) -> None:
            if isinstance(error, InvalidInputError):
                self._show(problems=(("motivo", error.message),))
            else:
                self._fail(error)

        self.ask(work, done, failed, queue=self._pages, problems=())

    def salaries(
        self, ranges: Sequence[tuple[int, int]]
    ) -> Callable[[Plantilla], HojaLeida] | None:
        """What goes to Modificar salarios together: of the rows in these ranges if they are
        several, else of all that are shown. None, with a message, without any.
        """
        todas = self.state.filas.todas
        chosen = [one for first, last in ranges for one in todas[first : last + 1]]
        rows = chosen if len(chosen) > 1 else todas
        done = (EstadoDiferencia.ACEPTADA, EstadoDiferencia.EXPLICADA)
        found = [one for one in rows if one.clase in DE_SALARIO and one.estado not in done]
        if not found:
            self._say(NO_SALARIES, "warning")
        return partial(changes_of, found) if found else None

    def choose_attribute(self, rfc: str, atributo: Atributo | None) -> None:
        """Remember it and compare again."""
        self.ask(
            lambda _progress: self._service.choose_attribute(self._sesion, rfc, atributo),
            lambda _none: self.compare(),
            queue=self._pages,
        )

    def export(self, path: Path) -> None:
        resultado = self.state.resultado
        if resultado is None:
            return

        def done(count: int) -> None:
            differences = counted(count, "diferencia", "diferencias")
            self._say(
                WRITTEN.format(cuantas=differences, nombre=formats.short_name(path)), "success"
            )

        self._begin(
            lambda progress: write_confronta(path, resultado, progress), done, "Guardando el Excel"
        )

    def noted(self, one: Diferencia, fila: MovimientoFila) -> None:
        """A notice about it was captured just now."""
        tipo, fecha = fila.tipo.nombre.lower(), formats.day(fila.fecha)
        one.explicacion = CAPTURED.format(tipo=tipo, fecha=fecha)
        self._renew()

    def stop(self) -> None:
        """End the running work."""
        if self._job is not None:
            self._job.cancel()
            self._show(stopping=True)

    def _begin(
        self,
        work: Callable[[Progress], object],
        done: Callable[..., object],
        what: str,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        if self.state.working:
            return

        def stopped() -> None:
            self._say(STOPPED, "hint")

        self._still.start()
        self._show(step=Step(0, None, what), stopping=False, message="", problems=())
        self._job = self.ask(
            work,
            done,
            failed,
            stopped,
            lambda step: self._show(step=step if step.what else step._replace(what=what)),
            step=None,
            stopping=False,
        )

    def _renew(self, **changes: object) -> None:
        """Filter and sort again; only the latest wish is shown."""
        self._show(**changes)
        resultado, filtro, orden = self.state.resultado, self.state.filtro, self.state.orden
        if resultado is None:
            return
        chosen = self.chosen

        def done(filas: Filas) -> None:
            now = self.state
            if (now.resultado, now.filtro, now.orden) == (resultado, filtro, orden):
                self._show(filas=filas)

        self.ask(
            lambda _progress: _shown(resultado, filtro, orden, chosen), done, queue=self._pages
        )

    def _replace(self, fuentes: tuple[FuenteLeida, ...]) -> None:
        """Other sources: what was compared before counts no more."""
        before, now, self._periodo = self.state, {id(one.recibos) for one in fuentes}, None
        self._show(fuentes=fuentes, resultado=None, filas=Filas(), message="")
        gone = [one for one in before.fuentes if id(one.recibos) not in now]
        release(gone, before.resultado)

    def _keep_from_collector(self) -> None:
        """A collection would look at every person in the windows' thread, for a second.

        Persons hold no circles; what else is garbage by now is not missed.
        """
        gc.freeze()
        if not self.state.working:
            self._still.stop()

    def _say(self, message: str, role: str) -> None:
        self._show(message=message, role=role)


def _shown(
    found: Confronta, filtro: FiltroDiferencias, orden: Order | None, chosen: Diferencia | None
) -> Filas:
    rows = [one for one in found.diferencias if filtro.takes(one)]
    if orden is not None:
        rows = list(in_order(rows, SORTS[str(orden.key)], reverse=orden.descending))
    place = next((at for at, one in enumerate(rows) if one is chosen), 0)
    return Filas(tuple(rows), tuple(counters_of(found)), place)


def release(fuentes: Sequence[FuenteLeida], resultado: Confronta | None) -> None:
    """Empty these sources and this result, little by little. Nobody may use them any more."""
    found = resultado.diferencias if resultado is not None else []
    lists = [held for one in fuentes for held in (one.recibos, one.renglones)]
    free_slowly(*lists, found, first=(one.forget for one in found))
