"""F1: opens the manual's page for the current window."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.inicio.ayuda.presenter import INDEX
from icsoe_desktop.gui.kit.fields import room_on_screen, scale_to_letters

if TYPE_CHECKING:
    from icsoe_desktop.gui.inicio.ayuda.window import AyudaWindow

F1 = QKeySequence(Qt.Key.Key_F1)


class Help(QObject):
    """Handles F1 in registered windows and in every dialog over them."""

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
        """The help window, if it is open."""
        return self._window

    def serve(self, window: QWidget, page: str) -> None:
        """Make F1 open `page` in this window and in the dialogs over it.

        window: a window, or a part of one, for which the page then applies while it has the focus.
        """
        self._pages[window] = page
        self._give_key(window.window())

    def open_for(self, window: QWidget | None) -> AyudaWindow:
        """Open the page for the focused part of `window`, or for the nearest registered parent."""
        focus = QApplication.focusWidget()
        inside = focus is not None and window is not None and window.isAncestorOf(focus)
        return self.open(self._page_of(focus if inside else window) or INDEX)

    def open(self, page: str) -> AyudaWindow:
        from icsoe_desktop.gui.inicio.ayuda.window import open_manual

        window = self._window
        if window is None:
            window = self._window = open_manual()
            window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            window.destroyed.connect(self._forget)
            scale_to_letters(window)
            self._preferences.restore_window(window)
            window.resize(window.size().boundedTo(room_on_screen(window).size()))
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
        # A menu action with F1 already exists: a second shortcut would be ambiguous and
        # neither would act.
        if not any(action.shortcut() == F1 for action in window.findChildren(QAction)):
            QShortcut(F1, window, lambda: self.open_for(window))
