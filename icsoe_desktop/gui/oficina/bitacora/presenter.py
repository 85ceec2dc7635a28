"""Bitácora: the lines that match a filter, loaded as they become visible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.formats import counted, read_date
from icsoe_desktop.jobs import JobQueue, Outcome
from icsoe_desktop.services.bitacora.consulta import (
    ConsultaBitacoraService,
    FiltroBitacora,
    LineaBitacora,
    Quien,
)

EMPTY = (
    "Aún no hay nada anotado. Aquí quedan los ingresos, los intentos fallidos, los cambios y las "
    "exportaciones."
)
NOTHING_FITS = "Ninguna anotación cumple con lo que busca. Cambie los filtros o use Limpiar."
TURNED = "La fecha inicial es posterior a la final. Cámbielas de lugar."
ALL = FiltroBitacora()


@dataclass(frozen=True)
class Lineas:
    """A Snapshot of the lines. newest_first: the order in which the service returns them."""

    service: ConsultaBitacoraService
    sesion: Sesion
    filtro: FiltroBitacora
    count: int
    newest_first: bool = True

    def rows(self, start: int, count: int) -> Sequence[LineaBitacora]:
        if self.newest_first:
            return self.service.page(self.sesion, self.filtro, start, count)
        offset = max(self.count - start - count, 0)
        return self.service.page(self.sesion, self.filtro, offset, count)[::-1]


@dataclass(frozen=True)
class BitacoraState:
    """lineas: None until counted."""

    quienes: tuple[Quien, ...] = ()
    acciones: tuple[str, ...] = ()
    filtro: FiltroBitacora = ALL
    newest_first: bool = True
    lineas: Lineas | None = None
    busy: bool = False
    problem: str = ""

    @property
    def empty_text(self) -> str:
        if self.lineas is None or self.lineas.count:
            return ""
        return EMPTY if self.filtro == ALL else NOTHING_FITS

    @property
    def cuenta_text(self) -> str:
        if self.lineas is None:
            return ""
        return counted(self.lineas.count, "anotación", "anotaciones")


class BitacoraPresenter(StatePresenter[BitacoraState]):
    def __init__(self, service: ConsultaBitacoraService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, BitacoraState())
        self._service = service
        self._sesion = sesion
        self._asked = 0

    def load(self) -> None:
        """Read the choices of the filters, and the lines."""
        service, sesion = self._service, self._sesion
        self.ask(
            lambda _progress: (service.quienes(sesion), service.acciones(sesion)), self._on_offered
        )
        self._count()

    def search(
        self, desde: str, hasta: str, quien: str | None, accion: str | None, texto: str
    ) -> None:
        """Apply a filter.

        desde, hasta: as typed; empty for no limit.
        """
        # Clear the problem first, so that the same problem is shown again.
        self._show(problem="")
        try:
            first, last = read_date(desde), read_date(hasta)
        except ValueError as error:
            self._show(problem=str(error))
            return
        if first and last and first > last:
            self._show(problem=TURNED)
            return
        self._show(filtro=FiltroBitacora(first, last, quien, accion, texto.strip()))
        self._count()

    def order(self, newest_first: bool) -> None:
        lineas = self.state.lineas
        turned = replace(lineas, newest_first=newest_first) if lineas else None
        self._show(newest_first=newest_first, lineas=turned)

    def _count(self) -> None:
        self._asked += 1
        asked, filtro = self._asked, self.state.filtro
        self._show(busy=True)
        self.run(
            lambda _progress: self._service.count(self._sesion, filtro),
            lambda outcome: self._on_counted(outcome, filtro, asked),
        )

    def _on_offered(self, known: tuple[tuple[Quien, ...], tuple[str, ...]]) -> None:
        quienes, acciones = known
        self._show(quienes=quienes, acciones=acciones)

    def _on_counted(self, outcome: Outcome[int], filtro: FiltroBitacora, asked: int) -> None:
        def show(count: int) -> None:
            newest = self.state.newest_first
            self._show(lineas=Lineas(self._service, self._sesion, filtro, count, newest))

        if asked == self._asked:
            self.settle(outcome, show, busy=False)
