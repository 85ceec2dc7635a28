"""Checks once a day for a newer version, if an administrator configured the address."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.jobs import Failed, Outcome, Succeeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from icsoe_desktop.domain.actualizacion import Actualizacion
    from icsoe_desktop.gui.base.preferences import Preferences
    from icsoe_desktop.services.actualizaciones import ActualizacionesService

logger = logging.getLogger(__name__)

HOUR_MS = 60 * 60 * 1000
DAY_S = 24 * 60 * 60
STOP_TIMEOUT_S = 5.0
_LAST = "actualizaciones/buscado"


class UpdateWatch(QObject):
    """Emits `found` for a newer version; network errors are only logged.

    Runs in its own thread, so that a slow server blocks no window.
    """

    found = Signal(object)  # Actualizacion

    def __init__(
        self,
        actualizaciones: ActualizacionesService,
        preferences: Preferences,
        parent: QObject | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """now: seconds of Unix time."""
        super().__init__(parent)
        self._actualizaciones = actualizaciones
        self._preferences = preferences
        self._now = now
        self._queue = gui_queue(Dispatcher(self), "actualizaciones")
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        if self._actualizaciones.enabled:
            self._timer.start(HOUR_MS)
            self.look()

    def look(self) -> None:
        """Check if a day has passed since the last answer."""
        # A last answer in the future means that the clock was set back: check now, not years later.
        if 0 <= self._now() - self._last_answer() < DAY_S:
            return
        self._queue.add(lambda _progress: self._actualizaciones.find_newer(), self._on_answer)

    def stop(self) -> None:
        self._timer.stop()
        self._queue.close(STOP_TIMEOUT_S)

    def _last_answer(self) -> float:
        kept = self._preferences.get(_LAST)
        return float(kept) if kept.isdecimal() else 0.0

    def _on_answer(self, outcome: Outcome[Actualizacion | None]) -> None:
        match outcome:
            case Succeeded(None):
                self._preferences.set(_LAST, str(int(self._now())))
            case Succeeded(newer):
                # Do not store the answer: check again at every start until the
                # version is installed.
                self.found.emit(newer)
            case Failed(error):
                logger.info("no answer about a newer version: %s", type(error).__name__)
