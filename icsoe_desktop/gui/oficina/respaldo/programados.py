"""Scheduled backups, in a separate queue, so that a slow disk blocks no window."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.jobs import Failed, Outcome, Progress, Succeeded

if TYPE_CHECKING:
    from icsoe_desktop.services.respaldo.service import FalloRespaldo, RespaldoService

logger = logging.getLogger(__name__)

CHECK_MS = 10 * 60 * 1000
STOP_TIMEOUT_S = 5.0


class BackupRunner(QObject):
    """Checks regularly whether a scheduled backup is due, and makes it."""

    changed = Signal(object)  # FalloRespaldo, None without a failure

    def __init__(self, respaldo: RespaldoService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._respaldo = respaldo
        self._queue = gui_queue(Dispatcher(self), "respaldos")
        self._waiting = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self._queue.add(lambda _progress: self._respaldo.clear_leftovers(), self._on_cleared)
        self._timer.start(CHECK_MS)
        self.look()

    def look(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._queue.add(self._round, self._on_round)

    def stop(self) -> bool:
        """Stop a running backup; its partial file is deleted."""
        self._timer.stop()
        return self._queue.close(STOP_TIMEOUT_S)

    def _round(self, progress: Progress) -> FalloRespaldo | None:
        if self._respaldo.is_due():
            try:
                self._respaldo.run_scheduled(progress)
            except UserFacingError as error:
                logger.warning("scheduled backup failed: %s", type(error).__name__)
        return self._respaldo.last_failure()

    def _on_round(self, outcome: Outcome[FalloRespaldo | None]) -> None:
        self._waiting = False
        match outcome:
            case Succeeded(fallo):
                self.changed.emit(fallo)
            case Failed(error):
                # Only log it: a dialog every ten minutes would fill the screen.
                logger.error("scheduled backup failed", exc_info=error)
                self._queue.add(
                    lambda _progress: self._respaldo.last_failure(), self._on_failure_known
                )

    def _on_failure_known(self, outcome: Outcome[FalloRespaldo | None]) -> None:
        if isinstance(outcome, Succeeded):
            self.changed.emit(outcome.value)

    def _on_cleared(self, outcome: Outcome[tuple[str, ...]]) -> None:
        if isinstance(outcome, Succeeded) and outcome.value:
            logger.info("%d leftovers of backups deleted", len(outcome.value))
