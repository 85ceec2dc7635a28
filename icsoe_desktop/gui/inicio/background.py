"""Background work while the program is open: mails, backups, versions, synchronisation."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from icsoe_desktop.gui.base.guarded import while_alive
from icsoe_desktop.gui.inicio.novedades import UpdateWatch
from icsoe_desktop.gui.inicio.outgoing_mail import MailSender
from icsoe_desktop.gui.oficina.respaldo.programados import BackupRunner
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Progress, Succeeded

if TYPE_CHECKING:
    from icsoe_desktop.gui.base.shell import Shell
    from icsoe_desktop.gui.oficina.sincronizacion.background import SyncRunner
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService

logger = logging.getLogger(__name__)

REMIND_EVERY_MS = 3_600_000


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
        self._reminders.setInterval(REMIND_EVERY_MS)
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
