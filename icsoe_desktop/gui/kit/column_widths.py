"""Widths of table columns: whole texts before empty room, and never in place of a user's widths."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.kit.fields import breadth

CELL_AIR_PX = 14  # at both sides
CELL_PADDING_PX = 8  # at each side, in the style sheet
# At both sides of a heading, whose letters start where those of a cell do.
HEADING_AIR_PX = 11
ARROW_PX = 8  # at letters of 100 %
ARROW_GAP_PX = 6


def set_widths(view: QTableView, widths: Sequence[int]) -> list[int]:
    """Set column widths, but at least the width of each heading in the present font; 0
    keeps a column. Returns the widths, also of columns that are hidden.
    """
    header = view.horizontalHeader()
    header.ensurePolished()
    scale = max(1.0, breadth(view))
    found = []
    for at, width in enumerate(widths):
        wanted = round(width * scale) + CELL_AIR_PX if width else header.sectionSize(at)
        wanted = max(wanted, heading_width(header, at) if width else 0)
        if width:
            view.setColumnWidth(at, wanted)
        found.append(wanted)
    return found


def arrow_width() -> int:
    return assets.scaled(ARROW_PX)


def heading_width(header: QHeaderView, at: int) -> int:
    """Not its size hint: that keeps room for the style's own sorting arrow."""
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
    room: int, usual: Sequence[int], wanted: Sequence[int], least: Sequence[int]
) -> list[int]:
    """The widths in which as many texts as can be are whole.

    usual: the widths of the design; of a last column that fills the rest, its least. wanted: what
    the longest texts need. least: what the headings need. The room that a column does not need
    goes to those whose texts are cut, and what they leave of it comes back.
    """
    widths = [min(use, max(want, one)) for use, want, one in zip(usual, wanted, least, strict=True)]
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


class ColumnWidths:
    """Fits the columns of `view` to their texts, until the user sets a width."""

    def __init__(
        self,
        view: QTableView,
        widths: Sequence[int],
        *,
        fills: bool,
        shrinks: bool,
        keeps_last: bool = False,
    ) -> None:
        """fills: whether the last column takes the rest of the width. shrinks: whether columns may
        become narrower than their design, which needs every text to be known. keeps_last: whether
        the table scrolls before the last column becomes narrower than its design.
        """
        self._view = view
        self._design = tuple(widths)
        self._fills, self._shrinks, self._keeps_last = fills, shrinks, keeps_last
        self._wanted: list[int | None] = []
        self.owned = False  # whether the user set a width
        self._usual = set_widths(view, widths)

    def adopt(self, owned: bool) -> None:
        """Keep the widths that were restored, or return to those of the design.

        owned: whether a user set them.
        """
        self.owned = owned
        if not owned:
            self._usual = set_widths(self._view, self._design)

    def rescale(self, ratio: float) -> None:
        """Follow letters that became larger or smaller."""
        self._usual = set_widths(self._view, self._design)
        self._wanted = [None if one is None else ceil(one * ratio) for one in self._wanted]
        self.fit()

    def learn(self, needs: Sequence[int | None]) -> None:
        """Note what the rows need that are shown now.

        needs: what the longest text of each column needs; None keeps its usual width. What was
        known stays: columns do not jump with every letter of a search.
        """
        known = self._wanted or [0] * len(self._usual)
        self._wanted = [
            None if old is None or new is None else max(old, new)
            for old, new in zip(known, needs, strict=True)
        ]

    @property
    def least_last(self) -> int:
        """The least width of a last column that fills the rest, if its heading needs less."""
        return self._usual[-1] if self._keeps_last else 0

    @property
    def has_room(self) -> bool:
        """Whether there is more room than the design takes."""
        shown = self._shown()
        taken = sum(self._usual[at] for at in (shown[:-1] if self._fills else shown))
        return taken < self._view.viewport().width()

    def _shown(self) -> list[int]:
        header = self._view.horizontalHeader()
        return [at for at in range(header.count()) if not header.isSectionHidden(at)]

    def fit(self) -> None:
        """Give the columns the widths that their texts and the room of the table ask for."""
        header = self._view.horizontalHeader()
        columns = self._shown()
        movable = QHeaderView.ResizeMode.Interactive
        if (
            self.owned
            or not self._wanted
            or len(columns) < 2
            or self._view.wordWrap()
            or any(header.sectionResizeMode(at) is not movable for at in columns)
        ):
            return
        room = self._view.viewport().width()
        headings = [heading_width(header, at) for at in columns]
        usual = [self._usual[at] for at in columns]
        if self._fills:
            usual[-1] = max(headings[-1], self.least_last)
        needs = [self._wanted[at] for at in columns]
        wanted = [use if need is None else need for use, need in zip(usual, needs, strict=True)]
        arrow = ARROW_GAP_PX + arrow_width() if header.isSortIndicatorShown() else 0
        roomy = [max(use, one + arrow) for use, one in zip(usual, headings, strict=True)]
        widths = usual
        # The arrow beside the words of any heading, unless it costs a text or a scroll bar.
        for design, beside in ((roomy, arrow), (usual, arrow), (usual, 0)):
            least = [min(use, one + beside) for use, one in zip(design, headings, strict=True)]
            widths = fitted(room, design, wanted, least if self._shrinks else design)
            whole = all(width >= want for width, want in zip(widths, wanted, strict=True))
            if sum(widths) <= room and (whole or design is usual):
                break
        pairs = list(zip(columns, widths, strict=True))
        for at, width in pairs[:-1] if self._fills else pairs:
            if header.sectionSize(at) != width:
                header.resizeSection(at, width)
        if self._fills:
            stretch_last(self._view, self.least_last)
