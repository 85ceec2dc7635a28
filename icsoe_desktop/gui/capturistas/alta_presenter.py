"""Alta de usuario: what the page shows, and its commands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import GUARDADO, CapturistaNuevo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Stopped, Succeeded
from icsoe_desktop.services.capturistas.service import (
    AltaCambiadaError,
    Capturista,
    CapturistaGuardado,
    CapturistaRepetidoError,
    CapturistasService,
    CurpValidada,
)

UNDONE = "Se eliminó el alta de {nombre}."
NO_SERVER = (
    "Los correos para {correo} todavía no salen porque este equipo no tiene servidor de correo. "
    "Esperan en «Correos por enviar» hasta que se configure en el menú Herramientas."
)
ACTIVE = (
    "Esta persona ya tiene contraseña y usa este correo: puede ingresar desde ahora, sin crear "
    "otra."
)


@dataclass(frozen=True)
class CapturistaAltaState:
    """validada: what «Validar» found; the other fields are there only then.

    repetido: the row that has this CURP already. agregados: those of this visit, newest last.
    """

    busy: bool = False
    validada: CurpValidada | None = field(default=None, repr=False)
    curp_problem: str = field(default="", repr=False)
    repetido: uuid.UUID | None = None
    agregados: tuple[Capturista, ...] = ()
    problems: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    message: str = field(default="", repr=False)


class CapturistaAltaPresenter(StatePresenter[CapturistaAltaState]):
    validated = Signal(object)  # CurpValidada
    saved = Signal(object, str)  # CapturistaGuardado, the sentence to show
    failed = Signal(object)  # Exception

    def __init__(self, capturistas: CapturistasService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, CapturistaAltaState())
        self._capturistas = capturistas
        self._sesion = sesion

    def validate(self, curp: str) -> None:
        if self.state.busy:
            return
        self._show(busy=True, validada=None, curp_problem="", repetido=None, message="")
        self.run(
            lambda _progress: self._capturistas.validate(self._sesion, curp), self._on_validated
        )

    def edit_curp(self) -> None:
        """Another CURP is being typed: what was found for the former one is over."""
        state = self.state
        if state.validada or state.curp_problem or state.message:
            self._show(validada=None, curp_problem="", repetido=None, problems=(), message="")

    def clear(self) -> None:
        self._show(validada=None, curp_problem="", repetido=None, problems=(), message="")

    def save(self, nuevo: CapturistaNuevo, cotejada: date | None) -> None:
        if self.state.busy or self.state.validada is None:
            return
        self._show(busy=True, problems=(), message="")
        self.run(
            lambda _progress: self._capturistas.register(self._sesion, nuevo, cotejada),
            self._on_saved,
        )

    def undo(self, capturista: Capturista) -> None:
        """«Eliminar» of those just added."""
        if self.state.busy:
            return
        self._show(busy=True, message="")
        self.run(
            lambda _progress: self._capturistas.undo_register(
                self._sesion, capturista.id, visto=capturista
            ),
            lambda outcome: self._on_undone(outcome, capturista),
        )

    def _on_validated(self, outcome: Outcome[CurpValidada]) -> None:
        match outcome:
            case Succeeded(validada):
                self._show(busy=False, validada=validada)
                self.validated.emit(validada)
            case Stopped():
                self._show(busy=False)
            case Failed(CapturistaRepetidoError() as error):
                self._show(busy=False, curp_problem=error.message, repetido=error.relacion_id)
            case Failed(InvalidInputError() as error):
                self._show(busy=False, curp_problem=error.message)
            case Failed(error):
                self._fail(error)

    def _on_saved(self, outcome: Outcome[CapturistaGuardado]) -> None:
        match outcome:
            case Succeeded(guardado):
                agregados = (*self.state.agregados, guardado.capturista)
                self._show(busy=False, validada=None, agregados=agregados)
                self.saved.emit(guardado, sentence(guardado))
            case Stopped():
                self._show(busy=False)
            case Failed(CapturistaRepetidoError() as error):
                self._show(
                    busy=False,
                    validada=None,
                    curp_problem=error.message,
                    repetido=error.relacion_id,
                )
            case Failed(InvalidInputError(campo="curp") as error):
                self._show(busy=False, validada=None, curp_problem=error.message)
            case Failed(InvalidInputError(campo=str(campo)) as error):
                self._show(busy=False, problems=((campo, error.message),))
            case Failed(error):
                self._fail(error)

    def _on_undone(self, outcome: Outcome[None], capturista: Capturista) -> None:
        match outcome:
            case Succeeded():
                left = tuple(one for one in self.state.agregados if one.id != capturista.id)
                message = UNDONE.format(nombre=capturista.nombre)
                self._show(busy=False, agregados=left, message=message)
            case Stopped():
                self._show(busy=False)
            case Failed(AltaCambiadaError() as error):
                now = tuple(
                    error.ahora if one.id == capturista.id else one for one in self.state.agregados
                )
                self._show(busy=False, agregados=now)
                self.failed.emit(error)
            case Failed(error):
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._show(busy=False)
        self.failed.emit(error)


def sentence(guardado: CapturistaGuardado, said: str = GUARDADO) -> str:
    """What is said once somebody was saved, and what else there is to know."""
    parts = [said]
    if guardado.capturista.estatus == "Activa":
        parts.append(ACTIVE)
    if not guardado.hay_servidor:
        parts.append(NO_SERVER.format(correo=guardado.capturista.correo))
    return "\n\n".join(parts)
