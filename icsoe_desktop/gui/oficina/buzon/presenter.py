"""Correos por enviar: the waiting mails with their reasons, and the commands on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.jobs import JobQueue, Outcome, Progress
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService, CorreoEnBuzon
from icsoe_desktop.services.correo.envio import ENDED, ResumenEnvio

T = TypeVar("T")

CONNECTING = "Conectando con el servidor de correo…"
CANCELLING = "Cancelando… Se espera a que termine el correo que ya va en camino."
STOPPED = "El envío se canceló. Los correos que no salieron siguen en espera."
NOTHING_LEFT = "Ningún correo podía enviarse en este momento."
HANDED = (
    "Se entregó a su programa de correo: envíelo ahí a {para}. Aquí no se sabe si lo envió; "
    "durante un día lo puede abrir otra vez desde los que ya no esperan."
)
NO_PROGRAM = (
    "Este equipo no tiene un programa de correo que abra archivos .eml. El correo sigue igual."
)
DISCARDED = "El correo se descartó y su texto se borró."


@dataclass(frozen=True)
class BuzonState(TaskState):
    """busy: mails are being sent. changing: one is. server_missing: nothing can be sent."""

    loaded: bool = False
    correos: tuple[CorreoEnBuzon, ...] = ()
    server_missing: bool = False
    show_ended: bool = False
    changing: bool = False

    @property
    def visible(self) -> tuple[CorreoEnBuzon, ...]:
        if self.show_ended:
            return self.correos
        return tuple(correo for correo in self.correos if is_waiting(correo))

    @property
    def is_idle(self) -> bool:
        return not self.busy and not self.changing

    @property
    def can_send(self) -> bool:
        pending = any(correo.estado is EstadoCorreo.PENDIENTE for correo in self.correos)
        return pending and self.is_idle and not self.server_missing


def is_waiting(correo: CorreoEnBuzon) -> bool:
    return correo.estado not in ENDED


class BuzonPresenter(TaskPresenter[BuzonState]):
    """network: a separate queue, so that a slow server delays no other window."""

    cancelling = CANCELLING
    fields = ()
    opening = Signal(object, object)  # CorreoEnBuzon, Path of its draft

    def __init__(
        self,
        buzon: BuzonService,
        ajustes: AjustesService,
        jobs: JobQueue,
        network: JobQueue,
        sesion: Sesion,
    ) -> None:
        super().__init__(jobs, BuzonState())
        self._buzon = buzon
        self._ajustes = ajustes
        self._network = network
        self._sesion = sesion
        self._reading = False
        self.ended.connect(self.refresh)

    def refresh(self) -> None:
        """Read the list again, including changes made elsewhere."""
        if self._reading:
            return
        self._reading = True
        self.run(lambda _progress: self._read(), self._on_read)

    def choose_ended(self, shown: bool) -> None:
        self._show(show_ended=shown)

    def send_now(self) -> None:
        """Try to send every waiting mail now, including those scheduled for later."""
        if self.state.can_send:
            waiting = [c for c in self.state.correos if c.estado is EstadoCorreo.PENDIENTE]
            self._send(waiting)

    def retry(self, correo: CorreoEnBuzon) -> None:
        if not self.state.busy:
            self._send([correo])

    def discard(self, correo: CorreoEnBuzon) -> None:
        if not self.state.changing:
            self._change(
                lambda _progress: self._buzon.discard(self._sesion, correo.id),
                lambda _none: self.say(DISCARDED, "hint"),
            )

    def hand_over(self, correo: CorreoEnBuzon) -> None:
        """Open the mail in the person's mail program. `opening` asks the window to do it."""
        if self.state.is_idle:
            self._change(
                lambda _progress: self._buzon.hand_over(self._sesion, correo.id),
                lambda path: self.opening.emit(correo, path),
            )

    def note_opened(self, correo: CorreoEnBuzon, good: bool) -> None:
        """good: whether the system found a program for the file."""
        if good:
            self._show(message=HANDED.format(para=correo.para), role="success")
        elif correo.estado is EstadoCorreo.ENTREGADO:
            # It was opened before, and may have been sent.
            self.say(NO_PROGRAM, "error")
        else:
            self._change(
                lambda _progress: self._buzon.take_back(self._sesion, correo.id),
                lambda _none: self.say(NO_PROGRAM, "error"),
            )

    def _change(self, work: Callable[[Progress], T], then: Callable[[T], object]) -> None:
        """Change one mail, then read the list again."""
        self._show(changing=True, message="")

        def on_done(outcome: Outcome[T]) -> None:
            self.settle(outcome, then, changing=False)
            self.refresh()

        self.run(work, on_done)

    def _send(self, correos: list[CorreoEnBuzon]) -> None:
        def work(progress: Progress) -> ResumenEnvio:
            for correo in correos:
                try:
                    self._buzon.retry(self._sesion, correo.id)
                except UserFacingError:
                    # The mail was sent or discarded meanwhile. Ignore that, unless it was the
                    # only one chosen.
                    if len(correos) == 1:
                        raise
            return self._buzon.send_due(progress)

        self.perform(
            work,
            self._tell,
            queue=self._network,
            waiting=CONNECTING,
            stopped=lambda: self.say(STOPPED, "hint"),
        )

    def _read(self) -> tuple[tuple[CorreoEnBuzon, ...], bool]:
        correos, ajustes = self._buzon.pending(self._sesion), self._ajustes
        own = ajustes.servidor_correo(self._sesion)
        return correos, own is None and not ajustes.shared_server(self._sesion)

    def _on_read(self, outcome: Outcome[tuple[tuple[CorreoEnBuzon, ...], bool]]) -> None:
        def show(read: tuple[tuple[CorreoEnBuzon, ...], bool]) -> None:
            correos, missing = read
            self._show(loaded=True, correos=correos, server_missing=missing)

        self._reading = False
        self.settle(outcome, show)

    def _tell(self, resumen: ResumenEnvio) -> None:
        whole = bool(resumen.enviados) and not resumen.motivo
        self.say(describe(resumen), "success" if whole else "warning")


def describe(resumen: ResumenEnvio) -> str:
    """A sentence about one sending round."""
    parts = [
        _counted(resumen.enviados, "Se envió 1 correo.", "Se enviaron {} correos."),
        _counted(resumen.pospuestos, "1 correo sigue en espera.", "{} correos siguen en espera."),
        _counted(resumen.detenidos, "1 correo quedó detenido.", "{} correos quedaron detenidos."),
        _counted(resumen.vencidos, "1 correo ya no servía.", "{} correos ya no servían."),
    ]
    done = [part for part in parts if part] or [NOTHING_LEFT]
    return " ".join([*done, resumen.motivo]).strip()


def _counted(number: int, one: str, many: str) -> str:
    return "" if number == 0 else one if number == 1 else many.format(number)
