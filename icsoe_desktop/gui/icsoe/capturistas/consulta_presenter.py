"""Consulta: the list of capturistas, and the commands on one of them."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import (
    EN_BAJA,
    LIGA_ENVIADA,
    NO_SERVER,
    REACTIVADA,
    Estatus,
)
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Progress
from icsoe_desktop.services.capturistas.consulta import (
    CapturistaFila,
    ConsultaCapturistasService,
    FiltroCapturistas,
    OrdenCapturistas,
)
from icsoe_desktop.services.capturistas.relaciones import Capturista, CapturistaGuardado
from icsoe_desktop.services.capturistas.service import CapturistasService

SENT_TO = "Va dirigida a {correo}."


class Usuarios:
    """The rows that match a filter, in its order; read by block."""

    def __init__(
        self,
        service: ConsultaCapturistasService,
        sesion: Sesion,
        filtro: FiltroCapturistas,
        numeros: array[int],
    ) -> None:
        self._service = service
        self._sesion = sesion
        self.filtro = filtro
        self.numeros = numeros

    @property
    def count(self) -> int:
        return len(self.numeros)

    def rows(self, start: int, count: int) -> Sequence[CapturistaFila | None]:
        wanted = self.numeros[start : start + count]
        found = {fila.numero: fila for fila in self._service.rows(self._sesion, wanted)}
        return [found.get(numero) for numero in wanted]

    def place_of(self, numero: int) -> int | None:
        try:
            return self.numeros.index(numero)
        except ValueError:
            return None


@dataclass(frozen=True)
class ConsultaState:
    """total: number of capturistas without any filter; None before the first reading."""

    filtro: FiltroCapturistas = field(default=FiltroCapturistas(), repr=False)
    shown: int = 0
    total: int | None = None
    busy: bool = False

    @property
    def filtered(self) -> bool:
        return bool(self.filtro.texto.strip()) or self.filtro.estatus is not None

    @property
    def counts(self) -> str:
        if self.total is None:
            return ""
        if not self.filtered:
            return f"{self.total:,} {'usuario' if self.total == 1 else 'usuarios'}"
        return f"{self.shown:,} de {self.total:,}"


class ConsultaPresenter(StatePresenter[ConsultaState]):
    """reading: a separate queue, so that the list does not wait for writing."""

    read = Signal(object, object)  # Usuarios, the numero to select or None
    edit_wanted = Signal(object)  # Capturista
    told = Signal(str)  # sentence about what was done
    mail_queued = Signal()

    def __init__(
        self,
        consulta: ConsultaCapturistasService,
        capturistas: CapturistasService,
        jobs: JobQueue,
        reading: JobQueue,
        sesion: Sesion,
    ) -> None:
        super().__init__(jobs, ConsultaState())
        self._consulta = consulta
        self._capturistas = capturistas
        self._reading = reading
        self._sesion = sesion
        self._wanted = 0
        self._to_select: int | None = None

    def filter(self, texto: str, estatus: Estatus | None) -> None:
        filtro = replace(self.state.filtro, texto=texto, estatus=estatus)
        if filtro != self.state.filtro or self.state.total is None:
            self._show(filtro=filtro)
            self.refresh()

    def order(self, orden: OrdenCapturistas, descending: bool) -> None:
        self._show(filtro=replace(self.state.filtro, orden=orden, descendente=descending))
        self.refresh()

    def refresh(self, select: int | None = None, *, asked: bool = True) -> None:
        """Read the list again.

        select: the numero to select afterwards. asked: the user requested it, so errors are shown,
        such as that the session no longer has the right.
        """
        filtro, sesion, consulta = self.state.filtro, self._sesion, self._consulta
        self._wanted += 1
        wanted = self._wanted
        # A reading that is superseded passes its selection on to the next one.
        self._to_select = self._to_select if select is None else select

        def work(_progress: Progress) -> tuple[Usuarios, int]:
            usuarios = Usuarios(consulta, sesion, filtro, consulta.numeros(sesion, filtro))
            return usuarios, consulta.count(sesion, FiltroCapturistas())

        def on_done(outcome: Outcome[tuple[Usuarios, int]]) -> None:
            # The filter changed meanwhile: only the latest reading counts.
            if wanted == self._wanted and (asked or not _is_refused(outcome)):
                chosen, self._to_select = self._to_select, None
                self.settle(outcome, lambda read: self._on_read(*read, chosen), self.failed.emit)

        self.run(work, on_done, queue=self._reading)

    def select(self, relacion_id: uuid.UUID) -> None:
        """Select a row, whatever the filter."""
        sesion, capturistas = self._sesion, self._capturistas
        self.ask(
            lambda _progress: capturistas.get(sesion, relacion_id),
            self._on_row_known,
            self.failed.emit,
        )

    def edit(self, fila: CapturistaFila) -> None:
        if not self._begin():
            return
        sesion = self._sesion
        self.ask(
            lambda _progress: self._capturistas.get(sesion, fila.id),
            self.edit_wanted.emit,
            self.failed.emit,
            busy=False,
        )

    def send_link(self, fila: CapturistaFila) -> None:
        if not self._begin():
            return
        self.ask(
            lambda _progress: self._capturistas.send_link(self._sesion, fila.id),
            lambda guardado: self._on_guardado(guardado, LIGA_ENVIADA, mailed=True),
            busy=False,
        )

    def baja(self, fila: CapturistaFila) -> None:
        if not self._begin():
            return
        self.ask(
            lambda _progress: self._capturistas.baja(self._sesion, fila.id),
            self._on_baja,
            busy=False,
        )

    def activar(self, fila: CapturistaFila) -> None:
        if not self._begin():
            return
        self.ask(
            lambda _progress: self._capturistas.activar(self._sesion, fila.id, fila.dado_de_baja),
            lambda guardado: self._on_guardado(guardado, REACTIVADA, mailed=False),
            busy=False,
        )

    def _begin(self) -> bool:
        if self.state.busy:
            return False
        self._show(busy=True)
        return True

    def _on_read(self, usuarios: Usuarios, total: int, select: int | None) -> None:
        self._show(shown=usuarios.count, total=total)
        self.read.emit(usuarios, select)

    def _on_row_known(self, capturista: Capturista) -> None:
        filtro = replace(self.state.filtro, texto="", estatus=None)
        self._show(filtro=filtro)
        self.refresh(capturista.numero)

    def _on_baja(self, _value: Capturista) -> None:
        self.refresh()
        self.told.emit(EN_BAJA)

    def _on_guardado(self, guardado: CapturistaGuardado, said: str, *, mailed: bool) -> None:
        self.refresh()
        self.mail_queued.emit()
        capturista = guardado.capturista
        linked = mailed or capturista.estatus is Estatus.REGISTRADA
        parts = [said]
        if linked and not guardado.hay_servidor:
            parts.append(NO_SERVER.format(correo=capturista.correo))
        elif mailed and not capturista.bloqueado:
            parts.append(SENT_TO.format(correo=capturista.correo))
        self.told.emit("\n\n".join(parts))

    def _fail(self, error: Exception) -> None:
        # The error may come from an outdated list: read it again.
        self.refresh()
        self.failed.emit(error)


def _is_refused(outcome: Outcome[tuple[Usuarios, int]]) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, UserFacingError)
