"""Buttons of a page header that stand for actions of the window. Tab reaches them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from icsoe_desktop.gui.base import assets, tokens
from icsoe_desktop.gui.kit.plain_text import plain_tip


class ActionButton(QPushButton):
    """kind: `ghost`, `primary` or `danger`, as in the style sheet; empty for an ordinary button."""

    def __init__(self, text: str, icon: str, parent: QWidget, kind: str = "ghost") -> None:
        super().__init__(text, parent)
        self.setAutoDefault(False)
        self.setAccessibleName(text.replace("&", ""))
        if kind:
            self.setProperty(kind, True)
        self._text, self._icon_name = text, icon
        self._ink = kind if kind in tokens.BUTTON_INKS else "button"
        self._draw_icon()

    @property
    def action(self) -> QAction | None:
        actions = self.actions()
        return actions[0] if actions else None

    def follow(self, action: QAction) -> ActionButton:
        """Trigger the action, and be enabled, visible and checked as it is."""

        def draw() -> None:
            self.setEnabled(action.isEnabled())
            self.setVisible(action.isVisible())
            self.setToolTip(plain_tip(action.toolTip()))
            self.setChecked(action.isChecked())

        # Its shortcut belongs to the window; here it is only what a test or a reader asks for.
        self.addAction(action)
        self.setCheckable(action.isCheckable())
        action.changed.connect(draw)
        self.clicked.connect(lambda _checked=False: action.trigger())
        draw()
        return self

    def open(self, menu: QMenu, tip: str) -> ActionButton:
        self.setMenu(menu)
        self.setToolTip(plain_tip(tip))
        return self

    def rename(self, text: str) -> None:
        self._text = text
        self.setText(text)
        self.setAccessibleName(text.replace("&", ""))

    def show_text(self, shown: bool) -> None:
        """Without text, the icon and the tip remain."""
        self.setText(self._text if shown else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw_icon()

    def _draw_icon(self) -> None:
        self.setIconSize(QSize(*(assets.scaled(side) for side in tokens.BUTTON_ICON)))
        if self._icon_name:
            self.setIcon(assets.tinted(self._icon_name, self._ink))


class ActionRow:
    """The buttons of a header. Where there is no room, the ghosts show only their icons."""

    def __init__(self, layout: QHBoxLayout) -> None:
        self._layout = layout
        self._buttons: list[ActionButton] = []

    def add(self, button: ActionButton) -> ActionButton:
        self._buttons.append(button)
        self._layout.addWidget(button)
        return button

    def put_between(self, before: QWidget, after: QWidget) -> None:
        """Place the buttons in the Tab order."""
        chain = [before, *self._buttons, after]
        for one, following in pairwise(chain):
            QWidget.setTabOrder(one, following)

    def fit(self, room: int) -> int:
        """Show the texts of the ghosts if there is room; return the least width in px."""
        least = self._width(texts=False)
        if self._width(texts=True) > room:
            self._width(texts=False)
        return least

    @property
    def width(self) -> int:
        """What the buttons take as they are shown now, in px."""
        needed = sum(one.sizeHint().width() for one in self._buttons if not one.isHidden())
        return needed + self._layout.spacing() * len(self._buttons)

    def _width(self, *, texts: bool) -> int:
        for button in self._buttons:
            button.show_text(texts or not button.property("ghost"))
        return self.width
