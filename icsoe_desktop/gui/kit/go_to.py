"""«Ir a»: pages and actions of a main window, and what its data have, by a part of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHeaderView,
    QMainWindow,
    QMenu,
    QTreeWidgetItem,
    QWidget,
)

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.forms.ui_ir_a import Ui_IrAForm
from icsoe_desktop.gui.kit.dialogs import open_dialog

KEY: Final = "Ctrl+J"
TEXT: Final = "I&r a…"
WITH_RECORDS: Final = "&Página, acción, trabajador o lote"
LEAST_OF_A_NAME: Final = 3
PAUSE_MS: Final = 120
_MOVES: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


@dataclass(frozen=True)
class Destination:
    """An action of the menu bar. menu: the titles above it."""

    action: QAction
    name: str
    menu: str

    def rank(self, words: list[str]) -> int | None:
        """How well the action answers to the folded words; 0 is best, None not at all."""
        name, menu = fold(self.name), fold(self.menu)
        if not all(word in name or word in menu for word in words):
            return None
        if not words or name.startswith(words[0]):
            return 0
        if any(part.startswith(words[0]) for part in name.split()):
            return 1
        return 2 if words[0] in name else 3


class Found(NamedTuple):
    """What the data have under the typed text. detail: tells it from others of its name."""

    name: str
    place: str
    detail: str
    then: Callable[[], object]


class Finder(NamedTuple):
    """search: shows all that `find` would, and more. find: gives the first few, soon."""

    search: Callable[[str], Found]
    find: Callable[[str, QWidget, Callable[[Sequence[Found]], object]], object]


def destinations(window: QMainWindow) -> tuple[Destination, ...]:
    """The actions of the menu bar that may be triggered now, in its order."""
    found = []
    for title in window.menuBar().actions():
        menu = title.menu()
        if isinstance(menu, QMenu):
            found += list(_inside(menu, _plain(title.text())))
        elif _usable(title):
            found.append(Destination(title, _plain(title.text()), ""))
    return tuple(found)


def go_to_action(window: QMainWindow, finder: Finder | None = None) -> QAction:
    action = QAction(TEXT, window)
    action.setShortcut(QKeySequence(KEY))
    action.triggered.connect(lambda _checked=False: open_dialog(GoToDialog(window, action, finder)))
    window.addAction(action)
    return action


class GoToDialog(QDialog):
    def __init__(self, window: QMainWindow, itself: QAction, finder: Finder | None = None) -> None:
        """itself: the action that opens this dialog, which is not offered."""
        super().__init__(window)
        self._window, self._finder = window, finder
        self._found: tuple[Found, ...] = ()
        self._acts: list[Callable[[], object]] = []  # of the rows
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = Ui_IrAForm()
        self.form.setupUi(self)
        form = self.form
        if finder is not None:
            form.buscar_label.setText(WITH_RECORDS)
        self._places = tuple(one for one in destinations(window) if one.action is not itself)
        header = form.acciones_tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(False)
        self._pause = delayed(self, PAUSE_MS, self._look)
        form.buscar_edit.textChanged.connect(self._on_typed)
        form.buscar_edit.installEventFilter(self)
        form.buscar_edit.returnPressed.connect(self._go)
        form.acciones_tree.itemActivated.connect(lambda _item, _column: self._go())
        form.acciones_tree.itemClicked.connect(lambda _item, _column: self._go())
        self._draw("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the typing goes on in the field."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _MOVES
        ):
            QApplication.sendEvent(self.form.acciones_tree, event)
            return True
        return super().eventFilter(watched, event)

    def _on_typed(self, text: str) -> None:
        self._found = ()
        if self._finder is not None and len(text.strip()) >= LEAST_OF_A_NAME:
            self._found = (self._finder.search(text.strip()),)
            self._pause.start()
        self._draw(text)

    def _look(self) -> None:
        text, finder = self.form.buscar_edit.text(), self._finder

        def show(found: Sequence[Found]) -> None:
            if text == self.form.buscar_edit.text() and self._found:
                self._found = (*found, self._found[-1])
                self._draw(text)

        if finder is not None and self._found:
            finder.find(text.strip(), self, show)

    def _draw(self, text: str) -> None:
        words = fold(text).split()
        ranked = [
            (rank, at)
            for at, one in enumerate(self._places)
            if (rank := one.rank(words)) is not None
        ]
        tree = self.form.acciones_tree
        tree.clear()
        self._acts.clear()
        for _rank, at in sorted(ranked):
            action = self._places[at].action
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self._add(self._places[at].name, self._places[at].menu, key, action.trigger)
        for found in self._found:
            self._add(*found)
        something = tree.topLevelItemCount() > 0
        self.form.nada_label.setVisible(not something)
        tree.setVisible(something)
        first = tree.topLevelItem(0)
        if first is not None:
            tree.setCurrentItem(first)

    def _add(self, name: str, place: str, detail: str, then: Callable[[], object]) -> None:
        item = QTreeWidgetItem([name, place, detail])
        self.form.acciones_tree.addTopLevelItem(item)
        self._acts.append(then)

    def _go(self) -> None:
        tree = self.form.acciones_tree
        item = tree.currentItem()
        if item is None:
            return
        # Once this dialog has gone: what the action opens belongs over the window.
        QTimer.singleShot(0, self._window, self._acts[tree.indexOfTopLevelItem(item)])
        self.accept()


def _inside(menu: QMenu, path: str) -> Iterator[Destination]:
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _inside(below, f"{path} › {_plain(action.text())}")
        elif _usable(action):
            yield Destination(action, _plain(action.text()), path)


def _usable(action: QAction) -> bool:
    return action.isEnabled() and action.isVisible() and not action.isSeparator()


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("…")
