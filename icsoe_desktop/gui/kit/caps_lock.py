"""The hint «Bloq Mayús está activado» under a password field."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit

TEXT = "Bloq Mayús está activado."
_VK_CAPITAL = 0x14


class CapsLockHint(QObject):
    """Shows the hint while the field has the focus.

    Windows reports the state of the key. Elsewhere it is inferred from a letter typed in the other
    case.
    """

    def __init__(self, edit: QLineEdit, label: QLabel) -> None:
        super().__init__(edit)
        self._edit = edit
        self._label = label
        label.setText(TEXT)
        label.hide()
        edit.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether Caps Lock is on, as far as known."""
        return not self._label.isHidden()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._label.hide()
        elif event.type() == QEvent.Type.FocusIn and sys.platform == "win32":
            self._label.setVisible(_windows_caps_lock())
        elif event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and isinstance(
            event, QKeyEvent
        ):
            self._look(event)
        return super().eventFilter(watched, event)

    def _look(self, event: QKeyEvent) -> None:
        if sys.platform == "win32":
            self._label.setVisible(_windows_caps_lock())
            return
        from PySide6.QtCore import Qt  # slow import: docs/decisions/0012

        if event.key() == Qt.Key.Key_CapsLock:
            if event.type() == QEvent.Type.KeyRelease:
                self._label.setVisible(not self._label.isVisible())
        elif event.type() == QEvent.Type.KeyPress and event.text().isalpha():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._label.setVisible(event.text().isupper() != shifted)


def _windows_caps_lock() -> bool:
    if sys.platform != "win32":
        return False
    import ctypes  # only needed on Windows

    return bool(ctypes.windll.user32.GetKeyState(_VK_CAPITAL) & 1)
