"""The menu actions for locking the session."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QWidget

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.inicio.bloqueo.guardia import (
    MAX_MINUTES,
    SETTING,
    fixed_minutes,
    locked_after,
)
from icsoe_desktop.gui.kit.dialogs import inform, open_dialog

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
