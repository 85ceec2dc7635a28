"""The movements in the grid: first one page, then the complete list, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.paged import BLOCK_ROWS, HeldRows, Snapshot
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Step, Succeeded
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import (
    TODOS,
    FiltroMovimientos,
    MovimientoFila,
    OrdenMovimientos,
    VistaMovimientos,
)

# A whole block: when the complete list brings it again, nothing is painted again.
FIRST_ROWS: Final = BLOCK_ROWS
NEWEST_FIRST: Final = OrdenMovimientos()


class WholeVista:
    def __init__(self, service: MovimientosService, vista: VistaMovimientos) -> None:
        self._service = service
        self.vista = vista

    @property
    def count(self) -> int:
        return self.vista.count

    def rows(self, start: int, count: int) -> Sequence[MovimientoFila | None]:
        return self._service.rows(self.vista, start, count)


@dataclass(frozen=True)
class MovimientosState:
    """The state of the grid.

    count: movements that match the filter, None until known. shown: rows in the grid now.
    partial: the user stopped reading. any_at_all: whether there are movements without the filter,
    known only if the filter matches none. stale: movements have changed since they were read.
    """

    filtro: FiltroMovimientos = TODOS
    orden: OrdenMovimientos = NEWEST_FIRST
    registros: tuple[str, ...] = ()
    loading: bool = True
    step: Step | None = None
    count: int | None = None
    shown: int = 0
    partial: bool = False
    any_at_all: bool = True
    stale: bool = False

    @property
    def empty(self) -> bool:
        return self.count == 0 and not self.loading


class MovimientosPresenter(StatePresenter[MovimientosState]):
    """Reads the movements for the grid.

    pages: a queue for work of milliseconds; `jobs` builds complete lists.
    """

    shown = Signal(object, bool)  # Snapshot[MovimientoFila]; whether it continues the rows shown

    def __init__(
        self, service: MovimientosService, jobs: JobQueue, pages: JobQueue, sesion: Sesion
    ) -> None:
        super().__init__(jobs, MovimientosState())
        self._service = service
        self._pages = pages
        self._sesion = sesion
        self._asked = 0
        self._arrived = False  # data arrived during the reading that is shown next
        self._reading: Job | None = None  # the first page
        self._preparing: Job | None = None
        self._vista: VistaMovimientos | None = None

    def search(self, filtro: FiltroMovimientos, orden: OrdenMovimientos | None = None) -> None:
        """orden: as before if None."""
        self._show(filtro=filtro, orden=orden or self.state.orden)
        self._read(first=True)

    def choose_order(self, orden: OrdenMovimientos) -> None:
        if orden != self.state.orden:
            self._show(orden=orden)
            self._read(first=True)

    def refresh(self) -> None:
        """Read the list again; the present rows stay until the new ones are ready."""
        self._read(first=False)
        self.load_registros()

    def stop(self) -> None:
        """Stop building the complete list and keep the first rows."""
        if self._preparing is not None:
            self._preparing.cancel()

    def load_registros(self) -> None:
        self.ask(
            lambda _progress: self._service.registros_patronales(self._sesion),
            lambda registros: self._show(registros=registros),
            self.failed.emit,
            queue=self._pages,
        )

    def check_stale(self) -> None:
        """Find out whether another program or desktop wrote to the store since the list was read.

        What this program's own windows write is read again by whoever opened them.
        """
        self._look(lambda: self._show(stale=True))

    def catch_up(self) -> None:
        """Read the list again if a page of this program changed it."""
        if self.state.stale:
            self.refresh()
        else:
            self._look(self.refresh)

    def _look(self, then: Callable[[], None]) -> None:
        vista = self._vista
        if vista is None or self.state.loading or self.state.stale:
            return
        self.ask(
            lambda _progress: self._service.is_stale(vista),
            lambda stale: self._on_stale(stale, vista, then),
            # Background work: ignore the error here. Reading the rows again will report it.
            lambda _error: None,
            queue=self._pages,
        )

    def tell_arrived(self) -> None:
        """Mark the list stale, because data from other desktops arrived. Only reading again shows
        whether it concerns these rows.
        """
        if self.state.loading:
            self._arrived = True
        elif self.state.empty:
            self.refresh()
        elif self._vista is not None:
            self._show(stale=True)

    def close(self) -> None:
        """Release the list. Nothing is shown after this."""
        self._asked += 1
        self.stop()
        self._let_go()

    def _read(self, first: bool) -> None:
        self._asked += 1
        asked, filtro, orden = self._asked, self.state.filtro, self.state.orden
        if self._reading is not None:
            self._reading.cancel()
        self.stop()
        self._arrived = False
        self._show(loading=True, step=None, partial=False, stale=False)
        if first:
            self._reading = self.run(
                lambda _progress: self._service.first_page(self._sesion, filtro, orden, FIRST_ROWS),
                lambda outcome: self._on_first(outcome, asked),
                queue=self._pages,
            )
        else:
            self._prepare(asked)

    def _prepare(self, asked: int) -> None:
        filtro, orden = self.state.filtro, self.state.orden
        self._preparing = self.run(
            lambda progress: self._service.prepare(self._sesion, filtro, orden, progress),
            lambda outcome: self._on_prepared(outcome, asked),
            lambda step: self._on_step(step, asked),
        )

    def _on_first(self, outcome: Outcome[list[MovimientoFila]], asked: int) -> None:
        def show(filas: list[MovimientoFila]) -> None:
            self._show(shown=len(filas), count=None)
            self.shown.emit(HeldRows(filas), False)
            # The former list is no longer visible, and a million rows take 20 MB.
            self._let_go()
            self._prepare(asked)

        if asked == self._asked:
            self.settle(outcome, show, stopped=lambda: self._show(loading=False))

    def _on_step(self, step: Step, asked: int) -> None:
        if asked == self._asked:
            self._show(step=step)

    def _on_prepared(self, outcome: Outcome[VistaMovimientos], asked: int) -> None:
        def show(vista: VistaMovimientos) -> None:
            before, self._vista = self._vista, vista
            snapshot: Snapshot[MovimientoFila] = WholeVista(self._service, vista)
            self.shown.emit(snapshot, True)
            if before is not None:
                self._release(before)
            if vista.count:
                count, stale = vista.count, self._arrived
                self._show(loading=False, step=None, count=count, shown=count, stale=stale)
            else:
                self._ask_any(asked)

        if asked == self._asked:
            self._preparing = None
            self.settle(outcome, show, stopped=self._stay_partial)
        elif isinstance(outcome, Succeeded):
            self._release(outcome.value)

    def _ask_any(self, asked: int) -> None:
        """Before an empty list is shown, find out whether there are movements at all."""
        self.run(
            lambda _progress: bool(self._service.first_page(self._sesion, TODOS, None, 1)),
            lambda outcome: self._on_any(outcome, asked),
            queue=self._pages,
        )

    def _on_any(self, outcome: Outcome[bool], asked: int) -> None:
        def show(found: bool) -> None:
            nothing: dict[str, object] = {"count": 0, "shown": 0, "any_at_all": found}
            self._show(loading=False, step=None, stale=self._arrived, **nothing)

        if asked == self._asked:
            self.settle(outcome, show, stopped=self._stay_partial)

    def _stay_partial(self) -> None:
        self._show(loading=False, step=None, partial=True)

    def _on_stale(self, stale: bool, vista: VistaMovimientos, then: Callable[[], None]) -> None:
        if stale and vista is self._vista and not self.state.loading:
            then()

    def _let_go(self) -> None:
        before, self._vista = self._vista, None
        if before is not None:
            self._release(before)

    def _release(self, vista: VistaMovimientos) -> None:
        # Use the queue that reads blocks: blocks still being read come first.
        self._pages.add(lambda _progress: self._service.release(vista), lambda _outcome: None)

    def _fail(self, error: Exception) -> None:
        self._show(loading=False, step=None)
        self.failed.emit(error)
