"""Background work while the program is open: mails, backups, versions, synchronisation."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue, while_alive
from icsoe_desktop.gui.inicio.outgoing_mail import MailSender
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Progress, Succeeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from icsoe_desktop.domain.actualizacion import Actualizacion
    from icsoe_desktop.gui.base.preferences import Preferences
    from icsoe_desktop.gui.base.shell import Shell
    from icsoe_desktop.gui.oficina.sincronizacion.background import SyncRunner
    from icsoe_desktop.services.actualizaciones import ActualizacionesService
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.respaldo.service import FalloRespaldo, RespaldoService
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService

logger = logging.getLogger(__name__)

HOUR_MS = 60 * 60 * 1000
CHECK_MS = 10 * 60 * 1000
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


class Background(QObject):
    """Runs while the data is open, and reports to the shell for the status bars."""

    def __init__(
        self, application: Application, shell: Shell, jobs: JobQueue, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._application = application
        self._jobs = jobs
        self._stopped = False
        self._sender = MailSender(application.buzon, self)
        shell.mail_changed.connect(self._sender.nudge)
        self._sender.changed.connect(shell.mail_state.emit)
        self._updates = UpdateWatch(application.actualizaciones, shell.preferences, self)
        self._updates.found.connect(shell.offer_version)
        self._shell = shell
        self._runner: SyncRunner | None = None
        shell.sync_changed.connect(self._follow_sync)
        self._backups = BackupRunner(application.respaldo, self)
        self._backups.changed.connect(shell.show_backup_failure)
        self._reminders = QTimer(self)
        self._reminders.setInterval(HOUR_MS)
        self._reminders.timeout.connect(self._remind)
        shell.backups_changed.connect(self._backups.look)

    def start(self) -> None:
        self._sender.start()
        self._reminders.start()
        self._remind()
        self._updates.start()
        self._backups.start()
        self._follow_sync()

    def stop(self) -> None:
        self._stopped = True
        self._reminders.stop()
        self._backups.stop()
        self._updates.stop()
        self._sender.stop()
        if self._runner is not None:
            self._runner.stop()

    def _remind(self) -> None:
        """Queue the reminders of the Informativa and of what ends that are due."""
        application = self._application

        def on_queued(outcome: Outcome[int]) -> None:
            match outcome:
                case Succeeded(int(count)) if count and not self._stopped:
                    self._sender.nudge()
                case Failed(error):
                    # Only log it: the windows say the deadline themselves.
                    logger.warning("no reminder was queued: %s", type(error).__name__)

        def queue(_progress: Progress) -> int:
            recordatorios = application.recordatorios
            return recordatorios.queue_informativas() + recordatorios.queue_due()

        self._jobs.add(queue, while_alive(self, on_queued))

    def _follow_sync(self) -> None:
        """Synchronise while this desktop belongs to an office. Loads the service only then."""
        application = self._application

        def look(_progress: Progress) -> SincronizacionService | None:
            # Load it in the worker: it takes a fifth of a second.
            return application.sincronizacion if application.is_sharing else None

        if not self._stopped:
            self._jobs.add(look, while_alive(self, self._on_looked))

    def _on_looked(self, outcome: Outcome[SincronizacionService | None]) -> None:
        if self._stopped or not isinstance(outcome, Succeeded):
            return
        runner, service = self._runner, outcome.value
        if service is not None and runner is None:
            from icsoe_desktop.gui.oficina.sincronizacion.background import SyncRunner

            self._runner = SyncRunner(service, self)
            self._runner.changed.connect(self._shell.show_sync)
            self._runner.arrived.connect(self._shell.data_arrived)
            self._runner.start()
        elif service is not None and runner is not None:
            runner.look()
            runner.nudge()
        elif runner is not None:
            self._runner = None
            # Do not delete the runner: its worker may still deliver a result.
            runner.stop(0)
            self._shell.show_sync(None)
