"""Moves between the ICSOE login window and the ICSOE window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Rol
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.kit.dialogs import inform, open_dialog

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow
    from icsoe_desktop.jobs import Progress
    from icsoe_desktop.services.acceso.icsoe import IngresoContratista


def _last(sesion: Sesion) -> str:
    """The preference that keeps the contratista a capturista worked for: an id, no name."""
    return f"contratista/{sesion.usuario_id.hex if sesion.usuario_id else ''}"


CODE_AT_EACH_START: Final = (
    "Este equipo no tiene llavero: cada vez que se abra, el programa pedirá el código de "
    "recuperación, que guardó quien ingresó primero. Pídale una copia hoy: su e.firma no abre los "
    "datos. Si se perdió, cree otro con «Código de recuperación nuevo», en Herramientas."
)


class IcsoeFlow(QObject):
    """Opens the ICSOE windows one after another. The data must be open."""

    back = Signal()  # back to the IDSE login window
    entered = Signal(object)  # Sesion; emitted again when a capturista chooses a contratista

    def __init__(self, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._in_session = False
        self.entered.connect(self._remember)

    def open_entrance(self) -> QWidget:
        from icsoe_desktop.gui.icsoe.acceso.window import IcsoeAccesoWindow

        window = self._shell.open("icsoe_acceso", None)
        if isinstance(window, IcsoeAccesoWindow) and not window.property("connected"):
            window.setProperty("connected", True)
            window.back_wanted.connect(self.back)
            window.efirma_wanted.connect(lambda: self._ask_efirma(window))
            window.recovery_wanted.connect(lambda: self._recover(window))
            window.activation_wanted.connect(lambda: self.activate("", window))
            window.capturista_entered.connect(lambda sesion: self._enter_capturista(sesion, window))
        return window

    def enter(self, sesion: Sesion, entrance: IcsoeAccesoWindow) -> None:
        """Open the ICSOE window and close the login window."""
        from icsoe_desktop.gui.icsoe.window import IcsoeWindow

        # Open the window before closing the other: Qt ends the program when the last window closes.
        window = self._shell.open("icsoe", sesion)
        if isinstance(window, IcsoeWindow):
            window.sesion_changed.connect(self.entered)
        self._in_session = True
        entrance.leave()
        self.entered.emit(sesion)
        if sesion.rol is Rol.CAPTURISTA:
            from icsoe_desktop.gui.oficina.privacidad.window import ask_to_accept

            ask_to_accept(self._shell.context(sesion), window, lambda: None)

    def _enter_capturista(self, sesion: Sesion, entrance: IcsoeAccesoWindow) -> None:
        """For the only contratista, or for the last one; without any, to the list."""
        context = self._shell.context(sesion)
        acceso, last = context.application.acceso_icsoe, context.preferences.get(_last(sesion))

        def choose(_progress: Progress) -> Sesion:
            ids = [one.id for one in acceso.contratistas(sesion)]
            found = ids if len(ids) == 1 else [one for one in ids if one.hex == last]
            return acceso.choose(sesion, found[0]) if found else sesion

        # One who lost it meanwhile comes to the list, which says so.
        context.ask(
            entrance,
            choose,
            lambda chosen: self.enter(chosen, entrance),
            lambda _error: self.enter(sesion, entrance),
        )

    def _remember(self, sesion: Sesion) -> None:
        if sesion.rol is Rol.CAPTURISTA and sesion.contratista_id is not None:
            self._shell.preferences.set(_last(sesion), sesion.contratista_id.hex)

    def activate(self, link: str, parent: QWidget | None) -> None:
        """«Tengo un código de activación»: open the activation.

        link: the link received from the system, or empty.
        """
        from icsoe_desktop.gui.icsoe.activacion.window import ActivacionWindow

        window = self._shell.open("activacion", None, parent)
        if isinstance(window, ActivacionWindow) and link:
            window.open_link(link)

    def resume(self) -> bool:
        """Show the ICSOE login window if the session just closed was an ICSOE one; return whether
        it was.
        """
        if not self._in_session:
            return False
        self._in_session = False
        self.open_entrance()
        return True

    def _ask_efirma(self, entrance: IcsoeAccesoWindow) -> None:
        from icsoe_desktop.gui.icsoe.efirma.window import EfirmaWindow

        window = self._shell.open("efirma", None, entrance)
        if isinstance(window, EfirmaWindow):
            window.entered.connect(lambda ingreso: self._on_entered(ingreso, entrance))

    def _on_entered(self, ingreso: IngresoContratista, entrance: IcsoeAccesoWindow) -> None:
        if ingreso.codigo_recuperacion is None:
            if ingreso.primera_vez and ingreso.cada_vez:
                inform(entrance, CODE_AT_EACH_START, lambda: self.enter(ingreso.sesion, entrance))
            else:
                self.enter(ingreso.sesion, entrance)
            return
        from icsoe_desktop.gui.idse.usuarios.dialogs import CodigoRecuperacionDialog

        dialog = CodigoRecuperacionDialog(
            ingreso.codigo_recuperacion,
            ingreso.sesion,
            self._shell.context(ingreso.sesion),
            entrance,
            cada_vez=ingreso.cada_vez,
        )
        dialog.accepted.connect(lambda: self.enter(ingreso.sesion, entrance))
        dialog.finished.connect(dialog.deleteLater)
        open_dialog(dialog)

    def _recover(self, entrance: QWidget) -> None:
        self._shell.open("olvido_capturista", None, entrance)
