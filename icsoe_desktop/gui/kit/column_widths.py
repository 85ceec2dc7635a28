"""Widths of table columns: whole texts before empty room, and never in place of a user's widths."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from icsoe_desktop.gui.kit.fields import breadth

CELL_AIR_PX = 14  # at both sides
CELL_PADDING_PX = 8  # at each side, in the style sheet
# At both sides of a heading, whose letters start where those of a cell do.
HEADING_AIR_PX = 11
ARROW_PX = 8
ARROW_GAP_PX = 6
# Widths of an older version: more than the rounding of larger letters is a user's own width.
ROUNDING_PX = 2


def set_widths(view: QTableView, widths: Sequence[int]) -> None:
    """Set column widths, but at least the width of each heading in the present font; 0
    keeps a column.
    """
    header = view.horizontalHeader()
    header.ensurePolished()
    scale = max(1.0, breadth(view))
    for at, width in enumerate(widths):
        if width:
            wanted = round(width * scale) + CELL_AIR_PX
            view.setColumnWidth(at, max(wanted, heading_width(header, at)))


def heading_width(header: QHeaderView, at: int) -> int:
    """Not its size hint: that keeps room for the style's own sorting arrow."""
    heading = str(header.model().headerData(at, Qt.Orientation.Horizontal) or "")
    return header.fontMetrics().horizontalAdvance(heading) + 2 * HEADING_AIR_PX


def stretch_last(view: QTableView) -> None:
    """Give the last column the rest of the width, but never less than its heading."""
    header = view.horizontalHeader()
    last = header.count() - 1
    if last < 0 or header.isSectionHidden(last):
        return
    needed = heading_width(header, last)
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

    def __init__(self, view: QTableView, widths: Sequence[int]) -> None:
        self._view = view
        self._design = tuple(widths)
        self._wanted: list[int | None] = []
        self.owned = False  # whether the user set a width
        self._usual = self._design_widths()

    def adopt(self, owned: bool | None) -> None:
        """Keep the widths that were restored, or return to those of the design.

        owned: whether a user set them; None if a version remembered them that did not know.
        """
        header = self._view.horizontalHeader()
        if owned is None:
            owned = any(
                abs(header.sectionSize(at) - usual) > ROUNDING_PX
                for at, usual in enumerate(self._usual[:-1])
                if not header.isSectionHidden(at)
            )
        self.owned = owned
        if not owned:
            self._usual = self._design_widths()

    def rescale(self, ratio: float) -> None:
        """Follow letters that became larger or smaller."""
        self._usual = self._design_widths()
        self._wanted = [None if one is None else ceil(one * ratio) for one in self._wanted]
        self.fit()

    def _design_widths(self) -> list[int]:
        header = self._view.horizontalHeader()
        set_widths(self._view, self._design)
        return [header.sectionSize(at) for at in range(header.count())]

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

    def fit(self) -> None:
        """Give the columns the widths that their texts and the room of the table ask for."""
        header = self._view.horizontalHeader()
        columns = [at for at in range(header.count()) if not header.isSectionHidden(at)]
        movable = QHeaderView.ResizeMode.Interactive
        if (
            self.owned
            or not self._wanted
            or len(columns) < 2
            or self._view.wordWrap()
            or any(header.sectionResizeMode(at) is not movable for at in columns)
        ):
            return
        usual = [self._usual[at] for at in columns]
        arrow = ARROW_GAP_PX + ARROW_PX
        least = [heading_width(header, at) + arrow for at in columns]
        least = [min(use, one) for use, one in zip(usual, least, strict=True)]
        usual[-1] = least[-1] = heading_width(header, columns[-1])
        needs = [self._wanted[at] for at in columns]
        wanted = [use if need is None else need for use, need in zip(usual, needs, strict=True)]
        widths = fitted(self._view.viewport().width(), usual, wanted, least)
        for at, width in list(zip(columns, widths, strict=True))[:-1]:
            if header.sectionSize(at) != width:
                header.resizeSection(at, width)
        stretch_last(self._view)
