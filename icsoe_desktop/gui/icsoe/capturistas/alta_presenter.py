"""Alta de usuario: the state and commands of the page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import GUARDADO, CapturistaNuevo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.capturistas.relaciones import (
    AltaCambiadaError,
    Capturista,
    CapturistaGuardado,
    CapturistaRepetidoError,
    CurpValidada,
)
from icsoe_desktop.services.capturistas.service import CapturistasService

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
    """validada: the result of «Validar»; the fields of the person are shown only with it.

    repetido: the existing row with this CURP. agregados: those registered since the page was
    opened, newest last.
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
    saved = Signal(object, str)  # CapturistaGuardado, sentence

    def __init__(self, capturistas: CapturistasService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, CapturistaAltaState())
        self._capturistas = capturistas
        self._sesion = sesion

    def validate(self, curp: str) -> None:
        if self.state.busy:
            return
        self._show(busy=True, validada=None, curp_problem="", repetido=None, message="")
        self.ask(
            lambda _progress: self._capturistas.validate(self._sesion, curp),
            self._on_validated,
            self._on_not_validated,
            busy=False,
        )

    def edit_curp(self) -> None:
        """Discard the result of the former CURP, because the user is typing another one."""
        state = self.state
        if state.validada or state.curp_problem or state.message:
            self._show(validada=None, curp_problem="", repetido=None, problems=(), message="")

    def clear(self) -> None:
        self._show(validada=None, curp_problem="", repetido=None, problems=(), message="")

    def save(self, nuevo: CapturistaNuevo, cotejada: date | None) -> None:
        if self.state.busy or self.state.validada is None:
            return
        self._show(busy=True, problems=(), message="")
        self.ask(
            lambda _progress: self._capturistas.register(self._sesion, nuevo, cotejada),
            self._on_saved,
            self._on_not_saved,
            busy=False,
        )

    def undo(self, capturista: Capturista) -> None:
        """«Eliminar»: undo the alta of a capturista in `agregados`."""
        if self.state.busy:
            return
        self._show(busy=True, message="")
        self.ask(
            lambda _progress: self._capturistas.undo_register(
                self._sesion, capturista.id, visto=capturista
            ),
            lambda _none: self._on_undone(capturista),
            lambda error: self._on_not_undone(error, capturista),
            busy=False,
        )

    def _on_validated(self, validada: CurpValidada) -> None:
        self._show(validada=validada)
        self.validated.emit(validada)

    def _on_not_validated(self, error: Exception) -> None:
        match error:
            case CapturistaRepetidoError():
                self._show(curp_problem=error.message, repetido=error.relacion_id)
            case InvalidInputError():
                self._show(curp_problem=error.message)
            case _:
                self._fail(error)

    def _on_saved(self, guardado: CapturistaGuardado) -> None:
        agregados = (*self.state.agregados, guardado.capturista)
        self._show(validada=None, agregados=agregados)
        self.saved.emit(guardado, sentence(guardado))

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case CapturistaRepetidoError():
                self._show(validada=None, curp_problem=error.message, repetido=error.relacion_id)
            case InvalidInputError(campo="curp"):
                self._show(validada=None, curp_problem=error.message)
            case InvalidInputError(campo=str(campo)):
                self._show(problems=((campo, error.message),))
            case _:
                self._fail(error)

    def _on_undone(self, capturista: Capturista) -> None:
        left = tuple(one for one in self.state.agregados if one.id != capturista.id)
        message = UNDONE.format(nombre=capturista.nombre)
        self._show(agregados=left, message=message)

    def _on_not_undone(self, error: Exception, capturista: Capturista) -> None:
        match error:
            case AltaCambiadaError():
                now = tuple(
                    error.ahora if one.id == capturista.id else one for one in self.state.agregados
                )
                self._show(agregados=now)
                self.failed.emit(error)
            case _:
                self._fail(error)


def sentence(guardado: CapturistaGuardado, said: str = GUARDADO) -> str:
    """The sentence after saving, with warnings if there are any."""
    parts = [said]
    if guardado.capturista.estatus == "Activa":
        parts.append(ACTIVE)
    if not guardado.hay_servidor:
        parts.append(NO_SERVER.format(correo=guardado.capturista.correo))
    return "\n\n".join(parts)
