"""The program with the windows of one data folder: start-up order, orderly exit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from icsoe_desktop.errors import StoreDamagedError, StoreKeylessError, StoreLockedError
from icsoe_desktop.gui.base import appearance, assets
from icsoe_desktop.gui.base.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.instance import Instancia
from icsoe_desktop.gui.base.preferences import DOOR, OF_ICSOE, Preferences
from icsoe_desktop.gui.base.qt import GarbageCollector, qapplication, when_used
from icsoe_desktop.gui.idse.acceso.presenter import AccesoPresenter
from icsoe_desktop.gui.idse.acceso.window import AccesoWindow
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Succeeded
from icsoe_desktop.paths import DataFolder

if TYPE_CHECKING:
    from icsoe_desktop.arranque.apertura import DatosAbiertos
    from icsoe_desktop.arranque.vistazo import Vistazo
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.gateways.boveda.os_keyring import Keyring
    from icsoe_desktop.gui.base.shell import Shell
    from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
    from icsoe_desktop.gui.inicio.background import Background
    from icsoe_desktop.gui.inicio.bloqueo.guardia import SessionGuard
    from icsoe_desktop.gui.inicio.sample_data import SampleMark
    from icsoe_desktop.gui.inicio.session_flow import Entrance
    from icsoe_desktop.gui.oficina.respaldo.restaurar import RestaurarWindow
    from icsoe_desktop.services.acceso.desbloqueo import Unlock
    from icsoe_desktop.services.application import Application

# A minimized or covered window is never painted: open the data after this time anyway.
PAINTED_AT_LATEST_MS = 300
SETTLE_MS = 200
# The services load once somebody uses the window, and at the latest after this time.
UNUSED_MS = 10_000


class Program(QObject):
    """The program from the first window to the last.

    shell, icsoe, guard, entrance: built once the user can type, after the first window is painted.
    """

    shell: Shell
    icsoe: IcsoeFlow
    guard: SessionGuard
    entrance: Entrance

    def __init__(
        self,
        folder: DataFolder,
        instancia: Instancia,
        keyring: Keyring | None = None,
        link: str = "",
    ) -> None:
        """keyring: replaces the system's keyring in tests.

        link: the activation link of a mail that started the program.
        """
        super().__init__()
        self._keyring = keyring
        self._link = link
        self._folder = folder
        self._instancia = instancia
        self._dispatcher = Dispatcher(self)
        self._jobs: JobQueue = gui_queue(self._dispatcher, "datos")
        self._errors = ErrorReporter(folder.logs)
        self._errors.catch_everything(self._dispatcher)
        self._preferences = Preferences(
            folder.preferences, folder.sample_files if folder.is_sample else None
        )
        app = qapplication()
        appearance.apply(app, appearance.read(app, self._preferences))
        assets.apply_style(app)
        self._background: Background | None = None
        self._garbage: GarbageCollector | None = None
        self._seen: Vistazo | None = None
        self._datos: DatosAbiertos | None = None
        # The folder of the next program; None ends the process.
        self.following: DataFolder | None = None
        self._mark = self._mark_sample()
        self.acceso_presenter = AccesoPresenter(self._jobs)
        self.acceso = AccesoWindow(self.acceso_presenter, folder.is_sample)
        self.acceso_presenter.wanted.connect(self._want)
        # A link and the sample data use the program without anybody's hand.
        self._wanted = bool(link) or folder.is_sample
        self._left: Callable[[], object] | None = None
        self._prepared = self._equipped = self._icsoe_first = False
        # Whether there are users and contratistas, if `look` did not tell.
        self._doors: tuple[bool, bool] | None = None
        self._ended = False

    def start(self) -> None:
        """Show the first window and open the data after it is painted."""
        self.acceso.painted.connect(self._prepare)
        QTimer.singleShot(PAINTED_AT_LATEST_MS, self._prepare)
        self.acceso.show()

    def _prepare(self) -> None:
        if self._prepared or self._ended:
            return
        self._prepared = True
        # Makes classes of Qt, so after the first window is painted (docs/decisions/0012).
        when_used(self.acceso, self._want)
        QTimer.singleShot(UNUSED_MS, self, self._want)
        from icsoe_desktop.logs import configure_logs

        configure_logs(self._folder.logs)
        self._jobs.add(lambda _progress: self._looked(), self._on_looked)

    def _looked(self) -> Vistazo | None:
        from icsoe_desktop.arranque.vistazo import look

        self._seen = look(self._folder, self._keyring)
        return self._seen

    def _on_looked(self, outcome: Outcome[Vistazo | None]) -> None:
        if self._ended:
            return
        if self._seen is not None:
            usuarios = self._seen.usuarios
            self._choose_door(usuarios.alguno, usuarios.icsoe)
            self.acceso_presenter.expect(usuarios.unico, usuarios.alguno)

        def go_on() -> None:
            if self._ended:
                return
            self._equip()
            match outcome:
                case Failed(error):
                    self._on_opened(Failed(error))
                case _ if self._seen is None:
                    self.open_data(None)
                case _:
                    self._leave(lambda: self.open_data(None, seen=self._seen))

        # Once the fields are painted as they are now.
        QTimer.singleShot(0, self, go_on)

    def _choose_door(self, any_usuario: bool, icsoe: bool) -> None:
        """ICSOE's entry comes first where nobody uses the other, or it was the last one used."""
        self._icsoe_first = icsoe and (not any_usuario or self._preferences.get(DOOR) == OF_ICSOE)
        # It needs every service, and nobody will ask for them here.
        self._wanted = self._wanted or self._icsoe_first

    def _leave(self, work: Callable[[], object]) -> None:
        """Do `work` once somebody uses the window."""
        self._left = work
        if self._wanted:
            self._want()

    def _want(self) -> None:
        self._wanted = True
        left, self._left = self._left, None
        if left is not None and not self._ended:
            left()

    def _equip(self) -> None:
        """Build what belongs to all windows. Its imports take as long as the first window."""
        from icsoe_desktop.gui.base.shell import Shell
        from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
        from icsoe_desktop.gui.inicio.bloqueo.guardia import SessionGuard

        qapplication().setWindowIcon(assets.icon("icsoe"))
        assets.heed_contrast(qapplication())
        self.shell = Shell(self._folder, self._jobs, self._preferences, self._errors)
        self.icsoe = IcsoeFlow(self.shell, self)
        self.guard = SessionGuard(self.shell, self)
        self.shell.help.serve(self.acceso, "acceso")
        self._connect()
        self._equipped = True
        QTimer.singleShot(SETTLE_MS, self, self._listen)

    def open_data(
        self, unlock: Unlock | None, start_over: bool = False, seen: Vistazo | None = None
    ) -> None:
        self._jobs.add(lambda _progress: self._opened(unlock, start_over, seen), self._on_opened)

    @property
    def busy(self) -> bool:
        return self._jobs.busy

    def end(self) -> None:
        """Stop running work, then close the store."""
        self._ended = True
        for one in (self._background, self._mark, self._garbage):
            if one is not None:
                one.stop()
        self._jobs.close()
        if self._equipped:
            self.guard.stop()
        if self._equipped and self.shell.application is not None:
            self.shell.application.close()
        elif self._datos is not None:
            self._datos.store.close()
        elif self._seen is not None:
            self._seen.connection.close()
        self._preferences.save()
        self._instancia.release()

    def clear_away(self) -> None:
        """Clean up after `end` for the next program, and delete sample data that were left."""
        from icsoe_desktop.logs import close_logs

        app = qapplication()
        app.setQuitOnLastWindowClosed(False)
        for window in app.topLevelWidgets():
            window.hide()
            window.deleteLater()
        self.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.setQuitOnLastWindowClosed(True)
        close_logs(self._folder.logs)
        if self._folder.is_sample and self.following != self._folder:
            from icsoe_desktop.arranque.sample_data import delete_left

            delete_left(self._folder, self.shell.application if self._equipped else None)

    def _go_on_with(self, folder: DataFolder) -> None:
        self.following = folder
        qapplication().quit()

    def _mark_sample(self) -> SampleMark | None:
        if not self._folder.is_sample:
            return None
        from icsoe_desktop.arranque.sample_data import mark_windows

        return mark_windows(self, lambda: self._go_on_with(self._folder.parent))

    def _try_sample(self) -> None:
        from icsoe_desktop.arranque.sample_data import go_to_sample

        go_to_sample(self._folder.sample, self._jobs, self._errors, self.acceso, self._go_on_with)

    def _connect(self) -> None:
        from icsoe_desktop.gui.inicio.session_flow import Entrance

        presenter, window = self.acceso_presenter, self.acceso
        self.entrance = Entrance(
            window, presenter, self.shell, self.icsoe, self.guard, self._jobs, self._link, self
        )
        self._instancia.called.connect(self.entrance.call)
        self._instancia.called.connect(self._want)
        presenter.failed.connect(lambda error: self._errors.show(window, error))
        window.sample_wanted.connect(self._try_sample)
        window.restore_wanted.connect(self._restore_here)
        self.shell.restart_wanted.connect(lambda: self._go_on_with(self._folder))

    def _opened(
        self, unlock: Unlock | None, start_over: bool = False, seen: Vistazo | None = None
    ) -> DatosAbiertos:
        """Open the data. Runs in the worker, because the imports take long."""
        from icsoe_desktop.arranque.apertura import build_restauracion, open_data

        # This process holds the folder's lock. No file in it is open yet, unless `look` found that
        # nothing waits.
        try:
            build_restauracion(self._folder, self._keyring).finish()
            datos = open_data(self._folder, unlock, self._keyring, start_over=start_over, seen=seen)
            if seen is None:
                self._doors = datos.acceso.any_usuario(), datos.acceso.any_contratista()
            return datos
        except BaseException:
            if seen is not None:
                seen.connection.close()  # a restored store takes the file's place
            raise

    def _built(self, datos: DatosAbiertos) -> Application:
        from icsoe_desktop.arranque.bootstrap import build_application

        return build_application(datos, self._folder)

    def _on_opened(self, outcome: Outcome[DatosAbiertos]) -> None:
        if not isinstance(outcome, Succeeded):
            self._wanted = True
            self.acceso_presenter.close_again()
            QTimer.singleShot(SETTLE_MS, self, self._settle)
        match outcome:
            case Succeeded(datos):
                self._datos = datos
                if self._doors is not None:
                    self._choose_door(*self._doors)
                self.acceso_presenter.connect_service(datos.acceso)
                # Queued after opening the data and before any work of a logged-in user.
                self._leave(
                    lambda: self._jobs.add(lambda _progress: self._built(datos), self._on_built)
                )
            case Failed(StoreLockedError() as error):
                self._ask_to_unlock(error)
            case Failed(StoreKeylessError() as error):
                self._offer_backup(error.message).offer_to_start_over(
                    lambda: self.open_data(None, start_over=True)
                )
            case Failed(StoreDamagedError() as error):
                self._offer_backup(error.message)
            case Failed(error):
                self._errors.show(self.acceso, error, then=qapplication().quit)

    def _on_built(self, outcome: Outcome[Application]) -> None:
        QTimer.singleShot(SETTLE_MS, self, self._settle)
        match outcome:
            case Succeeded(application):
                self.shell.application = application
                if application.pruebas:
                    self.acceso.mark_pruebas()
                if not application.politica.ejemplo:
                    self.acceso.withhold_sample()
                if self._mark is not None and not application.ejemplo:
                    self._mark.clear()
                fixed = application.politica.apariencia
                appearance.enforce(qapplication(), self._preferences, fixed)
                self.acceso_presenter.offer_everything()
                self.entrance.follow_link()
                if application.ejemplo:
                    from icsoe_desktop.arranque.sample_data import enter_sample

                    enter_sample(application, self._jobs, self.entrance.open_module)
                elif not self._enter_opener(application) and self._icsoe_first:
                    self.entrance.open_icsoe_first()
            case Failed(error):
                self._errors.show(self.acceso, error, then=qapplication().quit)

    def _enter_opener(self, application: Application) -> bool:
        """Log in whose password opened the data, unless a link waits. Whether there is one."""
        datos, link = self._datos, self._link
        opener = datos.por_ingresar if datos is not None else None
        if datos is None or opener is None or link:
            return opener is not None
        self._datos = replace(datos, por_ingresar=None)

        def entered(outcome: Outcome[Sesion]) -> None:
            # A refusal leaves the login window, where it can be typed again.
            if isinstance(outcome, Succeeded) and self.acceso.isVisible():
                self.entrance.enter(outcome.value)

        self._jobs.add(
            lambda _progress: application.acceso.enter_by_id(opener.id, opener.contrasena), entered
        )
        return True

    def _listen(self) -> None:
        if not self._ended:
            self._instancia.listen()

    def _settle(self) -> None:
        """Start-up work that can wait until nobody waits for the data."""
        if self._ended:
            return
        if self._garbage is None:
            self._garbage = GarbageCollector(self)
        application = self.shell.application
        if application is not None and self._background is None:
            from icsoe_desktop.gui.inicio.background import Background

            self._background = Background(application, self.shell, self._jobs, self)
            self._background.start()

    def _ask_to_unlock(self, error: StoreLockedError) -> None:
        from icsoe_desktop.gui.inicio.desbloquear.window import DesbloquearWindow

        window = DesbloquearWindow(
            self._opened, self._jobs, error.message, self.acceso, passwords=error.passwords
        )
        window.unlocked.connect(lambda datos: self._on_opened(Succeeded(datos)))
        window.damaged.connect(lambda error: self._on_opened(Failed(error)))
        window.failed.connect(lambda error: self._errors.show(window, error))
        window.rejected.connect(qapplication().quit)
        window.open()

    def _restore_here(self) -> None:
        """«Restaurar un respaldo…» on a machine without registered users."""
        from icsoe_desktop.gui.oficina.respaldo.restaurar import RESTORE_HERE

        # The restart closes the open data.
        self._restore_window(RESTORE_HERE, lambda: self._go_on_with(self._folder))

    def _offer_backup(self, message: str) -> RestaurarWindow:
        window = self._restore_window(message, lambda: self.open_data(None))
        window.say_that_leaving_ends()
        window.rejected.connect(qapplication().quit)
        return window

    def _restore_window(self, message: str, then: Callable[[], object]) -> RestaurarWindow:
        from icsoe_desktop.arranque.apertura import build_restauracion
        from icsoe_desktop.gui.oficina.respaldo.restaurar import restore_window

        service = build_restauracion(self._folder, self._keyring)
        window = restore_window(
            message, service, self._folder, self._jobs, self._preferences, self._errors, self.acceso
        )
        window.restored.connect(then)
        window.open()
        return window
