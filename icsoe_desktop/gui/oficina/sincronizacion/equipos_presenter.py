"""The desktops of the office: list, roles, removal, invitations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.gui.oficina.sincronizacion.palabras import ROLES
from icsoe_desktop.gui.oficina.sincronizacion.presenter import Service
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, Succeeded
from icsoe_desktop.services.sincronizacion.answers import Invitacion, Miembro, RolOficina

READING = "Leyendo quién está en la oficina…"
CHANGING = "Cambiando el rol…"
REMOVING = "Retirando el equipo y cambiando la llave de la oficina…"
WITHDRAWN = "La invitación de «{cuenta}» ya no sirve."
WITHDRAWING = "Retirando la invitación…"
INVITING = "Creando la invitación…"
MISSING = {
    "cuenta": "Escriba la cuenta nueva de ese equipo.",
    "contrasena": "Escriba la contraseña inicial de esa cuenta.",
}
CHANGED = "El rol de «{equipo}» ahora es {rol}."
ASKED = (
    "«{equipo}» ya no puede entrar. El equipo titular cambiará la llave de la oficina en su "
    "próxima sincronización."
)
SIGNING = "Firmando en el registro de la oficina…"
SUPLENTE = "«{equipo}» es ahora el suplente de la oficina."
NO_SUPLENTE = "La oficina ya no tiene suplente."
TITULAR = "Este equipo es ahora el titular. Retire al anterior si se perdió, y haga otro papel."
REMOVED = (
    "«{equipo}» ya no está en la oficina y la llave se cambió. Conserva lo que ya había recibido."
)

T = TypeVar("T")


@dataclass(frozen=True)
class EquiposState(TaskState):
    """responsable: this desktop may change the others."""

    loaded: bool = False
    miembros: tuple[Miembro, ...] = ()

    @property
    def responsable(self) -> bool:
        return any(m.soy_yo and m.rol is RolOficina.RESPONSABLE for m in self.miembros)

    @property
    def titular(self) -> bool:
        return any(m.soy_yo and m.titular for m in self.miembros)

    @property
    def suplente(self) -> bool:
        return any(m.soy_yo and m.suplente for m in self.miembros)


class EquiposPresenter(TaskPresenter[EquiposState]):
    paper_made = Signal(str)  # its code

    def __init__(self, service: Service, network: JobQueue, sesion: Sesion) -> None:
        super().__init__(network, EquiposState())
        self._service = service
        self._sesion = sesion
        self._said = ""

    def load(self) -> None:
        if not self.state.busy:
            self.perform(
                lambda progress: self._service().miembros.all(self._sesion, progress),
                self._on_loaded,
                waiting=READING,
            )

    def refresh(self) -> None:
        """Read the list again in the background; without the server, the present list stays."""
        if self.state.loaded and not self.state.busy:
            self.run(
                lambda progress: self._service().miembros.all(self._sesion, progress),
                self._on_refreshed,
            )

    def set_role(self, miembro: Miembro, rol: RolOficina) -> None:
        said = CHANGED.format(equipo=miembro.equipo or miembro.cuenta, rol=ROLES[rol])
        self._change(
            lambda progress: self._service().miembros.set_role(
                self._sesion, miembro.id, rol, progress
            ),
            lambda _none: said,
            CHANGING,
        )

    def remove(self, miembro: Miembro) -> None:
        invited = miembro.invitado_hasta is not None

        def say(done: bool) -> str:
            text = WITHDRAWN if invited else REMOVED if done else ASKED
            return text.format(equipo=miembro.equipo, cuenta=miembro.cuenta)

        self._change(
            lambda progress: self._service().miembros.remove(self._sesion, miembro.id, progress),
            say,
            WITHDRAWING if invited else REMOVING,
        )

    def new_paper(self) -> None:
        """Make a recovery paper; `paper_made` tells its code."""

        def say(code: str) -> str:
            self.paper_made.emit(code)
            return ""

        self._change(
            lambda progress: self._service().miembros.new_paper(self._sesion, progress), say
        )

    def name_suplente(self, miembro: Miembro | None) -> None:
        said = NO_SUPLENTE if miembro is None else SUPLENTE.format(equipo=miembro.equipo)
        name = None if miembro is None else miembro.id
        self._change(
            lambda progress: self._service().miembros.name_suplente(self._sesion, name, progress),
            lambda _none: said,
        )

    def take_over(self, code: str) -> None:
        self._change(
            lambda progress: self._service().take_over(self._sesion, code, progress),
            lambda _none: TITULAR,
        )

    def forget_undone(self) -> None:
        self._change(
            lambda _progress: self._service().forget_undone(self._sesion), lambda _none: ""
        )

    def _change(
        self, work: Callable[[Progress], T], said: Callable[[T], str], waiting: str = SIGNING
    ) -> None:
        """Change the office, then read it again and say what was done."""

        def then(found: T) -> None:
            self._said = said(found)
            self.load()

        if not self.state.busy:
            self.perform(work, then, waiting=waiting)

    def _fail(self, error: Exception) -> None:
        # The list has no field for the paper's code.
        if isinstance(error, UserFacingError):
            self.say(error.message, "error")
        else:
            super()._fail(error)

    def _on_refreshed(self, outcome: Outcome[tuple[Miembro, ...]]) -> None:
        # While a change is being saved, ignore the result: a new reading follows.
        if isinstance(outcome, Succeeded) and not self.state.busy:
            self._show(miembros=outcome.value)

    def _on_loaded(self, miembros: tuple[Miembro, ...]) -> None:
        said, self._said = self._said, ""
        self._show(loaded=True, miembros=miembros, message=said, role="success")


class InvitarPresenter(TaskPresenter[TaskState]):
    invited = Signal(object)  # Invitacion

    def __init__(self, service: Service, network: JobQueue, sesion: Sesion) -> None:
        super().__init__(network, TaskState())
        self._service = service
        self._sesion = sesion

    def invite(self, cuenta: str, contrasena: str, rol: RolOficina) -> None:
        typed = {"cuenta": cuenta.strip(), "contrasena": contrasena}
        problems = tuple((name, MISSING[name]) for name, text in typed.items() if not text)
        self._show(problems=problems, message="")
        if self.state.busy or problems:
            return

        def work(progress: Progress) -> Invitacion:
            return self._service().miembros.invite(
                self._sesion, cuenta.strip(), contrasena, rol, progress
            )

        self.perform(work, self.invited.emit, waiting=INVITING)
