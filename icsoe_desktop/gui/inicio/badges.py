"""What waits behind the places of a side menu, counted off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.certificados.certificado import Vigencia
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gui.base.dispatch import delayed, while_alive
from icsoe_desktop.jobs import Outcome, Succeeded
from icsoe_desktop.services.capturistas.consulta import FiltroCapturistas
from icsoe_desktop.services.correo.ajustes import owner_of

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.gui.base.shell import Context
    from icsoe_desktop.gui.kit.side_menu import SideMenu
    from icsoe_desktop.services.application import Application

# Windows that close one after another count once.
SOON_MS = 200


@dataclass(frozen=True)
class Waiting:
    """place: key of the side menu."""

    place: str
    count: int
    spoken: str


class Badges(QObject):
    def __init__(self, menu: SideMenu, context: Context, window: QWidget) -> None:
        super().__init__(menu)
        self._menu, self._context = menu, context
        self._soon = delayed(self, SOON_MS, self._count)
        window.installEventFilter(self)
        # A method of this object: Qt lets go of it when the window does.
        context.shell.data_arrived.connect(self.count_soon)
        context.shell.mail_state.connect(self.count_soon)
        self._soon.start()

    def change(self, context: Context) -> None:
        """Count for another session."""
        self._context = context
        self._soon.start()

    def count_soon(self, _state: object = None) -> None:
        """Count again, shortly."""
        self._soon.start()

    def stop(self) -> None:
        self._soon.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self._soon.start()
        return False

    def _count(self) -> None:
        context = self._context
        application, sesion = context.application, context.require_sesion()
        context.jobs.add(
            lambda _progress: waiting(application, sesion), while_alive(self, self._on_counted)
        )

    def _on_counted(self, outcome: Outcome[tuple[Waiting, ...]]) -> None:
        # A failure is told where the place itself reads.
        if isinstance(outcome, Succeeded):
            for one in outcome.value:
                self._menu.show_badge(one.place, one.count, one.spoken)


def waiting(application: Application, sesion: Sesion) -> tuple[Waiting, ...]:
    """What waits in the places that the session may open."""
    found = []
    if sesion.can(Permiso.ADMINISTRAR_CERTIFICADOS):
        late = sum(
            one.certificado is not None
            and one.certificado.estado.vigencia in (Vigencia.POR_VENCER, Vigencia.VENCIDO)
            for one in application.certificados.all(sesion)
        )
        spoken = counted(late, "por vencer o vencido", "por vencer o vencidos")
        found.append(Waiting("certificados", late, spoken))
    if sesion.can(Permiso.CONFIGURAR_CORREO):
        cuenta = application.buzon.counts(owner_of(sesion))
        mails = cuenta.pendientes + cuenta.detenidos
        found.append(Waiting("buzon", mails, counted(mails, "correo", "correos")))
    if sesion.can(Permiso.CONFIGURAR) and application.is_sharing:
        conflicts = len(application.sincronizacion.conflictos.all(sesion))
        spoken = counted(conflicts, "conflicto por decidir", "conflictos por decidir")
        found.append(Waiting("sincronizacion", conflicts, spoken))
    if sesion.can(Permiso.ADMINISTRAR_CAPTURISTAS):
        filtro = FiltroCapturistas(estatus=Estatus.REGISTRADA)
        people = application.consulta_capturistas.count(sesion, filtro)
        spoken = counted(people, "persona sin contraseña", "personas sin contraseña")
        found.append(Waiting("consulta_capturistas", people, spoken))
    return tuple(found)
