"""What windows do with single widgets: messages, heights, properties, keys."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

# The title bar and the border, which Qt does not know before a window is on the screen.
FRAME_HEIGHT = 40


def grow_to_fit(window: QWidget | None) -> None:
    """Makes a window high enough for what it says; a wrapped text has no minimum of its own.

    Never higher than its screen, unless it could not be read otherwise.
    """
    layout = window.layout() if window is not None else None
    if window is None or layout is None or not window.isVisible():
        return
    layout.activate()
    width, room = window.width(), room_on_screen(window)
    least = layout.totalMinimumHeightForWidth(width)
    needed = max(least, min(layout.totalHeightForWidth(width), room.height()))
    if needed > window.height():
        window.resize(width, needed)
        below = window.geometry().bottom() - room.bottom()
        if below > 0:
            window.move(window.x(), max(room.top(), window.y() - below))


def room_on_screen(window: QWidget) -> QRect:
    """Where a window may be, its frame left aside."""
    return window.screen().availableGeometry().adjusted(0, 0, 0, -FRAME_HEIGHT)


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the style sheet looks at."""
    # One that is not set is false, and asking for the style is dear: docs/decisions/0012.
    if (widget.property(name) or False) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def announce(widget: QWidget, text: str) -> None:
    """Lets a screen reader say `text`."""
    widget.setAccessibleName(text)
    if not widget.window().isVisible():
        return
    from PySide6.QtGui import QAccessible, QAccessibleEvent  # dear: docs/decisions/0012

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.NameChanged))
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))


def name_line_of(combo: QComboBox, label: QLabel) -> None:
    """The line of a combo box that can be written in has the focus, and no label of its own."""
    line = combo.lineEdit()
    if line is not None:
        line.setAccessibleName(label.text().replace("&", "").rstrip(":"))


def show_text_with(check: QCheckBox, *edits: QLineEdit) -> None:
    """The passwords in `edits` are readable while `check` is ticked."""

    def toggle(shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for edit in edits:
            edit.setEchoMode(mode)

    check.toggled.connect(toggle)
    toggle(check.isChecked())


def show_message(label: QLabel, text: str, role: str = "error") -> None:
    """A sentence in a label that is not there while it has nothing to say."""
    set_property(label, "role", role)
    if label.text() != text:
        label.setText(text)
        if text:
            announce(label, text)
    label.setVisible(bool(text))
    grow_to_fit(label.window())


def press_on_enter(container: QWidget, *buttons: QPushButton) -> None:
    """Enter anywhere in `container` presses the first of these buttons that is there.

    For pages of a main window: only dialogs have a default button of their own.
    """

    def press() -> None:
        for button in buttons:
            if button.isVisible():
                button.click()
                return

    from PySide6.QtCore import Qt  # dear: docs/decisions/0012
    from PySide6.QtGui import QKeySequence, QShortcut

    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        shortcut = QShortcut(QKeySequence(key), container, press)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
