"""Respaldo y restauración: the schedule, the existing backups, and making one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.formats import short_name
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.services.respaldo.escritura import (
    PASSWORD_SHORT,
    SHORTEST_PASSWORD,
    RespaldoHecho,
)
from icsoe_desktop.services.respaldo.restauracion import RespaldoEncontrado
from icsoe_desktop.services.respaldo.service import FalloRespaldo, Programa, RespaldoService

DIFFERS = "Las dos contraseñas no son iguales."
BY_ITSELF = "El programa respalda por su cuenta mientras nadie elija otra cosa."
OPENED_BY = (
    "Los automáticos se abren con la contraseña de cualquier usuario o con el código de "
    "recuperación; si guarda una contraseña, también con ella."
)
OPENED_BY_CODE = (
    "Los automáticos se abren con el código de recuperación; si guarda una contraseña, también con "
    "ella."
)
SAVED = "Se guardó la programación."
MADE = "Se guardó y se comprobó el respaldo «{}»."
STOPPED = "Se canceló el respaldo. No se guardó nada y los anteriores están completos."

Loaded = tuple[Programa, tuple[RespaldoEncontrado, ...], FalloRespaldo | None]


@dataclass(frozen=True)
class RespaldoState:
    """problema: about the password. role: of the message, as in `show_message`. sin_usuarios: the
    installation has no IDSE users, whose passwords would open the automatic backups.
    """

    programa: Programa = field(default_factory=Programa)
    encontrados: tuple[RespaldoEncontrado, ...] = ()
    fallo: FalloRespaldo | None = None
    sin_usuarios: bool = False
    loaded: bool = False
    busy: bool = False
    problema: str = ""
    mensaje: str = ""

    @property
    def automatic_text(self) -> str:
        """How the automatic backups open, and who decided on them."""
        programa = self.programa
        if not self.loaded or not programa.cada_horas:
            return ""
        who = "" if programa.fijo or programa.elegido else BY_ITSELF
        opened = OPENED_BY_CODE if self.sin_usuarios else OPENED_BY
        return " ".join(filter(None, (who, "" if programa.tiene_contrasena else opened)))


class RespaldoPresenter(StatePresenter[RespaldoState]):
    programa_known = Signal(object)  # Programa to show in the form
    refused = Signal()  # the password is to be typed again

    def __init__(self, respaldo: RespaldoService, sesion: Sesion, jobs: JobQueue) -> None:
        super().__init__(jobs, RespaldoState(sin_usuarios=sesion.encargado))
        self._respaldo = respaldo
        self._sesion = sesion

    def load(self) -> None:
        respaldo, sesion = self._respaldo, self._sesion
        self.ask(
            lambda _progress: (
                respaldo.programa(sesion),
                respaldo.found(sesion),
                respaldo.last_failure(),
            ),
            self._on_loaded,
        )

    def typed(self, contrasena: str, confirmacion: str, *, to_save: bool = False) -> bool:
        """Whether the two passwords are equal and long enough; shows a problem under them if not.

        to_save: an empty one keeps the one that is stored, which a backup needs.
        """
        if contrasena != confirmacion:
            problema = DIFFERS
        elif not contrasena and (to_save or self.state.programa.tiene_contrasena):
            problema = ""
        else:
            problema = PASSWORD_SHORT if len(contrasena) < SHORTEST_PASSWORD else ""
        if problema:
            self._refuse_contrasena(problema)
        else:
            self._show(problema="")
        return not problema

    def save(
        self,
        cada_horas: int,
        conservar: int,
        carpeta: Path | None,
        contrasena: str,
        confirmacion: str,
    ) -> None:
        if self.state.busy or not self.typed(contrasena, confirmacion, to_save=True):
            return
        programa = Programa(cada_horas, conservar, carpeta)
        self._show(busy=True, mensaje="")
        self.ask(
            lambda _progress: self._respaldo.save_programa(
                self._sesion, programa, contrasena or None
            ),
            self._on_saved,
            busy=False,
        )

    def backing_up(self, ruta: Path, contrasena: str) -> Callable[[Progress], RespaldoHecho]:
        """What makes a backup, for the job queue. Its outcome goes to the three methods below.

        contrasena: empty uses the password of scheduled backups, if there is one.
        """
        typed = contrasena if contrasena or not self.state.programa.tiene_contrasena else None
        self._show(busy=True, mensaje="", problema="")
        return lambda progress: self._respaldo.create(self._sesion, ruta, typed, progress)

    def on_made(self, made: RespaldoHecho) -> None:
        self._show(busy=False, mensaje=MADE.format(short_name(made.ruta)))
        self.load()

    def on_not_made(self, error: Exception) -> None:
        self._show(busy=False)
        self._fail(error)

    def on_stopped(self) -> None:
        self._show(busy=False, mensaje=STOPPED)

    def _on_loaded(self, known: Loaded) -> None:
        programa, found, fallo = known
        first = not self.state.loaded
        self._show(programa=programa, encontrados=found, fallo=fallo, loaded=True)
        if first:
            self.programa_known.emit(programa)

    def _on_saved(self, _none: None) -> None:
        self._show(mensaje=SAVED)
        self.load()

    def _fail(self, error: Exception) -> None:
        match error:
            case InvalidInputError():
                self._refuse_contrasena(error.message)
            case _:
                self.failed.emit(error)

    def _refuse_contrasena(self, problema: str) -> None:
        self._show(problema=problema)
        self.refused.emit()
