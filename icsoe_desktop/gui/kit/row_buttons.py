"""Buttons in table rows, for mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.pills import ROW_LINE

ICON, WIDTH, HEIGHT = 16, 34, 24
DISABLED_OPACITY = 0.6
PRESS_KEYS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


@dataclass(frozen=True)
class RowButton:
    """icon: its name. enabled: whether the button of the row at this position may be pressed."""

    icon: str
    enabled: Callable[[int], bool]


class RowButtons(QStyledItemDelegate):
    """Draws buttons in some columns of `view` and emits a signal when one is pressed.

    The text of such a cell is the button's name for a screen reader.
    """

    pressed = Signal(int, int)  # row, column of an enabled button
    opened = Signal()  # Enter on a cell without a button

    def __init__(self, view: QTableView, buttons: Mapping[int, RowButton]) -> None:
        super().__init__(view)
        self._view = view
        self._buttons = dict(buttons)
        self._down: tuple[int, int] | None = None
        for column in buttons:
            view.setItemDelegateForColumn(column, self)
        view.installEventFilter(self)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        style = self._view.style()
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, self._view)
        button = self._buttons[index.column()]
        enabled = button.enabled(index.row())
        place = self._place(option.rect)
        painter.save()
        if enabled:
            # Give the button its own background, so that its icon is visible on selected rows and
            # in dark mode.
            palette = self._view.palette()
            is_down = self._down == (index.row(), index.column())
            ground = QPalette.ColorRole.Midlight if is_down else QPalette.ColorRole.Base
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            # Quiet until pointer or keyboard reach it: one border per row and column is noise.
            over = bool(option.state & QStyle.StateFlag.State_MouseOver)
            here = bool(option.state & QStyle.StateFlag.State_HasFocus)
            edge = QPalette.ColorRole.Highlight if here else QPalette.ColorRole.Mid
            painter.setPen(palette.color(edge) if here or over else Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(ground))
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        else:
            painter.setOpacity(DISABLED_OPACITY)
        side = assets.scaled(ICON)
        icon = _middle(place, QSize(side, side))
        # In the inks of the scheme: the icon's own colours are for a white ground.
        assets.tinted(button.icon, "accent_text" if enabled else "hint").paint(painter, icon)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Any) -> QSize:
        return QSize(assets.scaled(WIDTH) + 8, assets.scaled(HEIGHT) + 4)

    def editorEvent(
        self, event: QEvent, _model: Any, option: QStyleOptionViewItem, index: Any
    ) -> bool:
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        inside = self._place(option.rect).contains(event.position().toPoint())
        place = (index.row(), index.column())
        if event.type() == QEvent.Type.MouseButtonPress:
            self._down = place if inside else None
        elif event.type() == QEvent.Type.MouseButtonRelease:
            was_down, self._down = self._down, None
            if inside and was_down == place:
                self._press(*place)
        self._view.update(index)
        # Not handled yet: the view must also select the row.
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and watched is self._view
            and event.key() in PRESS_KEYS
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            index = self._view.currentIndex()
            if index.isValid() and index.column() in self._buttons:
                self._press(index.row(), index.column())
                return True
            if index.isValid() and event.key() != Qt.Key.Key_Space:
                self.opened.emit()
                return True
        # The base implementation takes the filtered view for an editor and closes it when
        # it loses focus.
        return False

    def _press(self, row: int, column: int) -> None:
        if self._buttons[column].enabled(row):
            self.pressed.emit(row, column)

    def _place(self, cell: QRect) -> QRect:
        wide, high = assets.scaled(WIDTH), assets.scaled(HEIGHT)
        room = cell.adjusted(0, 0, 0, -ROW_LINE)
        size = QSize(min(wide, room.width()), min(high, room.height()))
        return _middle(room, size)


def _middle(room: QRect, size: QSize) -> QRect:
    """In an odd room the upper half is the smaller, as with pills."""
    left, top = (room.width() - size.width()) // 2, (room.height() - size.height()) // 2
    return QRect(room.topLeft() + QPoint(left, top), size)
