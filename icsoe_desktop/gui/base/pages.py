"""Windows of the registry shown as pages of a main window, and the way back through them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QGroupBox,
    QLabel,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QTabBar,
)
from shiboken6 import isValid

from icsoe_desktop.gui.kit.dialogs import FocusedFirst, Then
from icsoe_desktop.gui.kit.fields import next_in_chain
from icsoe_desktop.gui.kit.stacks import FittedArea, scroll_body
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog

BACK_KEY: Final = "Alt+Left"
FORWARD_KEY: Final = "Alt+Right"
BACK: Final = "Página a&nterior"
FORWARD: Final = "Página si&guiente"
LONGEST: Final = 50
PAINTED_AFTER_MS: Final = 1  # of 0 Qt makes an event of the same turn


class Trail:
    """The places that were shown, oldest first, and which of them is shown now."""

    def __init__(self) -> None:
        self._places: list[str] = []
        self._at = -1

    @property
    def here(self) -> str:
        return self._places[self._at] if self._places else ""

    def visit(self, place: str) -> None:
        """Note a place. What lay ahead is forgotten, unless it is the place shown already."""
        if place == self.here:
            return
        del self._places[self._at + 1 :]
        self._places.append(place)
        del self._places[:-LONGEST]
        self._at = len(self._places) - 1

    def step(self, by: int) -> str:
        """Move by -1 or 1; return the place there, or an empty text at the end of the trail."""
        if not 0 <= self._at + by < len(self._places):
            return ""
        self._at += by
        return self.here

    def forget(self, place: str) -> str:
        """Take a closed place out; return the one to show in its stead, or an empty text."""
        before = [one for one in self._places[: self._at + 1] if one != place]
        after = [one for one in self._places[self._at + 1 :] if one != place]
        self._places = _without_repeats([*before, *after])
        self._at = len(_without_repeats(before)) - 1
        if self._at < 0 and self._places:
            self._at = 0
        return self.here


class PageHost(QObject):
    """Shows dialogs of the registry inside a main window.

    A page keeps its state while another one is shown, and leaves when its dialog closes.
    """

    shown = Signal(str)  # key of the page that came to the front
    closed = Signal(str)  # key of the page that left

    def __init__(self, window: QMainWindow, stack: QStackedWidget) -> None:
        super().__init__(window)
        FocusedFirst(window)
        self._window, self._stack = window, stack
        self._areas: dict[str, QScrollArea] = {}
        self._dialogs: dict[str, QDialog] = {}
        self._going_on: tuple[QDialog, Then] | None = None  # what follows once a page has left
        self._lent: list[tuple[QAction, list[QKeySequence]]] = []
        self._titles: list[tuple[QAction, str]] = []  # of the menu bar, while a page changes them

    @property
    def current(self) -> str:
        """Key of the page in front; empty while a place of the window itself is shown."""
        front = self._stack.currentWidget()
        return next((key for key, area in self._areas.items() if area is front), "")

    def page(self, key: str) -> QDialog | None:
        return self._dialogs.get(key)

    def add(self, key: str, dialog: QDialog) -> None:
        """Take a dialog that has never been shown, and bring it to the front."""
        area = FittedArea(self._stack)
        area.setObjectName(f"{key}_area")
        focus = dialog.focusWidget()
        FocusedFirst(dialog)
        scroll_body(dialog)
        area.hold(dialog)
        self._areas[key], self._dialogs[key] = area, dialog
        self._stack.addWidget(area)
        dialog.finished.connect(lambda _result: self._remove(key, dialog))
        # One that is closed out of sight may be deleted without `finished`.
        dialog.destroyed.connect(lambda: self._remove(key, dialog))
        dialog.show()
        if focus is not None:
            focus.setFocus()
        # It is painted in a turn of its own: made and painted in one, the window would stand still.
        area.setUpdatesEnabled(False)
        QTimer.singleShot(PAINTED_AFTER_MS, area, lambda: area.setUpdatesEnabled(True))
        self.bring(key)

    def bring(self, key: str) -> None:
        """Show a page that is there already."""
        dialog = self._dialogs[key]
        self.rest()
        self._stack.setCurrentWidget(self._areas[key])
        self._yield_keys(dialog)
        _focus_inside(dialog)
        self.shown.emit(key)

    def rest(self) -> None:
        """A place of the window itself is shown: its keys are its own again."""
        for action, keys in self._lent:
            action.setShortcuts(keys)
        for action, title in self._titles:
            action.setText(title)
        self._lent.clear()
        self._titles.clear()

    def let_go(self, later: Then) -> bool:
        """Close every page; return whether none is left.

        A page with unsaved changes comes to the front and asks; `later` is called once the user
        lets the last one go. A page that refuses to close stays in front.
        """
        for key, dialog in list(self._dialogs.items()):
            if key not in self._dialogs or not isValid(dialog):
                continue
            if isinstance(dialog, EditingDialog) and dialog.unsaved:
                self.bring(key)
                dialog.unless_unsaved(partial(self._leave, dialog, later))
                return False
            dialog.reject()
            if key in self._dialogs:
                self.bring(key)
                return False
        return True

    def settle(self, then: Then) -> None:
        """Close every page, then call `then`, at once or after the questions of the pages."""
        if self.let_go(then):
            then()

    def _leave(self, page: EditingDialog, then: Then) -> None:
        # The page may still say something before it goes.
        self._going_on = (page, then)
        page.leave()

    def _remove(self, key: str, dialog: QDialog) -> None:
        if self._dialogs.get(key) is not dialog or not isValid(self._stack):
            return
        del self._dialogs[key]
        area = self._areas.pop(key)
        in_front = self._stack.currentWidget() is area
        self._stack.removeWidget(area)
        # With the dialog in it: out of its area it would belong to Python, and go without a signal.
        area.deleteLater()
        if in_front:
            self.rest()
        self.closed.emit(key)
        if self._going_on is not None and self._going_on[0] is dialog:
            then, self._going_on = self._going_on[1], None
            self.settle(then)

    def _yield_keys(self, dialog: QDialog) -> None:
        """Take from the window the keys, and the Alt letters of its menus, that the page uses.
        With both in one window they would be ambiguous, and neither would act.
        """
        taken = _keys_of(dialog)
        inside = set(dialog.findChildren(QAction))
        for action in self._window.findChildren(QAction):
            keys = action.shortcuts()
            if action not in inside and any(one.toString() in taken for one in keys):
                self._lent.append((action, keys))
                action.setShortcuts([one for one in keys if one.toString() not in taken])
        used = _letters_of(dialog)
        for action in self._window.menuBar().actions():
            title = action.text()
            if _letter(title) in used:
                self._titles.append((action, title))
                action.setText(_with_another_letter(title, used))
            used.add(_letter(action.text()))


def go_actions(
    window: QMainWindow, go_back: Callable[[], object], go_forward: Callable[[], object]
) -> list[QAction]:
    """The two actions of the menu that walk the trail."""
    made = []
    for text, key, then in ((BACK, BACK_KEY, go_back), (FORWARD, FORWARD_KEY, go_forward)):
        action = QAction(text, window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False, then=then: then())
        window.addAction(action)
        made.append(action)
    return made


def _keys_of(dialog: QDialog) -> set[str]:
    keys = [shortcut.key() for shortcut in dialog.findChildren(QShortcut)]
    keys += [key for action in dialog.findChildren(QAction) for key in action.shortcuts()]
    keys += [key for action in dialog.actions() for key in action.shortcuts()]
    keys += [button.shortcut() for button in dialog.findChildren(QAbstractButton)]
    return {key.toString() for key in keys if not key.isEmpty()}


def _letters_of(dialog: QDialog) -> set[str]:
    """The letters that act with Alt in a page, also in its parts out of sight."""
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    texts += [button.text() for button in dialog.findChildren(QAbstractButton)]
    texts += [group.title() for group in dialog.findChildren(QGroupBox)]
    for tabs in dialog.findChildren(QTabBar):
        texts += [tabs.tabText(at) for at in range(tabs.count())]
    return {letter for text in texts if (letter := _letter(text))}


def _letter(text: str) -> str:
    """The key of the mnemonic («Alt+D»); empty if there is none."""
    return QKeySequence.mnemonic(text).toString()


def _with_another_letter(title: str, used: set[str]) -> str:
    """The title with a letter that the page leaves free; without one Alt alone reaches the menu."""
    plain = title.replace("&", "")
    for at, character in enumerate(plain):
        if character.isascii() and character.isalpha() and f"Alt+{character.upper()}" not in used:
            return f"{plain[:at]}&{plain[at:]}"
    return plain


def _focus_inside(dialog: QDialog) -> None:
    """Give the focus to the widget that had it, or to the first that takes it."""
    had = dialog.focusWidget()
    if had is not None and had.isVisible() and had.isEnabled():
        had.setFocus(Qt.FocusReason.OtherFocusReason)
        return
    one = next_in_chain(dialog)
    for _ in range(1000):
        if one is None or one is dialog:
            return
        takes = one.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and one.isEnabled() and one.isVisible() and dialog.isAncestorOf(one):
            one.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        one = next_in_chain(one)


def _without_repeats(places: list[str]) -> list[str]:
    return [one for at, one in enumerate(places) if at == 0 or places[at - 1] != one]
