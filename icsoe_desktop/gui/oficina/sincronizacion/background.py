"""Background synchronisation while the program is open; imported only where it is on."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.oficina.sincronizacion.palabras import LuzBarra, light_of
from icsoe_desktop.jobs import Failed, Outcome, Progress, Stopped, Succeeded
from icsoe_desktop.services.sincronizacion.answers import (
    BROKEN,
    EstadoSincronizacion,
    ResumenSincronizacion,
)

if TYPE_CHECKING:
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService

logger = logging.getLogger(__name__)

INTERVAL_MS: Final = 5 * 60_000
JITTER: Final = 0.2  # share of the interval, so that desktops of an office spread their requests
RETRY_MS: Final = 30_000
LOOK_MS: Final = 5_000
SOON_MS: Final = 1_500
# A shorter round is not shown.
SHOWN_AFTER_MS: Final = 1_000
STOP_TIMEOUT_S: Final = 5.0

Round = tuple[ResumenSincronizacion, EstadoSincronizacion]


class SyncRunner(QObject):
    """Synchronises about every five minutes, and soon after an edit, off the GUI thread.

    Runs in its own thread, so that a slow server blocks no window. Rounds never overlap.
    """

    changed = Signal(object)  # LuzBarra, or None after this desktop left its office
    arrived = Signal()  # a round received data

    def __init__(
        self,
        service: SincronizacionService,
        parent: QObject | None = None,
        interval_ms: int = INTERVAL_MS,
        look_ms: int = LOOK_MS,
        spread: Callable[[], float] = random.random,
    ) -> None:
        """spread: returns a random number from 0 to 1 for each wait."""
        super().__init__(parent)
        self._service = service
        self._interval_ms = interval_ms
        self._spread = spread
        self._queue = gui_queue(Dispatcher(self), "sincronizacion")
        self._running = False
        self._looking = False
        self._again = False
        self._stopped = False
        self._failures = 0
        self._broken = ""  # why the last round raised, which the store may not have taken
        self._left: int | None = None  # number of records that waited after the last round
        self.estado: EstadoSincronizacion | None = None
        self._look_timer = QTimer(self)
        self._look_timer.setInterval(look_ms)
        self._look_timer.timeout.connect(self.look)
        self._next = self._once(self._sync)
        self._soon = self._once(self._sync)
        self._show_late = self._once(lambda: self._show(syncing=True))

    def start(self) -> None:
        self._look_timer.start()
        self.look()
        self.nudge()

    def nudge(self) -> None:
        """Synchronise soon, because of a local change or a resume."""
        if not self._stopped:
            self._soon.start(SOON_MS)

    def look(self) -> None:
        """Read the state, and synchronise if new records wait to be sent."""
        if not (self._running or self._looking or self._stopped):
            self._looking = True
            self._queue.add(lambda _progress: self._service.state(), self._on_looked)

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> bool:
        """Stop the round after the present batch; False if it took longer. No data is lost."""
        self._stopped = True
        for timer in self.findChildren(QTimer):
            timer.stop()
        return self._queue.close(timeout_s)

    def _once(self, action: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(action)
        return timer

    def _sync(self) -> None:
        if self._stopped:
            return
        if self._running:
            self._again = True
            return
        self._running = True
        self._show_late.start(SHOWN_AFTER_MS)
        self._queue.add(self._round, self._on_synced)

    def _round(self, progress: Progress) -> Round:
        return self._service.sync(progress), self._service.state()

    def _on_synced(self, outcome: Outcome[Round]) -> None:
        self._running = False
        self._show_late.stop()
        if self._stopped:
            return
        match outcome:
            case Succeeded((resumen, estado)):
                self._broken = ""
                self._failures = 0 if resumen.completa else self._failures + 1
                self._left = estado.esperan
                self.estado = estado
                if resumen.recibidos:
                    self.arrived.emit()
            case Failed(error):
                self._failures += 1
                self._broken = error.message if isinstance(error, UserFacingError) else BROKEN
                logger.error("synchronisation ended", exc_info=error)
            case Stopped():
                pass
        self._show()
        self._next.start(self._wait_ms())
        if self._again:
            self._again = False
            self.nudge()

    def _wait_ms(self) -> int:
        """Milliseconds until the next round: short after a failure, then doubled up to the
        interval.
        """
        wait = self._interval_ms
        if self._failures:
            wait = min(wait, RETRY_MS * 2 ** min(self._failures - 1, 10))
        return int(wait * (1 + JITTER * (2 * self._spread() - 1)))

    def _on_looked(self, outcome: Outcome[EstadoSincronizacion]) -> None:
        self._looking = False
        if self._stopped:
            return
        match outcome:
            case Succeeded(estado):
                self.estado = estado
                if self._left is not None and estado.esperan > self._left:
                    self.nudge()
                self._left = estado.esperan if self._left is not None else None
            case Failed(error):
                logger.error("the state of synchronisation was not read", exc_info=error)
        if not self._running:
            self._show()

    def _show(self, syncing: bool = False) -> None:
        if self.estado is not None:
            estado = replace(self.estado, motivo=self.estado.motivo or self._broken)
            self.changed.emit(light_of(estado, datetime.now(UTC), syncing))


__all__ = ["LuzBarra", "SyncRunner"]
