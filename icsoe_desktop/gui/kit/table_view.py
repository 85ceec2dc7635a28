"""How every table looks, and what its rows and keys do."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.column_widths import HEADING_AIR_PX
from icsoe_desktop.gui.kit.fields import search_keys

NO_BOUND = 16_777_215  # Qt's largest size
_FLAGS = QItemSelectionModel.SelectionFlag
_MODIFIER = Qt.KeyboardModifier


def prepare(view: QTableView, *, stretched: bool, close: bool = False) -> None:
    """Apply the look and behaviour of all tables.

    stretched: the last column fills the width. close: rows of the module, nearer to each other.
    """
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setShowGrid(False)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setSortingEnabled(True)
    view.setWordWrap(False)
    # Tab leaves the table. Arrow keys move between cells.
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setStretchLastSection(stretched)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    view.installEventFilter(_RowHeights(view, close))
    view.installEventFilter(_FirstArrow(view))


class _RowHeights(QObject):
    """Rows as high as letters and density ask."""

    def __init__(self, view: QTableView, close: bool) -> None:
        super().__init__(view)
        self._view, self._close = view, close
        self._set_height()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # The table may be garbage: events of its deletion come after Python took our attributes.
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._set_height()
        return False

    def _set_height(self) -> None:
        metrics = assets.metrics()
        air = metrics.grid_row if self._close else metrics.row
        rows, letters = self._view.verticalHeader(), self._view.fontMetrics().height()
        # Rows that a larger minimum made higher would not follow the default.
        rows.setMinimumSectionSize(0)
        rows.setDefaultSectionSize(letters + air)
        rows.setMinimumSectionSize(letters + (air if self._view.wordWrap() else 2))


class _FirstArrow(QObject):
    """Selects the current row with the first arrow key.

    Without a selected row Qt would move to the next one, so that the keyboard could not select
    the first row after Tab.
    """

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        arrow = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        selection, current = self._view.selectionModel(), self._view.currentIndex()
        plain = event.modifiers() in (_MODIFIER.NoModifier, _MODIFIER.KeypadModifier)
        if not arrow or not plain or not current.isValid() or selection.hasSelection():
            return False
        selection.setCurrentIndex(current, _FLAGS.ClearAndSelect | _FLAGS.Rows)
        return True


def enter_rows(view: QTableView) -> None:
    """Give a table with rows the focus, and select its current row if none is."""
    if not view.model().rowCount():
        return
    view.setFocus()
    selection = view.selectionModel()
    if not selection.hasSelection():
        current = view.currentIndex()
        first = current if current.isValid() else view.model().index(0, 0)
        selection.setCurrentIndex(first, _FLAGS.ClearAndSelect | _FLAGS.Rows)


def search_rows(edit: QLineEdit, view: QTableView) -> None:
    """The keys of a search over a table: Esc empties it, Down goes to the rows."""
    search_keys(edit, partial(enter_rows, view))


def name_by_label(view: QTableView) -> None:
    """Set a table's accessible name from its label. Qt's buddy mechanism names fields,
    but not tables.
    """
    for label in view.window().findChildren(QLabel):
        if label.buddy() is view:
            view.setAccessibleName(label.text().replace("&", "").rstrip(":"))


def wrap_rows(view: QTableView) -> None:
    """Break long texts into lines. Each row is measured: not for more than some hundred."""
    if view.wordWrap():
        return
    view.setItemDelegate(_WrappedDelegate(view))
    view.setWordWrap(True)
    rows = view.verticalHeader()
    # A row of one line is as high as those of other tables.
    rows.setMinimumSectionSize(rows.defaultSectionSize())
    rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)


class _WrappedDelegate(QStyledItemDelegate):
    """Qt breaks the lines at the width of the cell and leaves out the style sheet's padding."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        letters = self._view.fontMetrics()
        wide = self._view.columnWidth(index.column()) - 2 * HEADING_AIR_PX
        wrap = int(Qt.TextFlag.TextWordWrap)
        words = letters.boundingRect(QRect(0, 0, wide, NO_BOUND), wrap, str(index.data() or ""))
        more = max(0, round(words.height() / letters.lineSpacing()) - 1)
        one = self._view.verticalHeader().defaultSectionSize()
        return QSize(words.width(), one + more * letters.lineSpacing())


class MiddleDelegate(QStyledItemDelegate):
    def initStyleOption(self, option: QStyleOptionViewItem, index: Any) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle
