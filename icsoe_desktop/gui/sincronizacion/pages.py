"""What the pages and dialogs of synchronisation share: panels, order of keys, height, focus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.gui.kit.fields import grow_to_fit


def fill(panel: QWidget, content: QWidget) -> None:
    """Puts a widget into a form's empty panel."""
    layout = panel.layout()
    if layout is None:
        raise RuntimeError("the panel has no layout")
    layout.addWidget(content)


def walk_after(first: QWidget, *others: QWidget) -> None:
    """The Tab key walks from `first` to the others, as they stand here."""
    # From the last: Qt moves nothing that comes next already, also where the chain begins anew.
    for widget in reversed(others):
        QWidget.setTabOrder(first, widget)


class FittedDialog(QDialog):
    """As high as what it says needs, with letters of any size; gone once it is closed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)


class FocusKeeper:
    """Gives the focus back to the field that lost it because a task locked the page."""

    def __init__(self, page: QWidget) -> None:
        self._page = page
        self._lost: QWidget | None = None
        self._instead: QWidget | None = None

    @contextmanager
    def through(self, busy: bool) -> Iterator[None]:
        """In it the page is locked for the task, or unlocked after it."""
        before = self._page.window().focusWidget()
        begins = busy and self._lost is None
        if begins and before is not None and self._page.isAncestorOf(before):
            self._lost = before
        yield
        now = self._page.window().focusWidget()
        if begins:
            self._instead = now
        elif not busy and self._lost is not None:
            lost, self._lost = self._lost, None
            # Who went elsewhere meanwhile stays there, unless it was to a button that is gone.
            stays = before is not None and before is not self._instead and now is before
            if lost.isVisible() and not stays:
                lost.setFocus()
