"""Helpers for single widgets: messages, heights, properties, keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from icsoe_desktop.gui.base import tokens
from icsoe_desktop.gui.kit.mark import mark_banner

if TYPE_CHECKING:
    from PySide6.QtGui import QKeySequence, QShortcut
    from PySide6.QtWidgets import QComboBox, QLayout, QSpinBox

# Pixels for title bar and border, which Qt does not know before the window is shown.
FRAME_HEIGHT = 40
# Every window fits in a higher room, at letters of 100 %.
LOW_SCREEN = 620
INDENT = 10
# Windows keep room for a message of this length.
USUAL_MESSAGE = "No se pudo guardar: el archivo ya existe en la carpeta que eligió."
# The tones of what a person is told of what she did.
ANSWERS = ("success", "error")
_DIGITS, _DIGITS_PX = "0123456789", 80


def grow_to_fit(window: QWidget | None) -> None:
    """Make a window high enough for its content and for a message that may come: then it keeps its
    size.
    """
    _grow(window)
    for label in window.findChildren(QLabel) if window is not None else ():
        around = label.parentWidget()
        if "mensaje" in label.objectName() and label.isHidden() and around and around.isVisible():
            text, role = label.text(), label.property("role")
            _put(label, USUAL_MESSAGE, "error")
            # A stack asks for the room of its page only then.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            _grow(window)
            _put(label, "", role)
            label.setText(text)


def _grow(window: QWidget | None) -> None:
    """Make a window high enough for its content. Word-wrapped labels report no minimum height.

    The window stays within its screen, unless its minimum height is larger.
    """
    layout = window.layout() if window is not None else None
    if window is None or layout is None or not window.isVisible():
        return
    body = window.findChild(QWidget, "cuerpo_area")
    if body is not None:
        body.updateGeometry()  # the layout outside has not heard of what was shown inside
    layout.activate()
    if not layout.hasHeightForWidth() and body is None:
        return
    width, room = window.width(), room_on_screen(window)
    least, wanted = heights_at(layout, width)
    needed = max(least, min(wanted, room.height()))
    if needed > window.height():
        set_height(window, needed)


def set_height(window: QWidget, height: int) -> None:
    """Make a window as high as the screen has room for, and move it up if its foot left it."""
    room = room_on_screen(window)
    window.resize(window.width(), min(height, max(room.height(), window.height())))
    below = window.geometry().bottom() - room.bottom()
    if below > 0 and window.isVisible():
        # X11 tells the frame some time after the window is shown: until then y() is the content's.
        known = window.frameGeometry() != window.geometry()
        top = room.top() if known else room.top() + FRAME_HEIGHT * 3 // 4
        window.move(window.x(), max(top, window.y() - below))


def heights_at(layout: QLayout, width: int) -> tuple[int, int]:
    """The least and the preferred height of a layout that is `width` wide, in px."""
    if layout.hasHeightForWidth():
        return layout.totalMinimumHeightForWidth(width), layout.totalHeightForWidth(width)
    return layout.totalMinimumSize().height(), layout.totalSizeHint().height()


def scale_to_letters(window: QWidget, *, sized: bool = True) -> None:
    """Make a window as much larger than its form as the letters are, within its screen."""
    scale = max(1.0, window.font().pointSizeF() / tokens.BODY_PT)
    room = room_on_screen(window).size()
    if not sized:  # it gets the size of its content, and has at most a least width
        window.setMinimumWidth(min(round(window.minimumWidth() * scale), room.width()))
        return
    size = (window.size() * scale).boundedTo(room)
    if size != window.size():
        window.resize(size)


def indent_number(spin: QSpinBox) -> None:
    """Align a spin box with line edits. The style sheet's padding does not reach its digits."""
    spin.lineEdit().setTextMargins(INDENT, 0, 0, 0)


def breadth(widget: QWidget) -> float:
    """Ratio of the font's width to the width that sizes in px assume."""
    return widget.fontMetrics().horizontalAdvance(_DIGITS) / _DIGITS_PX


def room_on_screen(window: QWidget) -> QRect:
    """The area in which a window fits, without its frame."""
    return window.screen().availableGeometry().adjusted(0, 0, 0, -FRAME_HEIGHT)


def on_low_screen(window: QWidget) -> bool:
    """Whether a window may need more height than its screen has for its letters."""
    return room_on_screen(window).height() < LOW_SCREEN * breadth(window)


def next_in_chain(widget: QWidget) -> QWidget | None:
    """The widget that follows in the chain of the focus."""
    following = widget.nextInFocusChain()
    if following is not None:
        # PySide took it for a child of `widget`. If it contains `widget`, both would be garbage.
        following.setParent(following.parentWidget())
    return following


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that the style sheet selects by."""
    # An unset property counts as false. Restyling is slow: docs/decisions/0012.
    if (widget.property(name) or False) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def announce(widget: QWidget, text: str) -> None:
    """Make a screen reader say `text`."""
    widget.setAccessibleName(text)
    if not widget.window().isVisible():
        return
    from PySide6.QtGui import QAccessible, QAccessibleEvent  # slow import: docs/decisions/0012

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.NameChanged))
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))


def name_line_of(combo: QComboBox, label: QLabel) -> None:
    """Name the line edit of an editable combo box, which takes the focus without a label."""
    line = combo.lineEdit()
    if line is not None:
        line.setAccessibleName(label.text().replace("&", "").rstrip(":"))


def show_text_with(check: QCheckBox, *edits: QLineEdit) -> None:
    """Make the passwords in `edits` readable while `check` is ticked."""

    def toggle(shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for edit in edits:
            edit.setEchoMode(mode)

    check.toggled.connect(toggle)
    toggle(check.isChecked())


def fix(why: str, *editors: QWidget) -> None:
    """Make fields read-only.

    why: what a screen reader says of each.
    """
    for editor in editors:
        if isinstance(editor, QLineEdit):
            # Not disabled: it can be reached, read and copied.
            editor.setReadOnly(True)
            editor.setPlaceholderText("")
        else:
            editor.setEnabled(False)
        set_property(editor, "fixed", True)
        editor.setAccessibleDescription(why)


def show_message(label: QLabel, text: str, role: str = "error") -> None:
    """Show a sentence in a label; hide the label if the text is empty."""
    new = text != label.text()
    if new and text:
        announce(label, text)
    _put(label, text, role)
    (grow_to_fit if new else _grow)(label.window())
    if new and text and role in ANSWERS and label.property("banner"):
        # Once there is room for it.
        QTimer.singleShot(0, label, lambda: scroll_to(label))


def _put(label: QLabel, text: str, role: object) -> None:
    before = label.property("role")
    set_property(label, "role", role)
    if label.property("banner") and before != role:
        # A frame asks the style for its margins only then.
        QCoreApplication.sendEvent(label, QEvent(QEvent.Type.StyleChange))
    if label.text() != text:
        label.setText(text)
    if text and label.property("banner"):
        mark_banner(label, str(role))
    label.setVisible(bool(text))


def press_on_enter(container: QWidget, *buttons: QPushButton) -> None:
    """Make Enter in `container` press the button in focus, or the first visible one of these.

    For pages of a main window: only dialogs have a default button of their own.
    """

    def press() -> None:
        focused = focused_button(container)
        visible = (button for button in buttons if button.isVisible())
        button = focused or next(visible, None)
        if button is not None:
            button.click()

    on_enter(container, press)


def search_keys(edit: QLineEdit, enter: Callable[[], object]) -> None:
    """Esc empties a search that has words, before it closes the page. Down goes to the rows."""
    key = on_key(edit, "Esc", edit.clear)
    key.setEnabled(bool(edit.text()))
    edit.textChanged.connect(lambda text: key.setEnabled(bool(text)))
    on_key(edit, "Down", enter)


def focused_button(container: QWidget) -> QPushButton | None:
    focused = container.window().focusWidget()
    if isinstance(focused, QPushButton) and container.isAncestorOf(focused) and focused.isEnabled():
        return focused
    return None


def on_enter(widget: QWidget, act: Callable[[], object]) -> None:
    """Do `act` at Enter in `widget`, and nothing else.

    After a table's `activated` the key goes on, to the default button of a dialog that it opened.
    """
    for key in ("Return", "Enter"):
        on_key(widget, key, act, inside=True)


def on_key(
    widget: QWidget,
    key: str | QKeySequence.StandardKey,
    act: Callable[[], object],
    *,
    inside: bool = False,
) -> QShortcut:
    """Call `act` when the key is pressed and `widget` has the focus.

    inside: also when one of its children has the focus.
    """
    from PySide6.QtCore import Qt  # slow import: docs/decisions/0012
    from PySide6.QtGui import QKeySequence, QShortcut

    context = Qt.ShortcutContext
    shortcut = QShortcut(QKeySequence(key), widget, act)
    shortcut.setContext(context.WidgetWithChildrenShortcut if inside else context.WidgetShortcut)
    return shortcut


def follow_focus(app: QApplication) -> None:
    """Scroll to what gets the focus: Qt does so for Tab alone, not for Alt with a letter nor for
    `setFocus`. Not when a window comes to the front, which may have been scrolled by hand.
    """

    def follow(before: QWidget | None, focused: QWidget | None) -> None:
        if before is not None and focused is not None and before.window() is focused.window():
            keep_in_sight(focused)

    app.focusChanged.connect(follow)


def keep_in_sight(focused: QWidget) -> None:
    """Scroll to what has the focus, unless it was clicked: it would move away under the mouse."""
    if not QApplication.mouseButtons().value:
        scroll_to(focused)


def scroll_to(widget: QWidget) -> None:
    """Bring into sight what is lower than the area that shows it."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea) and widget.height() < around.viewport().height():
            around.ensureWidgetVisible(widget, 0)
        around = around.parentWidget()
