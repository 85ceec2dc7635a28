"""Shared by the pages and dialogs of synchronisation: panels, tab order, height, focus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from icsoe_desktop.gui.kit.fields import grow_to_fit


def fill(panel: QWidget, content: QWidget) -> None:
    """Put a widget into an empty panel of a form."""
    layout = panel.layout()
    if layout is None:
        raise RuntimeError("the panel has no layout")
    layout.addWidget(content)


def walk_after(first: QWidget, *others: QWidget) -> None:
    """Set the Tab order: `first`, then the others in the given order."""
    # Start from the last: setTabOrder does nothing for a pair that is already in order, even across
    # the end of the chain.
    for widget in reversed(others):
        QWidget.setTabOrder(first, widget)


@dataclass(frozen=True)
class Foot:
    """Buttons of a page for the foot of its window: at its left, and at the right of Cerrar."""

    left: tuple[QPushButton, ...] = ()
    right: tuple[QPushButton, ...] = ()

    @property
    def all(self) -> tuple[QPushButton, ...]:
        return (*self.left, *self.right)


class FittedDialog(QDialog):
    """A dialog that is as high as its content needs, with any font size. Deleted when closed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)


class FocusKeeper:
    """Returns the focus to the field that lost it when a task disabled the page."""

    def __init__(self, page: QWidget, foot: Foot | None = None) -> None:
        """foot: buttons of the page that stand in the foot of the window."""
        self._page = page
        self._foot = foot.all if foot is not None else ()
        self._lost: QWidget | None = None
        self._instead: QWidget | None = None

    @contextmanager
    def through(self, busy: bool) -> Iterator[None]:
        """Block in which the page is disabled for a task (busy), or enabled after it."""
        before = self._page.window().focusWidget()
        begins = busy and self._lost is None
        if (
            begins
            and before is not None
            and (self._page.isAncestorOf(before) or before in self._foot)
        ):
            self._lost = before
        yield
        now = self._page.window().focusWidget()
        if begins:
            self._instead = now
        elif not busy and self._lost is not None:
            lost, self._lost = self._lost, None
            # If the user moved the focus meanwhile, it stays there, unless that widget has
            # just been hidden.
            stays = before is not None and before is not self._instead and now is before
            if lost.isVisible() and not stays:
                lost.setFocus()
