"""The program with windows: start-up order, entrance, orderly exit."""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop import APP_TITLE, __version__
from icsoe_desktop.errors import StoreDamagedError, StoreLockedError, UserFacingError
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.acceso.presenter import AccesoPresenter
from icsoe_desktop.gui.acceso.window import AccesoWindow
from icsoe_desktop.gui.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.errors import OUR_BUG, ErrorReporter
from icsoe_desktop.gui.garbage import GarbageCollector
from icsoe_desktop.gui.instancia import Instancia
from icsoe_desktop.gui.preferences import Preferences
from icsoe_desktop.jobs import Failed, JobQueue, Outcome, Succeeded
from icsoe_desktop.paths import DataFolder, open_data_folder

if TYPE_CHECKING:
    from icsoe_desktop.apertura import DatosAbiertos
    from icsoe_desktop.domain.sesion import Sesion
    from icsoe_desktop.gateways.llavero import Llavero
    from icsoe_desktop.gui.bloqueo.guardia import SessionGuard
    from icsoe_desktop.gui.ejemplo import SampleMark
    from icsoe_desktop.gui.fondo import Background
    from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
    from icsoe_desktop.gui.respaldo.restaurar import RestaurarWindow
    from icsoe_desktop.gui.shell import Shell
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.desbloqueo import Unlock

logger = logging.getLogger(__name__)

# A window that is not painted, being minimized or covered, must not keep the data closed.
PAINTED_AT_LATEST_MS = 300
SETTLE_MS = 200

MODO_CONSULTA = (
    "Ingresará en modo sólo consulta: podrá consultar y exportar los movimientos de Reingresos, "
    "Modificaciones de salario y Bajas. Los servicios de conexión en línea estarán disponibles "
    "cuando ingrese con un usuario y contraseña válidos."
)
CERTIFICADOS_MISSING = (
    "Registre un certificado IMSS o una e.firma en los registros patronales dados de alta en su "
    "empresa. Sin certificado, los servicios en línea para el envío de movimientos no estarán "
    "disponibles."
)
RESTORE_HERE = (
    "Traiga a este equipo los datos de un respaldo. Para ingresar después, use el usuario y la "
    "contraseña que tenía."
)
ALREADY_OPEN = (
    "El programa ya está abierto con esta carpeta de datos, pero no responde. Sus datos están a "
    "salvo. Espere un momento, o ciérrelo desde el Administrador de tareas y vuelva a abrirlo."
)


def run_gui(datos: str | None, link: str | None, smoke: bool = False) -> int:
    """Starts the windows; the exit status."""
    if smoke:
        from icsoe_desktop.smoke import run_smoke

        return run_smoke()
    app = create_qt_application()
    try:
        folder = open_data_folder(datos)
    except UserFacingError as error:
        return _say_and_end(app, error.message)
    _end_on_signals(app)
    status = 0
    following: DataFolder | None = folder
    while following is not None:
        folder = following
        instancia = Instancia(folder)
        if not instancia.claim():
            if instancia.call_first(link or ""):
                return 0
            return _say_and_end(app, ALREADY_OPEN)
        try:
            program = Program(folder, instancia, link=link or "")
        except Exception as error:
            logger.error("the program could not start", exc_info=error)
            return _say_and_end(app, OUR_BUG)
        program.start()
        status = app.exec()
        program.end()
        following, link = program.following, None
        if following is not None:
            program.clear_away()
    return status


def create_qt_application() -> QApplication:
    # As an argument: QApplication.setStyle would cost a tenth of the first window.
    style = [] if sys.platform == "win32" else ["-style", "fusion"]
    app = QApplication([*sys.argv[:1], *style])
    app.setApplicationName("ICSOE Desktop")
    app.setApplicationDisplayName(APP_TITLE)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("icsoe-desktop")
    assets.load_assets()
    assets.speak_spanish(app)
    return app


class Program(QObject):
    """From the first window to the last.

    shell, icsoe: made once the first window is painted, as is all that it does not need.
    """

    shell: Shell
    icsoe: IcsoeFlow
    guard: SessionGuard

    def __init__(
        self,
        folder: DataFolder,
        instancia: Instancia,
        llavero: Llavero | None = None,
        link: str = "",
    ) -> None:
        """llavero: another keyring than the system's, for a trial run.

        link: of the mail that somebody opened, which started the program.
        """
        super().__init__()
        self._llavero = llavero
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
        assets.set_color_scheme(_qapplication(), self._preferences.get("apariencia"))
        assets.apply_style(_qapplication())
        self._background: Background | None = None
        self._datos: DatosAbiertos | None = None
        # The folder to go on with once this program has ended; None ends the process.
        self.following: DataFolder | None = None
        self._mark = self._mark_sample()
        self.acceso_presenter = AccesoPresenter(self._jobs)
        self.acceso = AccesoWindow(self.acceso_presenter, folder.is_sample)
        self._prepared = False
        self._ended = False

    def start(self) -> None:
        """Shows the first window, and opens the data once it is painted."""
        self.acceso.painted.connect(self._prepare)
        QTimer.singleShot(PAINTED_AT_LATEST_MS, self._prepare)
        self.acceso.show()

    def _prepare(self) -> None:
        if self._prepared or self._ended:
            return
        self._prepared = True
        from icsoe_desktop.gui.bloqueo.guardia import SessionGuard
        from icsoe_desktop.gui.icsoe.flujo import IcsoeFlow
        from icsoe_desktop.gui.shell import Shell
        from icsoe_desktop.logs import configure_logs

        configure_logs(self._folder.logs)
        _qapplication().setWindowIcon(assets.icon("icsoe"))
        self.shell = Shell(self._folder, self._jobs, self._preferences, self._errors)
        self.icsoe = IcsoeFlow(self.shell, self)
        self.guard = SessionGuard(self.shell, self)
        self.shell.help.serve(self.acceso, "acceso")
        self._connect()
        self.open_data(None)

    def open_data(self, unlock: Unlock | None) -> None:
        self._jobs.add(lambda _progress: self._opened(unlock), self._on_opened)

    @property
    def busy(self) -> bool:
        return self._jobs.busy

    def end(self) -> None:
        """Lets running work stop, then closes the store."""
        self._ended = True
        if self._background is not None:
            self._background.stop()
        self._jobs.close()
        if self._mark is not None:
            self._mark.stop()
        if self._prepared and self.shell.application is not None:
            self.shell.application.close()
        elif self._datos is not None:
            self._datos.store.close()
        self._preferences.save()
        self._instancia.release()

    def clear_away(self) -> None:
        """After the end, before another program begins in the same process.

        Sample data that were left are deleted.
        """
        from icsoe_desktop.logs import close_logs

        app = _qapplication()
        app.setQuitOnLastWindowClosed(False)
        for window in app.topLevelWidgets():
            window.hide()
            window.deleteLater()
        self.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.setQuitOnLastWindowClosed(True)
        close_logs(self._folder.logs)
        if self._folder.is_sample:
            from icsoe_desktop.bootstrap import delete_sample

            try:
                delete_sample(self._folder)
            except UserFacingError as error:
                logger.warning("the sample data stayed", exc_info=error)

    def _go_on_with(self, folder: DataFolder) -> None:
        self.following = folder
        _qapplication().quit()

    def _mark_sample(self) -> SampleMark | None:
        if not self._folder.is_sample:
            return None
        from icsoe_desktop.gui.ejemplo import SampleMark
        from icsoe_desktop.services.ejemplo_guion import AYUDA

        mark = SampleMark(AYUDA, self)
        mark.leave_wanted.connect(lambda: self._go_on_with(self._folder.parent))
        return mark

    def _try_sample(self) -> None:
        """«Probar con datos de ejemplo»: those that were not deleted are there still."""
        sample = self._folder.sample
        if sample.is_sample:
            self._go_on_with(sample)
            return
        from icsoe_desktop.bootstrap import make_sample
        from icsoe_desktop.gui.ejemplo import SampleMaker

        maker = SampleMaker(
            lambda progress: make_sample(sample, progress), self._jobs, self._errors, self.acceso
        )
        maker.ready.connect(lambda: self._go_on_with(sample))
        maker.start()

    def _enter_sample(self, application: Application) -> None:
        from icsoe_desktop.services.ejemplo_guion import CONTRASENA, CORREO

        def entered(outcome: Outcome[Sesion]) -> None:
            # Who changed the password of the sample types it like anybody.
            if isinstance(outcome, Succeeded):
                self._on_entered(outcome.value)

        self._jobs.add(lambda _progress: application.acceso.enter(CORREO, CONTRASENA), entered)

    def _connect(self) -> None:
        from icsoe_desktop.gui import dialogs

        self._instancia.called.connect(self._on_called)
        presenter, window = self.acceso_presenter, self.acceso
        presenter.failed.connect(lambda error: self._errors.show(window, error))
        presenter.refused.connect(lambda message: dialogs.warn(window, message))
        presenter.entered.connect(self._on_entered)
        presenter.consulta_entered.connect(self._on_consulta)
        window.registration_wanted.connect(self._register)
        window.recovery_wanted.connect(self._recover)
        window.icsoe_wanted.connect(self._open_icsoe)
        window.sample_wanted.connect(self._try_sample)
        window.restore_wanted.connect(self._restore_here)
        self.shell.restart_wanted.connect(lambda: self._go_on_with(self._folder))
        self.icsoe.back.connect(self._on_left)
        self.icsoe.entered.connect(self.guard.watch)
        self.shell.left.connect(self._on_left)

    def _opened(self, unlock: Unlock | None) -> DatosAbiertos:
        """Runs in the worker, where importing the services blocks no window."""
        from icsoe_desktop.apertura import build_restauracion, open_data

        # The folder's lock is ours, and nothing is open in it yet.
        build_restauracion(self._folder, self._llavero).finish()
        return open_data(self._folder, unlock, self._llavero)

    def _built(self, datos: DatosAbiertos) -> Application:
        from icsoe_desktop.bootstrap import build_application

        return build_application(datos, self._folder)

    def _on_opened(self, outcome: Outcome[DatosAbiertos]) -> None:
        if not isinstance(outcome, Succeeded):
            QTimer.singleShot(SETTLE_MS, self, self._settle)
        match outcome:
            case Succeeded(datos):
                self._datos = datos
                self.acceso_presenter.connect_service(datos.acceso)
                # Behind it in the queue, and before whatever somebody asks for who enters.
                self._jobs.add(lambda _progress: self._built(datos), self._on_built)
            case Failed(StoreLockedError() as error):
                self._ask_to_unlock(error.message)
            case Failed(StoreDamagedError() as error):
                self._offer_backup(error.message)
            case Failed(error):
                self._errors.show(self.acceso, error, then=_qapplication().quit)

    def _on_built(self, outcome: Outcome[Application]) -> None:
        QTimer.singleShot(SETTLE_MS, self, self._settle)
        match outcome:
            case Succeeded(application):
                self.shell.application = application
                if application.pruebas:
                    self.acceso.mark_pruebas()
                self.acceso_presenter.offer_everything()
                self._follow_link()
                if application.ejemplo:
                    self._enter_sample(application)
            case Failed(error):
                self._errors.show(self.acceso, error, then=_qapplication().quit)

    def _settle(self) -> None:
        """Does what nobody waits for who wants to log in."""
        if self._ended:
            return
        self._garbage = GarbageCollector(self)
        self._instancia.listen()
        application = self.shell.application
        if application is not None and self._background is None:
            from icsoe_desktop.gui.fondo import Background

            self._background = Background(application, self.shell, self._jobs, self)
            self._background.start()

    def _ask_to_unlock(self, message: str) -> None:
        from icsoe_desktop.gui.desbloquear.window import DesbloquearWindow

        window = DesbloquearWindow(self._opened, self._jobs, message, self.acceso)
        window.unlocked.connect(lambda datos: self._on_opened(Succeeded(datos)))
        window.failed.connect(lambda error: self._errors.show(window, error))
        window.rejected.connect(_qapplication().quit)
        window.open()

    def _restore_here(self) -> None:
        """«Restaurar un respaldo…», on a machine where nobody has registered yet."""
        window = self._restore_window(RESTORE_HERE)
        # What is open gives way when the program begins again.
        window.restored.connect(lambda: self._go_on_with(self._folder))
        window.open()

    def _offer_backup(self, message: str) -> None:
        window = self._restore_window(message)
        window.restored.connect(lambda: self.open_data(None))
        window.rejected.connect(_qapplication().quit)
        window.open()

    def _restore_window(self, message: str) -> RestaurarWindow:
        from icsoe_desktop.apertura import build_restauracion
        from icsoe_desktop.gui.respaldo.restaurar import RestaurarWindow
        from icsoe_desktop.gui.respaldo.restaurar_presenter import RestoreWork
        from icsoe_desktop.services.restauracion import (
            backup_folders,
            find_backups,
            newest_good,
        )

        service = build_restauracion(self._folder, self._llavero)
        folders = backup_folders(self._folder.backups)
        work = RestoreWork(
            lambda progress: newest_good(find_backups(*folders), progress),
            lambda folder, progress: newest_good(find_backups(folder), progress),
            service.preview,
            lambda vista, typed, progress: service.restore(vista.ruta, typed, progress, vista),
        )
        return RestaurarWindow(
            message, work, self._jobs, self._preferences, self._errors, self.acceso
        )

    def _register(self) -> None:
        window = self.shell.open("usuarios", None, self.acceso)
        window.destroyed.connect(self.acceso_presenter.refresh)

    def _recover(self) -> None:
        from icsoe_desktop.gui.recuperar.window import RecuperarWindow

        window = self.shell.open("recuperar", None, self.acceso)
        if isinstance(window, RecuperarWindow):
            window.recovered.connect(self.acceso.fill_in)

    def _open_icsoe(self) -> QWidget:
        entrance = self.icsoe.open_entrance()
        self.acceso.clear_contrasena()
        self.acceso.hide()
        return entrance

    def _on_consulta(self, sesion: Sesion) -> None:
        from icsoe_desktop.gui import dialogs

        dialogs.inform(self.acceso, MODO_CONSULTA, then=lambda: self._open_module(sesion))

    def _on_entered(self, sesion: Sesion) -> None:
        self._open_module(sesion)
        application = self.shell.application
        if application is None:
            return
        self._jobs.add(
            lambda _progress: application.certificados.any_missing(sesion),
            lambda outcome: self._on_missing_known(outcome, sesion),
        )

    def _on_missing_known(self, outcome: Outcome[bool], sesion: Sesion) -> None:
        from icsoe_desktop.gui import dialogs

        module = self.shell.open("modulo", sesion)
        match outcome:
            case Succeeded(True):
                dialogs.warn(
                    module,
                    CERTIFICADOS_MISSING,
                    then=lambda: self.shell.open("certificados", sesion, module),
                )
            case Failed(error):
                self._errors.show(module, error)

    def _open_module(self, sesion: Sesion) -> None:
        # The module first: Qt ends the program when the last window closes.
        self.shell.open("modulo", sesion)
        self.guard.watch(sesion)
        self.acceso.clear_contrasena()
        self.acceso.hide()

    def _on_left(self) -> None:
        if self.icsoe.resume():
            return
        self.acceso_presenter.refresh()
        self.acceso.show()

    def _follow_link(self) -> None:
        """Opens what the mail's link is for, once the data is open."""
        if not self._link or self.shell.application is None:
            return
        link, self._link = self._link, ""
        parent = QApplication.activeModalWidget()
        if parent is None and self.acceso.isVisible():
            parent = self._open_icsoe()
        self.icsoe.activate(link, parent or QApplication.activeWindow())

    def _on_called(self, link: str) -> None:
        for window in _qapplication().topLevelWidgets():
            if window.isVisible() and window.isWindow() and not window.isHidden():
                window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
                window.raise_()
                window.activateWindow()
        self._link = link or self._link
        self._follow_link()


def _qapplication() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("no QApplication")
    return app


def _say_and_end(app: QApplication, message: str) -> int:
    from icsoe_desktop.gui import dialogs

    dialogs.refuse(None, message, then=app.quit)
    app.exec()
    return 1


def _end_on_signals(app: QApplication) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: app.quit())
    # Python hears a signal only when its interpreter runs: Qt's loop must come by.
    timer = QTimer(app)
    timer.start(500)
    timer.timeout.connect(lambda: None)
