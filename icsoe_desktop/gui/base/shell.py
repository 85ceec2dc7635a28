"""Opens windows for a session and keeps track of them."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar
from weakref import ReferenceType, WeakKeyDictionary, ref

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.base.windows import AYUDA, BY_KEY
from icsoe_desktop.gui.inicio.ayuda.tecla import Help
from icsoe_desktop.gui.kit.fields import grow_to_fit, room_on_screen, scale_to_letters
from icsoe_desktop.gui.kit.stacks import scroll_when_low
from icsoe_desktop.jobs import Job, JobQueue, Outcome, Progress, settle
from icsoe_desktop.paths import DataFolder

if TYPE_CHECKING:
    # Importing the services takes longer than showing the first window: import for types only.
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.domain.actualizacion import Actualizacion
    from icsoe_desktop.gui.base.pages import PageHost
    from icsoe_desktop.gui.oficina.sincronizacion.palabras import LuzBarra
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.respaldo.service import FalloRespaldo

T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """The services and resources that a window may use.

    sesion: None before login.
    """

    application: Application
    sesion: Sesion | None
    folder: DataFolder
    jobs: JobQueue
    preferences: Preferences
    errors: ErrorReporter
    shell: Shell

    def ask(
        self,
        window: QWidget,
        work: Callable[[Progress], T],
        then: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        stopped: Callable[[], object] | None = None,
    ) -> Job:
        """Run work for a window without a presenter. The callbacks are dropped once the window is
        deleted.

        failed: without it the error is shown over the window.
        """
        tell = failed or (lambda error: self.errors.show(window, error))

        def on_done(outcome: Outcome[T]) -> None:
            settle(outcome, then, tell, stopped)

        return self.jobs.add(work, while_alive(window, on_done))

    def require_sesion(self) -> Sesion:
        if self.sesion is None:
            raise RuntimeError("this window needs a session")
        return self.sesion


class Shell(QObject):
    """Opens at most one window per key; a second request brings the first to the front."""

    opened = Signal(str)
    left = Signal()
    mail_changed = Signal()  # the outbox may have a new mail
    mail_state = Signal(object)  # EstadoEnvio, for the status bars
    version_offered = Signal()  # a newer version is known
    sync_changed = Signal()  # synchronisation was switched on or off, or has work
    sync_state = Signal(object)  # LuzBarra for the status bars, None while it is off
    data_arrived = Signal()  # data from other desktops is in the store: reload
    lock_wanted = Signal()  # Ctrl+L
    backups_changed = Signal()  # the schedule was saved
    backup_failed = Signal(object)  # FalloRespaldo for the status bars, None without a failure
    restart_wanted = Signal()  # a restored store takes effect at the next start

    def __init__(
        self,
        folder: DataFolder,
        jobs: JobQueue,
        preferences: Preferences,
        errors: ErrorReporter,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.jobs = jobs
        self.preferences = preferences
        self.errors = errors
        self.help = Help(preferences)
        self.application: Application | None = None
        self.newer: Actualizacion | None = None
        self.sync_light: LuzBarra | None = None
        self.backup_failure: FalloRespaldo | None = None
        self.makes_page = False  # while the window that is made is to be a page
        self._windows: dict[str, QWidget] = {}
        # A host holds its window: kept here, neither would ever go.
        self._hosts: MutableMapping[QWidget, ReferenceType[PageHost]] = WeakKeyDictionary()

    def offer_version(self, newer: Actualizacion) -> None:
        """Show the newer version in status bars until the program ends."""
        self.newer = newer
        self.version_offered.emit()

    def show_backup_failure(self, fallo: FalloRespaldo | None) -> None:
        if fallo != self.backup_failure:
            self.backup_failure = fallo
            self.backup_failed.emit(fallo)

    def show_sync(self, light: LuzBarra | None) -> None:
        if light != self.sync_light:
            self.sync_light = light
            self.sync_state.emit(light)

    def context(self, sesion: Sesion | None) -> Context:
        if self.application is None:
            raise RuntimeError("the store is not open yet")
        return Context(
            self.application,
            sesion,
            self.folder,
            self.jobs,
            self.preferences,
            self.errors,
            self,
        )

    def host_pages(self, window: QWidget, host: PageHost) -> None:
        """Show pages of the registry in `host` when they are opened from inside `window`."""
        self._hosts[window] = ref(host)
        # A page that closed may be opened again before it is deleted.
        host.closed.connect(self._forget_page)

    def open(self, key: str, sesion: Sesion | None, parent: QWidget | None = None) -> QWidget:
        """Show the window of `key`.

        parent: a dialog is modal to it. In a window that hosts pages, a page is shown there.
        """
        if key == AYUDA:
            # The help window needs no data, is not modal, and outlives the session.
            return self.help.open_for(parent)
        present = self._windows.get(key)
        host = self._host_for(key, parent)
        if present is not None:
            if host is not None and host.page(key) is not None:
                host.bring(key)
                return present
            present.show()
            present.raise_()
            present.activateWindow()
            return present
        create: Callable[[Context, QWidget | None], QWidget]
        create = import_module(BY_KEY[key].module).create
        self.makes_page = host is not None
        try:
            window = create(self.context(sesion), parent)
        finally:
            self.makes_page = False
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._windows[key] = window
        self.help.serve(window, BY_KEY[key].help)
        window.destroyed.connect(lambda: self._forget(key, window))
        if host is not None and isinstance(window, QDialog):
            host.add(key, window)
            self.opened.emit(key)
            return window
        scroll_when_low(window)
        scale_to_letters(window)
        self.preferences.restore_window(window)
        _fit_on_screen(window)
        if isinstance(window, QDialog):
            window.finished.connect(lambda _result: self.preferences.remember_window(window))
            window.open()
        else:
            window.show()
        grow_to_fit(window)
        # Showing it made it as wide as its least width, which its header lessens then.
        shown = window.size()
        QTimer.singleShot(0, window, lambda: _fit_on_screen(window, shown))
        self.opened.emit(key)
        return window

    def _host_for(self, key: str, parent: QWidget | None) -> PageHost | None:
        if parent is None or not BY_KEY[key].page:
            return None
        host = self._hosts.get(parent.window())
        return host() if host is not None else None

    def _forget_page(self, key: str) -> None:
        self._windows.pop(key, None)

    def _forget(self, key: str, window: QWidget) -> None:
        if self._windows.get(key) is window:
            del self._windows[key]

    def close_session(self) -> None:
        """Close every window of the session and show the login window again."""
        open_now = list(self._windows.values())
        # Show the login window before closing: Qt ends the program when the last window closes.
        self.left.emit()
        for window in open_now:
            window.close()

    def is_open(self, key: str) -> bool:
        """Whether the window is there and in sight."""
        window = self._windows.get(key)
        return window is not None and isValid(window) and window.isVisible()

    def discard_session(self) -> None:
        """Like `close_session`, without asking about unsaved changes. The user has confirmed
        already.
        """
        open_now = list(self._windows.values())
        self._windows.clear()
        self.left.emit()
        for window in open_now:
            window.hide()
            window.deleteLater()


def _fit_on_screen(window: QWidget, shown: QSize | None = None, again: int = 2) -> None:
    """Shrink a window that is larger than its screen.

    shown: its size when it was shown; a window that has another now stays as it is. again: how
    often what folds because of it may lessen its least size once more.
    """
    if (window.isMaximized() and shown is not None) or shown not in (None, window.size()):
        return
    room = room_on_screen(window).size()
    window.resize(window.size().boundedTo(room))
    left = window.size()
    if shown is not None and again and left.width() > room.width():
        QTimer.singleShot(0, window, lambda: _fit_on_screen(window, left, again - 1))
