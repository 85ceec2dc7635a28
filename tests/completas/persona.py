"""Somebody at the keyboard: types where the focus is, and gets about by Alt, Tab, Enter and Esc."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QWidget,
)

from tests.completas.pantalla import plain

T = TypeVar("T")
Key = Qt.Key
Modifier = Qt.KeyboardModifier

PATIENCE_S = 20.0


def wait_for(what: str, look: Callable[[], T | None]) -> T:
    """The first true value of `look`. Raises AssertionError that tells what is on the screen."""
    end = time.monotonic() + PATIENCE_S
    while True:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not seen: {what}\n{_screen()}")


def _front() -> QWidget | None:
    """The window that takes the keys. Where there is no window manager, it is given them here."""
    front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    if front is None:
        front = QApplication.activeWindow()
    if front is None:
        shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        front = shown[0] if len(shown) == 1 else None
    if front is not None and not front.isActiveWindow() and not isinstance(front, QMenu):
        front.activateWindow()
        QApplication.processEvents()
    return front


def _screen() -> str:
    lines = [f"focus: {QApplication.focusWidget()}"]
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            labels = [one for one in top.findChildren(QLabel) if one.window() is top]
            texts = [one.text()[:80] for one in labels if one.isVisible() and one.text()]
            lines.append(f"«{top.windowTitle()}»: {texts}")
    return "\n".join(lines)


def window(title: str) -> QWidget:
    """The visible window, or page of a window, with this title that takes the keys now."""

    def look() -> QWidget | None:
        front = _front()
        if front is None:
            return None
        # A page of a main window covers what the window shows otherwise.
        pages = [one for one in front.findChildren(QDialog) if not one.isWindow()]
        seen = next((one for one in pages if one.isVisible()), front)
        return seen if plain(seen.windowTitle()) == title else None

    return wait_for(f"window or page «{title}»", look)


def message(part: str) -> None:
    """Waits for a message that says this, and answers it by Enter."""

    def look() -> QMessageBox | None:
        front = _front()
        return front if isinstance(front, QMessageBox) and part in front.text() else None

    box = wait_for(f"message «{part}»", look)
    press(Key.Key_Return)
    wait_for("the message to go", lambda: _front() is not box or None)


def says(part: str) -> None:
    """Waits until the front window shows a text with this in it."""

    def look() -> bool:
        front = _front()
        labels = front.findChildren(QLabel) if front is not None else []
        return any(part in label.text() and label.isVisible() for label in labels)

    wait_for(f"text «{part}»", look)


def type_in(text: str) -> None:
    """Types over what the field with the focus holds."""
    press(Key.Key_A, Modifier.ControlModifier)
    for character in text:
        if character.isascii():
            QTest.keyClicks(_focused(), character)
        else:  # QTest knows the keys of an American keyboard only
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Modifier.NoModifier, character)
                QApplication.sendEvent(_focused(), event)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    QTest.keyClick(_focused(), key, modifier)
    QApplication.processEvents()


def alt(label: str) -> None:
    """Alt and the letter that is underlined in the label, button or check box."""
    widget, letter = wait_for(f"«{label}» with an Alt key", lambda: _reached_by(label))
    clicks: list[bool] = []
    if isinstance(widget, QAbstractButton):
        widget.clicked.connect(lambda *_: clicks.append(True))
    QTest.keyClick(_focused(), letter, Modifier.AltModifier)
    if isinstance(widget, QAbstractButton):
        # Qt shows for a moment that it is pressed.
        wait_for(f"«{label}» pressed", lambda: bool(clicks))


def menu(title: str, entry: str) -> None:
    """Opens a menu by Alt and chooses by its letter."""
    front = _front()
    assert front is not None
    bars = [action for action in front.menuBar().actions() if plain(action.text()) == title]
    QTest.keyClick(_focused(), _mnemonic(bars[0].text()), Modifier.AltModifier)

    def look() -> QMenu | None:
        popup = QApplication.activePopupWidget()
        return popup if isinstance(popup, QMenu) else None

    popup = wait_for(f"menu «{title}»", look)
    actions = [action for action in popup.actions() if plain(action.text()) == entry]
    QTest.keyClick(popup, _mnemonic(actions[0].text()))
    QApplication.processEvents()


def _reached_by(label: str) -> tuple[QWidget, str] | None:
    """What the label in the front window leads to, now that it can be used, and the letter."""
    front = _front()
    for widget in front.findChildren(QWidget) if front is not None else ():
        if not isinstance(widget, QLabel | QAbstractButton):
            continue
        if plain(widget.text()).removeprefix("* ") == label:
            reached = widget.buddy() if isinstance(widget, QLabel) else widget
            if reached is not None and reached.isVisible() and reached.isEnabled():
                return reached, _mnemonic(widget.text())
    return None


def _mnemonic(text: str) -> str:
    found = re.search(r"&([^&\s])", text)
    assert found is not None, f"«{text}» has no mnemonic"
    return found[1].lower()


def _focused() -> QWidget:
    def look() -> QWidget | None:
        front, focus = _front(), QApplication.focusWidget()
        if front is None or (focus is not None and focus.window() is front):
            return focus
        return front.focusWidget() or front

    return wait_for("a window that takes keys", look)
