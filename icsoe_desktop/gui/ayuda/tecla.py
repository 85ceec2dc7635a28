"""F1: the page of the window in which it is pressed."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from icsoe_desktop.gui.ayuda.paginas import INDEX
from icsoe_desktop.gui.base.preferences import Preferences

if TYPE_CHECKING:
    from icsoe_desktop.gui.ayuda.window import AyudaWindow

F1 = QKeySequence(Qt.Key.Key_F1)


class Help(QObject):
    """Gives F1 to the windows it is told of, and to every dialog that opens above them."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._pages: MutableMapping[QWidget, str] = WeakKeyDictionary()
        self._with_key: WeakSet[QWidget] = WeakSet()
        self._window: AyudaWindow | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    @property
    def window(self) -> AyudaWindow | None:
        """The one that is open."""
        return self._window

    def serve(self, window: QWidget, page: str) -> None:
        """From now on F1 opens `page` in this window and in the dialogs above it.

        window: or a part of one, while the focus is in it.
        """
        self._pages[window] = page
        self._give_key(window.window())

    def open_for(self, window: QWidget | None) -> AyudaWindow:
        """The page of what is being used in `window`, or of the nearest one under it."""
        focus = QApplication.focusWidget()
        inside = focus is not None and window is not None and window.isAncestorOf(focus)
        return self.open(self._page_of(focus if inside else window) or INDEX)

    def open(self, page: str) -> AyudaWindow:
        from icsoe_desktop.gui.ayuda.window import open_manual

        window = self._window
        if window is None:
            window = self._window = open_manual()
            window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            window.destroyed.connect(self._forget)
            self._preferences.restore_window(window)
            room = window.screen().availableGeometry().size()
            window.resize(window.size().boundedTo(room))
            window.finished.connect(lambda _result: self._preferences.remember_window(window))
        window.presenter.open(page)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _forget(self) -> None:
        self._window = None

    def _page_of(self, window: QWidget | None) -> str | None:
        while window is not None:
            if window in self._pages:
                return self._pages[window]
            window = window.parentWidget()
        return None

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and isValid(now) and self._page_of(now) is not None:
            self._give_key(now.window())

    def _give_key(self, window: QWidget) -> None:
        if window in self._with_key:
            return
        self._with_key.add(window)
        # A menu with the key has it already: two would be ambiguous, and neither would act.
        if not any(action.shortcut() == F1 for action in window.findChildren(QAction)):
            QShortcut(F1, window, lambda: self.open_for(window))
