"""Moves between the login window and the windows of a session."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.gui.base.preferences import DOOR, OF_ICSOE, OF_IDSE
from icsoe_desktop.gui.base.qt import qapplication
from icsoe_desktop.gui.kit import dialogs
from icsoe_desktop.jobs import JobQueue, Outcome, settle

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.gui.base.shell import Shell
    from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
    from icsoe_desktop.gui.idse.acceso.presenter import AccesoPresenter
    from icsoe_desktop.gui.idse.acceso.window import AccesoWindow
    from icsoe_desktop.gui.inicio.bloqueo.guardia import SessionGuard

MODO_CONSULTA = (
    "Ingresará en modo sólo consulta: podrá consultar y exportar los movimientos de Reingresos, "
    "Modificaciones de salario y Bajas. Los servicios de conexión en línea estarán disponibles "
    "cuando ingrese con un usuario y contraseña válidos."
)
CERTIFICADOS_MISSING = (
    "Asigne su e.firma a cada registro patronal. Sin un certificado "
    "que IDSE acepte no podrá presentar ahí los movimientos que prepare."
)
CODE_UNCONFIRMED = (
    "El código de recuperación de los datos se mostró el {dia} y nadie confirmó que lo guardó. "
    "Abre los datos si se pierden las contraseñas y la llave de este equipo. Si no lo tiene, cree "
    "otro: el anterior dejará de servir."
)
QUIET_TODAY = "No volver a preguntar &hoy"
QUIET_DAY = "certificados/sin_preguntar"  # preference: a day, AAAA-MM-DD


class Entrance(QObject):
    """Handles the buttons of the login window and the links of mails."""

    def __init__(
        self,
        acceso: AccesoWindow,
        presenter: AccesoPresenter,
        shell: Shell,
        icsoe: IcsoeFlow,
        guard: SessionGuard,
        jobs: JobQueue,
        link: str,
        parent: QObject,
    ) -> None:
        """link: the mailed link that started the program, or empty."""
        super().__init__(parent)
        self._acceso = acceso
        self._presenter = presenter
        self._shell = shell
        self._icsoe = icsoe
        self._guard = guard
        self._jobs = jobs
        self._link = link
        presenter.refused.connect(lambda message: dialogs.warn(acceso, message))
        presenter.entered.connect(self.enter)
        presenter.consulta_entered.connect(self._on_consulta)
        acceso.registration_wanted.connect(self._register)
        acceso.join_wanted.connect(self._join)
        acceso.recovery_wanted.connect(self._recover)
        acceso.icsoe_wanted.connect(self.open_icsoe)
        icsoe.back.connect(self._on_left)
        icsoe.entered.connect(guard.watch)
        icsoe.entered.connect(lambda _sesion: shell.preferences.set(DOOR, OF_ICSOE))
        shell.left.connect(self._on_left)

    def _register(self) -> None:
        from icsoe_desktop.gui.idse.usuarios.window import UsuariosWindow

        window = self._shell.open("usuarios", None, self._acceso)
        window.destroyed.connect(self._presenter.refresh)
        if isinstance(window, UsuariosWindow):
            window.begun.connect(self.enter)

    def _join(self) -> None:
        """Join an office without a user: what it brings says who may enter.

        Where there is a contratista, it joins with its own session.
        """
        acceso = self._shell.context(None).application.acceso
        self._jobs.add(lambda _progress: acceso.enter_first(), self._on_first)

    def _on_first(self, outcome: Outcome[Sesion]) -> None:
        def join(sesion: Sesion) -> None:
            window = self._shell.open("sincronizacion", sesion, self._acceso)
            window.destroyed.connect(self._on_joined)

        settle(outcome, join, lambda error: self._shell.errors.show(self._acceso, error))

    def _on_joined(self) -> None:
        """The entry of ICSOE, once an office brought its data."""
        if self._shell.application is None:
            return
        acceso = self._shell.application.acceso
        self._presenter.refresh()
        self._jobs.add(
            lambda _progress: acceso.any_contratista(),
            lambda outcome: settle(
                outcome, lambda some: self.open_icsoe_first() if some else None, lambda _error: None
            ),
        )

    def _recover(self) -> None:
        from icsoe_desktop.gui.idse.recuperar.window import RecuperarWindow

        window = self._shell.open("recuperar", None, self._acceso)
        if isinstance(window, RecuperarWindow):
            window.recovered.connect(self._acceso.fill_in)

    def open_icsoe(self) -> QWidget:
        entrance = self._icsoe.open_entrance()
        self._acceso.clear_contrasena()
        self._acceso.hide()
        return entrance

    def open_icsoe_first(self) -> None:
        """At a start, where nobody began to type here, the entry of ICSOE."""
        if self._acceso.isVisible() and not self._presenter.state.busy and not self._link:
            self.open_icsoe()

    def _on_consulta(self, sesion: Sesion) -> None:
        dialogs.inform(self._acceso, MODO_CONSULTA, then=lambda: self.open_module(sesion))

    def enter(self, sesion: Sesion) -> None:
        """Open the module, and ask about what is missing: the recovery code, certificates."""
        self._shell.preferences.set(DOOR, OF_IDSE)
        self.open_module(sesion)
        module = self._shell.open("modulo", sesion)
        from icsoe_desktop.gui.oficina.privacidad.window import ask_to_accept

        ask_to_accept(self._shell.context(sesion), module, lambda: self._begin(sesion))

    def _begin(self, sesion: Sesion) -> None:
        if not self._shell.is_open("modulo"):
            return  # the session ended meanwhile
        application = self._shell.context(sesion).application
        self._jobs.add(
            lambda _progress: application.reloj.state(sesion).pregunta,
            lambda outcome: self._on_clock_known(outcome, sesion),
        )

    def _on_clock_known(self, outcome: Outcome[str], sesion: Sesion) -> None:
        if not self._shell.is_open("modulo"):
            return
        module = self._shell.open("modulo", sesion)

        def ask(question: str) -> None:
            if not question:
                self._look_for_code(sesion)
                return
            dialogs.choose(
                module,
                question,
                (
                    ("Sí, &es correcta", lambda: self._answer_clock(sesion, is_right=True)),
                    ("&No es correcta", lambda: self._answer_clock(sesion, is_right=False)),
                ),
                "&Después",
                lambda: self._look_for_code(sesion),
            )

        settle(outcome, ask, lambda error: self._shell.errors.show(module, error))

    def _answer_clock(self, sesion: Sesion, *, is_right: bool) -> None:
        shell = self._shell
        reloj = shell.context(sesion).application.reloj

        def then(_outcome: object) -> None:
            shell.data_arrived.emit()
            self._look_for_code(sesion)

        self._jobs.add(lambda _progress: reloj.answer(sesion, is_right=is_right), then)

    def _look_for_code(self, sesion: Sesion) -> None:
        application = self._shell.context(sesion).application
        self._jobs.add(
            lambda _progress: application.usuarios.unconfirmed_code(sesion),
            lambda outcome: self._on_code_known(outcome, sesion),
        )

    def _on_code_known(self, outcome: Outcome[datetime | None], sesion: Sesion) -> None:
        if not self._shell.is_open("modulo"):
            return
        module = self._shell.open("modulo", sesion)

        def ask(shown: datetime | None) -> None:
            if shown is None:
                self._ask_for_certificates(sesion)
                return
            dialogs.choose(
                module,
                CODE_UNCONFIRMED.format(dia=f"{shown.astimezone(HORA_DE_MEXICO):%d/%m/%Y}"),
                (
                    ("&Ya lo tengo", lambda: self._confirm_code(sesion)),
                    ("Crear &otro…", lambda: self._make_code(sesion, module)),
                ),
                "&Después",
                lambda: self._ask_for_certificates(sesion),
            )

        settle(outcome, ask, lambda error: self._shell.errors.show(module, error))

    def _confirm_code(self, sesion: Sesion) -> None:
        usuarios = self._shell.context(sesion).application.usuarios
        self._jobs.add(lambda _progress: usuarios.confirm_code(sesion), lambda _outcome: None)
        self._ask_for_certificates(sesion)

    def _make_code(self, sesion: Sesion, module: QWidget) -> None:
        from icsoe_desktop.gui.idse.usuarios.window import UsuariosWindow

        window = self._shell.open("usuarios", sesion, module)
        if isinstance(window, UsuariosWindow):
            window.ask_for_new_code()

    def _ask_for_certificates(self, sesion: Sesion) -> None:
        """Unless told not to today."""
        if self._shell.preferences.get(QUIET_DAY) == self._today(sesion):
            return
        application = self._shell.context(sesion).application
        self._jobs.add(
            lambda _progress: application.certificados.any_missing(sesion),
            lambda outcome: self._on_missing_known(outcome, sesion),
        )

    def _on_missing_known(self, outcome: Outcome[bool], sesion: Sesion) -> None:
        if not self._shell.is_open("modulo"):
            return
        module = self._shell.open("modulo", sesion)

        def warn(missing: bool) -> None:
            if missing:
                dialogs.warn_unless_quiet(module, CERTIFICADOS_MISSING, QUIET_TODAY, told)

        def told(quiet: bool) -> None:
            if quiet:
                self._shell.preferences.set(QUIET_DAY, self._today(sesion))
            else:
                self._shell.open("certificados", sesion, module)

        settle(outcome, warn, lambda error: self._shell.errors.show(module, error))

    def _today(self, sesion: Sesion) -> str:
        now = self._shell.context(sesion).application.store.clock()
        return f"{now.astimezone(HORA_DE_MEXICO):%Y-%m-%d}"

    def open_module(self, sesion: Sesion) -> None:
        # Open the module before closing the login: Qt ends the program when the last window closes.
        self._shell.open("modulo", sesion)
        self._guard.watch(sesion)
        self._acceso.clear_contrasena()
        self._acceso.hide()

    def _on_left(self) -> None:
        if self._icsoe.resume():
            return
        self._presenter.refresh()
        self._acceso.forget_consulta()
        self._acceso.show()

    def follow_link(self) -> None:
        """Open the activation for the mailed link, once the data is open."""
        if not self._link or self._shell.application is None:
            return
        link, self._link = self._link, ""
        parent = QApplication.activeModalWidget()
        if parent is None and self._acceso.isVisible():
            parent = self.open_icsoe()
        self._icsoe.activate(link, parent or QApplication.activeWindow())

    def call(self, link: str) -> None:
        """After a second start of the program: bring the windows to the front, follow its link."""
        for window in qapplication().topLevelWidgets():
            if window.isVisible() and window.isWindow() and not window.isHidden():
                window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
                window.raise_()
                window.activateWindow()
        self._link = link or self._link
        self.follow_link()
