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
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionHeader,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
)

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.column_widths import CELL_PADDING_PX, HEADING_AIR_PX, ColumnWidths
from icsoe_desktop.gui.kit.pills import STATE_ROLE, PillDelegate, pill_width
from icsoe_desktop.gui.kit.plain_text import plain_tip

R = TypeVar("R")

COPY_ROLE = Qt.ItemDataRole.UserRole
NEWEST_FIRST_ROLE = Qt.ItemDataRole.UserRole + 2
NO_PARENT = QModelIndex()
NO_BOUND = 16_777_215  # Qt's largest size
# Longer texts and later rows have no say in the widths.
MEASURED_ROWS, MEASURED_LETTERS = 200, 200
_FLAGS = QItemSelectionModel.SelectionFlag
_MODIFIER = Qt.KeyboardModifier


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column of rows R.

    sort: sort key, if the text does not sort right. copy: text for the clipboard, if it differs
    from the cell (identifiers without grouping). tabular: digits of equal width. state: the name of
    the state's icon; the cell is a pill. middle: cut in the middle where it does not fit, as a file
    name whose end tells it from the others. centered: of buttons, which stand in the middle.
    newest_first: the order that Qt calls ascending goes from the greatest to the least. width: at
    letters of 100 %.
    """

    title: str
    text: Callable[[R], str]
    sort: Callable[[R], Any] | None = None
    copy: Callable[[R], str] | None = None
    icon: Callable[[R], QIcon] | None = None
    state: Callable[[R], str] | None = None
    tip: Callable[[R], str] | None = None
    tabular: bool = False
    right: bool = False
    middle: bool = False
    centered: bool = False
    newest_first: bool = False
    width: int = 0

    @property
    def may_be_cut(self) -> bool:
        """Whether a part of the text still says something: not of an identifier or a state."""
        return not (self.tabular or self.right or self.centered or self.state)

    def picture(self, row: R) -> QIcon | None:
        if self.state is not None:
            name = self.state(row)
            return assets.icon(name) if name else None
        return self.icon(row) if self.icon is not None else None


def count_column(title: str, count: Callable[[R], int], *, width: int) -> Column[R]:
    """A column of whole numbers, sorted as numbers."""
    return Column(title, lambda row: f"{count(row):,}", sort=count, right=True, width=width)


class RowsModel(QAbstractTableModel, Generic[R]):
    """Shows a tuple of frozen rows, sorted by one column."""

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows: tuple[R, ...] = ()
        self._sorting = (0, Qt.SortOrder.AscendingOrder)
        self._tabular = tabular_font()

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
        falls = (order is Qt.SortOrder.DescendingOrder) != column.newest_first
        return tuple(sorted(rows, key=key, reverse=falls))

    def row(self, index: int) -> R:
        return self._rows[index]

    def first_rows(self) -> tuple[R, ...]:
        return self._rows[:MEASURED_ROWS]

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
        if role == NEWEST_FIRST_ROLE:
            return self._columns[section].newest_first
        return None

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.DecorationRole:
                return column.picture(row)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(column.tip(row) if column.tip else column.text(row))
            case Qt.ItemDataRole.FontRole:
                return self._tabular if column.tabular else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return alignment(column)
        if role == STATE_ROLE:
            return column.state(row) if column.state else None
        if role == COPY_ROLE:
            return column.copy(row) if column.copy else column.text(row)
        return None


class Headings(QHeaderView):
    """The arrow points up where the rows go from the least to the greatest."""

    def __init__(self, view: QTableView | QTreeView) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logicalIndex: int) -> None:
        super().initStyleOptionForIndex(option, logicalIndex)
        if self.model().headerData(logicalIndex, self.orientation(), NEWEST_FIRST_ROLE):
            arrow = QStyleOptionHeader.SortIndicator
            turned = {arrow.SortUp: arrow.SortDown, arrow.SortDown: arrow.SortUp}
            option.sortIndicator = turned.get(option.sortIndicator, arrow.None_)


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
        prepare(view, stretched=True)
        name_by_label(view)
        view.setModel(self.model)
        paint_states(view, columns)
        view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self._widths = ColumnWidths(view, columns, preferences, fills=True, shrinks=True)
        view.horizontalHeader().sortIndicatorChanged.connect(self._widths.remember)
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
        self._widths.learn(needs(self.view, self.model.columns, self.model.first_rows()))

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


def needs(view: QTableView, columns: Sequence[Column[R]], rows: Sequence[R]) -> list[int | None]:
    """The width that the longest text of each column needs; None for one that is no text."""
    return [_need(view, at, column, rows) for at, column in enumerate(columns)]


def _need(view: QTableView, at: int, column: Column[R], rows: Sequence[R]) -> int | None:
    delegate = view.itemDelegateForColumn(at)
    if delegate is not None and not isinstance(delegate, PillDelegate | _MiddleDelegate):
        return None
    letters = tabular_font() if column.tabular else view.font()
    texts = {(column.text(row)[:MEASURED_LETTERS], column.picture(row) is not None) for row in rows}
    if column.state is not None:
        return max((pill_width(letters, *each) for each in texts), default=0)
    metrics = QFontMetrics(letters)
    # Without the view the style would not know the size that the sheet gives the icons.
    icon = view.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize, None, view)
    icon += CELL_PADDING_PX
    wide = (metrics.horizontalAdvance(text) + icon * pictured for text, pictured in texts)
    return max(wide, default=0) + 2 * HEADING_AIR_PX + 1


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


def paint_states(view: QTableView, columns: Sequence[Column[Any]]) -> None:
    """Show the columns that have a state as pills, and cut others where they say."""
    pills, middle = PillDelegate(view), _MiddleDelegate(view)
    for at, column in enumerate(columns):
        if column.state is not None:
            view.setItemDelegateForColumn(at, pills)
        elif column.middle:
            view.setItemDelegateForColumn(at, middle)


class _MiddleDelegate(QStyledItemDelegate):
    def initStyleOption(self, option: QStyleOptionViewItem, index: Any) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


def name_by_label(view: QTableView) -> None:
    """Set a table's accessible name from its label. Qt's buddy mechanism names fields,
    but not tables.
    """
    for label in view.window().findChildren(QLabel):
        if label.buddy() is view:
            view.setAccessibleName(label.text().replace("&", "").rstrip(":"))


def prepare(view: QTableView, *, stretched: bool, close: bool = False) -> None:
    """Apply the look and behaviour of all tables.

    stretched: the last column fills the width. close: rows of the module, nearer to each other.
    """
    view.setHorizontalHeader(Headings(view))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setShowGrid(False)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setSortingEnabled(True)
    view.setWordWrap(False)
    # Tab leaves the table. Arrow keys move between cells.
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.horizontalHeader().setStretchLastSection(stretched)
    view.horizontalHeader().setDefaultAlignment(
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    )
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


def alignment(column: Column[R]) -> Qt.AlignmentFlag:
    """The alignment of a column's cells and header."""
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    if column.centered:
        side = Qt.AlignmentFlag.AlignHCenter
    return side | Qt.AlignmentFlag.AlignVCenter


def tabular_font() -> QFont:
    """The letters of the place where it is used, with figures of equal width."""
    font = QFont()
    # Its signature also offers str, which PySide6 6.11 refuses.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
