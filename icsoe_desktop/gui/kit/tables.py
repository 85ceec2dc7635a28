"""Small tables of frozen rows: sorting, copying with headers, remembered column widths."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QSignalBlocker,
    Qt,
)
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTableView

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.plain_text import plain_tip

R = TypeVar("R")

COPY_ROLE = Qt.ItemDataRole.UserRole
NO_PARENT = QModelIndex()
_FLAGS = QItemSelectionModel.SelectionFlag
_MODIFIER = Qt.KeyboardModifier


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column of rows R.

    sort: sort key, if the text does not sort right. copy: text for the clipboard,
    if it differs from
    the cell (identifiers without grouping). tabular: digits of equal width.
    """

    title: str
    text: Callable[[R], str]
    sort: Callable[[R], Any] | None = None
    copy: Callable[[R], str] | None = None
    icon: Callable[[R], QIcon] | None = None
    tip: Callable[[R], str] | None = None
    tabular: bool = False
    right: bool = False
    width: int = 0


class RowsModel(QAbstractTableModel, Generic[R]):
    """Shows a tuple of frozen rows, sorted by one column."""

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows: tuple[R, ...] = ()
        self._sorting = (0, Qt.SortOrder.AscendingOrder)
        self._tabular = _tabular_font()

    def set_rows(self, rows: Sequence[R]) -> None:
        self.beginResetModel()
        self._rows = self._sorted(rows)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        self._rows = self._sorted(before)
        now_at = {id(row): at for at, row in enumerate(self._rows)}
        old = self.persistentIndexList()
        new = [self.index(now_at[id(before[one.row()])], one.column()) for one in old]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _sorted(self, rows: Sequence[R]) -> tuple[R, ...]:
        at, order = self._sorting
        column = self._columns[at]
        key = column.sort or (lambda row: column.text(row).casefold())
        return tuple(sorted(rows, key=key, reverse=order is Qt.SortOrder.DescendingOrder))

    def row(self, index: int) -> R:
        return self._rows[index]

    @property
    def columns(self) -> tuple[Column[R], ...]:
        return self._columns

    def rowCount(self, parent: Any = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Any = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(self._columns[section])
        return None

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.DecorationRole:
                return column.icon(row) if column.icon else None
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(column.tip(row) if column.tip else column.text(row))
            case Qt.ItemDataRole.FontRole:
                return self._tabular if column.tabular else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return alignment(column)
        if role == COPY_ROLE:
            return column.copy(row) if column.copy else column.text(row)
        return None


class RowsTable(QObject, Generic[R]):
    """A sortable QTableView on RowsModel that copies rows with their headers."""

    def __init__(
        self,
        view: QTableView,
        columns: Sequence[Column[R]],
        preferences: Preferences | None = None,
        key: Callable[[R], Hashable] | None = None,
    ) -> None:
        """key: identifies a row after it changed; without it a changed row counts
        as another row.
        """
        super().__init__(view)
        self.view = view
        self._key = key
        self.model: RowsModel[R] = RowsModel(columns, self)
        self._preferences = preferences
        prepare(view, stretched=True)
        name_by_label(view)
        view.setModel(self.model)
        set_widths(view, [column.width for column in columns])
        view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        if preferences is not None:
            preferences.restore_table(view)
            header = view.horizontalHeader()
            header.sectionResized.connect(self._remember)
            header.sortIndicatorChanged.connect(self._remember)
        copy = QShortcut(QKeySequence.StandardKey.Copy, view)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show `rows`. The selection of rows that remain and the scroll position stay.

        Emits no selection signal, because the user selected nothing.
        """
        selection, scroll = self.view.selectionModel(), self.view.verticalScrollBar()
        current, top = selection.currentIndex(), self.view.rowAt(0)
        chosen = self._keys([index.row() for index in selection.selectedRows()])
        current_key = self._keys([current.row()] if current.isValid() else [])
        top_key = self._keys([top] if top > 0 and self._key is not None else [])
        column, in_sight = max(0, current.column()), scroll.value()
        with QSignalBlocker(selection):
            self.model.set_rows(rows)
            for at in range(self.model.rowCount()):
                key = self._key_of(self.model.row(at))
                if key in chosen:
                    selection.select(self.model.index(at, 0), _FLAGS.Select | _FLAGS.Rows)
                if key in current_key:
                    selection.setCurrentIndex(self.model.index(at, column), _FLAGS.NoUpdate)
                if key in top_key:
                    in_sight = at
        scroll.setValue(in_sight)

    def _key_of(self, row: R) -> object:
        return row if self._key is None else self._key(row)

    def _keys(self, places: Sequence[int]) -> Container[object]:
        keys = [self._key_of(self.model.row(at)) for at in places]
        # Only values of `key` are sure to be hashable.
        return keys[:1] if self._key is None else frozenset(keys)

    def selected(self) -> R | None:
        """The selected row; None if there is none."""
        rows = self.view.selectionModel().selectedRows()
        return self.model.row(rows[0].row()) if rows else None

    def selected_rows(self) -> tuple[R, ...]:
        chosen = self.view.selectionModel().selectedRows()
        places = sorted(index.row() for index in chosen)
        return tuple(self.model.row(place) for place in places)

    def select(self, row: R) -> None:
        wanted = self._key_of(row)
        for at in range(self.model.rowCount()):
            if self._key_of(self.model.row(at)) == wanted:
                self.view.selectRow(at)
                return

    def copy(self) -> None:
        """Copy the selected rows with headers, tab-separated, as Excel pastes them."""
        places = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        lines = ["\t".join(column.title for column in self.model.columns)]
        for place in places:
            cells = (
                self.model.index(place, at).data(COPY_ROLE) for at in range(len(self.model.columns))
            )
            lines.append("\t".join(str(cell).replace("\t", " ") for cell in cells))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _remember(self, *_: object) -> None:
        if self._preferences is not None:
            self._preferences.remember_table(self.view)


def set_widths(view: QTableView, widths: Sequence[int]) -> None:
    """Set column widths, but at least the width of each heading in the present font; 0
    keeps a column.
    """
    header = view.horizontalHeader()
    header.ensurePolished()
    for at, width in enumerate(widths):
        if width:
            view.setColumnWidth(at, max(width, header.sectionSizeHint(at)))


def name_by_label(view: QTableView) -> None:
    """Set a table's accessible name from its label. Qt's buddy mechanism names fields,
    but not tables.
    """
    for label in view.window().findChildren(QLabel):
        if label.buddy() is view:
            view.setAccessibleName(label.text().replace("&", "").rstrip(":"))


def prepare(view: QTableView, *, stretched: bool) -> None:
    """Apply the look and behaviour of all tables. stretched: the last column fills the width."""
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setAlternatingRowColors(True)
    view.setSortingEnabled(True)
    view.setWordWrap(False)
    # Tab leaves the table. Arrow keys move between cells.
    view.setTabKeyNavigation(False)
    view.installEventFilter(_FirstArrow(view))
    view.verticalHeader().hide()
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setStretchLastSection(stretched)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class _FirstArrow(QObject):
    """Makes the first arrow key select the current row if no row is selected.

    Qt would move to the next row, so that the keyboard could not select the first row after Tab.
    """

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            arrow = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
            selection, current = self._view.selectionModel(), self._view.currentIndex()
            plain = event.modifiers() in (_MODIFIER.NoModifier, _MODIFIER.KeypadModifier)
            if arrow and plain and current.isValid() and not selection.hasSelection():
                selection.setCurrentIndex(current, _FLAGS.ClearAndSelect | _FLAGS.Rows)
                return True
        return super().eventFilter(watched, event)


def alignment(column: Column[R]) -> Qt.AlignmentFlag:
    """The alignment of a column's cells and header."""
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _tabular_font() -> QFont:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
