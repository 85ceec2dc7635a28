"""Set-up of synchronisation: check a server, create an office, join one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSysInfo, Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.oficina.sincronizacion.tasks import Service, TaskPresenter, TaskState
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.sincronizacion.answers import (
    Comprobacion,
    Conexion,
    EstadoSincronizacion,
    ResumenSincronizacion,
    VistaInvitacion,
)

CREATING = "Revisando el servidor y creando la oficina…"
OPENING = "Abriendo la invitación…"
JOINING = "Uniéndose a la oficina…"
MISSING = {
    "direccion": "Escriba la dirección del servidor.",
    "cuenta": "Escriba la cuenta que le dieron para el servidor.",
    "contrasena": "Escriba la contraseña de la cuenta.",
    "oficina": "Escriba la clave de la oficina que le dio quien administra el servidor.",
    "nombre": "Escriba el nombre de la oficina.",
    "equipo": "Escriba un nombre para este equipo; así lo verán los demás.",
    "archivo": "Elija el archivo de la invitación.",
    "codigo": "Escriba el código que le dieron con la invitación.",
}
NO_FILE = "No se pudo leer el archivo. Revise que exista y que tenga permiso para abrirlo."
TOO_LARGE = "El archivo es demasiado grande para ser una invitación. Elija otro."
MAX_INVITATION_BYTES = 256 * 1024
CONEXION_FIELDS = ("direccion", "cuenta", "contrasena")


def missing(values: dict[str, str]) -> dict[str, str]:
    """The problems of empty fields: name → sentence."""
    return {name: MISSING[name] for name, text in values.items() if not text.strip()}


@dataclass(frozen=True)
class OficinaAltaState(TaskState):
    """direccion: the address set by an administrator. vista: the opened invitation."""

    direccion: str = ""
    vista: VistaInvitacion | None = field(default=None, repr=False)


class OficinaAltaPresenter(TaskPresenter[OficinaAltaState]):
    joined = Signal(object)  # ResumenSincronizacion; sentence about a failure; or None
    prefilled = Signal(str)

    def __init__(self, service: Service, jobs: JobQueue, network: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, OficinaAltaState())
        self._service = service
        self._network = network
        self._sesion = sesion
        self.equipo = QSysInfo.machineHostName()

    def start(self) -> None:
        def prefill(direccion: str) -> None:
            if direccion:
                self._show(direccion=direccion)
                self.prefilled.emit(direccion)

        # Background work: on an error the field stays empty.
        self.ask(
            lambda _progress: self._service().default_address(self._sesion),
            prefill,
            lambda _error: None,
        )

    def find_problems(self, values: dict[str, str]) -> bool:
        """Show which values are empty; return whether any are."""
        problems = missing(values)
        self._show(problems=tuple(problems.items()), message="")
        return bool(problems)

    def test(self, conexion: Conexion, progress: Progress) -> tuple[Comprobacion, ...]:
        """Check a server. Runs in a network queue."""
        return self._service().test(self._sesion, conexion, progress)

    def create(self, conexion: Conexion, nombre: str, equipo: str) -> None:
        values = {name: getattr(conexion, name) for name in (*CONEXION_FIELDS, "oficina")}
        if self.state.busy or self.find_problems({**values, "nombre": nombre, "equipo": equipo}):
            return

        def work(progress: Progress) -> EstadoSincronizacion:
            return self._service().create(
                self._sesion, conexion, nombre.strip(), equipo.strip(), progress
            )

        self.perform(work, lambda _estado: self.joined.emit(None), self._network, CREATING)

    def open_invitation(self, archivo: str, codigo: str) -> None:
        if self.state.busy or self.find_problems({"archivo": archivo, "codigo": codigo}):
            return

        def work(_progress: Progress) -> VistaInvitacion:
            return self._service().read_invitation(self._sesion, read_file(archivo), codigo.strip())

        self.perform(work, lambda vista: self._show(vista=vista), waiting=OPENING)

    def close_invitation(self) -> None:
        self._show(vista=None, message="", problems=())

    def join(self, equipo: str) -> None:
        vista = self.state.vista
        if vista is None or self.state.busy or self.find_problems({"equipo": equipo}):
            return

        def work(progress: Progress) -> ResumenSincronizacion:
            return self._service().join(self._sesion, vista, equipo.strip(), progress)

        # It may have joined before it was stopped. The next round then downloads the rest.
        stopped = partial(self.joined.emit, None)
        self.perform(work, self.joined.emit, self._network, JOINING, stopped)

    def _fail(self, error: Exception) -> None:
        super()._fail(error)
        if self.state.vista is not None and isinstance(error, UserFacingError):
            # It may have joined before the error. This page is then gone, so pass the message on.
            self.joined.emit(error.message)


def read_file(archivo: str) -> bytes:
    """The content of an invitation file. Raises InvalidInputError (campo «archivo»)."""
    try:
        with open_regular(Path(archivo.strip())) as file:
            content = file.read(MAX_INVITATION_BYTES + 1)
    except (OSError, ValueError):
        raise InvalidInputError(NO_FILE, "archivo") from None
    if len(content) > MAX_INVITATION_BYTES:
        raise InvalidInputError(TOO_LARGE, "archivo")
    return content
