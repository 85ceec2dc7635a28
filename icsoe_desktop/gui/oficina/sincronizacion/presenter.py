"""Sincronización: the office of this desktop, and the state of synchronisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.gui.oficina.sincronizacion.palabras import SYNCING, describe
from icsoe_desktop.jobs import JobQueue, Outcome, Progress
from icsoe_desktop.services.sincronizacion.answers import (
    Apartado,
    EstadoSincronizacion,
    ResumenSincronizacion,
)

if TYPE_CHECKING:
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService

PAUSED = "La sincronización está en pausa. Lo que cambie espera en este equipo."
RESUMED = "La sincronización continúa."
LEAVING = "Avisando a la oficina…"
LEFT_UNTOLD = (
    "Este equipo salió de la oficina, pero no se pudo avisar al servidor. Sus datos siguen aquí y "
    "ya no se comparten. Pida a un responsable que lo retire en Equipos de la oficina."
)
LEFT = "Este equipo salió de la oficina. Sus datos siguen aquí y ya no se comparten."
STOPPED = "Se detuvo. Lo que ya se había recibido o enviado queda; lo demás, la próxima vez."
FOUNDED = (
    "La oficina está lista y lo de este equipo se enviará en seguida. Este equipo es el titular: "
    "firma por la oficina. Guarde el papel de recuperación que se muestra: si este equipo se "
    "pierde, con él otro toma su lugar. Después invite a los demás en «Equipos de la oficina»."
)
JOINED = "Este equipo ya está en la oficina. {}"
DELETIONS_APPLIED = "Las bajas se aplicarán en la próxima sincronización."
DATA_KEPT = "Los datos se conservan y volverán a los demás equipos en la próxima sincronización."
AGAIN = "Se intentará de nuevo en la próxima sincronización."

# A function, called in the worker: loading the service takes a fifth of a second the first time.
Service = Callable[[], "SincronizacionService"]
Read = tuple[EstadoSincronizacion, tuple[Apartado, ...]]


@dataclass(frozen=True)
class OficinaState(TaskState):
    """estado: None until read."""

    estado: EstadoSincronizacion | None = None
    apartados: tuple[Apartado, ...] = ()
    syncing: bool = False

    @property
    def configurada(self) -> bool:
        return self.estado is not None and self.estado.configurada


class OficinaPresenter(TaskPresenter[OficinaState]):
    """network: a separate queue, so that a slow server delays no other window."""

    switched = Signal()  # switched on or off, paused or resumed
    synced = Signal()
    arrived = Signal()  # data from other desktops may have arrived

    def __init__(self, service: Service, jobs: JobQueue, network: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, OficinaState())
        self._service = service
        self._network = network
        self._sesion = sesion
        self._reading = False
        self._again = False
        self._trouble = ""  # error of joining, shown if this desktop did join
        self._said_at: datetime | None = None  # the last round when the message was shown
        self._stays = False  # what comes next after joining: longer than a round

    def say(self, message: str, role: str = "success") -> None:
        self._said_at, self._stays = None, False
        super().say(message, role)

    def refresh(self) -> None:
        """Read the state again, including changes made outside this window."""
        if self._reading:
            # The running reading may predate the last change: read again after it.
            self._again = True
            return
        self._reading = True
        self.run(lambda _progress: self._read(), self._on_read)

    def sync(self) -> None:
        """Synchronise now, even if synchronisation had stopped and waits for the user."""
        estado = self.state.estado
        if self.state.busy or estado is None or not estado.configurada:
            return

        def work(progress: Progress) -> ResumenSincronizacion:
            if estado.detenida:
                self._service().resume(self._sesion)
            return self._service().sync(progress)

        self._show(syncing=True)
        self.perform(work, self._on_synced, self._network, SYNCING, stopped=self._on_stopped)

    def pause(self) -> None:
        self._switch(lambda: self._service().pause(self._sesion), PAUSED)

    def resume(self) -> None:
        self._switch(lambda: self._service().resume(self._sesion), RESUMED)

    def leave(self) -> None:
        """Tells the office, and leaves it even if the server does not answer."""
        if self.state.busy:
            return

        def then(told: bool) -> None:
            self._tell(LEFT if told else LEFT_UNTOLD)
            self.switched.emit()

        self.perform(
            lambda progress: self._service().leave(self._sesion, progress),
            then,
            self._network,
            LEAVING,
        )

    def retry(self, apartado: Apartado) -> None:
        if self.state.busy:
            return
        coleccion, registro = apartado.coleccion, apartado.registro_id
        self.perform(
            lambda _progress: self._service().conflictos.retry(self._sesion, coleccion, registro),
            lambda _none: self._tell(AGAIN),
        )

    def decide(self, *, apply: bool) -> None:
        """Of the deletions that wait for a person."""
        self._switch(
            lambda: self._service().conflictos.decide_deletions(self._sesion, apply=apply),
            DELETIONS_APPLIED if apply else DATA_KEPT,
        )

    def _fail(self, error: Exception) -> None:
        self._show(syncing=False)
        super()._fail(error)
        self.refresh()

    def _switch(self, command: Callable[[], None], said: str) -> None:
        if self.state.busy:
            return

        def then(_none: object) -> None:
            self._tell(said)
            self.switched.emit()

        self.perform(lambda _progress: command(), then)

    def _tell(self, message: str) -> None:
        self.say(message)
        self.refresh()

    def _read(self) -> Read:
        estado = self._service().state()
        apartados = self._service().conflictos.set_aside(self._sesion) if estado.apartados else ()
        return estado, apartados

    def _on_read(self, outcome: Outcome[Read]) -> None:
        def show(read: Read) -> None:
            estado, apartados = read
            trouble, self._trouble = self._trouble, ""
            self._show(estado=estado, apartados=apartados)
            later = self._said_at not in (None, estado.ultimo_intento)
            if later and not (self._stays or self.state.busy):
                self.clear()
            self._said_at = estado.ultimo_intento
            if trouble and estado.configurada:
                self.say(trouble, "error")

        self._reading = False
        # `failed` makes the window stop polling: the next reading would fail the same way.
        self.settle(outcome, show, self.failed.emit)
        if self._again:
            self._again = False
            self.refresh()

    def _on_synced(self, resumen: ResumenSincronizacion) -> None:
        self._show(syncing=False)
        self._tell_round(resumen)

    def _tell_round(self, resumen: ResumenSincronizacion, text: str = "{}") -> None:
        good = resumen.completa and not resumen.conflictos and not resumen.apartados
        self.say(text.format(describe(resumen)), "success" if good else "warning")
        self.refresh()
        self.synced.emit()
        if resumen.recibidos:
            self.arrived.emit()

    def _on_stopped(self) -> None:
        self._show(syncing=False)
        self.say(STOPPED, "hint")
        self.refresh()
        self.synced.emit()
        self.arrived.emit()

    def on_joined(self, what: EstadoSincronizacion | ResumenSincronizacion | str | None) -> None:
        """Show the result of founding or joining an office, and what comes next.

        what: the state of the office that was founded; of a joining, the summary of the first
        download, a sentence if it failed, or None if there was none.
        """
        match what:
            case EstadoSincronizacion():
                self.say(FOUNDED)
                self._stays = True
                self.arrived.emit()
            case ResumenSincronizacion():
                self._tell_round(what, JOINED)
                self._stays = True
            case str():
                self._trouble = what
                self.arrived.emit()
            case None:
                self.arrived.emit()
        self.refresh()
        self.switched.emit()
