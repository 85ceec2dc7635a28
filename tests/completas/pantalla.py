"""What is on the screen, as a person, a keyboard or a screen reader finds it.

Each function gives the problems that it sees, a sentence each; none is good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDialog,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QTextEdit,
    QToolBar,
    QWidget,
)

from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.fields import next_in_chain

INPUTS = (
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QTextEdit,
    QPlainTextEdit,
    QAbstractItemView,
)
FIRST_FOCUS = (*INPUTS, QCheckBox, QRadioButton)
# Words of Qt's own texts, and of habit; none of them is Spanish too.
ENGLISH = re.compile(
    r"\b(ok|cancel|yes|close|open|save|apply|discard|reset|retry|abort|ignore|help|look in"
    r"|file name|files? of type|directory|folder|computer|my computer|cut|copy|paste|undo|redo"
    r"|delete|clear|select all|search|find|back|forward|next|previous|finish|print|options|name"
    r"|size|type"
    r"|date modified|user|password|show|hide|new|add|remove|edit|view|the|and|of|with|all)\b",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """A label without its mnemonic mark and its colon."""
    return re.sub(r"&(.)", r"\1", text).strip().removesuffix(":").removesuffix("…").strip()


def shown(window: QWidget, *kinds: type[QWidget]) -> Iterator[QWidget]:
    """The visible widgets of these kinds, without the inner parts of others."""
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, kinds) or not widget.isVisibleTo(window):
            continue
        if widget.window() is window and not _is_part(widget):
            yield widget


def _is_part(widget: QWidget) -> bool:
    """The editor of a combo box, the header of a table: their owner has the name."""
    owner = widget.parentWidget()
    inner = isinstance(owner, QComboBox | QAbstractSpinBox) or isinstance(widget, QHeaderView)
    return inner or (isinstance(owner, QAbstractItemView) or widget.objectName().startswith("qt_"))


def accessible_name(widget: QWidget) -> str:
    """The name that the accessibility tree gives."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return plain(interface.text(QAccessible.Text.Name)) if interface is not None else ""


def label_of(window: QWidget, widget: QWidget) -> QLabel | None:
    """The label whose buddy is the widget."""
    return next((one for one in window.findChildren(QLabel) if one.buddy() is widget), None)


def unnamed(window: QWidget) -> list[str]:
    """Inputs that cannot be found by the label that one sees, and buttons without a word."""
    problems = []
    for widget in shown(window, *INPUTS):
        label, name = label_of(window, widget), accessible_name(widget)
        if label is not None and not label.isVisibleTo(window):
            problems.append(f"{where(widget)}: its label is hidden")
        elif label is None and isinstance(widget, QComboBox):
            problems.append(f"{where(widget)}: a combo box needs a label that is its buddy")
        elif label is None and not name:
            problems.append(f"{where(widget)}: neither label nor name")
        elif label is not None and name != plain(label.text()) and not _names_itself(widget):
            problems.append(f"{where(widget)}: «{name}» is not «{plain(label.text())}»")
    for widget in shown(window, QAbstractButton):
        assert isinstance(widget, QAbstractButton)
        if not accessible_name(widget):
            problems.append(f"{where(widget)}: a button without a word")
        elif widget.text() and accessible_name(widget) != plain(widget.text()):
            problems.append(f"{where(widget)}: «{accessible_name(widget)}» is not its text")
    return problems


def _names_itself(widget: QWidget) -> bool:
    """A combo box by its value, a text to read by its title; their label leads there too."""
    return isinstance(widget, QComboBox) or (isinstance(widget, QTextEdit) and widget.isReadOnly())


def without_key(window: QWidget) -> list[str]:
    """Fields and buttons that no Alt key reaches, and Alt keys that reach two of them."""
    problems, keys = [], {}
    for widget, text in _with_mnemonics(window):
        found = re.search(r"&([^&\s])", text)
        if found is None:
            # Alt alone and the arrows reach a menu whose letters are all used by the page in front.
            if isinstance(widget, QMenuBar) and _shows_a_page(window):
                continue
            problems.append(f"{where(widget)}: «{text}» has no mnemonic")
            continue
        keys.setdefault(found[1].casefold(), []).append((widget, text))
    for key, holders in keys.items():
        for at, (one, text) in enumerate(holders):
            problems += [
                f"Alt+{key}: «{text}» and «{other_text}»"
                for other, other_text in holders[at + 1 :]
                if _may_be_seen_together(one, other)
            ]
    return problems


def _shows_a_page(window: QWidget) -> bool:
    return any(not one.isWindow() and one.isVisible() for one in window.findChildren(QDialog))


def _with_mnemonics(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    for widget in shown(window, QPushButton, QCheckBox, QRadioButton):
        assert isinstance(widget, QAbstractButton)
        # A button of a header has the key of its action: no letter of the window is left.
        if isinstance(widget, ActionButton) and _has_key(widget):
            continue
        # Arrows go from the radio button that the question's key reaches to the others.
        if not (isinstance(widget, QRadioButton) and _is_reached_with_its_group(window, widget)):
            yield widget, widget.text()
    for widget in shown(window, QLabel):
        assert isinstance(widget, QLabel)
        if widget.buddy() is not None:
            yield widget, widget.text()
    if isinstance(window, QMainWindow):
        for action in window.menuBar().actions():
            yield window.menuBar(), action.text()


def _has_key(button: ActionButton) -> bool:
    menu = button.menu()
    actions = menu.actions() if menu is not None else [button.action]
    return all(one is not None and one.shortcut().toString() for one in actions)


def _is_reached_with_its_group(window: QWidget, radio: QRadioButton) -> bool:
    group = radio.group()
    members = group.buttons() if group is not None else [radio]
    return any(label_of(window, one) is not None for one in members)


def _may_be_seen_together(one: QWidget, other: QWidget) -> bool:
    """Not when they stand on two pages of one stack."""
    ancestors = []
    widget: QWidget | None = one
    while widget is not None:
        ancestors.append(widget)
        widget = widget.parentWidget()
    widget = other
    while widget is not None and widget not in ancestors:
        widget = widget.parentWidget()
    return not isinstance(widget, QStackedWidget)


def unreachable_actions(window: QWidget) -> list[str]:
    """Actions of a toolbar that are in no menu and have no shortcut."""
    in_menus = {plain(action.text()) for action in _menu_actions(window)}
    return [
        f"«{action.text()}» of a toolbar is in no menu"
        for bar in window.findChildren(QToolBar)
        for action in bar.actions()
        if action.text()
        and not action.shortcut().toString()
        and plain(action.text()) not in in_menus
    ]


def _menu_actions(window: QWidget) -> Iterator[QAction]:
    if isinstance(window, QMainWindow):
        todo = list(window.menuBar().actions())
        while todo:
            action = todo.pop()
            yield action
            menu = action.menu()
            if isinstance(menu, QMenu):
                todo += menu.actions()


def disordered(window: QWidget) -> list[str]:
    """Steps of the Tab key that go against the way one reads."""
    chain = _tab_chain(window)
    problems = []
    for one, following in pairwise(chain):
        here, there = _place(window, one), _place(window, following)
        area = _scrolled(one)
        if area is not None and not area.isAncestorOf(following):
            # What comes after a page that scrolls comes after all of it.
            here = _place(window, area)
        above = there.bottom() <= here.top() and there.left() <= here.right()
        same_line = there.center().y() in range(here.top(), here.bottom() + 1)
        back = above or (same_line and there.right() <= here.left())
        # Who has filled in the last field goes on to the button that saves, wherever it is.
        if back and not following.property("primary"):
            problems.append(f"Tab goes back from {where(one)} to {where(following)}")
    return problems


def _scrolled(widget: QWidget) -> QScrollArea | None:
    """The area that scrolls it, if one does."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent


def _tab_chain(window: QWidget) -> list[QWidget]:
    found: list[QWidget] = []
    widget = next_in_chain(window)
    while widget is not None and widget is not window:
        by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        seen = widget.isVisibleTo(window) and widget.isEnabledTo(window)
        if by_tab and seen and widget.window() is window and not _is_part(widget):
            proxy = widget.focusProxy()
            if proxy is None or proxy not in found:
                found.append(widget)
        widget = next_in_chain(widget)
    return found


def _place(window: QWidget, widget: QWidget) -> QRect:
    """Where it stands while nothing is scrolled."""
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, QScrollArea):
            place.translate(0, parent.verticalScrollBar().value())
        parent = parent.parentWidget()
    return place


def badly_focused(window: QWidget) -> list[str]:
    """Where one starts to type, when it is not a field although there is one."""
    # A side menu is a way to the pages, and nothing is typed in it.
    fields = [
        one
        for one in _tab_chain(window)
        if isinstance(one, FIRST_FOCUS) and one.property("role") != "nav"
    ]
    focus = window.focusWidget()
    if not fields or (focus is not None and isinstance(focus, FIRST_FOCUS)):
        return []
    return [f"the focus is in {where(focus) if focus else 'nothing'}, not in a field"]


def english(window: QWidget) -> list[str]:
    return [f"«{text}»" for text in sorted(set(texts(window))) if ENGLISH.search(text)]


def texts(window: QWidget) -> Iterator[str]:
    """Everything that can be read: on the screen, in tips, in menus, in the tree."""
    yield window.windowTitle()
    for widget in shown(window, QWidget):
        yield from (widget.toolTip(), widget.statusTip(), accessible_name(widget))
        match widget:
            case QLabel() | QAbstractButton():
                yield _without_markup(widget.text())
            case QGroupBox():
                yield widget.title()
            case QLineEdit() | QPlainTextEdit():
                yield widget.placeholderText()
            case QComboBox():
                yield from (widget.itemText(at) for at in range(widget.count()))
            case QTableView():
                yield from _headings(widget)
    for action in _menu_actions(window):
        yield plain(action.text())


def _headings(table: QTableView) -> Iterator[str]:
    model = table.model()
    if model is not None:
        for column in range(model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")


def _without_markup(text: str) -> str:
    return plain(re.sub(r"<[^>]+>", " ", text))


def where(widget: QWidget | None) -> str:
    if widget is None:
        return "nothing"
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.objectName()} «{plain(text)}»"
