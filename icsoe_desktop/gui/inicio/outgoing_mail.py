"""Sends the outbox while the program is open."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from icsoe_desktop.domain.texto import counted_if_any
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import Dispatcher, delayed, gui_queue
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Progress, Stopped, Succeeded

if TYPE_CHECKING:
    from icsoe_desktop.gui.base.shell import Context
    from icsoe_desktop.services.correo.buzon import BuzonService, CuentaBuzon
    from icsoe_desktop.services.correo.envio import ResumenEnvio

logger = logging.getLogger(__name__)

INTERVAL_MS = 60_000
SOON_MS = 300
STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class EstadoEnvio:
    """The outbox for a status bar. motivo: why the last mail that failed is still there; else
    empty.
    """

    pendientes: int = 0
    detenidos: int = 0
    motivo: str = ""

    @property
    def text(self) -> str:
        """Text for the status bar; empty if no mail waits."""
        waiting = counted_if_any(self.pendientes, "correo por enviar", "correos por enviar")
        stopped = counted_if_any(self.detenidos, "correo detenido", "correos detenidos")
        return ", ".join(filter(None, (waiting, stopped)))


class MailSender(QObject):
    """Sends due mails every minute, and soon after `nudge`, off the GUI thread.

    Runs in its own thread, so that a slow server blocks no window. Rounds never overlap.
    """

    changed = Signal(object)  # EstadoEnvio

    def __init__(
        self, buzon: BuzonService, parent: QObject | None = None, interval_ms: int = INTERVAL_MS
    ) -> None:
        super().__init__(parent)
        self._buzon = buzon
        self._queue = gui_queue(Dispatcher(self), "correo")
        self._running = False
        self._again = False
        self._stopped = False
        self.state = EstadoEnvio()
        self._timer = QTimer(self)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._send)
        self._soon = delayed(self, SOON_MS, self._send)

    def start(self) -> None:
        self._timer.start()
        self.nudge()

    def nudge(self) -> None:
        """Send soon, because a mail was added or the server settings changed."""
        if not self._stopped:
            self._soon.start()

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> bool:
        """Wait for the mail being sent; False if it took longer than `timeout_s`.
        Call before closing.
        """
        self._stopped = True
        self._timer.stop()
        self._soon.stop()
        return self._queue.close(timeout_s)

    def _send(self) -> None:
        if self._running:
            self._again = True
            return
        self._running = True
        self._queue.add(self._round, self._on_sent)

    def _round(self, progress: Progress) -> tuple[ResumenEnvio, CuentaBuzon]:
        return self._buzon.send_due(progress), self._buzon.counts()

    def _on_sent(self, outcome: Outcome[tuple[ResumenEnvio, CuentaBuzon]]) -> None:
        self._running = False
        if self._stopped:
            return
        match outcome:
            case Succeeded((resumen, cuenta)):
                self._show(EstadoEnvio(cuenta.pendientes, cuenta.detenidos, resumen.motivo))
            case Failed(UserFacingError() as error):
                # Only log it: a dialog every minute would fill the screen.
                logger.warning("the outbox was not sent: %s", type(error).__name__)
                self._show(EstadoEnvio(self.state.pendientes, self.state.detenidos, error.message))
            case Failed(error):
                logger.error("the outbox was not sent", exc_info=error)
            case Stopped():
                pass
        if self._again:
            self._again = False
            self.nudge()

    def _show(self, state: EstadoEnvio) -> None:
        self.state = state
        self.changed.emit(state)


def network_queue(context: Context) -> JobQueue:
    """A separate queue for a window that talks to a server, so that nothing else waits for it.

    The window closes it with `close(0)` when it ends.
    """
    # The dispatcher belongs to the shell: the worker may deliver a result after the window closed.
    return gui_queue(Dispatcher(context.shell), "red")
