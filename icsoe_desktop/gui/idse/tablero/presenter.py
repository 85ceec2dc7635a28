"""Reads the Tablero on its own queue."""

from __future__ import annotations

from dataclasses import dataclass

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.tablero.service import MesAvisos, TableroDiario, TableroService


@dataclass(frozen=True)
class TableroState:
    """tablero: None until it was read once. months: empty until they were counted once.

    problem: why the last reading failed.
    """

    tablero: TableroDiario | None = None
    months: tuple[MesAvisos, ...] = ()
    reading: bool = False
    problem: str = ""


class TableroPresenter(StatePresenter[TableroState]):
    def __init__(self, service: TableroService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, TableroState())
        self._service = service
        self._sesion = sesion
        self._again = False

    def load(self) -> None:
        """Read it; while it is being read, once more after that."""
        self._again = self.state.reading
        if self._again:
            return
        self._show(reading=True)
        self.ask(
            lambda _progress: self._service.read(self._sesion), self._on_read, self._on_not_read
        )

    def _on_read(self, tablero: TableroDiario) -> None:
        # The figures first: the charts read more.
        self._show(tablero=tablero, problem="")
        self.ask(
            lambda _progress: self._service.months(self._sesion),
            self._on_counted,
            self._on_not_read,
        )

    def _on_counted(self, months: tuple[MesAvisos, ...]) -> None:
        self._show(months=months, reading=False)
        self._go_on()

    def _on_not_read(self, error: Exception) -> None:
        problem = error.message if isinstance(error, UserFacingError) else ""
        self._show(reading=False, problem=problem)
        self._fail_if_bug(error)
        self._go_on()

    def _go_on(self) -> None:
        if self._again:
            self.load()
