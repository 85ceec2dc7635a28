"""Locks the session after a time without input, or on demand; the menu actions for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import QApplication, QInputDialog, QWidget
from shiboken6 import isValid

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.kit.dialogs import inform, open_dialog

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.gui.inicio.bloqueo.window import BloqueoWindow

DEFAULT_MINUTES, MAX_MINUTES = 10, 240
SETTING = "sesion/minutos_bloqueo"
CHECK_MS = 5_000
HELP = "datos_y_seguridad#bloquear-la-sesión"
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)


class SessionGuard(QObject):
    """Watches for input while a session is open.

    clock: wall-clock seconds, because time in standby counts as idle.
    """

    def __init__(
        self, shell: Shell, parent: QObject | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._shell = shell
        self._clock = clock
        self._sesion: Sesion | None = None
        self._touched = clock()
        self._lock: BloqueoWindow | None = None
        self._hidden: list[tuple[QWidget, Qt.WindowModality]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_MS)
        self._timer.timeout.connect(self.check)
        shell.lock_wanted.connect(self.lock)
        shell.left.connect(self.rest)

    @property
    def locked(self) -> bool:
        return self._lock is not None

    def watch(self, sesion: Sesion) -> None:
        """Start watching; called for a new session, or when the session changes its contratista."""
        self._sesion = sesion
        if self._shell.application is not None:
            self._shell.application.acceso_icsoe.sesiones.begin(sesion)
        self._touched = self._clock()
        self._timer.start()
        application = _qapplication()
        application.focusWindowChanged.connect(self._follow, Qt.ConnectionType.UniqueConnection)
        self._follow(QGuiApplication.focusWindow())

    def rest(self) -> None:
        """Stop watching, because the session ended."""
        self._note_exit()
        self._sesion = None
        self._timer.stop()
        self._hidden.clear()
        lock = self._end_lock()
        if lock is not None:
            # Wait until the login window is visible: Qt ends the program when the
            # last window closes.
            QTimer.singleShot(0, lock, lock.leave)

    def stop(self) -> None:
        """Stop watching, because the program ends."""
        self._timer.stop()

    def check(self) -> None:
        """Lock if the idle time has passed."""
        idle_s = self._clock() - self._touched
        if idle_s < 0:
            # The clock was moved back: start counting again.
            self._touched = self._clock()
        elif idle_s >= locked_after(self._shell) * 60:
            self.lock()

    def lock(self) -> None:
        """Hide every window and ask for the credentials."""
        if self._sesion is None or self._lock is not None:
            return
        from icsoe_desktop.gui.inicio.bloqueo.window import BloqueoWindow

        window = BloqueoWindow(self._shell.context(self._sesion))
        self._lock = window
        window.unlocked.connect(self._unlock)
        window.session_given_up.connect(self._shell.discard_session)
        self._shell.help.serve(window, HELP)
        application = _qapplication()
        # Show the lock before hiding the others: Qt ends the program when the last window closes.
        window.show()
        for other in application.topLevelWidgets():
            if other is not window and other.isVisible():
                self._hide(other)
        application.installEventFilter(self)
        window.raise_()
        window.activateWindow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self._lock is not None:
            if (
                kind == QEvent.Type.Show
                and isinstance(watched, QWidget)
                and watched.isWindow()
                and not self._belongs_to_lock(watched)
            ):
                # A message of a job that ended meanwhile: hide it until the session is unlocked.
                QTimer.singleShot(0, watched, lambda: self._hide_late(watched))
        elif kind in _TOUCHES:
            self._touched = self._clock()
            if (
                isinstance(event, QKeyEvent)
                and event.key() == Qt.Key.Key_L
                and event.modifiers() == Qt.KeyboardModifier.ControlModifier
                and self._sesion is not None
            ):
                # Ctrl+L must also work in dialogs, where the menu's shortcut does not apply.
                QTimer.singleShot(0, self, self.lock)
                return True
        return super().eventFilter(watched, event)

    def _follow(self, window: QWindow | None) -> None:
        """Filter only the focused window's input events. Filtering those of all objects would be
        slow.
        """
        if window is not None and self._sesion is not None:
            window.installEventFilter(self)

    def _belongs_to_lock(self, widget: QWidget) -> bool:
        one: QWidget | None = widget
        while one is not None:
            # The manual shows no personal data and may be needed to unlock.
            if one in (self._lock, self._shell.help.window):
                return True
            one = one.parentWidget()
        return widget.windowType() in (Qt.WindowType.ToolTip, Qt.WindowType.Popup)

    def _hide(self, widget: QWidget) -> None:
        # A hidden dialog loses its modality: store it.
        self._hidden.append((widget, widget.windowModality()))
        widget.hide()

    def _hide_late(self, widget: QWidget) -> None:
        if self._lock is not None and widget.isVisible():
            self._hide(widget)

    def _unlock(self) -> None:
        hidden, self._hidden = self._hidden, []
        lock = self._end_lock()
        self._touched = self._clock()
        for widget, modality in hidden:
            if isValid(widget):
                widget.setWindowModality(modality)
                widget.show()
        if hidden and isValid(hidden[-1][0]):
            hidden[-1][0].activateWindow()
        if lock is not None:
            lock.leave()

    def _note_exit(self) -> None:
        sesion, application = self._sesion, self._shell.application
        if sesion is not None and application is not None:
            sesiones = application.acceso_icsoe.sesiones
            # If the program ends before this job runs, the application records the exit
            # when it closes.
            self._shell.jobs.add(lambda _progress: sesiones.leave(sesion), lambda _outcome: None)

    def _end_lock(self) -> BloqueoWindow | None:
        lock, self._lock = self._lock, None
        _qapplication().removeEventFilter(self)
        return lock


def locked_after(shell: Shell) -> int:
    """Idle minutes after which the session locks: the policy's, else the user's."""
    fixed = fixed_minutes(shell)
    if fixed:
        return fixed
    text = shell.preferences.get(SETTING, str(DEFAULT_MINUTES))
    minutes = int(text) if text.isascii() and text.isdecimal() else DEFAULT_MINUTES
    return min(minutes, MAX_MINUTES) or DEFAULT_MINUTES


def fixed_minutes(shell: Shell) -> int:
    """The idle minutes of the machine's policy; 0 without one."""
    return 0 if shell.application is None else shell.application.politica.bloqueo_minutos


def _qapplication() -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("no QApplication")
    return application


FIXED = "La sesión se bloquea después de {} sin uso. Lo fijó {}."
ASK = "&Bloquear la sesión después de estos minutos sin uso:"


def lock_actions(shell: Shell, window: QWidget) -> list[QAction]:
    """Two actions: lock now, and set the idle minutes."""
    lock = QAction("&Bloquear sesión", window)
    lock.setShortcut(QKeySequence("Ctrl+L"))
    lock.triggered.connect(lambda: shell.lock_wanted.emit())
    idle = QAction("Bloqueo por &inactividad…", window)
    idle.triggered.connect(lambda: choose_minutes(shell, window))
    if fixed_minutes(shell):
        idle.setIcon(assets.icon("candado"))
    return [lock, idle]


def choose_minutes(shell: Shell, window: QWidget) -> None:
    """Ask for the idle minutes, or say who fixed them."""
    minutes = fixed_minutes(shell)
    if shell.application is not None and minutes:
        who = shell.application.politica.who("sesion")
        unit = "minuto" if minutes == 1 else "minutos"
        inform(window, FIXED.format(f"{minutes} {unit}", who))
    else:
        ask_minutes(shell, window)


def ask_minutes(shell: Shell, window: QWidget) -> QInputDialog:
    """Ask for the idle minutes and save them."""
    dialog = QInputDialog(window)
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setWindowTitle("Bloqueo por inactividad")
    dialog.setLabelText(ASK)
    dialog.setIntRange(1, MAX_MINUTES)
    dialog.setIntValue(locked_after(shell))
    dialog.setOkButtonText("&Guardar")
    dialog.setCancelButtonText("&Cancelar")
    dialog.intValueSelected.connect(lambda value: shell.preferences.set(SETTING, str(value)))
    dialog.finished.connect(dialog.deleteLater)
    open_dialog(dialog)
    return dialog
