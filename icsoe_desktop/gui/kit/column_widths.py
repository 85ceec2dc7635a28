"""Widths of table columns: whole texts before empty room, and never in place of a user's widths."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHeaderView, QTableView

from icsoe_desktop.gui.base.preferences import Preferences
from icsoe_desktop.gui.kit.fields import breadth

CELL_AIR_PX = 14  # at both sides
CELL_PADDING_PX = 8  # at each side, in the style sheet
# At both sides of a heading, whose letters start where those of a cell do.
HEADING_AIR_PX = 11
# A text that may be cut keeps so much of its width; with less the table scrolls.
KEPT = 0.7


class Designed(Protocol):
    """Of a column. width: at letters of 100 %; may_be_cut: whether it may give way to others."""

    @property
    def width(self) -> int: ...

    @property
    def may_be_cut(self) -> bool: ...


def set_widths(view: QTableView, widths: Sequence[int]) -> list[int]:
    """Set column widths, but at least the width of each heading in the present font; 0
    keeps a column. Returns the widths, also of columns that are hidden.
    """
    header = view.horizontalHeader()
    header.ensurePolished()
    scale = max(1.0, breadth(view))
    found = []
    for at, width in enumerate(widths):
        if width:
            wide = max(round(width * scale) + CELL_AIR_PX, heading_width(header, at))
            view.setColumnWidth(at, wide)
        found.append(wide if width else header.sectionSize(at))
    return found


def heading_width(header: QHeaderView, at: int) -> int:
    """Not its size hint: that keeps room at the side for the arrow, which stands over the words."""
    heading = str(header.model().headerData(at, Qt.Orientation.Horizontal) or "")
    return header.fontMetrics().horizontalAdvance(heading) + 2 * HEADING_AIR_PX


def stretch_last(view: QTableView, least: int = 0) -> None:
    """Give the last column the rest of the width, but never less than its heading or `least`."""
    header = view.horizontalHeader()
    last = header.count() - 1
    if last < 0 or header.isSectionHidden(last):
        return
    needed = max(least, heading_width(header, last))
    others = header.length() - header.sectionSize(last)
    room = view.viewport().width()
    fits = others + needed <= room
    if fits != header.stretchLastSection() or (fits and header.length() > room):
        # Qt never makes a stretched section narrower than it was set.
        header.setStretchLastSection(False)
        header.resizeSection(last, needed)
        header.setStretchLastSection(fits)


def fitted(
    room: int,
    usual: Sequence[int],
    wanted: Sequence[int],
    least: Sequence[int],
    may_be_cut: Sequence[bool],
) -> list[int]:
    """The widths in which as many texts as can be are whole.

    usual: the widths of the design; of a last column that fills the rest, its least. wanted: what
    the longest texts need. least: what the headings need.

    The room that a column does not need goes to those whose texts are cut, and what they leave of
    it comes back. Where the room is short, the widest of those that may be cut give way; where
    that is not enough, the table scrolls.
    """
    widths = [min(use, max(want, one)) for use, want, one in zip(usual, wanted, least, strict=True)]
    if sum(widths) > room:
        kept = [
            max(one, ceil(wide * KEPT)) if cut else wide
            for wide, one, cut in zip(widths, least, may_be_cut, strict=True)
        ]
        if sum(kept) <= room:
            widths = _raised(kept, widths, room - sum(kept))
    for aims in (wanted, usual):
        widths = _raised(widths, aims, room - sum(widths))
    return widths


def _raised(widths: Sequence[int], aims: Sequence[int], amount: int) -> list[int]:
    """Widths nearer to `aims` by at most `amount` in all, the narrowest first."""
    low, high = 0, max(aims)
    while low < high:
        level = (low + high + 1) // 2
        pairs = zip(widths, aims, strict=True)
        if sum(max(0, min(aim, level) - width) for width, aim in pairs) <= amount:
            low = level
        else:
            high = level - 1
    return [max(width, min(aim, low)) for width, aim in zip(widths, aims, strict=True)]


class ColumnWidths(QObject):
    """Fits the columns of `view` to their texts, until the user sets a width."""

    def __init__(
        self,
        view: QTableView,
        columns: Sequence[Designed],
        preferences: Preferences | None,
        *,
        fills: bool,
        shrinks: bool,
        keeps_last: bool = False,
    ) -> None:
        """fills: whether the last column takes the rest of the width. shrinks: whether columns may
        become narrower than their design, which needs every text to be known. keeps_last: whether
        the table scrolls before the last column becomes narrower than its design.
        """
        super().__init__(view)
        self._view, self._header = view, view.horizontalHeader()
        self._preferences = preferences
        self._design = tuple(column.width for column in columns)
        # A table that does not fill its room scrolls as it is.
        self._may_be_cut = [fills and column.may_be_cut for column in columns]
        self._fills, self._shrinks, self._keeps_last = fills, shrinks, keeps_last
        self._wanted: list[int | None] = []
        self._owned = False  # whether the user set a width
        self._held = False  # whether the user may be dragging the edge of a heading
        self._usual = set_widths(view, self._design)
        if preferences is not None and preferences.restore_table(view):
            self._owned = preferences.owns_widths(view)
            if not self._owned:
                self._usual = set_widths(view, self._design)
        self._letters = self._present_letters()
        self._header.sectionResized.connect(self._on_resized)
        for watched in (view, view.viewport(), self._header, self._header.viewport()):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                # Qt fits a column to its texts by a double click.
                self._held = watched is self._header.viewport()
            case QEvent.Type.MouseButtonRelease:
                self._held = False
            # Out of sight Qt changes them and back whenever the table gets another parent.
            case QEvent.Type.FontChange if self._view.isVisible():
                self._follow_letters()
            case QEvent.Type.Show if watched is self._view:
                self._follow_letters()
            # After the table's own event, whose viewport has the old width.
            case QEvent.Type.Resize if watched is self._view.viewport():
                self.fit()
                self._stretch()
        return False

    def _present_letters(self) -> tuple[float, QFont]:
        # The heading may get its letters after the table.
        return self._view.font().pointSizeF(), self._header.font()

    def _follow_letters(self) -> None:
        before, self._letters = self._letters, self._present_letters()
        if self._letters == before:
            return
        ratio = self._letters[0] / before[0]
        if self._owned:
            for at in self._shown():
                self._header.resizeSection(at, round(self._header.sectionSize(at) * ratio))
        else:
            self._usual = set_widths(self._view, self._design)
            self._wanted = [None if one is None else ceil(one * ratio) for one in self._wanted]
            self.fit()
        self._stretch()

    def learn(self, needs: Sequence[int | None]) -> None:
        """Note what the rows need that are shown now, and fit the columns to it.

        needs: what the longest text of each column needs; None keeps its usual width. What was
        known stays: columns do not jump with every letter of a search.
        """
        known = self._wanted or [0] * len(self._usual)
        self._wanted = [
            None if old is None or new is None else max(old, new)
            for old, new in zip(known, needs, strict=True)
        ]
        if not self._held:
            self.fit()

    @property
    def has_room(self) -> bool:
        """Whether columns are still fitted, and there is more room than the design takes."""
        shown = self._shown()
        taken = sum(self._usual[at] for at in (shown[:-1] if self._fills else shown))
        return not (self._held or self._owned) and taken < self._view.viewport().width()

    def _shown(self) -> list[int]:
        header = self._header
        return [at for at in range(header.count()) if not header.isSectionHidden(at)]

    def fit(self) -> None:
        """Give the columns the widths that their texts and the room of the table ask for."""
        header, columns = self._header, self._shown()
        movable = QHeaderView.ResizeMode.Interactive
        if (
            self._owned
            or len(columns) < 2
            or self._view.wordWrap()
            or any(header.sectionResizeMode(at) is not movable for at in columns)
        ):
            return
        usual = [self._usual[at] for at in columns]
        if self._fills and not self._keeps_last:
            usual[-1] = heading_width(header, columns[-1])
        wanted, least = list(usual), list(usual)
        for place, at in enumerate(columns):
            need = self._wanted[at] if self._wanted else usual[place]
            if need is not None:
                wanted[place] = need if self._shrinks else max(need, usual[place])
                least[place] = min(usual[place], heading_width(header, at))
        may_be_cut = [self._may_be_cut[at] for at in columns]
        if self._keeps_last:
            least[-1], may_be_cut[-1] = usual[-1], False
        room = self._view.viewport().width()
        widths = fitted(room, usual, wanted, least, may_be_cut)
        pairs = list(zip(columns, widths, strict=True))
        for at, width in pairs[:-1] if self._fills else pairs:
            if header.sectionSize(at) != width:
                header.resizeSection(at, width)
        self._stretch()

    def _stretch(self) -> None:
        if self._fills:
            stretch_last(self._view, self._usual[-1] if self._keeps_last else 0)

    def _on_resized(self, section: int, _before: int, _after: int) -> None:
        # Qt tells of every change; it gives the last column the rest of the width.
        stretched = self._header.stretchLastSection() and section == self._header.count() - 1
        self._owned = self._owned or (self._held and not stretched)
        if self._owned:
            self.remember()

    def remember(self, *_: object) -> None:
        if self._preferences is not None:
            self._preferences.remember_table(self._view, owned=self._owned)
