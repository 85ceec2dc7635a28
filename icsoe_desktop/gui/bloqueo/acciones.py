"""What a main window's menu offers about locking."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QWidget

from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.bloqueo.guardia import MAX_MINUTES, SETTING, locked_after

ASK = "&Bloquear la sesión después de estos minutos sin uso:"


def lock_actions(shell: Shell, window: QWidget) -> list[QAction]:
    """Bloquear now, and after how many idle minutes."""
    lock = QAction("&Bloquear sesión", window)
    lock.setShortcut(QKeySequence("Ctrl+L"))
    lock.triggered.connect(lambda: shell.lock_wanted.emit())
    idle = QAction("Bloqueo por &inactividad…", window)
    idle.triggered.connect(lambda: ask_minutes(shell, window))
    return [lock, idle]


def ask_minutes(shell: Shell, window: QWidget) -> QInputDialog:
    """Asks for the idle minutes and keeps them."""
    dialog = QInputDialog(window)
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setWindowTitle("Bloqueo por inactividad")
    dialog.setLabelText(ASK)
    dialog.setIntRange(1, MAX_MINUTES)
    dialog.setIntValue(locked_after(shell.preferences))
    dialog.setOkButtonText("&Guardar")
    dialog.setCancelButtonText("&Cancelar")
    dialog.intValueSelected.connect(lambda value: shell.preferences.set(SETTING, str(value)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
